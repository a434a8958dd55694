"""A well-formed claim, or every problem at once, each at its requirement and field."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import registry
from schemas.claims import answer_problems, claim_problems
from schemas.problems import Problem
from schemas.specifications import build_document
from tests.schemas import strategies
from tests.schemas.test_specifications import FUNCTION, GRADED, INTERFACE, META

OPTION = replace(FUNCTION, key="F0010002", official_id="0010002", obligation="standard_option")
REQUIREMENTS = [FUNCTION, OPTION, GRADED, INTERFACE]
DOCUMENT = build_document(META, REQUIREMENTS)
CLAIM: dict[str, Any] = {
    "specification": DOCUMENT["$id"],
    "vendor": {"corporate_number": "3000020141003", "name": "見本ソフト株式会社"},
    "product": {"name": "よやくん", "release": "5.2"},
    "stated_on": "2026-11-01",
    "answers": {
        "F0010001": {"answer": "not_provided"},
        "F0010002": {"answer": "paid_option", "price_yen": 12000},
        "N0010001": {"answer": "provided", "value": 12.5},
        "I0010001": {"answer": "planned", "planned_on": "2027-03-31"},
    },
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    claim = copy.deepcopy(CLAIM)
    change(claim)
    return claim


def answered(key: str, answer: object) -> Callable[[dict[str, Any]], object]:
    return lambda claim: claim["answers"].__setitem__(key, answer)


def test_honest_claim_is_well_formed_though_it_does_not_conform() -> None:
    assert claim_problems(DOCUMENT, CLAIM) == []


AT = "/answers/F0010001"
BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], list[tuple[str, str]]]] = {
    "another version": (
        lambda c: c.update(specification="urn:dmp:spec:example:1.1"),
        [("/specification", "claim_is_for_another_specification")],
    ),
    "no urn": (
        lambda c: c.update(specification="1.0"),
        [("/specification", "specification_name_not_urn")],
    ),
    "unknown requirement": (
        answered("F9999999", {"answer": "provided"}),
        [("/answers/F9999999", "claim_answers_unknown_requirement")],
    ),
    "unknown requirement, ill-formed too": (
        answered("0010001", {"answer": 1}),
        [("/answers/0010001", "claim_answers_unknown_requirement")],
    ),
    "missing answer": (
        lambda c: c["answers"].pop("F0010001"), [(AT, "claim_misses_answer")]
    ),
    "no answers": (lambda c: c.pop("answers"), [("/answers", "value_missing")]),
    "answers in a list": (lambda c: c.update(answers=[]), [("/answers", "value_is_not_object")]),
    "answer as text": (answered("F0010001", "○"), [(AT, "value_is_not_object")]),
    "unknown word": (
        answered("F0010001", {"answer": "○"}), [(f"{AT}/answer", "value_not_in_list")]
    ),
    "alternative unexplained": (
        answered("F0010001", {"answer": "alternative"}), [(f"{AT}/note", "value_missing")]
    ),
    "alternative with blanks": (
        answered("F0010001", {"answer": "alternative", "note": " \u3000"}),
        [(f"{AT}/note", "text_is_blank")],
    ),
    "blank evidence": (
        answered("F0010001", {"answer": "provided", "evidence": ["a", " "]}),
        [(f"{AT}/evidence/1", "text_is_blank")],
    ),
    "plan without day": (
        answered("F0010001", {"answer": "planned"}), [(f"{AT}/planned_on", "value_missing")]
    ),
    "29 February": (
        answered("F0010001", {"answer": "planned", "planned_on": "2027-02-29"}),
        [(f"{AT}/planned_on", "date_not_iso")],
    ),
    "price missing": (
        answered("F0010001", {"answer": "paid_option"}), [(f"{AT}/price_yen", "value_missing")]
    ),
    "money as 1.0": (
        answered("F0010001", {"answer": "paid_option", "price_yen": 1.0}),
        [(f"{AT}/price_yen", "money_is_not_whole_yen")],
    ),
    "money as 1.5": (
        answered("F0010001", {"answer": "paid_option", "price_yen": 1.5}),
        [(f"{AT}/price_yen", "money_is_not_whole_yen")],
    ),
    "money as text": (
        answered("F0010001", {"answer": "paid_option", "price_yen": "12,000"}),
        [(f"{AT}/price_yen", "value_is_not_integer")],
    ),
    "graded without value": (
        answered("N0010001", {"answer": "provided"}),
        [("/answers/N0010001/value", "value_missing")],
    ),
    "interface without version": (
        answered("I0010001", {"answer": "provided"}),
        [("/answers/I0010001/version", "value_missing")],
    ),
    "too long note": (
        answered("F0010001", {"answer": "provided", "note": "長" * 4001}),
        [(f"{AT}/note", "value_too_long")],
    ),
    "lone surrogate": (
        answered("F0010001", {"answer": "provided", "note": "\ud800"}),
        [(f"{AT}/note", "json_lone_surrogate")],
    ),
    "NUL": (
        answered("F0010001", {"answer": "provided", "note": "\0"}), [(f"{AT}/note", "json_nul")]
    ),
    "short corporate number": (
        lambda c: c["vendor"].update(corporate_number="300002014100"),
        [("/vendor/corporate_number", "corporate_number_not_digits")],
    ),
    "wrong check digit": (
        lambda c: c["vendor"].update(corporate_number="4000020141003"),
        [("/vendor/corporate_number", "corporate_number_check_digit_differs")],
    ),
    "blank name": (
        lambda c: c["product"].update(name="\u3000"), [("/product/name", "text_is_blank")]
    ),
    "functions beyond": (
        lambda c: c.update(extra_functions=[{"title": "独自", "text": "独自機能"}]),
        [("/extra_functions", "claim_extra_functions_refused")],
    ),
    "everything at once": (
        lambda c: c.update(
            stated_on="R8.11.1", vendor={}, x=1,
            answers={"F0010001": {"answer": "planned", "price_yen": 0.5}, "Z": 1},
        ),
        [
            ("/vendor/corporate_number", "value_missing"),
            ("/vendor/name", "value_missing"),
            ("/stated_on", "date_not_iso"),
            ("/x", "value_not_known"),
            (f"{AT}/price_yen", "money_is_not_whole_yen"),
            (f"{AT}/planned_on", "value_missing"),
            ("/answers/F0010002", "claim_misses_answer"),
            ("/answers/N0010001", "claim_misses_answer"),
            ("/answers/I0010001", "claim_misses_answer"),
            ("/answers/Z", "claim_answers_unknown_requirement"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_claim_is_told_what_is_wrong(name: str) -> None:
    change, expected = BROKEN[name]

    found = claim_problems(DOCUMENT, changed(change))

    assert sorted((p.pointer, p.code) for p in found) == sorted(expected)
    assert all(p.sentence("ja") and p.sentence("en") for p in found)


def test_answer_problems_stand_in_the_order_of_the_requirements() -> None:
    answers = {"Z": 1, **{r.key: {"answer": "?"} for r in reversed(REQUIREMENTS)}}

    found = answer_problems(DOCUMENT, answers)

    assert [p.pointer for p in found] == [
        *(f"/answers/{r.key}/answer" for r in REQUIREMENTS),
        "/answers/Z",
    ]


def test_answers_alone_are_checked_for_texts_too() -> None:
    answers = {**CLAIM["answers"], "F0010001": {"answer": "provided", "note": "\0"}}

    assert answer_problems(DOCUMENT, answers) == [Problem("/answers/F0010001/note", "json_nul")]
    assert answer_problems(DOCUMENT, CLAIM["answers"]) == []


def test_open_specification_takes_what_is_beyond_it() -> None:
    opened = build_document(replace(META, extension_policy="open"), REQUIREMENTS)
    extra = {"title": "独自", "text": "独自機能"}
    claim = changed(lambda c: c.update(extra_functions=[extra]))
    claim["answers"]["F9999999"] = {"answer": "provided"}

    assert claim_problems(opened, claim) == []
    claim["answers"]["F9999999"] = {"answer": "?"}
    assert [p.pointer for p in claim_problems(opened, claim)] == ["/answers/F9999999/answer"]


@pytest.mark.parametrize("claim", [None, [], 1, "x", {}])
def test_what_is_no_claim_is_told(claim: object) -> None:
    assert claim_problems(DOCUMENT, claim) != []


@settings(max_examples=100, deadline=None)
@given(strategies.claims(broken=False))
def test_well_formed_answers_are_well_formed_whatever_they_say(drawn: Any) -> None:
    document, answers = drawn
    for key, shape in document["properties"].items():
        if answers[key]["answer"] == "provided" and "bound" in shape["x-requirement"]:
            answers[key].setdefault("value", 1)

    found = answer_problems(document, answers)

    assert [p for p in found if p.code != "text_is_blank"] == []


@settings(max_examples=100, deadline=None)
@given(strategies.claims(broken=True), st.dictionaries(st.sampled_from(sorted(CLAIM)),
    strategies.ANYTHING, max_size=3))  # fmt: skip
def test_no_claim_breaks_the_check(drawn: Any, members: dict[str, Any]) -> None:
    document, answers = drawn

    found = claim_problems(document, {**CLAIM, "answers": answers, **members})

    assert len({p.pointer for p in found}) == len(found)
    assert all(p.sentence("ja") and p.sentence("en") for p in found)


def test_example_of_the_schema_fits_the_example_of_a_specification() -> None:
    (claim,) = registry.load("claim")["examples"]
    (document,) = registry.load("specification")["examples"]

    assert claim_problems(document, claim) == []
