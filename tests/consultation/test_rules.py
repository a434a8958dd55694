"""The rules of a consultation, as truth tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from schemas import codelist
from schemas.problems import Problem
from specs.consultation import rules
from specs.consultation.models import Answer, Comment

TODAY = date(2026, 11, 23)
NEXT = TODAY + timedelta(days=1)
BEFORE = TODAY - timedelta(days=1)


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "said"),
    [
        (TODAY, NEXT, []),
        (TODAY, TODAY, []),
        (NEXT, NEXT, []),
        (BEFORE, NEXT, ["consultation_opens_in_the_past"]),
        (NEXT, TODAY, ["consultation_closes_before_it_opens"]),
        (BEFORE, BEFORE - timedelta(days=1),
         ["consultation_opens_in_the_past", "consultation_closes_before_it_opens"]),
    ],
)  # fmt: skip
def test_a_period_is_ahead(opens_on: date, closes_on: date, said: list[str]) -> None:
    assert codes(rules.period_is_ahead(opens_on, closes_on, TODAY)) == said


def test_a_period_shorter_than_the_practice_is_warned_about() -> None:
    practice = codelist.consultation_practice("draft_version", TODAY)
    assert practice is not None
    assert not practice.confirmed
    enough = TODAY + timedelta(days=practice.minimum_days - 1)

    assert codes(rules.period_is_long_enough(TODAY, enough)) == []
    (warning,) = rules.period_is_long_enough(TODAY, enough - timedelta(days=1))
    assert warning.params["days"] == practice.minimum_days - 1
    assert "直接は適用されません" in warning.sentence("ja")
    assert "do not apply directly" in warning.sentence("en")


@pytest.mark.parametrize(
    ("new", "today", "standing", "said"),
    [
        (date(2026, 12, 21), TODAY, "open", []),
        (date(2026, 12, 21), TODAY, "planned", []),
        (date(2026, 12, 24), date(2026, 12, 24), "over", []),
        (date(2026, 12, 20), TODAY, "open", ["consultation_extends_later"]),
        (date(2026, 12, 21), date(2026, 12, 24), "over", ["consultation_extends_later"]),
        (date(2026, 12, 21), TODAY, "closed", ["consultation_is_closed"]),
        (date(2026, 12, 21), TODAY, "published", ["consultation_is_closed"]),
    ],
)
def test_an_extension_is_later(new: date, today: date, standing: str, said: list[str]) -> None:
    assert codes(rules.extension_is_later(date(2026, 12, 20), new, today, standing)) == said


@pytest.mark.parametrize(
    ("today", "standing", "reason", "said"),
    [
        (NEXT, "over", "", []),
        (TODAY, "open", "災害のため", []),
        (TODAY, "open", " ", ["consultation_closes_early"]),
        (TODAY, "planned", "", ["consultation_closes_early"]),
        (NEXT, "closed", "", ["consultation_is_closed"]),
        (NEXT, "published", "", ["consultation_is_closed"]),
        (TODAY, "open", "長" * 301, ["text_too_long"]),
        (TODAY, "open", "a\x1bb", ["text_has_control_character"]),
    ],
)
def test_who_closes_early_says_why(
    today: date, standing: str, reason: str, said: list[str]
) -> None:
    assert codes(rules.close_says_why(TODAY, today, standing, reason)) == said


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("open", []),
        ("planned", ["consultation_not_open_yet"]),
        ("over", ["consultation_is_over"]),
        ("closed", ["consultation_is_closed"]),
        ("published", ["consultation_is_closed"]),
    ],
)
def test_comments_are_taken_while_it_is_open(standing: str, said: list[str]) -> None:
    assert codes(rules.consultation_is_open(standing, TODAY, NEXT)) == said


@pytest.mark.parametrize(
    ("kind", "about", "proposed", "reason", "said"),
    [
        ("correction", "今の文", "新しい文", "理由", []),
        ("correction", "今の文", "", "理由", ["comment_wording_missing"]),
        ("correction", "今の文", " 今の文 ", "理由", ["comment_wording_is_unchanged"]),
        ("correction", None, "新しい文", "理由", ["comment_needs_a_requirement"]),
        ("addition", None, "新しい文", "理由", []),
        ("addition", "今の文", "新しい文", "理由", []),
        ("addition", None, "", "理由", ["comment_wording_missing"]),
        ("deletion", "今の文", "", "理由", []),
        ("deletion", None, "", "理由", ["comment_needs_a_requirement"]),
        ("deletion", "今の文", "新しい文", "理由", ["comment_takes_no_wording"]),
        ("question", None, "", "質問", []),
        ("question", "今の文", "", "質問", []),
        ("question", "今の文", "新しい文", "質問", ["comment_takes_no_wording"]),
        ("question", None, "", " ", ["comment_reason_missing"]),
        ("praise", None, "", "理由", ["comment_kind_not_known"]),
        ("addition", None, "a\0b", "理由", ["text_has_nul"]),
        ("addition", None, "新しい文", "長" * 2001, ["text_too_long"]),
    ],
)
def test_a_comment_says_what_it_wants(
    kind: str, about: str | None, proposed: str, reason: str, said: list[str]
) -> None:
    found = rules.comment_says_what_it_wants(kind, about=about, proposed=proposed, reason=reason)
    assert codes(found) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"endorsed": True}, ["comment_is_endorsed"]),
        ({"answered": True}, ["comment_is_answered"]),
        ({"answered": True, "endorsed": True}, ["comment_is_answered"]),
        ({"withdrawn": True, "answered": True}, ["comment_is_withdrawn"]),
    ],
)
def test_what_others_rely_on_is_changed_no_more(facts: dict[str, bool], said: list[str]) -> None:
    stated = {"withdrawn": False, "answered": False, "endorsed": False, **facts}
    assert codes(rules.comment_can_still_change(**stated)) == said


@pytest.mark.parametrize(
    ("own", "other", "withdrawn", "said"),
    [
        ("072028", "141003", False, []),
        ("072028", "072028", False, ["endorsement_of_own_comment"]),
        ("072028", "141003", True, ["comment_is_withdrawn"]),
    ],
)
def test_one_endorses_what_others_say(
    own: str, other: str, withdrawn: bool, said: list[str]
) -> None:
    assert codes(rules.comment_can_be_endorsed(own, other, withdrawn=withdrawn)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"outcome": "partly", "changed": ["F1", "F2"]}, []),
        ({"outcome": "adopted", "changed": []}, []),
        ({"outcome": "not"}, []),
        ({"outcome": "later"}, []),
        ({"outcome": "explained", "kind": "question"}, []),
        ({"outcome": "explained"}, ["answer_explains_questions_only"]),
        ({"outcome": "perhaps"}, ["answer_outcome_not_known"]),
        ({"reason": " "}, ["answer_reason_missing"]),
        ({"outcome": "not", "changed": ["F1"]}, ["answer_changes_nothing"]),
        ({"outcome": "later", "changed": ["F1"]}, ["answer_changes_nothing"]),
        ({"changed": ["F9"]}, ["answer_names_unknown_requirement"]),
        ({"changed": ["F1"] * 21}, ["answer_names_too_many"]),
        ({"withdrawn": True}, ["comment_is_withdrawn"]),
        ({"published": True}, ["consultation_results_are_published"]),
    ],
)
def test_an_answer_says_why(changes: dict[str, Any], said: list[str]) -> None:
    stated: dict[str, Any] = {"withdrawn": False, "published": False, **changes}
    found = rules.answer_says_why(
        stated.pop("kind", "correction"),
        stated.pop("outcome", "adopted"),
        stated.pop("reason", "理由"),
        stated.pop("changed", []),
        {"F1", "F2"},
        **stated,
    )
    assert codes(found) == said


@pytest.mark.parametrize(
    ("standing", "unanswered", "said"),
    [
        ("closed", 0, []),
        ("closed", 2, ["consultation_has_unanswered"]),
        ("open", 0, ["consultation_is_not_closed"]),
        ("over", 0, ["consultation_is_not_closed"]),
        ("planned", 0, ["consultation_is_not_closed"]),
        ("published", 0, ["consultation_results_are_published"]),
    ],
)
def test_results_are_complete(standing: str, unanswered: int, said: list[str]) -> None:
    assert codes(rules.results_are_complete(standing, unanswered)) == said


@pytest.mark.parametrize(
    ("unanswered", "reason", "said"),
    [
        (0, "", []),
        (3, "", ["version_has_unanswered_comments"]),
        (3, " ", ["version_has_unanswered_comments"]),
        (3, "法令の施行日が迫るため", []),
    ],
)
def test_unanswered_comments_need_a_reason(unanswered: int, reason: str, said: list[str]) -> None:
    assert codes(rules.publication_problems("1.1", unanswered, reason)) == said


@pytest.mark.parametrize(
    ("done", "effect", "said"),
    [
        ("取組", "効果", []),
        ("", "効果", ["good_practice_done_missing"]),
        ("取組", "", ["good_practice_effect_missing"]),
    ],
)
def test_a_good_practice_says_what_was_done(done: str, effect: str, said: list[str]) -> None:
    assert codes(rules.good_practice_says_what_was_done("", done, effect)) == said


def test_the_rules_know_every_kind_and_outcome() -> None:
    assert list(rules.KINDS) == Comment.Kind.values
    assert list(rules.OUTCOMES) == Answer.Outcome.values
