"""On what the choice of a method stands: the case's own facts weighed by dated law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from procurement.cases import law, rules
from procurement.cases.models import Candidate, Case, LockedSearch
from schemas import codelist
from schemas.problems import Problem


def search_of(case: Case) -> LockedSearch | None:
    """Return the case's locked search, or None while it has none."""
    return LockedSearch.objects.filter(case=case).select_related("locked_by").first()


def candidates_of(case: Case) -> list[Candidate]:
    """Return the case's candidates in the order of the search."""
    return list(
        Candidate.objects.weighed()
        .filter(search__case=case)
        .select_related("offer", "decided_by")
        .order_by("position")
    )


def law_facts(
    case: Case,
    candidates: Iterable[Candidate],
    *,
    on: date,
    contract_category: str | None = None,
) -> law.Facts:
    """Return what the choice of a method depends on, on a day.

    The amount is the expected amount with tax that the officer stated, 0 while there is none.
    """
    category = case.contract_category if contract_category is None else contract_category
    left = [row for row in candidates if row.outcome != Candidate.Outcome.DROPPED]
    return law.Facts(
        amount_yen=case.particulars.get("expected_amount_yen", 0),
        contract_category=category,
        body_category=codelist.category_on(case.body_id, on),
        on=on,
        own_rules=[
            law.OwnRule(row.amount_yen, row.effective_from, row.source)
            for row in case.body.thresholds.all()
            if row.contract_category == category
        ],
        remaining=len(left),
        products=len({row.offer.product_id for row in left}),
    )


def grounds(facts: law.Facts, *, method: str, clause: str) -> dict[str, Any]:
    """Return the grounds of a method as they are kept (schemas/method-grounds.schema.json).

    The deed adds who decided and when. ``method`` is one that ``law.advise`` knows.
    """
    advice = law.advise(facts)
    way = next(way for way in advice.ways if way.method == method)
    row = next(row for row in codelist.contracting_methods() if row.code == method)
    cited = codelist.negotiated_clause(clause, facts.on) if clause else None
    return {
        "on": facts.on.isoformat(),
        "amount_yen": facts.amount_yen,
        "contract_category": facts.contract_category,
        "body_category": facts.body_category,
        "remaining": facts.remaining,
        "products": facts.products,
        "threshold": threshold_kept(advice.threshold),
        "gpa_applies": advice.gpa_applies,
        "law": f"{row.law}{row.clause}",
        "clause_law": f"{cited.law}{cited.article}" if cited else None,
        "standing": way.standing,
        "reasons": [kept(problem) for problem in way.reasons],
        "assumptions": [kept(problem) for problem in advice.assumptions],
    }


def threshold_kept(threshold: law.Threshold | None) -> dict[str, Any] | None:
    """Return a threshold as plain JSON."""
    if threshold is None:
        return None
    begins = threshold.effective_from
    return {**asdict(threshold), "effective_from": begins.isoformat() if begins else None}


def kept(problem: Problem) -> dict[str, Any]:
    """Return a sentence as it is kept: its code and values."""
    return {"code": problem.code, "params": dict(problem.params)}


def said(notes: Iterable[dict[str, Any]]) -> list[Problem]:
    """Return kept sentences as problems, to be said in the reader's language."""
    return [Problem("", note["code"], note["params"]) for note in notes]


def facts_of(
    case: Case,
    *,
    on: date,
    candidates: Iterable[Candidate] | None = None,
    issued: Iterable[tuple[str, datetime]] | None = None,
) -> rules.Facts:
    """Return what the state of a case depends on, on a day.

    Whoever has the candidates (``weighed``) and the kinds and times of the issued papers already
    hands them in. A locked search has candidates, for one that finds nothing is refused.
    """
    rows = candidates_of(case) if candidates is None else list(candidates)
    papers = case.papers.values_list("kind", "issued_at") if issued is None else issued
    last = dict(sorted(papers, key=lambda paper: paper[1]))
    outdated = False
    if case.method:
        weighed = law_facts(case, rows, on=on)
        now = grounds(weighed, method=case.method, clause=case.legal_clause)
        outdated = rules.method_is_outdated(case.method_grounds, now)
    return rules.Facts(
        locked=bool(rows),
        outcomes=[row.outcome for row in rows],
        stated=case.particulars,
        method=case.method,
        outdated=outdated,
        issued=sorted(last),
        superseded=superseded(case, last),
        verdicts=[row.verdict for row in rows],
        products=[row.product_name for row in rows],
    )


def superseded(case: Case, last: Mapping[str, datetime]) -> list[str]:
    """Name the kinds whose last paper cites an earlier decision on the method than the present."""
    decided_at = case.method_grounds.get("decided_at")
    if decided_at is None:
        return []
    since = datetime.fromisoformat(decided_at)
    return sorted(kind for kind, at in last.items() if rules.cites_method(kind) and at < since)


def citing_numbers(case: Case) -> list[str]:
    """Return the numbers of the issued papers that cite a decision on the method."""
    papers = case.papers.order_by("issued_at", "pk").values_list("kind", "number")
    return [number for kind, number in papers if rules.cites_method(kind)]
