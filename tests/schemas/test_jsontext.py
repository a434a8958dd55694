"""Hostile JSON is refused by name and place, quickly, and never by a crash."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import jsontext
from schemas.problems import Refused

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8",
        exclude_characters="\0")), inner),
    max_leaves=12,
)  # fmt: skip

REFUSED: list[tuple[str, bytes | str, list[tuple[str, str]]]] = [
    ("open brackets", b"[" * 5000, [("", "json_too_deep")]),
    ("nested brackets", b"[" * 5000 + b"]" * 5000, [("", "json_too_deep")]),
    ("nested objects", b'{"a":' * 5000 + b"1" + b"}" * 5000, [("", "json_too_deep")]),
    ("101 levels", b"[" * 101 + b"]" * 101, [("", "json_too_deep")]),
    ("50 MB", b" " * 50_000_000, [("", "json_too_large")]),
    ("50 MB of text", " " * 50_000_000, [("", "json_too_large")]),
    ("wide characters", "あ" * 4_000_000, [("", "json_too_large")]),
    ("name twice", b'{"a":{"b":1,"b":2}}', [("", "json_duplicate_key")]),
    ("escaped name twice", b'{"a":1,"\\u0061":2}', [("", "json_duplicate_key")]),
    ("lone surrogate", b'{"a":["\\ud800"]}', [("/a/0", "json_lone_surrogate")]),
    ("lone surrogate name", b'{"\\udfff":1}', [("", "json_lone_surrogate")]),
    ("raw lone surrogate", '"\ud800"', [("", "json_lone_surrogate")]),
    ("surrogate in UTF-8", b'"\xed\xa0\x80"', [("", "json_not_utf8")]),
    ("NUL", b'{"a":"\\u0000"}', [("/a", "json_nul")]),
    ("raw NUL", b'"\x00"', [("", "json_not_json")]),
    ("NaN", b"[NaN]", [("", "json_number_not_finite")]),
    ("Infinity", b"[-Infinity]", [("", "json_number_not_finite")]),
    ("overflow", b"1e400", [("", "json_number_not_finite")]),
    ("many digits", b"1" * 5000, [("", "json_number_too_long")]),
    ("all at once", b'{"a":NaN,"a":"\\u0000"}',
     [("", "json_number_not_finite"), ("", "json_duplicate_key"), ("/a", "json_nul")]),
    ("Shift_JIS", "回答".encode("cp932"), [("", "json_not_utf8")]),
    ("UTF-16", '{"a":1}'.encode("utf-16"), [("", "json_not_utf8")]),
    ("nothing", b"", [("", "json_not_json")]),
    ("open text", b'"' + b'\\"' * 1000, [("", "json_not_json")]),
    ("trailing comma", b"[1,]", [("", "json_not_json")]),
    ("two values", b"{}{}", [("", "json_not_json")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "problems"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_hostile_text_is_refused(data: bytes | str, problems: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as refused:
        jsontext.parse(data)

    assert [(p.pointer, p.code) for p in refused.value.problems] == problems
    for problem in refused.value.problems:
        assert problem.sentence("ja")
        assert problem.sentence("en").encode()


@pytest.mark.parametrize(
    "data",
    [b"[" * 9_999_999, b"[]" * 4_999_999, b'"' + b'\\"' * 4_999_999, b'{"a":1},' * 1_000_000,
     b"\\" * 9_999_999, b'"\\' * 4_999_999],
    ids=["open", "flat", "open text", "objects", "backslashes", "both"],
)  # fmt: skip
def test_hostile_text_is_refused_quickly(data: bytes) -> None:
    start = time.perf_counter()

    with pytest.raises(Refused):
        jsontext.parse(data)

    assert time.perf_counter() - start < 8


@given(VALUES)
def test_good_json_is_read_as_it_is(value: Any) -> None:
    assert jsontext.parse(json.dumps(value)) == value
    assert jsontext.parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=40) | st.text('[]{}"\\,:0aé\ud800\0', max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes | str) -> None:
    try:
        value = jsontext.parse(data)
    except Refused:
        return
    assert jsontext.parse(json.dumps(value)) == value


def test_brackets_inside_text_do_not_count() -> None:
    text = json.dumps(["[" * 500, '"' + "{" * 500, "\\"])

    assert jsontext.parse(text) == json.loads(text)
    assert jsontext.nesting(text) == 1


def test_limits_are_arguments() -> None:
    assert jsontext.parse("[[1]]", max_depth=2, max_bytes=5) == [[1]]
    with pytest.raises(Refused):
        jsontext.parse("[[1]]", max_depth=1)
    with pytest.raises(Refused):
        jsontext.parse("[[1]]", max_bytes=4)


def test_byte_order_mark_and_pairs_are_read() -> None:
    assert jsontext.parse(b'\xef\xbb\xbf"\\ud83d\\ude00"') == "😀"
    assert jsontext.parse("\ufeff1") == 1
