"""Drafts for particulars that nobody has stated yet. The officer sees, mends and saves them.

A draft is taken from what the case, its plan, its version and its locked search already say, and
from the usual terms of the papers' room; it counts for nothing until it is saved.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from procurement.cases import frozen, grounds
from procurement.cases.models import Candidate, Case
from procurement.documents import papers
from procurement.documents.facts import CandidateFacts
from procurement.models import Officer
from schemas import codelist
from schemas.calendar import add_months
from schemas.eras import era

USUAL_MONTHS = 60
CONTRACT_STEP = "evaluate_and_contract"
USUAL_APPROVALS = ["部長", "課長", "係長"]


def drafts(case: Case, *, section: str, office: Officer | None, today: date) -> dict[str, Any]:
    """Return a draft of each value of a page that is not stated and can be drafted."""
    makers = {
        "outline": _outline,
        "contract": _contract,
        "terms": _terms,
        "reasons": _reasons,
        "approval": _approval,
    }
    found = makers[section](case, office, today)
    return {
        key: value
        for key, value in found.items()
        if value not in (None, "", []) and key not in case.particulars
    }


def _outline(case: Case, office: Officer | None, today: date) -> dict[str, Any]:
    body = case.body
    scale = []
    if body.population and body.population_as_of:
        value = f"{body.population:,}人（{era(body.population_as_of)}現在）"
        scale = [{"label": "人口", "value": value}]
    return {
        "department": office.department if office else "",
        "contact_name": office.user.name if office else "",
        "contact_email": office.user.email if office else "",
        "scale": scale,
    }


def _contract(case: Case, office: Officer | None, today: date) -> dict[str, Any]:
    found: dict[str, Any] = {"place": f"{case.body.name}の庁舎、対象施設及び受託者の事業所"}
    if case.plan:
        begins = case.plan.renewal_on
        signed = case.plan.steps.filter(code=CONTRACT_STEP).first()
        found["service_starts_on"] = begins.isoformat()
        found["ends_on"] = (add_months(begins, USUAL_MONTHS) - timedelta(days=1)).isoformat()
        if signed:
            found["starts_on"] = signed.ends_by.isoformat()
    price = chosen.price if (chosen := chosen_candidate(case)) else None
    if price and price.tax_basis == "INCLUDED":
        found["expected_amount_yen"] = price.total_yen
        found["amount_lines"] = [
            {"label": line.label, "amount_yen": line.amount_yen} for line in price.lines
        ]
    return found


def _terms(case: Case, office: Officer | None, today: date) -> dict[str, Any]:
    category = codelist.category_on(case.body_id, today)
    requirements = [row.stated() for row in case.version.requirements.all()]
    names = {}
    if case.plan:
        names = {row.code: row.name_ja for row in codelist.switchover_steps(case.plan.template)}
    steps = case.plan.steps.filter(ends_by__gte=today).order_by("ends_by") if case.plan else []
    return {
        "schedule": [
            {
                "label": names.get(step.code, step.code),
                "starts_on": step.starts_by.isoformat(),
                "ends_on": step.ends_by.isoformat(),
            }
            for step in steps
        ],
        "service_levels": papers.plain(papers.service_levels(requirements, category=category)),
        "exit_formats": papers.STANDARD_EXIT.formats,
        "exit_scope": papers.STANDARD_EXIT.scope,
        "exit_within_days": papers.STANDARD_EXIT.within_days,
        "exit_free_deliveries": papers.STANDARD_EXIT.free_deliveries,
        "deliverables": papers.plain(papers.STANDARD_DELIVERABLES),
        "qualifications": list(papers.STANDARD_QUALIFICATIONS),
    }


def _reasons(case: Case, office: Officer | None, today: date) -> dict[str, Any]:
    chosen = chosen_candidate(case)
    return {"reason_product": chosen.reason if chosen else None}


def _approval(case: Case, office: Officer | None, today: date) -> dict[str, Any]:
    return {
        "drafting_department": case.particulars.get("department")
        or (office.department if office else ""),
        "drafting_name": office.user.name if office else "",
        "drafted_on": today.isoformat(),
        "approvals": USUAL_APPROVALS,
    }


def chosen_candidate(case: Case) -> CandidateFacts | None:
    """Return the candidate that is chosen, as the locked search showed it."""
    for row in grounds.candidates_of(case):
        if row.outcome == Candidate.Outcome.CHOSEN:
            return frozen.candidate(
                row.facts, position=row.position, outcome=row.outcome, reason=row.reason
            )
    return None
