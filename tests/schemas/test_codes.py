"""Check digits: known codes, every listed code, and every mistyped digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codelist, codes
from schemas.problems import Problem

LOCAL_GOVERNMENT_CODES = {
    "131016": "東京都千代田区",
    "011002": "札幌市",
    "010006": "北海道",
    "130001": "東京都",
    "141003": "横浜市",
    "011011": "札幌市中央区: remainder 0 gives 1",
    "012050": "室蘭市: remainder 1 gives 0",
    "072028": "会津若松市",
    "134023": "青ヶ島村",
    "472018": "那覇市",
}

CORPORATE_NUMBERS = [
    "7123456789012",
    "5060001002844",
    "7010401022916",
    "5010001006767",
    "6010701025710",
    "4011001098993",
]

CORPORATE_NUMBERS_OF_BODIES = {
    "130001": "8000020130001",
    "141003": "3000020141003",
    "011002": "9000020011002",
    "131016": "8000020131016",
}

NOT_STRINGS_OF_DIGITS: list[object] = [
    None, 131016, 131016.0, True, "", "13101", "1310166", "13101a", " 131016",
                         "１３１０１６", "131016\n", "-31016", "١٣١٠١٦", [], {}]  # fmt: skip


def problem_codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in problems]


@pytest.mark.parametrize("code", LOCAL_GOVERNMENT_CODES, ids=LOCAL_GOVERNMENT_CODES.values())
def test_local_government_check_digit_of_known_codes(code: str) -> None:
    assert codes.local_government_check_digit(code[:5]) == code[5]
    assert codes.local_government_code_problems(code, "/body") == []


def test_every_listed_local_government_has_its_check_digit() -> None:
    listed = [row.code for row in codelist.local_governments()]

    assert len(listed) == 1788
    assert [code for code in listed if not codes.is_local_government_code(code)] == []


@pytest.mark.parametrize("value", NOT_STRINGS_OF_DIGITS, ids=repr)
def test_local_government_code_of_another_shape(value: object) -> None:
    assert not codes.is_local_government_code(value)
    assert problem_codes(codes.local_government_code_problems(value, "/body")) == [
        ("/body", "local_government_code_is_not_six_digits")
    ]


def test_local_government_code_with_another_check_digit() -> None:
    problems = codes.local_government_code_problems("131017", "/body")

    assert problem_codes(problems) == [("/body", "local_government_code_check_digit_differs")]
    assert problems[0].params == {"value": "131017"}


@given(st.from_regex(r"[0-9]{5}", fullmatch=True), st.integers(0, 9))
def test_exactly_one_digit_completes_a_local_government_code(base: str, digit: int) -> None:
    right = codes.local_government_check_digit(base)

    assert codes.is_local_government_code(f"{base}{digit}") == (str(digit) == right)


@given(
    st.sampled_from([row.code for row in codelist.local_governments()]),
    st.integers(0, 4),
    st.integers(1, 9),
)
def test_a_mistyped_digit_of_a_local_government_code_changes_the_sum(
    code: str, place: int, shift: int
) -> None:
    """Only remainders 0/10 apart share a check digit: 11 - S has 11 values, digits are 10."""
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    weight = 6 - place
    moved = (weight * (int(wrong[place]) - int(code[place]))) % 11
    total = sum(w * int(d) for w, d in zip(range(6, 1, -1), code, strict=False))
    remainders = {total % 11, (total + moved) % 11}

    assert moved != 0
    assert codes.is_local_government_code(wrong) == (remainders == {0, 10})


@pytest.mark.parametrize("base", ["1310", "131016", "1310x", "１３１０１", ""])
def test_local_government_check_digit_refuses_other_shapes(base: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        codes.local_government_check_digit(base)


@pytest.mark.parametrize("number", CORPORATE_NUMBERS)
def test_corporate_check_digit_of_known_numbers(number: str) -> None:
    assert codes.corporate_number_check_digit(number[1:]) == number[0]
    assert codes.corporate_number_problems(number, "/vendor") == []


@pytest.mark.parametrize(
    "value", [None, 7123456789012, True, "", "712345678901", "71234567890123", "T123456789012"]
)
def test_corporate_number_of_another_shape(value: object) -> None:
    assert problem_codes(codes.corporate_number_problems(value, "/n")) == [
        ("/n", "corporate_number_is_not_thirteen_digits")
    ]


@pytest.mark.parametrize("number", CORPORATE_NUMBERS)
@pytest.mark.parametrize("shift", range(1, 10))
def test_corporate_number_with_another_first_digit(number: str, shift: int) -> None:
    wrong = str((int(number[0]) + shift) % 10) + number[1:]

    assert problem_codes(codes.corporate_number_problems(wrong, "/n")) == [
        ("/n", "corporate_number_check_digit_differs")
    ]


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 11), st.integers(1, 9))
def test_corporate_number_finds_every_mistyped_digit_but_0_for_9(
    base: str, place: int, shift: int
) -> None:
    number = codes.corporate_number_check_digit(base) + base
    wrong_digit = str((int(base[place]) + shift) % 10)
    wrong = number[: place + 1] + wrong_digit + number[place + 2 :]

    assert number[0] != "0"
    assert codes.is_corporate_number(wrong) == ({base[place], wrong_digit} == {"0", "9"})


@pytest.mark.parametrize(("code", "number"), CORPORATE_NUMBERS_OF_BODIES.items())
def test_corporate_number_of_a_local_government(code: str, number: str) -> None:
    assert codes.corporate_number_of(code) == number
    assert codes.is_corporate_number(number)


@pytest.mark.parametrize("code", ["141004", "14100", "", "１４１００３"])
def test_corporate_number_of_refuses_a_wrong_code(code: str) -> None:
    with pytest.raises(ValueError, match="not a local government code"):
        codes.corporate_number_of(code)


@pytest.mark.parametrize(
    ("value", "corporation", "found"),
    [
        ("T7010401022916", True, []),
        ("T7010401022917", True, ["invoice_number_check_digit_differs"]),
        ("T7010401022917", False, []),
        ("7010401022916", True, ["invoice_number_is_not_t_and_thirteen_digits"]),
        ("t7010401022916", False, ["invoice_number_is_not_t_and_thirteen_digits"]),
        ("Ｔ7010401022916", False, ["invoice_number_is_not_t_and_thirteen_digits"]),
        (None, False, ["invoice_number_is_not_t_and_thirteen_digits"]),
    ],
)
def test_invoice_number(value: object, corporation: bool, found: list[str]) -> None:
    problems = codes.invoice_number_problems(value, "/t", corporation=corporation)

    assert [problem.code for problem in problems] == found
    assert codes.is_invoice_number(value, corporation=corporation) == (not found)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("１３１０１６", "131016"),
        (" 131016　", "131016"),
        ("Ｔ７０１０４０１０２２９１６", "T7010401022916"),
        ("131016", "131016"),
        ("千代田区", "千代田区"),
    ],
)
def test_half_width_mends_what_people_type(text: str, mended: str) -> None:
    assert codes.half_width(text) == mended


@given(st.text())
def test_half_width_is_settled_after_once(text: str) -> None:
    assert codes.half_width(codes.half_width(text)) == codes.half_width(text)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()))
def test_no_value_breaks_the_checks(value: object) -> None:
    for problems in (
        codes.local_government_code_problems(value),
        codes.corporate_number_problems(value),
        codes.invoice_number_problems(value, corporation=True),
    ):
        assert len(problems) <= 1
