"""Sheets as ministries really send them: other formats, several sheets, and what is not shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from schemas.problems import Problem
from specs.sheets import Reading, read_sheets
from tests.specs.files import edited, make_csv, make_ods, make_xls, open_document, with_part
from tests.specs.sheet import HEADINGS, make_row, make_sheet

GOOD = [HEADINGS, make_row(1, text="一行目。\n二行目。"), make_row(2, official_id="００１０００２")]


def told(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.partition(" ")[2]) for problem in problems]


def left_out(reading: Reading) -> list[tuple[int, str]]:
    return [(row.row, row.why) for sheet in reading.sheets for row in sheet.left_out]


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "encoding"),
    [
        ("要件.xlsx", make_sheet(GOOD[1:]), ""),
        ("要件.xls", make_xls(GOOD), ""),
        ("要件.ods", make_ods(GOOD), ""),
        ("要件.csv", make_csv(GOOD), "UTF-8"),
        ("要件.csv", make_csv(GOOD, "utf-8-sig"), "UTF-8 (BOM)"),
        ("要件.CSV", make_csv(GOOD, "cp932"), "CP932 (Shift_JIS)"),
        ("要件.tsv", make_csv(GOOD, delimiter="\t"), "UTF-8"),
    ],
)
def test_every_format_says_the_same(name: str, data: bytes, encoding: str) -> None:
    reading = read_sheets(data, name)

    assert reading.problems == ()
    assert reading.encoding == encoding
    assert [(r.official_id, r.obligation, r.text) for r in reading.requirements] == [
        ("0010001", "mandatory", "一行目。\n二行目。"),
        ("0010002", "mandatory", "機能2ができること。"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "workbook_is_not_one", id="empty"),
        pytest.param(b"\xff\xfe\x00\x01", "workbook_is_not_one", id="UTF-16"),
        pytest.param(b"\x81\x00\xff", "workbook_is_not_one", id="NUL"),
        pytest.param(b"\x81\xff\x81", "separated_values_encoding", id="no known encoding"),
        pytest.param('機能ID,"実装'.encode(), "separated_values_broken", id="quote left open"),
        pytest.param(b"," * 3_100_000, "workbook_expands_too_far", id="too many cells"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    reading = read_sheets(data, "要件.csv")

    assert [(p.code, p.place) for p in reading.problems] == [(code, "要件.csv")]


def test_the_workbook_of_another_format_may_have_a_csv_s_name() -> None:
    assert len(read_sheets(make_sheet(GOOD[1:]), "要件.csv").requirements) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(
            make_ods([["a"]], row_marks=['table:number-rows-repeated="4000000"']),
            "workbook_expands_too_far",
            id="bomb",
        ),
        pytest.param(
            open_document("", manifest="<manifest:encryption-data/>"),
            "workbook_is_encrypted",
            id="password",
        ),
        pytest.param(open_document("")[:300], "workbook_is_truncated", id="cut off"),
        pytest.param(
            open_document("").replace(b"PK\x03\x04", b"PK\x03\x05", 1),
            "workbook_is_not_one",
            id="no zip",
        ),
    ],
)
def test_an_ods_that_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    reading = read_sheets(data, "要件.ods")

    assert [(p.code, p.place) for p in reading.problems] == [(code, "要件.ods")]


# -- sheets and headings -----------------------------------------------------------------------


def test_functions_forms_grades_and_interfaces_are_read_from_one_workbook() -> None:
    data = workbook(
        表紙=[["住民記録システム標準仕様書"]],
        機能要件=[("機能ID", "実装区分", "機能要件"), ("0010001", "◎", "できること。")],
        帳票要件=[("帳票ID", "帳票名", "実装区分", "帳票要件"), ("0010001", "住民票", "○", "出す")],
        非機能要件=[
            ("項番", "大項目", "指標", "条件", "値", "単位"),
            ("A.1.1", "可用性", "稼働率", "以上", 99.5, "%"),
            ("A.1.2", "可用性", "目標復旧時間", "", "12時間以内", ""),
            ("A.1.3", "可用性", "運用時間", "", "", ""),
        ],
        連携要件=[("連携ID", "インタフェース名", "版"), ("I01", "住民情報照会", "第2.1版")],
    )  # fmt: skip

    reading = read_sheets(data, "要件.xlsx")

    assert reading.problems == ()
    assert reading.unread == ("表紙",)
    assert [(r.key, r.kind, r.title, r.obligation) for r in reading.requirements] == [
        ("F0010001", "function", "", "mandatory"),
        ("P0010001", "form", "住民票", "standard_option"),
        ("NA.1.1", "non_functional", "稼働率", "mandatory"),
        ("NA.1.2", "non_functional", "目標復旧時間", "mandatory"),
        ("NA.1.3", "non_functional", "運用時間", "mandatory"),
        ("II01", "interface", "住民情報照会", "mandatory"),
    ]
    assert [r.bound or r.interface for r in reading.requirements[2:]] == [
        {"metric": "稼働率", "operator": "at_least", "value": 99.5, "unit": "%"},
        {"metric": "目標復旧時間", "operator": "at_most", "value": 12, "unit": "時間"},
        None,
        {"name": "住民情報照会", "version": "2.1"},
    ]
    assert [s.assumed_mandatory for s in reading.sheets] == [False, False, True, True]


@pytest.mark.parametrize("above", [(), [["住民記録システム標準仕様書"], ["第1.0版"], []]])
def test_a_heading_in_two_rows_names_both_groups_of_bodies(above: Sequence[Any]) -> None:
    data = make_sheet(
        [("", "一般市区町村", "指定都市", ""), ("0010001", "○", "◎", "できること。")],
        headings=("機能ID", "実装区分", "", "機能要件"),
        above=above,
    )

    reading = read_sheets(data, "要件.xlsx")

    assert reading.problems == ()
    assert reading.sheets[0].heading_row == len(above) + 2
    assert [(r.obligation, r.obligations) for r in reading.requirements] == [
        ("standard_option", {"designated_city": "mandatory"})
    ]


def test_each_group_of_bodies_has_its_own_due_date() -> None:
    headings = (
        "機能ID",
        "実装区分",
        "機能要件",
        "適合基準日（一般市区町村）",
        "適合基準日（指定都市）",
    )
    rows = [
        ("0010001", "◎", "一。", "令和８年４月１日", "R9.4.1（経過措置あり）"),
        ("0010002", "◎", "二。", "2026/4/1", "2026-04-01"),
    ]

    found = read_sheets(make_sheet(rows, headings=headings), "要件.xlsx").requirements

    assert [(r.due_on, r.due_dates, r.remarks) for r in found] == [
        ("2026-04-01", {"designated_city": "2027-04-01"}, "適合基準日: 経過措置あり"),
        ("2026-04-01", {}, ""),
    ]


# -- what is not shown -------------------------------------------------------------------------


def test_hidden_rows_columns_and_sheets_are_listed_and_not_read() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["I"].hidden = True
        other = sheet.parent.create_sheet("旧版")
        other.append(["機能ID", "実装区分", "機能要件"])
        other.append(["0019999", "◎", "古い。"])
        other.sheet_state = "hidden"

    rows = [make_row(1, remarks="内部の覚え"), make_row(2), make_row(3)]

    reading = read_sheets(edited(make_sheet(rows), hide), "要件.xlsx")

    assert reading.problems == ()
    assert [(r.official_id, r.remarks) for r in reading.requirements] == [
        ("0010001", ""),
        ("0010003", ""),
    ]
    assert left_out(reading) == [(3, "hidden")]
    assert reading.sheets[0].hidden_columns == ("I 備考",)
    assert reading.unread == ("旧版",)


def test_hidden_rows_of_an_ods_are_not_read() -> None:
    data = make_ods(
        [HEADINGS, make_row(1), make_row(2)], row_marks=["", 'table:visibility="collapse"']
    )

    reading = read_sheets(data, "要件.ods")

    assert [r.official_id for r in reading.requirements] == ["0010002"]
    assert left_out(reading) == [(2, "hidden")]


def test_rows_that_are_struck_through_or_deleted_are_listed_and_not_read() -> None:
    def strike(sheet: Any) -> None:
        for cell in sheet[3]:
            cell.font = Font(strike=True)

    rows = [
        make_row(1),
        make_row(2),
        make_row(3, obligation="削除"),
        make_row(4, obligation=None, text="（削除）"),
        ["※ 経過措置は別紙による。", *[None] * 9],
        [None, None, None, None, "※ 注記", *[None] * 5],
    ]

    reading = read_sheets(edited(make_sheet(rows), strike), "要件.xlsx")

    assert reading.problems == ()
    assert [r.official_id for r in reading.requirements] == ["0010001"]
    assert left_out(reading) == [(3, "struck"), (4, "deleted"), (5, "deleted"), (7, "note")]


def test_text_of_which_a_part_is_struck_through_is_refused_by_cell() -> None:
    def strike(sheet: Any) -> None:
        struck = TextBlock(InlineFont(strike=True), "三日")
        sheet["G2"] = CellRichText("登録から", struck, "五日以内に通知できること。")

    reading = read_sheets(edited(make_sheet([make_row(1)]), strike), "要件.xlsx")

    assert told(reading.problems) == [("sheet_cell_is_struck", "G2")]


def test_a_formula_is_refused_by_cell() -> None:
    def write(sheet: Any) -> None:
        sheet["G2"] = '="できること"&"。"'

    reading = read_sheets(edited(make_sheet([make_row(1), make_row(2)]), write), "要件.xlsx")

    assert told(reading.problems) == [
        ("sheet_cell_is_formula", "G2"),
        ("sheet_text_missing", "G2"),
    ]


def test_a_formula_of_an_ods_is_refused_by_cell() -> None:
    good = make_ods([HEADINGS, make_row(1), make_row(2)])
    cell = '<table:table-cell office:value-type="string"><text:p>機能2が'
    formula = cell.replace("office:", 'table:formula="of:=A1" office:', 1)

    data = make_ods([HEADINGS, make_row(1), make_row(2)], replaced=(cell, formula))

    assert read_sheets(good, "要件.ods").problems == ()
    assert told(read_sheets(data, "要件.ods").problems) == [("sheet_cell_is_formula", "G3")]


def test_a_link_with_another_file_is_refused() -> None:
    data = with_part(make_sheet([make_row()]), "xl/externalLinks/externalLink1.xml", b"<a/>")

    assert [(p.code, p.place) for p in read_sheets(data, "要件.xlsx").problems] == [
        ("workbook_has_external_link", "要件.xlsx")
    ]


# -- one id on several rows --------------------------------------------------------------------


def test_the_same_id_on_rows_one_below_the_other_is_one_requirement() -> None:
    rows = [
        make_row(1, text="一つ目。", remarks="甲"),
        make_row(1, text="二つ目。", chapter=None, section=None, title=None, due_on="2026-04-01"),
        make_row(2),
    ]
    rows[1][9] = None

    reading = read_sheets(make_sheet(rows), "要件.xlsx")

    assert reading.problems == ()
    assert [(r.official_id, r.text, r.remarks) for r in reading.requirements] == [
        ("0010001", "一つ目。\n二つ目。", "甲"),
        ("0010002", "機能2ができること。", ""),
    ]


def test_an_id_merged_over_several_rows_is_one_requirement() -> None:
    rows = [make_row(1), make_row(1, text="さらに。"), make_row(2)]

    reading = read_sheets(make_sheet(rows, merged=["A2:A3", "D2:D3", "E2:E3", "F2:F3"]), "a.xlsx")

    assert reading.problems == ()
    assert [r.text for r in reading.requirements] == [
        "機能1ができること。\nさらに。",
        "機能2ができること。",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"obligation": "実装不可機能"}, ("sheet_id_goes_on_otherwise", "F3")),
        ({"title": "別の機能"}, ("sheet_id_repeated", "E3")),
        ({"text": "機能1ができること。"}, ("sheet_id_repeated", "E3")),
        ({"due_on": "2027-01-01"}, ("sheet_id_goes_on_otherwise", "J3")),
    ],
)
def test_rows_of_one_id_that_disagree_are_refused(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    rows = [make_row(1), make_row(1, **{"text": "続き。", **changes})]

    assert told(read_sheets(make_sheet(rows), "要件.xlsx").problems) == [expected]


# -- bad sheets --------------------------------------------------------------------------------


def test_columns_that_are_shifted_are_one_problem() -> None:
    rows = [[*make_row(n)[:4], None, *make_row(n)[4:9]] for n in range(1, 6)]

    problems = read_sheets(make_sheet(rows), "要件.xlsx").problems

    assert told(problems) == [("sheet_columns_are_shifted", "E1")]
    assert problems[0].params == {"column": "E", "found": "F"}


def test_a_heading_row_that_lacks_a_column_is_named() -> None:
    data = make_sheet(
        [("0010001", "できること。", "1章", "機能")],
        headings=("機能ID", "機能要件", "大項目", "機能名称"),
    )

    problems = read_sheets(data, "要件.xlsx").problems

    assert told(problems) == [("sheet_heading_lacks_columns", "A1")]
    assert problems[0].params == {"columns": "実装区分"}


def test_a_mapping_whose_words_stand_nowhere_is_refused() -> None:
    mapping = {"obligations": {"要": "mandatory"}}

    problems = read_sheets(make_sheet([make_row()]), "要件.xlsx", mapping).problems

    assert [p.code for p in problems] == ["sheet_mapping_matches_nothing"]


def test_a_text_of_more_than_a_million_characters_is_one_problem_of_its_cell() -> None:
    data = make_csv([HEADINGS, make_row(1, text="あ" * 1_000_001)])

    problems = read_sheets(data, "要件.csv").problems

    assert told(problems) == [("sheet_text_too_long", "G2")]
    assert problems[0].params["length"] == 1_000_001


def test_control_characters_are_told_by_cell() -> None:
    data = make_csv([HEADINGS, make_row(1, text="で\x07きる。"), make_row(2, title="_x0007_")])

    assert told(read_sheets(data, "要件.csv").problems) == [
        ("sheet_text_has_control_character", "G2"),
        ("sheet_text_has_control_character", "D3"),
    ]


def test_an_xls_whose_chains_run_in_a_circle_is_refused() -> None:
    data = bytearray(make_xls(GOOD))
    data[512 + 4 * 4 : 512 + 4 * 5] = (2).to_bytes(
        4, "little"
    )  # the fifth sector leads to the third

    problems = read_sheets(bytes(data), "要件.xls").problems

    assert [p.code for p in problems] == ["workbook_is_damaged"]


def test_an_ods_that_is_no_xml_is_refused() -> None:
    data = make_ods(GOOD, replaced=("</table:table>", "<table:table"))

    problems = read_sheets(data, "要件.ods").problems

    assert [p.code for p in problems] == ["workbook_is_damaged"]
