"""What a paper may not say, one table a rule; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from procurement.documents import rules
from procurement.documents.facts import Amount, ClauseFacts, Line, Quotation
from schemas.problems import messages
from tests.documents import facts

SPECIFICATION = "procurement_specification"
TABLE = "comparison_table"
JUSTIFICATION = "negotiated_contract_justification"


def codes(kind: str, context: dict[str, Any]) -> list[str]:
    """Return the codes of what the rules find."""
    return [problem.code for problem in rules.contradictions(kind, context)]


@pytest.mark.parametrize("kind", list(rules.RULES))
def test_whole_context_holds_no_contradiction(kind: str) -> None:
    assert codes(kind, facts.context(kind)) == []


@pytest.mark.parametrize(
    ("ends_on", "found"),
    [("2027-07-01", []), ("2027-06-30", ["paper_period_reversed"])],
)
def test_contract_ends_after_it_starts(ends_on: str, found: list[str]) -> None:
    context = facts.context(JUSTIFICATION)
    context["contract"]["ends_on"] = ends_on

    assert codes(JUSTIFICATION, context) == found


@pytest.mark.parametrize(
    ("service_starts_on", "found"),
    [
        ("2027-06-30", ["paper_service_outside_contract"]),
        ("2027-07-01", []),
        ("2033-03-31", []),
        ("2033-04-01", ["paper_service_outside_contract"]),
    ],
)
def test_service_starts_within_the_contract(service_starts_on: str, found: list[str]) -> None:
    context = facts.context(SPECIFICATION)
    context["contract"]["service_starts_on"] = service_starts_on

    assert codes(SPECIFICATION, context) == found


@pytest.mark.parametrize(
    ("outcome", "reason", "found"),
    [
        ("open", None, []),
        ("dropped", "高い", []),
        ("dropped", None, ["paper_candidate_without_reason"]),
        ("chosen", None, ["paper_candidate_without_reason"]),
    ],
)
def test_decided_candidates_have_a_reason(
    outcome: str, reason: str | None, found: list[str]
) -> None:
    candidate = facts.candidate(1, "製品", outcome=outcome, reason=reason)

    assert codes(TABLE, facts.context(TABLE, candidates=[candidate])) == found


def test_prices_share_one_tax_basis_and_add_up() -> None:
    price = facts.candidate(1, "製品").price
    assert price
    mixed = facts.candidate(1, "製品", price=replace(price, tax_basis="EXCLUDED"))
    wrong = facts.candidate(2, "製品", price=replace(price, total_yen=price.total_yen + 1))

    assert codes(TABLE, facts.context(TABLE, candidates=[mixed, wrong])) == [
        "paper_price_in_other_tax_basis",
        "paper_price_lines_do_not_add_up",
    ]


@pytest.mark.parametrize(
    ("clause", "amount", "tax_basis", "found"),
    [
        ("1", 1_000_000, "INCLUDED", []),
        ("1", 1_000_001, "INCLUDED", ["paper_small_amount_over_threshold"]),
        ("1", 900_000, "EXCLUDED", ["paper_small_amount_without_tax"]),
        ("2", 1_000_001, "INCLUDED", []),
    ],
    ids=["at the threshold", "one yen over", "without tax", "item 2"],
)
def test_small_amount_is_within_its_threshold(
    clause: str, amount: int, tax_basis: str, found: list[str]
) -> None:
    context = facts.context(
        JUSTIFICATION,
        clause=ClauseFacts(clause, "地方自治法施行令", "第167条の2", "要旨", "出典"),
        amount=Amount(amount, tax_basis, [Line("費用", amount)]),
    )

    assert codes(JUSTIFICATION, context) == found


def test_threshold_is_in_force_on_the_day_of_issue() -> None:
    context = facts.context(JUSTIFICATION)
    context["threshold"]["effective_from"] = "2027-06-19"

    assert codes(JUSTIFICATION, context) == ["paper_threshold_not_yet_in_force"]


def test_habit_and_a_single_quotation_are_warned_about() -> None:
    sound = facts.justification_facts()
    context = facts.context(
        JUSTIFICATION,
        reasons=replace(sound.reasons, product="職員が使い慣れているため。"),
        clause=ClauseFacts("1", "地方自治法施行令", "第167条の2", "要旨", "出典"),
        quotations=[Quotation("甲", 1, "INCLUDED", date(2027, 6, 1))],
    )

    assert [problem.code for problem in rules.warnings(JUSTIFICATION, context)] == [
        "paper_sample_data",
        "paper_reason_is_habit",
        "paper_few_quotations",
    ]


@pytest.mark.parametrize(
    ("clause", "taken", "found"),
    [
        ("1", 0, ["paper_without_quotations"]),
        ("1", 1, ["paper_few_quotations"]),
        ("1", 2, []),
        ("2", 0, ["paper_without_quotations"]),
        ("2", 1, []),
        ("5", 0, []),
    ],
)
def test_quotations_are_recorded_as_is_usual_under_the_item(
    clause: str, taken: int, found: list[str]
) -> None:
    context = facts.context(
        JUSTIFICATION,
        clause=ClauseFacts(clause, "地方自治法施行令", "第167条の2", "要旨", "出典"),
        quotations=[Quotation("甲", 1, "INCLUDED", date(2027, 6, 1))] * taken,
    )

    warned = [row for row in rules.warnings(JUSTIFICATION, context) if row.pointer == "/quotations"]

    assert [problem.code for problem in warned] == found
    for problem in warned:
        assert "財務規則" in problem.sentence("ja")
        assert "予算決算及び会計令第99条の6" in problem.sentence("en")


def test_every_message_of_the_papers_can_be_said() -> None:
    assert {code for code in messages() if code.startswith("paper_place_")} == {
        f"paper_place_{place}"
        for place in (
            "particulars",
            "method",
            "candidates",
            "search",
            "approval",
            "case",
            "body",
            "issue",
        )
    }
