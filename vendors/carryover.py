"""What a newer version asks of a claim on an older one: what stays, what is asked anew, and when.

Facts in, results out: two lists of requirements make a ``Passage``, a claim's answers to the
requirements that bind more tightly an ``Effect``. A claim goes stale on the day from which the
newer version demands what the claim does not state, not on the day of publication (経過措置).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from schemas import engine
from schemas.specifications import ROOT_CATEGORY, Requirement, shape_for
from specs import diff

#: What becomes of an answer by the kind of change; of several kinds the first here decides.
STEPS: Final[Mapping[str, str]] = {
    "withdrawn": "dropped",
    "added": "empty",
    "tightened": "empty",
    "reworded": "reconfirm",
    "relaxed": "kept",
    "redated": "kept",
    "editorial": "kept",
}


def step(kinds: Iterable[str]) -> str:
    """Say what becomes of the answer to a requirement that changed in these ways.

    ``kept``: it stands. ``reconfirm``: the words changed, so look at it again. ``empty``: it is
    asked anew. ``dropped``: nobody asks any more.

    >>> step(("reworded", "redated"))
    'reconfirm'
    """
    given = set(kinds)
    return next((what for kind, what in STEPS.items() if kind in given), "kept")


@dataclass(frozen=True)
class Effect:
    """What a newer version means for one claim, in answers; ``stale_on`` is None if never."""

    kept: int
    reconfirm: int
    empty: int
    dropped: int
    stale_on: date | None

    @property
    def work(self) -> int:
        """How many answers need somebody."""
        return self.reconfirm + self.empty


@dataclass(frozen=True)
class Demand:
    """A requirement that binds more tightly: from which day, and which answers meet it."""

    due_on: date
    shape: Mapping[str, Any]
    _judged: dict[tuple[Any, ...], bool] = field(default_factory=dict, compare=False, repr=False)

    def met_by(self, answer: Mapping[str, Any]) -> bool:
        """Say whether an answer meets it (``answers.schema.json``); each kind is judged once."""
        mark = (answer.get("answer"), answer.get("value"), answer.get("version"))
        if mark not in self._judged:
            stated = {
                name: value
                for name, value in zip(("answer", "value", "version"), mark, strict=True)
                if value is not None
            }
            self._judged[mark] = not engine.problems(self.shape, stated)
        return self._judged[mark]


@dataclass(frozen=True)
class Passage:
    """The way from one version to a later one, the same for every claim on the older.

    ``added_from`` is the first day on which something wholly new binds; ``tighter`` holds, by
    key, what binds more tightly than before.
    """

    kept: int
    reconfirm: int
    empty: int
    dropped: int
    added_from: date | None
    tighter: Mapping[str, Demand]

    def effect(self, answers: Iterable[tuple[str, Mapping[str, Any]]]) -> Effect:
        """Judge one claim by its answers to what is tighter; what it left out is not met."""
        unmet = dict(self.tighter)
        for key, answer in answers:
            if key in unmet and unmet[key].met_by(answer):
                del unmet[key]
        days = [demand.due_on for demand in unmet.values()]
        if self.added_from:
            days.append(self.added_from)
        return Effect(self.kept, self.reconfirm, self.empty, self.dropped, min(days, default=None))


def passage(
    older: Sequence[Requirement],
    newer: Sequence[Requirement],
    *,
    in_force_on: date,
    category: str = ROOT_CATEGORY,
) -> Passage:
    """Compare two versions for a claim; what has no due date binds from ``in_force_on``.

    A standard option never makes a claim stale: any answer to it conforms.
    """
    changes = diff.compare(older, newer, marked=False)
    steps = Counter(step(change.kinds) for change in changes)
    added: list[date] = []
    tighter: dict[str, Demand] = {}
    for change in changes:
        asked = change.after
        if asked is None or step(change.kinds) != "empty" or not _binds(asked, category):
            continue
        due = asked.due_for(category) or in_force_on
        if change.before is None:
            added.append(due)
        else:
            tighter[change.key] = Demand(due, shape_for(asked, category))
    unchanged = len(older) - sum(change.before is not None for change in changes)
    return Passage(
        kept=unchanged + steps["kept"],
        reconfirm=steps["reconfirm"],
        empty=steps["empty"],
        dropped=steps["dropped"],
        added_from=min(added, default=None),
        tighter=tighter,
    )


def _binds(requirement: Requirement, category: str) -> bool:
    return (
        requirement.applies_to(category)
        and requirement.obligation_for(category) != "standard_option"
    )
