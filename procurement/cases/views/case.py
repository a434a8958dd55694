"""The list of cases, the beginning of one, and its checklist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.catalogue.search import version_name
from procurement.bodies import body_of
from procurement.cases import actions, grounds, permissions, rules
from procurement.cases.forms import OpenCaseForm, language
from procurement.cases.models import Case
from procurement.cases.particulars import sections
from procurement.cases.progress import progress, readable
from procurement.cases.views.part import STEPS, case_or_404, page, step_label, step_url, user_of
from procurement.documents.kinds import KINDS
from procurement.forms import show
from procurement.switchover.models import SwitchoverPlan
from schemas import codelist
from schemas.problems import Refused
from specs.models import SpecificationVersion

PAGE_SIZE = 50


@require_safe
@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the body's cases, the newest first, each with its next step."""
    body = body_of(request)
    today = timezone.localdate()
    found = readable(Case.objects.visible_to(user_of(request)).filter(body=body))
    shown = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {"progress": row, "next": step_label(row.next) if row.next else ""}
        for row in progress(shown, on=today)
    ]
    return render(
        request,
        "cases/case_list.html",
        {
            "body": body,
            "rows": rows,
            "page_obj": shown,
            "may_open": permissions.may_open_case(request.user, body),
            "crumbs": [
                (_("調達"), reverse("procurement:body-home")),
                (_("調達案件"), ""),
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case_open(request: HttpRequest) -> HttpResponse:
    """Begin a case: from a plan (``?plan=``), from a catalogue search (``?query=``) or freely."""
    asked = request.POST if request.method == "POST" else request.GET
    plan = _plan(request, asked.get("plan", ""))
    body = plan.contract.body if plan else body_of(request)
    if not permissions.may_open_case(request.user, body):
        raise PermissionDenied
    query = asked.get("query", "")[: rules.LONGEST_QUERY]
    versions = (
        SpecificationVersion.objects.filter(state=SpecificationVersion.State.PUBLISHED)
        .light()
        .select_related("specification")
        .order_by("specification__title", "-published_on", "-id")
    )
    form = OpenCaseForm(
        request.POST if request.method == "POST" else None,
        versions=versions,
        initial=_initial(plan, query, versions),
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.open_case(
                body,
                title=form.cleaned_data["title"],
                version=form.chosen_version(),
                plan=plan,
                by=user_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("調達案件を始めました。次に候補を探し、検索を固定します。"))
            target = reverse("cases:case-search", args=[case.pk])
            return redirect(f"{target}?{QueryDict(query).urlencode()}" if query else target)
    return render(
        request,
        "cases/case_open.html",
        {
            "form": form,
            "plan": plan,
            "body": body,
            "query": query,
            "steps": [step_label(step) for step in STEPS],
            "crumbs": [
                (_("調達"), reverse("procurement:body-home")),
                (_("調達案件"), reverse("cases:case-list")),
                (_("調達案件を始める"), ""),
            ],
        },
        status=422 if form.errors else 200,
    )


def _plan(request: HttpRequest, text: str) -> SwitchoverPlan | None:
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return get_object_or_404(
        SwitchoverPlan.objects.visible_to(user_of(request)).select_related("contract__body"),
        pk=number,
    )


def _initial(plan: SwitchoverPlan | None, query: str, versions: Any) -> dict[str, Any]:
    """Draft title and version from the plan's contract or from the search's version."""
    asked = QueryDict(query).get("version", "")
    for version in versions:
        if version_name(version) == asked:
            return {"version": str(version.pk), "title": _title(plan)}
    if plan:
        for version in versions:
            if version.specification.domain == plan.contract.domain:
                return {"version": str(version.pk), "title": _title(plan)}
    return {"title": _title(plan)}


def _title(plan: SwitchoverPlan | None) -> str:
    return f"{plan.contract.system}更改業務"[: rules.LONGEST_TITLE] if plan else ""


@require_safe
@login_required
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the checklist: every step's state, what is still missing, and the next thing to do."""
    case = case_or_404(request, pk)
    today = timezone.localdate()
    candidates = grounds.candidates_of(case)
    facts = grounds.facts_of(case, on=today, candidates=candidates)
    steps = rules.steps(facts)
    following = next((step for step in steps if step.state == "open"), None)
    issued = list(case.papers.defer("content", "context").select_related("issued_by"))
    rows = [
        {
            "step": step,
            "number": number,
            "label": step_label(step.code),
            "url": step_url(case, step.code),
            "is_next": step is following,
            "pages": _pages(case, step),
        }
        for number, step in enumerate(steps, 1)
    ]
    next_row = next((row for row in rows if row["is_next"]), None)
    method = codelist.labels("contracting_methods", language()).get(case.method, "")
    return render(
        request,
        "cases/case_detail.html",
        {
            **page(request, case),
            "rows": rows,
            "next_row": next_row,
            "next_url": _next_url(next_row),
            "method_label": method,
            "shortfall": facts.shortfall,
            "done": sum(step.state in {"done", "not_needed"} for step in steps),
            "search": grounds.search_of(case),
            "candidates": candidates,
            "chosen": next((row for row in candidates if row.outcome == "chosen"), None),
            "dropped": sum(row.outcome == "dropped" for row in candidates),
            "papers": [
                {
                    "kind": KINDS[kind],
                    "url": reverse("cases:case-paper-preview", args=[case.pk, kind]),
                    "issued": [paper for paper in issued if paper.kind == kind],
                    "superseded": kind in facts.superseded,
                }
                for kind in rules.wanted_papers(case.method)
            ],
            "today": today,
        },
    )


def _next_url(row: dict[str, Any] | None) -> str:
    """Return where the next thing is done: the first page of the step that lacks something."""
    if row is None:
        return ""
    lacking = [page["url"] for page in row["pages"] if page["missing"]]
    return str(lacking[0]) if lacking else str(row["url"])


def _pages(case: Case, step: rules.Step) -> list[dict[str, Any]]:
    """Return the pages of particulars of a step, each with what is missing on it."""
    pages = {"particulars": rules.STATED_FIRST, "reasons": rules.STATED_AFTER}.get(step.code, ())
    if step.state in {"waiting", "not_needed"}:
        return []
    return [
        {
            "section": section,
            "url": reverse("cases:case-particulars-state", args=[case.pk, section.code]),
            "missing": [
                problem
                for problem in step.missing
                if problem.params.get("section_ja") == section.title_ja
            ],
        }
        for section in sections()
        if section.code in pages
    ]
