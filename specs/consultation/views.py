"""What everybody reads of consultations: which there are, one with its comments, its results."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from specs import words
from specs.consultation import permissions, sheets
from specs.consultation.filters import CommentFilter
from specs.consultation.models import Answer, Comment, Consultation
from specs.consultation.shown import (
    Shown,
    answers_are_seen,
    progress,
    requirement_links,
    shown,
)
from specs.models import SpecificationVersion
from specs.organisations import organisations_of

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def consultation_of(pk: int) -> Consultation:
    """Give a consultation with its version and specification, or 404."""
    found: Consultation = get_object_or_404(Consultation.objects.listed(), pk=pk)
    return found


def comment_of(pk: int) -> Comment:
    """Give a comment that stands, with its consultation, or 404."""
    found: Comment = get_object_or_404(
        Comment.objects.standing()
        .listed()
        .select_related("consultation__version__specification__authority")
        .defer("consultation__version__document", "consultation__version__mapping"),
        pk=pk,
    )
    return found


def visible_versions(request: HttpRequest, consultation: Consultation) -> Any:
    """Give the versions of the specification that the reader may see."""
    visible = SpecificationVersion.objects.visible_to(request.user).light()
    return (
        visible.filter(specification=consultation.version.specification_id)
        .select_related("specification")
        .newest_first()
    )


def frame(request: HttpRequest, consultation: Consultation, here: str = "") -> dict[str, Any]:
    """Build what every page of a consultation shows: title, standing, crumbs, permissions."""
    version = consultation.version
    today = timezone.localdate()
    may_run = permissions.may_run_consultation(request.user, consultation)
    name = _("%(title)s 第%(number)s版案の意見照会") % {
        "title": words.title(version.specification),
        "number": version.number,
    }
    crumbs = [
        (_("標準仕様"), reverse("specs:specification-list")),
        (_("意見照会"), reverse("consultation:consultation-list")),
        (name, address(consultation) if here else ""),
    ]
    return {
        "consultation": consultation,
        "version": version,
        "specification": version.specification,
        "name": name,
        "standing": consultation.standing(today),
        "open": consultation.takes_comments(today),
        "today": today,
        "may_run": may_run,
        "version_seen": not version.is_draft or may_run,
        "crumbs": [*crumbs, (here, "")] if here else crumbs,
    }


def address(consultation: Consultation) -> str:
    """Give the address of a consultation's page."""
    return reverse("consultation:consultation-detail", args=[consultation.pk])


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """List the consultations: what takes comments now, then what is over, with its results."""
    today = timezone.localdate()
    found = Consultation.objects.listed().with_counts().order_by("-closes_on", "-id")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(each, each.standing(today)) for each in page]
    context = {
        "rows": rows,
        "page_obj": page,
        "today": today,
        "crumbs": [(_("標準仕様"), reverse("specs:specification-list")), (_("意見照会"), "")],
    }
    return render(request, "consultation/consultation_list.html", context)


@require_safe
def consultation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a consultation: its days, how far each chapter is, and the comments."""
    consultation = consultation_of(pk)
    narrowed = CommentFilter(request.GET, queryset=consultation.comments.standing().listed())
    page = Paginator(narrowed.qs.order_by("number"), PAGE).get_page(request.GET.get("page"))
    organisations = organisations_of(request.user)
    answers = answers_are_seen(request.user, consultation)
    rows = shown(page.object_list, organisations, answers=answers)
    chapters = progress(consultation)
    context = frame(request, consultation) | {
        "filter": narrowed,
        "page_obj": page,
        "rows": rows,
        "links": _links(request, consultation, rows),
        "chapters": chapters,
        "comment_total": sum(each.comments for each in chapters),
        "answered_total": sum(each.answered for each in chapters),
        "organisations": organisations,
        "practices": consultation.good_practices.published().count(),
        "may_attach": any(each.kind == "body" for each in organisations),
        "narrowed": any(request.GET.get(name) for name in CommentFilter.base_filters),
    }
    return render(request, "consultation/consultation_detail.html", context)


@require_safe
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one comment under its lasting address, with what one may do about it."""
    comment = comment_of(pk)
    consultation = comment.consultation
    answers = answers_are_seen(request.user, consultation)
    rows = shown([comment], organisations_of(request.user), answers=answers)
    here = _("意見%(number)d") % {"number": comment.number}
    context = frame(request, consultation, here) | {
        "row": rows[0],
        "links": _links(request, consultation, rows),
        "changeable": rows[0].own and not rows[0].answered,
    }
    return render(request, "consultation/comment_detail.html", context)


def _links(request: HttpRequest, consultation: Consultation, rows: list[Shown]) -> Any:
    if not any(each.answer and each.answer.changed for each in rows):
        return {}
    found = requirement_links(rows, visible_versions(request, consultation))
    by_comment: dict[int, list[tuple[str, str]]] = {}
    for each in rows:
        if each.answer:
            by_comment[each.comment.pk] = [
                (key[1:], found.get((each.answer.version_id or 0, key), ""))
                for key in each.answer.changed_keys
            ]
    return by_comment


def result_rows(request: Any, consultation: Consultation) -> list[Shown]:
    """Give the whole table of comments and answers; 404 before it is published, except to editors.

    ``request`` is a page's or the API's: only its ``user`` is asked.
    """
    if not answers_are_seen(request.user, consultation):
        raise Http404
    comments = consultation.comments.standing().listed().order_by("number")
    return shown(comments, [], answers=True)


@require_safe
def result_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every comment with its answer (意見照会結果); editors see it before it is published."""
    consultation = consultation_of(pk)
    rows = result_rows(request, consultation)
    outcomes = [
        (label, sum(1 for each in rows if each.answer and each.answer.outcome == code))
        for code, label in Answer.Outcome.choices
    ]
    context = frame(request, consultation, _("意見照会結果")) | {
        "rows": rows,
        "links": _links(request, consultation, rows),
        "outcomes": [(label, number) for label, number in outcomes if number],
        "unanswered": sum(1 for each in rows if not each.answered),
        "withdrawn": consultation.comments.filter(withdrawn_at__isnull=False).count(),
    }
    return render(request, "consultation/result_table.html", context)


@require_safe
def result_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the result table as XLSX, to be saved."""
    consultation = consultation_of(pk)
    return sheet_response(consultation, result_rows(request, consultation))


def sheet_response(consultation: Consultation, rows: list[Shown]) -> HttpResponse:
    """Give a result table as XLSX."""
    response = HttpResponse(sheets.result_workbook(consultation, rows), content_type=XLSX)
    version = consultation.version
    name = f"consultation-{version.specification.slug}-{version.number}-{consultation.pk}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
