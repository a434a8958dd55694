"""Read a filled-in answer sheet: what every row says, and every fault with its cell and its id.

Pure. Nothing of the file is trusted: of which version it is, the ids, the order of its rows, what
kind of value stands in a cell. Rows may have been sorted; none may be missing, doubled or renamed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from python_calamine import CalamineWorkbook

from schemas.codes import half_width
from schemas.eras import date_problems, parse_date
from schemas.money import amount_problems
from schemas.problems import Problem, pointer
from schemas.specifications import Requirement
from schemas.workbook import cell_name, formula_cells, merged_ranges, open_workbook
from vendors import sheets
from vendors.sheets import ANSWERS, AT, COLUMNS, FIRST_ROW, HEAD_ROW, KEY, META, SHEET, Subject

LONGEST_TEXT = 4_000
LONGEST_EVIDENCE = 500
MOST_EVIDENCE = 20
MOST_META_ROWS = 20

_WORDS = {word: code for code, word in ANSWERS.items()} | {code: code for code in ANSWERS}
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(slots=True)
class Entries:
    """What an answer sheet was understood to say.

    ``answers`` holds the answered requirements by key, each in the answer shape of the claim
    schema; ``unanswered`` the keys of rows left blank. ``cells`` gives, by pointer
    (``/answers/F0010001/note``), where the entry stands. While there are ``problems``, nothing of
    it may be stored.
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, pointer_: str) -> str:
        """Return where a pointer's entry stands: its cell, or the nearest one above it."""
        while pointer_:
            if pointer_ in self.cells:
                return self.cells[pointer_]
            pointer_ = pointer_.rpartition("/")[0]
        return ""

    def located(self, problem: Problem) -> Problem:
        """Return a problem of the claim with the cell where it is mended."""
        return Problem(problem.pointer, problem.code, problem.params, self.place(problem.pointer))


def read(data: bytes, name: str, subject: Subject, requirements: Sequence[Requirement]) -> Entries:
    """Read the sheet; every problem is found at once, with its cell and its requirement.

    Raises ``Refused`` where the file is no workbook that can be read at all, see
    ``schemas.workbook.open_workbook``. A file that is no answer sheet of this version and product
    yields that one problem and no answers.
    """
    book = open_workbook(data, name)
    entries = Entries()
    entries.problems += _identity_problems(book, name, subject)
    if entries.problems:
        return entries
    rows = _rows(book, SHEET)
    entries.problems += _head_problems(rows)
    if entries.problems:
        return entries
    known = {requirement.key: requirement for requirement in requirements}
    seen: dict[str, int] = {}
    strays: list[tuple[int, str]] = []
    for number, row in enumerate(rows[FIRST_ROW:], start=FIRST_ROW):
        cells = [*row, *[""] * (len(COLUMNS) - len(row))]
        key = _text(cells[KEY])
        if not key and not any(_text(cells[at]) for at in AT.values()):
            continue
        if key not in known:
            strays.append((number, key))
        elif key in seen:
            entries.problems.append(
                _problem(number, KEY, key, "", "sheet_id_stands_twice", line=seen[key] + 1)
            )
        else:
            seen[key] = number
            _read_row(entries, number, cells, known[key])
    entries.problems += _id_problems(strays, seen, known)
    entries.problems += _tampering_problems(data, {row: key for key, row in seen.items()})
    entries.problems.sort(key=order)
    return entries


def _rows(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _identity_problems(book: CalamineWorkbook, name: str, subject: Subject) -> Iterator[Problem]:
    """The sheet is one of ours, of this version of the specification, and of this product."""
    if SHEET not in book.sheet_names or META not in book.sheet_names:
        yield Problem("/file", "sheet_is_not_an_answer_sheet", {"name": name}, name)
        return
    stated = {
        _text(row[0]): _text(row[1]) for row in _rows(book, META)[:MOST_META_ROWS] if len(row) > 1
    }
    expected = dict(subject.rows())
    if stated.get("format") != sheets.FORMAT:
        yield Problem("/file", "sheet_is_not_an_answer_sheet", {"name": name}, name)
    elif stated.get("specification") != expected["specification"]:
        facts = {"stated": stated.get("specification", "")[:200], "expected": subject.urn}
        yield Problem("/file", "sheet_is_of_another_version", facts, f"シート「{META}」 B2")
    elif stated.get("digest") != expected["digest"]:
        facts = {"expected": subject.urn}
        yield Problem("/file", "sheet_is_of_another_document", facts, f"シート「{META}」 B3")
    elif stated.get("product") != expected["product"]:
        facts = {"expected": subject.product_name}
        yield Problem("/file", "sheet_is_of_another_product", facts, f"シート「{META}」 B5")


def _head_problems(rows: Sequence[Sequence[Any]]) -> Iterator[Problem]:
    """The headings stand where we wrote them; inserted or deleted columns show here."""
    head = rows[HEAD_ROW] if len(rows) > HEAD_ROW else []
    for at, column in enumerate(COLUMNS):
        found = _text(head[at]) if at < len(head) else ""
        if found != column.heading:
            facts = {"expected": column.heading, "found": found[:60]}
            yield Problem("/file", "sheet_heading_was_changed", facts, _place(HEAD_ROW, at))
            return


def _tampering_problems(data: bytes, keys: Mapping[int, str]) -> Iterator[Problem]:
    """No formula and no merged cell where we asked for an answer; ``keys`` are by row."""
    names = {at: name for name, at in AT.items()}
    for cell in formula_cells(data).get(SHEET, []):
        at = _position(cell)
        if at and at[0] >= FIRST_ROW and at[1] in names:
            where = _pointer(keys.get(at[0], ""), names[at[1]])
            yield Problem(where, "sheet_answer_is_a_formula", {}, _place(*at))
    for merged in merged_ranges(data).get(SHEET, []):
        at = _position(merged.partition(":")[0])
        if at and at[0] >= FIRST_ROW:
            where = _pointer(keys.get(at[0], ""), "")
            yield Problem(where, "sheet_cells_are_merged", {"range": merged[:20]}, _place(*at))


def _pointer(key: str, name: str) -> str:
    if not key:
        return "/file"
    return pointer("answers", key, name) if name else pointer("answers", key)


def _id_problems(
    strays: Sequence[tuple[int, str]], seen: Mapping[str, int], known: Mapping[str, Requirement]
) -> Iterator[Problem]:
    """Every requirement has its row; a row whose id was overwritten is named as such."""
    missing = {key: FIRST_ROW + at for at, key in enumerate(known) if key not in seen}
    at_row = {row: key for key, row in missing.items()}
    for number, key in strays:
        if expected := at_row.pop(number, ""):
            missing.pop(expected)
            yield _problem(
                number, KEY, expected, "", "sheet_id_was_changed", found=key[:40], expected=expected
            )
        else:
            yield Problem(
                pointer("answers", key[:40]),
                "sheet_id_is_unknown",
                {"found": key[:40]},
                _place(number, KEY),
            )
    for key in missing:
        yield Problem(
            pointer("answers", key),
            "sheet_row_was_deleted",
            {"requirement": key},
            f"シート「{SHEET}」",
        )


def _read_row(
    entries: Entries, number: int, cells: Sequence[Any], requirement: Requirement
) -> None:
    """Read one row into an answer of the claim schema, or say what is wrong with it."""
    key = requirement.key
    for name, at in AT.items():
        entries.cells[pointer("answers", key, name)] = _place(number, at)
    entries.cells[pointer("answers", key)] = _place(number, AT["answer"])
    answer: dict[str, Any] = {}
    problems: list[Problem] = []

    def refuse(name: str, code: str, **params: str | int) -> None:
        problems.append(_problem(number, AT[name], key, name, code, requirement=key, **params))

    word = unicodedata.normalize("NFKC", _text(cells[AT["answer"]])).strip()
    if word and word not in _WORDS:
        refuse("answer", "sheet_answer_is_unknown", found=word[:40], known="、".join(_WORDS_SHOWN))
    for name, read_cell in _READERS.items():
        cell = cells[AT[name]]
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        try:
            answer[name] = read_cell(cell)
        except _Unreadable as fault:
            refuse(name, fault.code, **fault.params)
    if not word and (answer or problems):
        refuse("answer", "sheet_details_without_answer")
    if problems:
        entries.problems += problems
    elif word:
        entries.answers[key] = {"answer": _WORDS[word], **answer}
    else:
        entries.unanswered.append(key)


_WORDS_SHOWN = list(ANSWERS.values())


class _Unreadable(Exception):
    """A cell that does not say what its column asks for."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _number(cell: object) -> int | float:
    """Read a number; text in full-width digits counts, a date or a truth value does not."""
    if isinstance(cell, bool):
        raise _Unreadable("sheet_value_is_no_number", found=str(cell))
    if isinstance(cell, int | float):
        number = Decimal(repr(cell))
    else:
        try:
            number = Decimal(half_width(_text(cell)).replace(",", ""))
        except InvalidOperation:
            raise _Unreadable("sheet_value_is_no_number", found=_text(cell)[:40]) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
        raise _Unreadable("sheet_value_is_no_number", found=str(number)[:40])
    if number != number.quantize(Decimal("0.0001")):
        raise _Unreadable("sheet_value_is_too_fine", found=str(number)[:40])
    return int(number) if number == number.to_integral_value() else float(number)


def _yen(cell: object) -> int:
    """Read whole yen; 1,200円 and full-width digits count, a fraction does not."""
    if isinstance(cell, str):
        cell = half_width(cell).removesuffix("円").removeprefix("¥").removeprefix("\\")
    try:
        amount = _number(cell)
    except _Unreadable as fault:
        if fault.code == "sheet_value_is_too_fine":
            raise _Unreadable("amount_is_not_an_integer") from None
        raise
    for problem in amount_problems(amount):
        raise _Unreadable(problem.code, **problem.params)
    return int(amount)


def _day(cell: object) -> str:
    """Read a date, as a date cell or as people write one (2027/4/1, 令和9年4月1日)."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        raise _Unreadable("sheet_date_is_no_date", found=_text(cell)[:40])
    for problem in date_problems(cell):
        raise _Unreadable(problem.code, **problem.params)
    return parse_date(cell).isoformat()


def _version(cell: object) -> str:
    """Read a version number; 2.1 typed as a number counts."""
    return half_width(_line(f"{cell:g}" if isinstance(cell, float) else cell))


def _line(cell: object) -> str:
    return _prose(cell)


def _prose(cell: object) -> str:
    text = _text(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise _Unreadable("sheet_text_is_too_long", limit=LONGEST_TEXT)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
        raise _Unreadable("sheet_text_has_control_characters")
    return text


def _evidence(cell: object) -> list[str]:
    lines = [line.strip() for line in _prose(cell).split("\n") if line.strip()]
    if len(lines) > MOST_EVIDENCE:
        raise _Unreadable("sheet_has_too_much_evidence", limit=MOST_EVIDENCE)
    if any(len(line) > LONGEST_EVIDENCE for line in lines):
        raise _Unreadable("sheet_text_is_too_long", limit=LONGEST_EVIDENCE)
    return lines


_READERS = {
    "value": _number,
    "version": _version,
    "planned_on": _day,
    "price_yen": _yen,
    "note": _prose,
    "evidence": _evidence,
}


def _text(cell: object) -> str:
    """Write any cell as the text that a person sees."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _place(row: int, column: int) -> str:
    return f"シート「{SHEET}」 {cell_name(row, column)}"


def _problem(row: int, column: int, key: str, name: str, code: str, **params: str | int) -> Problem:
    parts = ("answers", key, name) if name else ("answers", key)
    return Problem(pointer(*parts), code, params, _place(row, column))


def _position(cell: str) -> tuple[int, int] | None:
    """Return row and column, from 0, of a cell's name."""
    if not (matched := _CELL.fullmatch(cell)):
        return None
    column = 0
    for letter in matched[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(matched[2]) - 1, column - 1


def order(problem: Problem) -> tuple[int, int]:
    """Order problems as they stand on the sheet, those without a cell last."""
    at = _position(problem.place.rpartition(" ")[2])
    return at or (10**9, 0)
