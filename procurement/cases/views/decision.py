"""The candidates and what becomes of them, and the way to contract."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement.cases import actions, frozen, grounds, law, papers, rules
from procurement.cases.forms import MethodForm, ReasonForm
from procurement.cases.models import Candidate, Case
from procurement.cases.views.part import case_or_404, page, user_of
from procurement.forms import edition_of
from schemas import codelist
from schemas.problems import Problem, Refused

USUAL_CATEGORY = "other"


@require_safe
@login_required
def candidate_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every candidate as it was locked, with its reason, or the form for one."""
    case = case_or_404(request, pk)
    if grounds.search_of(case) is None:
        return redirect("cases:case-search", pk=pk)
    return _ledger(request, case)


@require_POST
@login_required
def candidate_decide(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    """Drop or choose a candidate for a reason, or take that back."""
    case = case_or_404(request, pk)
    candidate = get_object_or_404(Candidate, pk=candidate_pk, search__case=case)
    form = ReasonForm(request.POST)
    reason = request.POST.get("reason", "")
    if not form.is_valid():
        problems = [Problem("/decision", "case_decision_unknown")]
        if "reason" in form.errors:
            problems = list(rules.reason_problems(reason))
        return _ledger(request, case, candidate, problems, reason, status=422)
    who: dict[str, Any] = {
        "edition": edition_of(request),
        "by": user_of(request),
        "at": timezone.now(),
    }
    name = frozen.product_name(candidate.facts)
    try:
        match form.cleaned_data["decision"]:
            case "drop":
                actions.drop_candidate(candidate, reason=reason, **who)
                messages.success(request, _("「%(name)s」を除外しました。") % {"name": name})
            case "choose":
                actions.choose_candidate(candidate, reason=reason, **who)
                messages.success(request, _("「%(name)s」を選定しました。") % {"name": name})
            case _:
                actions.reopen_candidate(candidate, **who)
                messages.success(request, _("「%(name)s」を検討中に戻しました。") % {"name": name})
    except Refused as refused:
        return _ledger(request, case, candidate, refused.problems, reason, status=422)
    for warning in rules.reason_warnings(reason):
        messages.warning(request, warning.sentence(request.LANGUAGE_CODE))
    target = reverse("cases:candidate-list", args=[pk])
    return redirect(f"{target}#candidate-{candidate.position}")


def _ledger(
    request: HttpRequest,
    case: Case,
    refused: Candidate | None = None,
    problems: list[Problem] | None = None,
    reason: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    case.refresh_from_db(fields=["edition"])
    search = grounds.search_of(case)
    candidates = grounds.candidates_of(case)
    facts = grounds.facts_of(case, on=timezone.localdate(), candidates=candidates)
    rows = [
        {
            "candidate": row,
            "facts": papers.candidate_facts(row),
            "shown": frozen.shown(row.facts),
            "failing": frozen.failing(row.facts),
            "warnings": list(rules.reason_warnings(row.reason)),
            "shortfall": _shortfall(facts, index),
            "problems": problems if refused and row.pk == refused.pk else [],
            "typed": reason if refused and row.pk == refused.pk else "",
        }
        for index, row in enumerate(candidates)
    ]
    return render(
        request,
        "cases/candidate_list.html",
        {
            **page(request, case, "candidates"),
            "search": search,
            "rows": rows,
            "basis": frozen.basis(search.facts) if search else None,
            "left": list(rules.candidate_problems(facts)),
            "refused": refused,
            "problems": problems or [],
            "facts": facts,
            "shortest": rules.SHORTEST_REASON,
        },
        status=status,
    )


def _shortfall(facts: rules.Facts, index: int) -> Problem | None:
    """Return what speaks against a choice: of the one that is chosen, or of one that still may."""
    outcome = facts.outcomes[index]
    weighed = outcome == "chosen" or (outcome == "open" and not facts.chosen)
    return rules.shortfall(facts, index) if weighed else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case_method_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which ways the law leaves open, with citations and assumptions; decide on one."""
    case = case_or_404(request, pk)
    problems: list[Problem] = []
    if request.method == "POST":
        form = MethodForm(request.POST)
        if not form.is_valid():
            problems = [Problem("/method", "case_method_undecided")]
            if "reason" in form.errors:
                problems = list(rules.reason_problems(request.POST.get("reason", "")))
        else:
            try:
                actions.decide_method(
                    case,
                    contract_category=form.cleaned_data["contract_category"],
                    method=form.cleaned_data["method"],
                    clause=form.cleaned_data["clause"],
                    reason=form.cleaned_data["reason"],
                    edition=form.cleaned_data["edition"],
                    by=user_of(request),
                    at=timezone.now(),
                )
            except Refused as refused:
                problems = refused.problems
            else:
                messages.success(request, _("契約方法を決定し、根拠とともに記録しました。"))
                return redirect("cases:case-detail", pk=pk)
    elif not page(request, case)["may_work"] and not case.method:
        raise PermissionDenied
    return render(
        request,
        "cases/case_method.html",
        {
            **page(request, case, "method"),
            **_advice(request, case),
            "problems": problems,
            "locked": grounds.search_of(case) is not None,
        },
        status=422 if problems else 200,
    )


def _advice(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Weigh the ways for the contract category that is asked for."""
    on = timezone.localdate()
    known = codelist.labels("contract_categories")
    asked = request.POST.get("contract_category") or request.GET.get("contract_category") or ""
    category = asked if asked in known else case.contract_category or USUAL_CATEGORY
    facts = grounds.law_facts(case, grounds.candidates_of(case), on=on, contract_category=category)
    advice = law.advise(facts)
    methods = {row.code: row for row in codelist.contracting_methods()}
    chosen = request.POST.get("method") or case.method
    state = grounds.facts_of(case, on=on)
    language = "en" if request.LANGUAGE_CODE == "en" else "ja"
    return {
        "weighed": facts,
        "advice": advice,
        "ways": [
            {
                "way": way,
                "method": methods[way.method],
                "label": methods[way.method].label(language),
                "first": number == 0,
                "checked": way.method == chosen,
            }
            for number, way in enumerate(advice.ways)
        ],
        "categories": codelist.labels("contract_categories", language),
        "category": category,
        "clauses": [row for row in codelist.negotiated_clauses(on) if row.clause != "1"],
        "clause": request.POST.get("clause") or case.legal_clause,
        "grounds": case.method_grounds,
        "grounds_reasons": grounds.said(case.method_grounds.get("reasons", ())),
        "grounds_assumptions": grounds.said(case.method_grounds.get("assumptions", ())),
        "decided": methods[case.method].label(language) if case.method in methods else "",
        "outdated": state.outdated,
        "superseded": state.superseded,
        "shortfall": state.shortfall,
        "cited_in": grounds.citing_numbers(case),
        "reason": request.POST.get("reason", ""),
        "shortest": rules.SHORTEST_REASON,
    }
