"""Open what a ministry sends: .xlsx as everywhere in the house, and .xls and .ods besides.

The older and the other format have their own ways of hiding a bomb; each is measured before its
cells are laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from schemas import workbook
from schemas.problems import Problem, Refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_PIECES = re.compile(rb"<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_REPEATED = re.compile(rb"table:number-(?:rows|columns)-repeated=[\"']([0-9]{1,9})[\"']")


class Grid(NamedTuple):
    """The cells of one sheet from A1 on; ``merged`` gives each covered cell the first of its range.

    Cells are text, numbers, dates or ``""``; rows and columns count from 0.
    """

    name: str
    rows: list[list[object]]
    merged: dict[tuple[int, int], tuple[int, int]]


def open_file(data: bytes, name: str, *, most_bytes: int = workbook.MOST_BYTES) -> CalamineWorkbook:
    """Return the workbook of a file that somebody sent, or raise ``Refused`` with one problem.

    Taken are .xlsx, .xlsm, .xls and .ods; macros are never read. ``name`` is shown in the problem.
    """
    old, open_document = data.startswith(_OLE), _is_open_document(data)
    if len(data) > most_bytes or not (old or open_document):
        return workbook.open_workbook(data, name, most_bytes=most_bytes)
    if old and _ENCRYPTED in data:
        raise Refused([_problem("workbook_is_encrypted", name)])
    if open_document and (problem := _open_document_problem(data, name)):
        raise Refused([problem])
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            raise Refused([_problem("workbook_has_no_sheet", name)])
    except (CalamineError, ValueError, OSError) as error:
        protected = "password" in str(error).lower()
        code = "workbook_is_encrypted" if protected else "workbook_is_damaged"
        raise Refused([_problem(code, name)]) from error
    return book


def grids(book: CalamineWorkbook, name: str) -> Iterator[Grid]:
    """Lay out the worksheets one after another; raise ``Refused`` for one that is far too large."""
    for sheet_name in book.sheet_names:
        try:
            sheet = book.get_sheet_by_name(sheet_name)
        except (CalamineError, ValueError, OSError):
            continue  # a chart or a dialogue sheet has no cells
        if sheet.total_height * sheet.total_width > workbook.MOST_CELLS:
            raise Refused([_problem("workbook_expands_too_far", name)])
        rows: list[list[object]] = [list(r) for r in sheet.to_python(skip_empty_area=False)]
        yield Grid(sheet_name, rows, _merged(sheet))


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Give each covered cell its first, within what the sheet uses: a range may name all rows."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom, sheet.total_height) + 1):
            for column in range(left, min(right, sheet.total_width) + 1):
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
    if b"<!DOCTYPE" in content:
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
