"""What stays of a claim on an older version, and from which day it no longer holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas.specifications import Requirement
from specs import diff
from tests import make
from vendors import carryover
from vendors.carryover import Effect

IN_FORCE = date(2026, 10, 1)
DUE = date(2028, 4, 1)
LATER = date(2029, 4, 1)
OPTION = Requirement("F0010009", "0010009", "function", "standard_option", "通知できること。")
PROVIDED = {"answer": "provided"}


def older() -> list[Requirement]:
    """Return six requirements, one of each shape, and an option."""
    return [*make.make_requirements(), OPTION]


def changed(**changes: Any) -> list[Requirement]:
    """Return them with one requirement, by its key, changed or (None) withdrawn."""
    found = []
    for each in older():
        change = changes.get(each.key.replace(".", "_"), {})
        if change is not None:
            found.append(replace(each, **change))
    return found


def effect(newer: list[Requirement], category: str = "city", **answers: Any) -> Effect:
    """Judge answers to all seven that conform to the older version, but for the named ones."""
    way = carryover.passage(older(), newer, in_force_on=IN_FORCE, category=category)
    given = {**make.make_answers(), OPTION.key: {"answer": "not_provided"}}
    given |= {key.replace("_", "."): answer for key, answer in answers.items()}
    return way.effect(given.items())


@pytest.mark.parametrize("kind", diff.KINDS)
def test_every_kind_of_change_has_its_step(kind: str) -> None:
    assert carryover.step((kind,)) in {"kept", "reconfirm", "empty", "dropped"}


@pytest.mark.parametrize(
    ("kinds", "what"),
    [
        ((), "kept"),
        (("editorial",), "kept"),
        (("relaxed", "redated"), "kept"),
        (("relaxed", "reworded"), "reconfirm"),
        (("tightened", "reworded"), "empty"),
        (("added",), "empty"),
        (("withdrawn",), "dropped"),
    ],
)
def test_the_strongest_change_decides(kinds: tuple[str, ...], what: str) -> None:
    assert carryover.step(kinds) == what


def test_nothing_changes_nothing() -> None:
    assert effect(older()) == Effect(7, 0, 0, 0, None)


def graded(value: float) -> dict[str, Any]:
    """Return a bound at another value, due later."""
    bound = {"metric": "稼働率", "operator": "at_least", "value": value, "unit": "%"}
    return {"bound": bound, "due_on": DUE.isoformat()}


def interface(version: str) -> dict[str, Any]:
    """Return an interface of another version, due later."""
    return {
        "interface": {"name": "認証連携仕様", "version": version},
        "due_on": DUE.isoformat(),
    }


NEW = replace(OPTION, key="F0010010", official_id="0010010")
EASED: dict[str, Any] = {"obligation": "standard_option", "due_on": ""}
MANDATORY: dict[str, Any] = {"obligation": "mandatory", "due_on": DUE.isoformat()}


@pytest.mark.parametrize(
    ("newer", "answers", "wanted"),
    [
        # added: an option asks for an answer and binds nobody
        ([*older(), NEW], {}, Effect(7, 0, 1, 0, None)),
        ([*older(), replace(NEW, **MANDATORY)], {}, Effect(7, 0, 1, 0, DUE)),
        ([*older(), replace(NEW, obligation="mandatory")], {}, Effect(7, 0, 1, 0, IN_FORCE)),
        (
            [*older(), replace(NEW, obligation="prohibited")],
            {},
            Effect(7, 0, 1, 0, IN_FORCE),
        ),
        # withdrawn
        (changed(F0010002=None), {}, Effect(6, 0, 0, 1, None)),
        # an option made mandatory binds who does not provide it
        (changed(F0010009=MANDATORY), {}, Effect(6, 0, 1, 0, DUE)),
        (changed(F0010009=MANDATORY), {"F0010009": PROVIDED}, Effect(6, 0, 1, 0, None)),
        # a bound raised binds who does not reach it
        (
            changed(NA_1=graded(99.9)),
            {},
            Effect(6, 0, 1, 0, None),
        ),
        (
            changed(NA_1=graded(99.95)),
            {},
            Effect(6, 0, 1, 0, DUE),
        ),
        # a later interface
        (
            changed(I001=interface("2.2")),
            {},
            Effect(6, 0, 1, 0, DUE),
        ),
        (
            changed(I001=interface("2.2")),
            {"I001": {"answer": "provided", "version": "3.0"}},
            Effect(6, 0, 1, 0, None),
        ),
        # words, easing and dates never make a claim stale
        (changed(F0010002={"text": "予約を本人が取り消せること。"}), {}, Effect(6, 1, 0, 0, None)),
        (changed(F0010002={"text": "予約を、取り消せること"}), {}, Effect(7, 0, 0, 0, None)),
        (changed(F0010002=EASED), {}, Effect(7, 0, 0, 0, None)),
        (changed(F0010002={"due_on": LATER.isoformat()}), {}, Effect(7, 0, 0, 0, None)),
        # what is prohibited from now on
        (changed(F0010009={"obligation": "prohibited"}), {}, Effect(6, 0, 1, 0, None)),
        (
            changed(F0010009={"obligation": "prohibited"}),
            {"F0010009": PROVIDED},
            Effect(6, 0, 1, 0, IN_FORCE),
        ),
        # the first day counts
        (
            [
                *changed(F0010009={**MANDATORY, "due_on": LATER.isoformat()}),
                replace(NEW, **MANDATORY),
            ],
            {},
            Effect(6, 0, 2, 0, DUE),
        ),
    ],
)
def test_what_a_newer_version_means(
    newer: list[Requirement], answers: dict[str, Any], wanted: Effect
) -> None:
    assert effect(newer, **answers) == wanted


def test_it_may_mean_something_else_for_a_designated_city() -> None:
    newer = changed(
        F0010009={
            "obligations": {"designated_city": "mandatory"},
            "due_dates": {"designated_city": LATER.isoformat()},
        }
    )

    assert effect(newer, "designated_city").stale_on == LATER
    assert effect(newer, "city").stale_on is None


def test_an_answer_that_was_left_out_does_not_meet_a_demand() -> None:
    way = carryover.passage(older(), changed(F0010009=MANDATORY), in_force_on=IN_FORCE)

    assert way.effect([]).stale_on == DUE


def test_work_counts_what_somebody_has_to_look_at() -> None:
    newer = [*changed(F0010002={"text": "予約を本人が取り消せること。"}), NEW]

    assert effect(newer).work == 2
