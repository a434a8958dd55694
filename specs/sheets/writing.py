"""Write a version as a workbook (XLSX) that reads back as the same requirements.

One sheet a kind of requirement and one that tells about the version (``particulars``). What a
person wrote is text in it and never a formula.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from schemas import codelist
from schemas.specifications import Requirement, SpecificationMeta
from specs.sheets import particulars
from specs.sheets.cells import GROUP
from specs.sheets.vocabulary import vocabulary

CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
SHEETS: Final = {
    "function": "機能要件",
    "form": "帳票要件",
    "non_functional": "非機能要件",
    "interface": "連携要件",
}
CLASSES: Final = {
    "mandatory": "実装必須機能",
    "standard_option": "標準オプション機能",
    "prohibited": "実装不可機能",
}
HEADINGS: Final = {
    ("title", "form"): "帳票名称",
    ("text", "form"): "帳票要件",
    ("title", "non_functional"): "名称",
    ("text", "non_functional"): "非機能要件",
    ("title", "interface"): "名称",
    ("text", "interface"): "連携要件",
}
OPERATORS: Final = {"at_least": "以上", "at_most": "以下"}
WIDTHS: Final = {"text": 60, "rationale": 40, "remarks": 30, "title": 24, "source": 20}
_MAY_BE_TAKEN_FOR_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_FORMAT: Final = ".16G"  # what the file keeps of a number
Cell = str | int | float

_ALWAYS: Final[dict[str, Callable[[Requirement], Cell]]] = {
    "chapter": lambda r: r.chapter,
    "section": lambda r: r.section,
    "item": lambda r: r.item,
    "title": lambda r: r.title,
    "official_id": lambda r: r.official_id,
    "obligation": lambda r: CLASSES[r.obligation],
    "text": lambda r: r.text,
    "rationale": lambda r: r.rationale,
    "remarks": lambda r: r.remarks,
    "due_on": lambda r: r.due_on or "",
    "obligation_override": lambda r: CLASSES.get(r.obligations.get(GROUP, ""), ""),
    "due_on_override": lambda r: r.due_dates.get(GROUP, ""),
    "categories": lambda r: "、".join(codelist.body_category(c).name_ja for c in r.categories),
}
_BOUND: Final[dict[str, Callable[[Requirement], Cell]]] = {
    "metric": lambda r: _of(r.bound, "metric"),
    "operator": lambda r: OPERATORS.get(str(_of(r.bound, "operator")), ""),
    "value": lambda r: _number(_of(r.bound, "value")),
    "unit": lambda r: _of(r.bound, "unit"),
    "metric_en": lambda r: _of(r.bound, "metric_en"),
    "unit_en": lambda r: _of(r.bound, "unit_en"),
}
_INTERFACE: Final[dict[str, Callable[[Requirement], Cell]]] = {
    "interface_name": lambda r: _of(r.interface, "name"),
    "interface_version": lambda r: _of(r.interface, "version"),
}


def workbook_of(meta: SpecificationMeta, requirements: Sequence[Requirement]) -> bytes:
    """Return a version as XLSX; the same version gives the same bytes.

    ``specs.sheets.read_sheets`` reads it back: the same requirements in the same order, and
    ``meta`` beside them.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": f"{meta.title} {meta.version}", "created": CREATED})
    face = {"font_name": "BIZ UDPゴシック", "font_size": 10, "valign": "top", "border": 1}
    face |= {"border_color": "#B3B3B3", "text_wrap": True, "num_format": "@"}
    formats = {
        "head": book.add_format(face | {"bold": True, "bg_color": "#E6E6E6"}),
        "text": book.add_format(face),
        "quoted": book.add_format(face | {"quote_prefix": True}),
        "number": book.add_format(face | {"num_format": "General"}),
    }
    places = {requirement.key: at for at, requirement in enumerate(requirements, start=1)}
    by_kind: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        by_kind.setdefault(requirement.kind, []).append(requirement)
    grouped = [each.key for found in by_kind.values() for each in found]
    mixed = grouped != [each.key for each in requirements]
    for kind, found in by_kind.items():
        columns = _columns(kind, found)
        if mixed:
            columns = {"position": lambda r: places[r.key], **columns}
        _write(book.add_worksheet(SHEETS[kind]), kind, columns, found, formats)
    sheet = book.add_worksheet(particulars.SHEET)
    sheet.set_column(0, 2, 30)
    for row, cells in enumerate(particulars.written(meta)):
        for column, text in enumerate(cells):
            _put(sheet, row, column, text, formats)
    book.close()
    return buffer.getvalue()


def _columns(
    kind: str, requirements: Sequence[Requirement]
) -> dict[str, Callable[[Requirement], Cell]]:
    """Give the columns that requirements of the kind have, and those that these need besides."""
    columns = dict(_ALWAYS)
    if kind == "non_functional" or any(each.bound for each in requirements):
        columns |= _BOUND
    if kind == "interface" or any(each.interface for each in requirements):
        columns |= _INTERFACE
    columns["source"] = lambda r: json.dumps(dict(r.source), ensure_ascii=False) if r.source else ""
    return columns


def _write(
    sheet: Any,
    kind: str,
    columns: dict[str, Callable[[Requirement], Cell]],
    requirements: Sequence[Requirement],
    formats: dict[str, Any],
) -> None:
    for column, name in enumerate(columns):
        sheet.write_string(0, column, heading_of(name, kind), formats["head"])
        sheet.set_column(column, column, WIDTHS.get(name, 14))
    for row, requirement in enumerate(requirements, start=1):
        for column, cell in enumerate(columns.values()):
            _put(sheet, row, column, cell(requirement), formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(requirements), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def heading_of(name: str, kind: str) -> str:
    """Give the heading of a column: of ids that which tells the kind, else the first known."""
    words = vocabulary()
    if name == "official_id":
        return str(words["id_kinds"][kind][0])
    return HEADINGS.get((name, kind), str(words["columns"][name][0]))


def _put(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if not isinstance(cell, str):
        sheet.write_number(row, column, cell, formats["number"])
    elif cell:
        risky = cell.startswith(_MAY_BE_TAKEN_FOR_A_FORMULA)
        sheet.write_string(row, column, cell, formats["quoted" if risky else "text"])
    else:
        sheet.write_blank(row, column, None, formats["text"])


def _of(stated: Any, name: str) -> Any:
    return (stated or {}).get(name, "")


def _number(value: Any) -> Cell:
    """Write a number that the file would round as text."""
    if isinstance(value, int | float) and float(format(value, _NUMBER_FORMAT)) != value:
        return repr(value)
    return value if isinstance(value, int | float) else ""
