"""What must hold of a consultation, a comment, an answer. Facts in, problems out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem

LONGEST_CALL: Final = 2000
LONGEST_WORDING: Final = 5000
LONGEST_REASON: Final = 2000
LONGEST_EARLY: Final = 300
LONGEST_PRODUCT: Final = 120
LONGEST_PRACTICE: Final = 2000
MOST_CHANGED: Final = 20
PRACTICE: Final = "draft_version"
KINDS: Final = ("correction", "addition", "deletion", "question")
OUTCOMES: Final = ("adopted", "partly", "not", "later", "explained")

_CLOSED: Final = {
    "planned": "consultation_not_open_yet",
    "over": "consultation_is_over",
    "closed": "consultation_is_closed",
    "published": "consultation_is_closed",
}


def _stated(text: str, pointer: str, missing: str, longest: int) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(pointer, missing)
    yield from text_problems(text, pointer, longest=longest)


def period_is_ahead(opens_on: date, closes_on: date, today: date) -> Iterator[Problem]:
    """A consultation begins today or later and ends no earlier than it begins (意見照会の期間)."""
    if opens_on < today:
        yield Problem("/opens_on", "consultation_opens_in_the_past", {"day": today.isoformat()})
    if closes_on < opens_on:
        params: dict[str, str | int] = {"day": opens_on.isoformat()}
        yield Problem("/closes_on", "consultation_closes_before_it_opens", params)


def period_is_long_enough(opens_on: date, closes_on: date) -> Iterator[Problem]:
    """Warns, and never stops, where a consultation is shorter than is usual.

    行政手続法39条3項（30日以上）は命令等の意見公募についての定めで、直接は適用されない
    (schemas/codelists/consultation_practices.csv).
    """
    practice = codelist.consultation_practice(PRACTICE, opens_on)
    days = (closes_on - opens_on).days + 1
    if practice is not None and 0 < days < practice.minimum_days:
        params: dict[str, str | int] = {
            "days": days,
            "least": practice.minimum_days,
            "practice_ja": practice.practice_ja,
            "practice_en": practice.practice_en,
        }
        yield Problem("/closes_on", "consultation_is_short", params)


def call_says_something(call: str) -> Iterator[Problem]:
    """A consultation says what is asked (意見照会の趣旨)."""
    yield from _stated(call, "/call", "consultation_call_missing", LONGEST_CALL)


def extension_is_later(closes_on: date, new: date, today: date, standing: str) -> Iterator[Problem]:
    """Only what is not closed is extended, to a later day that has not passed (期間の延長)."""
    if standing in {"closed", "published"}:
        yield Problem("/closes_on", "consultation_is_closed")
    elif new <= closes_on or new < today:
        latest = max(closes_on, today)
        yield Problem("/closes_on", "consultation_extends_later", {"day": latest.isoformat()})


def close_says_why(closes_on: date, today: date, standing: str, reason: str) -> Iterator[Problem]:
    """Who closes before the announced last day says why; nothing closes twice (意見照会の締切)."""
    if standing in {"closed", "published"}:
        yield Problem("/state", "consultation_is_closed")
    elif today <= closes_on and not reason.strip():
        yield Problem("/reason", "consultation_closes_early", {"day": closes_on.isoformat()})
    yield from text_problems(reason, "/reason", longest=LONGEST_EARLY)


def consultation_is_open(standing: str, opens_on: date, closes_on: date) -> Iterator[Problem]:
    """Comments, changes and endorsements are taken between the two days only (意見照会の期間)."""
    if standing in _CLOSED:
        params: dict[str, str | int] = {
            "opens": opens_on.isoformat(),
            "closes": closes_on.isoformat(),
        }
        yield Problem("/consultation", _CLOSED[standing], params)


def comment_says_what_it_wants(
    kind: str, *, about: str | None, proposed: str, reason: str
) -> Iterator[Problem]:
    """A correction brings a wording, a deletion names a requirement, all a reason (意見の様式).

    ``about`` is the requirement's text as asked, None for the whole version.
    """
    if kind not in KINDS:
        yield Problem("/kind", "comment_kind_not_known")
    if kind in {"correction", "deletion"} and about is None:
        yield Problem("/requirement", "comment_needs_a_requirement")
    wording = proposed.strip()
    if kind in {"correction", "addition"} and not wording:
        yield Problem("/proposed", "comment_wording_missing")
    elif kind == "correction" and about is not None and wording == about.strip():
        yield Problem("/proposed", "comment_wording_is_unchanged")
    elif kind in {"deletion", "question"} and wording:
        yield Problem("/proposed", "comment_takes_no_wording")
    yield from text_problems(proposed, "/proposed", longest=LONGEST_WORDING)
    yield from _stated(reason, "/reason", "comment_reason_missing", LONGEST_REASON)


def comment_can_still_change(
    *, withdrawn: bool, answered: bool, endorsed: bool
) -> Iterator[Problem]:
    """What others endorsed, or the editors answered, is changed no more (意見の同一性)."""
    if withdrawn:
        yield Problem("/comment", "comment_is_withdrawn")
    elif answered:
        yield Problem("/comment", "comment_is_answered")
    elif endorsed:
        yield Problem("/comment", "comment_is_endorsed")


def comment_can_be_endorsed(own: str, other: str, *, withdrawn: bool) -> Iterator[Problem]:
    """An organisation endorses what others say, once each (賛同)."""
    if withdrawn:
        yield Problem("/comment", "comment_is_withdrawn")
    elif own == other:
        yield Problem("/organisation", "endorsement_of_own_comment")


def answer_says_why(
    kind: str,
    outcome: str,
    reason: str,
    changed: Collection[str],
    known: Collection[str],
    *,
    withdrawn: bool,
    published: bool,
) -> Iterator[Problem]:
    """An answer gives its reason, and names only requirements that there are.

    意見を考慮した結果とその理由を示す（行政手続法43条1項に倣う。直接の適用はない）.
    """
    if withdrawn:
        yield Problem("/comment", "comment_is_withdrawn")
    if published:
        yield Problem("/comment", "consultation_results_are_published")
    if outcome not in OUTCOMES:
        yield Problem("/outcome", "answer_outcome_not_known")
    elif outcome == "explained" and kind != "question":
        yield Problem("/outcome", "answer_explains_questions_only")
    yield from _stated(reason, "/reason", "answer_reason_missing", LONGEST_REASON)
    if changed and outcome in {"not", "later", "explained"}:
        yield Problem("/changed", "answer_changes_nothing")
    elif unknown := [key for key in changed if key not in known]:
        listed = "、".join(key[:40] for key in unknown[:MOST_CHANGED])
        yield Problem("/changed", "answer_names_unknown_requirement", {"value": listed})
    elif len(changed) > MOST_CHANGED:
        yield Problem("/changed", "answer_names_too_many", {"most": MOST_CHANGED})


def results_are_complete(standing: str, unanswered: int) -> Iterator[Problem]:
    """The results are published once, after the close, with an answer to every comment.

    行政手続法43条1項に倣う（直接の適用はない）.
    """
    if standing == "published":
        yield Problem("/state", "consultation_results_are_published")
    elif standing != "closed":
        yield Problem("/state", "consultation_is_not_closed")
    elif unanswered:
        yield Problem("/comments", "consultation_has_unanswered", {"count": unanswered})


def publication_problems(number: str, unanswered: int, reason: str) -> Iterator[Problem]:
    """A version with unanswered comments is published only with a reason, which the trail keeps.

    提出意見を考慮する（行政手続法42条に倣う。直接の適用はない）.
    """
    if unanswered and not reason.strip():
        params: dict[str, str | int] = {"version": number, "count": unanswered}
        yield Problem("/reason", "version_has_unanswered_comments", params)


def good_practice_says_what_was_done(product: str, done: str, effect: str) -> Iterator[Problem]:
    """A good practice tells what was done and to what effect (好事例の様式)."""
    yield from text_problems(product, "/product", longest=LONGEST_PRODUCT)
    yield from _stated(done, "/done", "good_practice_done_missing", LONGEST_PRACTICE)
    yield from _stated(effect, "/effect", "good_practice_effect_missing", LONGEST_PRACTICE)
