"""The table of two versions (新旧対照表) as ministries hand it round: a workbook and a PDF."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from marketplace.pdf import Metadata, render_pdf
from specs import diff, words
from specs.models import SpecificationVersion

TOKYO: Final = ZoneInfo("Asia/Tokyo")
CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
MOST_IN_A_CELL: Final = 32_000
_MAY_BE_TAKEN_FOR_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
#: The fields that an added or withdrawn requirement is shown by.
_WHOLE: Final = (
    "obligation",
    "obligations",
    "due_on",
    "text",
    "bound",
    "interface",
    "rationale",
    "remarks",
)


@dataclass(frozen=True)
class FieldChange:
    """One field of a changed requirement: its label and both sides, marked where it is text."""

    label: Any
    old: str
    new: str
    parts: tuple[diff.Part, ...] | None


@dataclass(frozen=True)
class Row:
    """One changed requirement as the table shows it; ``successors`` are official ids."""

    change: diff.Change
    fields: Sequence[FieldChange]
    successors: Sequence[str] = ()


def field_changes(change: diff.Change) -> list[FieldChange]:
    """Write what differs in a requirement; of an added or withdrawn one everything that it says."""
    names: Iterable[str] = change.fields
    if change.before is None or change.after is None:
        names = [name for name in _WHOLE if getattr(change.requirement, name)]
    marks: Mapping[str, tuple[diff.Part, ...]] = change.marks or {}
    order = list(words.FIELDS)
    return [
        FieldChange(
            words.FIELDS[name],
            words.field_value(change.before, name),
            words.field_value(change.after, name),
            marks.get(name),
        )
        for name in sorted(names, key=order.index)
    ]


def rows_of(changes: Iterable[diff.Change], successors: Iterable[tuple[str, str]]) -> list[Row]:
    """Write every change with the successors of what was withdrawn."""
    followed: dict[str, list[str]] = {}
    for withdrawn, successor in successors:
        followed.setdefault(withdrawn, []).append(successor[1:])
    return [
        Row(
            change,
            field_changes(change),
            followed.get(change.key, ()) if change.after is None else (),
        )
        for change in changes
    ]


def title_of(older: SpecificationVersion, newer: SpecificationVersion) -> str:
    """Name the table."""
    return _("%(title)s 新旧対照表（第%(older)s版・第%(newer)s版）") % {
        "title": words.title(newer.specification),
        "older": older.number,
        "newer": newer.number,
    }


def workbook(
    older: SpecificationVersion, newer: SpecificationVersion, rows: Sequence[Row]
) -> bytes:
    """Return the table as XLSX, a line a field; what a person wrote is text, never a formula.

    Deleted stretches are struck through on the old side, inserted ones underlined on the new.
    The same two versions give the same bytes.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    title = title_of(older, newer)
    book.set_properties({"title": title, "created": CREATED})
    font = {"font_name": "BIZ UDPゴシック", "font_size": 10}
    face = font | {"valign": "top", "border": 1, "border_color": "#B3B3B3"}
    face |= {"text_wrap": True, "num_format": "@"}
    formats = {
        "title": book.add_format(font | {"bold": True, "font_size": 12}),
        "head": book.add_format(face | {"bold": True, "bg_color": "#E6E6E6"}),
        "text": book.add_format(face),
        "quoted": book.add_format(face | {"quote_prefix": True}),
        "same": book.add_format(font),
        "deleted": book.add_format(font | {"font_strikeout": True, "font_color": "#A90000"}),
        "inserted": book.add_format(font | {"underline": 1, "font_color": "#00118F"}),
    }
    sheet = book.add_worksheet(_("新旧対照表"))
    sheet.write_string(0, 0, title, formats["title"])
    sample = newer.specification.is_sample
    note = _("サンプルの仕様書です。") if sample else ""
    sheet.write_string(1, 0, note + _("下線は加わった字句、取消線は削られた字句です。"))
    headings = [
        (_("機能ID等"), 12),
        (_("大項目"), 18),
        (_("名称"), 24),
        (_("変更の種類"), 14),
        (_("項目"), 16),
        (_("旧（第%(number)s版）") % {"number": older.number}, 50),
        (_("新（第%(number)s版）") % {"number": newer.number}, 50),
        (_("後継"), 14),
    ]
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, heading, formats["head"])
    line = 3
    for row in rows:
        shown, change = row.change.requirement, row.change
        kinds = words.joined(str(words.CHANGES[kind]) for kind in change.kinds)
        for field in row.fields:
            told = [shown.official_id, shown.chapter, shown.title, kinds, str(field.label)]
            for column, text in enumerate(told):
                _write(sheet, line, column, text, formats)
            for column, side in ((5, "old"), (6, "new")):
                _side(sheet, (line, column), field, side, formats)
            _write(sheet, line, 7, "、".join(row.successors), formats)
            line += 1
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, max(line - 1, 2), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, text: str, formats: Mapping[str, Any]) -> None:
    risky = text.startswith(_MAY_BE_TAKEN_FOR_A_FORMULA)
    sheet.write_string(row, column, text[:MOST_IN_A_CELL], formats["quoted" if risky else "text"])


def _side(
    sheet: Any, place: tuple[int, int], field: FieldChange, side: str, formats: Mapping[str, Any]
) -> None:
    """Write one side of a field, its changed stretches marked; a cell needs two to be marked."""
    text = field.old if side == "old" else field.new
    mark = "deleted" if side == "old" else "inserted"
    parts = [part for part in field.parts or () if part.op in {"same", mark}]
    if len(parts) < 2 or len(text) > MOST_IN_A_CELL:
        _write(sheet, *place, text, formats)
        return
    pieces = [piece for part in parts for piece in (formats[part.op], part.text)]
    sheet.write_rich_string(*place, *pieces, formats["text"])


def pdf(older: SpecificationVersion, newer: SpecificationVersion, rows: Sequence[Row]) -> bytes:
    """Return the table as PDF/A on A4 landscape: the new wording left, the old one right.

    Raises ``Refused`` for characters that none of our fonts has.
    """
    chapters: dict[str, list[Row]] = {}
    for row in rows:
        chapters.setdefault(row.change.requirement.chapter, []).append(row)
    context = {
        "title": title_of(older, newer),
        "older": older,
        "newer": newer,
        "specification": newer.specification,
        "chapters": list(chapters.items()),
        "total": len(rows),
    }
    html = render_to_string("specs/diff_table.html", context)
    css = render_to_string("specs/diff_table.css", {"title": context["title"]})
    day = newer.published_on or older.published_on
    digests = f"{older.digest}{newer.digest}{html}".encode()
    content, _pages = render_pdf(
        html,
        css=css,
        metadata=Metadata(
            title=str(context["title"]),
            author=newer.specification.authority.name,
            subject=newer.urn,
            created=datetime.combine(day or CREATED.date(), time(), TOKYO),
            identifier=hashlib.sha256(digests).digest(),
        ),
        language=words.language(),
    )
    return content
