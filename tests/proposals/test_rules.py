"""What a proposal must say, and the requirements that it becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specs.proposals import rules, wishes
from specs.proposals.wishes import Wish

WISH = Wish(
    title="道路損傷の通報受付の標準仕様",
    domain="roads-parks",
    purpose="団体ごとに仕様書を書いている。",
    scope="通報の受付から補修の記録まで。",
    essential=("通報を受け付けられること。",),
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"desired": ("写真を添付できること。",)}, []),
        ({"title": " "}, [("/title", "proposal_text_missing")]),
        ({"title": "題" * 101}, [("/title", "text_too_long")]),
        ({"purpose": ""}, [("/purpose", "proposal_text_missing")]),
        ({"scope": "\x00"}, [("/scope", "text_has_nul")]),
        ({"domain": "nowhere"}, [("/domain", "proposal_domain_not_listed")]),
        ({"domain": "resident-record"}, [("/domain", "proposal_domain_is_statutory")]),
        ({"essential": ()}, [("/essential", "proposal_needs_a_function")]),
        ({"essential": ("機" * 301,)}, [("/essential", "text_too_long")]),
        ({"essential": ("同じ", "同じ")}, [("/essential", "proposal_function_twice")]),
        ({"desired": WISH.essential}, [("/desired", "proposal_function_twice")]),
        (
            {"desired": tuple(f"機能{n}" for n in range(100))},
            [("/desired", "proposal_has_too_many_functions")],
        ),
    ],
)
def test_a_wish_can_be_judged(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    problems = rules.wish_can_be_judged(replace(WISH, **changes))

    assert [(each.pointer, each.code) for each in problems] == found


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("open", []),
        ("taken_up", ["proposal_is_taken_up"]),
        ("withdrawn", ["proposal_is_withdrawn"]),
    ],
)
def test_only_an_open_proposal_goes_on(state: str, found: list[str]) -> None:
    assert [each.code for each in rules.proposal_is_open(state)] == found


@pytest.mark.parametrize(
    ("outcome", "reason", "found"),
    [
        ("later", "来年度に検討する。", []),
        ("not", "対象の団体が少ない。", []),
        ("taken_up", "案を作る。", ["proposal_outcome_not_known"]),
        ("", "", ["proposal_outcome_not_known", "proposal_text_missing"]),
    ],
)
def test_an_answer_says_why(outcome: str, reason: str, found: list[str]) -> None:
    assert [each.code for each in rules.answer_says_why(outcome, reason)] == found


@pytest.mark.parametrize(
    ("prefix", "right"), [("910", True), ("９１０", False), ("91", False), ("91a", False)]
)
def test_ids_begin_with_three_digits(prefix: str, right: bool) -> None:
    assert (not list(rules.prefix_is_of_three_digits(prefix))) is right


def test_lines_lose_the_marks_of_a_list() -> None:
    assert wishes.lines("・予約できること。\r\n\n　- 取り消せること。\n●\n2段階で") == (
        "予約できること。",
        "取り消せること。",
        "2段階で",
    )


def test_what_is_essential_becomes_mandatory_and_comes_first() -> None:
    made = wishes.requirements(("一", "二"), ("三",), "910", "章")

    assert [(each.key, each.official_id, each.obligation, each.text) for each in made] == [
        ("F9100010", "9100010", "mandatory", "一"),
        ("F9100020", "9100020", "mandatory", "二"),
        ("F9100030", "9100030", "standard_option", "三"),
    ]
    assert {each.chapter for each in made} == {"章"}
