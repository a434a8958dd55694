"""A specification document says what its requirements say, alone and to every validator."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings

from schemas import codelist, engine, registry
from schemas import specifications as specs
from schemas.problems import Problem, Refused
from schemas.specifications import Requirement, SpecificationMeta, build_document
from tests.schemas import strategies

DEEP = settings(max_examples=100, deadline=None)
META = SpecificationMeta(
    slug="example",
    version="1.0",
    title="例示標準仕様書",
    authority="例示省",
    domain="public-facility-reservation",
    published_on="2026-04-01",
    description="例",
    title_en="Example",
    sample=True,
    source="自作",
)
FUNCTION = Requirement(
    key="F0010001", official_id="0010001", kind="function", obligation="mandatory", text="受付"
)
GRADED = Requirement(
    key="N0010001",
    official_id="0010001",
    kind="non_functional",
    obligation="mandatory",
    text="稼働率",
    bound={"metric": "稼働率", "operator": "at_least", "value": 99.5, "unit": "%"},
)
INTERFACE = Requirement(
    key="I0010001",
    official_id="0010001",
    kind="interface",
    obligation="mandatory",
    text="宛名連携",
    interface={"name": "宛名", "version": "2.1"},
)


def document(*requirements: Requirement, **meta: Any) -> dict[str, Any]:
    return build_document(replace(META, **meta), requirements or [FUNCTION, GRADED, INTERFACE])


def accepts(requirement: Requirement, answer: Any, category: str = "city") -> bool:
    built = document(requirement)
    anchor = specs.entry_point(built, category)
    ready = engine.compiled(built, anchor)
    fast = not list(engine.failures_of(ready, {requirement.key: answer}))
    slow = not list(engine.reference_failures(built, {requirement.key: answer}, anchor))
    assert fast == slow
    return fast


@DEEP
@given(strategies.requirement_lists())
def test_document_gives_back_its_requirements(drawn: list[Requirement]) -> None:
    built = build_document(META, drawn)

    assert specs.requirements_of(built) == drawn
    assert specs.meta_of(built) == META
    assert specs.specification_problems(built) == []
    assert specs.specification_problems(specs.bundled(built)) == []
    stored = json.loads(json.dumps(built, sort_keys=True))  # as a database may give it back
    assert specs.requirements_of(stored) == drawn
    assert specs.digest(stored) == specs.digest(built)


ANSWERS: dict[str, dict[str, Any]] = {
    "provided": {"answer": "provided"},
    "paid_option": {"answer": "paid_option", "price_yen": 1},
    "alternative": {"answer": "alternative", "note": "手作業"},
    "planned": {"answer": "planned", "planned_on": "2026-01-01"},
    "not_provided": {"answer": "not_provided"},
    "not_applicable": {"answer": "not_applicable"},
}


@pytest.mark.parametrize("word", ANSWERS)
@pytest.mark.parametrize(
    ("obligation", "accepted"),
    [
        ("mandatory", {"provided"}),
        ("prohibited", {"not_provided"}),
        ("standard_option", set(ANSWERS)),
    ],
)
def test_class_accepts_its_answers(obligation: str, accepted: set[str], word: str) -> None:
    requirement = replace(FUNCTION, obligation=obligation)

    assert accepts(requirement, ANSWERS[word]) == (word in accepted)


GRADES = [
    ("at_least", 99.4, False), ("at_least", 99.5, True), ("at_least", 100, True),
    ("at_most", 99.4, True), ("at_most", 99.5, True), ("at_most", 99.6, False),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "value", "accepted"), GRADES)
def test_graded_item_accepts_a_value_within_its_bound(
    operator: str, value: float, accepted: bool
) -> None:
    assert GRADED.bound is not None
    requirement = replace(GRADED, bound={**GRADED.bound, "operator": operator})

    assert accepts(requirement, {"answer": "provided", "value": value}) == accepted
    assert not accepts(requirement, {"answer": "provided"})
    assert not accepts(requirement, {"answer": "planned", "planned_on": "2027-01-01"})
    option = replace(requirement, obligation="standard_option")
    assert accepts(option, {"answer": "provided", "value": value})
    assert accepts(option, {"answer": "not_provided"})
    assert not accepts(option, {"answer": "provided"})


VERSION_PAIRS = [
    ("2.0", False), ("2.1", True), ("2.1.0", True), ("2.1.5", True), ("2.10", True), ("2", False),
    ("3", True), ("10.0", True), ("1.99", False), ("2.0.9", False),
]  # fmt: skip


@pytest.mark.parametrize(("version", "accepted"), VERSION_PAIRS)
def test_interface_accepts_its_version_or_later(version: str, accepted: bool) -> None:
    assert accepts(INTERFACE, {"answer": "provided", "version": version}) == accepted
    assert not accepts(INTERFACE, {"answer": "provided"})
    option = replace(INTERFACE, obligation="standard_option")
    assert accepts(option, {"answer": "provided", "version": version})
    assert not accepts(option, {"answer": "provided"})


@settings(max_examples=500, deadline=None)
@given(strategies.VERSIONS, strategies.VERSIONS)
def test_version_pattern_agrees_with_comparing_numbers(least: str, stated: str) -> None:
    later = specs.version_tuple(stated) >= specs.version_tuple(least)
    pattern = specs.version_pattern(least)

    assert bool(re.search(pattern, stated)) == later
    assert jsonschema_rs.is_valid({"pattern": pattern}, stated) == later


@pytest.mark.parametrize("least", ["0", "7", "9", "10", "99", "109", "990", "999", "9999", "1.0"])
def test_version_pattern_agrees_for_every_number(least: str) -> None:
    pattern = re.compile(specs.version_pattern(least))

    for number in range(10_000):
        stated = (number,) if "." not in least else (1, number)
        text = ".".join(map(str, stated))
        assert bool(pattern.search(text)) == (
            specs.version_tuple(text) >= specs.version_tuple(least)
        ), text


def test_missing_and_unlisted_answers_point_at_themselves() -> None:
    found = engine.problems(document(FUNCTION), {"F9": {"answer": "provided"}}, pointer="/answers")

    assert sorted((p.pointer, p.code) for p in found) == [
        ("/answers/F0010001", "value_missing"),
        ("/answers/F9", "value_not_known"),
    ]


def test_open_specification_takes_well_formed_extras_only() -> None:
    opened = document(FUNCTION, extension_policy="open")
    fine = {"F0010001": {"answer": "provided"}}

    assert engine.problems(opened, {**fine, "F9": {"answer": "provided"}}) == []
    assert [p.pointer for p in engine.problems(opened, {**fine, "F9": {"answer": "yes"}})] == [
        "/F9/answer"
    ]


def test_entry_points_stand_only_where_the_rule_differs() -> None:
    heavier = replace(FUNCTION, obligation="standard_option", obligations={
        "designated_city": "mandatory"})  # fmt: skip
    towns = replace(FUNCTION, key="F2", official_id="2", categories=("town", "village"))

    assert "$defs" not in document()
    assert list(document(heavier)["$defs"]) == ["designated_city"]
    assert list(document(towns)["$defs"]) == ["town", "village"]
    assert specs.entry_point(document(towns), "town") == "town"
    assert specs.entry_point(document(towns), "city") == ""
    with pytest.raises(ValueError, match="county"):
        specs.entry_point(document(), "county")


def test_entry_point_states_the_rule_of_its_category() -> None:
    heavier = replace(FUNCTION, obligation="standard_option", obligations={
        "designated_city": "mandatory"})  # fmt: skip
    towns = replace(FUNCTION, categories=("town",))
    no = {"answer": "not_provided"}

    assert [accepts(heavier, no, c) for c in ("city", "designated_city")] == [True, False]
    assert [accepts(towns, no, c) for c in ("city", "town")] == [True, False]
    assert not accepts(towns, {"answer": "yes"}, "city")


def test_obligation_and_due_date_follow_the_category() -> None:
    requirement = replace(
        FUNCTION,
        due_on="2027-04-01",
        obligations={"designated_city": "prohibited"},
        due_dates={"designated_city": "2026-04-01"},
        categories=("designated_city", "city"),
    )

    assert requirement.obligation_for("designated_city") == "prohibited"
    assert requirement.obligation_for("core_city") == "mandatory"
    assert requirement.due_for("designated_city") == date(2026, 4, 1)
    assert requirement.due_for("city") == date(2027, 4, 1)
    assert FUNCTION.due_for("city") is None
    assert [requirement.applies_to(c.code) for c in codelist.body_categories()] == [
        False, True, False, False, True, False, False,
    ]  # fmt: skip


@DEEP
@given(strategies.claims(broken=True))
def test_bundle_gives_every_plain_validator_the_same_verdict(drawn: Any) -> None:
    built, answers = drawn
    alone = json.loads(json.dumps(specs.bundled(built)))
    expected = engine.problems(built, answers) == []

    assert jsonschema_rs.is_valid(alone, answers, offline=True) == expected
    assert jsonschema.Draft202012Validator(alone).is_valid(answers) == expected


def test_bundle_has_no_outside_reference() -> None:
    alone = specs.bundled(document())
    inside = {alone["$id"], alone["$defs"]["answers"]["$id"]}
    references = re.findall(r'"\$ref": "([^"#]*)#', json.dumps(alone))

    assert {r for r in references if r} <= inside
    assert "answers" not in document().get("$defs", {})
    assert engine.problems(alone, {}) == engine.problems(document(), {})


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    made = copy.deepcopy(document(replace(FUNCTION, obligations={"designated_city": "prohibited"})))
    change(made)
    return made


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "another id": (
        lambda d: d.update({"$id": "urn:dmp:spec:example:1.1"}), "/$id", "specification_id_differs"
    ),
    "not required": (
        lambda d: d["properties"].update(F2=d["properties"]["F0010001"]),
        "/properties/F2",
        "requirement_not_required",
    ),
    "not described": (
        lambda d: d["required"].append("F2"), "/required/1", "requirement_not_described"
    ),
    "another official id": (
        lambda d: d["properties"]["F0010001"]["x-requirement"].update(official_id="2"),
        "/properties/F0010001/x-requirement/official_id",
        "requirement_key_differs",
    ),
    "another shape": (
        lambda d: d["properties"]["F0010001"].update({"$ref": "urn:dmp:answers#standard_option"}),
        "/properties/F0010001",
        "requirement_shape_differs",
    ),
    "entry point left out": (
        lambda d: d.pop("$defs"), "/$defs/designated_city", "entry_point_differs"
    ),
    "other answer shapes": (
        lambda d: d["$defs"].update(answers={"$id": "urn:dmp:answers"}),
        "/$defs/answers",
        "entry_point_differs",
    ),
    "other policy": (
        lambda d: d.update(additionalProperties={"$ref": "urn:dmp:answers#answer"}),
        "/additionalProperties",
        "extension_policy_differs",
    ),
    "foreign reference": (
        lambda d: d["properties"]["F0010001"].update({"$ref": "https://example.com/#mandatory"}),
        "/properties/F0010001/$ref",
        "reference_refused",
    ),
    "foreign reference in an entry point": (
        lambda d: d["$defs"]["designated_city"]["properties"]["F0010001"].update(
            {"$ref": "file:///etc/passwd"}
        ),
        "/$defs/designated_city/properties/F0010001/$ref",
        "reference_refused",
    ),
    "bound and interface": (
        lambda d: d["properties"]["F0010001"]["x-requirement"].update(
            bound=dict(GRADED.bound or {}), interface=dict(INTERFACE.interface or {})
        ),
        "/properties/F0010001/x-requirement",
        "requirement_has_bound_and_interface",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_inconsistent_document_is_told(name: str) -> None:
    change, at, code = CHANGES[name]

    found = specs.specification_problems(broken(change))

    assert (at, code) in [(p.pointer, p.code) for p in found]
    assert all(p.sentence() for p in found)


@pytest.mark.parametrize("instance", [None, [], 1, "x", {}])
def test_what_is_no_document_is_told(instance: object) -> None:
    assert specs.specification_problems(instance) != []


def test_id_used_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        document(FUNCTION, replace(FUNCTION, text="別の要件"))

    assert refused.value.problems == [
        Problem("/properties/F0010001", "requirement_repeated", {"key": "F0010001"})
    ]


def test_anchors_and_entries_come_from_the_codelist() -> None:
    entries = registry.load("specification")["properties"]["$defs"]["properties"]

    assert [c.code for c in codelist.body_categories()] == [k for k in entries if k != "answers"]
    groups = {c.obligation_group for c in codelist.body_categories()} - {""}
    schema = registry.load("specification")["$defs"]["obligations"]
    assert set(schema["properties"]) == groups


def test_shipped_documents_are_well_formed() -> None:
    assert len(specs.shipped()) >= 2
    for path in specs.shipped():
        urn = f"urn:dmp:spec:{path.parent.name}:{path.stem}"
        shipped = specs.shipped_document(urn)
        assert shipped is not None
        assert shipped["$id"] == urn
        assert specs.specification_problems(shipped) == []
    assert specs.shipped_document("urn:dmp:spec:../../x:1.0") is None
