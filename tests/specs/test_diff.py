"""What counts as which change: truth tables, and properties of every diff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import engine, registry
from schemas.specifications import Requirement, SpecificationMeta, build_document
from specs import diff, words

BASE = Requirement(
    key="F0010001",
    official_id="0010001",
    kind="function",
    obligation="standard_option",
    text="住民票を出力できること。",
    chapter="1. 証明",
    title="住民票",
    due_on="2027-04-01",
)


def kinds(before: Requirement, after: Requirement) -> tuple[str, ...]:
    found = diff.compare([before], [after])
    return found[0].kinds if found else ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("standard_option", "mandatory", "tightened"),
        ("standard_option", "prohibited", "tightened"),
        ("mandatory", "standard_option", "relaxed"),
        ("prohibited", "standard_option", "relaxed"),
        ("mandatory", "prohibited", "tightened"),
        ("prohibited", "mandatory", "tightened"),
    ],
)
def test_class_change(old: str, new: str, expected: str) -> None:
    assert kinds(replace(BASE, obligation=old), replace(BASE, obligation=new)) == (expected,)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            {}, {"obligations": {"designated_city": "mandatory"}}, ("tightened",), id="one group"
        ),
        pytest.param(
            {"obligations": {"designated_city": "mandatory"}}, {}, ("relaxed",), id="group freed"
        ),
        pytest.param(
            {"obligation": "mandatory", "categories": ("city",)},
            {"obligation": "mandatory"},
            ("tightened",),
            id="concerns more bodies",
        ),
        pytest.param(
            {"obligation": "mandatory"},
            {"obligation": "mandatory", "categories": ("city",)},
            ("relaxed",),
            id="concerns fewer bodies",
        ),
        pytest.param(
            {"obligation": "mandatory", "obligations": {"designated_city": "standard_option"}},
            {"obligation": "standard_option", "obligations": {"designated_city": "mandatory"}},
            ("tightened", "relaxed"),
            id="swapped between groups",
        ),
        pytest.param({}, {"due_on": "2028-04-01"}, ("redated",), id="due date moved"),
        pytest.param({}, {"due_on": None}, ("redated",), id="due date dropped"),
        pytest.param(
            {}, {"due_dates": {"designated_city": "2028-04-01"}}, ("redated",), id="group's date"
        ),
        pytest.param({}, {"text": "住民票を印刷できること。"}, ("reworded",), id="other words"),
        pytest.param({}, {"text": "住民票を、出力できること"}, ("editorial",), id="punctuation"),
        pytest.param({}, {"text": "住民票を　出力\nできること。"}, ("editorial",), id="spaces"),
        pytest.param({}, {"chapter": "2. 証明"}, ("editorial",), id="chapter renumbered"),
        pytest.param({}, {"rationale": "法12条"}, ("reworded",), id="rationale came"),
        pytest.param({}, {"source": {"cell": "F9"}}, (), id="only its cell moved"),
        pytest.param(
            {},
            {"obligation": "mandatory", "due_on": "2028-04-01", "chapter": "2. 証明"},
            ("tightened", "redated"),
            id="an editorial change beside others is not told",
        ),
    ],
)
def test_change(old: dict[str, Any], new: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert kinds(replace(BASE, **old), replace(BASE, **new)) == expected


def bound(value: float, operator: str = "at_least", unit: str = "%") -> dict[str, Any]:
    return {"metric": "稼働率", "operator": operator, "value": value, "unit": unit}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(None, bound(99), {"tightened"}, id="came"),
        pytest.param(bound(99), None, {"relaxed"}, id="went"),
        pytest.param(bound(99), bound(99.5), {"tightened"}, id="more of at least"),
        pytest.param(bound(99.5), bound(99), {"relaxed"}, id="less of at least"),
        pytest.param(bound(3, "at_most"), bound(2, "at_most"), {"tightened"}, id="less of at most"),
        pytest.param(bound(2, "at_most"), bound(3, "at_most"), {"relaxed"}, id="more of at most"),
        pytest.param(bound(2, "at_most"), bound(2), {"tightened"}, id="other direction"),
        pytest.param(bound(2, unit="秒"), bound(2, unit="分"), {"tightened"}, id="other unit"),
        pytest.param(bound(2), {**bound(2), "metric": "可用性"}, {"reworded"}, id="renamed"),
        pytest.param(bound(2), {**bound(2), "metric_en": "Up"}, {"editorial"}, id="English name"),
        pytest.param(bound(2), bound(2), set(), id="same"),
    ],
)
def test_bound_change(old: Any, new: Any, expected: set[str]) -> None:
    assert diff.bound_changes(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(None, ("連携", "1.0"), {"tightened"}, id="came"),
        pytest.param(("連携", "1.0"), None, {"relaxed"}, id="went"),
        pytest.param(("連携", "1.9"), ("連携", "1.10"), {"tightened"}, id="raised"),
        pytest.param(("連携", "2.0"), ("連携", "1.10"), {"relaxed"}, id="lowered"),
        pytest.param(("連携", "2"), ("連携", "2.0"), set(), id="same number"),
        pytest.param(("連携", "2"), ("別物", "2"), {"tightened"}, id="another interface"),
        pytest.param(("連携API", "2"), ("連携ＡＰＩ", "2"), {"editorial"}, id="width of its name"),
    ],
)
def test_interface_change(old: Any, new: Any, expected: set[str]) -> None:
    written = [{"name": each[0], "version": each[1]} if each else None for each in (old, new)]

    assert diff.interface_changes(*written) == expected


def test_compare_reads_in_the_newer_order_and_leaves_the_withdrawn_in_their_place() -> None:
    a, b, c, d = (replace(BASE, key=f"F000000{n}", official_id=f"000000{n}") for n in range(4))

    found = diff.compare([a, b, c], [d, c, a])

    assert [(change.key, change.kinds) for change in found] == [
        (d.key, ("added",)),
        (b.key, ("withdrawn",)),
    ]


def test_a_reordered_and_renumbered_version_changes_nothing_but_places() -> None:
    many = [replace(BASE, key=f"F000000{n}", chapter=f"{n}. 章") for n in range(5)]
    moved = [replace(each, chapter=f"第{each.chapter}") for each in reversed(many)]

    assert {change.kinds for change in diff.compare(many, moved)} == {("editorial",)}


TEXTS = st.text(alphabet="住民票を出力、。ア a1\n", min_size=1, max_size=30)


@given(TEXTS, TEXTS)
def test_marks_hold_both_texts(was: str, now: str) -> None:
    parts = diff.mark(was, now)

    assert "".join(part.text for part in parts if part.op != "inserted") == was
    assert "".join(part.text for part in parts if part.op != "deleted") == now


def test_marks_are_words() -> None:
    assert diff.mark("減免率を登録できること。", "減免額を登録できること。") == (
        diff.Part("deleted", "減免率"),
        diff.Part("inserted", "減免額"),
        diff.Part("same", "を登録できること。"),
    )


requirements = st.builds(
    Requirement,
    key=st.sampled_from([f"F000000{n}" for n in range(6)]),
    official_id=st.just("0000000"),
    kind=st.just("function"),
    obligation=st.sampled_from(["mandatory", "standard_option", "prohibited"]),
    text=TEXTS,
    chapter=st.sampled_from(["一", "二"]),
    due_on=st.sampled_from([None, "2027-04-01", "2028-04-01"]),
)
versions = st.lists(requirements, max_size=6, unique_by=lambda r: r.key)


@given(versions)
def test_nothing_differs_from_itself(version: list[Requirement]) -> None:
    assert diff.compare(version, list(version)) == []


@given(versions, versions)
def test_applying_a_diff_gives_the_newer_version(
    older: list[Requirement], newer: list[Requirement]
) -> None:
    held = {r.key: r for r in older}

    for change in diff.compare(older, newer):
        if change.after is None:
            del held[change.key]
        else:
            held[change.key] = change.after

    assert held == {r.key: r for r in newer}


def test_a_diff_satisfies_its_schema() -> None:
    meta = SpecificationMeta(
        "sample", "1.0", "見本", "総務省", "facility-reservation", "2026-04-01"
    )
    new = [
        replace(BASE, obligation="mandatory", text="住民票を印刷できること。"),
        replace(BASE, key="F0010002", official_id="0010002"),
    ]
    older = build_document(meta, [BASE])
    newer = build_document(replace(meta, version="1.1"), new)

    found = diff.compare_documents(older, newer).as_dict()

    assert engine.problems(registry.load("specification-diff"), found) == []
    assert found["counts"] == {"requirements": 2, "added": 1, "tightened": 1, "reworded": 1}


def test_every_kind_of_change_has_a_word_and_a_meaning() -> None:
    assert tuple(words.CHANGES) == tuple(words.CHANGE_MEANINGS) == diff.KINDS
