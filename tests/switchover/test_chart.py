"""The picture of a plan: places on the scale."""

from __future__ import annotations

from datetime import date

import pytest

from procurement.switchover import chart, timeline


def step(code: str, starts_by: date, ends_by: date) -> timeline.Step:
    return timeline.Step(code=code, starts_by=starts_by, ends_by=ends_by, assumptions=())


STEPS = [
    step("take_stock", date(2027, 1, 1), date(2027, 7, 1)),
    step("go_live", date(2028, 12, 31), date(2028, 12, 31)),
]


def test_steps_lie_on_the_scale_and_none_beyond_it() -> None:
    first, last = chart.chart(STEPS, date(2026, 11, 23)).bars

    assert (first.x, first.width) == ("0%", "24.76%")
    assert (last.x, last.width) == ("99.2%", "0.8%")


def test_every_quarter_is_labelled_and_each_year_on_narrow_pages_too() -> None:
    months = chart.chart(STEPS, date(2026, 11, 23)).months

    assert len(months) == 24
    assert [month.day.month for month in months if month.labelled] == [1, 4, 7, 10] * 2
    assert [month.day for month in months if month.heads_year] == [
        date(2027, 1, 1),
        date(2028, 1, 1),
    ]


@pytest.mark.parametrize(
    ("today", "place"),
    [
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "0%"),
        (date(2028, 1, 1), "49.93%"),
        (date(2029, 1, 2), None),
    ],
)
def test_today_is_marked_inside_the_scale_only(today: date, place: str | None) -> None:
    assert chart.chart(STEPS, today).today_x == place
