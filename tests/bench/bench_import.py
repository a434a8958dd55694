"""Reading a sheet of 1,500 rows beside calamine alone, and importing it beside its rows' insert."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django.db import transaction
from python_calamine import CalamineWorkbook

from schemas.specifications import build_document
from specs import actions, derivation
from specs.models import Requirement, SpecificationVersion
from specs.sheets import Reading, read_sheets
from tests.bench.bench_specification import AT, META, SIZE, many, row
from tests.bench.timing import medians_ms, peak_mb
from tests.specs.sheet import make_sheet, rows_of


def measure() -> list[dict[str, Any]]:
    """Return one row a comparison; nothing that is written for it stays."""
    data = make_sheet(rows_of(many(SIZE)))
    with transaction.atomic():
        rows = [reading(data), whole(data)]
        transaction.set_rollback(True)
    return rows


def reading(data: bytes) -> dict[str, Any]:
    """Compare reading and understanding a sheet with laying out its cells."""

    def bare() -> object:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    def ours() -> Reading:
        return read_sheets(data, "bench.xlsx")

    baseline, took = medians_ms(bare, ours, repeat=15)
    return row("sheet: 1,500 rows read / python-calamine alone", took, baseline, 3, peak_mb(ours))


def whole(data: bytes) -> dict[str, Any]:
    """Compare reading, checking, keeping and publishing a sheet with the insert of its rows.

    Its rows are those of the requirements and that of the version, which holds the document.
    """
    draft = actions.draft_version(
        build_document(replace(META, slug="bench-rows"), many(SIZE)), by=None, at=AT
    )
    rows = list(derivation.rows_of(draft, {}))
    draft.requirements.all().delete()
    SpecificationVersion.objects.filter(pk=draft.pk).delete()

    def bare() -> None:
        with transaction.atomic():
            draft.save(force_insert=True)
            for each in rows:
                each.pk = None
            Requirement.objects.bulk_create(rows, batch_size=400)
            transaction.set_rollback(True)

    def ours() -> None:
        with transaction.atomic():
            imported(data)
            transaction.set_rollback(True)

    baseline, took = medians_ms(bare, ours, repeat=9)
    memory = peak_mb(ours)
    name = "import: 1,500 rows from file to publication / the insert of its rows"
    return row(name, took, baseline, 3, memory)


def imported(data: bytes) -> SpecificationVersion:
    """Read, draft and publish a sheet."""
    found = read_sheets(data, "bench.xlsx")
    return actions.import_version(build_document(META, found.requirements), by=None, at=AT)
