"""Prices by band, and what an offer comes to: truth tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vendors.pricing import PriceLine, five_year_cost, options_of, price_problems

ON = date(2026, 11, 23)


def line(kind: str = "monthly", amount: Any = 1_000, **changes: Any) -> PriceLine:
    """Return a line without tax."""
    return PriceLine(kind, amount, **{"tax_basis": "EXCLUDED", **changes})


def band(start: int, end: int | None, amount: int = 1_000) -> PriceLine:
    """Return a monthly line of a band."""
    return line(amount=amount, population_from=start, population_to=end)


THREE = [band(0, 5_000, 10), band(5_000, 20_000, 20), band(20_000, None, 30)]


@pytest.mark.parametrize(
    ("population", "monthly"),
    [(0, 10), (4_999, 10), (5_000, 20), (19_999, 20), (20_000, 30), (13_000_000, 30)],
)
def test_a_band_holds_its_start_and_not_its_end(population: int, monthly: int) -> None:
    cost = five_year_cost(THREE, population=population, on=ON, tax_basis="EXCLUDED")

    assert (cost.total_yen, cost.problems) == (monthly * 60, ())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([band(0, 10), band(10, None)], []),
        ([band(10, None), band(0, 10)], []),
        ([band(5, 10)], []),
        ([band(0, 10), band(9, None)], [("/prices/1/population_from", "price_bands_overlap")]),
        ([band(0, None), band(9, 10)], [("/prices/1/population_from", "price_bands_overlap")]),
        ([band(0, 9), band(10, 20)], [("/prices/1/population_from", "price_bands_leave_a_gap")]),
        ([band(0, 100), band(10, 20), band(20, 30)],
         [("/prices/1/population_from", "price_bands_overlap"),
          ("/prices/2/population_from", "price_bands_overlap")]),
        ([band(0, 10), line("initial", 1)], []),
        ([band(0, 10), line(label="別")], []),
        ([band(10, 10)], [("/prices/0/population_to", "price_band_ends_before_it_starts")]),
        ([line(amount=-1)], [("/prices/0/amount_yen", "amount_is_negative")]),
        ([line(amount=1.0)], [("/prices/0/amount_yen", "amount_is_not_an_integer")]),
        ([line(amount=True)], [("/prices/0/amount_yen", "amount_is_not_an_integer")]),
        ([line(amount=10**15)], [("/prices/0/amount_yen", "amount_is_too_large")]),
        ([line("weekly")], [("/prices/0/kind", "price_kind_is_unknown")]),
        ([line("option_monthly")], [("/prices/0/label", "option_price_has_no_name")]),
    ],
)  # fmt: skip
def test_price_problems_name_every_faulty_line(
    lines: list[PriceLine], expected: list[tuple[str, str]]
) -> None:
    found = list(price_problems(lines))

    assert [(problem.pointer, problem.code) for problem in found] == expected
    assert all(problem.sentence(language) for problem in found for language in ("ja", "en"))


@pytest.mark.parametrize(
    ("amount", "stated", "wanted", "unit"),
    [
        (33_333, "EXCLUDED", "INCLUDED", 36_666),
        (9, "EXCLUDED", "INCLUDED", 9),
        (10, "EXCLUDED", "INCLUDED", 11),
        (36_666, "INCLUDED", "EXCLUDED", 33_332),
        (110, "INCLUDED", "EXCLUDED", 100),
        (33_333, "INCLUDED", "INCLUDED", 33_333),
        (0, "EXCLUDED", "INCLUDED", 0),
    ],
)
def test_tax_is_converted_once_per_payment(
    amount: int, stated: Any, wanted: Any, unit: int
) -> None:
    cost = five_year_cost(
        [line(amount=amount, tax_basis=stated)], population=1, on=ON, tax_basis=wanted
    )

    assert (cost.lines[0].unit_yen, cost.total_yen) == (unit, unit * 60)


@pytest.mark.parametrize(
    ("on", "total"),
    [(date(2014, 3, 31), 63_000), (date(2014, 4, 1), 64_800), (date(2019, 10, 1), 66_000)],
)
def test_tax_is_that_of_the_day(on: date, total: int) -> None:
    cost = five_year_cost([line()], population=1, on=on, tax_basis="INCLUDED")

    assert cost.total_yen == total


def test_cost_adds_up_line_by_line_and_says_why() -> None:
    lines = [
        line("exit", 300_000),
        line("initial", 500_000),
        line("migration", 200_000),
        line("monthly", 30_000),
        line("option_monthly", 8_000, label="SMS"),
        line("option_initial", 50_000, label="SMS"),
        line("option_monthly", 5_000, requirement_key="F0010003"),
    ]

    cost = five_year_cost(lines, population=1, on=ON, tax_basis="INCLUDED", options=["SMS"])

    assert [(each.kind, each.times, each.total_yen) for each in cost.lines] == [
        ("initial", 1, 550_000),
        ("migration", 1, 220_000),
        ("monthly", 60, 1_980_000),
        ("option_initial", 1, 55_000),
        ("option_monthly", 60, 528_000),
        ("exit", 1, 330_000),
    ]
    assert cost.total_yen == sum(each.total_yen for each in cost.lines) == 3_663_000
    assert [problem.code for problem in cost.assumptions] == [
        "cost_assumes_months",
        "cost_assumes_tax_rate",
        "cost_drops_fractions_per_payment",
        "cost_leaves_options_out",
    ]
    assert "30,000円に消費税10%を加え" in cost.lines[2].explanation()
    assert options_of(lines) == ["SMS", "F0010003"]


@pytest.mark.parametrize(
    ("lines", "changes", "code"),
    [
        ([line("initial")], {}, "price_list_has_no_monthly_price"),
        ([], {}, "price_list_has_no_monthly_price"),
        ([band(0, 10)], {"population": 10}, "price_has_no_band_for_population"),
        ([line()], {"options": ["none"]}, "option_is_not_offered"),
        ([line()], {"population": -1}, "population_is_negative"),
        ([line(amount=-1)], {}, "amount_is_negative"),
    ],
)
def test_there_is_no_total_where_a_price_is_missing(
    lines: list[PriceLine], changes: dict[str, Any], code: str
) -> None:
    facts: dict[str, Any] = {"population": 1, "on": ON, "tax_basis": "INCLUDED", **changes}

    cost = five_year_cost(lines, **facts)

    assert cost.total_yen is None
    assert [problem.code for problem in cost.problems] == [code]
