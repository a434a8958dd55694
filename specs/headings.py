"""Find the table of a sheet: its heading row, and which column says what.

The words are data (``headings.json``); a mapping may name sheet, row and columns itself.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.problems import Problem
from schemas.workbook import cell_name
from specs.workbooks import Grid

SEARCHED_ROWS: Final = 60  # a heading row stands near the top; below it come requirements


@cache
def headings() -> Mapping[str, Any]:
    """Read ``headings.json``: column names and class words of old and new editions."""
    found: dict[str, Any] = json.loads(
        (Path(__file__).parent / "headings.json").read_text(encoding="utf-8")
    )
    return found


@cache
def class_words() -> Mapping[str, str]:
    """Give the known class words, folded, and what each means."""
    return {folded_word(word): meaning for word, meaning in headings()["obligations"].items()}


@cache
def column_names() -> Mapping[str, str]:
    """Give what each known heading, folded, means."""
    return {folded_word(n): c for c, names in headings()["columns"].items() for n in names}


def wanted_columns() -> str:
    """Name the columns that a table must have."""
    return "・".join(headings()["columns"][name][0] for name in headings()["required"])


def folded_word(text: str) -> str:
    """Fold a heading or a class word: width, case, spaces and brackets do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    for dash in "‐‑‒–—―−ー":
        if folded.strip() == dash:
            folded = "-"
    return re.sub(r"[\s【】\[\]「」]+", "", folded)


@dataclass(frozen=True)
class Table:
    """Where a sheet's table stands; rows and columns count from 0."""

    heading_row: int
    columns: Mapping[str, int]
    kind: str
    ignored: tuple[str, ...]


def find_table(grid: Grid, asked: Mapping[str, Any], problems: list[Problem]) -> Table | None:
    """Find the heading row; a sheet that nobody asked for and that has none is left unread."""
    if "heading_row" in asked:
        candidates: Iterable[int] = [asked["heading_row"] - 1]
    else:
        candidates = range(min(len(grid.rows), SEARCHED_ROWS))
    lettered = {
        name: number_of(at["column"])
        for name, at in asked.get("columns", {}).items()
        if "column" in at
    }
    for row in candidates:
        if not 0 <= row < len(grid.rows):
            continue
        table = _table_at(grid, row, asked, lettered, problems)
        if table is not None:
            return table
    if asked:
        problems.append(
            Problem(
                "/mapping/sheets",
                "sheet_has_no_heading_row",
                {"columns": wanted_columns()},
                place=f"シート「{grid.name}」",
            )
        )
    return None


def _table_at(
    grid: Grid,
    row: int,
    asked: Mapping[str, Any],
    lettered: Mapping[str, int],
    problems: list[Problem],
) -> Table | None:
    cells = [text_of(cell_at(grid, row, column)) for column in range(len(grid.rows[row]))]
    named = {
        folded_word(at["heading"]): name
        for name, at in asked.get("columns", {}).items()
        if "heading" in at and "column" not in at
    }
    columns: dict[str, int] = {n: c for n, c in lettered.items() if c < len(cells)}
    repeated: list[Problem] = []
    taken = set(columns.values())
    for column, text in enumerate(cells):
        folded = folded_word(text)
        name = named.get(folded) or column_names().get(folded)
        if (
            not folded
            or name is None
            or column in taken
            or (name in named.values() and folded not in named)
        ):
            continue
        if name in columns:
            if name not in lettered and (row, column) not in grid.merged:
                place = place_of(grid.name, row, column)
                heading: dict[str, str | int] = {"heading": text.strip()[:60]}
                repeated.append(Problem("/file", "sheet_column_repeated", heading, place))
            continue
        columns[name] = column
    if any(name not in columns for name in headings()["required"]):
        return None
    problems += repeated
    for wanted, name in named.items():
        if name not in columns:
            params: dict[str, str | int] = {"column": wanted}
            place = place_of(grid.name, row, 0)
            problems.append(Problem("/mapping/sheets", "sheet_column_not_found", params, place))
    id_heading = folded_word(cells[columns["official_id"]])
    forms = {folded_word(each) for each in headings()["form_columns"]}
    kind = asked.get("kind") or ("form" if id_heading in forms else "function")
    ignored = tuple(
        text.strip()[:60]
        for column, text in enumerate(cells)
        if text.strip() and column not in columns.values() and (row, column) not in grid.merged
    )
    order = [*headings()["columns"]]
    found = dict(sorted(columns.items(), key=lambda each: order.index(each[0])))
    return Table(row, found, kind, ignored)


def cell_at(grid: Grid, row: int, column: int) -> object:
    """Give a cell's value; a covered cell has the value of its range's first."""
    row, column = grid.merged.get((row, column), (row, column))
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else ""


def text_of(cell: object) -> str:
    """Write a cell; a whole number has no decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def place_of(sheet: str, row: int, column: int) -> str:
    """Name a cell so that a person finds it: シート「機能要件一覧」 G12."""
    return f"シート「{sheet}」 {cell_name(row, column)}"


def letter_of(column: int) -> str:
    """Give the letters of a column, counted from 0."""
    return cell_name(0, column).rstrip("1")


def number_of(letters: str) -> int:
    """Give the number of a column, counted from 0, from its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
