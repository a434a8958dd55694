"""Read a ministry's sheets of requirements as they are, and say everything that is not understood.

Pure: bytes in, requirements and problems out. The heading row is found by the words of
``words.json`` or by a mapping (``schemas/sheet-mapping.schema.json``). Every problem names its
sheet and cell. Cells that a merged range covers have the range's value. In outlines that write a
chapter only once, the empty cells left of the first written one repeat what stands above them; a
section that is empty beside a written chapter is really empty.

Rows that are hidden, struck through or deleted (削除) are listed and not read, nor are hidden
sheets and columns. Rows one below the other that have the same id are one requirement. Formulas
are refused: the value that is stored beside one may be out of date.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from schemas import workbook
from schemas.problems import Problem, Refused
from schemas.specifications import OBLIGATIONS, Requirement, SpecificationMeta
from specs.sheets import particulars
from specs.sheets.rows import Entry, LeftOut, Rows
from specs.sheets.tables import Table, cell_at, find_table, letter_of, place_of, text_of
from specs.sheets.vocabulary import class_words, folded, wanted_columns
from specs.sheets.workbooks import Book, Grid, open_book

MOST_BYTES: Final = workbook.MOST_BYTES
MOST_REQUIREMENTS: Final = 5000
SAMPLES: Final = 3  # requirements of each sheet that a preview shows
FIRST_ROWS: Final = 12
FIRST_COLUMNS: Final = 30


@dataclass(frozen=True)
class Sheet:
    """What was understood of one sheet: rows count from 1, columns are letters and headings.

    ``assumed_mandatory`` says that it has no column of classes, so that everything binds.
    """

    name: str
    heading_row: int
    kind: str
    columns: Mapping[str, str]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    requirements: int = 0
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    left_out: tuple[LeftOut, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    samples: tuple[Requirement, ...] = ()
    assumed_mandatory: bool = False

    @property
    def skipped_rows(self) -> int:
        """Count the rows that are not read."""
        return len(self.left_out)


@dataclass(frozen=True)
class Worksheet:
    """A sheet as it stands in the file, read or not: its first rows, for a person to find a way.

    ``heading_row`` counts from 1 and is, where none was found, the row with the most cells filled
    (0 in an empty sheet); ``columns`` are letters with what stands in it; ``reason`` tells why the
    sheet is not read.
    """

    name: str
    hidden: bool
    first_rows: tuple[tuple[int, tuple[str, ...]], ...]
    columns: tuple[tuple[str, str], ...]
    heading_row: int = 0
    reason: Problem | None = None


@dataclass(frozen=True)
class Reading:
    """What a workbook says: requirements where there are no problems, else every problem.

    ``meta`` is what our own exports say about their version; ``unknown_words`` are the words that
    stand where a class was expected.
    """

    name: str
    source_digest: str
    requirements: tuple[Requirement, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    unread: tuple[str, ...] = ()
    obligations: Mapping[str, str] = field(default_factory=dict, hash=False)
    format: str = ""
    encoding: str = ""
    meta: SpecificationMeta | None = None
    worksheets: tuple[Worksheet, ...] = ()

    def counts(self) -> dict[str, int]:
        """Count the requirements by class (実装区分)."""
        return _counts(self.requirements)

    def unknown_words(self) -> list[str]:
        """List the words that were met where a class was expected, as they are written."""
        codes = {"sheet_class_not_known", "sheet_class_not_known_but_like"}
        return list(dict.fromkeys(str(p.params["value"]) for p in self.problems if p.code in codes))

    def mapping(self) -> dict[str, Any]:
        """Write the mapping that was used, so that the same file can be read again the same way."""
        used: dict[str, Any] = {}
        if self.sheets:
            used["sheets"] = [
                {
                    "sheet": sheet.name,
                    "heading_row": sheet.heading_row,
                    "kind": sheet.kind,
                    "complete": True,
                    "columns": {
                        name: {"column": letter, "heading": sheet.headings[name]}
                        if sheet.headings[name]
                        else {"column": letter}
                        for name, letter in sheet.columns.items()
                    },
                }
                for sheet in self.sheets
            ]
        if self.obligations:
            used["obligations"] = dict(self.obligations)
        return used


def read_sheets(data: bytes, name: str, mapping: Mapping[str, Any] | None = None) -> Reading:
    """Read a workbook's requirements, or every problem at once; never raises for what is in it.

    ``name`` is the file's name as shown; ``mapping`` satisfies ``sheet-mapping.schema.json``.
    """
    mapping = mapping or {}
    reading = Reading(name, hashlib.sha256(data).hexdigest())
    try:
        book = open_book(data, name)
        meta = particulars.read(book.grids)
    except Refused as refused:
        return replace(reading, problems=tuple(refused.problems))
    own_words: Mapping[str, str] = mapping.get("obligations", {})
    reading = replace(
        reading, obligations=own_words, format=book.format, encoding=book.encoding, meta=meta
    )
    return _read(reading, book, mapping)


def _read(reading: Reading, book: Book, mapping: Mapping[str, Any]) -> Reading:
    words = {**class_words(), **{folded(w): to for w, to in reading.obligations.items()}}
    problems = [*book.problems]
    asked = {each["sheet"]: each for each in mapping.get("sheets", ())}
    problems += _missing_sheets(book.grids, asked)
    tables: list[tuple[Table, Grid]] = []
    reasons: dict[str, Problem] = {}
    shown = [grid for grid in book.grids if not particulars.is_one(grid)]
    for grid in shown:
        if (asked and grid.name not in asked) or (grid.hidden and not asked):
            continue
        table = find_table(grid, asked.get(grid.name, {}), problems, reasons)
        if table is not None:
            tables.append((table, grid))
    if not tables and not problems:
        params: dict[str, str | int] = {"columns": wanted_columns()}
        missing = Problem("/file", "sheet_has_no_heading_row", params, place=reading.name)
        problems += list(reasons.values()) or [missing]
    read = {grid.name for _table, grid in tables}
    heads = {grid.name: table.heading_row for table, grid in tables}
    reading = replace(
        reading,
        unread=tuple(grid.name for grid in shown if grid.name not in read),
        worksheets=tuple(_worksheet(g, heads.get(g.name), reasons.get(g.name)) for g in shown),
    )
    return _read_tables(reading, tables, words, problems)


def _missing_sheets(grids: Sequence[Grid], asked: Mapping[str, Any]) -> list[Problem]:
    names = "、".join(f"「{grid.name}」" for grid in grids)
    present = {grid.name for grid in grids}
    return [
        Problem("/mapping/sheets", "sheet_is_not_in_workbook", {"sheet": each, "sheets": names})
        for each in asked
        if each not in present
    ]


def _read_tables(
    reading: Reading,
    tables: Sequence[tuple[Table, Grid]],
    words: Mapping[str, str],
    problems: list[Problem],
) -> Reading:
    entries: list[Entry] = []
    sheets: list[Sheet] = []
    first: dict[str, tuple[str, int, int]] = {}
    for table, grid in tables:
        rows = Rows(table, grid, words, first, exact=reading.meta is not None)
        found = list(rows.read())
        entries += found
        problems += rows.problems
        if not found and not rows.problems:
            place = place_of(grid.name, table.heading_row + 1, 0)
            problems.append(Problem("/file", "sheet_has_no_requirement", place=place))
        sheets.append(_sheet(table, grid, [entry.requirement for entry in found], rows.left_out))
    if tables and _matches_nothing(reading.obligations, tables):
        problems.append(Problem("/mapping/obligations", "sheet_mapping_matches_nothing"))
    requirements = _in_order(entries)
    if len(requirements) > MOST_REQUIREMENTS:
        counts: dict[str, str | int] = {"count": len(requirements), "limit": MOST_REQUIREMENTS}
        problems.append(Problem("/file", "sheet_has_too_many_requirements", counts, reading.name))
    return replace(
        reading,
        requirements=() if problems else tuple(requirements),
        problems=tuple(problems),
        sheets=tuple(sheets),
    )


def _sheet(
    table: Table, grid: Grid, found: Sequence[Requirement], left_out: Sequence[LeftOut]
) -> Sheet:
    return Sheet(
        grid.name,
        table.heading_row + 1,
        table.kind,
        {name: letter_of(column) for name, column in table.columns.items()},
        table.headings,
        table.ignored,
        len(found),
        _counts(found),
        tuple(left_out),
        table.hidden,
        tuple(found[:SAMPLES]),
        "obligation" not in table.columns,
    )


def _in_order(entries: Sequence[Entry]) -> list[Requirement]:
    """Order the requirements by the numbers that our own exports give them, if they do."""
    if all(entry.position is None for entry in entries):
        return [entry.requirement for entry in entries]
    last, keyed = 0, []
    for entry in entries:
        last = last if entry.position is None else entry.position
        keyed.append((last, entry.requirement))
    return [requirement for _place, requirement in sorted(keyed, key=lambda each: each[0])]


def _matches_nothing(own: Mapping[str, str], tables: Sequence[tuple[Table, Grid]]) -> bool:
    """Tell whether none of the words that a mapping explains stands in any column of classes."""
    if not own:
        return False
    wanted = {folded(word) for word in own}
    names = ("obligation", "obligation_designated_city")
    return not any(
        folded(text_of(cell_at(grid, row, table.columns[name]))) in wanted
        for table, grid in tables
        for name in names
        if name in table.columns
        for row in range(table.heading_row + 1, len(grid.rows))
    )


def _worksheet(grid: Grid, heading_row: int | None, reason: Problem | None) -> Worksheet:
    top = grid.rows[:FIRST_ROWS]
    if heading_row is None:
        filled = [sum(bool(str(cell).strip()) for cell in row) for row in top]
        heading_row = filled.index(max(filled)) if filled else 0
    width = min(max((len(row) for row in top), default=0), 200)
    return Worksheet(
        grid.name,
        grid.hidden,
        tuple(
            (number, tuple(text_of(cell).strip()[:40] for cell in row[:FIRST_COLUMNS]))
            for number, row in enumerate(top, start=1)
            if any(str(cell).strip() for cell in row)
        ),
        tuple(
            (letter_of(column), text_of(cell_at(grid, heading_row, column)).strip()[:40])
            for column in range(width)
        ),
        heading_row + 1 if grid.rows else 0,
        reason,
    )


def _counts(requirements: Sequence[Requirement]) -> dict[str, int]:
    found = Counter(requirement.obligation for requirement in requirements)
    return {each: found[each] for each in OBLIGATIONS}
