"""A specification version as one JSON Schema document whose instances are a claim's answers.

The schema is the conformance rule: answers conform when they validate. Each property is one
requirement, refers to an answer shape of ``answers.schema.json`` and carries the requirement
itself as the annotation ``x-requirement``; ``required`` keeps the order of the requirements.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from schemas import canonical, codelist, engine, registry
from schemas.problems import Problem, Refused, pointer

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
ANSWERS: Final = "urn:dmp:answers"
SPECIFICATIONS: Final = Path(__file__).parent / "specifications"
KIND_LETTERS: Final[Mapping[str, str]] = {
    "function": "F",
    "form": "P",
    "non_functional": "N",
    "interface": "I",
}
OBLIGATIONS: Final = ("mandatory", "standard_option", "prohibited")
#: The body category whose obligations the root of a document states (一般市区町村).
ROOT_CATEGORY: Final = "city"
#: What a version says of its life in time, where it says it at all.
LIFE: Final = ("in_force_on", "transition", "transition_until")
#: Parts of a version number of an interface: at most four numbers of at most four digits.
VERSION_PARTS: Final = 4
VERSION_DIGITS: Final = 4


@dataclass(frozen=True)
class SpecificationMeta:
    """What a version says about itself; ``published_on`` is an ISO date.

    ``extension_policy`` is ``closed`` (unlisted functions are refused; 標準化法8条2項) or ``open``;
    ``domain`` a slug of ``codelists/business_domains.csv``; ``sample`` marks made-up content.
    ``in_force_on`` (施行日) is an ISO date, empty for the day of publication; ``transition``
    (経過措置) says what of the version before may still be met, and ``transition_until`` (an ISO
    date) for how long, empty where that is left open (当分の間).
    """

    slug: str
    version: str
    title: str
    authority: str
    domain: str
    published_on: str
    title_en: str = ""
    description: str = ""
    extension_policy: str = "closed"
    sample: bool = False
    source: str = ""
    in_force_on: str = ""
    transition: str = ""
    transition_until: str = ""

    @property
    def urn(self) -> str:
        """Name the version: the ``$id`` of its document."""
        return f"urn:dmp:spec:{self.slug}:{self.version}"

    @property
    def binding_from(self) -> str:
        """Give the day from which the version is in force, unless a later one is."""
        return self.in_force_on or self.published_on


@dataclass(frozen=True)
class Requirement:
    """One requirement (機能要件・帳票要件・非機能要件・連携要件) of one version.

    ``key`` is the kind letter and the official id. ``obligations`` and ``due_dates`` are by
    obligation group of ``codelists/body_categories.csv`` and hold only what differs from the root;
    ``categories`` are the body categories it applies to, empty for all. ``due_on`` (適合基準日) is
    an ISO date. ``bound`` is ``{"metric", "operator": "at_least" | "at_most", "value", "unit"}``,
    ``interface`` is ``{"name", "version"}`` (that version or later), ``source`` tells the document
    and the place.
    """

    key: str
    official_id: str
    kind: str
    obligation: str
    text: str
    chapter: str = ""
    section: str = ""
    item: str = ""
    title: str = ""
    rationale: str = ""
    due_on: str | None = None
    obligations: Mapping[str, str] = field(default_factory=dict, hash=False)
    due_dates: Mapping[str, str] = field(default_factory=dict, hash=False)
    categories: Sequence[str] = ()
    bound: Mapping[str, Any] | None = field(default=None, hash=False)
    interface: Mapping[str, Any] | None = field(default=None, hash=False)
    source: Mapping[str, Any] = field(default_factory=dict, hash=False)
    remarks: str = ""

    def applies_to(self, category: str) -> bool:
        """Say whether the requirement concerns a body of this category at all."""
        return not self.categories or category in self.categories

    def obligation_for(self, category: str) -> str:
        """Give the class (実装区分) that binds a body of this category."""
        return self.obligations.get(obligation_group(category), self.obligation)

    def due_for(self, category: str) -> date | None:
        """Give the due date (適合基準日) for a body of this category, ``None`` if due at once."""
        day = self.due_dates.get(obligation_group(category), self.due_on)
        return date.fromisoformat(day) if day else None


#: The fields of a requirement that its annotation holds, in their order.
_STATED: Final = {each.name: None for each in fields(Requirement) if each.name != "key"}


def obligation_group(category: str) -> str:
    """Give the obligation group of a body category; ``""`` for ordinary municipalities.

    Raises ``ValueError`` for a category that ``codelists/body_categories.csv`` does not list.
    """
    try:
        return codelist.body_category(category).obligation_group
    except KeyError:
        raise ValueError(f"unknown body category: {category}") from None


def key_for(kind: str, official_id: str) -> str:
    """Build a key: ``key_for("function", "0010001")`` is ``"F0010001"``."""
    return KIND_LETTERS[kind] + official_id


def build_document(meta: SpecificationMeta, requirements: Sequence[Requirement]) -> dict[str, Any]:
    """Build the JSON Schema document of a version; ``bundled`` makes it stand alone.

    Raises ``Refused`` when a key stands twice; whether the content is right otherwise is said by
    ``specification_problems``.
    """
    seen = Counter(r.key for r in requirements)
    if repeated := [key for key, times in seen.items() if times > 1]:
        raise Refused(
            Problem(pointer("properties", key), "requirement_repeated", {"key": key})
            for key in repeated
        )
    document: dict[str, Any] = {
        "$schema": DRAFT,
        "$id": meta.urn,
        "title": f"{meta.title} {meta.version}",
        "description": meta.description,
        "x-specification": {
            "slug": meta.slug,
            "version": meta.version,
            "title": meta.title,
            "title_en": meta.title_en,
            "authority": meta.authority,
            "domain": meta.domain,
            "published_on": meta.published_on,
            "extension_policy": meta.extension_policy,
            "sample": meta.sample,
            "source": meta.source,
            **{name: value for name in LIFE if (value := getattr(meta, name))},
        },
        "type": "object",
        "properties": {
            r.key: {**shape_for(r, ROOT_CATEGORY), "x-requirement": annotation_of(r)}
            for r in requirements
        },
        "required": [r.key for r in requirements],
        "additionalProperties": (
            {"$ref": f"{ANSWERS}#answer"} if meta.extension_policy == "open" else False
        ),
    }
    if entries := _entry_points(document, requirements):
        document["$defs"] = entries
    return document


def annotation_of(requirement: Requirement) -> dict[str, Any]:
    """Write a requirement as the annotation ``x-requirement``; empty fields are left out."""
    found: dict[str, Any] = {}
    for name in _STATED:
        if value := getattr(requirement, name):
            if not isinstance(value, str):
                value = dict(value) if isinstance(value, Mapping) else list(value)
            found[name] = value
    return found


def requirements_of(document: Mapping[str, Any]) -> list[Requirement]:
    """Read the requirements of a document, in its own order."""
    properties = document["properties"]
    return [requirement_of(key, properties[key]["x-requirement"]) for key in document["required"]]


def requirement_of(key: str, annotation: Mapping[str, Any]) -> Requirement:
    """Read the annotation ``x-requirement`` of a key; what it leaves out is empty."""
    values = {name: value for name, value in annotation.items() if name in _STATED}
    if "categories" in values:
        values["categories"] = tuple(values["categories"])
    return Requirement(key=key, **values)


def meta_of(document: Mapping[str, Any]) -> SpecificationMeta:
    """Read what a document says about its version."""
    known = {each.name for each in fields(SpecificationMeta)}
    values = {n: v for n, v in document["x-specification"].items() if n in known}
    return SpecificationMeta(description=document.get("description", ""), **values)


def shape_for(requirement: Requirement, category: str) -> dict[str, Any]:
    """Give the schema that an answer must meet to conform, for a body of this category.

    A mandatory requirement takes ``provided`` only, a prohibited one ``not_provided`` only, a
    standard option any well-formed answer; a graded one also a value within its bound, an
    interface the stated version or later. What does not concern the category takes any answer.
    """
    obligation = requirement.obligation_for(category)
    if not requirement.applies_to(category):
        obligation = "standard_option"
    if obligation == "prohibited":
        return {"$ref": f"{ANSWERS}#prohibited"}
    if requirement.bound is not None:
        if obligation != "mandatory":
            return {"$ref": f"{ANSWERS}#graded_option"}
        limit = "minimum" if requirement.bound["operator"] == "at_least" else "maximum"
        bound = {"value": {limit: requirement.bound["value"]}}
        return {"$ref": f"{ANSWERS}#graded", "properties": bound}
    if requirement.interface is not None:
        if obligation != "mandatory":
            return {"$ref": f"{ANSWERS}#interface_option"}
        later = {"version": {"pattern": version_pattern(str(requirement.interface["version"]))}}
        return {"$ref": f"{ANSWERS}#interface", "properties": later}
    return {"$ref": f"{ANSWERS}#{obligation}"}


def entry_point(document: Mapping[str, Any], category: str) -> str:
    """Name the anchor that states a body category's rule; ``""`` when it is the root's."""
    obligation_group(category)
    entry = document.get("$defs", {}).get(category, {})
    return category if isinstance(entry, dict) and entry.get("$anchor") == category else ""


def _entry_points(
    document: Mapping[str, Any], requirements: Sequence[Requirement]
) -> dict[str, Any]:
    """Write one entry point for each body category whose rule is not the root's."""
    entries: dict[str, Any] = {}
    roots = {r.key: shape_for(r, ROOT_CATEGORY) for r in requirements}
    special = [r for r in requirements if r.obligations or r.categories]
    for category in codelist.body_categories():
        differing = {
            r.key: shape for r in special if (shape := shape_for(r, category.code)) != roots[r.key]
        }
        if not differing:
            continue
        entries[category.code] = {
            "$anchor": category.code,
            "title": category.name_ja,
            "type": "object",
            "properties": {
                r.key: differing.get(r.key, {"$ref": f"#/properties/{r.key}"}) for r in requirements
            },
            "required": document["required"],
            "additionalProperties": document["additionalProperties"],
        }
    return entries


def bundled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document as it is served and downloaded: one file without outside references.

    The answer shapes stand in ``$defs`` under their own ``$id`` (JSON Schema 2020-12, 9.3), so
    every standard validator resolves them without a registry.
    """
    whole = copy.deepcopy(dict(document))
    whole["$defs"] = {**whole.get("$defs", {}), "answers": registry.load("answers")}
    return whole


def digest(document: Mapping[str, Any]) -> str:
    """Give the SHA-256 (hex) of the document's canonical form (RFC 8785)."""
    return hashlib.sha256(canonical.dumps(dict(document))).hexdigest()


def shipped() -> list[Path]:
    """List the specification files that come with the product, by slug and version."""
    return sorted(
        SPECIFICATIONS.glob("*/*.json"), key=lambda p: (p.parent.name, version_tuple(p.stem))
    )


def shipped_document(urn: str) -> dict[str, Any] | None:
    """Load the shipped document of a URN; ``None`` when the product ships no such version."""
    for path in shipped():
        if urn == f"urn:dmp:spec:{path.parent.name}:{path.stem}":
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return document
    return None


# -- versions of interfaces --------------------------------------------------------------------


def version_tuple(version: str) -> tuple[int, ...]:
    """Read a version number for comparison; missing parts are zero: ``2.1`` is (2, 1, 0, 0)."""
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (VERSION_PARTS - len(parts)))


def version_pattern(version: str) -> str:
    """Write "this version or later" as a pattern that reads alike in every regex dialect.

    For every number the answer shape lets through it agrees with comparing ``version_tuple``.
    """
    least = list(version_tuple(version))
    while len(least) > 1 and least[-1] == 0:
        least.pop()
    part = rf"(0|[1-9][0-9]{{0,{VERSION_DIGITS - 1}}})"
    ways = []
    for index, number in enumerate(least):
        prefix = "".join(rf"{n}\." for n in least[:index])
        rest = rf"(\.{part}){{0,{VERSION_PARTS - index - 1}}}"
        ways += [prefix + above + rest for above in _above(number)]
    exact = r"\.".join(str(n) for n in least)
    ways.append(exact + rf"(\.{part}){{0,{VERSION_PARTS - len(least)}}}")
    return f"^({'|'.join(ways)})$"


def _above(number: int) -> Iterable[str]:
    """Write patterns that together match every number greater than this one, without padding."""
    digits = str(number)
    for index, digit in enumerate(digits):
        if digit != "9":
            following = len(digits) - index - 1
            tail = f"[0-9]{{{following}}}" if following else ""
            yield f"{digits[:index]}[{int(digit) + 1}-9]{tail}"
    if len(digits) < VERSION_DIGITS:
        yield f"[1-9][0-9]{{{len(digits)},{VERSION_DIGITS - 1}}}"


# -- what a well-formed specification is -------------------------------------------------------


def specification_problems(document: object) -> list[Problem]:
    """Say everything that is wrong with a specification document, each problem with its pointer.

    First the meta-schema and foreign references; when these hold, what a schema cannot say: ids
    used twice, keys that disagree with the requirement, shapes and entry points that are not those
    which ``build_document`` derives.
    """
    foreign = registry.reference_problems(document)
    places = {problem.pointer for problem in foreign}
    shape = engine.problems(registry.load("specification"), document)
    found = foreign + [problem for problem in shape if problem.pointer not in places]
    if found or not isinstance(document, dict):
        return found
    return list(_inconsistencies(document))


def _inconsistencies(document: dict[str, Any]) -> Iterable[Problem]:
    meta = meta_of(document)
    if document["$id"] != meta.urn:
        yield Problem("/$id", "specification_id_differs", {"expected": meta.urn})
    listed = dict.fromkeys(document["required"])
    for key in document["properties"]:
        if key not in listed:
            yield Problem(pointer("properties", key), "requirement_not_required", {"key": key})
    missing = [key for key in listed if key not in document["properties"]]
    for key in missing:
        at = pointer("required", document["required"].index(key))
        yield Problem(at, "requirement_not_described", {"key": key})
    if not missing:
        requirements = requirements_of(document)
        wrong = [problem for r in requirements for problem in _requirement_problems(r)]
        yield from wrong or _differences(document, build_document(meta, requirements))


def _differences(document: dict[str, Any], expected: dict[str, Any]) -> Iterable[Problem]:
    """Compare a document with the one that its own requirements lead to."""
    for key, wanted in expected["properties"].items():
        if document["properties"][key] != wanted:
            yield Problem(pointer("properties", key), "requirement_shape_differs", {"key": key})
    entries = document.get("$defs", {})
    if "answers" in entries:
        expected = bundled(expected)
    for name in {**entries, **expected.get("$defs", {})}:
        if entries.get(name) != expected.get("$defs", {}).get(name):
            yield Problem(pointer("$defs", name), "entry_point_differs", {"name": name})
    if document["additionalProperties"] != expected["additionalProperties"]:
        yield Problem("/additionalProperties", "extension_policy_differs")


def _requirement_problems(requirement: Requirement) -> Iterable[Problem]:
    at = ("properties", requirement.key, "x-requirement")
    expected = key_for(requirement.kind, requirement.official_id)
    if requirement.key != expected:
        yield Problem(
            pointer(*at, "official_id"),
            "requirement_key_differs",
            {"key": requirement.key, "expected": expected},
        )
    if requirement.bound is not None and requirement.interface is not None:
        yield Problem(pointer(*at), "requirement_has_bound_and_interface", {"key": requirement.key})
