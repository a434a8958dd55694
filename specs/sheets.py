"""Read a ministry's sheet of requirements as it is, and say everything that cannot be understood.

Pure: bytes in, requirements and problems out. The heading row is found by the words of
``headings.json`` or by a mapping (``schemas/sheet-mapping.schema.json``). Every problem names its
sheet and cell. Cells that a merged range covers have the range's value. In outlines that write a
chapter only once, the empty cells left of the first written one repeat what stands above them; a
section that is empty beside a written chapter is really empty.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from schemas import codelist, eras, registry, workbook
from schemas.problems import Problem, Refused
from schemas.specifications import OBLIGATIONS, Requirement, key_for
from schemas.workbook import cell_name
from specs.headings import (
    Table,
    cell_at,
    class_words,
    column_names,
    find_table,
    folded_word,
    headings,
    letter_of,
    place_of,
    text_of,
    wanted_columns,
)
from specs.workbooks import Grid, grids, open_file

OUTLINE: Final = ("chapter", "section", "item", "title")
MOST_BYTES: Final = workbook.MOST_BYTES
MOST_REQUIREMENTS: Final = 5000
DIGITS_OF_ID: Final = 7  # 機能ID・帳票ID = 業務ID(3) + serial(4)

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = re.compile("_x00(0[0-8BbCcEeFf]|1[0-9A-Fa-f]|7[Ff])_")
_NOTE_AFTER_DATE = re.compile(r"^(.*?)\s*[（(](.+)[）)]\s*$", re.DOTALL)


@dataclass(frozen=True)
class Sheet:
    """What was understood of one sheet: rows count from 1, columns are letters and headings."""

    name: str
    heading_row: int
    kind: str
    columns: Mapping[str, str]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    requirements: int = 0
    skipped_rows: int = 0


@dataclass(frozen=True)
class Reading:
    """What a workbook says: requirements where there are no problems, else every problem."""

    name: str
    source_digest: str
    requirements: tuple[Requirement, ...] = ()
    problems: tuple[Problem, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    unread: tuple[str, ...] = ()
    obligations: Mapping[str, str] = field(default_factory=dict, hash=False)

    def counts(self) -> dict[str, int]:
        """Count the requirements by class (実装区分)."""
        found = Counter(r.obligation for r in self.requirements)
        return {each: found[each] for each in OBLIGATIONS}

    def mapping(self) -> dict[str, Any]:
        """Write the mapping that was used, so that the same file can be read again the same way."""
        used: dict[str, Any] = {}
        if self.sheets:
            used["sheets"] = [
                {
                    "sheet": sheet.name,
                    "heading_row": sheet.heading_row,
                    "kind": sheet.kind,
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
    digest = hashlib.sha256(data).hexdigest()
    try:
        found = list(grids(open_file(data, name), name))
    except Refused as refused:
        return Reading(name, digest, problems=tuple(refused.problems))
    own_words = mapping.get("obligations", {})
    words = {**class_words(), **{folded_word(word): to for word, to in own_words.items()}}
    problems: list[Problem] = []
    tables: list[tuple[Table, Grid]] = []
    unread: list[str] = []
    asked = {each["sheet"]: each for each in mapping.get("sheets", ())}
    for missing in asked.keys() - {grid.name for grid in found}:
        names = "、".join(f"「{grid.name}」" for grid in found)
        problems.append(
            Problem(
                "/mapping/sheets", "sheet_is_not_in_workbook", {"sheet": missing, "sheets": names}
            )
        )
    for grid in found:
        if asked and grid.name not in asked:
            unread.append(grid.name)
            continue
        table = find_table(grid, asked.get(grid.name, {}), problems)
        if table is None:
            unread.append(grid.name)
        else:
            tables.append((table, grid))
    if not tables and not problems:
        problems.append(
            Problem("/file", "sheet_has_no_heading_row", {"columns": wanted_columns()}, place=name)
        )
    return _read_tables(
        Reading(name, digest, (), (), (), tuple(unread), own_words), tables, words, problems
    )


def _read_tables(
    reading: Reading,
    tables: Sequence[tuple[Table, Grid]],
    words: Mapping[str, str],
    problems: list[Problem],
) -> Reading:
    requirements: list[Requirement] = []
    sheets: list[Sheet] = []
    first: dict[str, str] = {}
    for table, grid in tables:
        rows = _Rows(table, grid, words, first)
        before = len(requirements)
        requirements += rows.read()
        problems += rows.problems
        read = len(requirements) - before
        if not read and not rows.problems:
            place = place_of(grid.name, table.heading_row + 1, 0)
            problems.append(Problem("/file", "sheet_has_no_requirement", place=place))
        sheets.append(
            Sheet(
                grid.name,
                table.heading_row + 1,
                table.kind,
                {name: letter_of(column) for name, column in table.columns.items()},
                {
                    name: text_of(grid.rows[table.heading_row][column]).strip()[:200]
                    for name, column in table.columns.items()
                },
                table.ignored,
                read,
                rows.skipped,
            )
        )
    if len(requirements) > MOST_REQUIREMENTS:
        counts: dict[str, str | int] = {"count": len(requirements), "limit": MOST_REQUIREMENTS}
        problems.append(Problem("/file", "sheet_has_too_many_requirements", counts, reading.name))
    return Reading(
        reading.name,
        reading.source_digest,
        () if problems else tuple(requirements),
        tuple(problems),
        tuple(sheets),
        reading.unread,
        reading.obligations,
    )


# -- rows --------------------------------------------------------------------------------------


class _Rows:
    """The rows of one table: read one by one, with every problem kept."""

    def __init__(
        self,
        table: Table,
        grid: Grid,
        words: Mapping[str, str],
        first: dict[str, str],
    ) -> None:
        self.table = table
        self.grid = grid
        self.words = words
        self.first = first
        self.problems: list[Problem] = []
        self.skipped = 0

    def read(self) -> Iterator[Requirement]:
        """Yield the requirements below the heading row; notes and empty rows are none."""
        above: dict[str, str] = {}
        for row in range(self.table.heading_row + 1, len(self.grid.rows)):
            written = {name: self._written(row, name) for name in self.table.columns}
            if self._is_heading(written):
                params: dict[str, str | int] = {"first": self.table.heading_row + 1}
                self._problem(row, "official_id", "sheet_has_two_heading_rows", params)
                continue
            if self._is_note(written):
                self.skipped += 1
                continue
            if not written["official_id"] and not written["text"]:
                filled = any(written.get(n) for n in ("obligation", "obligation_designated_city"))
                own_class = (row, self.table.columns["obligation"]) not in self.grid.merged
                if filled and own_class and self._obligation(row, "obligation", report=False):
                    self._problem(row, "official_id", "sheet_id_missing")
                    self._problem(row, "text", "sheet_text_missing")
                else:
                    self.skipped += any(written.values())
                continue
            self._fill_outline(written, above)
            requirement = self._requirement(row, written)
            if requirement is not None:
                yield requirement

    def _written(self, row: int, name: str) -> str:
        """Give a cell's text; a merged id is not repeated, for an id stands for one requirement."""
        column = self.table.columns[name]
        if name == "official_id" and self.grid.merged.get((row, column), (row, column)) != (
            row,
            column,
        ):
            return ""
        text = text_of(cell_at(self.grid, row, column)).replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(line.rstrip() for line in text.strip().split("\n"))

    def _is_heading(self, written: Mapping[str, str]) -> bool:
        names = column_names()
        return all(names.get(folded_word(written[name])) == name for name in headings()["required"])

    def _is_note(self, written: Mapping[str, str]) -> bool:
        """Tell a note in the column of ids (※ …) from an id that is badly written."""
        note = re.match("[※＊*注（(]", written["official_id"])
        return bool(note) and not written["obligation"] and not written["text"]

    def _fill_outline(self, written: dict[str, str], above: dict[str, str]) -> None:
        names = [name for name in OUTLINE if name in self.table.columns]
        for name in names:
            if written[name]:
                break
            written[name] = above.get(name, "")
        above.update({name: written[name] for name in names})

    def _requirement(self, row: int, written: Mapping[str, str]) -> Requirement | None:
        before = len(self.problems)
        obligation = self._obligation(row, "obligation")
        if obligation == "skipped":
            self.skipped += 1
            return None
        official_id = self._id(row, written["official_id"])
        texts = {name: self._words(row, name, written.get(name, "")) for name in _limits()}
        if not texts["text"].strip():
            self._problem(row, "text", "sheet_text_missing")
        due_on, note = self._due(row)
        if note:
            texts["remarks"] = "\n".join(filter(None, [texts["remarks"], note]))
        binding = self._binding(row, obligation)
        if binding is None or len(self.problems) > before:
            return None
        root, obligations, categories = binding
        column = self.table.columns["official_id"]
        return Requirement(
            key=key_for(self.table.kind, official_id),
            official_id=official_id,
            kind=self.table.kind,
            obligation=root,
            obligations=obligations,
            categories=categories,
            due_on=due_on,
            source={"sheet": self.grid.name[:100], "cell": cell_name(row, column)},
            chapter=texts["chapter"],
            section=texts["section"],
            item=texts["item"],
            title=texts["title"],
            text=texts["text"],
            rationale=texts["rationale"],
            remarks=texts["remarks"],
        )

    def _id(self, row: int, written: str) -> str:
        """Read an id: full-width digits become plain; a number lost its leading zeros to Excel."""
        cell = cell_at(self.grid, row, self.table.columns["official_id"])
        text = unicodedata.normalize("NFKC", written).strip()
        if isinstance(cell, int | float) and re.fullmatch("[0-9]{4,7}", text):
            text = text.zfill(DIGITS_OF_ID)
        if not text:
            self._problem(row, "official_id", "sheet_id_missing")
        elif self.table.kind in ("function", "form"):
            if not re.fullmatch(f"[0-9]{{{DIGITS_OF_ID}}}", text):
                self._problem(
                    row, "official_id", "sheet_id_not_seven_digits", {"value": written[:40]}
                )
        elif not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,38}", text):
            self._problem(row, "official_id", "sheet_id_not_seven_digits", {"value": written[:40]})
        place = place_of(self.grid.name, row, self.table.columns["official_id"])
        key = f"{self.table.kind} {text}"
        if text and key in self.first:
            self._problem(
                row,
                "official_id",
                "sheet_id_repeated",
                {"value": text[:40], "first": self.first[key]},
            )
        self.first.setdefault(key, place)
        return text

    def _obligation(self, row: int, name: str, *, report: bool = True) -> str:
        written = self._written(row, name)
        meaning = self.words.get(folded_word(written), "")
        if report and not written:
            self._problem(row, name, "sheet_class_missing")
        elif report and not meaning:
            self._problem(row, name, "sheet_class_not_known", {"value": written[:60]})
        return meaning

    def _binding(
        self, row: int, ordinary: str
    ) -> tuple[str, dict[str, str], tuple[str, ...]] | None:
        """Join the columns of both groups of bodies (一般市区町村・指定都市) to one binding."""
        if "obligation_designated_city" not in self.table.columns:
            if ordinary == "not_applicable":
                self._problem(row, "obligation", "sheet_class_concerns_nobody")
                return None
            return (ordinary, {}, ()) if ordinary else None
        special = self._obligation(row, "obligation_designated_city")
        if not ordinary or not special:
            return None
        if ordinary == special == "not_applicable":
            self._problem(row, "obligation", "sheet_class_concerns_nobody")
            return None
        codes = tuple(category.code for category in codelist.body_categories())
        if ordinary == "not_applicable":
            return special, {}, ("designated_city",)
        if special == "not_applicable":
            return ordinary, {}, tuple(code for code in codes if code != "designated_city")
        return ordinary, {} if ordinary == special else {"designated_city": special}, ()

    def _words(self, row: int, name: str, text: str) -> str:
        if len(text) > _limits()[name]:
            self._problem(
                row, name, "sheet_text_too_long", {"length": len(text), "limit": _limits()[name]}
            )
        if _CONTROL.search(text) or _ESCAPED.search(text):
            self._problem(row, name, "sheet_text_has_control_character")
        return text

    def _due(self, row: int) -> tuple[str | None, str]:
        """Read the due date; what stands behind it in brackets is a remark (経過措置あり)."""
        if "due_on" not in self.table.columns:
            return None, ""
        cell = cell_at(self.grid, row, self.table.columns["due_on"])
        if isinstance(cell, date):
            return (cell.date() if isinstance(cell, datetime) else cell).isoformat(), ""
        written = self._written(row, "due_on")
        if folded_word(written) in ("", "-", "なし"):
            return None, ""
        text, note = written, ""
        if matched := _NOTE_AFTER_DATE.match(written):
            text, note = matched.groups()
        try:
            return eras.parse_date(text).isoformat(), f"適合基準日: {note}" if note else ""
        except Refused:
            self._problem(row, "due_on", "sheet_due_date_not_a_date", {"value": written[:40]})
            return None, ""

    def _problem(
        self, row: int, name: str, code: str, params: Mapping[str, str | int] | None = None
    ) -> None:
        place = place_of(self.grid.name, row, self.table.columns[name])
        self.problems.append(Problem("/file", code, params or {}, place))


@cache
def _limits() -> Mapping[str, int]:
    """Give the longest text of each field of words, as the meta-schema states it."""
    fields = registry.load("specification")["$defs"]["requirement"]["properties"]
    names = ("chapter", "section", "item", "title", "text", "rationale", "remarks")
    return {name: fields[name]["maxLength"] for name in names}
