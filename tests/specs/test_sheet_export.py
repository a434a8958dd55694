"""A version as a workbook: what stands in it, and that it reads back as the same version."""

from __future__ import annotations

import io

import openpyxl

from schemas.specifications import (
    Requirement,
    SpecificationMeta,
)
from specs.sheets import read_sheets, workbook_of
from tests import make

META = SpecificationMeta(
    slug="sample",
    version="1.10",
    title="見本業務標準仕様書",
    title_en="Sample",
    description="見本です。\n二行目。",
    authority="総務省",
    domain="resident-record",
    published_on="2026-04-01",
    extension_policy="open",
    sample=True,
    source="https://example.go.jp/=1+1",
)


def test_the_mapping_of_an_export_reads_the_same_again() -> None:
    data = workbook_of(META, make.make_requirements())
    reading = read_sheets(data, "a.xlsx")

    assert read_sheets(data, "a.xlsx", reading.mapping()).requirements == reading.requirements


def test_the_same_version_gives_the_same_bytes() -> None:
    first, second = (workbook_of(META, make.make_requirements()) for _ in range(2))

    assert first == second


def test_each_kind_has_a_sheet_with_the_words_of_its_own() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(META, make.make_requirements())))

    heads = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book}
    assert list(heads) == ["機能要件", "非機能要件", "連携要件", "仕様書"]
    assert heads["機能要件"] == [
        "大項目", "中項目", "小項目", "機能名称", "機能ID", "実装区分", "機能要件",
        "要件の考え方・理由", "備考", "適合基準日", "実装区分（指定都市で異なるとき）",
        "適合基準日（指定都市で異なるとき）", "対象の団体区分", "出典（JSON）",
    ]  # fmt: skip
    row = [cell.value for cell in book["非機能要件"][2]]
    assert row[heads["非機能要件"].index("指標") :][:4] == ["稼働率", "以上", 99.5, "%"]


def test_no_text_becomes_a_formula() -> None:
    risky = [
        Requirement("F0010001", "0010001", "function", "mandatory", "=HYPERLINK(A1)", title="+1")
    ]

    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(META, risky)))["機能要件"]

    assert [
        (cell.value, cell.data_type, cell.quotePrefix) for cell in (sheet["G2"], sheet["D2"])
    ] == [
        ("=HYPERLINK(A1)", "s", True),
        ("+1", "s", True),
    ]
