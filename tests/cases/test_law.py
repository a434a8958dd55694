"""Which way of contracting the law allows, day by day and amount by amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from procurement.cases import law

FACTS = law.Facts(
    amount_yen=900_000,
    contract_category="other",
    body_category="city",
    on=date(2026, 11, 23),
    remaining=3,
    products=3,
)
RULE = law.OwnRule(800_000, date(2025, 10, 1), "会津若松市契約規則第20条")


@pytest.mark.parametrize(
    ("category", "contract_category", "on", "amount"),
    [
        pytest.param("city", "other", date(2025, 3, 31), 500_000, id="the day before"),
        pytest.param("city", "other", date(2025, 4, 1), 1_000_000, id="the day of"),
        pytest.param("designated_city", "other", date(2025, 4, 1), 2_000_000, id="designated"),
        pytest.param("prefecture", "other", date(2025, 3, 31), 1_000_000, id="prefecture before"),
        pytest.param("special_ward", "other", date(2025, 4, 1), 1_000_000, id="ward as city"),
        pytest.param("core_city", "lease", date(2025, 4, 1), 800_000, id="lease"),
        pytest.param("town", "purchase", date(2025, 4, 1), 1_500_000, id="purchase"),
    ],
)
def test_the_ceiling_is_the_cabinet_orders_of_the_day(
    category: str, contract_category: str, on: date, amount: int
) -> None:
    facts = replace(FACTS, body_category=category, contract_category=contract_category, on=on)

    found = law.threshold(facts)

    assert found is not None
    assert (found.amount_yen, found.own_rule) == (amount, False)


@pytest.mark.parametrize(
    ("on", "amount", "own"),
    [
        pytest.param(date(2025, 9, 30), 1_000_000, False, id="the day before the rule"),
        pytest.param(date(2025, 10, 1), 800_000, True, id="the day of the rule"),
    ],
)
def test_the_bodys_own_rule_decides_from_its_own_day(on: date, amount: int, own: bool) -> None:
    found = law.threshold(replace(FACTS, own_rules=[RULE], on=on))

    assert found is not None
    assert (found.amount_yen, found.own_rule) == (amount, own)


def test_an_own_rule_never_lifts_the_ceiling() -> None:
    rule = replace(RULE, amount_yen=9_000_000)

    found = law.threshold(replace(FACTS, own_rules=[rule]))

    assert found is not None
    assert found.amount_yen == 1_000_000


def test_a_missing_own_rule_is_said_aloud() -> None:
    said = [problem.code for problem in law.advise(FACTS).assumptions]
    with_rule = [p.code for p in law.advise(replace(FACTS, own_rules=[RULE])).assumptions]

    assert said == ["law_own_rule_missing", "law_amount_of_whole_term"]
    assert with_rule == ["law_amount_of_whole_term"]


@pytest.mark.parametrize(
    ("amount", "standing"),
    [(1_000_000, "allowed"), (1_000_001, "not_allowed")],
    ids=["equal is within", "one yen over"],
)
def test_a_small_contract_is_allowed_up_to_the_threshold(amount: int, standing: str) -> None:
    way = law.advise(replace(FACTS, amount_yen=amount)).way("direct_small")

    assert way is not None
    assert (way.standing, way.clause) == (standing, "1")


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        pytest.param({}, "direct_small", id="small amount"),
        pytest.param({"amount_yen": 5_000_000}, "public_proposal", id="several products"),
        pytest.param({"amount_yen": 5_000_000, "products": 1}, "designated_bid", id="resellers"),
        pytest.param({"amount_yen": 5_000_000, "remaining": 1}, "direct_other", id="one fits"),
        pytest.param(
            {"amount_yen": 40_000_000, "body_category": "designated_city", "remaining": 1},
            "open_bid_comprehensive",
            id="government procurement",
        ),
    ],
)
def test_the_way_that_fits_stands_first(changes: dict[str, object], best: str) -> None:
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]  # fields of Facts

    assert law.advise(facts).ways[0].method == best


@pytest.mark.parametrize(
    ("category", "amount", "on", "applies"),
    [
        ("designated_city", 40_000_000, date(2026, 4, 1), True),
        ("designated_city", 39_999_999, date(2026, 4, 1), False),
        ("designated_city", 36_000_000, date(2026, 3, 31), True),
        ("prefecture", 40_000_000, date(2026, 4, 1), True),
        ("core_city", 400_000_000, date(2026, 4, 1), False),
    ],
)
def test_government_procurement_binds_prefectures_and_designated_cities(
    category: str, amount: int, on: date, applies: bool
) -> None:
    facts = replace(FACTS, body_category=category, amount_yen=amount, on=on)

    assert law.gpa_applies(facts) is applies


@pytest.mark.parametrize(
    ("changes", "method", "clause", "codes"),
    [
        ({}, "direct_small", "1", []),
        ({"amount_yen": 2_000_000}, "direct_small", "1", ["law_over_threshold"]),
        ({}, "direct_other", "2", ["law_not_one_candidate_left"]),
        ({"remaining": 1}, "direct_other", "2", []),
        ({"remaining": 1}, "direct_other", "1", ["law_clause_missing"]),
        ({"remaining": 1}, "direct_other", "", ["law_clause_missing"]),
        ({"remaining": 1}, "direct_other", "10", ["law_clause_unknown"]),
        ({}, "lottery", "", ["law_method_unknown"]),
    ],
)
def test_a_choice_against_the_law_is_refused_with_its_reason(
    changes: dict[str, object], method: str, clause: str, codes: list[str]
) -> None:
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]  # fields of Facts

    found = [p.code for p in law.choice_problems(facts, method=method, clause=clause)]

    assert found == codes
