"""Where the demand of a withdrawn requirement went: likely successors, and those confirmed.

An id is never used again, so a requirement that was split, merged or renumbered is withdrawn and
comes back under another id. Pages propose the nearest texts; what an editor confirms is data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from schemas.specifications import Requirement
from specs.diff import Change, compare_documents, plain
from specs.models import SpecificationVersion, Successor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

#: From which likeness, in percent, a requirement is proposed, and how many for each.
LIKELY: Final = 55
MOST_LIKELY: Final = 3


@dataclass(frozen=True)
class Likely:
    """A requirement that may have taken a withdrawn one's place; ``likeness`` in percent."""

    requirement: Requirement
    likeness: int


def likely(withdrawn: Requirement, candidates: Sequence[Requirement]) -> list[Likely]:
    """Return the requirements whose words are nearest, the nearest first; of the same kind only.

    Compared are title and text, folded as ``diff.plain`` does.
    """
    same_kind = [each for each in candidates if each.kind == withdrawn.kind]
    matcher = SequenceMatcher(None, "", _words(withdrawn), autojunk=False)
    found = []
    for each in same_kind:
        matcher.set_seq1(_words(each))
        if matcher.quick_ratio() * 100 >= LIKELY:
            found.append(Likely(each, round(matcher.ratio() * 100)))
    nearest = sorted(found, key=lambda each: (-each.likeness, each.requirement.key))
    return [each for each in nearest if each.likeness >= LIKELY][:MOST_LIKELY]


def proposals(changes: Iterable[Change]) -> list[tuple[Requirement, list[Likely]]]:
    """Pair each withdrawn requirement of a difference with what was added and is like it."""
    changes = list(changes)
    added = [change.after for change in changes if change.before is None and change.after]
    return [
        (change.before, likely(change.before, added))
        for change in changes
        if change.after is None and change.before
    ]


def pairs_between(
    older: SpecificationVersion, newer: SpecificationVersion
) -> list[tuple[str, str]]:
    """Return the confirmed pairs of keys, withdrawn and successor, from one version to another.

    Pairs of versions between the two count: what was withdrawn on the way has its successor too.
    """
    of_the_way = Q(newer=newer.pk)
    if older.published_on and newer.published_on:
        of_the_way |= Q(
            newer__specification=newer.specification_id,
            newer__state__in=SpecificationVersion.PUBLIC,
            newer__published_on__gt=older.published_on,
            newer__published_on__lte=newer.published_on,
        )
    rows = (
        Successor.objects.filter(of_the_way)
        .order_by("withdrawn_key", "successor_key")
        .values_list("withdrawn_key", "successor_key")
    )
    before, after = set(older.document["required"]), set(newer.document["required"])
    return [
        (withdrawn, successor)
        for withdrawn, successor in dict.fromkeys(rows)
        if withdrawn in before - after and successor in after
    ]


def kin(
    version: SpecificationVersion, key: str, user: User | AnonymousUser
) -> dict[str, list[tuple[str, str]]]:
    """Return what a requirement followed and what followed it, as (version number, key).

    ``before`` are those that it took the place of (前身), ``after`` those that took its place.
    """
    visible = SpecificationVersion.objects.visible_to(user).values("pk")
    rows = Successor.objects.filter(
        Q(successor_key=key) | Q(withdrawn_key=key),
        newer__in=visible,
        newer__specification=version.specification_id,
    ).values_list("withdrawn_key", "successor_key", "newer__number", "newer__previous__number")
    found: dict[str, list[tuple[str, str]]] = {"before": [], "after": []}
    for withdrawn, successor, newer, older in rows:
        if successor == key and older:
            found["before"].append((older, withdrawn))
        if withdrawn == key:
            found["after"].append((newer, successor))
    return found


def difference(older: SpecificationVersion, newer: SpecificationVersion) -> dict[str, Any]:
    """Write the difference with its confirmed successors (``specification-diff.schema.json``)."""
    return compare_documents(older.document, newer.document).as_dict() | {
        "successors": [
            {"withdrawn": withdrawn, "successor": successor}
            for withdrawn, successor in pairs_between(older, newer)
        ]
    }


def _words(requirement: Requirement) -> str:
    return plain(f"{requirement.title}\n{requirement.text}")
