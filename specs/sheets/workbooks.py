"""Open what a ministry sends, whatever its format: .xlsx, .xls, .ods and .csv become grids.

The older and the other format have their own ways of hiding a bomb; each is measured before its
cells are laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from schemas import workbook, xls
from schemas.problems import Problem, Refused
from specs.sheets import compound, marks, separated
from specs.sheets.marks import NO_MARKS, Marks

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_PIECES = re.compile(rb"<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_REPEATED = re.compile(rb"table:number-(?:rows|columns)-repeated=[\"']([0-9]{1,9})[\"']")


class Grid(NamedTuple):
    """The cells of one sheet from A1 on; ``merged`` gives each covered cell the first of its range.

    Cells are text, numbers, dates or ``""``; rows and columns count from 0. ``hidden`` says that
    the whole sheet is; ``marks`` what else stands about its cells.
    """

    name: str
    rows: list[list[object]]
    merged: dict[tuple[int, int], tuple[int, int]]
    marks: Marks = NO_MARKS
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A file that was opened; ``encoding`` is that of a .csv, as people name it."""

    grids: list[Grid]
    format: str
    encoding: str = ""
    problems: list[Problem] = field(default_factory=list)


def open_book(data: bytes, name: str) -> Book:
    """Lay out every sheet of a file, or raise ``Refused`` with the reason why it cannot be read.

    A file that is linked with others is told as a problem of the book.
    """
    if separated.is_named_so(name) and not data.startswith((_OLE, b"PK\x03\x04")):
        table = separated.read(data, name)
        return Book([Grid(separated.SHEET, table.rows, {})], "csv", table.encoding)
    if data.startswith(_OLE) and len(data) <= workbook.MOST_BYTES:
        return Book(_old_grids(data, name), "xls")
    opened = open_file(data, name)
    try:
        if _is_open_document(data):
            return Book(list(_grids(opened, name, marks.of_open_document(data))), "ods")
        found, links = marks.of_workbook(data)
    except (zipfile.BadZipFile, zlib.error, marks.Unreadable, KeyError, ValueError) as error:
        raise Refused([_problem("workbook_is_damaged", name)]) from error
    linked = [_problem("workbook_has_external_link", name)] if links else []
    return Book(list(_grids(opened, name, found)), "xlsx", problems=linked)


def open_file(data: bytes, name: str, *, most_bytes: int = workbook.MOST_BYTES) -> CalamineWorkbook:
    """Return the workbook of a file that somebody sent, or raise ``Refused`` with one problem.

    Taken are .xlsx, .xlsm and .ods; macros are never read. ``name`` is shown in the problem.
    """
    if len(data) > most_bytes or not _is_open_document(data):
        return workbook.open_workbook(data, name, most_bytes=most_bytes)
    if problem := _open_document_problem(data, name):
        raise Refused([problem])
    with workbook.damage_told(name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if not book.sheet_names:
        raise Refused([_problem("workbook_has_no_sheet", name)])
    return book


def _old_grids(data: bytes, name: str) -> list[Grid]:
    """Lay out the worksheets of an .xls, which a process of its own reads."""
    if _ENCRYPTED in data:
        raise Refused([_problem("workbook_is_encrypted", name)])
    if not compound.chains_end(data):
        raise Refused([_problem("workbook_is_damaged", name)])
    sheets = xls.read_xls(data, name)
    if not sheets:
        raise Refused([_problem("workbook_has_no_sheet", name)])
    return [
        Grid(each.name, each.rows, _merged(each.merges, each.rows), hidden=each.hidden)
        for each in sheets
    ]


def _grids(book: CalamineWorkbook, name: str, found: dict[str, Marks]) -> Iterator[Grid]:
    """Lay out the worksheets one after another; raise ``Refused`` for one that is far too large."""
    for each in book.sheets_metadata:
        with workbook.damage_told(name):
            try:
                sheet = book.get_sheet_by_name(each.name)
            except (CalamineError, ValueError, OSError):
                continue  # a chart or a dialogue sheet has no cells
            if sheet.total_height * sheet.total_width > workbook.MOST_CELLS:
                raise Refused([_problem("workbook_expands_too_far", name)])
            rows: Any = sheet.to_python(skip_empty_area=False)
            merged = _merged(sheet.merged_cell_ranges or (), rows)
        hidden = each.visible != SheetVisibleEnum.Visible
        yield Grid(each.name, rows, merged, found.get(each.name, NO_MARKS), hidden)


def _merged(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]], rows: list[list[object]]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Give each covered cell its first, within what the sheet uses: a range may name all rows."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    height, width = len(rows), max(map(len, rows), default=0)
    for (top, left), (bottom, right) in ranges:
        for row in range(top, min(bottom, height) + 1):
            for column in range(left, min(right, width) + 1):
                if (row, column) != (top, left):
                    covered[row, column] = (top, left)
        if len(covered) > workbook.MOST_CELLS:
            break
    return covered


def _is_open_document(data: bytes) -> bool:
    """Recognise an .ods: its first part, ``mimetype``, is stored unpacked (OpenDocument 3.3)."""
    return data.startswith(b"PK\x03\x04") and _OPEN_DOCUMENT in data[:200]


def _open_document_problem(data: bytes, name: str) -> Problem | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            expanded = sum(part.file_size for part in parts)
            if len(parts) > workbook.MOST_PARTS or expanded > min(
                workbook.MOST_EXPANDED_BYTES, max(1024 * 1024, workbook.MOST_RATIO * len(data))
            ):
                return _problem("workbook_expands_too_far", name)
            if b"manifest:encryption-data" in archive.read("META-INF/manifest.xml"):
                return _problem("workbook_is_encrypted", name)
            content = archive.read("content.xml")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError, RuntimeError):
        return _problem("workbook_is_truncated", name)
    if b"<!DOCTYPE" in content or not marks.is_well_formed(content):
        return _problem("workbook_is_damaged", name)
    if _area(content) > workbook.MOST_CELLS:
        return _problem("workbook_expands_too_far", name)
    return None


def _area(content: bytes) -> int:
    """Return how many cells the written rows take, each repeated as often as it says."""
    most, width, row, used_row, repeated = 0, 0, 0, 0, 1
    column = 0
    for match in _PIECES.finditer(content):
        row_attributes, cell_attributes, closed = match.groups()
        if row_attributes is not None:
            row, column = row + repeated, 0
            repeated = _times(row_attributes)
            continue
        column += _times(cell_attributes)
        if not closed or b"office:value" in cell_attributes:
            width = max(width, column)
            used_row = max(used_row, row + repeated)
            most = max(most, used_row * width)
    return most


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found.group(1)) if found else 1


def _problem(code: str, name: str) -> Problem:
    return Problem("/file", code, {"name": name}, name)
