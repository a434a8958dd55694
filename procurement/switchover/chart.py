"""The plan as a picture: every step as a bar on a scale of months. Pure.

Places are parts of the scale in percent, so that the picture takes whatever width the page has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procurement.switchover.timeline import Step
from schemas.calendar import add_months

WHOLE = 100
NARROWEST = 0.8  # percent, so that a step of one day is seen
QUARTERS = (1, 4, 7, 10)
ONE_YEAR = 366
NEARLY_OVER = {True: 85, False: 94}  # percent, by whether narrow pages show the label too


@dataclass(frozen=True)
class StepBar:
    """One step on the scale."""

    step: Step
    state: str
    x: str
    width: str


@dataclass(frozen=True)
class Month:
    """One month on the scale; a quarter's first is labelled, a year's first on narrow pages too.

    ``ends``: it lies so far to the right that its label stands before its line.
    """

    day: date
    x: str
    labelled: bool
    heads_year: bool
    ends: bool


@dataclass(frozen=True)
class Chart:
    """The whole picture; ``today_x`` is None where the day lies outside."""

    bars: list[StepBar]
    months: list[Month]
    today_x: str | None


def chart(steps: Sequence[Step], today: date) -> Chart:
    """Lay the steps out from the first month to the last."""
    first = min(step.starts_by for step in steps).replace(day=1)
    last = add_months(max(step.ends_by for step in steps).replace(day=1), 1)
    days = (last - first).days

    def place(day: date) -> float:
        return (day - first).days * WHOLE / days

    bars = []
    for step in steps:
        width = max(place(step.ends_by) - place(step.starts_by), NARROWEST)
        x = min(place(step.starts_by), WHOLE - width)
        bars.append(StepBar(step, step.state(today), percent(x), percent(width)))
    months = []
    day = first
    while day < last:
        heads_year = day.month == 1 or days <= ONE_YEAR
        months.append(
            Month(
                day,
                percent(place(day)),
                labelled=day.month in QUARTERS,
                heads_year=heads_year,
                ends=place(day) > NEARLY_OVER[heads_year],
            )
        )
        day = add_months(day, 1)
    return Chart(
        bars=bars,
        months=months,
        today_x=percent(place(today)) if first <= today <= last else None,
    )


def percent(part: float) -> str:
    """Write a part of the scale as SVG takes it: 12.5%."""
    return f"{part:.2f}".rstrip("0").rstrip(".") + "%"
