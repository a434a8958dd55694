"""The mapping of a sheet as fields of a page: what was understood, and how an editor corrects it.

Names of the fields: ``sheet-0-read``, ``sheet-0-kind``, ``sheet-0-heading_row``,
``sheet-0-column-text`` …, ``word-0-means`` …; ``sheets`` counts the sheets and says that the fields
were sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas import engine, registry
from schemas.problems import Problem, Refused
from specs.sheets import Reading, Sheet, Worksheet
from specs.sheets.vocabulary import required_columns

MOST_SHEETS: Final = 50
MOST_WORDS: Final = 100
MEANINGS: Final = ("mandatory", "standard_option", "prohibited", "not_applicable", "skipped")
KINDS: Final = ("function", "form", "non_functional", "interface")
#: Columns that only our own exports have; a page shows them where they are in use.
OWN: Final = (
    "metric_en",
    "unit_en",
    "position",
    "categories",
    "obligation_override",
    "due_on_override",
    "source",
)
COLUMNS: Final = (
    "official_id",
    "obligation",
    "obligation_designated_city",
    "text",
    "title",
    "chapter",
    "section",
    "item",
    "rationale",
    "remarks",
    "due_on",
    "due_on_designated_city",
    "metric",
    "operator",
    "value",
    "unit",
    "interface_name",
    "interface_version",
)


@dataclass(frozen=True)
class ColumnField:
    """One column that an editor may choose: its meaning, its letter now, and whether it must be."""

    name: str
    letter: str
    needed: bool


@dataclass(frozen=True)
class SheetFields:
    """One sheet of the file: as it stands, as it was understood, and the fields to correct that."""

    number: int
    worksheet: Worksheet
    sheet: Sheet | None
    read: bool
    kind: str
    heading_row: str
    columns: tuple[ColumnField, ...]


@dataclass(frozen=True)
class WordField:
    """A word that stands where a class was expected, and what it means; empty where not known."""

    number: int
    word: str
    means: str


def sheet_fields(reading: Reading, mapping: Mapping[str, Any]) -> list[SheetFields]:
    """Give the fields of every sheet, filled with what was understood or else asked for."""
    asked = {each["sheet"]: each for each in mapping.get("sheets", ())}
    understood = {sheet.name: sheet for sheet in reading.sheets}
    shown = [each.name for each in reading.worksheets if not each.hidden]
    only = {*shown} if len(shown) == 1 and not understood else set()
    found = []
    for number, worksheet in enumerate(reading.worksheets[:MOST_SHEETS]):
        sheet, stated = understood.get(worksheet.name), asked.get(worksheet.name, {})
        letters = sheet.columns if sheet else _letters(stated)
        kind = sheet.kind if sheet else str(stated.get("kind", ""))
        needed = required_columns(kind or "function")
        names = (*COLUMNS, *(name for name in OWN if name in letters))
        row = sheet.heading_row if sheet else stated.get("heading_row", worksheet.heading_row)
        found.append(
            SheetFields(
                number,
                worksheet,
                sheet,
                sheet is not None or bool(stated) or worksheet.name in only,
                kind,
                str(row or ""),
                tuple(ColumnField(n, letters.get(n, ""), n in needed) for n in names),
            )
        )
    return found


def _letters(stated: Mapping[str, Any]) -> dict[str, str]:
    return {name: at.get("column", "") for name, at in stated.get("columns", {}).items()}


def word_fields(reading: Reading) -> list[WordField]:
    """Give the fields of the words that were explained, and of those that still need to be."""
    words = {**dict.fromkeys(reading.unknown_words(), ""), **reading.obligations}
    return [
        WordField(number, word, means)
        for number, (word, means) in enumerate(list(words.items())[:MOST_WORDS])
    ]


def is_sent(posted: Mapping[str, str]) -> bool:
    """Tell whether the fields of a mapping were sent."""
    return "sheets" in posted


def posted_mapping(posted: Mapping[str, str]) -> dict[str, Any]:
    """Write the mapping that the fields say, or raise ``Refused``.

    Where another heading row was written, or no column chosen, columns are found by headings.
    """
    numbers = range(min(_count(posted.get("sheets", "")), MOST_SHEETS))
    sheets = [_sheet(posted, f"sheet-{n}-") for n in numbers if posted.get(f"sheet-{n}-read")]
    if not sheets:
        raise Refused([Problem("/mapping/sheets", "sheet_none_chosen")])
    mapping: dict[str, Any] = {"sheets": sheets}
    words = {
        posted[f"word-{n}-word"]: posted[f"word-{n}-means"]
        for n in range(MOST_WORDS)
        if posted.get(f"word-{n}-word") and posted.get(f"word-{n}-means")
    }
    if words:
        mapping["obligations"] = words
    if problems := engine.problems(registry.load("sheet-mapping"), mapping, pointer="/mapping"):
        raise Refused(problems)
    return mapping


def _sheet(posted: Mapping[str, str], before: str) -> dict[str, Any]:
    found: dict[str, Any] = {"sheet": posted.get(f"{before}name", "")}
    row = posted.get(f"{before}heading_row", "").strip()
    if row:
        found["heading_row"] = int(row) if row.isascii() and row.isdigit() and len(row) < 7 else row
    if kind := posted.get(f"{before}kind", ""):
        found["kind"] = kind
    if not row or row != posted.get(f"{before}heading_row_was", ""):
        return found
    letters = {name: posted.get(f"{before}column-{name}", "") for name in (*COLUMNS, *OWN)}
    columns = {name: {"column": letter} for name, letter in letters.items() if letter}
    return {**found, "complete": True, "columns": columns} if columns else found


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
