"""The first step: look at what a search finds, then lock it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue import facts, search
from procurement.cases import actions, frozen, grounds, rules
from procurement.cases.forms import domain_choices
from procurement.cases.models import Case
from procurement.cases.views.part import case_or_404, page, user_of
from procurement.forms import edition_of
from schemas import codelist
from schemas.problems import Problem, Refused


@require_safe
@login_required
def case_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the conditions find just now, or the search as it was locked."""
    case = case_or_404(request, pk)
    if locked := grounds.search_of(case):
        return render(
            request,
            "cases/case_search.html",
            {**page(request, case, "search"), "search": locked, **_shown(locked.facts)},
        )
    return _preview(request, case, request.GET.urlencode(), [])


@require_POST
@login_required
def case_search_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock the search that was shown."""
    case = case_or_404(request, pk)
    query = request.POST.get("query", "")
    try:
        actions.lock_search(
            case,
            query=query,
            edition=edition_of(request),
            by=user_of(request),
            at=timezone.now(),
        )
    except Refused as refused:
        if grounds.search_of(case):
            for problem in refused.problems:
                messages.error(request, problem.sentence(request.LANGUAGE_CODE))
            return redirect("cases:case-search", pk=pk)
        return _preview(request, case, query, refused.problems, status=422)
    messages.success(request, _("検索を固定しました。次に、候補ごとに採否と理由を書きます。"))
    return redirect("cases:candidate-list", pk=pk)


def _preview(
    request: HttpRequest, case: Case, query: str, problems: list[Problem], *, status: int = 200
) -> HttpResponse:
    """Show what a lock would keep, and the choices that would narrow it."""
    on = timezone.localdate()
    query = query[: rules.LONGEST_QUERY]
    category = codelist.category_on(case.body_id, on)
    population = case.body.population
    asked = search.query_of(query, on=on).against(case.version, population, category)
    shown: dict[str, Any] = {}
    try:
        kept = facts.locked(
            query, population=population, body_category=category, on=on, version=case.version
        )
        shown = _shown(kept)
    except Refused as refused:
        known = {problem.code for problem in problems}
        problems = [*problems, *(row for row in refused.problems if row.code not in known)]
    return render(
        request,
        "cases/case_search.html",
        {
            **page(request, case, "search"),
            "search": None,
            "query": query,
            "asked": asked,
            "domains": domain_choices(),
            "facets": search.found(asked).facets,
            "problems": problems,
            **shown,
        },
        status=status,
    )


def _shown(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "conditions": frozen.conditions(kept),
        "basis": frozen.basis(kept),
        "results": [
            frozen.candidate(result, position=position)
            for position, result in enumerate(kept["results"], 1)
        ],
    }
