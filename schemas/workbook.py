"""Open a workbook (XLSX) that somebody sent, or say why not; nothing of it is trusted.

A workbook is a zip file of XML parts. Before any reader sees it, its size, its parts, what they
expand to and how far its cells lie apart are counted: two cells at opposite corners of a sheet take
a few hundred bytes on disk and gigabytes once laid out. Only XLSX and XLSM are taken; macros in the
latter are never read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook

from schemas.problems import Problem, Refused

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 2_000
MOST_EXPANDED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 250  # text of a sheet packs to about a tenth; only filler packs better than this
MOST_CELLS = 3_000_000  # of one sheet, its empty cells counted

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
#: A cell with its letters, or a row without any.
_PLACE_AT = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\sr=[\"']([A-Za-z]{0,4})([0-9]{1,8})[\"']")
_CELL_COUNT = re.compile(rb"<(?:\w+:)?c[\s/>]")
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def open_workbook(data: bytes, name: str, *, most_bytes: int = MOST_BYTES) -> CalamineWorkbook:
    """Return the workbook, ready to read by sheet name; raise ``Refused`` where it is none.

    ``name`` is the file's name as given, shown in the problem. Refused are: too large a file
    (``most_bytes``), no workbook, an older or other format, an encrypted, truncated or damaged
    one, one that expands too far (a bomb), and one without a sheet.
    """
    for problem in workbook_problems(data, name, most_bytes=most_bytes):
        raise Refused([problem])
    with damage_told(name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if not book.sheet_names:
        raise Refused([_problem("workbook_has_no_sheet", name)])
    return book


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """Turn what the reader of cells says of a broken file into ``Refused``.

    Where it did not foresee the damage it panics, with an exception that is no ``Exception``.
    """
    try:
        yield
    except (CalamineError, ValueError, OSError) as error:
        protected = "password" in str(error).lower()
        code = "workbook_is_encrypted" if protected else "workbook_is_damaged"
        raise Refused([_problem(code, name)]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused([_problem("workbook_is_damaged", name)]) from error


def workbook_problems(data: bytes, name: str, *, most_bytes: int = MOST_BYTES) -> Iterator[Problem]:
    """Say why the bytes are not a workbook that is safe to read; the first reason found."""
    if len(data) > most_bytes:
        yield Problem(
            "/file",
            "workbook_is_too_large",
            {"name": name, "limit_mb": most_bytes // (1024 * 1024)},
            name,
        )
    elif data.startswith(_OLE):
        encrypted = _ENCRYPTED_PACKAGE in data
        yield _problem("workbook_is_encrypted" if encrypted else "workbook_is_not_xlsx", name)
    elif not data.startswith(_ZIP):
        yield _problem("workbook_is_not_one", name)
    else:
        yield from _zip_problems(data, name)


def _zip_problems(data: bytes, name: str) -> Iterator[Problem]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        yield _problem("workbook_is_truncated", name)
        return
    with archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        expanded = sum(part.file_size for part in parts)
        if any(part.flag_bits & 0x1 for part in parts):
            yield _problem("workbook_is_encrypted", name)
        elif len(parts) > MOST_PARTS or expanded > max(
            1024 * 1024, min(MOST_EXPANDED_BYTES, MOST_RATIO * len(data))
        ):
            yield _problem("workbook_expands_too_far", name)
        elif len(set(names)) < len(names):
            yield _problem("workbook_is_damaged", name)
        elif "xl/workbook.xml" not in names:
            other = "mimetype" in names or "xl/workbook.bin" in names
            yield _problem("workbook_is_not_xlsx" if other else "workbook_is_not_one", name)
        else:
            try:
                yield from _part_problems(archive, name)
            except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
                yield _problem("workbook_is_truncated", name)


def _part_problems(archive: zipfile.ZipFile, name: str) -> Iterator[Problem]:
    """Read every part once: ``zipfile`` stops at the declared size and proves the checksum."""
    for part in archive.infolist():
        content = archive.read(part)
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in content:
            yield _problem("workbook_is_damaged", name)
            return
        if PurePosixPath(part.filename).parent.name == "worksheets" and _area(content) > MOST_CELLS:
            yield _problem("workbook_expands_too_far", name)
            return


def _area(sheet: bytes) -> int:
    """Return how many cells the sheet takes once laid out from A1 to its last cell."""
    found = _PLACE_AT.findall(sheet)
    numbers = {number for _letters, number in found}
    last_row = max((int(number) for number in numbers), default=0)
    columns = {letters for letters, _number in found}
    last_column = max((_column_number(letters.decode()) for letters in columns), default=0)
    # A cell takes at least the four bytes of <c/>.
    written = len(_CELL_COUNT.findall(sheet)) if len(sheet) > 4 * MOST_CELLS else len(found)
    return max(last_row * max(last_column, 1), written)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell from its row and column, both counted from 0.

    >>> cell_name(11, 27)
    'AB12'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def formula_cells(data: bytes) -> dict[str, list[str]]:
    """Return, by sheet name, the cells that hold a formula; a reader of values cannot see them.

    Call it only on bytes that ``open_workbook`` took.
    """
    return {
        sheet: [
            cell.get("r", "") for cell in tree.iterfind(".//{*}c") if cell.find("{*}f") is not None
        ]
        for sheet, tree in _sheet_trees(data)
    }


def merged_ranges(data: bytes) -> dict[str, list[str]]:
    """Return, by sheet name, the ranges whose cells are merged, such as ``G5:G7``.

    Call it only on bytes that ``open_workbook`` took.
    """
    return {
        sheet: [merge.get("ref", "") for merge in tree.iterfind(".//{*}mergeCell")]
        for sheet, tree in _sheet_trees(data)
    }


def _sheet_trees(data: bytes) -> Iterator[tuple[str, ET.Element]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        present = set(archive.namelist())
        if "xl/_rels/workbook.xml.rels" not in present:
            return
        try:
            targets = {
                relation.get("Id"): relation.get("Target", "")
                for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
            }
            for sheet in _tree(archive, "xl/workbook.xml").iterfind(".//{*}sheet"):
                target = targets.get(sheet.get(_RELATIONS, ""), "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if path in present:
                    yield sheet.get("name", ""), _tree(archive, path)
        except ET.ParseError as error:
            raise Refused([_problem("workbook_is_damaged", "")]) from error


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 -- parts with a DOCTYPE were refused


def _problem(code: str, name: str) -> Problem:
    return Problem("/file", code, {"name": name}, name)
