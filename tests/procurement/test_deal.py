"""How the deal's pages show the way to a page, and where a month stands to the renewal date."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from procurement.templatetags.deal import deal_crumbs, months_from


def test_way_ends_at_this_page_without_an_address() -> None:
    with override("ja"):
        way = deal_crumbs(
            "plans", "公共施設予約システム", "/procurement/plans/1/", "切替計画を変える"
        )

    assert way == {
        "crumbs": [
            ("調達", "/procurement/"),
            ("切替計画", "/procurement/plans/"),
            ("公共施設予約システム", "/procurement/plans/1/"),
            ("切替計画を変える", ""),
        ]
    }


def test_room_itself_is_this_page() -> None:
    with override("ja"):
        assert deal_crumbs("contracts") == {"crumbs": [("調達", "/procurement/"), ("契約台帳", "")]}


@pytest.mark.parametrize(
    ("offset", "words"),
    [(-12, "更改日の12か月前"), (0, "更改日"), (1, "更改日の1か月後")],
)
def test_months_are_said_in_words(offset: int, words: str) -> None:
    with override("ja"):
        assert months_from(offset) == words


def test_one_month_is_singular_in_english() -> None:
    with override("en"):
        assert [months_from(-1), months_from(-2)] == [
            "1 month before the renewal date",
            "2 months before the renewal date",
        ]
