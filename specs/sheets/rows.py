"""Read the rows of one table: which of them are requirements, which go on, which are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from schemas.problems import Problem
from schemas.specifications import Requirement, key_for
from specs.sheets.cells import DIGITS_OF_ID, GROUP, Cells, limits
from specs.sheets.marks import NO_MARKS
from specs.sheets.tables import Table, cell_at, letter_of, place_of, text_of
from specs.sheets.vocabulary import column_names, folded, required_columns, words_of
from specs.sheets.workbooks import Grid

OUTLINE: Final = ("chapter", "section", "item", "title")
JOINED: Final = ("text", "rationale", "remarks")
FEW: Final = 3  # so many bad ids say that the columns are shifted, not that ids are misspelt


@dataclass(frozen=True)
class LeftOut:
    """A row that is not read: its number from 1, why, and its id or first words.

    ``why`` is ``note``, ``deleted`` (削除), ``struck`` (取消線) or ``hidden``.
    """

    row: int
    why: str
    words: str = ""


@dataclass
class Entry:
    """A requirement with the rows that it is written in, and its place among all sheets."""

    requirement: Requirement
    row: int
    id_root: tuple[int, int]
    position: int | None = None
    text_roots: set[tuple[int, int]] = field(default_factory=set)


class Rows:
    """The rows of one table: read one by one, with every problem kept."""

    def __init__(
        self,
        table: Table,
        grid: Grid,
        words: Mapping[str, str],
        first: dict[str, tuple[str, int, int]],
        *,
        exact: bool = False,
    ) -> None:
        """Read the rows of ``table`` in ``grid``; ``first`` is shared by all tables of a file.

        It keeps, by kind and id, the cell in which an id stood first.
        """
        self.table = table
        self.grid = grid
        self.first = first
        self.cells = Cells(table, grid, words, exact=exact)
        self.exact = exact
        self.left_out: list[LeftOut] = []
        self.unknown_words: dict[str, None] = {}
        self.plain = grid.marks == NO_MARKS and not grid.merged
        self.above: dict[str, str] = {}
        self.seen = 0
        self.bad_ids = 0
        self.id_letter = letter_of(table.columns["official_id"])

    @property
    def problems(self) -> list[Problem]:
        """Say what is wrong with the rows; with columns that are shifted only that."""
        if self.bad_ids >= FEW and self.bad_ids * 2 > self.seen:
            column = self._column_of_ids()
            if column is not None:
                at = self.table.columns["official_id"]
                place = place_of(self.grid.name, self.table.heading_row, at)
                params: dict[str, str | int] = {"column": letter_of(at), "found": letter_of(column)}
                return [Problem("/file", "sheet_columns_are_shifted", params, place)]
        return self.cells.problems

    def read(self) -> Iterator[Entry]:
        """Yield the requirements below the heading row; notes and empty rows are none."""
        last: Entry | None = None
        for row in range(self.table.heading_row + 1, len(self.grid.rows)):
            written = self.cells.written(row)
            why = self._left_out(row, written) if any(written.values()) else ""
            if why:
                self.left_out.append(LeftOut(row + 1, why, _words(written)))
            if why in {"hidden", "struck"}:
                continue
            if why is None and last is not None and self._goes_on(row, written, last):
                self._join(row, written, last)
                continue
            if last is not None:
                yield last
            last = self._entry(row, written) if why is None else None
        if last is not None:
            yield last

    # -- what is no requirement --------------------------------------------------------------------

    def _left_out(self, row: int, written: dict[str, str]) -> str | None:
        """Say why a row is not read; None where it is, empty where there is nothing to say."""
        if self.plain and written["official_id"].isdigit() and written.get("text"):
            obligation = "obligation" in written
            if obligation and self.cells.obligation(row, "obligation", report=False) != "skipped":
                return None
        if row in self.grid.marks.hidden_rows:
            self._fill_outline(written)
            return "hidden" if written["official_id"] or written.get("text") else ""
        if self.cells.is_struck(row, written):
            self._fill_outline(written)
            return "struck"
        if self._is_heading(written):
            params: dict[str, str | int] = {"first": self.table.heading_row + 1}
            self.cells.complain(row, "official_id", "sheet_has_two_heading_rows", params)
            return ""
        if self._is_note(written):
            return "note"
        if self._is_deleted(row, written):
            return "deleted"
        covered = not self._is_own(row, "official_id")
        if (not written["official_id"] or covered) and not self._says_something(row, written):
            self._fill_outline(written)
            return ""
        return None

    def _is_heading(self, written: Mapping[str, str]) -> bool:
        if written["official_id"].isdigit():
            return False
        names, kind = column_names(), self.table.kind
        return all(
            folded(written[name]) == folded(self.table.headings[name])
            or names.get(folded(written[name])) == name
            for name in required_columns(kind)
        )

    def _is_note(self, written: Mapping[str, str]) -> bool:
        """Tell a note in the column of ids (※ …) from an id that is badly written."""
        note = written["official_id"].startswith(("※", "＊", "*", "注", "（", "("))
        return note and not written.get("obligation") and not written.get("text")

    def _is_deleted(self, row: int, written: Mapping[str, str]) -> bool:
        if written.get("obligation"):
            meant = self.cells.obligation(row, "obligation", report=False)
            return meant == "skipped"
        words = (folded(written.get(name, "")) for name in ("text", "title", "metric"))
        return bool(written["official_id"]) and any(word in words_of("deleted") for word in words)

    def _says_something(self, row: int, written: Mapping[str, str]) -> bool:
        """Tell whether a row without an id of its own demands something."""
        for name in ("text", "metric", "interface_name"):
            if written.get(name) and self._is_own(row, name):
                return True
        if not written["official_id"] and written.get("obligation"):
            own = self._is_own(row, "obligation")
            return own and bool(self.cells.obligation(row, "obligation", report=False))
        return False

    def _is_own(self, row: int, name: str) -> bool:
        """Tell whether a cell has a value of its own, not that of a merged range."""
        return self.cells.root(row, name) == (row, self.table.columns[name])

    def _fill_outline(self, written: dict[str, str]) -> None:
        """Repeat the outline above where it is written only once."""
        if self.exact:
            return
        names = [name for name in OUTLINE if name in self.table.columns]
        for name in names:
            if written[name]:
                break
            written[name] = self.above.get(name, "")
        self.above.update({name: written[name] for name in names})

    # -- one that goes on over several rows --------------------------------------------------------

    def _goes_on(self, row: int, written: dict[str, str], last: Entry) -> bool:
        """Tell whether a row goes on with the requirement above: it has the same id."""
        if self.cells.root(row, "official_id") == last.id_root:
            return True
        if not written["official_id"] or self.exact:
            return False
        plain = self.cells.plain_id(row, written["official_id"])
        return plain == last.requirement.official_id

    def _join(self, row: int, written: dict[str, str], last: Entry) -> None:
        """Join a row's texts to the requirement above, or say in what the two rows differ."""
        held = last.requirement
        self.cells.look_behind(row, written)
        place = place_of(self.grid.name, last.row, self.table.columns["official_id"])
        said: dict[str, str | int] = {"value": held.official_id, "first": place}
        own = {n: t for n, t in written.items() if t and self.cells.root(row, n)[0] == row}
        differing = [n for n in OUTLINE if own.get(n) and own[n] != getattr(held, n)]
        if "obligation" in own or "obligation_designated_city" in own:
            before = len(self.cells.problems)
            root = self.cells.obligation(row, "obligation") if "obligation" in own else ""
            bound = self.cells.binding(row, root or held.obligation)
            if len(self.cells.problems) > before:
                return
            if bound and (bound[0], bound[1], bound[2]) != (
                held.obligation, dict(held.obligations), tuple(held.categories)
            ):  # fmt: skip
                differing.append("obligation")
        due_on, due_dates, note = self.cells.due_dates(row)
        if (due_on or due_dates) and (due_on, due_dates) != (held.due_on, dict(held.due_dates)):
            differing.append("due_on")
        if {"metric", "value", "interface_name", "interface_version"} & own.keys():
            differing.append("metric" if "metric" in own else "interface_name")
        repeated = own.get("text") == held.text
        if differing or repeated:
            name = "official_id" if repeated or differing[0] in OUTLINE else differing[0]
            code = "sheet_id_repeated" if name == "official_id" else "sheet_id_goes_on_otherwise"
            self.cells.complain(row, name, code, said)
            return
        texts: dict[str, Any] = {}
        for name in JOINED:
            more = [own.get(name, ""), note if name == "remarks" else ""]
            whole = "\n".join(filter(None, dict.fromkeys([getattr(held, name), *more])))
            texts[name] = self.cells.wording(row, name, whole)
        last.requirement = replace(held, **texts)
        last.row = row

    # -- one requirement ---------------------------------------------------------------------------

    def _entry(self, row: int, written: dict[str, str]) -> Entry | None:
        self.seen += 1
        self._fill_outline(written)
        before = len(self.cells.problems)
        self.cells.look_behind(row, written)
        obligation = self.cells.obligation(row, "obligation")
        official_id = self._id(row, written["official_id"])
        texts = self.cells.wordings(row, written)
        self._supply(texts, written)
        if not (texts["text"] if self.exact else texts["text"].strip()):
            self.cells.complain(row, "text", "sheet_text_missing")
        due_on, due_dates, note = self.cells.due_dates(row)
        if note:
            texts["remarks"] = "\n".join(filter(None, [texts["remarks"], note]))
        bound = self.cells.bound(row, written)
        interface = self.cells.interface(row, written)
        binding = self.cells.binding(row, obligation)
        source = self.cells.source(row)
        position = self.cells.position(row)
        if binding is None or len(self.cells.problems) > before:
            return None
        root, obligations, categories = binding
        if categories == (GROUP,) and "due_on_designated_city" in self.table.columns:
            due_on, due_dates = due_dates.get(GROUP, due_on), {}
        if source is None:
            source = {"sheet": self.grid.name[:100], "cell": f"{self.id_letter}{row + 1}"}
        requirement = Requirement(
            key=key_for(self.table.kind, official_id),
            official_id=official_id,
            kind=self.table.kind,
            obligation=root,
            obligations=obligations,
            categories=categories,
            due_on=due_on,
            due_dates=due_dates,
            bound=bound,
            interface=interface,
            source=source,
            **texts,
        )
        return Entry(requirement, row, self.cells.root(row, "official_id"), position)

    def _supply(self, texts: dict[str, str], written: Mapping[str, str]) -> None:
        """Let a graded item or an interface without words of its own speak by its columns."""
        if self.exact:
            return
        if name := written.get("metric", ""):
            texts["title"] = texts["title"] or name[: limits()["title"]]
            value = "".join(written.get(n, "") for n in ("value", "unit", "operator"))
            texts["text"] = texts["text"] or f"{name}: {value}".rstrip(": ")
        if name := written.get("interface_name", ""):
            version = written.get("interface_version", "")
            texts["title"] = texts["title"] or name[: limits()["title"]]
            texts["text"] = texts["text"] or f"{name} {version}".strip()

    def _id(self, row: int, written: str) -> str:
        at = self.cells.root(row, "official_id")
        before = len(self.cells.problems)
        text = self.cells.official_id(row, written)
        self.bad_ids += len(self.cells.problems) > before
        here = (self.grid.name, row, self.table.columns["official_id"])
        first = self.first.setdefault(f"{self.table.kind} {text}", here)
        if text and first != here and at[0] == row:
            params: dict[str, str | int] = {"value": text[:40], "first": place_of(*first)}
            self.cells.complain(row, "official_id", "sheet_id_repeated", params)
        return text

    def _column_of_ids(self) -> int | None:
        """Find the column in which the ids really stand."""
        if self.table.kind not in {"function", "form"}:
            return None
        rows = range(self.table.heading_row + 1, len(self.grid.rows))
        for column in range(len(self.grid.rows[self.table.heading_row])):
            texts = [text_of(cell_at(self.grid, row, column)) for row in rows]
            filled = [text for text in texts if text]
            good = [text for text in filled if re.fullmatch(f"[0-9]{{{DIGITS_OF_ID}}}", text)]
            if len(good) >= FEW and len(good) * 5 >= len(filled) * 4:
                return column
        return None


def _words(written: Mapping[str, str]) -> str:
    return written["official_id"][:60] or next((t[:60] for t in written.values() if t), "")
