"""Japanese eras: writing, reading, and the days on which an era changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codelist, eras
from schemas.problems import Problem, Refused

WRITTEN = [
    (date(2027, 3, 31), "令和9年3月31日", "R9.3.31", "Reiwa 9"),
    (date(2019, 5, 1), "令和元年5月1日", "R1.5.1", "Reiwa 1"),
    (date(2019, 4, 30), "平成31年4月30日", "H31.4.30", "Heisei 31"),
    (date(2019, 12, 31), "令和元年12月31日", "R1.12.31", "Reiwa 1"),
    (date(2020, 1, 1), "令和2年1月1日", "R2.1.1", "Reiwa 2"),
    (date(2028, 2, 29), "令和10年2月29日", "R10.2.29", "Reiwa 10"),
    (date(1989, 1, 8), "平成元年1月8日", "H1.1.8", "Heisei 1"),
    (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7", "Showa 64"),
    (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25", "Showa 1"),
    (date(1926, 12, 24), "大正15年12月24日", "T15.12.24", "Taisho 15"),
    (date(1912, 7, 30), "大正元年7月30日", "T1.7.30", "Taisho 1"),
    (date(1912, 7, 29), "明治45年7月29日", "M45.7.29", "Meiji 45"),
]


@pytest.mark.parametrize(("day", "long", "short", "english"), WRITTEN)
def test_a_day_is_written_in_its_era(day: date, long: str, short: str, english: str) -> None:
    assert (eras.era(day), eras.short_era(day), eras.era_year(day, "en")) == (long, short, english)


def test_a_day_before_the_eras_is_refused() -> None:
    with pytest.raises(ValueError, match="1868-01-24"):
        eras.era(date(1868, 1, 24))


def test_eras_follow_one_another_without_gap() -> None:
    rows = codelist.eras()

    assert [row.last_day for row in rows[:-1]] == [
        row.first_day - timedelta(days=1) for row in rows[1:]
    ]
    assert rows[-1].last_day is None


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-31",
        "2027/3/31",
        "2027.3.31",
        "20270331",
        "2027年3月31日",
        "２０２７年３月３１日",
        "２０２７／３／３１",
        "令和9年3月31日",
        "令和９年３月３１日",
        "令和 9年 3月 31日",
        "　令和9年3月31日 ",
        "R9.3.31",
        "r9/3/31",
        "R09.03.31",
        "Ｒ９．３．３１",
        "㋿9年3月31日",
    ],
)
def test_dates_as_people_write_them(text: str) -> None:
    assert eras.parse_date(text) == date(2027, 3, 31)
    assert eras.date_problems(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_is_not_understood"),
        ("未定", "date_is_not_understood"),
        ("2027年3月", "date_is_not_understood"),
        ("27-03-31", "date_is_not_understood"),
        ("3/31/2027", "date_is_not_understood"),
        ("X9.3.31", "date_is_not_understood"),
        ("令和九年三月三十一日", "date_is_not_understood"),
        ("2027-03-31T00:00", "date_is_not_understood"),
        ("2027-03-31\x00", "date_is_not_understood"),
        ("\ud800", "date_is_not_understood"),
        ("9" * 5000, "date_is_not_understood"),
        ("2027-02-29", "date_does_not_exist"),
        ("令和9年2月29日", "date_does_not_exist"),
        ("2027-13-01", "date_does_not_exist"),
        ("0000-01-01", "date_does_not_exist"),
        ("令和0年5月1日", "date_does_not_exist"),
        ("平成31年5月1日", "date_is_outside_its_era"),
        ("令和元年4月30日", "date_is_outside_its_era"),
        ("昭和64年1月8日", "date_is_outside_its_era"),
        ("平成39年3月31日", "date_is_outside_its_era"),
    ],
)
def test_a_text_that_is_no_date_is_refused_with_one_problem(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        eras.parse_date(text, "/ends_on")

    assert [(p.pointer, p.code) for p in refused.value.problems] == [("/ends_on", code)]


def test_a_day_outside_its_era_names_the_western_day() -> None:
    (problem,) = eras.date_problems("平成39年3月31日", "/ends_on")

    assert problem.params == {"value": "平成39年3月31日", "western": "2027-03-31"}
    assert "「平成39年3月31日」" in problem.sentence("ja")
    assert "令和9年3月31日です" in problem.sentence("ja")
    assert "2027-03-31" in problem.sentence("en")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2020-03-31", "令和2年3月31日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2027-02-29", "2027-02-29"),
        ("1867-01-01", "1867-01-01"),
        ("２０２０-03-31", "２０２０-03-31"),
        ("2020-03-31 ", "2020-03-31 "),
    ],
)
def test_a_day_in_a_problem_is_said_in_its_era_in_japanese_only(value: str, said: str) -> None:
    problem = Problem(
        "/ends_on",
        "contract_ends_before_it_starts",
        {"starts_on": "2023-04-01", "ends_on": value},
    )

    assert f"（{said}）" in problem.sentence("ja")
    assert "令和5年4月1日" in problem.sentence("ja-jp")
    assert f"({value})" in problem.sentence("en")
    assert problem.as_dict("ja")["params"] == {"starts_on": "2023-04-01", "ends_on": value}


def test_what_somebody_wrote_is_shown_as_written() -> None:
    said = Problem("", "date_does_not_exist", {"value": "2027-02-01"}).sentence()

    assert "「2027-02-01」" in said


@given(st.dates(min_value=date(1868, 1, 25), max_value=date(2099, 12, 31)))
def test_what_is_written_is_read_back(day: date) -> None:
    for text in (eras.era(day), eras.short_era(day), day.isoformat(), f"{day:%Y%m%d}"):
        assert eras.parse_date(text) == day


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_one_problem(text: str) -> None:
    problems = eras.date_problems(text)

    assert len(problems) <= 1
