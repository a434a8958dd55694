"""Money: whole yen, a tax basis, and a rounding rule with a name.

Amounts are ``int``; a float or a bool is a fault of the caller and raises ``TypeError``. What
people or files state is judged by ``amount_problems`` first. An amount without a tax basis
(``INCLUDED`` 税込, ``EXCLUDED`` 税抜) means nothing: the basis travels beside it.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

from schemas import codelist
from schemas.problems import Problem

Rounding = Literal["truncate", "half_up", "up"]
TaxBasis = Literal["INCLUDED", "EXCLUDED"]

ROUNDINGS: dict[Rounding, tuple[str, str, str]] = {
    "truncate": (
        "切捨て",
        "Truncate",
        "入札公告の定め「1円未満の端数は切り捨てる」、国税通則法第119条の例",
    ),
    "half_up": ("四捨五入", "Round half up", "評価基準書等でその旨を定めた場合"),
    "up": ("切上げ", "Round up", "予算見積りの慣行（千円未満切上げ）"),
}
"""Each rounding rule: its name in Japanese and English, and where it is used."""

LARGEST = 999_999_999_999_999
"""The largest amount that is taken in; every JSON reader holds it exactly."""


def amount_problems(value: object, pointer: str = "", *, minimum: int = 0) -> list[Problem]:
    """Say why a stated value is not an amount in yen: not an integer, negative, or too large."""
    if isinstance(value, bool) or not isinstance(value, int):
        return [Problem(pointer, "amount_is_not_an_integer")]
    if value < minimum:
        if minimum == 0:
            return [Problem(pointer, "amount_is_negative")]
        return [Problem(pointer, "amount_is_too_small", {"limit": f"{minimum:,}"})]
    if value > LARGEST:
        return [Problem(pointer, "amount_is_too_large", {"limit": f"{LARGEST:,}"})]
    return []


def _whole(amount: int, name: str = "amount") -> int:
    """Return the amount, or raise: whole yen, not below zero."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"{name} must be an integer number of yen, not {type(amount).__name__}")
    if amount < 0:
        raise ValueError(f"{name} {amount} is below zero")
    return amount


def quotient(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide to whole yen by a named rule; exact, never through a float.

    >>> [quotient(5, 2, rule) for rule in ("truncate", "half_up", "up")]
    [2, 3, 3]
    """
    _whole(numerator, "numerator")
    if _whole(denominator, "denominator") == 0:
        raise ZeroDivisionError("denominator is zero")
    whole, rest = divmod(numerator, denominator)
    match rounding:
        case "truncate":
            return whole
        case "half_up":
            return whole + (2 * rest >= denominator)
        case "up":
            return whole + (rest > 0)
        case _:
            raise ValueError(f"{rounding!r} is not a rounding rule")


def rounded_to(amount: int, unit: int, rounding: Rounding) -> int:
    """Round an amount to a unit, as budgets do to 千円.

    >>> rounded_to(1_234_001, 1_000, "up")
    1235000
    """
    return quotient(amount, unit, rounding) * unit


def tax_on(amount: int, on: date, rounding: Rounding, kind: str = "standard") -> int:
    """Return the consumption tax on an amount without tax, at the rate of a day (消費税法 29条)."""
    return quotient(_whole(amount) * codelist.tax_rate(on, kind).percent, 100, rounding)


def tax_included(amount: int, on: date, rounding: Rounding, kind: str = "standard") -> int:
    """Add the consumption tax of a day to an amount without tax.

    A contract from a bid: 入札書記載額に100分の10を加算した額（1円未満切捨て）, so ``truncate``.
    """
    return amount + tax_on(amount, on, rounding, kind)


def tax_excluded(amount: int, on: date, rounding: Rounding, kind: str = "standard") -> int:
    """Take the consumption tax of a day out of an amount with tax (110分の100)."""
    rate = codelist.tax_rate(on, kind).percent
    return quotient(_whole(amount) * 100, 100 + rate, rounding)


def in_basis(
    amount: int,
    basis: TaxBasis,
    wanted: TaxBasis,
    *,
    on: date,
    rounding: Rounding,
    kind: str = "standard",
) -> int:
    """Return an amount stated in one tax basis in the other, or as it is."""
    if {basis, wanted} - {"INCLUDED", "EXCLUDED"}:
        raise ValueError(f"{basis!r} or {wanted!r} is not a tax basis")
    if basis == wanted:
        return _whole(amount)
    convert = tax_included if wanted == "INCLUDED" else tax_excluded
    return convert(amount, on, rounding, kind)


def split(amount: int, parts: int) -> list[int]:
    """Split an amount into equal parts; what does not divide goes to the first (端数は初回).

    >>> split(1_000_000, 12)[:2]
    [83337, 83333]
    """
    _whole(amount)
    if _whole(parts, "parts") == 0:
        raise ValueError("parts is zero")
    each, rest = divmod(amount, parts)
    return [each + rest, *[each] * (parts - 1)]


def monthly_split(annual: int) -> list[int]:
    """Split an annual amount into twelve months, the remainder in the first (滋賀県 契約例)."""
    return split(annual, 12)


def pro_rata(monthly: int, first: date, last: date, rounding: Rounding) -> int:
    """Return what a monthly amount comes to from one day to another, both counted (日割計算).

    Whole calendar months count whole; a part of a month counts its days over the days of that
    month, each part rounded by itself. Raises ``ValueError`` when ``last`` is before ``first``.

    >>> pro_rata(31_000, date(2027, 1, 30), date(2027, 2, 28), "truncate")
    33000
    """
    _whole(monthly, "monthly")
    if last < first:
        raise ValueError(f"{last} is before {first}")
    total = 0
    while first <= last:
        days = calendar.monthrange(first.year, first.month)[1]
        end = min(last, first.replace(day=days))
        used = (end - first).days + 1
        total += quotient(monthly * used, days, rounding)
        if end == date.max:
            break
        first = end + timedelta(days=1)
    return total
