"""The answer sheet (回答票): one version's requirements as a workbook to fill in.

Pure: requirements and answers in, bytes out; ``vendors.entries`` reads it back. The sheet is in
Japanese like the specification it quotes. Ids and texts are locked, answers are chosen from a list,
and a hidden sheet says of which version, document and product it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.specifications import Requirement
from schemas.workbook import cell_name

FORMAT = "dmp-answer-sheet/1"
SHEET, GUIDE, META = "回答", "記入のしかた", "_dmp"
HEAD_ROW = 3  # counted from 0: the title, a count and an empty row stand above
FIRST_ROW = HEAD_ROW + 1
LINE_POINTS, MOST_POINTS = 14.0, 400.0  # Excel's own limit is 409
CREATED = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed time keeps the written bytes the same

ANSWERS = {
    "provided": "標準で提供",
    "paid_option": "有償オプション",
    "alternative": "代替手段",
    "planned": "提供予定",
    "not_provided": "提供しない",
    "not_applicable": "対象外",
}
OBLIGATIONS = {
    "mandatory": "実装必須",
    "standard_option": "標準オプション",
    "prohibited": "実装不可",
}
OPERATORS = {"at_least": "以上", "at_most": "以下"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in an answer (empty for what is only shown), heading and width."""

    name: str
    heading: str
    width: int


COLUMNS = (
    Column("", "要件番号", 12),
    Column("", "実装区分", 11),
    Column("", "適合基準日", 11),
    Column("", "分類", 20),
    Column("", "名称", 22),
    Column("", "要件", 56),
    Column("", "求める値", 16),
    Column("answer", "回答", 15),
    Column("value", "値", 10),
    Column("version", "対応する版", 10),
    Column("planned_on", "提供予定日", 13),
    Column("price_yen", "オプション月額（円）", 14),
    Column("note", "説明", 40),
    Column("evidence", "根拠（1行に1件）", 30),
    Column("", "確認", 18),
)
KEY, PLACE, TITLE, TEXT, DEMANDED, CHECK = 0, 3, 4, 5, 6, len(COLUMNS) - 1
AT = {column.name: at for at, column in enumerate(COLUMNS) if column.name}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sheet is about: one claim on one version of one specification.

    ``product`` is the product's number; a sheet may be used again for another revision or release
    of the same product, never for another product.
    """

    urn: str
    digest: str
    title: str
    claim: int
    product: int
    product_name: str

    def rows(self) -> list[tuple[str, str]]:
        """Return what stands on the hidden sheet."""
        return [
            ("format", FORMAT),
            ("specification", self.urn),
            ("digest", self.digest),
            ("claim", str(self.claim)),
            ("product", str(self.product)),
        ]


def demanded(requirement: Requirement) -> str:
    """Say what value is asked for, such as 「稼働率 99.5%以上」 or 「2.1版以上」; else nothing."""
    if bound := requirement.bound:
        return (
            f"{bound['metric']} {bound['value']:g}{bound.get('unit', '')}"
            f"{OPERATORS[bound['operator']]}"
        )
    if interface := requirement.interface:
        return f"{interface['name']} {interface['version']}版以上"
    return ""


@dataclass(slots=True)
class _Formats:
    """The cell formats of a sheet, made once."""

    title: Format
    head: Format
    answer_head: Format
    shown: Format
    shown_day: Format
    closed: Format
    entry: Format
    entry_text: Format
    entry_day: Format
    entry_yen: Format
    entry_number: Format
    check: Format


def written(
    subject: Subject,
    requirements: Sequence[Requirement],
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """Return the answer sheet as XLSX, with the answers given so far filled in.

    The same input gives the same bytes. Nothing in it is ever a formula but our own check column.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": f"回答票 {subject.title}", "created": CREATED})
    formats = _formats(book)
    guide = book.add_worksheet(GUIDE)
    sheet = book.add_worksheet(SHEET)
    meta = book.add_worksheet(META)
    _write_guide(guide, subject, formats, book)
    _write_rows(sheet, subject, requirements, answers or {}, formats)
    _set_up(sheet, subject, len(requirements), book)
    for at, (name, text) in enumerate(subject.rows()):
        meta.write_string(at, 0, name)
        meta.write_string(at, 1, text)
    meta.very_hidden()
    book.close()
    return buffer.getvalue()


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    face = {"font_name": "BIZ UDPゴシック", "font_size": 10, "valign": "top", "border": 1}
    face |= {"border_color": "#B3B3B3", "text_wrap": True}
    head = face | {"bold": True, "valign": "vcenter", "bg_color": "#E6E6E6"}
    entry = face | {"locked": False, "bg_color": "#FFFFFF"}
    return _Formats(
        title=book.add_format({"font_name": "BIZ UDPゴシック", "font_size": 14, "bold": True}),
        head=book.add_format(head),
        answer_head=book.add_format(head | {"bg_color": "#C5D7FB"}),
        shown=book.add_format(face | {"bg_color": "#F2F2F2"}),
        shown_day=book.add_format(
            face | {"bg_color": "#F2F2F2", "num_format": "yyyy/mm/dd", "align": "center"}
        ),
        closed=book.add_format(face | {"bg_color": "#D9D9D9"}),
        entry=book.add_format(entry),
        entry_text=book.add_format(entry | {"num_format": "@"}),
        entry_day=book.add_format(entry | {"num_format": "yyyy/mm/dd"}),
        entry_yen=book.add_format(entry | {"num_format": "#,##0"}),
        entry_number=book.add_format(entry | {"num_format": "General"}),
        check=book.add_format(face | {"bg_color": "#F2F2F2", "font_color": "#CE0000"}),
    )


def _write_rows(
    sheet: Worksheet,
    subject: Subject,
    requirements: Sequence[Requirement],
    answers: Mapping[str, Mapping[str, Any]],
    formats: _Formats,
) -> None:
    first, last = FIRST_ROW, FIRST_ROW + max(len(requirements), 1) - 1
    sheet.write_string(0, 0, f"回答票　{subject.title}　／　{subject.product_name}", formats.title)
    answer_column = f"{cell_name(first, AT['answer'])}:{cell_name(last, AT['answer'])}"
    left = sum(1 for requirement in requirements if requirement.key not in answers)
    sheet.write_string(1, 0, "未回答")
    sheet.write_formula(1, 1, f"=COUNTBLANK({answer_column})", None, left)
    sheet.write_string(
        1, 2, f"件 ／ 全{len(requirements)}件　　白い欄に記入し、画面から読み込みます。"
    )
    for at, column in enumerate(COLUMNS):
        style = formats.answer_head if column.name else formats.head
        sheet.write_string(HEAD_ROW, at, column.heading, style)
        sheet.set_column(at, at, column.width)
    for row, requirement in enumerate(requirements, start=first):
        _write_shown(sheet, row, requirement, formats)
        _write_answer(sheet, row, requirement, answers.get(requirement.key, {}), formats)
        sheet.set_row(row, _height(requirement, answers.get(requirement.key, {})))


def _height(requirement: Requirement, answer: Mapping[str, Any]) -> float:
    """Return the height in points in which every text of the row is seen whole.

    Not every program fits rows to their wrapped text by itself. A full-width sign takes two places.
    """
    texts = {
        PLACE: _place(requirement),
        TITLE: requirement.title or requirement.item,
        TEXT: requirement.text,
        DEMANDED: demanded(requirement),
        AT["note"]: answer.get("note", ""),
        AT["evidence"]: "\n".join(answer.get("evidence", [])),
    }
    lines = max(
        sum(
            max(1, -(-sum(1 if sign.isascii() else 2 for sign in line) // COLUMNS[at].width))
            for line in text.split("\n")
        )
        for at, text in texts.items()
    )
    return min(LINE_POINTS * lines + 4, MOST_POINTS)


def _place(requirement: Requirement) -> str:
    return " ／ ".join(part for part in (requirement.chapter, requirement.section) if part)


def _write_shown(sheet: Worksheet, row: int, requirement: Requirement, formats: _Formats) -> None:
    shown = formats.shown
    sheet.write_string(row, 0, requirement.key, shown)
    sheet.write_string(row, 1, OBLIGATIONS[requirement.obligation], shown)
    if requirement.due_on:
        due = date.fromisoformat(requirement.due_on)
        sheet.write_datetime(row, 2, due, formats.shown_day)
    else:
        sheet.write_blank(row, 2, None, shown)
    sheet.write_string(row, PLACE, _place(requirement), shown)
    sheet.write_string(row, TITLE, requirement.title or requirement.item, shown)
    sheet.write_string(row, TEXT, requirement.text, shown)
    sheet.write_string(row, DEMANDED, demanded(requirement), shown)


def _write_answer(
    sheet: Worksheet,
    row: int,
    requirement: Requirement,
    answer: Mapping[str, Any],
    formats: _Formats,
) -> None:
    closed = formats.closed
    _write_text(sheet, row, "answer", ANSWERS.get(answer.get("answer", ""), ""), formats.entry)
    if requirement.bound is None:
        sheet.write_blank(row, AT["value"], None, closed)
    elif (value := answer.get("value")) is not None:
        sheet.write_number(row, AT["value"], float(value), formats.entry_number)
    else:
        sheet.write_blank(row, AT["value"], None, formats.entry_number)
    if requirement.interface is None:
        sheet.write_blank(row, AT["version"], None, closed)
    else:
        _write_text(sheet, row, "version", answer.get("version", ""), formats.entry_text)
    if planned := answer.get("planned_on"):
        day = date.fromisoformat(planned)
        sheet.write_datetime(row, AT["planned_on"], day, formats.entry_day)
    else:
        sheet.write_blank(row, AT["planned_on"], None, formats.entry_day)
    if (price := answer.get("price_yen")) is not None:
        sheet.write_number(row, AT["price_yen"], price, formats.entry_yen)
    else:
        sheet.write_blank(row, AT["price_yen"], None, formats.entry_yen)
    _write_text(sheet, row, "note", answer.get("note", ""), formats.entry_text)
    _write_text(sheet, row, "evidence", "\n".join(answer.get("evidence", [])), formats.entry_text)
    sheet.write_formula(row, CHECK, _check_formula(row, requirement), formats.check, "")


def _write_text(sheet: Worksheet, row: int, name: str, text: str, style: Format) -> None:
    if text:
        sheet.write_string(row, AT[name], text, style)
    else:
        sheet.write_blank(row, AT[name], None, style)


def _check_formula(row: int, requirement: Requirement) -> str:
    """Return the formula that says, beside the row, what is still missing in it."""
    cell = {name: "$" + cell_name(row, at) for name, at in AT.items()}
    answer = cell["answer"]
    needs = [
        (f'AND({answer}="代替手段",{cell["note"]}="")', "説明が必要です"),
        (f'AND({answer}="提供予定",{cell["planned_on"]}="")', "予定日が必要です"),
        (f'AND({answer}="有償オプション",{cell["price_yen"]}="")', "金額が必要です"),
    ]
    if requirement.bound is not None:
        needs.append((f'AND({answer}="標準で提供",{cell["value"]}="")', "値が必要です"))
    if requirement.interface is not None:
        needs.append((f'AND({answer}="標準で提供",{cell["version"]}="")', "版が必要です"))
    formula = '""'
    for condition, words in reversed([(f'{answer}=""', "未回答"), *needs]):
        formula = f'IF({condition},"{words}",{formula})'
    return f"={formula}"


def _set_up(sheet: Worksheet, subject: Subject, rows: int, book: xlsxwriter.Workbook) -> None:
    """Lists to choose from, locked cells, filter, fixed head, and how it prints."""
    first, last = FIRST_ROW, FIRST_ROW + max(rows, 1) - 1

    def rule(name: str, **options: Any) -> None:
        sheet.data_validation(first, AT[name], last, AT[name], {"ignore_blank": True, **options})

    rule(
        "answer",
        validate="list",
        source=list(ANSWERS.values()),
        error_title="回答",
        error_message="一覧から選んでください。",
    )
    rule(
        "planned_on",
        validate="date",
        criteria=">=",
        value=date(2000, 1, 1),
        error_title="提供予定日",
        error_message="日付を記入してください（例：2027/04/01）。",
    )
    rule(
        "price_yen",
        validate="integer",
        criteria=">=",
        value=0,
        error_title="オプション月額",
        error_message="0以上の整数（円）を記入してください。",
    )
    rule(
        "value",
        validate="decimal",
        criteria=">=",
        value=-1_000_000_000,
        error_title="値",
        error_message="数値を記入してください。",
    )
    unanswered = book.add_format({"bg_color": "#FFF0B5"})
    sheet.conditional_format(
        first,
        AT["answer"],
        last,
        AT["answer"],
        {"type": "blanks", "format": unanswered},
    )
    sheet.autofilter(HEAD_ROW, 0, last, CHECK)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.protect(
        options={"autofilter": True, "format_columns": True, "format_rows": True, "sort": True}
    )
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_footer(f"&L{subject.urn.replace('&', '&&')}&R&P / &N")
    sheet.set_row(HEAD_ROW, 32)


GUIDANCE = (
    (
        "この回答票について",
        (
            "標準仕様の要件ごとに、貴社の製品がどう応えるかを記入する票です。",
            "シート「回答」の白い欄だけに記入してください。灰色の欄は変更できません。",
            "行の削除・追加、要件番号の変更、セルの結合、回答欄への数式の記入はしないでください。",
            "途中まで記入した状態でも読み込めます。未回答の行は、後から続きを記入できます。",
        ),
    ),
    (
        "回答の選び方",
        (
            "標準で提供：追加の費用なく、要件のとおりに使える。",
            "有償オプション：追加の費用で使える。「オプション月額（円）」が必要です。",
            "代替手段：別の方法で目的を果たせる。「説明」が必要です。実装必須の要件には適合しません。",
            "提供予定：提供する日が決まっている。「提供予定日」が必要です。",
            "提供しない：提供しない。実装不可の要件では、これが適合する回答です。",
            "対象外：この製品の対象ではない。",
        ),
    ),
    (
        "値と版",
        (
            "「求める値」に数値がある要件は、「標準で提供」のとき「値」に実際の数値を記入します。",
            "「求める値」に版がある要件は、「標準で提供」のとき「対応する版」を記入します（例：2.1）。",
            "「根拠」には、試験成績書や画面の名前、公開資料の所在などを1行に1件ずつ記入します。",
        ),
    ),
    (
        "読み込み",
        (
            "記入したら、適合表明の画面の「回答票を読み込む」で、このファイルを選びます。",
            "直すべき所は、シート名・セル・要件番号とともに、すべて一度に示されます。",
            "列「確認」には、その行でまだ足りないものが表示されます。",
        ),
    ),
)


def _write_guide(
    sheet: Worksheet, subject: Subject, formats: _Formats, book: xlsxwriter.Workbook
) -> None:
    plain = {"font_name": "BIZ UDPゴシック", "font_size": 11, "text_wrap": True, "valign": "top"}
    text = book.add_format(plain)
    label = book.add_format(plain | {"bold": True})
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "回答票の記入のしかた", formats.title)
    facts = (
        ("標準仕様", subject.title),
        ("製品", subject.product_name),
        ("仕様の識別子", subject.urn),
    )
    row = 2
    for name, value in facts:
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, value, text)
        row += 1
    for heading, sentences in GUIDANCE:
        row += 1
        sheet.write_string(row, 0, heading, label)
        for sentence in sentences:
            sheet.write_string(row, 1, f"・{sentence}", text)
            row += 1
    sheet.protect()
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
