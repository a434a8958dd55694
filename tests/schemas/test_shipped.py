"""The sample specification that comes with the product: well formed, labelled, and telling."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from typing import Any, Final

import pytest

from schemas import codelist, specifications
from schemas.specifications import Requirement

SLUG: Final = "public-facility-reservation"
VERSIONS: Final = ("1.0", "1.1")
LEAST: Final = 75
DESIGNATED: Final = "designated_city"


def _document(version: str) -> dict[str, Any]:
    document = specifications.shipped_document(f"urn:dmp:spec:{SLUG}:{version}")
    assert document is not None
    return document


def _by_key(version: str) -> dict[str, Requirement]:
    return {r.key: r for r in specifications.requirements_of(_document(version))}


def _bare(text: str) -> str:
    """Keep what a change of width, spaces or punctuation does not touch."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shipped_version_is_a_well_formed_specification(version: str) -> None:
    assert specifications.specification_problems(_document(version)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shipped_version_says_that_it_is_a_sample(version: str) -> None:
    meta = specifications.meta_of(_document(version))
    assert meta.sample
    assert "（サンプル）" in meta.title
    assert "sample" in meta.title_en
    assert "サンプル" in meta.authority
    assert "標準仕様書ではない" in meta.description
    assert meta.extension_policy == "open"
    assert meta.domain in {each.slug for each in codelist.business_domains()}


def test_the_versions_were_published_in_order() -> None:
    days = [specifications.meta_of(_document(v)).published_on for v in VERSIONS]
    assert days == ["2025-10-01", "2026-09-30"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shipped_version_covers_every_kind_and_class(version: str) -> None:
    found = specifications.requirements_of(_document(version))
    assert len(found) >= LEAST
    assert len({r.official_id for r in found}) == len(found)
    assert all(re.fullmatch(r"901[0-9]{4}", r.official_id) for r in found)
    kinds, classes = (
        Counter(r.kind for r in found),
        Counter(r.obligation for r in found),
    )
    assert set(kinds) == set(specifications.KIND_LETTERS)
    assert set(classes) == set(specifications.OBLIGATIONS)
    assert {r.bound["operator"] for r in found if r.bound} == {"at_least", "at_most"}
    assert all(r.interface for r in found if r.kind == "interface")
    assert any(r.obligations.get(DESIGNATED) for r in found)
    assert any(r.due_dates.get(DESIGNATED) for r in found)
    assert any(r.categories for r in found)
    assert all(r.chapter and r.section and r.title for r in found)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_mandatory_has_a_due_date_and_what_is_not_has_none(
    version: str,
) -> None:
    for each in specifications.requirements_of(_document(version)):
        for category in codelist.body_categories():
            due = each.due_for(category.code)
            if each.obligation_for(category.code) == "mandatory":
                assert due is not None, each.key
            else:
                assert due is None, each.key


@pytest.mark.parametrize("version", VERSIONS)
def test_a_prohibited_item_names_the_function_and_the_reason(version: str) -> None:
    for each in specifications.requirements_of(_document(version)):
        if each.obligation == "prohibited":
            assert each.text.endswith(("できること。", "られること。")), each.key
            assert each.rationale, each.key


def test_what_version_1_1_newly_demands_leaves_a_year() -> None:
    older, newer = _by_key("1.0"), _by_key("1.1")
    published = date.fromisoformat(specifications.meta_of(_document("1.1")).published_on)
    for key, each in newer.items():
        before = older.get(key)
        if before is not None and specifications.shape_for(
            before, specifications.ROOT_CATEGORY
        ) == specifications.shape_for(each, specifications.ROOT_CATEGORY):
            continue
        due = each.due_for(specifications.ROOT_CATEGORY)
        if due is not None and (before is None or before.due_on != each.due_on):
            assert (due - published).days >= 365, key


def test_a_withdrawn_id_is_not_used_again() -> None:
    older, newer = _by_key("1.0"), _by_key("1.1")
    gone = {older[key].official_id for key in older.keys() - newer.keys()}
    assert gone == {"9010570", "9015050"}
    assert gone.isdisjoint({r.official_id for r in newer.values()})


def test_version_1_1_shows_every_kind_of_change() -> None:
    older, newer = _by_key("1.0"), _by_key("1.1")
    both = [(older[key], newer[key]) for key in older.keys() & newer.keys()]
    steps = [_step(a, b) for a, b in both]
    kinds = {
        "added": bool(newer.keys() - older.keys()),
        "withdrawn": bool(older.keys() - newer.keys()),
        "option made mandatory": ("standard_option", "mandatory") in steps,
        "mandatory made option": ("mandatory", "standard_option") in steps,
        "bound tightened": any(_bound_rise(a, b) > 0 for a, b in both),
        "bound relaxed": any(_bound_rise(a, b) < 0 for a, b in both),
        "changed for designated cities only": any(
            a.obligation == b.obligation and a.obligations != b.obligations for a, b in both
        ),
        "re-dated only": any(
            a.due_on != b.due_on
            and (a.obligation, a.bound, a.text) == (b.obligation, b.bound, b.text)
            for a, b in both
        ),
        "reworded": any(_bare(a.text) != _bare(b.text) for a, b in both),
        "width only": any(
            a.text != b.text
            and unicodedata.normalize("NFKC", a.text) == unicodedata.normalize("NFKC", b.text)
            for a, b in both
        ),
        "punctuation only": any(
            unicodedata.normalize("NFKC", a.text) != unicodedata.normalize("NFKC", b.text)
            and _bare(a.text) == _bare(b.text)
            for a, b in both
        ),
        "interface version raised": any(
            a.interface and b.interface and a.interface["version"] < b.interface["version"]
            for a, b in both
        ),
    }
    assert [name for name, present in kinds.items() if not present] == []


def _step(before: Requirement, after: Requirement) -> tuple[str, str]:
    return before.obligation, after.obligation


def _bound_rise(before: Requirement, after: Requirement) -> float:
    """Say by how much a bound became harder to meet; negative when easier, 0 without a bound."""
    if before.bound is None or after.bound is None:
        return 0
    rise = float(after.bound["value"]) - float(before.bound["value"])
    return rise if after.bound["operator"] == "at_least" else -rise


def test_the_shipped_files_are_in_canonical_layout() -> None:
    for path in specifications.shipped():
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
