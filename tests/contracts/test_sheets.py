"""The contract register as a sheet: written, read back, and refused cell by cell."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.contracts import sheets
from procurement.contracts.rules import ContractFacts, contract_problems, notice_deadline
from schemas import codelist
from schemas.problems import Refused

FACTS = ContractFacts(
    system="公共施設予約システム",
    domain="facility-reservation",
    product_name="サンプル予約",
    contractor="株式会社サンプル",
    starts_on=date(2023, 4, 1),
    ends_on=date(2028, 3, 31),
    notice_months=3,
    annual_cost_yen=2_400_000,
    tax_basis="INCLUDED",
    remarks="",
)
HEAD = [column.heading for column in sheets.COLUMNS]
GOOD = [
    "公共施設予約",
    "公共施設予約",
    "",
    "株式会社サンプル",
    "R5.4.1",
    "令和10年3月31日",
    "３",
    "2,400,000円",
    "税込",
    "",
]

names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn"]),
    min_size=1,
    max_size=30,
)


def csv_of(*rows: list[str], encoding: str = "utf-8-sig") -> bytes:
    """Return a CSV as Excel writes it."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEAD, *rows])
    return buffer.getvalue().encode(encoding)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            ContractFacts,
            system=names,
            domain=st.sampled_from([row.slug for row in codelist.business_domains()]),
            product_name=names | st.just(""),
            contractor=names,
            starts_on=st.dates(date(1990, 1, 1), date(2025, 12, 31)),
            ends_on=st.dates(date(2026, 1, 1), date(2099, 12, 31)),
            notice_months=st.integers(0, 36),
            annual_cost_yen=st.integers(0, 10**12),
            tax_basis=st.sampled_from(["INCLUDED", "EXCLUDED"]),
            remarks=names | st.just(""),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda facts: (facts.system, facts.starts_on),
    )
)
def test_what_is_written_is_read_back(contracts: list[ContractFacts]) -> None:
    register = sheets.read(sheets.written(contracts), "台帳.xlsx")

    assert register.problems == []
    assert [row.facts for row in register.rows] == contracts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_as_excel_in_japan_writes_it(encoding: str) -> None:
    register = sheets.read(csv_of(GOOD, encoding=encoding), "台帳.csv")

    assert register.problems == []
    assert register.rows[0].facts.ends_on == date(2028, 3, 31)
    assert register.rows[0].facts.annual_cost_yen == 2_400_000


@pytest.mark.parametrize(
    ("column", "value", "code", "cell"),
    [
        ("system", "", "cell_empty", "A2"),
        ("system", "あ" * 121, "cell_too_long", "A2"),
        ("system", "a\x07b", "cell_has_control_character", "A2"),
        ("domain", "宇宙開発", "contract_domain_unknown", "B2"),
        ("contractor", "", "cell_empty", "D2"),
        ("starts_on", "2027-02-29", "cell_not_a_date", "E2"),
        ("starts_on", "", "cell_empty", "E2"),
        ("ends_on", "来年度末", "cell_not_a_date", "F2"),
        ("ends_on", "2023-03-31", "contract_ends_before_it_starts", "F2"),
        ("ends_on", "2120-03-31", "contract_date_out_of_range", "F2"),
        ("notice_months", "37", "notice_out_of_range", "G2"),
        ("notice_months", "半年", "cell_not_a_whole_number", "G2"),
        ("annual_cost_yen", "1000.5", "cell_not_a_whole_number", "H2"),
        ("annual_cost_yen", "-5", "cell_not_a_whole_number", "H2"),
        ("tax_basis", "非課税", "cell_not_a_tax_basis", "I2"),
    ],
)
def test_a_bad_cell_is_named_and_said(column: str, value: str, code: str, cell: str) -> None:
    row = list(GOOD)
    row[[c.field for c in sheets.COLUMNS].index(column)] = value

    register = sheets.read(csv_of(row), "台帳.csv")

    assert [(p.code, p.place) for p in register.problems] == [(code, f"「台帳.csv」 {cell}")]
    assert register.problems[0].sentence("ja")
    assert register.problems[0].sentence("en")


def test_every_problem_is_found_at_once() -> None:
    bad = [*GOOD[:4], "いつか", "いつか", *GOOD[6:]]

    register = sheets.read(csv_of(bad, GOOD, bad), "台帳.csv")

    assert len(register.problems) == 4


def test_the_same_contract_twice_names_the_first_row() -> None:
    register = sheets.read(csv_of(GOOD, GOOD), "台帳.csv")

    assert [(p.code, dict(p.params)) for p in register.problems] == [
        ("register_row_twice", {"row": 2})
    ]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        pytest.param("氏名,住所\n".encode(), "a.csv", "register_without_heading", id="heading"),
        pytest.param(b"\x00\x01\x02", "a.csv", "register_not_csv", id="binary"),
        pytest.param(b"", "a.csv", "register_without_heading", id="empty file"),
        pytest.param(
            "システム名,業務,契約相手方\n".encode(),
            "a.csv",
            "register_column_missing",
            id="columns",
        ),
    ],
)
def test_a_file_that_is_no_register_is_refused(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sheets.read(data, name)

    assert {problem.code for problem in refused.value.problems} == {code}


def test_a_sheet_without_a_contract_says_so() -> None:
    assert [p.code for p in sheets.read(csv_of(), "a.csv").problems] == ["register_empty"]


def test_a_formula_is_written_as_text() -> None:
    written = sheets.written([FACTS.__class__(**{**FACTS.__dict__, "system": "=1+1"})])

    assert sheets.read(written, "a.xlsx").rows[0].facts.system == "=1+1"


@pytest.mark.parametrize(
    ("ends_on", "months", "day"),
    [
        (date(2028, 3, 31), 0, None),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 4, 30), 3, date(2027, 1, 30)),
    ],
)
def test_the_notice_deadline_is_counted_in_months(
    ends_on: date, months: int, day: date | None
) -> None:
    assert notice_deadline(ends_on, months) == day


def test_sound_facts_have_no_problem() -> None:
    assert list(contract_problems(FACTS)) == []
