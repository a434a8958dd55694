"""What changed between two versions of a specification (新旧対照), requirement by requirement.

Ids rule: a requirement is the same when its key is the same, wherever it stands and whatever its
chapter is called. Pure: two documents in, results out; the JSON shape is
``schemas/specification-diff.schema.json``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from schemas import codelist
from schemas.specifications import (
    Requirement,
    SpecificationMeta,
    annotation_of,
    build_document,
    meta_of,
    requirement_of,
    requirements_of,
    version_tuple,
)

#: The kinds of change in the order in which they matter to a reader.
KINDS: Final = (
    "added",
    "withdrawn",
    "tightened",
    "relaxed",
    "redated",
    "reworded",
    "editorial",
)
#: Fields of words whose change rewords the demand when it is more than spaces and punctuation.
WORDS: Final = ("text", "title", "rationale", "remarks")
#: Where the requirement stands; its change is editorial, for an id is no chapter number.
PLACES: Final = ("chapter", "section", "item")

_TOKENS = re.compile(
    r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]+|[ァ-ヺー]+|[ぁ-ゖ]+|[一-鿿々〆〇]+|\s+|.", re.DOTALL
)
_PUNCTUATION = re.compile(
    r"[、。，．・,;:；：「」『』()（）\[\]【】｢｣\"'“”‘’]|(?<![0-9])\.|\.(?![0-9])"
)
_SPACE_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9]) (?=[a-z0-9])")


class Part(NamedTuple):
    """A stretch of text: ``op`` is ``same``, ``deleted`` or ``inserted``."""

    op: str
    text: str


@dataclass(frozen=True)
class Change:
    """One requirement that changed: its kinds of change, in the order of ``KINDS``.

    ``before`` is None when it was added, ``after`` when it was withdrawn; ``fields`` names what
    differs and ``marks`` shows the differing stretches of each field of words.
    """

    before: Requirement | None
    after: Requirement | None
    kinds: tuple[str, ...]
    fields: tuple[str, ...] = ()
    marks: Mapping[str, tuple[Part, ...]] | None = None

    @property
    def requirement(self) -> Requirement:
        """Give the requirement as it stands now, or as it last stood."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has a requirement before or after it")
        return found

    @property
    def key(self) -> str:
        """Give the requirement's key."""
        return self.requirement.key

    def as_dict(self) -> dict[str, Any]:
        """Write the change as JSON."""
        shown = self.requirement
        return {
            "key": shown.key,
            "official_id": shown.official_id,
            "kind": shown.kind,
            "chapter": shown.chapter,
            "title": shown.title,
            "changes": list(self.kinds),
            "fields": list(self.fields),
            "before": annotation_of(self.before) if self.before else None,
            "after": annotation_of(self.after) if self.after else None,
            "marks": [
                {"field": name, "parts": [{"op": p.op, "text": p.text} for p in parts]}
                for name, parts in (self.marks or {}).items()
            ],
        }


@dataclass(frozen=True)
class Diff:
    """All changes from one version to another, in the newer version's order.

    ``meta`` is what the newer version says of itself, ``order`` its keys, and ``sources`` the
    places in the source of those requirements of which nothing else changed: with them the newer
    document is made of the older one (``applied``).
    """

    specification: str
    older: str
    newer: str
    changes: tuple[Change, ...]
    meta: SpecificationMeta
    order: tuple[str, ...]
    sources: Mapping[str, Mapping[str, Any]]

    def counts(self) -> dict[str, int]:
        """Count changed requirements, in all and by kind; kinds without any are absent."""
        return counts_of(self.changes)

    def as_dict(self) -> dict[str, Any]:
        """Write the diff as JSON."""
        return {
            "specification": self.specification,
            "from": self.older,
            "to": self.newer,
            "counts": self.counts(),
            "changes": [change.as_dict() for change in self.changes],
            "version": asdict(self.meta),
            "order": list(self.order),
            "sources": {key: dict(source) for key, source in self.sources.items()},
        }


def counts_of(changes: Sequence[Change]) -> dict[str, int]:
    """Count changed requirements, in all and by kind; kinds without any are absent."""
    found = Counter(kind for change in changes for kind in change.kinds)
    return {
        "requirements": len(changes),
        **{kind: found[kind] for kind in KINDS if found[kind]},
    }


def compare_documents(older: Mapping[str, Any], newer: Mapping[str, Any]) -> Diff:
    """Compare two specification documents; marks are made for changed texts only."""
    was, now = meta_of(older), meta_of(newer)
    before, after = requirements_of(older), requirements_of(newer)
    changes = compare(before, after)
    changed = {change.key for change in changes}
    held = {each.key: each for each in before}
    sources = {
        each.key: each.source
        for each in after
        if each.key not in changed and each.source != held[each.key].source
    }
    order = tuple(each.key for each in after)
    return Diff(now.slug, was.version, now.version, tuple(changes), now, order, sources)


def applied(older: Mapping[str, Any], difference: Mapping[str, Any]) -> dict[str, Any]:
    """Make the newer document of the older one and their difference, as ``Diff.as_dict`` writes it.

    Raises ``KeyError`` where the difference is of another version.
    """
    held = {each.key: each for each in requirements_of(older)}
    for change in difference["changes"]:
        if change["after"] is None:
            del held[change["key"]]
        else:
            held[change["key"]] = requirement_of(change["key"], change["after"])
    for key, source in difference["sources"].items():
        held[key] = replace(held[key], source=source)
    meta = SpecificationMeta(**difference["version"])
    return build_document(meta, [held[key] for key in difference["order"]])


def compare(
    older: Sequence[Requirement], newer: Sequence[Requirement], *, marked: bool = True
) -> list[Change]:
    """Compare two lists of requirements by key; ``marked=False`` leaves the marks out."""
    before = {r.key: r for r in older}
    after = {r.key: r for r in newer}
    changes: list[Change] = []
    for key in _reading_order([r.key for r in older], [r.key for r in newer]):
        was, now = before.get(key), after.get(key)
        if was is None:
            changes.append(Change(None, now, ("added",)))
        elif now is None:
            changes.append(Change(was, None, ("withdrawn",)))
        elif change := _change(was, now, marked=marked):
            changes.append(change)
    return changes


def _reading_order(older: Sequence[str], newer: Sequence[str]) -> list[str]:
    """List all keys as the newer version reads; what it lacks follows what it used to follow."""
    kept = set(newer)
    following: dict[str | None, list[str]] = {}
    last: str | None = None
    for key in older:
        if key in kept:
            last = key
        else:
            following.setdefault(last, []).append(key)
    order = list(following.get(None, ()))
    for key in newer:
        order += [key, *following.get(key, ())]
    return order


def _change(was: Requirement, now: Requirement, *, marked: bool) -> Change | None:
    if was == now:
        return None
    kinds: set[str] = set()
    binding = ("obligation", "obligations", "categories")
    fields = [name for name in binding if _value(was, name) != _value(now, name)]
    kinds |= obligation_changes(was, now)
    for name, found in (
        ("bound", bound_changes(was.bound, now.bound)),
        ("interface", interface_changes(was.interface, now.interface)),
    ):
        if _value(was, name) != _value(now, name):
            fields.append(name)
            kinds |= found
    for name in ("due_on", "due_dates"):
        if _value(was, name) != _value(now, name):
            fields.append(name)
            kinds.add("redated")
    marks: dict[str, tuple[Part, ...]] = {}
    for name in (*WORDS, *PLACES):
        one, other = getattr(was, name), getattr(now, name)
        if one == other:
            continue
        fields.append(name)
        moved = name in PLACES or plain(one) == plain(other)
        kinds.add("editorial" if moved else "reworded")
        if marked:
            marks[name] = mark(one, other)
    if not fields:
        return None  # only its place in the source moved
    if not kinds or kinds > {"editorial"}:
        kinds = kinds - {"editorial"} or {"editorial"}
    return Change(was, now, tuple(k for k in KINDS if k in kinds), tuple(fields), marks)


def _value(requirement: Requirement, name: str) -> Any:
    value = getattr(requirement, name)
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, list | tuple) else value


def obligation_changes(was: Requirement, now: Requirement) -> set[str]:
    """Say whether the class (実装区分) binds any body more tightly, or more loosely.

    Asked for every body category: mandatory and prohibited each accept one answer, a standard
    option any (標準仕様書の実装区分). To swap mandatory for prohibited is to tighten: whoever
    conformed does so no longer.
    """
    found = set()
    for category in _categories():
        old, new = _binding(was, category), _binding(now, category)
        if old != new:
            found.add("relaxed" if new == "standard_option" else "tightened")
    return found


def _categories() -> tuple[str, ...]:
    return tuple(category.code for category in codelist.body_categories())


def _binding(requirement: Requirement, category: str) -> str:
    if not requirement.applies_to(category):
        return "standard_option"
    return requirement.obligation_for(category)


def bound_changes(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> set[str]:
    """Say whether a bound (基準値) became harder or easier to meet.

    A bound that came is tighter, one that went looser; another metric, unit or direction cannot
    be compared and counts as tighter, for every answer must be looked at again.
    """
    if was is None or now is None:
        return set() if was is now else {"relaxed" if now is None else "tightened"}
    if any(was[name] != now[name] for name in ("metric", "operator", "unit")):
        return {"reworded"} if _same_measure(was, now) else {"tightened"}
    if was["value"] == now["value"]:
        return {"editorial"} if was != now else set()
    raised = now["value"] > was["value"]
    return {"tightened" if raised == (now["operator"] == "at_least") else "relaxed"}


def _same_measure(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return all(was[name] == now[name] for name in ("operator", "unit", "value"))


def interface_changes(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> set[str]:
    """Say whether an interface (連携仕様) asks for a later version, or for less."""
    if was is None or now is None:
        return set() if was is now else {"relaxed" if now is None else "tightened"}
    old, new = version_tuple(str(was["version"])), version_tuple(str(now["version"]))
    found = set()
    if old != new:
        found.add("tightened" if new > old else "relaxed")
    if was["name"] != now["name"]:
        found.add("editorial" if plain(was["name"]) == plain(now["name"]) else "tightened")
    return found


def plain(text: str) -> str:
    """Fold what editors tidy up, width, case, spaces and punctuation: equal texts say the same.

    A point between digits and a space between words of Latin letters stay: 99.5 is not 995.

    >>> plain("住民票を、　出力できること。") == plain("住民票を出力できること")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _PUNCTUATION.sub("", folded)
    folded = _SPACE_BETWEEN_WORDS.sub("\x00", " ".join(folded.split()))
    return folded.replace(" ", "").replace("\x00", " ")


def mark(was: str, now: str) -> tuple[Part, ...]:
    """Show where two texts differ, by words: runs of one script are one word.

    The ``same`` and ``deleted`` parts joined are the old text, the ``same`` and ``inserted`` ones
    the new.
    """
    old, new = _TOKENS.findall(was), _TOKENS.findall(now)
    parts: list[Part] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(Part("same", "".join(old[a:b])))
            continue
        if b > a:
            parts.append(Part("deleted", "".join(old[a:b])))
        if d > c:
            parts.append(Part("inserted", "".join(new[c:d])))
    return tuple(parts)
