"""The sample specifications that come with the product: well formed, labelled, and telling."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Final

import pytest

from schemas import codelist, specifications
from schemas.specifications import Requirement

VERSIONS: Final = ("1.0", "1.1")
LEAST, MOST = 80, 200
DESIGNATED: Final = "designated_city"
#: The first three digits of every id: samples take numbers that no statutory business has.
IDS: Final = {
    "public-facility-reservation": "901",
    "front-office-dx": "902",
    "electronic-application": "903",
    "document-management": "904",
    "school-affairs": "905",
    "bidder-qualification": "906",
}
EACH = pytest.mark.parametrize("slug", sorted(IDS))
EACH_VERSION = pytest.mark.parametrize("version", VERSIONS)


@cache
def document(slug: str, version: str) -> dict[str, Any]:
    """Return a shipped document."""
    found = specifications.shipped_document(f"urn:dmp:spec:{slug}:{version}")
    assert found is not None
    return found


def requirements(slug: str, version: str) -> list[Requirement]:
    """Return a shipped version's requirements."""
    return list(specifications.requirements_of(document(slug, version)))


def by_key(slug: str, version: str) -> dict[str, Requirement]:
    """Return them by key."""
    return {each.key: each for each in requirements(slug, version)}


def kept(slug: str) -> Iterator[tuple[Requirement, Requirement]]:
    """Return the requirements that stand in both versions, as they were and as they are."""
    older, newer = (by_key(slug, version) for version in VERSIONS)
    for key, before in older.items():
        if key in newer:
            yield before, newer[key]


def bare(text: str) -> str:
    """Keep what a change of width, spaces or punctuation does not touch."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Keep what a change of width does not touch."""
    return unicodedata.normalize("NFKC", text)


def test_every_sample_is_shipped_in_two_versions() -> None:
    found = {(path.parent.name, path.stem) for path in specifications.shipped()}

    assert found == {(slug, version) for slug in IDS for version in VERSIONS}


@EACH
@EACH_VERSION
def test_a_shipped_version_is_a_well_formed_specification(slug: str, version: str) -> None:
    assert specifications.specification_problems(document(slug, version)) == []


@EACH
@EACH_VERSION
def test_a_shipped_version_says_that_it_is_a_sample(slug: str, version: str) -> None:
    meta = specifications.meta_of(document(slug, version))
    assert meta.sample
    assert "（サンプル）" in meta.title
    assert "sample" in meta.title_en
    assert "サンプル" in meta.authority
    assert "標準仕様書ではない" in meta.description
    assert meta.extension_policy == "open"
    assert meta.domain in {each.slug for each in codelist.business_domains()}


@EACH
def test_the_versions_were_published_in_order(slug: str) -> None:
    older, newer = (specifications.meta_of(document(slug, v)).published_on for v in VERSIONS)
    assert "2025-06" < older < newer < "2026-11"


@EACH
@EACH_VERSION
def test_a_shipped_version_covers_every_kind_and_class(slug: str, version: str) -> None:
    found = requirements(slug, version)
    assert LEAST <= len(found) <= MOST
    assert len({each.official_id for each in found}) == len(found)
    assert all(re.fullmatch(IDS[slug] + "[0-9]{4}", each.official_id) for each in found)
    kinds, classes = Counter(e.kind for e in found), Counter(e.obligation for e in found)
    assert set(kinds) == set(specifications.KIND_LETTERS)
    assert set(classes) == set(specifications.OBLIGATIONS)
    assert {each.bound["operator"] for each in found if each.bound} == {"at_least", "at_most"}
    assert all(each.interface for each in found if each.kind == "interface")
    assert any(each.obligations.get(DESIGNATED) for each in found)
    assert any(each.due_dates.get(DESIGNATED) for each in found)
    assert any(each.categories for each in found)
    assert all(each.chapter and each.section and each.title for each in found)


@EACH
def test_the_newer_version_asks_for_the_public_service_mesh(slug: str) -> None:
    found = [each for each in requirements(slug, "1.1") if each.kind == "interface"]
    assert any("公共サービスメッシュ" in each.text for each in found)


@EACH
@EACH_VERSION
def test_nothing_is_demanded_twice(slug: str, version: str) -> None:
    texts = Counter(bare(each.text) for each in requirements(slug, version))
    assert [text for text, number in texts.items() if number > 1] == []


@EACH
@EACH_VERSION
def test_what_is_mandatory_has_a_due_date_and_what_is_not_has_none(slug: str, version: str) -> None:
    categories = [category.code for category in codelist.body_categories()]
    wrong = [
        (each.key, code)
        for each in requirements(slug, version)
        for code in categories
        if (each.obligation_for(code) == "mandatory") != (each.due_for(code) is not None)
    ]
    assert wrong == []


@EACH
@EACH_VERSION
def test_a_prohibited_item_names_the_function_and_the_reason(slug: str, version: str) -> None:
    for each in requirements(slug, version):
        if each.obligation == "prohibited":
            assert each.text.endswith(("できること。", "られること。")), each.key
            assert each.rationale, each.key


@EACH
def test_what_the_newer_version_newly_demands_leaves_a_year(slug: str) -> None:
    older, root = by_key(slug, "1.0"), specifications.ROOT_CATEGORY
    published = date.fromisoformat(specifications.meta_of(document(slug, "1.1")).published_on)
    for key, each in by_key(slug, "1.1").items():
        before = older.get(key)
        shape = specifications.shape_for(each, root)
        if before is not None and specifications.shape_for(before, root) == shape:
            continue
        due = each.due_for(root)
        if due is not None and (before is None or before.due_on != each.due_on):
            assert (due - published).days >= 365, key


@EACH
def test_a_withdrawn_id_is_not_used_again(slug: str) -> None:
    older, newer = by_key(slug, "1.0"), by_key(slug, "1.1")
    gone = {older[key].official_id for key in older.keys() - newer.keys()}
    assert gone
    assert gone.isdisjoint({each.official_id for each in newer.values()})


@EACH
def test_the_newer_version_shows_every_kind_of_change(slug: str) -> None:
    older, newer = by_key(slug, "1.0"), by_key(slug, "1.1")
    both = list(kept(slug))
    steps = {(before.obligation, after.obligation) for before, after in both}
    rises = [bound_rise(before, after) for before, after in both]
    texts = [(before.text, after.text) for before, after in both if before.text != after.text]
    kinds = {
        "added": bool(newer.keys() - older.keys()),
        "withdrawn": bool(older.keys() - newer.keys()),
        "option made mandatory": ("standard_option", "mandatory") in steps,
        "mandatory made option": ("mandatory", "standard_option") in steps,
        "bound tightened": max(rises) > 0,
        "bound relaxed": min(rises) < 0,
        "changed for designated cities only": any(
            a.obligation == b.obligation and a.obligations != b.obligations for a, b in both
        ),
        "re-dated only": any(
            a.due_on != b.due_on
            and (a.obligation, a.bound, a.text) == (b.obligation, b.bound, b.text)
            for a, b in both
        ),
        "reworded": any(bare(a) != bare(b) for a, b in texts),
        "width only": any(folded(a) == folded(b) for a, b in texts),
        "punctuation only": any(folded(a) != folded(b) and bare(a) == bare(b) for a, b in texts),
        "interface version raised": any(
            a.interface and b.interface and a.interface["version"] < b.interface["version"]
            for a, b in both
        ),
    }
    assert [name for name, present in kinds.items() if not present] == []


def bound_rise(before: Requirement, after: Requirement) -> float:
    """Say by how much a bound became harder to meet; negative when easier, 0 without a bound."""
    if before.bound is None or after.bound is None:
        return 0
    rise = float(after.bound["value"]) - float(before.bound["value"])
    return rise if after.bound["operator"] == "at_least" else -rise


def test_the_shipped_files_are_in_canonical_layout() -> None:
    for path in specifications.shipped():
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
