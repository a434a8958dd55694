"""Write the result of a consultation (意見照会結果) as a workbook (XLSX)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from specs.consultation.models import Consultation
from specs.consultation.shown import Shown

CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MAY_BE_TAKEN_FOR_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
MOST_IN_A_CELL: Final = 32_000
Cell = str | int

COLUMNS: Final[tuple[tuple[Callable[[], str], int, Callable[[Shown], Cell]], ...]] = (
    (lambda: _("番号"), 6, lambda s: s.comment.number),
    (lambda: _("団体名・事業者名"), 20, lambda s: s.comment.organisation_name),
    (lambda: _("種別"), 14, lambda s: s.comment.get_organisation_kind_display()),
    (lambda: _("機能ID等"), 12, lambda s: s.comment.asked.official_id if s.comment.asked else ""),
    (lambda: _("大項目"), 16, lambda s: s.comment.asked.chapter if s.comment.asked else ""),
    (lambda: _("名称"), 20, lambda s: s.comment.asked.title if s.comment.asked else _("版全体")),
    (lambda: _("意見の種類"), 10, lambda s: s.comment.get_kind_display()),
    (lambda: _("照会時の文"), 44, lambda s: s.comment.asked.text if s.comment.asked else ""),
    (lambda: _("修正案"), 44, lambda s: s.comment.proposed),
    (lambda: _("理由"), 40, lambda s: s.comment.reason),
    (lambda: _("賛同数"), 8, lambda s: len(s.endorsers)),
    (lambda: _("賛同した団体"), 24, lambda s: "、".join(s.endorsers)),
    (lambda: _("対応"), 16, lambda s: s.answer.get_outcome_display() if s.answer else ""),
    (lambda: _("回答（理由）"), 44, lambda s: s.answer.reason if s.answer else ""),
    (
        lambda: _("反映した版"),
        10,
        lambda s: s.answer.version.number if s.answer and s.answer.version else "",
    ),
    (lambda: _("反映した要件"), 20, lambda s: "、".join(s.changes)),
)


def result_workbook(consultation: Consultation, rows: Sequence[Shown]) -> bytes:
    """Return the table of comments and answers; what a person wrote is text, never a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    title = _("意見照会結果 %(version)s") % {"version": consultation.version}
    book.set_properties({"title": title, "created": CREATED})
    face = {"font_name": "BIZ UDPゴシック", "font_size": 10, "valign": "top", "border": 1}
    face |= {"border_color": "#B3B3B3", "text_wrap": True, "num_format": "@"}
    formats = {
        "head": book.add_format(face | {"bold": True, "bg_color": "#E6E6E6"}),
        "text": book.add_format(face),
        "quoted": book.add_format(face | {"quote_prefix": True}),
        "number": book.add_format(face | {"num_format": "General"}),
    }
    sheet = book.add_worksheet(_("意見照会結果"))
    for column, (heading, width, _cell) in enumerate(COLUMNS):
        sheet.write_string(0, column, heading(), formats["head"])
        sheet.set_column(column, column, width)
    for row, each in enumerate(rows, start=1):
        for column, (_heading, _width, cell) in enumerate(COLUMNS):
            _put(sheet, row, column, cell(each), formats)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return buffer.getvalue()


def _put(sheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if isinstance(cell, int):
        sheet.write_number(row, column, cell, formats["number"])
    elif cell:
        text = cell[:MOST_IN_A_CELL]
        risky = text.startswith(_MAY_BE_TAKEN_FOR_A_FORMULA)
        sheet.write_string(row, column, text, formats["quoted" if risky else "text"])
    else:
        sheet.write_blank(row, column, None, formats["text"])
