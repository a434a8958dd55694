"""Find the table of a sheet: its heading row, and which column says what.

The words are data (``words.json``); a mapping may name sheet, row and columns itself. A heading may
stand in two rows, 実装区分 above 指定都市 and 一般市区町村: the lower row is then the heading row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.problems import Problem
from schemas.workbook import cell_name
from specs.sheets.vocabulary import (
    column_names,
    fallback_names,
    folded,
    kinds_of_ids,
    required_columns,
    vocabulary,
    wanted_columns,
    words_of,
)
from specs.sheets.workbooks import Grid

SEARCHED_ROWS: Final = 60  # a heading row stands near the top; below it come requirements


@dataclass(frozen=True)
class Table:
    """Where a sheet's table stands; rows and columns count from 0.

    ``headings`` are as written, by column; ``hidden`` are headings that stand in hidden columns and
    are not read.
    """

    heading_row: int
    columns: Mapping[str, int]
    kind: str
    headings: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def find_table(
    grid: Grid, asked: Mapping[str, Any], problems: list[Problem], nearly: dict[str, Problem]
) -> Table | None:
    """Find the heading row; a sheet that nobody asked for and that has none is left unread.

    ``nearly`` takes, by sheet, what a row that looks like a heading row lacks.
    """
    last = len(grid.rows) if "heading_row" in asked else min(len(grid.rows), SEARCHED_ROWS)
    candidates: Iterable[int] = range(last)
    if "heading_row" in asked:
        candidates = [row for row in (asked["heading_row"] - 1,) if row < last]
    nearest: _Heading | None = None
    for row in candidates:
        heading = _Heading(grid, row, asked)
        if not heading.missing:
            lower = _Heading(grid, row + 1, asked) if "heading_row" not in asked else heading
            return (lower if lower.continues(heading) else heading).table(problems)
        if nearest is None or heading.score > nearest.score:
            nearest = heading
    problem = _no_heading_row(grid, asked, nearest)
    if asked:
        problems.append(problem)
    elif nearest is not None and nearest.looks_like_one:
        nearly[grid.name] = problem
    return None


def _no_heading_row(grid: Grid, asked: Mapping[str, Any], nearest: _Heading | None) -> Problem:
    if nearest is not None and nearest.looks_like_one:
        place = place_of(grid.name, nearest.row, 0)
        missing = "・".join(vocabulary()["columns"][name][0] for name in nearest.missing)
        return Problem("/file", "sheet_heading_lacks_columns", {"columns": missing}, place)
    kind = asked.get("kind", "function")
    params: dict[str, str | int] = {"columns": wanted_columns(kind)}
    where = "/mapping/sheets" if asked else "/file"
    return Problem(where, "sheet_has_no_heading_row", params, f"シート「{grid.name}」")


class _Heading:
    """What a row would mean if it were the heading row."""

    def __init__(self, grid: Grid, row: int, asked: Mapping[str, Any]) -> None:
        self.grid, self.row, self.asked = grid, row, asked
        self.cells, self.grouped = _heading_cells(grid, row)
        self.repeated: list[int] = []
        self.columns = self._columns()
        self.kind = self._kind()
        self.missing = [n for n in required_columns(self.kind) if n not in self.columns]
        self.score = len(self.columns)

    @property
    def looks_like_one(self) -> bool:
        """Tell whether the row nearly is one: it has an id and a class, or all but one column."""
        return "official_id" in self.columns and self.score > 2

    def continues(self, upper: _Heading) -> bool:
        """Tell whether this row is the lower half of a heading in two rows."""
        if self.missing or self is upper:
            return False
        at = self.columns["official_id"]
        return self.grouped or (self.grid.merged.get((self.row, at), (-1, -1))[0] == upper.row)

    def _stated(self, how: str) -> dict[str, str]:
        return {
            name: at[how]
            for name, at in self.asked.get("columns", {}).items()
            if how in at and (how == "column" or "column" not in at)
        }

    def _columns(self) -> dict[str, int]:
        lettered = {name: number_of(at) for name, at in self._stated("column").items()}
        named = {folded(at): name for name, at in self._stated("heading").items()}
        columns = {name: at for name, at in lettered.items() if at < len(self.cells)}
        taken = set(columns.values())
        whole = bool(self.asked.get("complete"))
        for column, text in enumerate(self.cells):
            plain = folded(text)
            known = "" if whole else column_names().get(plain, "")
            name = named.get(plain) or known
            if not name or column in taken or column in self.grid.marks.hidden_columns:
                continue
            if name in named.values() and plain not in named:
                continue
            if name in columns:
                if name not in lettered and (self.row, column) not in self.grid.merged:
                    self.repeated.append(column)
                continue
            columns[name] = column
        if not whole:
            self._fall_back(columns)
        return columns

    def _fall_back(self, columns: dict[str, int]) -> None:
        """Take a weaker heading (項番, メトリクス) where no better one was found."""
        for name, words in fallback_names().items():
            taken = {*columns.values(), *self.grid.marks.hidden_columns}
            free = (c for c in range(len(self.cells)) if c not in taken)
            found = next((c for c in free if folded(self.cells[c]) in words), None)
            if found is not None:
                columns.setdefault(name, found)

    def _kind(self) -> str:
        if asked := self.asked.get("kind"):
            return str(asked)
        at = self.columns.get("official_id")
        told = kinds_of_ids().get(folded(self.cells[at])) if at is not None else None
        if told:
            return told
        if "metric" in self.columns and {"operator", "value"} & self.columns.keys():
            return "non_functional"
        if "interface_name" in self.columns and "interface_version" in self.columns:
            return "interface"
        kinds: Mapping[str, str] = vocabulary()["sheet_kinds"]
        return next((kind for word, kind in kinds.items() if word in self.grid.name), "function")

    def table(self, problems: list[Problem]) -> Table:
        """Give the table below the row, and tell what is wrong with its headings."""
        for column in self.repeated:
            params: dict[str, str | int] = {"heading": self.cells[column].strip()[:60]}
            place = place_of(self.grid.name, self.row, column)
            problems.append(Problem("/file", "sheet_column_repeated", params, place))
        for name, heading in self._stated("heading").items():
            if name not in self.columns:
                place = place_of(self.grid.name, self.row, 0)
                params = {"column": heading}
                problems.append(Problem("/mapping/sheets", "sheet_column_not_found", params, place))
        order = [*vocabulary()["columns"]]
        found = dict(sorted(self.columns.items(), key=lambda each: order.index(each[0])))
        ignored, hidden = [], []
        for column, text in enumerate(self.cells):
            if text.strip() and column not in found.values():
                if column in self.grid.marks.hidden_columns:
                    hidden.append(f"{letter_of(column)} {text.strip()[:60]}")
                elif (self.row, column) not in self.grid.merged:
                    ignored.append(text.strip()[:60])
        return Table(
            self.row,
            found,
            self.kind,
            {name: self.cells[column].strip()[:200] for name, column in found.items()},
            tuple(ignored),
            tuple(hidden),
        )


def _heading_cells(grid: Grid, row: int) -> tuple[list[str], bool]:
    """Write a row's headings; groups of bodies (指定都市) join the heading above them."""
    if row >= len(grid.rows):
        return [], False
    groups = words_of("body_groups")
    cells = [text_of(cell_at(grid, row, column)) for column in range(len(grid.rows[row]))]
    if not row or not any(folded(text) in groups for text in cells):
        return cells, False
    above = [text_of(cell_at(grid, row - 1, column)) for column in range(len(cells))]
    joined, grouped, last = [], False, ""
    for text, upper in zip(cells, above, strict=True):
        last = upper.strip() or last
        whole = f"{last}（{text.strip()}）"
        if folded(text) in groups and folded(whole) in column_names():
            joined.append(whole)
            grouped = True
        else:
            joined.append(text if text.strip() else upper)
    return (joined, True) if grouped else (cells, False)


def cell_at(grid: Grid, row: int, column: int) -> object:
    """Give a cell's value; a covered cell has the value of its range's first."""
    row, column = grid.merged.get((row, column), (row, column))
    if not 0 <= row < len(grid.rows):
        return ""
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
