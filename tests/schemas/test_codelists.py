"""The codelists: complete, consistent, each fact where the law has it; bad files are named."""

from __future__ import annotations

import csv
import doctest
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from schemas import calendar, codelist, codes, eras, money, rows, tables
from schemas.calendar import is_working_day
from schemas.problems import messages

CORE_CITIES = (
    "函館市 旭川市 青森市 八戸市 盛岡市 秋田市 山形市 福島市 郡山市 いわき市 水戸市 宇都宮市 前橋市"
    " 高崎市 川越市 川口市 越谷市 船橋市 柏市 八王子市 横須賀市 富山市 金沢市 福井市 甲府市 長野市"
    " 松本市 岐阜市 豊橋市 岡崎市 一宮市 豊田市 大津市 豊中市 吹田市 高槻市 枚方市 八尾市 寝屋川市"
    " 東大阪市 姫路市 尼崎市 明石市 西宮市 奈良市 和歌山市 鳥取市 松江市 倉敷市 呉市 福山市 下関市"
    " 高松市 松山市 高知市 久留米市 長崎市 佐世保市 大分市 宮崎市 鹿児島市 那覇市"
)

DESIGNATED_CITIES = (
    "札幌市 仙台市 さいたま市 千葉市 横浜市 川崎市 相模原市 新潟市 静岡市 浜松市 名古屋市 京都市"
    " 大阪市 堺市 神戸市 岡山市 広島市 北九州市 福岡市 熊本市"
)

STANDARD_DOMAINS = (
    "児童手当 子ども・子育て支援 住民基本台帳 戸籍の附票 印鑑登録 選挙人名簿管理 固定資産税"
    " 個人住民税 法人住民税 軽自動車税 戸籍 就学 健康管理 児童扶養手当 生活保護 障害者福祉 介護保険"
    " 国民健康保険 後期高齢者医療 国民年金"
)


def names(category: str) -> list[str]:
    return [row.name for row in codelist.local_governments() if row.category == category]


# Files


@pytest.mark.parametrize("path", sorted(tables.CODELISTS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_file_is_read_by_a_loader_and_described(path: Path) -> None:
    readme = (tables.CODELISTS / "README.md").read_text(encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        heading = next(csv.reader(file))

    assert f'"{path.stem}"' in Path(codelist.__file__).read_text(encoding="utf-8")
    assert f"## {path.name}" in readme
    section = readme.split(f"## {path.name}\n")[1].split("\n## ")[0]
    assert [column for column in heading if f"`{column}`" not in section] == []


@pytest.mark.parametrize("module", [codelist, codes, eras, money, calendar, tables])
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_examples_in_the_readme_hold() -> None:
    result = doctest.testfile(str(tables.CODELISTS / "README.md"), module_relative=False)

    assert (result.failed, result.attempted) == (0, 5)


def test_there_are_files() -> None:
    assert len(list(tables.CODELISTS.glob("*.csv"))) == 25


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("code,name\n", 1, "the heading must be"),
        ("", 1, "the heading must be"),
        ("category,code,effective_from,effective_to,source,confirmed\n", 1, "heading must be"),
        (",,,,,", 1, "the heading must be"),
        ("HEAD\n", 1, "there is no row"),
        ("HEAD\n131016,city,,,x\n", 2, "5 cells, 6 expected"),
        ("HEAD\n131016,city,,,x,true\n131016,city,,,x,yes\n", 3, "confirmed: 'yes' is neither"),
        ("HEAD\n131016,city,2025-02-30,,x,true\n", 2, "effective_from: day"),
        ("HEAD\n131016,city,20250201,,x,true\n", 2, "effective_from: '20250201' is not a date"),
        ("HEAD\n131016,city,2025-04-01,2025-03-31,x,true\n", 2, "2025-04-01 is after 2025-03-31"),
        ("HEAD\n131016, city,,,x,true\n", 2, "category: ' city' is padded"),
        ("HEAD\n131016,city,,,x,true\n131016,town,,,x,true\n", 3, "already stands on line 2"),
        ('HEAD\n131016,"city,,,x,true\n', 2, "unexpected end of data"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    path = tmp_path / "list.csv"
    head = "code,category,effective_from,effective_to,source,confirmed"
    path.write_text(text.replace("HEAD", head), encoding="utf-8")

    with pytest.raises(tables.BadCodelist, match=reason) as bad:
        tables.read(rows.CategoryPeriod, path, unique=("code", "effective_from"))

    assert bad.value.line == line
    assert str(bad.value).startswith(f"list.csv, line {line}: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "shift-jis.csv").write_bytes("団体".encode("shift_jis"))

    for name in ("missing.csv", "shift-jis.csv"):
        with pytest.raises(tables.BadCodelist, match=f"{name}, line 0: cannot be read"):
            tables.read(rows.Era, tmp_path / name)


def test_a_row_with_a_wrong_check_digit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bodies.csv"
    path.write_text(
        "code,category,prefecture,name,kana\n131017,special_ward,東京都,千代田区,ちよだく\n",
        encoding="utf-8",
    )

    with pytest.raises(tables.BadCodelist, match=r"bodies\.csv, line 2: 131017 has a wrong check"):
        tables.read(rows.LocalGovernment, path)


def test_a_day_of_the_year() -> None:
    assert tables.MonthDay(2, 29).in_year(2028) == date(2028, 2, 29)
    assert tables.MonthDay(2, 29).in_year(2027) == date(2027, 2, 28)
    with pytest.raises(ValueError, match="day"):
        tables.MonthDay(2, 30)


def test_every_sentence_of_the_codes_is_in_both_languages() -> None:
    known = messages()

    for code in (
        "local_government_code_is_not_six_digits",
        "corporate_number_check_digit_differs",
        "date_is_outside_its_era",
        "amount_is_not_an_integer",
        "day_is_outside_the_calendar",
    ):
        assert set(known[code]) == {"ja", "en"}


# Local governments


def test_counts_of_local_governments() -> None:
    counted = Counter(row.category for row in codelist.local_governments())

    assert counted == {
        "prefecture": 47,
        "designated_city": 20,
        "core_city": 62,
        "special_ward": 23,
        "city": 710,
        "town": 743,
        "village": 183,
    }
    assert counted["designated_city"] + counted["core_city"] + counted["city"] == 792
    assert sum(counted.values()) == 1788


def test_the_62_core_cities_and_the_20_designated_cities() -> None:
    assert len(set(CORE_CITIES.split())) == 62
    assert sorted(names("core_city")) == sorted(CORE_CITIES.split())
    assert names("designated_city") == DESIGNATED_CITIES.split()


def test_third_digit_of_the_code_fits_the_category() -> None:
    digits = {
        "prefecture": "0",
        "designated_city": "1",
        "special_ward": "1",
        "core_city": "2",
        "city": "2",
        "town": "34567",
        "village": "34567",
    }

    assert [
        row for row in codelist.local_governments() if row.code[2] not in digits[row.category]
    ] == []


def test_prefecture_of_every_body_is_the_one_of_its_code() -> None:
    bodies = codelist.local_governments()
    prefectures = {row.code[:2]: row.name for row in bodies if row.category == "prefecture"}

    assert list(prefectures) == [f"{number:02}" for number in range(1, 48)]
    assert [row for row in bodies if prefectures[row.code[:2]] != row.prefecture] == []
    assert codelist.prefectures() == tuple(prefectures.values())


def test_names_and_readings() -> None:
    bodies = codelist.local_governments()
    ends = {"core_city": "市", "designated_city": "市", "city": "市", "town": "町", "village": "村"}

    assert [row for row in bodies if not row.name.endswith(ends.get(row.category, ""))] == []
    assert [row for row in bodies if not all("ぁ" <= sign <= "ん" for sign in row.kana)] == []
    assert codelist.local_government("394050") == rows.LocalGovernment(
        "394050", "town", "高知県", "檮原町", "ゆすはらちょう"
    )
    assert codelist.local_government("999999") is None


@pytest.mark.parametrize(
    ("code", "on", "category"),
    [
        ("434434", date(2000, 1, 1), "town"),
        ("082015", date(2020, 3, 31), "city"),
        ("082015", date(2020, 4, 1), "core_city"),
        ("141500", date(2003, 3, 31), "city"),
        ("141500", date(2010, 3, 31), "core_city"),
        ("141500", date(2010, 4, 1), "designated_city"),
    ],
)
def test_category_is_a_dated_attribute(code: str, on: date, category: str) -> None:
    assert codelist.category_on(code, on) == category


def test_category_history_ends_with_the_category_of_today_and_has_no_gap() -> None:
    by_code: dict[str, list[rows.CategoryPeriod]] = {}
    for period in codelist.category_history():
        by_code.setdefault(period.code, []).append(period)

    for code, periods in by_code.items():
        body = codelist.local_government(code)
        assert body is not None
        assert periods[-1].category == body.category
        assert periods[-1].effective_to is None
        assert periods[0].effective_from is None
        for before, after in pairwise(periods):
            assert before.effective_to is not None
            assert after.effective_from is not None
            assert (after.effective_from - before.effective_to).days == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("131016", None),
        ("011011", "local_government_is_not_listed"),
        ("131017", "local_government_code_check_digit_differs"),
        ("13101", "local_government_code_is_not_six_digits"),
        (131016, "local_government_code_is_not_six_digits"),
    ],
)
def test_listed_body_problems(value: object, code: str | None) -> None:
    problems = codelist.listed_body_problems(value, "/body")

    assert [(p.pointer, p.code) for p in problems] == ([("/body", code)] if code else [])


def test_every_category_is_described_once() -> None:
    used = {row.category for row in codelist.local_governments()}

    assert {row.code for row in codelist.body_categories()} == used
    assert {row.category for row in codelist.category_history()} <= used


@pytest.mark.parametrize(
    ("population", "band"),
    [
        (0, "under_5000"),
        (4_999, "under_5000"),
        (5_000, "5000_to_9999"),
        (19_999, "10000_to_19999"),
        (20_000, "20000_to_49999"),
        (499_999, "200000_to_499999"),
        (500_000, "500000_and_over"),
        (3_770_000, "500000_and_over"),
    ],
)
def test_population_band(population: int, band: str) -> None:
    assert codelist.population_band(population).code == band


def test_population_bands_touch() -> None:
    bands = codelist.population_bands()

    assert [band.maximum for band in bands[:-1]] == [band.minimum - 1 for band in bands[1:]]
    assert bands[-1].maximum is None
    with pytest.raises(ValueError, match="negative"):
        codelist.population_band(-1)


# Business domains


def test_the_20_stand_first_in_the_official_order() -> None:
    domains = codelist.business_domains()

    assert [row.name for row in domains if row.group == "standard"] == STANDARD_DOMAINS.split()
    assert [row.order for row in domains] == list(range(1, len(domains) + 1))
    assert all(row.statutory == (row.group != "beyond") for row in domains)


def test_business_ids_are_the_known_ones_once_each() -> None:
    ids = [part for row in codelist.business_domains() for part in row.business_ids]
    whole = sorted({part.partition("-")[0] for part in ids})

    assert len(ids) == len(set(ids))
    assert whole == [f"{n:03}" for n in range(1, 40) if n != 33]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("住民記録", "resident-record"),
        ("住民基本台帳", "resident-record"),
        ("Basic Resident Register", "resident-record"),
        ("resident-record", "resident-record"),
        ("001", "resident-record"),
        ("００１", "resident-record"),
        ("戸籍附票", "family-register-annex"),
        ("選挙", "electoral-register"),
        ("在外選挙管理", "electoral-register"),
        ("019", "health-management"),
        ("019-0", "health-management"),
        ("財務会計", "financial-accounting"),
        ("ＡＩ-ＯＣＲ", "automation-ai"),
        (" 施設 予約 ", "facility-reservation"),
    ],
)
def test_a_domain_is_found_under_its_names(text: str, slug: str) -> None:
    found = codelist.domain_named(text)

    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("text", ["", " ", "033", "住民", "\x00", "\ud800"])
def test_a_text_that_names_no_domain(text: str) -> None:
    assert codelist.domain_named(text) is None


@pytest.mark.parametrize(
    ("text", "business_id"),
    [("期日前・不在者投票管理", "007"), ("住民基本台帳", "001"), ("就学", ""), ("財務会計", "")],
)
def test_business_id_of_a_name(text: str, business_id: str) -> None:
    assert codelist.business_id_named(text) == business_id


# Law

THRESHOLDS = {  # 万円: 都道府県・指定都市 old, new; the others old, new
    "works": (250, 400, 130, 200),
    "purchase": (160, 300, 80, 150),
    "lease": (80, 150, 40, 80),
    "sale": (50, 100, 30, 50),
    "lease_out": (30, 50, 30, 30),
    "other": (100, 200, 50, 100),
}


@pytest.mark.parametrize("category", THRESHOLDS)
def test_ceilings_on_the_day_before_and_after_the_amendment(category: str) -> None:
    before, after = date(2025, 3, 31), date(2025, 4, 1)

    found = [
        codelist.legal_threshold(category, group, on)
        for group in ("prefecture_designated", "municipality")
        for on in (before, after)
    ]

    assert tuple(row.amount_yen // 10_000 for row in found if row) == THRESHOLDS[category]


def test_ceilings_of_an_unknown_kind_or_group() -> None:
    on = date(2026, 4, 1)

    assert codelist.legal_threshold("services", "municipality", on) is None
    assert codelist.legal_threshold("other", "village", on) is None
    assert {row.contract_category for row in codelist.legal_thresholds()} == {
        row.code for row in codelist.contract_categories()
    }


@pytest.mark.parametrize(
    ("category", "group"),
    [
        ("prefecture", "prefecture_designated"),
        ("designated_city", "prefecture_designated"),
        ("core_city", "municipality"),
        ("special_ward", "municipality"),
        ("village", "municipality"),
    ],
)
def test_group_of_a_category(category: str, group: str) -> None:
    assert codelist.threshold_group(category) == group
    assert codelist.body_category(category).government_procurement == (group != "municipality")


@pytest.mark.parametrize(
    ("category", "on", "amount"),
    [
        ("goods", date(2024, 3, 31), None),
        ("goods", date(2026, 3, 31), 36_000_000),
        ("goods", date(2026, 4, 1), 40_000_000),
        ("other_services", date(2028, 3, 31), 40_000_000),
        ("other_services", date(2028, 4, 1), None),
        ("construction", date(2026, 4, 1), 3_020_000_000),
        ("technical_services", date(2025, 4, 1), 270_000_000),
    ],
)
def test_government_procurement_threshold(category: str, on: date, amount: int | None) -> None:
    found = codelist.wto_threshold(category, "prefecture_designated", on)

    assert (found.amount_yen if found else None) == amount


def test_the_nine_items_of_negotiated_contracts() -> None:
    clauses = codelist.negotiated_clauses(date(2026, 11, 23))

    assert [row.clause for row in clauses] == list("123456789")
    assert [row.clause for row in clauses if row.needs_publication] == ["3", "4"]
    second = codelist.negotiated_clause("2", date(2026, 11, 23))
    assert second is not None
    assert second.citation == "地方自治法施行令第167条の2第1項第2号"
    assert second.label().startswith("第2号 ")
    assert second.label("en").startswith("Item 2: ")
    assert codelist.negotiated_clause("10", date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("clause", "usual_and_fewest"),
    [("1", (2, 2)), ("2", (2, 1)), ("5", None), ("", None)],
)
def test_how_many_quotations_are_usual(clause: str, usual_and_fewest: object) -> None:
    found = codelist.quotation_practice(clause, date(2026, 11, 23))

    assert ((found.usual, found.fewest) if found else None) == usual_and_fewest


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        (date(1989, 4, 1), 3),
        (date(1997, 3, 31), 3),
        (date(1997, 4, 1), 5),
        (date(2014, 3, 31), 5),
        (date(2014, 4, 1), 8),
        (date(2019, 9, 30), 8),
        (date(2019, 10, 1), 10),
        (date(2027, 4, 1), 10),
    ],
)
def test_standard_rate_of_consumption_tax(on: date, percent: int) -> None:
    assert codelist.tax_rate(on).percent == percent


def test_other_rates_of_consumption_tax() -> None:
    assert codelist.tax_rate(date(2026, 1, 1), "reduced").percent == 8
    with pytest.raises(LookupError):
        codelist.tax_rate(date(2019, 9, 30), "reduced")
    with pytest.raises(LookupError):
        codelist.tax_rate(date(1989, 3, 31))


def test_no_two_dated_rows_hold_at_once() -> None:
    groups: dict[tuple[str, ...], list[rows.Dated]] = {}
    for threshold in codelist.legal_thresholds():
        groups.setdefault((threshold.contract_category, threshold.group), []).append(threshold)
    for wto in codelist.wto_thresholds():
        groups.setdefault((wto.category, wto.group, "wto"), []).append(wto)
    for rate in codelist.consumption_tax_rates():
        groups.setdefault((rate.kind,), []).append(rate)
    for practice in codelist.quotation_practices():
        groups.setdefault((practice.clause, "quotations"), []).append(practice)
    for usual in codelist.consultation_practices():
        groups.setdefault((usual.code, "consultations"), []).append(usual)

    for key, dated in groups.items():
        for row in dated:
            for day in (row.effective_from, row.effective_to):
                if day is not None:
                    assert sum(other.holds_on(day) for other in dated) == 1, (key, day)


def test_two_rows_that_hold_at_once_are_a_fault() -> None:
    rate = codelist.consumption_tax_rates()[-1]

    with pytest.raises(ValueError, match="two rows hold on 2027-04-01"):
        codelist._only([rate, rate], date(2027, 4, 1))


def test_methods_and_bases_cite_the_law() -> None:
    items = {row.clause for row in codelist.negotiated_clauses(date(2026, 11, 23))} | {""}

    for method in codelist.contracting_methods():
        assert method.citation.startswith("地方自治法")
        assert method.default_clause in items
        assert method.is_negotiated or not method.default_clause
    assert [row.citation for row in codelist.multi_year_bases()] == [
        "地方自治法第234条の3",
        "地方自治法第214条",
        "地方自治法第212条",
        "地方自治法第208条",
    ]


# Planning


TEMPLATES = [row.code for row in codelist.switchover_templates()]


@pytest.mark.parametrize("template", TEMPLATES)
def test_steps_of_a_template_wait_for_one_another(template: str) -> None:
    steps = codelist.switchover_steps(template)
    by_code = {step.code: step for step in steps}
    windows = {window.code for window in codelist.fiscal_windows()}

    assert [step.order for step in steps] == list(range(1, 16))
    for step in steps:
        if step.after:
            earlier = by_code[step.after]
            assert earlier.order < step.order
            assert earlier.offset_end_months <= step.offset_start_months, step.code
        if step.constraint == "fiscal_window":
            assert step.constraint_value in windows
        if step.constraint == "tender_period":
            assert int(step.constraint_value) >= 21
        assert step.advice("ja")
        assert step.advice("en")
    go_live = by_code["go_live"]
    assert (go_live.offset_start_months, go_live.offset_end_months) == (0, 0)
    vote, contract = by_code["budget_vote"], by_code["evaluate_and_contract"]
    assert vote.offset_end_months <= contract.offset_end_months


@pytest.mark.parametrize(
    ("template", "starts"),
    [
        ("large_core", [-30, -28, -24, -20, -15, -16, -15, -13, -12, -9, -6, -3, -1, 0, 1]),
        ("mid_saas", [-18, -16, -14, -12, -9, -9, -8, -7, -6, -5, -3, -2, -1, 0, 1]),
        ("small_saas", [-12, -11, -9, -7, -6, -5, -4, -3, -3, -2, -1, -1, -1, 0, 1]),
    ],
)
def test_templates_start_as_observed(template: str, starts: list[int]) -> None:
    assert [step.offset_start_months for step in codelist.switchover_steps(template)] == starts


def test_an_unknown_template() -> None:
    assert codelist.switchover_template("huge") is None
    with pytest.raises(KeyError):
        codelist.switchover_steps("huge")


def test_every_step_template_is_named() -> None:
    assert {step.template for step in codelist._all_switchover_steps()} == set(TEMPLATES)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "party"}, "kind: 'party' is not known"),
        ({"constraint": "moon"}, "constraint: 'moon' is not known"),
        ({"offset_start_months": 1}, "ends before it begins"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(change: dict[str, object], reason: str) -> None:
    step = codelist.switchover_steps("large_core")[0]
    values = {name: getattr(step, name) for name in step.__slots__} | {"offset_end_months": 0}

    with pytest.raises(ValueError, match=reason):
        rows.SwitchoverStep(**(values | change))


def test_blackouts_are_about_known_domains() -> None:
    slugs = {row.slug for row in codelist.business_domains()}

    assert {row.domain for row in codelist.all_blackouts()} <= slugs
    assert [row.code for row in codelist.blackouts("school-affairs")] == []
    assert [row.code for row in codelist.good_times("school-affairs")] == ["summer_holidays"]
    assert [row.kind for row in codelist.blackouts("electoral-register")] == ["event"]


def test_an_annual_blackout_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        rows.Blackout("library", "x", "annual", None, None, None, None, "x", "x", "x", False)


# Labels


@pytest.mark.parametrize("name", sorted(codelist._NAMED))
def test_labels_are_complete_in_both_languages(name: str) -> None:
    japanese, english = codelist.labels(name, "ja"), codelist.labels(name, "en")

    assert list(japanese) == list(english)
    assert all(japanese.values())
    assert all(english.values())


def test_labels_speak_the_language_asked_for() -> None:
    assert codelist.labels("hosting_types")["government_cloud"] == "ガバメントクラウド"
    assert codelist.labels("hosting_types", "en")["government_cloud"] == "Government Cloud"
    with pytest.raises(KeyError):
        codelist.labels("eras_of_glass")


def test_the_good_time_to_go_live_begins_on_a_working_day() -> None:
    assert is_working_day(codelist.fiscal_window("good_go_live").opens.in_year(2027))
