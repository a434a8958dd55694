"""Japanese eras (元号): write a date as 令和9年3月31日, and read the ways people write dates.

The eras are data (``codelists/eras.csv``); a new era is a row there. Before 1873 the country kept
another calendar: such a day is counted as if it had kept ours.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from schemas import codelist
from schemas.problems import Problem, Refused

_WESTERN = re.compile(r"([0-9]{4})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ERA = re.compile(
    r"([^0-9\s]+?)\s*(元|[0-9]{1,2})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?"
)


def era_of(day: date) -> codelist.Era:
    """Return the era of a day; raises ``ValueError`` before 1868-01-25, when the first begins."""
    for era in reversed(codelist.eras()):
        if era.first_day <= day:
            return era
    raise ValueError(f"{day.isoformat()} is before the first era")


def era_year(day: date, language: str = "ja") -> str:
    """Write the year of a day in its era: 令和9年, the first 令和元年; in English, Reiwa 9."""
    era = era_of(day)
    year = day.year - era.first_day.year + 1
    if language == "en":
        return f"{era.name_en} {year}"
    return f"{era.name_ja}{'元' if year == 1 else year}年"


def era(day: date) -> str:
    """Write a day for documents.

    >>> era(date(2027, 3, 31)), era(date(2019, 5, 1))
    ('令和9年3月31日', '令和元年5月1日')
    """
    return f"{era_year(day)}{day.month}月{day.day}日"


def short_era(day: date) -> str:
    """Write a day for tables.

    >>> short_era(date(2027, 3, 31))
    'R9.3.31'
    """
    named = era_of(day)
    return f"{named.letter}{day.year - named.first_day.year + 1}.{day.month}.{day.day}"


def date_problems(text: str, pointer: str = "") -> list[Problem]:
    """Say why a text is not a date that ``parse_date`` reads."""
    found = _read(text, pointer)
    return [found] if isinstance(found, Problem) else []


def parse_date(text: str, pointer: str = "") -> date:
    """Read a date as people write it.

    Read are 2027-03-31, 2027/3/31, 2027.3.31, 20270331, 2027年3月31日, 令和9年3月31日,
    令和元年5月1日, R9.3.31 and r9/3/31, each also in full-width characters and with spaces between
    the parts. Raises ``Refused`` with one problem: not a date, no such day, or a day outside the
    named era.
    """
    found = _read(text, pointer)
    if isinstance(found, Problem):
        raise Refused([found])
    return found


def _read(text: str, pointer: str) -> date | Problem:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain.isprintable() or len(plain) > 40:
        return Problem(pointer, "date_is_not_understood", {"value": ascii(plain[:40])})
    unread = Problem(pointer, "date_is_not_understood", {"value": plain})
    if matched := _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain):
        year, month, day = (int(part) for part in matched.groups())
        return _day(year, month, day) or Problem(pointer, "date_does_not_exist", {"value": plain})
    if not (matched := _ERA.fullmatch(plain)):
        return unread
    name, year_text, month_text, day_text = matched.groups()
    named = next(
        (row for row in codelist.eras() if name in {row.name_ja, row.letter, row.letter.lower()}),
        None,
    )
    if named is None:
        return unread
    year = 1 if year_text == "元" else int(year_text)
    if year < 1:
        return Problem(pointer, "date_does_not_exist", {"value": plain})
    found = _day(named.first_day.year + year - 1, int(month_text), int(day_text))
    if found is None:
        return Problem(pointer, "date_does_not_exist", {"value": plain})
    if found < named.first_day or (named.last_day is not None and found > named.last_day):
        return Problem(
            pointer,
            "date_is_outside_its_era",
            {"value": plain, "western": found.isoformat()},
        )
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
