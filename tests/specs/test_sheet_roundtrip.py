"""A version written as a workbook and read back is the same version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from schemas.specifications import (
    Requirement,
    SpecificationMeta,
    build_document,
    digest,
    meta_of,
    requirements_of,
    shipped,
    shipped_document,
    specification_problems,
)
from specs.sheets import read_sheets, workbook_of
from tests.specs.strategies import metas, requirement_lists


@settings(max_examples=120)
@given(metas(), requirement_lists())
def test_any_specification_reads_back_as_it_was(
    meta: SpecificationMeta, requirements: list[Requirement]
) -> None:
    document = build_document(meta, requirements)
    assert specification_problems(document) == []

    reading = read_sheets(workbook_of(meta, requirements), "a.xlsx")

    assert reading.problems == ()
    assert reading.meta == meta
    assert list(reading.requirements) == requirements
    assert digest(build_document(reading.meta, reading.requirements)) == digest(document)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_shipped_reads_back_as_it_was(path: Any) -> None:
    document = shipped_document(f"urn:dmp:spec:{path.parent.name}:{path.stem}")
    assert document is not None

    reading = read_sheets(workbook_of(meta_of(document), requirements_of(document)), "a.xlsx")

    assert reading.problems == ()
    assert reading.meta is not None
    assert digest(build_document(reading.meta, reading.requirements)) == digest(document)
