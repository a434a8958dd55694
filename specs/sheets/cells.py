"""Read the cells of one row: an id, a class, a due date, a bound, an interface; or say why not."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from schemas import codelist, engine, eras, registry
from schemas.problems import Problem, Refused
from specs.sheets.tables import Table, cell_at, place_of, text_of
from specs.sheets.vocabulary import folded, nearest_class, operators
from specs.sheets.workbooks import Grid

DIGITS_OF_ID: Final = 7  # 機能ID・帳票ID = 業務ID(3) + serial(4)
GROUP: Final = "designated_city"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_ESCAPED = re.compile("_x00(0[0-8BbCcEeFf]|1[0-9A-Fa-f]|7[Ff])_")
_NOTE_AFTER_DATE = re.compile(r"^(.*?)\s*[（(](.+)[）)]\s*$", re.DOTALL)
_LOOKS_LIKE_DIGIT = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "〇": "0"})
_AMOUNT = re.compile(r"^([^0-9.+-]*)([+-]?[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(.*)$")
_EXACT_INTEGERS: Final = 2**53
_TEXTS: Final = ("chapter", "section", "item", "title", "text", "rationale", "remarks")

Written = Mapping[str, str]


class Cells:
    """The cells of one table, read by the names of its columns; every problem is kept.

    ``exact`` leaves every text as it is written: our own exports are read back so.
    """

    def __init__(self, table: Table, grid: Grid, words: Mapping[str, str], *, exact: bool) -> None:
        """Read the cells of ``table`` in ``grid``; ``words`` are the classes by their words."""
        self.table = table
        self.grid = grid
        self.words = words
        self.exact = exact
        self.problems: list[Problem] = []
        self.has_due_dates = any(name.startswith("due_on") for name in table.columns)
        self._columns = [*table.columns.items()]
        self._covered_rows = {row for row, _column in grid.merged}
        self._at = -1
        self._written: dict[str, str] = {}
        self._meanings: dict[str, str] = {}
        self._days: dict[str, tuple[str, str] | None] = {}

    def written(self, row: int) -> dict[str, str]:
        """Give the text of every column of a row."""
        cells = self.grid.rows[row]
        width = 0 if row in self._covered_rows else len(cells)
        found = {}
        for name, column in self._columns:
            cell = cells[column] if column < width else cell_at(self.grid, row, column)
            if cell.__class__ is not str or self.exact or "\n" in cell or "\r" in cell:
                found[name] = self._text(cell)
            else:
                found[name] = cell.strip()
        self._at, self._written = row, found
        return dict(found)

    def text(self, row: int, name: str) -> str:
        """Give a cell's text, without the spaces around its lines."""
        if row == self._at:
            return self._written[name]
        return self._text(cell_at(self.grid, row, self.table.columns[name]))

    def _text(self, cell: object) -> str:
        text = cell if isinstance(cell, str) else text_of(cell)
        if self.exact or not text:
            return text
        if "\n" not in text and "\r" not in text:
            return text.strip()
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(line.rstrip() for line in text.strip().split("\n"))

    def root(self, row: int, name: str) -> tuple[int, int]:
        """Give the cell that holds a cell's value: the first of its merged range."""
        at = (row, self.table.columns[name])
        return self.grid.merged.get(at, at)

    def complain(
        self, row: int, name: str, code: str, params: Mapping[str, str | int] | None = None
    ) -> None:
        """Keep a problem of a cell."""
        column = self.table.columns.get(name, self.table.columns["official_id"])
        self.problems.append(
            Problem("/file", code, params or {}, place_of(self.grid.name, row, column))
        )

    # -- what stands about the cells ---------------------------------------------------------------

    def is_struck(self, row: int, written: Written) -> bool:
        """Tell whether a row is struck through: its id is, or its class and text both are."""
        struck = self.grid.marks.struck
        if not struck:
            return False
        if self.root(row, "official_id") in struck and written["official_id"]:
            return True
        rest = [name for name in ("obligation", "text") if written.get(name)]
        return bool(rest) and all(self.root(row, name) in struck for name in rest)

    def look_behind(self, row: int, written: Written) -> None:
        """Refuse what the values do not show: formulas, and text of which a part is struck."""
        marks = self.grid.marks
        if not (marks.formulas or marks.struck or marks.partly_struck):
            return
        for name in self.table.columns:
            at = self.root(row, name)
            if at in marks.formulas:
                self.complain(row, name, "sheet_cell_is_formula")
            elif written[name] and (at in marks.struck or at in marks.partly_struck):
                self.complain(row, name, "sheet_cell_is_struck")

    # -- one column each ---------------------------------------------------------------------------

    def plain_id(self, row: int, written: str) -> str:
        """Read an id: full-width digits become plain; a number lost its leading zeros to Excel."""
        text = written if written.isascii() else unicodedata.normalize("NFKC", written)
        text = text.strip()
        if len(text) < DIGITS_OF_ID and self._numbered and re.fullmatch("[0-9]{4,6}", text):
            cell = cell_at(self.grid, row, self.table.columns["official_id"])
            return text.zfill(DIGITS_OF_ID) if isinstance(cell, int | float) else text
        return text

    @property
    def _numbered(self) -> bool:
        return self.table.kind in {"function", "form"} and not self.exact

    def official_id(self, row: int, written: str) -> str:
        """Read an id and tell what is wrong with it."""
        text, numbered = self.plain_id(row, written), self._numbered
        digits = f"[0-9]{{{DIGITS_OF_ID}}}"
        value: dict[str, str | int] = {"value": written[:40]}
        if not text:
            self.complain(row, "official_id", "sheet_id_missing")
        elif numbered and not re.fullmatch(digits, text):
            meant = text.translate(_LOOKS_LIKE_DIGIT)
            if re.fullmatch(digits, meant):
                letters = "・".join(
                    dict.fromkeys(a for a, b in zip(text, meant, strict=True) if a != b)
                )
                params = {**value, "letters": letters, "meant": meant}
                self.complain(row, "official_id", "sheet_id_has_letter_for_digit", params)
            else:
                self.complain(row, "official_id", "sheet_id_not_seven_digits", value)
        elif not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,38}", text):
            self.complain(row, "official_id", "sheet_id_not_usable", value)
        return text

    def obligation(self, row: int, name: str, *, report: bool = True) -> str:
        """Read a class (実装区分); a table without a column of classes demands everything."""
        if name not in self.table.columns:
            return "mandatory"
        written = self.text(row, name)
        meaning = self._meanings.get(written)
        if meaning is None:
            meaning = self._meanings[written] = self.words.get(folded(written), "")
        if report and not written:
            self.complain(row, name, "sheet_class_missing")
        elif report and not meaning:
            value: dict[str, str | int] = {"value": written[:60]}
            if nearest := nearest_class(written):
                value["nearest"] = nearest
                self.complain(row, name, "sheet_class_not_known_but_like", value)
            else:
                self.complain(row, name, "sheet_class_not_known", value)
        return meaning

    def binding(
        self, row: int, ordinary: str
    ) -> tuple[str, dict[str, str], tuple[str, ...]] | None:
        """Join the columns of both groups of bodies (一般市区町村・指定都市) to one binding."""
        if "obligation_designated_city" not in self.table.columns:
            if ordinary == "not_applicable":
                self.complain(row, "obligation", "sheet_class_concerns_nobody")
                return None
            return self._stated_binding(row, ordinary) if ordinary else None
        special = self.obligation(row, "obligation_designated_city")
        if not ordinary or not special:
            return None
        if "skipped" in (ordinary, special):
            self.complain(row, "obligation_designated_city", "sheet_class_half_deleted")
            return None
        if ordinary == special == "not_applicable":
            self.complain(row, "obligation", "sheet_class_concerns_nobody")
            return None
        if ordinary == "not_applicable":
            return special, {}, (GROUP,)
        if special == "not_applicable":
            codes = tuple(category.code for category in codelist.body_categories())
            return ordinary, {}, tuple(code for code in codes if code != GROUP)
        return ordinary, {} if ordinary == special else {GROUP: special}, ()

    def _stated_binding(
        self, row: int, root: str
    ) -> tuple[str, dict[str, str], tuple[str, ...]] | None:
        """Read what our own exports say of groups of bodies: only what differs, and for whom."""
        differing: dict[str, str] = {}
        if "obligation_override" in self.table.columns and self.text(row, "obligation_override"):
            stated = self.obligation(row, "obligation_override")
            if stated in {"not_applicable", "skipped"}:
                self.complain(row, "obligation_override", "sheet_class_half_deleted")
                return None
            if not stated:
                return None
            differing[GROUP] = stated
        codes: list[str] = []
        if "categories" in self.table.columns:
            names = {each.name_ja: each.code for each in codelist.body_categories()}
            for name in filter(None, self.text(row, "categories").split("、")):
                if name.strip() not in names:
                    value: dict[str, str | int] = {"value": name[:40]}
                    self.complain(row, "categories", "sheet_category_not_known", value)
                    return None
                codes.append(names[name.strip()])
        return root, differing, tuple(codes)

    def wordings(self, row: int, written: Written) -> dict[str, str]:
        """Give every text of a row, and say which a document cannot hold."""
        texts = {name: written.get(name, "") for name in limits()}
        whole = "".join(texts.values())
        too_long = any(len(texts[name]) > limit for name, limit in limits().items())
        if too_long or "_x00" in whole or _CONTROL.search(whole):
            for name, text in texts.items():
                self.wording(row, name, text)
        return texts

    def wording(self, row: int, name: str, text: str) -> str:
        """Give a text, and say so where a document cannot hold it."""
        if not text:
            return ""
        limit = limits()[name]
        if len(text) > limit:
            self.complain(row, name, "sheet_text_too_long", {"length": len(text), "limit": limit})
        escaped = "_x00" in text and not self.exact and _ESCAPED.search(text)
        if escaped or _CONTROL.search(text):
            self.complain(row, name, "sheet_text_has_control_character")
        return text

    def due(self, row: int, name: str) -> tuple[str | None, str]:
        """Read a due date; what stands behind it in brackets is a remark (経過措置あり)."""
        if name not in self.table.columns:
            return None, ""
        cell = cell_at(self.grid, row, self.table.columns[name])
        if isinstance(cell, date):
            return (cell.date() if isinstance(cell, datetime) else cell).isoformat(), ""
        written = self.text(row, name)
        if not written:
            return None, ""
        if written not in self._days:
            self._days[written] = self._day(written)
        found = self._days[written]
        if found is None:
            self.complain(row, name, "sheet_due_date_not_a_date", {"value": written[:40]})
            return None, ""
        return found[0] or None, found[1]

    def _day(self, written: str) -> tuple[str, str] | None:
        """Read a day as written, empty where none is meant, and its remark; None for neither."""
        if folded(written) in {"-", "なし"}:
            return "", ""
        text, note = written, ""
        if matched := _NOTE_AFTER_DATE.match(written):
            text, note = matched.groups()
        try:
            return eras.parse_date(text).isoformat(), f"適合基準日: {note}" if note else ""
        except Refused:
            return None

    def due_dates(self, row: int) -> tuple[str | None, dict[str, str], str]:
        """Read the due dates of both groups of bodies, and what is remarked beside them."""
        if not self.has_due_dates:
            return None, {}, ""
        due_on, note = self.due(row, "due_on")
        special, other = self.due(row, "due_on_designated_city")
        override, _none = self.due(row, "due_on_override")
        dates = {GROUP: override} if override else {}
        if special and special != due_on:
            dates = {GROUP: special}
        notes = dict.fromkeys(filter(None, (note, other)))
        return due_on, dates, "\n".join(notes)

    def bound(self, row: int, written: Written) -> dict[str, Any] | None:
        """Read a bound (指標・条件・値・単位); what is graded by words only has none."""
        if "metric" not in self.table.columns:
            return None
        metric = written["metric"]
        said = {name: written.get(name, "") for name in ("operator", "value", "unit")}
        if not said["value"] and not said["operator"]:
            return None
        if not (metric if self.exact else metric.strip()):
            self.complain(row, "metric", "sheet_metric_missing")
            return None
        amount = self._amount(row, said["value"])
        if amount is None:
            return None
        before, number, behind = amount
        meant, behind = _condition(before, behind)
        if said["operator"]:
            meant = operators().get(folded(said["operator"]), "")
        if not meant:
            code = "sheet_operator_not_known" if said["operator"] else "sheet_operator_missing"
            self.complain(row, "operator", code, {"value": said["operator"][:40]})
            return None
        found: dict[str, Any] = {"metric": metric}
        if written.get("metric_en"):
            found["metric_en"] = written["metric_en"]
        found |= {"operator": meant, "value": number, "unit": said["unit"] or behind}
        if written.get("unit_en"):
            found["unit_en"] = written["unit_en"]
        return self._shaped(row, "metric", "bound", found)

    def _amount(self, row: int, written: str) -> tuple[str, float | int, str] | None:
        """Read a number and what stands before and behind it: 99.5％以上."""
        at = self.root(row, "value") if "value" in self.table.columns else (-1, -1)
        cell = cell_at(self.grid, *at)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if at in self.grid.marks.percent:
                return "", plain_number(Decimal(repr(cell)) * 100), "%"
            return "", plain_number(Decimal(repr(cell))), ""
        if matched := _AMOUNT.match(unicodedata.normalize("NFKC", written).strip()):
            before, digits, behind = matched.groups()
            with suppress(InvalidOperation, OverflowError):
                return before, plain_number(Decimal(digits.replace(",", ""))), behind
        code = "sheet_value_not_a_number" if written else "sheet_value_missing"
        self.complain(row, "value", code, {"value": written[:40]})
        return None

    def interface(self, row: int, written: Written) -> dict[str, Any] | None:
        """Read an interface (連携仕様) and the version from which on it conforms."""
        if "interface_name" not in self.table.columns:
            return None
        name, version = written["interface_name"], written.get("interface_version", "")
        if not name and not version:
            return None
        plain = re.sub("^(?:第|ver(?:sion)?[.]?|v[.]?)|版(?:以降)?$|以降$", "", folded(version))
        if not plain:
            self.complain(row, "interface_version", "sheet_interface_version_missing")
            return None
        found = {"name": name, "version": plain}
        if engine.problems({"$ref": "urn:dmp:answers#version"}, plain):
            value: dict[str, str | int] = {"value": version[:40]}
            self.complain(row, "interface_version", "sheet_interface_version_not_one", value)
            return None
        return self._shaped(row, "interface_name", "interface", found)

    def source(self, row: int) -> dict[str, str | int] | None:
        """Read where a requirement first came from, as our own exports say it."""
        if "source" not in self.table.columns:
            return None
        text = self.text(row, "source")
        if not text:
            return {}
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        shape = {"$ref": "urn:dmp:specification#/$defs/requirement/properties/source"}
        if not isinstance(found, dict) or engine.problems(shape, found):
            self.complain(row, "source", "sheet_source_not_readable")
            return {}
        return found

    def position(self, row: int) -> int | None:
        """Read the place of a requirement among those of all our own sheets; None where none is."""
        if not self.exact or "position" not in self.table.columns:
            return None
        text = unicodedata.normalize("NFKC", self.text(row, "position")).strip()
        if not text:
            return None
        if not re.fullmatch("[0-9]{1,6}", text):
            self.complain(row, "position", "sheet_position_not_a_number", {"value": text[:40]})
            return None
        return int(text)

    def _shaped(
        self, row: int, name: str, shape: str, found: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Give a bound or an interface if a document can hold it."""
        for problem in engine.problems({"$ref": f"urn:dmp:specification#{shape}"}, found):
            at = problem.pointer.strip("/")
            column = f"interface_{at}" if shape == "interface" else at
            column = column if column in self.table.columns else name
            place = place_of(self.grid.name, row, self.table.columns[column])
            self.problems.append(Problem("/file", problem.code, problem.params, place))
            return None
        return found


def _condition(before: str, behind: str) -> tuple[str, str]:
    """Tell the condition that stands before or behind a number, and the unit that is left."""
    rest = re.sub(r"\s+", "", behind)
    for word, meaning in operators().items():
        if rest.casefold().endswith(word):
            return meaning, rest[: len(rest) - len(word)]
    return operators().get(folded(before), ""), rest


def plain_number(number: Decimal) -> float | int:
    """Write a number as documents do: whole ones as integers, as far as all readers agree."""
    found = float(number)
    if found in (float("inf"), float("-inf")):
        raise OverflowError
    return int(found) if found.is_integer() and abs(found) < _EXACT_INTEGERS else found


@cache
def limits() -> Mapping[str, int]:
    """Give the longest text of each field of words, as the meta-schema states it."""
    fields = registry.load("specification")["$defs"]["requirement"]["properties"]
    return {name: fields[name]["maxLength"] for name in _TEXTS}
