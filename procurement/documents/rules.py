"""What may not stand in a paper, and what should make its author think. Pure; no Django.

A context that satisfies its schema can still contradict itself or the law; these rules say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from schemas import codelist
from schemas.eras import era
from schemas.problems import Problem

Context = Mapping[str, Any]
Rule = Callable[[Context], Iterator[Problem]]

HABITS = ("使い慣れ", "時間がない", "時間的余裕がない", "手間がかかる", "これまでどおり")


def contract_ends_after_it_starts(context: Context) -> Iterator[Problem]:
    """A contract ends on or after the day on which it starts."""
    contract = context["contract"]
    if contract["ends_on"] < contract["starts_on"]:
        yield Problem(
            "/contract/ends_on",
            "paper_period_reversed",
            {"starts_on": _day(contract["starts_on"]), "ends_on": _day(contract["ends_on"])},
        )


def service_starts_within_the_contract(context: Context) -> Iterator[Problem]:
    """The service starts inside the contract period, which also holds the building of it."""
    contract = context["contract"]
    if not contract["starts_on"] <= contract["service_starts_on"] <= contract["ends_on"]:
        yield Problem(
            "/contract/service_starts_on",
            "paper_service_outside_contract",
            {"service_starts_on": _day(contract["service_starts_on"])},
        )


def decided_candidates_have_a_reason(context: Context) -> Iterator[Problem]:
    """A candidate is dropped or chosen only with a reason (証跡)."""
    for index, candidate in enumerate(context["candidates"]):
        if candidate["outcome"] != "open" and not (candidate["reason"] or "").strip():
            yield Problem(
                f"/candidates/{index}/reason",
                "paper_candidate_without_reason",
                {"product": candidate["product"]},
            )


def prices_share_one_tax_basis(context: Context) -> Iterator[Problem]:
    """Prices are compared in one tax basis."""
    for index, candidate in enumerate(context["candidates"]):
        price = candidate["price"]
        if price and price["tax_basis"] != context["basis"]["tax_basis"]:
            yield Problem(
                f"/candidates/{index}/price/tax_basis",
                "paper_price_in_other_tax_basis",
                {"product": candidate["product"]},
            )


def price_lines_add_up(context: Context) -> Iterator[Problem]:
    """The lines of a candidate's cost add up to its total."""
    for index, candidate in enumerate(context["candidates"]):
        if price := candidate["price"]:
            yield from _sum_problems(
                price["lines"],
                price["total_yen"],
                f"/candidates/{index}/price/total_yen",
                candidate["product"],
            )


def amount_lines_add_up(context: Context) -> Iterator[Problem]:
    """The lines of the intended amount add up to it."""
    amount = context["amount"]
    yield from _sum_problems(amount["lines"], amount["amount_yen"], "/amount", "予定金額")


def small_amount_is_within_its_threshold(context: Context) -> Iterator[Problem]:
    """Item 1 applies to a tax-included planned price that is not above the threshold.

    Source: 地方自治法施行令 第167条の2 第1項第1号・別表第五.
    """
    amount, threshold = context["amount"], context["threshold"]
    if context["clause"]["number"] != "1":
        return
    if amount["tax_basis"] != "INCLUDED":
        yield Problem("/amount/tax_basis", "paper_small_amount_without_tax")
    elif amount["amount_yen"] > threshold["amount_yen"]:
        yield Problem(
            "/clause/number",
            "paper_small_amount_over_threshold",
            {
                "amount": f"{amount['amount_yen']:,}",
                "threshold": f"{threshold['amount_yen']:,}",
            },
        )


def threshold_is_in_force(context: Context) -> Iterator[Problem]:
    """The threshold that the paper cites holds on the day of issue."""
    begins = context["threshold"]["effective_from"]
    if begins and begins > context["issue"]["issued_on"]:
        yield Problem(
            "/threshold/effective_from",
            "paper_threshold_not_yet_in_force",
            {"effective_from": _day(begins)},
        )


RULES: Mapping[str, tuple[Rule, ...]] = {
    "procurement_specification": (
        contract_ends_after_it_starts,
        service_starts_within_the_contract,
    ),
    "comparison_table": (
        decided_candidates_have_a_reason,
        prices_share_one_tax_basis,
        price_lines_add_up,
    ),
    "negotiated_contract_justification": (
        contract_ends_after_it_starts,
        amount_lines_add_up,
        small_amount_is_within_its_threshold,
        threshold_is_in_force,
    ),
}


def contradictions(kind: str, context: Context) -> list[Problem]:
    """Apply every rule of the kind to a context that satisfies its schema."""
    return [problem for rule in RULES[kind] for problem in rule(context)]


def warnings(kind: str, context: Context) -> list[Problem]:
    """Say what does not stop the issue and should be thought about first."""
    found: list[Problem] = []
    if context["case"]["sample"] or context["specification"]["sample"]:
        found.append(Problem("/case/sample", "paper_sample_data"))
    if kind == "negotiated_contract_justification":
        found += _habits(context) + _quotations(context)
    return found


def _habits(context: Context) -> list[Problem]:
    return [
        Problem(f"/reasons/{name}", "paper_reason_is_habit", {"phrase": phrase})
        for name, text in context["reasons"].items()
        for phrase in HABITS
        if text and phrase in text
    ]


def _quotations(context: Context) -> list[Problem]:
    """As many quotations are recorded as bodies usually take under the item that is applied.

    Source: schemas/codelists/quotation_practices.csv.
    """
    issued_on = date.fromisoformat(context["issue"]["issued_on"])
    practice = codelist.quotation_practice(context["clause"]["number"], issued_on)
    taken = len(context["quotations"])
    if practice is None or taken >= practice.fewest:
        return []
    return [
        Problem(
            "/quotations",
            "paper_few_quotations" if taken else "paper_without_quotations",
            {
                "number": taken,
                "clause": practice.clause,
                "practice_ja": practice.practice_ja,
                "practice_en": practice.practice_en,
                "source": practice.source,
            },
        )
    ]


def _sum_problems(
    lines: list[dict[str, Any]], total: int, pointer: str, name: str
) -> Iterator[Problem]:
    if (added := sum(line["amount_yen"] for line in lines)) != total:
        yield Problem(
            pointer,
            "paper_price_lines_do_not_add_up",
            {"name": name, "sum": f"{added:,}", "total": f"{total:,}"},
        )


def _day(text: str) -> str:
    return era(date.fromisoformat(text))
