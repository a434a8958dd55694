"""Days, fiscal years, closed days, council votes, windows and busy periods.

Nothing here reads the clock. Closed days are known from 1993 to 2099: before, offices opened on
some Saturdays; after, the equinoxes are not settled. Outside, ``ValueError`` is raised;
``day_problems`` says so beforehand for a day that somebody stated.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

import jpholiday

from schemas import codelist, eras
from schemas.problems import Problem
from schemas.rows import Blackout, CouncilSession, FiscalWindow

FIRST_DAY = date(1993, 1, 1)
LAST_DAY = date(2099, 12, 31)

ClosedReason = Literal["saturday", "sunday", "national_holiday", "year_end"]


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of days, both ends within it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.first <= day <= self.last


def day_problems(day: date, pointer: str = "") -> list[Problem]:
    """Say that a day lies outside the years that can be planned."""
    if FIRST_DAY <= day <= LAST_DAY:
        return []
    return [
        Problem(
            pointer,
            "day_is_outside_the_calendar",
            {"value": day.isoformat(), "first": FIRST_DAY.year, "last": LAST_DAY.year},
        )
    ]


# Fiscal years


def fiscal_year(day: date) -> int:
    """Return the fiscal year (会計年度) of a day: from 1 April to 31 March (地方自治法 208条)."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_span(year: int) -> Span:
    """Return the first and the last day of a fiscal year."""
    return Span(date(year, 4, 1), date(year + 1, 3, 31))


def fiscal_year_label(year: int, language: str = "ja") -> str:
    """Write a fiscal year: 令和9年度, FY2027.

    The year of the change of era, 2019, is 令和元年度, as offices wrote it from May 2019.
    """
    if language == "en":
        return f"FY{year}"
    return f"{eras.era_year(date(year, 5, 1))}度"


# Closed days


@cache
def _national_holidays(year: int) -> dict[date, str]:
    return dict(jpholiday.year_holidays(year))


def national_holiday(day: date) -> str:
    """Return the name of the national holiday on a day, or "" (国民の祝日に関する法律).

    Substitute holidays and days between two holidays count.
    """
    return _national_holidays(day.year).get(day, "")


def closed_because(day: date) -> ClosedReason | None:
    """Say why offices are closed on a day (行政機関の休日), or None when they are open.

    Closed are Saturdays, Sundays, national holidays, and 29 December to 3 January
    (行政機関の休日に関する法律 1条; for local governments 地方自治法 4条の2 and their ordinances).
    Raises ``ValueError`` outside 1993 to 2099.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} is outside {FIRST_DAY.year} to {LAST_DAY.year}")
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return "year_end"
    if national_holiday(day):
        return "national_holiday"
    if day.weekday() == calendar.SATURDAY:
        return "saturday"
    if day.weekday() == calendar.SUNDAY:
        return "sunday"
    return None


def is_working_day(day: date) -> bool:
    """Say whether offices are open on a day (開庁日)."""
    return closed_because(day) is None


def working_day_on_or_before(day: date) -> date:
    """Return the day, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_day_on_or_after(day: date) -> date:
    """Return the day, or the first working day after it.

    A legal term whose last day is closed ends then (地方自治法 4条の2第4項).
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date) -> date:
    """Return the last working day before a day."""
    return working_day_on_or_before(day - timedelta(days=1))


def next_working_day(day: date) -> date:
    """Return the first working day after a day."""
    return working_day_on_or_after(day + timedelta(days=1))


def working_days(first: date, last: date) -> int:
    """Count the working days from one day to another, both counted; 0 when ``last`` is earlier."""
    return sum(
        is_working_day(first + timedelta(days=offset)) for offset in range((last - first).days + 1)
    )


# Months


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or earlier for a negative number.

    Where the month has no such day, its last day is meant (民法 143条2項 ただし書): 31 March minus
    one month is 28 or 29 February. Raises ``ValueError`` outside the years 1 to 9999.
    """
    if isinstance(months, bool) or not isinstance(months, int):
        raise TypeError("months must be an integer")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"{day} and {months} months is outside the calendar")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Count the whole months from one day to a later one, both counted: a year is 12.

    >>> months_between(date(2027, 4, 1), date(2028, 3, 31))
    12
    """
    end = last + timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month
    return months - (add_months(first, months) > end)


# Council


@dataclass(frozen=True, order=True, slots=True)
class CouncilVote:
    """The day on which a session votes, and the session."""

    on: date
    session: CouncilSession


def council_votes(year: int, sessions: Sequence[CouncilSession] | None = None) -> list[CouncilVote]:
    """Return the votes of a calendar year, the earliest first.

    ``sessions`` are the body's own; without them the usual ones stand in, and whoever shows the
    result says so. A voting day that is closed moves to the working day before.
    """
    rows = codelist.council_sessions() if sessions is None else sessions
    votes = [CouncilVote(working_day_on_or_before(row.adopts.in_year(year)), row) for row in rows]
    return sorted(votes, key=lambda vote: vote.on)


def latest_council_vote(
    day: date,
    sessions: Sequence[CouncilSession] | None = None,
    *,
    initial_budget: bool = False,
) -> CouncilVote:
    """Return the last vote on or before a day; ``initial_budget`` keeps those of the 当初予算.

    What needs the vote (a contract of several years, 地方自治法 214条) begins on that day at the
    earliest. Raises ``ValueError`` when the sessions given hold no such vote.
    """
    for year in (day.year, day.year - 1):
        for vote in reversed(council_votes(year, sessions)):
            if vote.on <= day and (vote.session.votes_initial_budget or not initial_budget):
                return vote
    raise ValueError("no session votes")


def next_council_vote(day: date, sessions: Sequence[CouncilSession] | None = None) -> CouncilVote:
    """Return the first vote on or after a day; raises ``ValueError`` when there is no session."""
    for year in (day.year, day.year + 1):
        for vote in council_votes(year, sessions):
            if vote.on >= day:
                return vote
    raise ValueError("no session votes")


# Windows of the fiscal rhythm


def window_in(window: FiscalWindow, year: int) -> Span:
    """Return the days of a window that fall in a fiscal year."""
    opens = window.opens.in_year(year if window.opens.month >= 4 else year + 1)
    closes = window.closes.in_year(year if window.closes.month >= 4 else year + 1)
    return Span(opens, closes)


def window_serving(window: FiscalWindow, budget_year: int) -> Span:
    """Return the window that serves a fiscal year's budget: 予算要求 lies in the year before."""
    return window_in(window, budget_year - window.years_before)


def latest_window_by(window: FiscalWindow, day: date) -> Span:
    """Return the last window that has closed on or before a day."""
    span = window_in(window, fiscal_year(day))
    return span if span.last <= day else window_in(window, fiscal_year(day) - 1)


# Busy periods


def spans_of(blackout: Blackout, first: date, last: date) -> list[Span]:
    """Return the stretches of an annual row that touch the days from ``first`` to ``last``.

    A row whose end is earlier in the year than its beginning runs over the year's end. Rows of
    events have no stretches of their own: ``event_span``.
    """
    if blackout.opens is None or blackout.closes is None:
        return []
    over_year_end = blackout.closes < blackout.opens
    spans = [
        Span(blackout.opens.in_year(year), blackout.closes.in_year(year + over_year_end))
        for year in range(first.year - 1, last.year + 1)
    ]
    return [span for span in spans if span.first <= last and first <= span.last]


def event_span(blackout: Blackout, event_on: date) -> Span:
    """Return the stretch around an event's day; raises ``ValueError`` for an annual row."""
    if blackout.days_before is None or blackout.days_after is None:
        raise ValueError(f"{blackout.code} is not about an event")
    return Span(
        event_on - timedelta(days=blackout.days_before),
        event_on + timedelta(days=blackout.days_after),
    )


def blackouts_on(domain: str, day: date) -> tuple[Blackout, ...]:
    """Return the annual busy periods of a domain (slug) that hold on a day."""
    return tuple(row for row in codelist.blackouts(domain) if spans_of(row, day, day))


def clear_day_on_or_after(domain: str, day: date) -> date:
    """Return the first working day from a day on that lies in no annual busy period of a domain.

    Raises ``ValueError`` when a whole year holds none.
    """
    for offset in range(367):
        found = day + timedelta(days=offset)
        if is_working_day(found) and not blackouts_on(domain, found):
            return found
    raise ValueError(f"{domain} has no clear day within a year of {day}")
