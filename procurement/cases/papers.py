"""What the papers of a case say: the case's own facts, in the shapes of the papers' room.

Offers are read from the locked search only and never asked of the catalogue again; requirements
come from the published version, the law from the grounds kept with the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from procurement.cases import frozen, grounds, particulars, rules
from procurement.cases.models import Candidate, Case, LockedSearch
from procurement.documents import engine, papers
from procurement.documents.facts import (
    Amount,
    Basis,
    Body,
    CandidateFacts,
    CaseFacts,
    ClauseFacts,
    ComparisonPaper,
    ContractFacts,
    Counterparty,
    CurrentSystem,
    Deliverable,
    Drafting,
    Exit,
    JustificationPaper,
    Labelled,
    Law,
    Line,
    Money,
    NegotiatedTerms,
    Outline,
    Quotation,
    Reasons,
    Related,
    Search,
    ServiceLevel,
    SpecificationFacts,
    SpecificationPaper,
    Step,
    ThresholdFacts,
)
from procurement.documents.kinds import kind_of
from schemas import codelist
from schemas.problems import Problem

GROUPS = {
    "prefecture_designated": "都道府県・指定都市",
    "municipality": "市区町村（指定都市を除く）",
}


def problems(case: Case, kind: str, *, at: datetime) -> list[Problem]:
    """Say everything that keeps a paper of the case from being issued; ``[]`` when nothing does.

    First the steps of the case and the particulars that are missing, all at once; then whatever the
    paper's own schema and rules find.
    """
    facts = grounds.facts_of(case, on=timezone.localdate(at))
    found = [
        *rules.paper_problems(facts, kind),
        *particulars.missing(case.particulars, paper=kind, short=facts.shortfall is not None),
    ]
    if found:
        return found
    issue = engine.issue_facts(engine.UNNUMBERED, at)
    return engine.context_problems(kind, {**context(case, kind, at=at), "issue": issue})


def preview(case: Case, kind: str, *, at: datetime) -> engine.Preview:
    """Show a paper of the case as it would be issued, or everything that it still lacks."""
    if found := problems(case, kind, at=at):
        return engine.Preview(kind, SafeString(""), found, [])
    return engine.previewed(kind, context(case, kind, at=at), at=at)


def context(case: Case, kind: str, *, at: datetime) -> dict[str, Any]:
    """Return the context of a paper, without its issue (schemas/papers/<kind>.schema.json).

    Raises ``Refused`` for a kind that is none.
    """
    kind_of(kind)
    builders: Mapping[str, Callable[[Case, date], dict[str, Any]]] = {
        "procurement_specification": _specification_paper,
        "comparison_table": _comparison_table,
        "negotiated_contract_justification": _justification,
    }
    return builders[kind](case, timezone.localdate(at))


def _specification_paper(case: Case, on: date) -> dict[str, Any]:
    stated = case.particulars
    category = codelist.category_on(case.body_id, on)
    requirements = [row.stated() for row in case.version.requirements.all()]
    return papers.procurement_specification(
        SpecificationPaper(
            body=body_facts(case),
            case=case_facts(case),
            specification=specification_facts(case),
            outline=Outline(
                background=stated.get("background"),
                purpose=stated.get("purpose"),
                expected_effects=stated.get("expected_effects"),
                overview=stated.get("overview"),
                scope=stated.get("scope"),
                scale=[Labelled(**row) for row in stated.get("scale", ())],
                current_system=current_system(case),
            ),
            contract=ContractFacts(
                starts_on=_day(stated.get("starts_on")),
                ends_on=_day(stated.get("ends_on")),
                service_starts_on=_day(stated.get("service_starts_on")),
                place=stated.get("place"),
                method=method_law(case),
                category=category_label(case),
                multi_year_basis=multi_year_law(case),
            ),
            schedule=[
                Step(row["label"], date.fromisoformat(row["ends_on"]), _day(row.get("starts_on")))
                for row in stated.get("schedule", ())
            ],
            service_levels=[ServiceLevel(**row) for row in stated.get("service_levels", ())],
            exit=Exit(
                formats=stated.get("exit_formats"),
                scope=stated.get("exit_scope"),
                within_days=stated.get("exit_within_days"),
                free_deliveries=stated.get("exit_free_deliveries"),
            ),
            deliverables=[Deliverable(**row) for row in stated.get("deliverables", ())],
            qualifications=stated.get("qualifications", ()),
            requirements=papers.annex(requirements, category=category),
            related=[Related(**row) for row in stated.get("related", ())],
            ceiling=_ceiling(stated),
        )
    )


def _comparison_table(case: Case, _on: date) -> dict[str, Any]:
    search = grounds.search_of(case)
    candidates = [candidate_facts(row) for row in grounds.candidates_of(case)]
    conclusion = case.particulars.get("conclusion") or next(
        (row.reason for row in candidates if row.outcome == Candidate.Outcome.CHOSEN), None
    )
    return papers.comparison_table(
        ComparisonPaper(
            body=body_facts(case),
            case=case_facts(case),
            specification=specification_facts(case),
            search=search_facts(search),
            basis=frozen.basis(search.facts) if search else Basis(None, None, 60, "INCLUDED"),
            candidates=candidates,
            conclusion=conclusion,
        )
    )


def _justification(case: Case, _on: date) -> dict[str, Any]:
    stated = case.particulars
    chosen = next(
        (row for row in grounds.candidates_of(case) if row.outcome == Candidate.Outcome.CHOSEN),
        None,
    )
    return papers.negotiated_contract_justification(
        JustificationPaper(
            body=body_facts(case),
            case=case_facts(case),
            specification=specification_facts(case),
            counterparty=frozen.counterparty(chosen.facts)
            if chosen
            else Counterparty(None, None, None, None),
            amount=Amount(
                amount_yen=stated.get("expected_amount_yen"),
                tax_basis="INCLUDED",
                lines=[Line(**row) for row in stated.get("amount_lines", ())],
            ),
            contract=NegotiatedTerms(
                starts_on=_day(stated.get("starts_on")),
                ends_on=_day(stated.get("ends_on")),
                method=method_law(case),
                category=category_label(case),
                multi_year_basis=multi_year_law(case),
            ),
            clause=clause_facts(case),
            threshold=threshold_facts(case),
            reasons=Reasons(
                product=stated.get("reason_product"),
                shortfall=stated.get("reason_shortfall"),
                vendor=stated.get("reason_vendor"),
                unsuitability=stated.get("reason_unsuitability"),
                no_alternative=stated.get("reason_no_alternative"),
                price=stated.get("reason_price"),
            ),
            drafting=Drafting(
                department=stated.get("drafting_department"),
                name=stated.get("drafting_name"),
                drafted_on=_day(stated.get("drafted_on")),
            ),
            approvals=stated.get("approvals", ()),
            evidence=stated.get("evidence", ()),
            quotations=[
                Quotation(
                    row["vendor"],
                    row["amount_yen"],
                    row["tax_basis"],
                    date.fromisoformat(row["quoted_on"]),
                )
                for row in stated.get("quotations", ())
            ],
        )
    )


def body_facts(case: Case) -> Body:
    """Return the body that issues, with the department and contact that the officer stated."""
    stated = case.particulars
    return Body(
        code=case.body.code,
        name=case.body.name,
        department=stated.get("department"),
        contact_name=stated.get("contact_name"),
        contact_phone=stated.get("contact_phone"),
        contact_email=stated.get("contact_email"),
    )


def case_facts(case: Case) -> CaseFacts:
    """Return the case's title, and whether it is a sample."""
    return CaseFacts(title=case.title, sample=case.is_sample)


def specification_facts(case: Case) -> SpecificationFacts:
    """Return the published version that is demanded."""
    version = case.version
    specification = version.specification
    if version.published_on is None:
        raise ValueError("a case is opened against a published version")
    return SpecificationFacts(
        slug=specification.slug,
        version=version.number,
        title=specification.title,
        authority=specification.authority.name,
        published_on=version.published_on,
        sha256=version.digest,
        sample=specification.is_sample,
    )


def current_system(case: Case) -> CurrentSystem | None:
    """Return what the body runs today, from the contract of the case's plan."""
    if case.plan is None:
        return None
    contract = case.plan.contract
    return CurrentSystem(contract.system, contract.contractor, contract.ends_on)


def candidate_facts(candidate: Candidate) -> CandidateFacts:
    """Return a candidate as the locked search showed it, and what became of it."""
    decided_on = timezone.localdate(candidate.decided_at) if candidate.decided_at else None
    by = candidate.decided_by
    return frozen.candidate(
        candidate.facts,
        position=candidate.position,
        outcome=candidate.outcome,
        reason=candidate.reason or None,
        decided_on=decided_on,
        decided_by=(by.name or by.email) if by else None,
    )


def search_facts(search: LockedSearch | None) -> Search:
    """Return the locked search: conditions in words, when and by whom, its digest."""
    if search is None:
        return Search((), None, None, None, 0)
    return Search(
        conditions=frozen.conditions(search.facts),
        locked_at=timezone.localtime(search.locked_at),
        locked_by=search.locked_by.name or search.locked_by.email,
        sha256=search.digest,
        found=len(search.facts["results"]),
    )


def method_law(case: Case) -> Law | None:
    """Return the method and the law on which it rests, as cited when it was decided."""
    label = codelist.labels("contracting_methods").get(case.method)
    if label is None:
        return None
    cited = case.method_grounds.get("clause_law") or case.method_grounds["law"]
    return Law(label, cited)


def category_label(case: Case) -> str | None:
    """Return the contract category of 別表第五 in words."""
    return codelist.labels("contract_categories").get(case.contract_category)


def multi_year_law(case: Case) -> Law | None:
    """Return the basis of a contract over several years."""
    code = case.particulars.get("multi_year_basis")
    row = next((row for row in codelist.multi_year_bases() if row.code == code), None)
    return Law(row.name_ja, f"{row.law}{row.clause}") if row else None


def clause_facts(case: Case) -> ClauseFacts:
    """Return the item (号) that is applied, in its wording of the day of the decision."""
    on = _day(case.method_grounds.get("on"))
    row = codelist.negotiated_clause(case.legal_clause, on) if case.legal_clause and on else None
    if row is None:
        return ClauseFacts(None, None, None, None, None)
    return ClauseFacts(row.clause, row.law, row.article, row.summary_ja, row.source)


def threshold_facts(case: Case) -> ThresholdFacts:
    """Return the threshold as it stood when the method was decided, and whose rule it is."""
    group = codelist.threshold_group(case.method_grounds.get("body_category", case.body.category))
    kept = case.method_grounds.get("threshold")
    if kept is None:
        return ThresholdFacts(None, None, None, GROUPS[group], own_rule=False)
    return ThresholdFacts(
        amount_yen=kept["amount_yen"],
        source=kept["source"],
        effective_from=_day(kept["effective_from"]),
        group=GROUPS[group],
        own_rule=kept["own_rule"],
    )


def _ceiling(stated: Mapping[str, Any]) -> Money | None:
    if "ceiling_yen" not in stated or "ceiling_tax_basis" not in stated:
        return None
    return Money(stated["ceiling_yen"], stated["ceiling_tax_basis"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
