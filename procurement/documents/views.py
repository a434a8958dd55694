"""Pages of issued papers. The page before the issue is the case's own (``paper_preview.html``)."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.accounts.models import User
from procurement.bodies import body_of
from procurement.documents.files import data_response, pdf_response
from procurement.documents.filters import PaperFilter
from procurement.documents.models import Paper, PaperQuerySet

PAGE_SIZE = 50


def _papers(request: HttpRequest) -> PaperQuerySet:
    return Paper.objects.visible_to(cast("User", request.user)).select_related("issued_by", "body")


@require_safe
@login_required
def paper_list(request: HttpRequest) -> HttpResponse:
    """Show the body's papers, the newest first."""
    body = body_of(request)
    found = PaperFilter(request.GET, _papers(request).filter(body=body).without_content())
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "documents/paper_list.html", {"body": body, "filter": found, "page_obj": page}
    )


@require_safe
@login_required
def paper_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the facts of one paper, and the other editions of it."""
    paper = get_object_or_404(_papers(request).without_content(), pk=pk)
    editions = (
        _papers(request)
        .of_case(paper.case_id)
        .filter(kind=paper.kind)
        .exclude(pk=paper.pk)
        .without_content()
    )
    return render(
        request, "documents/paper_detail.html", {"paper": paper, "editions": list(editions)}
    )


@require_safe
@login_required
def paper_download(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the PDF as it was issued."""
    return pdf_response(get_object_or_404(_papers(request).defer("context"), pk=pk))


@require_safe
@login_required
def paper_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what the paper says as JSON."""
    return data_response(get_object_or_404(_papers(request).defer("content"), pk=pk))
