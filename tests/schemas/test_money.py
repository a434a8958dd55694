"""Money: integers only, named rounding, nothing lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import money

ON = date(2027, 4, 1)
AMOUNTS = st.integers(0, money.LARGEST)
RULES = st.sampled_from(sorted(money.ROUNDINGS))


@pytest.mark.parametrize(
    ("numerator", "denominator", "truncate", "half_up", "up"),
    [
        (0, 7, 0, 0, 0),
        (7, 7, 1, 1, 1),
        (1, 3, 0, 0, 1),
        (1, 2, 0, 1, 1),
        (3, 2, 1, 2, 2),
        (2, 3, 0, 1, 1),
        (999_999_999_999_999, 2, 499_999_999_999_999, 500_000_000_000_000, 500_000_000_000_000),
    ],
)
def test_quotient(numerator: int, denominator: int, truncate: int, half_up: int, up: int) -> None:
    assert money.quotient(numerator, denominator, "truncate") == truncate
    assert money.quotient(numerator, denominator, "half_up") == half_up
    assert money.quotient(numerator, denominator, "up") == up


@given(AMOUNTS, st.integers(1, 10**6))
def test_quotient_is_exact(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)

    assert money.quotient(numerator, denominator, "truncate") == floor(exact)
    assert money.quotient(numerator, denominator, "up") == ceil(exact)
    assert money.quotient(numerator, denominator, "half_up") == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize("amount", [1.0, True, Decimal(1), "1", None])
def test_what_is_not_an_integer_is_refused(amount: object) -> None:
    for deed in (
        lambda: money.tax_included(amount, ON, "truncate"),  # type: ignore[arg-type]
        lambda: money.tax_excluded(amount, ON, "truncate"),  # type: ignore[arg-type]
        lambda: money.monthly_split(amount),  # type: ignore[arg-type]
        lambda: money.pro_rata(amount, ON, ON, "truncate"),  # type: ignore[arg-type]
        lambda: money.rounded_to(amount, 1000, "up"),  # type: ignore[arg-type]
        lambda: money.in_basis(amount, "INCLUDED", "INCLUDED", on=ON, rounding="up"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match="integer number of yen"):
            deed()


def test_a_negative_amount_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        money.tax_included(-1, ON, "truncate")
    with pytest.raises(ValueError, match="not a rounding rule"):
        money.quotient(1, 2, "bankers")  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        money.quotient(1, 0, "up")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, None),
        (1_234_567, None),
        (money.LARGEST, None),
        (money.LARGEST + 1, "amount_is_too_large"),
        (-1, "amount_is_negative"),
        (1.0, "amount_is_not_an_integer"),
        (True, "amount_is_not_an_integer"),
        ("100", "amount_is_not_an_integer"),
        (None, "amount_is_not_an_integer"),
        (float("nan"), "amount_is_not_an_integer"),
    ],
)
def test_a_stated_amount(value: object, code: str | None) -> None:
    problems = money.amount_problems(value, "/price_yen")

    assert [(p.pointer, p.code) for p in problems] == ([("/price_yen", code)] if code else [])


def test_a_stated_amount_below_a_minimum() -> None:
    (problem,) = money.amount_problems(999, "/x", minimum=1_000)

    assert (problem.code, problem.params) == ("amount_is_too_small", {"limit": "1,000"})
    assert "1,000円以上" in problem.sentence("ja")


@pytest.mark.parametrize(
    ("on", "rounding", "excluded", "included"),
    [
        (date(2027, 4, 1), "truncate", 1_000_000, 1_100_000),
        (date(2027, 4, 1), "truncate", 999, 1_098),
        (date(2027, 4, 1), "half_up", 999, 1_099),
        (date(2027, 4, 1), "up", 991, 1_091),
        (date(2027, 4, 1), "truncate", 0, 0),
        (date(2019, 9, 30), "truncate", 1_000_000, 1_080_000),
        (date(2019, 10, 1), "truncate", 1_000_000, 1_100_000),
    ],
)
def test_tax_is_added_at_the_rate_of_the_day(
    on: date, rounding: money.Rounding, excluded: int, included: int
) -> None:
    assert money.tax_included(excluded, on, rounding) == included
    assert money.tax_on(excluded, on, rounding) == included - excluded


@pytest.mark.parametrize(
    ("included", "rounding", "excluded"),
    [
        (1_100_000, "truncate", 1_000_000),
        (1_000_000, "truncate", 909_090),
        (1_000_000, "half_up", 909_091),
        (1_000_000, "up", 909_091),
        (10, "half_up", 9),
        (109, "truncate", 99),
    ],
)
def test_tax_is_taken_out(included: int, rounding: money.Rounding, excluded: int) -> None:
    assert money.tax_excluded(included, ON, rounding) == excluded


def test_tax_is_taken_out_at_the_rate_of_the_day() -> None:
    assert money.tax_excluded(1_080_000, date(2019, 9, 30), "truncate") == 1_000_000
    assert money.tax_excluded(1_080_000, ON, "truncate", "reduced") == 1_000_000


@given(AMOUNTS)
def test_taking_out_what_was_added_gives_the_amount_back(amount: int) -> None:
    """With the tax cut off, rounding the way back up finds the bid price again."""
    assert money.tax_excluded(money.tax_included(amount, ON, "truncate"), ON, "up") == amount


@given(AMOUNTS, RULES)
def test_one_basis_and_the_other(amount: int, rule: money.Rounding) -> None:
    def turned(basis: money.TaxBasis, wanted: money.TaxBasis) -> int:
        return money.in_basis(amount, basis, wanted, on=ON, rounding=rule)

    assert turned("INCLUDED", "INCLUDED") == turned("EXCLUDED", "EXCLUDED") == amount
    assert turned("EXCLUDED", "INCLUDED") == money.tax_included(amount, ON, rule)
    assert turned("INCLUDED", "EXCLUDED") == money.tax_excluded(amount, ON, rule)


def test_an_unknown_basis_is_refused() -> None:
    with pytest.raises(ValueError, match="not a tax basis"):
        money.in_basis(1, "included", "INCLUDED", on=ON, rounding="up")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "rounding", "rounded"),
    [
        (1_234_000, "up", 1_234_000),
        (1_234_001, "up", 1_235_000),
        (1_234_500, "half_up", 1_235_000),
        (1_234_999, "truncate", 1_234_000),
    ],
)
def test_rounding_to_a_thousand_yen(amount: int, rounding: money.Rounding, rounded: int) -> None:
    assert money.rounded_to(amount, 1_000, rounding) == rounded


def test_remainder_of_a_year_goes_to_the_first_month() -> None:
    assert money.monthly_split(1_000_000) == [83_337, *[83_333] * 11]
    assert money.monthly_split(1_200_000) == [100_000] * 12
    assert money.monthly_split(5) == [5, *[0] * 11]


@given(AMOUNTS, st.integers(1, 120))
def test_a_split_loses_nothing(amount: int, parts: int) -> None:
    amounts = money.split(amount, parts)

    assert (len(amounts), sum(amounts)) == (parts, amount)
    assert len(set(amounts[1:])) <= 1
    assert all(0 <= amounts[0] - other < parts for other in amounts[1:])


def test_a_split_into_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="parts is zero"):
        money.split(1, 0)


@pytest.mark.parametrize(
    ("monthly", "first", "last", "rounding", "total"),
    [
        (31_000, date(2027, 1, 1), date(2027, 1, 31), "truncate", 31_000),
        (31_000, date(2027, 1, 31), date(2027, 1, 31), "truncate", 1_000),
        (28_000, date(2027, 2, 15), date(2027, 2, 28), "truncate", 14_000),
        (29_000, date(2028, 2, 15), date(2028, 2, 29), "truncate", 15_000),
        (100_000, date(2027, 4, 1), date(2028, 3, 31), "truncate", 1_200_000),
        (100_000, date(2027, 4, 16), date(2027, 6, 15), "truncate", 200_000),
        (100, date(2027, 1, 1), date(2027, 1, 1), "truncate", 3),
        (100, date(2027, 1, 1), date(2027, 1, 1), "half_up", 3),
        (100, date(2027, 1, 1), date(2027, 1, 1), "up", 4),
    ],
)
def test_pro_rata_by_day(
    monthly: int, first: date, last: date, rounding: money.Rounding, total: int
) -> None:
    assert money.pro_rata(monthly, first, last, rounding) == total


def test_pro_rata_of_days_in_the_wrong_order_is_refused() -> None:
    with pytest.raises(ValueError, match="is before"):
        money.pro_rata(1, date(2027, 2, 1), date(2027, 1, 31), "truncate")


@given(
    st.integers(0, 10**9),
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.integers(0, 800),
)
def test_pro_rata_grows_with_the_days_and_keeps_between_the_months(
    monthly: int, first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    total = money.pro_rata(monthly, first, last, "truncate")
    touched = (last.year - first.year) * 12 + last.month - first.month + 1

    assert monthly * (touched - 2) <= total <= monthly * touched
    assert money.pro_rata(monthly, first, last + timedelta(days=1), "truncate") >= total


def test_every_rounding_rule_is_named_and_cited() -> None:
    assert set(money.ROUNDINGS) == {"truncate", "half_up", "up"}
    assert all(len(row) == 3 and all(row) for row in money.ROUNDINGS.values())
