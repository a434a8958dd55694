"""Read a table of values between commas (.csv): which encoding it has, and its cells.

Read are UTF-8 with and without a byte order mark, and CP932, as spreadsheet programs in Japan
write it; which one it was is said. Tabs between the values are taken as well.
"""

from __future__ import annotations

import csv
import io
from pathlib import PurePath
from typing import Final, NamedTuple

from schemas import workbook
from schemas.problems import Problem, Refused

SHEET: Final = "CSV"  # a .csv has no sheets; its one table is called so whatever the file's name
_NAMES: Final = (".csv", ".tsv", ".txt")
_BOM: Final = b"\xef\xbb\xbf"


class Table(NamedTuple):
    """The cells of a file, all of them text, and its encoding as people name it."""

    rows: list[list[object]]
    encoding: str


def is_named_so(name: str) -> bool:
    """Tell whether a file's name is that of a table of separated values."""
    return PurePath(name).suffix.lower() in _NAMES


def read(data: bytes, name: str) -> Table:
    """Return the cells, or raise ``Refused``: too large, of no known encoding, quotes left open."""
    if len(data) > workbook.MOST_BYTES:
        limit = workbook.MOST_BYTES // (1024 * 1024)
        params: dict[str, str | int] = {"name": name, "limit_mb": limit}
        raise Refused([Problem("/file", "workbook_is_too_large", params, name)])
    text, encoding = _decoded(data, name)
    head = text.partition("\n")[0]
    delimiter = "\t" if "\t" in head and "," not in head else ","
    csv.field_size_limit(workbook.MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[object]] = []
    widest = 0
    try:
        for row in reader:
            rows.append([*row])
            widest = max(widest, len(row))
            if len(rows) * widest > workbook.MOST_CELLS:
                raise Refused([_problem("workbook_expands_too_far", name)])
    except csv.Error as error:
        facts: dict[str, str | int] = {"name": name, "line": reader.line_num}
        raise Refused([Problem("/file", "separated_values_broken", facts, name)]) from error
    return Table(rows, encoding)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    if not data.strip() or b"\0" in data:
        raise Refused([_problem("workbook_is_not_one", name)])
    try:
        if data.startswith(_BOM):
            return data[len(_BOM) :].decode("utf-8"), "UTF-8 (BOM)"
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp932"), "CP932 (Shift_JIS)"
    except UnicodeDecodeError as error:
        raise Refused([_problem("separated_values_encoding", name)]) from error


def _problem(code: str, name: str) -> Problem:
    return Problem("/file", code, {"name": name}, name)
