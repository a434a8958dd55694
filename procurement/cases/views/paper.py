"""What the papers need, a look at each before it is issued, and the issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.cases import actions, grounds, papers, particulars, rules, suggestions
from procurement.cases.forms import ParticularsForm, language
from procurement.cases.models import Case
from procurement.cases.views.part import (
    case_or_404,
    page,
    step_label,
    step_url,
    user_of,
)
from procurement.documents.engine import Preview
from procurement.documents.kinds import KINDS
from procurement.forms import edition_of
from procurement.models import Officer
from schemas.problems import Problem, Refused

STEP_OF_POINTER = {"search": "search", "candidates": "candidates", "method": "method"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case_particulars_state(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """State one page of particulars; what can be drafted is filled in and marked as a draft."""
    case = case_or_404(request, pk)
    pages = list(particulars.sections())
    here = next((number for number, row in enumerate(pages) if row.code == section), None)
    if here is None:
        raise Http404
    shown = page(request, case, "particulars")
    if not shown["may_work"]:
        raise PermissionDenied
    office = Officer.objects.filter(user=user_of(request), body=case.body).select_related("user")
    drafts = suggestions.drafts(
        case, section=section, office=office.first(), today=timezone.localdate()
    )
    form = ParticularsForm(
        section,
        request.POST if request.method == "POST" else None,
        initial={**drafts, **case.particulars},
        label_suffix="",
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_particulars(
                case,
                changes=form.changes(),
                edition=edition_of(request),
                by=user_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            problems = form.show(refused.problems)
        else:
            messages.success(
                request,
                _("「%(page)s」を保存しました。") % {"page": pages[here].label(language())},
            )
            if "next" in request.POST and here + 1 < len(pages):
                return redirect("cases:case-particulars-state", pk, pages[here + 1].code)
            return redirect("cases:case-detail", pk=pk)
    shortfall = grounds.facts_of(case, on=timezone.localdate()).shortfall
    short = shortfall is not None
    missing = {
        problem.pointer.rsplit("/", 1)[-1]
        for problem in particulars.missing(case.particulars, section=section, short=short)
    }
    return render(
        request,
        "cases/case_particulars.html",
        {
            **shown,
            "form": form,
            "rows": [
                {
                    "field": form[row.key],
                    "needed_for": [KINDS[kind] for kind in row.needed_for(short=short)],
                    "draft": row.key in drafts and not form.is_bound,
                    "missing": row.key in missing,
                }
                for row in form.rows
            ],
            "has_drafts": bool(drafts) and not form.is_bound,
            "problems": problems,
            "shortfall": shortfall if section == rules.SHORTFALL_SECTION else None,
            "pages": [
                {
                    "section": row,
                    "label": row.label(language()),
                    "url": reverse("cases:case-particulars-state", args=[pk, row.code]),
                    "here": number == here,
                    "complete": not list(
                        particulars.missing(case.particulars, section=row.code, short=short)
                    ),
                }
                for number, row in enumerate(pages)
            ],
            "label": pages[here].label(language()),
            "has_next": here + 1 < len(pages),
        },
        status=422 if problems or form.errors else 200,
    )


@require_safe
@login_required
def case_paper_preview(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show a paper before it is issued, or what it still lacks."""
    case = case_or_404(request, pk)
    if kind not in KINDS:
        raise Http404
    return _preview(request, case, kind, papers.preview(case, kind, at=timezone.now()))


@require_POST
@login_required
def case_paper_issue(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Issue the paper that was shown."""
    case = case_or_404(request, pk)
    if kind not in KINDS:
        raise Http404
    at = timezone.now()
    try:
        paper = actions.issue_case_paper(
            case, kind=kind, edition=edition_of(request), by=user_of(request), at=at
        )
    except Refused as refused:
        shown = papers.preview(case, kind, at=at)
        return _preview(
            request, case, kind, Preview(kind, shown.html, refused.problems, ()), status=422
        )
    messages.success(
        request, _("文書を発行しました。番号は%(number)sです。") % {"number": paper.number}
    )
    return redirect("documents:paper-detail", pk=paper.pk)


def _lacking(case: Case, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Group what a paper lacks by the page on which it is entered."""
    groups: dict[str, dict[str, Any]] = {}
    pages = {row.title_ja: row for row in particulars.sections()}
    for problem in problems:
        if problem.code == "case_particular_missing":
            row = pages[str(problem.params["section_ja"])]
            url = reverse("cases:case-particulars-state", args=[case.pk, row.code])
            group = groups.setdefault(
                row.code, {"label": row.label(language()), "url": url, "names": [], "said": []}
            )
            group["names"].append(problem.params[f"name_{language()}"])
        else:
            step = STEP_OF_POINTER.get(problem.pointer.split("/")[1] if problem.pointer else "")
            group = groups.setdefault(
                step or "",
                {
                    "label": step_label(step) if step else "",
                    "url": step_url(case, step) if step else "",
                    "names": [],
                    "said": [],
                },
            )
            group["said"].append(problem)
    return list(groups.values())


def _preview(
    request: HttpRequest, case: Case, kind: str, shown: Preview, *, status: int = 200
) -> HttpResponse:
    english = language() == "en"
    issued = list(case.papers.filter(kind=kind).defer("content", "context"))
    context = page(request, case, "papers")
    return render(
        request,
        "cases/case_paper.html",
        {
            **context,
            "preview": shown,
            "lacking": _lacking(case, shown.problems),
            "kind_title": KINDS[kind].title_en if english else KINDS[kind].title_ja,
            "issued": issued,
            "others": [
                (
                    row.title_en if english else row.title_ja,
                    reverse("cases:case-paper-preview", args=[case.pk, row.code]),
                    row.code == kind,
                )
                for row in KINDS.values()
            ],
            "issue_url": reverse("cases:case-paper-issue", args=[case.pk, kind])
            if context["may_issue"]
            else "",
        },
        status=status,
    )
