"""The verdict: one result a requirement, the day added to what the schema says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import engine, specifications
from schemas.assessment import Totals, Verdict, assess, conformance
from schemas.problems import Problem
from schemas.specifications import Requirement, build_document
from tests.schemas import strategies
from tests.schemas.test_specifications import FUNCTION, GRADED, INTERFACE, META

ON = date(2026, 11, 23)
DEEP = settings(max_examples=150, deadline=None)


def judge(
    requirement: Requirement, answer: object, on: date = ON, category: str = "city"
) -> Verdict:
    document = build_document(META, [requirement])
    return assess(document, {requirement.key: answer}, on=on, body_category=category)


STATUSES = [
    ("mandatory", {"answer": "provided"}, "met"),
    ("mandatory", {"answer": "paid_option", "price_yen": 1}, "not_met"),
    ("mandatory", {"answer": "alternative", "note": "手作業"}, "not_met"),
    ("mandatory", {"answer": "planned", "planned_on": "2026-12-01"}, "not_met"),
    ("mandatory", {"answer": "not_provided"}, "not_met"),
    ("mandatory", {"answer": "not_applicable"}, "not_met"),
    ("standard_option", {"answer": "provided"}, "option_provided"),
    ("standard_option", {"answer": "paid_option", "price_yen": 1}, "option_provided"),
    ("standard_option", {"answer": "alternative", "note": "手作業"}, "option_not_provided"),
    ("standard_option", {"answer": "planned", "planned_on": "2026-12-01"}, "option_not_provided"),
    ("standard_option", {"answer": "not_provided"}, "option_not_provided"),
    ("standard_option", {"answer": "not_applicable"}, "option_not_provided"),
    ("prohibited", {"answer": "provided"}, "violated"),
    ("prohibited", {"answer": "paid_option", "price_yen": 1}, "violated"),
    ("prohibited", {"answer": "alternative", "note": "手作業"}, "violated"),
    ("prohibited", {"answer": "planned", "planned_on": "2026-12-01"}, "violated"),
    ("prohibited", {"answer": "not_provided"}, "met"),
    ("prohibited", {"answer": "not_applicable"}, "violated"),
    ("mandatory", {"answer": "yes"}, "malformed"),
    ("mandatory", {"answer": "alternative"}, "malformed"),
    ("mandatory", {"answer": "planned"}, "malformed"),
    ("standard_option", {"answer": "provided", "price_yen": 1.5}, "malformed"),
    ("standard_option", "provided", "malformed"),
    ("prohibited", {"answer": "not_provided", "comment": ""}, "malformed"),
]


@pytest.mark.parametrize(("obligation", "answer", "status"), STATUSES)
def test_status_follows_class_and_answer(obligation: str, answer: object, status: str) -> None:
    verdict = judge(replace(FUNCTION, obligation=obligation), answer)

    (result,) = verdict.results
    assert result.status == status
    failing = status in ("not_met", "violated", "malformed")
    assert verdict.outcome == ("does_not_conform" if failing else "conforms")
    assert (result.problem is not None) == failing


DAYS = [
    ("planned in time, not yet due", "2026-11-22", "2027-04-01", "2027-04-01", "transitional"),
    ("planned early, not yet due", "2026-11-22", "2027-01-01", "2027-04-01", "transitional"),
    ("the day before it is due", "2027-03-31", "2027-04-01", "2027-04-01", "transitional"),
    ("the day it is due", "2027-04-01", "2027-04-01", "2027-04-01", "not_met"),
    ("after it was due", "2027-04-02", "2027-04-01", "2027-04-01", "not_met"),
    ("planned too late", "2026-11-22", "2027-04-02", "2027-04-01", "not_met"),
    ("due at once", "2026-11-22", "2026-12-01", None, "not_met"),
]


@pytest.mark.parametrize(
    ("on", "planned_on", "due_on", "status"), [c[1:] for c in DAYS], ids=[c[0] for c in DAYS]
)
@pytest.mark.parametrize("requirement", [FUNCTION, GRADED, INTERFACE], ids=lambda r: r.kind)
def test_planned_is_transitional_while_not_yet_due(
    requirement: Requirement, on: str, planned_on: str, due_on: str | None, status: str
) -> None:
    answer = {"answer": "planned", "planned_on": planned_on}

    verdict = judge(replace(requirement, due_on=due_on), answer, date.fromisoformat(on))

    assert verdict.results[0].status == status
    assert verdict.outcome == (
        "conforms_with_transitional" if status == "transitional" else "does_not_conform"
    )


def test_planned_never_excuses_what_is_prohibited_or_said_too_low() -> None:
    planned = {"answer": "planned", "planned_on": "2026-12-01"}
    due = "2027-04-01"

    prohibited = judge(replace(FUNCTION, obligation="prohibited", due_on=due), planned)
    too_low = judge(replace(GRADED, due_on=due), {**planned, "value": 90})

    assert prohibited.results[0].status == "violated"
    assert too_low.results[0].status == "not_met"
    assert too_low.results[0].problem is not None
    assert too_low.results[0].problem.code == "answer_value_below_bound"


DEMANDS = [
    (FUNCTION, {"answer": "not_provided"}, "answer", "answer_is_not_provided", {}),
    (replace(FUNCTION, obligation="prohibited"), {"answer": "provided"}, "answer",
     "answer_offers_prohibited", {}),
    (GRADED, {"answer": "provided", "value": 99}, "value", "answer_value_below_bound",
     {"bound": "99.5", "unit": "%"}),
    (replace(GRADED, bound={**(GRADED.bound or {}), "operator": "at_most", "value": 3.0}),
     {"answer": "provided", "value": 4}, "value", "answer_value_above_bound",
     {"bound": 3, "unit": "%"}),
    (GRADED, {"answer": "alternative", "note": "n", "value": 1}, "answer",
     "answer_is_not_provided", {}),
    (INTERFACE, {"answer": "provided", "version": "2.0"}, "version", "answer_version_too_old",
     {"version": "2.1"}),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "answer", "member", "code", "params"), DEMANDS)
def test_problem_says_what_would_satisfy(
    requirement: Requirement, answer: object, member: str, code: str, params: dict[str, Any]
) -> None:
    said = {"key": requirement.key, "title": requirement.text, **params}

    problem = judge(requirement, answer).results[0].problem

    assert problem == Problem(f"/answers/{requirement.key}/{member}", code, said)
    assert problem.sentence("ja") != problem.sentence("en")


def test_ill_formed_version_is_told_before_an_old_one() -> None:
    (result,) = judge(INTERFACE, {"answer": "provided", "version": "1.x"}).results

    assert result.status == "malformed"
    assert result.problem == Problem("/answers/I0010001/version", "version_not_numbers")


def test_missing_answer_points_at_itself() -> None:
    verdict = assess(build_document(META, [FUNCTION]), {}, on=ON, body_category="city")

    assert verdict.results[0].status == "missing"
    assert verdict.results[0].problem == Problem(
        "/answers/F0010001", "claim_misses_answer", {"key": "F0010001"}
    )
    assert verdict.outcome == "does_not_conform"


@pytest.mark.parametrize("answers", [None, [], "provided", 1])
def test_answers_that_are_no_object_conform_to_nothing(answers: object) -> None:
    verdict = assess(build_document(META, [FUNCTION]), answers, on=ON, body_category="city")

    assert verdict.outcome == "does_not_conform"
    assert [r.status for r in verdict.results] == ["missing"]
    assert verdict.problems == [Problem("/answers", "value_is_not_object")]


def test_unlisted_answer_fails_a_closed_specification_only() -> None:
    answers = {FUNCTION.key: {"answer": "provided"}, "F9": {"answer": "provided"}}
    closed = build_document(META, [FUNCTION])
    opened = build_document(replace(META, extension_policy="open"), [FUNCTION])

    refused = assess(closed, answers, on=ON, body_category="city")

    assert refused.outcome == "does_not_conform"
    assert refused.problems == [Problem("/answers/F9", "value_not_known", {"name": "F9"})]
    assert assess(opened, answers, on=ON, body_category="city").outcome == "conforms"


def test_category_decides_class_due_date_and_whether_it_applies() -> None:
    requirement = replace(
        FUNCTION,
        obligation="standard_option",
        obligations={"designated_city": "mandatory"},
        due_dates={"designated_city": "2027-04-01"},
        categories=("designated_city", "city"),
    )
    planned = {"answer": "planned", "planned_on": "2027-03-31"}

    results = {
        category: judge(requirement, planned, category=category).results[0]
        for category in ("designated_city", "city", "town")
    }

    assert {c: r.status for c, r in results.items()} == {
        "designated_city": "transitional",
        "city": "option_not_provided",
        "town": "not_applicable",
    }
    assert results["designated_city"].obligation == "mandatory"
    assert results["designated_city"].due_on == date(2027, 4, 1)
    assert results["city"].due_on is None


def test_unknown_category_is_an_error() -> None:
    with pytest.raises(ValueError, match="county"):
        judge(FUNCTION, {"answer": "provided"}, category="county")


def test_totals_count_each_requirement_once_and_shapes_once_more() -> None:
    requirements = [
        FUNCTION,
        replace(FUNCTION, key="F2", official_id="2", due_on="2027-04-01"),
        replace(FUNCTION, key="F3", official_id="3", obligation="standard_option"),
        replace(FUNCTION, key="F4", official_id="4", obligation="standard_option"),
        replace(FUNCTION, key="F5", official_id="5", obligation="prohibited"),
        replace(FUNCTION, key="F6", official_id="6", obligation="prohibited"),
        replace(FUNCTION, key="F7", official_id="7", categories=("town",)),
        replace(FUNCTION, key="F8", official_id="8"),
        GRADED,
        INTERFACE,
    ]
    answers = {
        "F0010001": {"answer": "provided"},
        "F2": {"answer": "planned", "planned_on": "2027-01-01"},
        "F3": {"answer": "paid_option", "price_yen": 100},
        "F4": {"answer": "not_provided"},
        "F5": {"answer": "not_provided"},
        "F6": {"answer": "provided"},
        "F7": {"answer": "not_provided"},
        "N0010001": {"answer": "provided", "value": 99.9},
        "I0010001": {"answer": "provided", "version": "1.0"},
    }

    verdict = assess(build_document(META, requirements), answers, on=ON, body_category="city")

    assert verdict.totals == Totals(
        mandatory_met=2,
        mandatory_transitional=1,
        mandatory_total=5,
        options_met=1,
        options_total=2,
        prohibited_violated=1,
        prohibited_total=2,
        graded_met=1,
        graded_total=1,
        interfaces_met=0,
        interfaces_total=1,
        missing=1,
        malformed=0,
        not_applicable=1,
    )
    assert [r.key for r in verdict.failing] == ["F6", "F8", "I0010001"]
    assert [r.key for r in verdict.results] == [r.key for r in requirements]


def test_verdict_is_shown_as_data() -> None:
    shown = judge(replace(FUNCTION, due_on="2027-04-01"), {"answer": "not_provided"}).as_dict("en")

    assert shown["outcome"] == "does_not_conform"
    assert shown["totals"]["mandatory_total"] == 1
    assert shown["results"] == [
        {
            "key": "F0010001",
            "status": "not_met",
            "obligation": "mandatory",
            "due_on": "2027-04-01",
            "problem": {
                "pointer": "/answers/F0010001/answer",
                "code": "answer_is_not_provided",
                "place": "",
                "message": "“受付” is mandatory: only “provided” conforms.",
                "params": {"key": "F0010001", "title": "受付"},
            },
        }
    ]


@DEEP
@given(strategies.claims(broken=True), st.sampled_from(strategies.CATEGORIES))
def test_claim_conforms_when_it_validates(drawn: Any, category: str) -> None:
    document, answers = drawn
    on = strategies.day_after(document)
    anchor = specifications.entry_point(document, category)

    verdict = assess(document, answers, on=on, body_category=category)

    valid = not list(engine.reference_failures(document, answers, anchor))
    assert verdict.outcome == ("conforms" if valid else "does_not_conform")


@DEEP
@given(strategies.claims(broken=False), st.sampled_from(strategies.CATEGORIES))
def test_whole_claim_conforms_when_it_validates(drawn: Any, category: str) -> None:
    document, answers = drawn
    on = strategies.day_after(document)
    anchor = specifications.entry_point(document, category)

    verdict = assess(document, answers, on=on, body_category=category)

    failed = {str(f.path[0]) for f in engine.reference_failures(document, answers, anchor)}
    assert {r.key for r in verdict.failing} == failed


@DEEP
@given(strategies.claims(broken=True), strategies.DAYS, st.sampled_from(strategies.CATEGORIES))
def test_only_planned_answers_wait_for_the_day(drawn: Any, day: str, category: str) -> None:
    document, answers = drawn
    on = date.fromisoformat(day)
    late = assess(
        document, answers, on=strategies.day_after(document), body_category=category
    ).results

    for result, due in zip(
        assess(document, answers, on=on, body_category=category).results, late, strict=True
    ):
        if result.status == "transitional":
            assert due.status == "not_met"
            assert result.due_on is not None
            assert on < result.due_on
            assert date.fromisoformat(answers[result.key]["planned_on"]) <= result.due_on
        else:
            assert result.status == due.status


def test_judge_of_a_changed_document_is_another() -> None:
    document = build_document(META, [FUNCTION])
    first = conformance(document)
    assert conformance(build_document(META, [FUNCTION])) is first

    changed = build_document(META, [replace(FUNCTION, obligation="prohibited")])

    assert conformance(changed) is not first
