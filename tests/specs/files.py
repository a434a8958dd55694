"""Files of other formats for tests: .xls, .ods and .csv, and what hides in an .xlsx."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[Any]]


def make_csv(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write a table of separated values as a spreadsheet program does."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return out.getvalue().encode(encoding)


def make_ods(
    rows: Rows,
    *,
    name: str = "機能要件一覧",
    row_marks: Sequence[str] = (),
    replaced: tuple[str, str] = ("", ""),
) -> bytes:
    """Write an OpenDocument spreadsheet.

    ``row_marks`` are attributes of each row, ``replaced`` a piece of the table and another for it.
    """
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(
            "<table:table-cell/>"
            if cell is None
            else f'<table:table-cell office:value-type="string">{_paragraphs(cell)}'
            "</table:table-cell>"
            for cell in row
        )
        mark = row_marks[number] if number < len(row_marks) else ""
        lines.append(f"<table:table-row {mark}>{cells}</table:table-row>")
    table = f'<table:table table:name="{name}">{"".join(lines)}</table:table>'
    return open_document(table.replace(*replaced) if replaced[0] else table)


def _paragraphs(cell: object) -> str:
    return "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))


def open_document(tables: str, styles: str = "", manifest: str = "") -> bytes:
    """Write an .ods around tables, as OpenDocument 1.3 asks."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
        )
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        mimetype = zipfile.ZipInfo("mimetype")
        archive.writestr(mimetype, "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def make_xls(rows: Rows, *, name: str = "機能要件一覧") -> bytes:
    """Write a workbook of Excel 97 ([MS-XLS], BIFF8): one sheet, every cell a text."""
    cells = [
        (row, column, str(cell))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if cell is not None
    ]
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    sheet_bof = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)
    width = max(map(len, rows))
    size = struct.pack("<IIHHH", 0, len(rows), 0, width, 0)
    labels = b"".join(
        _record(0x0204, struct.pack("<HHH", row, column, 0) + _text(text, "<H"))
        for row, column, text in cells
    )
    sheet = _record(0x0809, sheet_bof) + _record(0x0200, size) + labels + _record(0x000A, b"")
    title = _text(name, "<B")
    start = len(_record(0x0809, bof)) + 4 + 6 + len(title) + len(_record(0x000A, b""))
    bound = _record(0x0085, struct.pack("<IH", start, 0) + title)
    return _compound(_record(0x0809, bof) + bound + _record(0x000A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, count: str) -> bytes:
    return struct.pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")


def _compound(stream: bytes, sector: int = 512) -> bytes:
    """Put one stream, ``Workbook``, in a compound file ([MS-CFB]): FAT, directory, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // sector) * sector), b"\0")
    sectors = len(stream) // sector
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(chain) <= sector // 4, "one sector of the FAT is enough for a test"
    fat = struct.pack(f"<{sector // 4}I", *chain, *[0xFFFFFFFF] * (sector // 4 - len(chain)))
    root = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    book = _entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    empty = _entry("", 0, 0xFFFFFFFF, 0, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    last = 0xFFFFFFFE
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + fat + root + book + empty * 2 + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le") if name else b""
    none = 0xFFFFFFFF
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    return head + struct.pack("<III36xIQ", none, none, child, start, size)


def edited(data: bytes, edit: Callable[[Any], object]) -> bytes:
    """Open a workbook, let ``edit`` change its first sheet, and write it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Add a part to a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()
