"""The portfolio timeline: every contract as a bar to its end, by fiscal year. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from procurement.contracts.rules import notice_deadline
from schemas.calendar import fiscal_year, fiscal_year_span

LEFT = 240  # px kept for the systems' names
WIDTH = 960  # px of the time scale
ROW = 32  # px a contract
HEAD = 44  # px for the fiscal years


class Dated(Protocol):
    """What the timeline needs to know of a contract."""

    pk: int
    system: str
    starts_on: date
    ends_on: date
    notice_months: int


@dataclass(frozen=True)
class Bar:
    """One contract on the scale; lengths in px, ``notice_x`` None where no notice is asked."""

    contract: Dated
    y: int
    x: int
    width: int
    notice_on: date | None
    notice_x: int | None
    state: str
    days_left: int

    @property
    def name(self) -> str:
        """The system's name, cut to what fits left of the scale."""
        name = self.contract.system
        return name if len(name) <= 15 else name[:14] + "…"

    @property
    def middle(self) -> int:
        """The line on which the name and the marks stand."""
        return self.y + ROW // 2

    @property
    def end_x(self) -> int:
        """Where the bar ends."""
        return self.x + self.width


@dataclass(frozen=True)
class Year:
    """One fiscal year on the scale."""

    number: int
    x: int
    width: int

    @property
    def label_x(self) -> int:
        """Where its label is centred."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Timeline:
    """The whole picture."""

    bars: list[Bar]
    years: list[Year]
    today_x: int
    width: int
    height: int


def state_of(contract: Dated, today: date) -> str:
    """Say where a contract stands: ended, notice missed, due within a year, or later."""
    notice_on = notice_deadline(contract.ends_on, contract.notice_months)
    if contract.ends_on < today:
        return "ended"
    if notice_on is not None and notice_on < today:
        return "notice_missed"
    if contract.ends_on < today + timedelta(days=366):
        return "within_a_year"
    return "later"


def timeline(contracts: Sequence[Dated], today: date) -> Timeline:
    """Lay the contracts out, in their order, from this fiscal year to the last one that ends."""
    first = fiscal_year(today)
    last = max([fiscal_year(contract.ends_on) for contract in contracts] + [first + 1])
    last = min(last, first + 9)
    scale_from = fiscal_year_span(first).first
    scale_to = fiscal_year_span(last).last
    days = (scale_to - scale_from).days + 1

    def place(day: date) -> int:
        inside = min(max(day, scale_from), scale_to)
        return LEFT + round((inside - scale_from).days * WIDTH / days)

    bars = []
    for number, contract in enumerate(contracts):
        notice_on = notice_deadline(contract.ends_on, contract.notice_months)
        shown = notice_on is not None and scale_from <= notice_on <= scale_to
        x, end = place(contract.starts_on), place(contract.ends_on)
        bars.append(
            Bar(
                contract=contract,
                y=HEAD + number * ROW,
                x=x,
                width=max(end - x, 4),
                notice_on=notice_on,
                notice_x=place(notice_on) if shown and notice_on else None,
                state=state_of(contract, today),
                days_left=(contract.ends_on - today).days,
            )
        )
    years = []
    for number in range(first, last + 1):
        span = fiscal_year_span(number)
        x = place(span.first)
        years.append(Year(number, x, place(span.last) - x))
    return Timeline(
        bars=bars,
        years=years,
        today_x=place(today),
        width=LEFT + WIDTH + 16,
        height=HEAD + ROW * len(contracts) + 16,
    )
