"""Fiscal years, closed days, months, votes, windows and busy periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import calendar, codelist
from schemas.calendar import Span
from schemas.tables import MonthDay

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


# Fiscal years


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 3, 31), 2026),
        (date(2027, 4, 1), 2027),
        (date(2027, 12, 31), 2027),
        (date(2028, 1, 1), 2027),
        (date(2028, 2, 29), 2027),
    ],
)
def test_fiscal_year(day: date, year: int) -> None:
    assert calendar.fiscal_year(day) == year


@given(DAYS)
def test_a_day_lies_in_its_fiscal_year_only(day: date) -> None:
    year = calendar.fiscal_year(day)

    assert [day in calendar.fiscal_year_span(y) for y in (year - 1, year, year + 1)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("year", "japanese", "english"),
    [(2027, "令和9年度", "FY2027"), (2019, "令和元年度", "FY2019"), (2018, "平成30年度", "FY2018")],
)
def test_label_of_a_fiscal_year(year: int, japanese: str, english: str) -> None:
    assert calendar.fiscal_year_label(year) == japanese
    assert calendar.fiscal_year_label(year, "en") == english


# Closed days


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 12, 28), None),
        (date(2026, 12, 29), "year_end"),
        (date(2026, 12, 31), "year_end"),
        (date(2027, 1, 1), "year_end"),
        (date(2027, 1, 3), "year_end"),
        (date(2027, 1, 4), None),
        (date(2027, 1, 11), "national_holiday"),
        (date(2027, 3, 20), "saturday"),
        (date(2027, 3, 21), "national_holiday"),
        (date(2027, 3, 22), "national_holiday"),
        (date(2027, 3, 28), "sunday"),
        (date(2027, 3, 31), None),
        (date(2026, 9, 22), "national_holiday"),
        (date(2019, 4, 30), "national_holiday"),
        (date(2019, 5, 1), "national_holiday"),
        (date(2020, 7, 24), "national_holiday"),
        (date(2020, 10, 12), None),
    ],
)
def test_why_offices_are_closed(day: date, reason: str | None) -> None:
    assert calendar.closed_because(day) == reason
    assert calendar.is_working_day(day) == (reason is None)


def test_national_holidays_agree_with_a_second_source() -> None:
    other = holidays.country_holidays("JP", years=range(2020, 2036))
    day, ours, theirs = date(2020, 1, 1), [], []
    while day <= date(2035, 12, 31):
        if calendar.national_holiday(day):
            ours.append(day)
        if day in other:
            theirs.append(day)
        day += timedelta(days=1)

    assert ours == theirs
    assert len(ours) > 16 * 15


@pytest.mark.parametrize("day", [date(1992, 12, 31), date(2100, 1, 1)])
def test_days_outside_the_calendar(day: date) -> None:
    with pytest.raises(ValueError, match="outside"):
        calendar.closed_because(day)
    assert [(p.pointer, p.code) for p in calendar.day_problems(day, "/ends_on")] == [
        ("/ends_on", "day_is_outside_the_calendar")
    ]
    assert str(day) in calendar.day_problems(day)[0].sentence("en")


def test_days_at_the_ends_of_the_calendar() -> None:
    assert calendar.day_problems(calendar.FIRST_DAY) == []
    assert calendar.day_problems(calendar.LAST_DAY) == []
    assert calendar.closed_because(calendar.LAST_DAY) == "year_end"


@pytest.mark.parametrize(
    ("day", "on_or_before", "on_or_after", "before", "after"),
    [
        (
            date(2027, 1, 2),
            date(2026, 12, 28),
            date(2027, 1, 4),
            date(2026, 12, 28),
            date(2027, 1, 4),
        ),
        (
            date(2027, 3, 31),
            date(2027, 3, 31),
            date(2027, 3, 31),
            date(2027, 3, 30),
            date(2027, 4, 1),
        ),
        (
            date(2026, 9, 21),
            date(2026, 9, 18),
            date(2026, 9, 24),
            date(2026, 9, 18),
            date(2026, 9, 24),
        ),
    ],
    ids=["year end", "working day", "five closed days"],
)
def test_neighbouring_working_days(
    day: date, on_or_before: date, on_or_after: date, before: date, after: date
) -> None:
    assert calendar.working_day_on_or_before(day) == on_or_before
    assert calendar.working_day_on_or_after(day) == on_or_after
    assert calendar.previous_working_day(day) == before
    assert calendar.next_working_day(day) == after


@given(DAYS)
def test_no_working_day_is_skipped(day: date) -> None:
    before, after = calendar.previous_working_day(day), calendar.next_working_day(day)

    assert before < day < after
    assert calendar.working_days(before, after) == 2 + calendar.is_working_day(day)


def test_count_of_working_days() -> None:
    assert calendar.working_days(date(2026, 12, 28), date(2027, 1, 4)) == 2
    assert calendar.working_days(date(2027, 1, 4), date(2026, 12, 28)) == 0


# Months


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 4, 1), -30, date(2024, 10, 1)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2027, 1, 15), 0, date(2027, 1, 15)),
    ],
)
def test_add_months(day: date, months: int, result: date) -> None:
    assert calendar.add_months(day, months) == result


@given(DAYS, st.integers(-400, 400))
def test_add_months_lands_in_the_month_and_never_later_in_it(day: date, months: int) -> None:
    found = calendar.add_months(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (
        found.day < day.day and (found + timedelta(days=1)).month != found.month
    )


@pytest.mark.parametrize("months", [1.0, True, "1"])
def test_months_are_integers(months: object) -> None:
    with pytest.raises(TypeError):
        calendar.add_months(date(2027, 4, 1), months)  # type: ignore[arg-type]


@pytest.mark.parametrize("months", [-(10**9), 10**9, -2027 * 12])
def test_months_beyond_the_calendar(months: int) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        calendar.add_months(date(2027, 4, 1), months)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), 12),
        (date(2027, 4, 1), date(2028, 3, 30), 11),
        (date(2027, 4, 2), date(2028, 3, 31), 11),
        (date(2027, 4, 15), date(2027, 5, 13), 0),
        (date(2027, 4, 15), date(2027, 5, 14), 1),
        (date(2027, 4, 1), date(2027, 4, 30), 1),
        (date(2027, 4, 1), date(2027, 4, 1), 0),
        (date(2025, 1, 1), date(2029, 12, 31), 60),
        (date(2027, 1, 31), date(2027, 2, 27), 1),
    ],
)
def test_whole_months_between(first: date, last: date, months: int) -> None:
    assert calendar.months_between(first, last) == months


# Council


@pytest.mark.parametrize(
    ("day", "session", "on"),
    [
        (date(2027, 4, 1), "march", date(2027, 3, 24)),
        (date(2027, 3, 24), "march", date(2027, 3, 24)),
        (date(2027, 3, 23), "december", date(2026, 12, 18)),
        (date(2027, 1, 1), "december", date(2026, 12, 18)),
        (date(2027, 7, 1), "june", date(2027, 6, 25)),
        (date(2027, 11, 1), "september", date(2027, 9, 28)),
    ],
)
def test_latest_council_vote(day: date, session: str, on: date) -> None:
    vote = calendar.latest_council_vote(day)

    assert (vote.session.code, vote.on) == (session, on)


def test_latest_vote_of_the_initial_budget() -> None:
    vote = calendar.latest_council_vote(date(2027, 2, 1), initial_budget=True)

    assert (vote.session.code, vote.on) == ("march", date(2026, 3, 24))


def test_a_body_has_its_own_sessions() -> None:
    march = next(row for row in codelist.council_sessions() if row.code == "march")
    own = [replace(march, adopts=MonthDay(3, 20))]

    vote = calendar.latest_council_vote(date(2027, 4, 1), own)

    assert vote.on == date(2027, 3, 19)  # 20 March 2027 is a Saturday
    with pytest.raises(ValueError, match="no session"):
        calendar.latest_council_vote(date(2027, 4, 1), [])
    with pytest.raises(ValueError, match="no session"):
        calendar.next_council_vote(date(2027, 4, 1), [])


@given(DAYS)
def test_votes_follow_one_another(day: date) -> None:
    latest, following = calendar.latest_council_vote(day), calendar.next_council_vote(day)

    assert latest.on <= day <= following.on
    between = [
        vote.on
        for year in (day.year - 1, day.year, day.year + 1)
        for vote in calendar.council_votes(year)
        if latest.on < vote.on < following.on
    ]
    assert between == []
    assert calendar.is_working_day(latest.on)


# Windows


@pytest.mark.parametrize(
    ("code", "budget_year", "span"),
    [
        ("rfi", 2028, Span(date(2027, 7, 1), date(2027, 8, 31))),
        ("budget_request", 2028, Span(date(2027, 10, 1), date(2027, 11, 10))),
        ("executive_assessment", 2028, Span(date(2028, 1, 1), date(2028, 2, 20))),
        ("initial_budget_vote", 2028, Span(date(2028, 2, 25), date(2028, 3, 31))),
        ("staff_transfer", 2028, Span(date(2028, 4, 1), date(2028, 4, 30))),
        ("good_go_live", 2028, Span(date(2029, 1, 4), date(2029, 1, 31))),
    ],
)
def test_window_serving_a_budget_year(code: str, budget_year: int, span: Span) -> None:
    assert calendar.window_serving(codelist.fiscal_window(code), budget_year) == span


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2027, 11, 9), date(2026, 11, 10)),
        (date(2027, 11, 10), date(2027, 11, 10)),
        (date(2028, 3, 31), date(2027, 11, 10)),
        (date(2028, 4, 1), date(2027, 11, 10)),
    ],
)
def test_latest_window_by_a_day(day: date, last: date) -> None:
    span = calendar.latest_window_by(codelist.fiscal_window("budget_request"), day)

    assert span.last == last


@given(DAYS, st.sampled_from(codelist.fiscal_windows()))
def test_the_latest_window_is_the_latest(day: date, window: codelist.FiscalWindow) -> None:
    span = calendar.latest_window_by(window, day)
    following = calendar.window_in(window, calendar.fiscal_year(span.first) + 1)

    assert span.first <= span.last <= day < following.last


# Busy periods


@pytest.mark.parametrize(
    ("domain", "day", "codes"),
    [
        ("resident-record", date(2027, 3, 9), []),
        ("resident-record", date(2027, 3, 10), ["moving_season"]),
        ("resident-record", date(2027, 4, 20), ["moving_season"]),
        ("resident-record", date(2027, 4, 21), []),
        ("personnel-payroll", date(2026, 10, 31), []),
        ("personnel-payroll", date(2026, 11, 1), ["year_end_adjustment"]),
        ("personnel-payroll", date(2027, 1, 31), ["year_end_adjustment"]),
        ("personnel-payroll", date(2027, 2, 1), []),
        ("child-allowance", date(2027, 6, 10), ["payment_06", "status_report"]),
        ("electoral-register", date(2027, 4, 1), []),
        ("school-affairs", date(2027, 8, 1), []),
        ("no-such-domain", date(2027, 8, 1), []),
    ],
)
def test_busy_periods_on_a_day(domain: str, day: date, codes: list[str]) -> None:
    assert [row.code for row in calendar.blackouts_on(domain, day)] == codes


def test_spans_of_a_busy_period_over_several_years() -> None:
    (row,) = (r for r in codelist.blackouts("personnel-payroll") if r.code == "year_end_adjustment")

    assert calendar.spans_of(row, date(2027, 1, 15), date(2028, 12, 31)) == [
        Span(date(2026, 11, 1), date(2027, 1, 31)),
        Span(date(2027, 11, 1), date(2028, 1, 31)),
        Span(date(2028, 11, 1), date(2029, 1, 31)),
    ]


def test_span_around_an_event() -> None:
    (election,) = codelist.blackouts("electoral-register")
    (moving,) = codelist.blackouts("resident-record")

    assert calendar.event_span(election, date(2027, 4, 25)) == Span(
        date(2027, 2, 24), date(2027, 5, 25)
    )
    assert calendar.spans_of(election, date(2027, 1, 1), date(2027, 12, 31)) == []
    with pytest.raises(ValueError, match="not about an event"):
        calendar.event_span(moving, date(2027, 4, 25))


@pytest.mark.parametrize(
    ("domain", "day", "clear"),
    [
        ("resident-record", date(2027, 4, 1), date(2027, 4, 21)),
        ("resident-record", date(2027, 1, 1), date(2027, 1, 4)),
        ("personnel-payroll", date(2026, 12, 1), date(2027, 2, 1)),
        ("groupware", date(2027, 4, 1), date(2027, 4, 1)),
    ],
)
def test_next_clear_day(domain: str, day: date, clear: date) -> None:
    assert calendar.clear_day_on_or_after(domain, day) == clear


@given(DAYS, st.sampled_from([row.slug for row in codelist.business_domains()]))
def test_a_clear_day_is_open_and_calm(day: date, domain: str) -> None:
    clear = calendar.clear_day_on_or_after(domain, day)

    assert clear >= day
    assert calendar.is_working_day(clear)
    assert calendar.blackouts_on(domain, clear) == ()
