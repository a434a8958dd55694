"""Read a codelist (CSV) into typed, frozen rows, and say where a bad row stands.

A row type is a frozen dataclass whose fields are the columns, in order. Cells are read by the
field's annotation: ``str``, ``int``, ``bool`` (``true``/``false``), ``date`` (ISO 8601),
``MonthDay`` (``MM-DD``), ``tuple[str, ...]`` (parts between ``;``), each also ``| None`` where an
empty cell means "not stated". An empty cell in a column that is neither ``str``, a tuple nor
optional is a fault.
"""

from __future__ import annotations

import csv
import re
import types
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

CODELISTS = Path(__file__).parent / "codelists"

Row = TypeVar("Row")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


class BadCodelist(ValueError):
    """A codelist that cannot be read: which file, which line, what is wrong with it."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Keep the place, and say it in one sentence."""
        super().__init__(f"{path.name}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, order=True, slots=True)
class MonthDay:
    """A day of every year, such as 3/31; 2/29 stands for 2/28 in a common year."""

    month: int
    day: int

    def __post_init__(self) -> None:
        """Refuse a day that no year has."""
        date(2000, self.month, self.day)

    def __str__(self) -> str:
        """Write it as the codelists do."""
        return f"{self.month:02}-{self.day:02}"

    def in_year(self, year: int) -> date:
        """Return that day of the year."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)


def _string(text: str) -> str:
    return text


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is not an integer")
    return int(text)


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date (YYYY-MM-DD)")
    return date.fromisoformat(text)


def _month_day(text: str) -> MonthDay:
    if not _MONTH_DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a day of the year (MM-DD)")
    return MonthDay(int(text[:2]), int(text[3:]))


def _strings(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(";")) if text else ()
    if any(part != part.strip() or not part for part in parts):
        raise ValueError(f"{text!r} has an empty or padded part")
    return parts


_READERS: dict[object, Callable[[str], object]] = {
    str: _string,
    int: _integer,
    bool: _boolean,
    date: _date,
    MonthDay: _month_day,
    tuple: _strings,
}


def columns_of(row_type: type[Any]) -> dict[str, tuple[Callable[[str], object], bool]]:
    """Return, per column, how a cell is read and whether it may be empty for None."""
    hints = get_type_hints(row_type)
    columns = {}
    for field in fields(row_type):
        hint = hints[field.name]
        optional = get_origin(hint) in {Union, types.UnionType}
        if optional:
            (hint,) = (part for part in get_args(hint) if part is not types.NoneType)
        columns[field.name] = (_READERS[get_origin(hint) or hint], optional)
    return columns


def read(row_type: type[Row], path: Path, *, unique: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Read a whole codelist in the file's order.

    ``unique`` names the columns that together may not repeat. Raises ``BadCodelist`` for a missing
    file, a wrong heading, a wrong number of cells, an unreadable cell, a row that its own type
    refuses, a repeated key, or no row.
    """
    columns = columns_of(row_type)
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCodelist(path, 0, f"cannot be read: {error}") from error
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        heading = next(reader, [])
        if heading != list(columns):
            raise BadCodelist(path, 1, f"the heading must be {','.join(columns)}")
        for cells in reader:
            if len(cells) != len(columns):
                raise BadCodelist(
                    path,
                    reader.line_num,
                    f"{len(cells)} cells, {len(columns)} expected",
                )
            record = dict(zip(columns, cells, strict=True))
            values = _values(columns, record, path, reader.line_num)
            try:
                rows.append(row_type(**values))
            except ValueError as error:
                raise BadCodelist(path, reader.line_num, str(error)) from error
            key = tuple(record[name] for name in unique)
            if unique and seen.setdefault(key, reader.line_num) != reader.line_num:
                raise BadCodelist(
                    path,
                    reader.line_num,
                    f"{' / '.join(key)} already stands on line {seen[key]}",
                )
    except csv.Error as error:
        raise BadCodelist(path, reader.line_num, str(error)) from error
    if not rows:
        raise BadCodelist(path, 1, "there is no row")
    return tuple(rows)


def _values(
    columns: dict[str, tuple[Callable[[str], object], bool]],
    record: dict[str, str],
    path: Path,
    line: int,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (reader, optional) in columns.items():
        cell = record[name]
        if cell != cell.strip():
            raise BadCodelist(path, line, f"{name}: {cell!r} is padded with spaces")
        if optional and not cell:
            values[name] = None
            continue
        try:
            values[name] = reader(cell)
        except ValueError as error:
            raise BadCodelist(path, line, f"{name}: {error}") from error
    return values
