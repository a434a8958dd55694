"""The sheet that tells what a version says about itself, in the workbooks that we write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Final

from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta
from specs.sheets.workbooks import Grid

SHEET: Final = "仕様書"
FORMAT: Final = "specification-sheet 1"
HEADINGS: Final = ("項目", "値", "名前")
LABELS: Final[Mapping[str, str]] = {
    "slug": "識別子",
    "version": "版",
    "title": "名称",
    "title_en": "英語名称",
    "authority": "所管",
    "domain": "業務",
    "published_on": "公表日",
    "description": "説明",
    "extension_policy": "記載のない機能（closed: 不可、open: 可）",
    "sample": "サンプル",
    "source": "出典",
}


def written(meta: SpecificationMeta) -> list[tuple[str, str, str]]:
    """Write the rows of the sheet: label, value, name of the field."""
    rows = [HEADINGS, ("形式", FORMAT, "format")]
    for each in fields(meta):
        value = getattr(meta, each.name)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append((LABELS.get(each.name, each.name), text, each.name))
    return rows


def is_one(grid: Grid) -> bool:
    """Tell whether a sheet is the one that tells about the version."""
    rows = [[str(cell) for cell in row[:3]] for row in grid.rows[:2]]
    return grid.name == SHEET and rows == [[*HEADINGS], ["形式", FORMAT, "format"]]


def read(grids: Iterable[Grid]) -> SpecificationMeta | None:
    """Read what the workbook says about the version; None where a ministry wrote it.

    Raises ``Refused`` where the sheet is there and cannot be read.
    """
    grid = next((grid for grid in grids if is_one(grid)), None)
    if grid is None:
        return None
    said = {str(row[2]): _text(row[1]) for row in grid.rows if len(row) > 2}
    values: dict[str, Any] = {}
    for each in fields(SpecificationMeta):
        if each.name not in said:
            if each.default is MISSING and each.default_factory is MISSING:
                raise _refused(each.name)
            continue
        text = said[each.name]
        if str(each.type).startswith("str"):
            values[each.name] = text or (None if "None" in str(each.type) else "")
            continue
        try:
            values[each.name] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _refused(each.name) from error
    return SpecificationMeta(**values)


def _text(cell: object) -> str:
    """Write a cell; a version such as 1.0 that a program made a number keeps its point."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _refused(name: str) -> Refused:
    params: dict[str, str | int] = {"item": LABELS.get(name, name)}
    return Refused([Problem("/file", "sheet_particulars_broken", params, f"シート「{SHEET}」")])
