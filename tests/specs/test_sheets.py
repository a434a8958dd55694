"""Reading a ministry's sheet: what is understood, and every way in which it may be wrong."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas import engine, registry
from schemas.problems import Problem
from schemas.specifications import Requirement
from specs.sheets import read_sheets
from tests.specs.sheet import HEADINGS, make_bomb, make_row, make_sheet, rows_of

REAL = settings.BASE_DIR.parent / "shared" / "data" / "resident-record-1.0.xlsx"


def told(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.partition(" ")[2]) for problem in problems]


@pytest.mark.skipif(not REAL.exists(), reason="the ministry's file is not here")
def test_the_ministry_s_own_file_is_read_as_it_is() -> None:
    reading = read_sheets(REAL.read_bytes(), REAL.name)

    assert reading.problems == ()
    assert reading.counts() == {"mandatory": 132, "standard_option": 18, "prohibited": 47}
    assert len({r.key for r in reading.requirements}) == 197
    by_id = {r.official_id: r for r in reading.requirements}
    covered = by_id["0010021"]
    assert (covered.chapter, covered.section, covered.title) == (
        "1. 管理項目",
        "1.1. 住民データ",
        "1.1.2. 外国人住民データの管理",
    )
    empty_of_itself = by_id["0010410"]
    assert (empty_of_itself.chapter, empty_of_itself.section) == ("3. 抑止設定", "")
    assert all(r.chapter and r.title for r in reading.requirements)
    assert reading.unread == ("改定履歴",)


@pytest.mark.skipif(not REAL.exists(), reason="the ministry's file is not here")
def test_the_mapping_that_was_used_reads_the_same_again() -> None:
    reading = read_sheets(REAL.read_bytes(), REAL.name)

    again = read_sheets(REAL.read_bytes(), REAL.name, reading.mapping())

    assert engine.problems(registry.load("sheet-mapping"), reading.mapping()) == []
    assert again.requirements == reading.requirements


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("実装必須機能", "mandatory"),
        ("実装すべき機能", "mandatory"),
        ("【実装必須機能】", "mandatory"),
        ("◎", "mandatory"),
        ("標準オプション機能", "standard_option"),
        ("実装してもしなくても良い機能", "standard_option"),
        ("○", "standard_option"),
        ("〇", "standard_option"),
        ("△", "standard_option"),
        ("実装不可機能", "prohibited"),
        ("実装しない機能", "prohibited"),
        ("×", "prohibited"),
    ],
)
def test_class_words_of_old_and_new_editions(word: str, meaning: str) -> None:
    reading = read_sheets(make_sheet([make_row(obligation=word)]), "a.xlsx")

    assert [r.obligation for r in reading.requirements] == [meaning]


def test_merged_cells_have_the_value_of_their_range() -> None:
    rows = [make_row(1), make_row(2, chapter=None, section=None, title=None), make_row(3)]

    data = make_sheet(rows, merged=["A2:A3", "B2:B3", "D2:D3"])

    second = read_sheets(data, "a.xlsx").requirements[1]
    assert (second.chapter, second.section, second.title) == ("1. 予約", "1.1. 受付", "機能1")


def test_an_outline_written_once_repeats_downwards() -> None:
    rows = [
        make_row(1),
        make_row(2, chapter=None, section=None),
        make_row(3, chapter=None, section="1.2. 抽選"),
        make_row(4, chapter="2. 共通", section=None),
    ]

    found = [(r.chapter, r.section) for r in read_sheets(make_sheet(rows), "a.xlsx").requirements]

    assert found == [
        ("1. 予約", "1.1. 受付"),
        ("1. 予約", "1.1. 受付"),
        ("1. 予約", "1.2. 抽選"),
        ("2. 共通", ""),
    ]


@pytest.mark.parametrize(
    ("written", "due_on", "remarks"),
    [
        ("令和8年4月1日", "2026-04-01", ""),
        ("2026-04-01", "2026-04-01", ""),
        (date(2026, 4, 1), "2026-04-01", ""),
        ("令和８年４月１日（経過措置あり）", "2026-04-01", "適合基準日: 経過措置あり"),
        ("－", None, ""),
        (None, None, ""),
    ],
)
def test_due_dates_as_ministries_write_them(written: Any, due_on: str | None, remarks: str) -> None:
    found = read_sheets(make_sheet([make_row(due_on=written)]), "a.xlsx").requirements[0]

    assert (found.due_on, found.remarks) == (due_on, remarks)


@pytest.mark.parametrize("written", ["００１００１２", 10012, "0010012 "])
def test_ids_become_seven_plain_digits(written: Any) -> None:
    reading = read_sheets(make_sheet([make_row(official_id=written)]), "a.xlsx")

    assert [r.key for r in reading.requirements] == ["F0010012"]


OTHERS = ("prefecture", "core_city", "special_ward", "city", "town", "village")


@pytest.mark.parametrize(
    ("ordinary", "special", "expected"),
    [
        ("◎", "◎", ("mandatory", {}, ())),
        ("○", "◎", ("standard_option", {"designated_city": "mandatory"}, ())),
        ("－", "◎", ("mandatory", {}, ("designated_city",))),
        ("◎", "－", ("mandatory", {}, OTHERS)),
    ],
)  # fmt: skip
def test_two_columns_of_classes(ordinary: str, special: str, expected: Any) -> None:
    headings = ("機能ID", "指定都市", "一般市区町村", "機能要件")

    data = make_sheet([("0010001", special, ordinary, "できること。")], headings=headings)

    found = read_sheets(data, "a.xlsx").requirements[0]
    assert (found.obligation, found.obligations, found.categories) == expected


def test_forms_notes_and_deleted_rows() -> None:
    headings = ("帳票ID", "帳票名称", "実装区分", "帳票要件")
    rows = [
        ("0010001", "住民票", "実装必須機能", "出力できること。"),
        ("0010002", "古い帳票", "削除", "出力できること。"),
        ("※ 注: 帳票の様式は別紙による。", None, None, None),
        (None, None, None, None),
    ]

    reading = read_sheets(make_sheet(rows, headings=headings), "a.xlsx")

    assert [(r.key, r.kind) for r in reading.requirements] == [("P0010001", "form")]
    assert reading.sheets[0].skipped_rows == 2


def test_several_sheets_are_one_version() -> None:
    book = openpyxl.load_workbook(io.BytesIO(make_sheet([make_row(1)])))
    book.create_sheet("帳票要件一覧")
    for row in (
        ("帳票ID", "実装区分", "帳票要件"),
        ("0010001", "実装必須機能", "出力できること。"),
    ):
        book["帳票要件一覧"].append(row)
    book.create_sheet("表紙").append(["住民記録システム"])
    out = io.BytesIO()
    book.save(out)

    reading = read_sheets(out.getvalue(), "a.xlsx")

    assert [r.key for r in reading.requirements] == ["F0010001", "P0010001"]
    assert reading.unread == ("表紙",)


def test_a_mapping_names_columns_and_words() -> None:
    headings = ("番号", "要否", "中身", "章")
    data = make_sheet([("0010001", "要", "できること。", "一")], headings=headings)
    mapping = {
        "sheets": [
            {
                "sheet": "機能要件一覧",
                "columns": {
                    "official_id": {"heading": "番号"},
                    "obligation": {"heading": "要否"},
                    "text": {"column": "C"},
                },
            }
        ],
        "obligations": {"要": "mandatory"},
    }

    reading = read_sheets(data, "a.xlsx", mapping)

    assert reading.problems == ()
    assert [(r.official_id, r.obligation, r.text, r.chapter) for r in reading.requirements] == [
        ("0010001", "mandatory", "できること。", "一")
    ]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# -- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "workbook_is_not_one", id="empty"),
        pytest.param(b"id,text\n1,a\n", "workbook_is_not_one", id="not a workbook"),
        pytest.param(make_sheet([make_row()])[:900], "workbook_is_truncated", id="truncated"),
        pytest.param(make_bomb(), "workbook_expands_too_far", id="bomb"),
        pytest.param(
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "workbook_is_encrypted",
            id="encrypted",
        ),
        pytest.param(
            OLE + b"\0" * 900, "workbook_is_damaged", id="broken xls"
        ),
        pytest.param(
            b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "workbook_is_truncated",
            id="broken ods",
        ),
        pytest.param(b"PK\x03\x04" + b"\0" * 11_000_000, "workbook_is_too_large", id="too large"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_refused_by_name(data: bytes, code: str) -> None:
    reading = read_sheets(data, "要件.xlsx")

    assert [(p.code, p.place) for p in reading.problems] == [(code, "要件.xlsx")]
    assert reading.requirements == ()


def test_a_sheet_without_a_heading_row_is_refused() -> None:
    reading = read_sheets(make_sheet([], headings=("目次", "頁")), "要件.xlsx")

    assert [(p.code, p.place) for p in reading.problems] == [
        ("sheet_has_no_heading_row", "要件.xlsx")
    ]


def test_a_sheet_without_requirements_is_refused() -> None:
    assert told(read_sheets(make_sheet([]), "a.xlsx").problems) == [
        ("sheet_has_no_requirement", "A2")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"obligation": "謎"}, ("sheet_class_not_known", "F2"), id="unknown class"),
        pytest.param(
            {"obligation": "実装必修機能"}, ("sheet_class_not_known_but_like", "F2"), id="like one"
        ),
        pytest.param({"obligation": None}, ("sheet_class_missing", "F2"), id="no class"),
        pytest.param({"obligation": "－"}, ("sheet_class_concerns_nobody", "F2"), id="nobody"),
        pytest.param({"official_id": None}, ("sheet_id_missing", "E2"), id="no id"),
        pytest.param(
            {"official_id": "OO10001"}, ("sheet_id_has_letter_for_digit", "E2"), id="letter O"
        ),
        pytest.param(
            {"official_id": "001001"}, ("sheet_id_not_seven_digits", "E2"), id="six digits"
        ),
        pytest.param({"text": None}, ("sheet_text_missing", "G2"), id="no text"),
        pytest.param({"text": "　"}, ("sheet_text_missing", "G2"), id="blank text"),
        pytest.param({"text": "長" * 8001}, ("sheet_text_too_long", "G2"), id="too long"),
        pytest.param({"title": "長" * 301}, ("sheet_text_too_long", "D2"), id="long title"),
        pytest.param({"due_on": "近日"}, ("sheet_due_date_not_a_date", "J2"), id="no date"),
        pytest.param(
            {"due_on": "2026-02-30"}, ("sheet_due_date_not_a_date", "J2"), id="30 February"
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_told_by_cell(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    reading = read_sheets(make_sheet([make_row(**changes), make_row(2)]), "a.xlsx")

    assert told(reading.problems) == [expected]
    assert reading.requirements == ()


def test_every_problem_is_told_at_once() -> None:
    rows = [
        make_row(1, obligation="謎"),
        make_row(2, text=None),
        make_row(2),
        HEADINGS,
        make_row(4, official_id="X", obligation=None, text=None, due_on="いつか"),
    ]

    assert told(read_sheets(make_sheet(rows), "a.xlsx").problems) == [
        ("sheet_class_not_known", "F2"),
        ("sheet_text_missing", "G3"),
        ("sheet_id_repeated", "E4"),
        ("sheet_has_two_heading_rows", "E5"),
        ("sheet_class_missing", "F6"),
        ("sheet_id_not_seven_digits", "E6"),
        ("sheet_text_missing", "G6"),
        ("sheet_due_date_not_a_date", "J6"),
    ]


def test_two_columns_of_one_name_are_refused() -> None:
    headings = ("機能ID", "実装区分", "機能要件", "機能要件")
    data = make_sheet([("0010001", "◎", "一", "二")], headings=headings)

    assert told(read_sheets(data, "a.xlsx").problems) == [("sheet_column_repeated", "D1")]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"sheets": [{"sheet": "別紙"}]}, "sheet_is_not_in_workbook"),
        ({"sheets": [{"sheet": "機能要件一覧", "heading_row": 2}]}, "sheet_has_no_heading_row"),
        ({"sheets": [{"sheet": "機能要件一覧", "heading_row": 99}]}, "sheet_has_no_heading_row"),
        (
            {"sheets": [{"sheet": "機能要件一覧", "columns": {"remarks": {"heading": "無い列"}}}]},
            "sheet_column_not_found",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: dict[str, Any], code: str) -> None:
    reading = read_sheets(make_sheet([make_row()]), "a.xlsx", mapping)

    assert [problem.code for problem in reading.problems] == [code]


def test_markup_and_formulas_are_text() -> None:
    text = "<script>alert(1)</script> =1+1 'OR 1=1--"

    assert read_sheets(make_sheet([make_row(text=text)]), "a").requirements[0].text == text


# -- the round trip ----------------------------------------------------------------------------

LINES = st.text(alphabet="住民票の写し、A1（）・を出力=<>&", min_size=1, max_size=40)


@st.composite
def requirements(draw: st.DrawFn) -> list[Requirement]:
    ids = draw(st.lists(st.integers(1, 9999999), min_size=1, max_size=6, unique=True))
    return [
        Requirement(
            key=f"F{number:07}",
            official_id=f"{number:07}",
            kind="function",
            obligation=draw(st.sampled_from(["mandatory", "standard_option", "prohibited"])),
            chapter=draw(LINES),
            section=draw(st.one_of(st.just(""), LINES)),
            item=draw(st.one_of(st.just(""), LINES)),
            title=draw(LINES),
            text=draw(st.lists(LINES, min_size=1, max_size=3).map("\n".join)),
            rationale=draw(st.one_of(st.just(""), LINES)),
            remarks=draw(st.one_of(st.just(""), LINES)),
            due_on=draw(st.dates(date(2019, 5, 1), date(2090, 1, 1)).map(str)),
            source={"sheet": "機能要件一覧", "cell": f"E{position}"},
        )
        for position, number in enumerate(ids, start=2)
    ]


@hypothesis_settings(max_examples=25, deadline=None)
@given(requirements())
def test_a_specification_written_as_a_sheet_is_read_back_whole(written: list[Requirement]) -> None:
    rows = [[f"'{c}" if str(c).startswith("=") else c for c in row] for row in rows_of(written)]

    reading = read_sheets(_as_text(rows), "a.xlsx")

    assert reading.problems == ()
    assert list(reading.requirements) == written


def _as_text(rows: list[list[Any]]) -> bytes:
    """Write every cell as text, also one that begins like a formula."""
    book = openpyxl.load_workbook(io.BytesIO(make_sheet([])))
    sheet = book.active
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = str(value).removeprefix("'") if value else None
            if value:
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
