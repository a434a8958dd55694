"""What people type: read where it can be, refused in our own words where it cannot."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from marketplace.fields import (
    CleanCharField,
    CorporateNumberField,
    DateField3,
    LocalGovernmentCodeField,
    YenField,
)


def refusal(field: forms.Field, value: object) -> str:
    """Return the sentence with which a field refuses a value."""
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return " ".join(caught.value.messages)


class Facts(forms.Form):
    """A form with a day in three fields."""

    ends_on = DateField3(label="終了日")


def test_day_reads_full_width_digits() -> None:
    data = {"ends_on_year": "２０２７", "ends_on_month": "３", "ends_on_day": " 31 "}
    form = Facts(data)

    assert form.is_valid()
    assert form.cleaned_data == {"ends_on": date(2027, 3, 31)}


def test_day_reads_one_iso_date() -> None:
    form = Facts({"ends_on": "2027-03-31"})

    assert form.is_valid()
    assert form.cleaned_data == {"ends_on": date(2027, 3, 31)}


NOT_NUMBERS = "年・月・日を数字で入力してください。例：2027年3月31日、令和9年3月31日"


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (["2027", "2", "29"], "2027-2-29 は暦にない日付です。年・月・日を確かめてください。"),
        (["2027", "", "1"], NOT_NUMBERS),
        (["令9", "3", "31"], NOT_NUMBERS),
        (["令和9", "", "31"], NOT_NUMBERS),
        (["令和9", "2", "29"], "「令和9年2月29日」という日はありません。"),
        (["-1", "3", "31"], NOT_NUMBERS),
        (["0", "3", "31"], "0-3-31 は暦にない日付です。年・月・日を確かめてください。"),
        (["2027\0", "3", "31"], NOT_NUMBERS),
        (["", "", ""], "この項目は必須です。"),
    ],
)
def test_day_refuses(parts: list[str], sentence: str) -> None:
    assert refusal(DateField3(), parts) == sentence


@pytest.mark.parametrize("year", ["令和9", "令和９年", "R9", "r9", " 令和9 "])
def test_day_takes_a_year_of_an_era(year: str) -> None:
    assert DateField3().clean([year, "3", "31"]) == date(2027, 3, 31)


def test_day_takes_the_leap_day() -> None:
    assert DateField3().clean(["2028", "2", "29"]) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("value", "amount"),
    [("1200000", 1200000), ("１，２００，０００円", 1200000), ("¥0", 0), (" 12 ", 12)],
)
def test_yen_reads(value: str, amount: int) -> None:
    assert YenField().clean(value) == amount


@pytest.mark.parametrize("value", ["12.5", "１２．５", "-1", "1e3", "abc", "9" * 16, "1\0"])
def test_yen_refuses(value: str) -> None:
    sentence = "円単位の整数で入力してください。小数や文字は使えません。例：1200000"
    assert refusal(YenField(), value) == sentence


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("a\0b", "使えない文字（NUL）が含まれています。入力し直してください。"),
        ("a\ud800b", "文字として成り立たない符号が含まれています。入力し直してください。"),
        ("a\x07b", "使えない制御文字が含まれています。入力し直してください。"),
        ("あいうえおか", "5文字以内にしてください（いま6文字）。"),
    ],
)
def test_text_refuses(value: str, sentence: str) -> None:
    assert refusal(CleanCharField(max_length=5), value) == sentence


def test_text_is_told_in_english() -> None:
    with translation.override("en"):
        sentence = refusal(CleanCharField(max_length=1), "ab")

    assert sentence == "Keep the text within 1 characters (now 2)."


def test_text_is_composed_and_its_line_ends_unified() -> None:
    assert CleanCharField().clean(" か\u3099\r\n二 ") == "が\n二"


def test_corporate_number_reads_full_width_and_checks_its_digit() -> None:
    assert CorporateNumberField().clean("７００００１２０５０００２") == "7000012050002"
    assert refusal(CorporateNumberField(), "7000012050003") != ""


def test_local_government_code_checks_its_digit() -> None:
    assert LocalGovernmentCodeField().clean("１３１０１６") == "131016"
    assert refusal(LocalGovernmentCodeField(), "131017") != ""
