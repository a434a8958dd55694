"""What must hold of a proposal, of an endorsement, of an answer. Facts in, problems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from marketplace.text import text_problems
from schemas import codelist, engine
from schemas.problems import Problem
from specs.proposals.wishes import Wish
from specs.rules import slug_can_be_used

LONGEST_TITLE: Final = 100
LONGEST_DRAFT_TITLE: Final = 120
LONGEST_TEXT: Final = 2000
LONGEST_FUNCTION: Final = 300
LONGEST_NOTE: Final = 300
MOST_FUNCTIONS: Final = 100
OUTCOMES: Final = ("later", "not")
_PREFIX = re.compile(r"[0-9]{3}")


def _stated(text: str, pointer: str, longest: int) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(pointer, "proposal_text_missing")
    yield from text_problems(text, pointer, longest=longest)


def wish_can_be_judged(wish: Wish) -> Iterator[Problem]:
    """A proposal says what is lacking, for which work, and at least one function that it needs.

    標準化対象の20業務の仕様は府省が定めており、提案の対象は20業務以外に限る
    (標準化法2条1項の政令で定める事務).
    """
    yield from _stated(wish.title, "/title", LONGEST_TITLE)
    yield from _domain_is_beyond(wish.domain)
    yield from _stated(wish.purpose, "/purpose", LONGEST_TEXT)
    yield from _stated(wish.scope, "/scope", LONGEST_TEXT)
    if not wish.essential:
        yield Problem("/essential", "proposal_needs_a_function")
    yield from _functions(wish.essential, "/essential", set())
    yield from _functions(wish.desired, "/desired", set(wish.essential))
    number = len(wish.essential) + len(wish.desired)
    if number > MOST_FUNCTIONS:
        params: dict[str, str | int] = {"most": MOST_FUNCTIONS, "number": number}
        yield Problem("/desired", "proposal_has_too_many_functions", params)


def _domain_is_beyond(slug: str) -> Iterator[Problem]:
    domain = codelist.business_domain(slug)
    if domain is None:
        yield Problem("/domain", "proposal_domain_not_listed")
    elif domain.statutory:
        params: dict[str, str | int] = {"domain": domain.name, "owner": domain.owner}
        yield Problem("/domain", "proposal_domain_is_statutory", params)


def _functions(texts: Collection[str], pointer: str, seen: set[str]) -> Iterator[Problem]:
    for place, text in enumerate(texts, start=1):
        for problem in text_problems(text, pointer, longest=LONGEST_FUNCTION):
            yield Problem(problem.pointer, problem.code, problem.params, str(place))
        if text in seen:
            yield Problem(pointer, "proposal_function_twice", {"value": text[:60]})
        seen.add(text)


def proposal_is_open(state: str) -> Iterator[Problem]:
    """Only what still gathers endorsements is changed, endorsed or answered (提案の状態)."""
    if state != "open":
        yield Problem("/state", f"proposal_is_{state}")


def endorsement_is_anothers(proposer: str, organisation: str) -> Iterator[Problem]:
    """Nobody endorses the own proposal (賛同の数の意味)."""
    if proposer == organisation:
        yield Problem("/organisation", "proposal_is_your_own")


def note_can_be_read(note: str) -> Iterator[Problem]:
    """A note on an endorsement is short and can be stored."""
    yield from text_problems(note, "/note", longest=LONGEST_NOTE)


def answer_says_why(outcome: str, reason: str) -> Iterator[Problem]:
    """An authority says whether it looks into it later or not, and why (理由の提示に倣う)."""
    if outcome not in OUTCOMES:
        yield Problem("/outcome", "proposal_outcome_not_known")
    yield from _stated(reason, "/reason", LONGEST_TEXT)


def prefix_is_of_three_digits(prefix: str) -> Iterator[Problem]:
    """The ids of a draft begin with three digits, the 業務ID's place (機能ID設計)."""
    if not _PREFIX.fullmatch(prefix):
        yield Problem("/id_prefix", "proposal_prefix_not_three_digits")


def draft_can_begin(
    title: str, slug: str, number: str, prefix: str, *, taken: bool
) -> Iterator[Problem]:
    """A draft begins with a title, an address that is free, a version number and ids."""
    yield from _stated(title, "/title", LONGEST_DRAFT_TITLE)
    yield from slug_can_be_used(slug)
    if taken:
        yield Problem("/slug", "proposal_slug_is_taken", {"slug": slug})
    yield from engine.problems({"$ref": "urn:dmp:answers#version"}, number, pointer="/number")
    yield from prefix_is_of_three_digits(prefix)
