"""What papers say: facts become contexts; no database, no layout."""

from __future__ import annotations

from datetime import date

import pytest

from procurement.documents import engine, papers
from procurement.documents.facts import ThresholdFacts
from procurement.documents.numbering import fiscal_year, number
from schemas.specifications import Requirement
from tests.documents import facts

UNRECORDED = "本団体の規則による基準額は登録されていないため、施行令別表第五の上限額を用いた"


def test_requirements_stand_as_they_bind_the_body() -> None:
    requirement = Requirement(
        key="N001",
        official_id="001",
        kind="non_functional",
        obligation="standard_option",
        text="稼働率を保つこと。",
        chapter="",
        section="",
        title="",
        due_on="2027-04-01",
        obligations={"designated_city": "mandatory"},
        due_dates={"designated_city": "2028-04-01"},
        bound={"metric": "稼働率", "operator": "at_least", "value": 99.5, "unit": "%"},
    )
    elsewhere = Requirement(
        key="F002",
        official_id="002",
        kind="function",
        obligation="mandatory",
        text="区の窓口",
        categories=["designated_city"],
    )

    city = papers.annex([requirement, elsewhere], category="city")
    designated = papers.annex([requirement, elsewhere], category="designated_city")

    assert [row.id for row in city] == ["001"]
    assert [row.id for row in designated] == ["001", "002"]
    assert (city[0].obligation, city[0].due_on) == ("standard_option", date(2027, 4, 1))
    assert (designated[0].obligation, designated[0].due_on) == ("mandatory", date(2028, 4, 1))
    assert city[0].bound == "稼働率 99.5％以上"
    assert city[0].chapter == city[0].title == papers.UNNAMED


def test_service_levels_are_the_mandatory_bounds() -> None:
    bound = {"metric": "応答時間", "operator": "at_most", "value": 3, "unit": "秒"}
    rows = [
        Requirement("N1", "1", "non_functional", obligation, "測り方", title="応答", bound=bound)
        for obligation in ("mandatory", "standard_option")
    ]

    levels = papers.service_levels(rows, category="city")

    assert [(level.item, level.target, level.measure) for level in levels] == [
        ("応答", "応答時間 3秒以下", "測り方（要件ID 1）")
    ]


def test_annex_counts_by_class_and_kind() -> None:
    counts = facts.context("procurement_specification")["counts"]

    assert counts["total"] == 90
    assert counts["mandatory"] + counts["standard_option"] + counts["prohibited"] == 90
    assert (
        counts["function"] + counts["form"] + counts["non_functional"] + counts["interface"] == 90
    )
    assert (counts["form"], counts["non_functional"], counts["interface"]) == (4, 5, 2)


def test_specification_holds_the_clauses_of_a_municipality() -> None:
    html = engine.issue(
        "procurement_specification", facts.context("procurement_specification", total=12)
    ).html

    for clause in (
        "標準仕様の改定への対応",
        "契約終了時のデータの返却",
        "3回まで無償とする",
        "次々期以降の事業者",
        "サービス水準（SLA）",
        "減額又は削除があったとき",
        "令和10年4月1日",
        "第11章　附属文書",
    ):
        assert clause in html


@pytest.mark.parametrize(("own_rule", "said"), [(False, True), (True, False)])
def test_missing_rule_of_the_body_is_said_aloud(own_rule: bool, said: bool) -> None:
    threshold = ThresholdFacts(
        800_000, "会津若松市財務規則第100条", date(2025, 10, 1), "市", own_rule
    )
    context = facts.context("negotiated_contract_justification", threshold=threshold)

    html = engine.issue("negotiated_contract_justification", context).html

    assert (UNRECORDED in html) is said
    assert "会津若松市財務規則第100条" in html
    assert "令和7年10月1日" in html


def test_comparison_names_each_reason_and_what_was_not_stated() -> None:
    html = engine.issue("comparison_table", facts.context("comparison_table")).html

    for candidate in facts.comparison_facts().candidates:
        assert candidate.reason
        assert candidate.reason in html
    assert "– 未表明" in html
    assert "表明なし" in html


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2027, 3, 31), 2026), (date(2027, 4, 1), 2027), (date(2026, 12, 31), 2026)],
)
def test_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_number_of_the_first_year_of_an_era() -> None:
    assert number("町", 2019, 1, 1) == "町 DMP平成31年度第1号"
