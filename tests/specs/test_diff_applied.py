"""A difference holds all that changed: the older document and it give the newer one."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from schemas import engine, registry
from schemas.specifications import Requirement, SpecificationMeta, build_document
from specs import diff
from tests import make
from tests.specs.strategies import requirement_lists

META = SpecificationMeta(
    slug="sample",
    version="1.0",
    title="見本",
    authority="見本省",
    domain="facility-reservation",
    published_on="2026-04-01",
)
NEWER = replace(
    META, version="1.1", published_on="2026-10-01", description="改定", transition="猶予"
)


@given(requirement_lists())
def test_a_version_does_not_differ_from_itself(rows: list[Requirement]) -> None:
    document = build_document(META, rows)

    found = diff.compare_documents(document, document)

    assert found.changes == ()
    assert found.counts() == {"requirements": 0}
    assert diff.applied(document, found.as_dict()) == document


@given(requirement_lists(), requirement_lists(), st.data())
def test_the_older_document_and_the_difference_give_the_newer(
    before: list[Requirement], after: list[Requirement], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(before), unique_by=lambda each: each.key))
    own = [each for each in after if each.key not in {row.key for row in kept}]
    mixed = data.draw(st.permutations([*kept, *own]))
    older, newer = build_document(META, before), build_document(NEWER, mixed)

    written = json.loads(json.dumps(diff.compare_documents(older, newer).as_dict()))

    assert engine.problems(registry.load("specification-diff"), written) == []
    assert diff.applied(older, written) == newer


def test_order_and_chapters_change_no_demand() -> None:
    rows = make.make_requirements()
    moved = [replace(each, chapter=f"第{n}章") for n, each in enumerate(reversed(rows), start=1)]

    found = diff.compare(rows, moved)

    assert {kind for change in found for kind in change.kinds} == {"editorial"}
    assert diff.compare(rows, rows[::-1]) == []


def test_a_place_in_the_source_is_no_change_and_is_kept() -> None:
    rows = make.make_requirements()
    moved = [replace(rows[0], source={"sheet": "機能", "row": 7}), *rows[1:]]
    older, newer = build_document(META, rows), build_document(NEWER, moved)

    found = diff.compare_documents(older, newer)

    assert found.changes == ()
    assert diff.applied(older, found.as_dict()) == newer
