"""The answer sheet: written, filled in, read back; and everything people do to it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from schemas.problems import Refused
from schemas.specifications import Requirement
from schemas.workbook import open_workbook
from tests import make
from vendors import entries, sheets

SUBJECT = sheets.Subject("urn:dmp:spec:sample:1.0", "a" * 64, "見本 1.0", 1, 1, "よやくん 5.2")
REQUIREMENTS: list[Requirement] = make.make_requirements()

texts = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFFFD, exclude_categories=["Cs", "Cc", "Cn"]),
    min_size=1,
    max_size=40,
).map(str.strip).filter(bool)  # fmt: skip
details: dict[str, st.SearchStrategy[Any]] = {
    "note": texts,
    "evidence": st.lists(texts, min_size=1, max_size=3),
    "planned_on": st.dates().filter(lambda day: 1901 <= day.year <= 2900).map(str),
    "price_yen": st.integers(0, 10**11),
}


def answers() -> st.SearchStrategy[dict[str, Any]]:
    """Draw answers to some of the six requirements."""
    plain = st.fixed_dictionaries(
        {"answer": st.sampled_from(list(sheets.ANSWERS))}, optional=details
    )
    value = st.integers(-(10**6), 10**6).map(lambda n: n / 100)
    shapes = {
        requirement.key: st.fixed_dictionaries(
            {"answer": st.sampled_from(list(sheets.ANSWERS))},
            optional={
                **details,
                **({"value": value} if requirement.bound else {}),
                **({"version": st.sampled_from(["2", "2.1", "2.10.3"])}
                   if requirement.interface else {}),
            },
        )
        if requirement.bound or requirement.interface
        else plain
        for requirement in REQUIREMENTS
    }  # fmt: skip
    return st.fixed_dictionaries({}, optional=shapes)


@settings(max_examples=40, deadline=None)
@given(answers())
def test_what_is_written_is_read_back(given_answers: dict[str, Any]) -> None:
    data = sheets.written(SUBJECT, REQUIREMENTS, given_answers)

    read = entries.read(data, "sheet.xlsx", SUBJECT, REQUIREMENTS)

    assert (read.problems, read.answers) == ([], given_answers)


def test_the_same_answers_give_the_same_bytes() -> None:
    filled = make.make_answers()

    assert sheets.written(SUBJECT, REQUIREMENTS, filled) == sheets.written(
        SUBJECT, REQUIREMENTS, filled
    )


def test_no_text_becomes_a_formula() -> None:
    evil = {"F0010001": {"answer": "alternative", "note": '=HYPERLINK("x")', "evidence": ["=1"]}}
    requirements = [replace(REQUIREMENTS[0], text="=cmd|' /C calc'!A0"), *REQUIREMENTS[1:]]

    data = sheets.written(SUBJECT, requirements, evil)

    sheet = openpyxl.load_workbook(io.BytesIO(data))[sheets.SHEET]
    kinds = {sheet[cell].data_type for cell in ("F5", "M5", "N5")}
    assert kinds == {"s"}


def changed(change: Callable[[Worksheet], None]) -> bytes:
    """Return a filled-in sheet after somebody's change."""
    book = openpyxl.load_workbook(
        io.BytesIO(sheets.written(SUBJECT, REQUIREMENTS, make.make_answers()))
    )
    change(book[sheets.SHEET])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(cell: str, value: object) -> Callable[[Worksheet], None]:
    """Return a change that puts a value into a cell."""

    def change(sheet: Worksheet) -> None:
        sheet[cell] = value

    return change


def duplicate(sheet: Worksheet) -> None:
    """Copy the first row below the last."""
    for at, cell in enumerate(sheet[5], start=1):
        sheet.cell(11, at).value = cell.value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("H5", "○"), [("H5", "/answers/F0010001/answer", "sheet_answer_is_unknown")]),
        (put("H5", "=1+1"), [("H5", "/answers/F0010001/answer", "sheet_answer_is_a_formula")]),
        (put("A5", "F9"), [("A5", "/answers/F0010001", "sheet_id_was_changed")]),
        (put("A11", "F9"), [("A11", "/answers/F9", "sheet_id_is_unknown")]),
        (lambda sheet: sheet.delete_rows(6), [("", "/answers/F0010002", "sheet_row_was_deleted")]),
        (lambda sheet: sheet.delete_cols(2), [("B4", "/file", "sheet_heading_was_changed")]),
        (lambda sheet: sheet.merge_cells("D5:D6"),
         [("D5", "/answers/F0010001", "sheet_cells_are_merged")]),
        (duplicate, [("A11", "/answers/F0010001", "sheet_id_stands_twice")]),
        (put("K5", "2027-02-29"), [("K5", "/answers/F0010001/planned_on", "date_does_not_exist")]),
        (put("K5", True), [("K5", "/answers/F0010001/planned_on", "sheet_date_is_no_date")]),
        (put("L5", 12.5), [("L5", "/answers/F0010001/price_yen", "amount_is_not_an_integer")]),
        (put("L5", -1), [("L5", "/answers/F0010001/price_yen", "amount_is_negative")]),
        (put("L5", "千円"), [("L5", "/answers/F0010001/price_yen", "sheet_value_is_no_number")]),
        (put("I9", "高い"), [("I9", "/answers/NA.1/value", "sheet_value_is_no_number")]),
        (put("I9", 99.99999), [("I9", "/answers/NA.1/value", "sheet_value_is_too_fine")]),
        (put("I9", True), [("I9", "/answers/NA.1/value", "sheet_value_is_no_number")]),
        (put("M5", "あ" * 4_001), [("M5", "/answers/F0010001/note", "sheet_text_is_too_long")]),
        (put("H6", None), [("H6", "/answers/F0010002/answer", "sheet_details_without_answer")]),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_cell_and_its_requirement(
    change: Callable[[Worksheet], None], expected: list[tuple[str, str, str]]
) -> None:
    read = entries.read(changed(change), "sheet.xlsx", SUBJECT, REQUIREMENTS)

    found = [
        (problem.place.rpartition(" ")[2] if " " in problem.place else "", problem.pointer,
         problem.code)
        for problem in read.problems
    ]  # fmt: skip
    assert found == expected
    assert all(problem.sentence(each) for problem in read.problems for each in ("ja", "en"))


def test_all_faults_are_found_at_once_in_the_order_of_the_sheet() -> None:
    def change(sheet: Worksheet) -> None:
        for cell, value in (("L7", 1.5), ("H5", "?"), ("A6", "F9"), ("I9", "x")):
            sheet[cell] = value

    read = entries.read(changed(change), "sheet.xlsx", SUBJECT, REQUIREMENTS)

    assert [problem.place.rpartition(" ")[2] for problem in read.problems] == [
        "H5",
        "A6",
        "L7",
        "I9",
    ]


def test_sorted_rows_are_read_by_their_ids() -> None:
    def change(sheet: Worksheet) -> None:
        first, last = ([cell.value for cell in sheet[row]] for row in (5, 10))
        for at, (one, other) in enumerate(zip(first, last, strict=True), start=1):
            sheet.cell(5, at).value, sheet.cell(10, at).value = other, one

    read = entries.read(changed(change), "sheet.xlsx", SUBJECT, REQUIREMENTS)

    assert (read.problems, read.answers) == ([], make.make_answers())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"urn": "urn:dmp:spec:sample:2.0"}, "sheet_is_of_another_version"),
        ({"digest": "b" * 64}, "sheet_is_of_another_document"),
        ({"product": 2}, "sheet_is_of_another_product"),
    ],
)
def test_a_sheet_of_something_else_is_refused(change: dict[str, Any], code: str) -> None:
    data = sheets.written(replace(SUBJECT, **change), REQUIREMENTS)

    read = entries.read(data, "sheet.xlsx", SUBJECT, REQUIREMENTS)

    assert ([problem.code for problem in read.problems], read.answers) == ([code], {})


def test_any_other_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)

    read = entries.read(buffer.getvalue(), "x.xlsx", SUBJECT, REQUIREMENTS)

    assert [problem.code for problem in read.problems] == ["sheet_is_not_an_answer_sheet"]


def far_apart() -> bytes:
    """Return a small workbook whose two cells stand at opposite corners of the sheet."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb() -> bytes:
    """Return a zip of one part that expands a thousandfold."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    return buffer.getvalue()


def entities() -> bytes:
    """Return a workbook with a document type, as entity bombs have."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "workbook_is_not_one"),
        (b"name,answer\n1,2\n", "workbook_is_not_one"),
        (b"%PDF-1.7", "workbook_is_not_one"),
        (sheets.written(SUBJECT, REQUIREMENTS)[:4_000], "workbook_is_truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "workbook_is_encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_is_not_xlsx"),
        (bomb(), "workbook_expands_too_far"),
        (far_apart(), "workbook_expands_too_far"),
        (entities(), "workbook_is_damaged"),
        (b"x" * (10 * 1024 * 1024 + 1), "workbook_is_too_large"),
    ],
    ids=["empty", "csv", "pdf", "truncated", "encrypted", "xls", "bomb", "far apart", "entities",
         "too large"],
)  # fmt: skip
def test_what_is_no_safe_workbook_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        open_workbook(data, "回答票.xlsx")

    assert [problem.code for problem in refused.value.problems] == [code]
    assert "回答票.xlsx" in refused.value.problems[0].sentence()
