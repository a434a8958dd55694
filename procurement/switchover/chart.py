"""The plan as a picture: every step as a bar on a scale of months. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procurement.switchover.timeline import Step
from schemas.calendar import add_months

LEFT = 300  # px kept for the steps' names
WIDTH = 900  # px of the time scale
ROW = 32
HEAD = 44


@dataclass(frozen=True)
class StepBar:
    """One step on the scale; lengths in px."""

    step: Step
    state: str
    y: int
    x: int
    width: int

    @property
    def middle(self) -> int:
        """The line on which the name stands."""
        return self.y + ROW // 2


@dataclass(frozen=True)
class Month:
    """One month on the scale; every third carries its label, the first of a year its year."""

    day: date
    x: int
    labelled: bool


@dataclass(frozen=True)
class Chart:
    """The whole picture."""

    bars: list[StepBar]
    months: list[Month]
    today_x: int | None
    width: int
    height: int


def chart(steps: Sequence[Step], today: date) -> Chart:
    """Lay the steps out from the first month to the last."""
    first = min(step.starts_by for step in steps).replace(day=1)
    last = add_months(max(step.ends_by for step in steps).replace(day=1), 1)
    days = (last - first).days

    def place(day: date) -> int:
        return LEFT + round((day - first).days * WIDTH / days)

    bars = [
        StepBar(
            step,
            step.state(today),
            HEAD + number * ROW,
            place(step.starts_by),
            max(place(step.ends_by) - place(step.starts_by), 8),
        )
        for number, step in enumerate(steps)
    ]
    months = []
    day = first
    while day < last:
        months.append(Month(day, place(day), day.month in {1, 4, 7, 10}))
        day = add_months(day, 1)
    return Chart(
        bars=bars,
        months=months,
        today_x=place(today) if first <= today <= last else None,
        width=LEFT + WIDTH + 16,
        height=HEAD + ROW * len(steps) + 12,
    )
