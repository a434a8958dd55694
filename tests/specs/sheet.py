"""Workbooks for tests, written cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

from schemas.specifications import Requirement

HEADINGS = (
    "大項目",
    "中項目",
    "小項目",
    "機能名称",
    "機能ID",
    "実装区分",
    "機能要件",
    "要件の考え方・理由",
    "備考",
    "適合基準日",
)
WORDS = {
    "mandatory": "実装必須機能",
    "standard_option": "標準オプション機能",
    "prohibited": "実装不可機能",
}


def make_sheet(
    rows: Sequence[Sequence[Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    merged: Sequence[str] = (),
    name: str = "機能要件一覧",
    above: Sequence[Sequence[Any]] = (),
) -> bytes:
    """Write a workbook of one sheet: rows above, the headings, the rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in (*above, headings, *rows):
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_row(number: int = 1, **changes: Any) -> list[Any]:
    """Write a good row of the plain layout."""
    cells = {
        "chapter": "1. 予約",
        "section": "1.1. 受付",
        "item": "",
        "title": f"機能{number}",
        "official_id": f"001{number:04}",
        "obligation": "実装必須機能",
        "text": f"機能{number}ができること。",
        "rationale": "",
        "remarks": "",
        "due_on": None,
        **changes,
    }
    return list(cells.values())


def rows_of(requirements: Sequence[Requirement]) -> list[list[Any]]:
    """Write requirements in the plain layout, as a ministry would."""
    return [
        [
            r.chapter,
            r.section,
            r.item,
            r.title,
            r.official_id,
            WORDS[r.obligation],
            r.text,
            r.rationale,
            r.remarks,
            r.due_on,
        ]
        for r in requirements
    ]


def make_bomb() -> bytes:
    """Write a workbook whose sheet is 60 MB of the same byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return out.getvalue()
