"""What pages say of a version's place in time: its standing, what follows it, its due dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from schemas.specifications import ROOT_CATEGORY, Requirement
from specs import words
from specs.models import Requirement as Row
from specs.models import SpecificationVersion, Withdrawal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


@dataclass(frozen=True)
class DueDates:
    """How many mandatory requirements fall due on each day, by group of bodies.

    ``groups`` are the words of the columns; a row is a day (None: from the day in force) and the
    number for each group, in their order.
    """

    groups: tuple[str, ...]
    rows: tuple[tuple[date | None, tuple[int, ...]], ...]


#: The columns of a requirement that its due dates depend on.
DUE_COLUMNS: Final = ("obligation", "obligations", "categories", "due_on", "due_dates")


def due_dates(requirements: Iterable[Row]) -> DueDates:
    """Count mandatory requirements by due date (適合基準日), for each group whose days differ.

    Reads ``DUE_COLUMNS`` only.
    """
    rows = [
        Requirement(
            key="",
            official_id="",
            kind="",
            text="",
            obligation=each.obligation,
            obligations=each.obligations,
            categories=tuple(each.categories),
            due_on=each.due_on.isoformat() if each.due_on else None,
            due_dates=each.due_dates,
        )
        for each in requirements
    ]
    own = {group for row in rows for group in (*row.obligations, *row.due_dates)}
    groups = [ROOT_CATEGORY, *sorted(own - {ROOT_CATEGORY})]
    counted: dict[date | None, Counter[str]] = {}
    for row in rows:
        for group in groups:
            if row.applies_to(group) and row.obligation_for(group) == "mandatory":
                counted.setdefault(row.due_for(group), Counter())[group] += 1
    days = sorted(counted, key=lambda day: day or date.min)
    return DueDates(
        tuple(words.group_of_bodies(group) for group in groups),
        tuple((day, tuple(counted[day][group] for group in groups)) for day in days),
    )


def in_force_instead(
    version: SpecificationVersion, user: User | AnonymousUser, today: date
) -> SpecificationVersion | None:
    """Return the version of the same specification that is in force, if it is another one."""
    others = (
        SpecificationVersion.objects.visible_to(user)
        .filter(specification=version.specification_id)
        .exclude(pk=version.pk)
        .standing_on(today)
        .light()
        .newest_first()
    )
    in_force = SpecificationVersion.Standing.IN_FORCE
    return next((each for each in others if each.standing == in_force), None)


def withdrawal_of(version: SpecificationVersion) -> Withdrawal | None:
    """Return why a version was withdrawn; None for one that stands."""
    if version.state != SpecificationVersion.State.WITHDRAWN:
        return None
    return Withdrawal.objects.filter(version=version).first()


def life(version: SpecificationVersion, user: User | AnonymousUser, today: date) -> dict[str, Any]:
    """Give what every page of a version says of its life; ``version.standing`` is annotated."""
    standing = SpecificationVersion.Standing(version.standing)
    moved_on = standing in {
        SpecificationVersion.Standing.SUPERSEDED,
        SpecificationVersion.Standing.WITHDRAWN,
    }
    return {
        "standing": standing,
        "instead": in_force_instead(version, user, today) if moved_on else None,
        "withdrawal": withdrawal_of(version),
    }
