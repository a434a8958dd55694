"""Searchable text: what is one word to a reader is one word to the search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.searchtext import normalise, words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("ｸﾗｳﾄﾞ", "クラウド", id="half-width katakana"),
        pytest.param("くらうど", "クラウド", id="hiragana"),
        pytest.param("ｌｇｗａｎ", "LGWAN", id="full-width Latin, case"),
        pytest.param("サーバ", "サーバー", id="word-final stroke"),
        pytest.param("高橋", "髙橋", id="ladder 高"),
        pytest.param("渡辺", "渡邊", id="variant 辺"),
        pytest.param("渡邉", "渡邊", id="two variants of 辺"),
        pytest.param("(株)サンプル", "㈱サンプル", id="one-character 株式会社"),
        pytest.param("葛城", "葛\U000e0100城", id="variation selector"),
        pytest.param("A－1", "A-1", id="full-width dash"),
        pytest.param("住民　記録", " 住民 \n記録 ", id="spaces"),
    ],
)
def test_normalise_folds_what_readers_hold_equal(written: str, meant: str) -> None:
    assert normalise(written) == normalise(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [("サーバー室", "サーハ室"), ("コード", "コド"), ("ビール", "ビル"), ("は", "ば")],
)
def test_normalise_keeps_other_words_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text(max_size=60))
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_words_are_folded_and_split() -> None:
    assert words("　ｻｰﾊﾞｰ  住民票 ") == ["さーば", "住民票"]
