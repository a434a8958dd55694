"""How money, days, verdicts and people's texts are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.utils import translation

from marketplace.templatetags import dmp

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (1234567, "1,234,567円", "¥1,234,567"),
        (0, "0円", "¥0"),
        (None, "—", "—"),
        (True, "—", "—"),
        (12.5, "—", "—"),
    ],
)
def test_yen(value: object, japanese: str, english: str) -> None:
    assert dmp.yen(value) == japanese
    with translation.override("en"):
        assert dmp.yen(value) == english


@pytest.mark.parametrize(
    ("value", "whole", "short"),
    [
        (date(2027, 3, 31), "2027年3月31日（令和9年3月31日）", "R9.3.31"),
        (date(2019, 5, 1), "2019年5月1日（令和元年5月1日）", "R1.5.1"),
        ("2027-03-31", "2027年3月31日（令和9年3月31日）", "R9.3.31"),
        (datetime(2027, 3, 30, 16, tzinfo=UTC), "2027年3月31日（令和9年3月31日）", "R9.3.31"),
        (None, "—", "—"),
        ("soon", "—", "—"),
    ],
)
def test_day_in_japanese(value: object, whole: str, short: str) -> None:
    assert dmp.day(value) == whole
    assert dmp.short_day(value) == short


def test_day_in_english() -> None:
    with translation.override("en"):
        assert dmp.day(date(2027, 3, 31)) == "31 March 2027 (Reiwa 9)"
        assert dmp.short_day(date(2027, 3, 31)) == "2027-03-31"


@pytest.mark.parametrize(
    ("value", "japanese", "english"),
    [
        (date(2027, 3, 31), "あと128日", "128 days left"),
        (date(2026, 11, 24), "あと1日", "1 day left"),
        (TODAY, "今日", "today"),
        (date(2026, 11, 11), "12日経過", "12 days ago"),
        (None, "", ""),
    ],
)
def test_days_left(value: object, japanese: str, english: str) -> None:
    assert dmp.days_left(value, TODAY) == japanese
    with translation.override("en"):
        assert dmp.days_left(value, TODAY) == english


def test_tax_basis() -> None:
    assert [dmp.tax_basis(each) for each in ("INCLUDED", "EXCLUDED", "")] == ["税込", "税抜", "—"]


def test_prose_escapes_and_keeps_lines() -> None:
    assert dmp.prose("<b>一</b>\r\n二\n") == "&lt;b&gt;一&lt;/b&gt;<br>二"


@pytest.mark.parametrize(
    ("outcome", "kind", "word"),
    [
        ("conforms", "conforms", "適合"),
        ("conforms_with_transitional", "transitional", "経過措置つき適合"),
        ("does_not_conform", "fails", "不適合"),
        (None, "none", "未表明"),
    ],
)
def test_verdict_has_icon_word_and_colour(outcome: object, kind: str, word: str) -> None:
    shown = dmp.verdict(outcome)

    assert shown.startswith(f'<span class="verdict verdict--{kind}"><svg ')
    assert shown.endswith(f"</svg> {word}</span>")


def test_verdicts_have_four_icons() -> None:
    assert len({dmp.verdict(each).split("</svg>")[0] for each in (*dmp.VERDICTS, "")}) == 4


def test_obligation_chip_names_what_it_does_not_know() -> None:
    assert dmp.obligation_chip("mandatory") == '<span class="chip chip--mandatory">実装必須</span>'
    assert dmp.obligation_chip("<x>") == '<span class="chip chip--neutral">&lt;x&gt;</span>'


def test_near_pages_leave_out_the_middle() -> None:
    page = Paginator(range(500), 20).page(7)

    assert dmp.near_pages(page) == [1, 0, 5, 6, 7, 8, 9, 0, 25]
