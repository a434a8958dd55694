"""How papers are numbered. Pure; no Django."""

from __future__ import annotations

from datetime import date

from schemas.eras import era_year

FIRST_MONTH = 4


def fiscal_year(day: date) -> int:
    """Return the fiscal year of a day, which begins on 1 April (地方自治法 第208条)."""
    return day.year - (day.month < FIRST_MONTH)


def number(body: str, year: int, serial: int, edition: int) -> str:
    """Write a number: body, fiscal year in its era, serial, and which edition from the second on.

    >>> number("会津若松市", 2026, 12, 1), number("会津若松市", 2026, 12, 2)
    ('会津若松市 DMP令和8年度第12号', '会津若松市 DMP令和8年度第12号-2')
    """
    branch = f"-{edition}" if edition > 1 else ""
    return f"{body} DMP{era_year(date(year, FIRST_MONTH, 1))}度第{serial}号{branch}"
