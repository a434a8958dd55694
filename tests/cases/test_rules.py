"""What a case still needs, step by step: facts in, plain words out; no database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from procurement.cases import particulars, rules
from procurement.documents.kinds import KINDS
from schemas import registry
from schemas.problems import messages
from tests.cases.walk import PARTICULARS

EMPTY = rules.Facts(locked=False)
LOCKED = rules.Facts(locked=True, outcomes=["open", "open", "open"])
READY = rules.Facts(
    locked=True,
    outcomes=["chosen", "dropped"],
    stated=PARTICULARS,
    method="direct_other",
    issued=list(KINDS),
)


@pytest.mark.parametrize(
    ("facts", "states"),
    [
        pytest.param(EMPTY, "open waiting open waiting waiting waiting", id="just opened"),
        pytest.param(LOCKED, "done open open open waiting open", id="search locked"),
        pytest.param(READY, "done done done done done done", id="all done"),
        pytest.param(replace(READY, issued=[]), "done done done done done open", id="papers left"),
        pytest.param(
            replace(READY, outdated=True), "done done done open done done", id="outdated method"
        ),
        pytest.param(
            replace(READY, method="open_bid", outcomes=["open", "open"]),
            "done done done done not_needed done",
            id="those left compete",
        ),
        pytest.param(
            replace(READY, outcomes=["open", "dropped"]),
            "done open done done done done",
            id="nobody chosen",
        ),
        pytest.param(
            replace(READY, outcomes=["chosen", "open"]),
            "done open done done done done",
            id="one undecided",
        ),
        pytest.param(
            replace(READY, outcomes=["dropped", "dropped"]),
            "done open done done done done",
            id="all dropped",
        ),
    ],
)
def test_the_checklist_follows_the_facts(facts: rules.Facts, states: str) -> None:
    steps = rules.steps(facts)

    assert [step.code for step in steps] == [
        "search",
        "candidates",
        "particulars",
        "method",
        "reasons",
        "papers",
    ]
    assert " ".join(step.state for step in steps) == states


@pytest.mark.parametrize(
    ("outcomes", "method", "code"),
    [
        (["dropped"], "", "case_no_candidate_left"),
        (["chosen", "open"], "", "case_candidates_undecided"),
        (["open", "open"], "", "case_nobody_chosen"),
        (["open", "dropped"], "direct_other", "case_nobody_chosen"),
        (["open", "open"], "direct_small", "case_nobody_chosen"),
    ],
)
def test_what_is_left_of_the_candidates_is_said(
    outcomes: list[str], method: str, code: str
) -> None:
    facts = replace(LOCKED, outcomes=outcomes, method=method)

    assert [problem.code for problem in rules.candidate_problems(facts)] == [code]


def test_every_missing_particular_is_named_with_its_page_in_both_languages() -> None:
    found = [problem for problem in rules.missing(EMPTY) if "particulars" in problem.pointer]

    needed = [row for row in particulars.all_particulars() if row.section in rules.STATED_FIRST]
    assert len(found) == sum(bool(row.papers) for row in needed)
    assert found[0].sentence("ja") == (
        "「担当課」が未記入です。「記載事項」の「概要と問合せ先」で入力してください。"
    )
    assert found[0].sentence("en") == (
        "“Department in charge” is missing. "
        "Enter it in the particulars under “Outline and contact”."
    )


@pytest.mark.parametrize("key", [row.key for row in particulars.all_particulars() if row.papers])
def test_a_paper_lacks_what_is_not_stated(key: str) -> None:
    row = next(row for row in particulars.all_particulars() if row.key == key)
    stated = {name: value for name, value in PARTICULARS.items() if name != key}

    for kind in KINDS:
        found = [problem.pointer for problem in particulars.missing(stated, paper=kind)]
        assert found == ([f"/particulars/{key}"] if kind in row.papers else [])


@pytest.mark.parametrize(
    ("facts", "kind", "found"),
    [
        (READY, "comparison_table", []),
        (EMPTY, "comparison_table", ["case_search_not_locked"]),
        (EMPTY, "procurement_specification", ["case_method_undecided"]),
        (
            replace(READY, method="open_bid", outcomes=["open"]),
            "negotiated_contract_justification",
            ["case_method_not_negotiated", "case_counterparty_not_chosen"],
        ),
        (
            replace(READY, outdated=True),
            "negotiated_contract_justification",
            ["case_method_outdated"],
        ),
        (READY, "letter", ["paper_kind_unknown"]),
    ],
)
def test_a_paper_waits_for_its_steps(facts: rules.Facts, kind: str, found: list[str]) -> None:
    assert [problem.code for problem in rules.paper_problems(facts, kind)] == found


@pytest.mark.parametrize(
    ("reason", "phrases"),
    [
        ("総額が最も低いため", []),
        ("職員が使い慣れているため", ["使い慣れ"]),
        ("更改まで時間がないため、使い慣れた製品とする", ["使い慣れ", "時間がない"]),
    ],
)
def test_a_weak_reason_is_said_to_be_weak(reason: str, phrases: list[str]) -> None:
    found = [problem.params["phrase"] for problem in rules.reason_warnings(reason)]

    assert found == phrases


@pytest.mark.parametrize(
    ("change", "outdated"),
    [
        ({}, False),
        ({"on": "2027-01-01"}, False),
        ({"amount_yen": 2}, True),
        ({"remaining": 2}, True),
        ({"threshold": None}, True),
        ({"gpa_applies": True}, True),
    ],
)
def test_a_decision_is_outdated_when_its_grounds_change(
    change: dict[str, Any], outdated: bool
) -> None:
    kept = {
        "on": "2026-11-23",
        "amount_yen": 1,
        "contract_category": "other",
        "remaining": 1,
        "products": 1,
        "threshold": {"amount_yen": 1_000_000},
        "gpa_applies": False,
    }

    assert rules.method_is_outdated(kept, {**kept, **change}) is outdated


def test_every_particular_stands_on_a_known_page_and_is_named_in_both_languages() -> None:
    pages = {section.code for section in particulars.sections()}

    for row in particulars.all_particulars():
        assert row.section in pages
        assert row.title_ja
        assert row.title_en
        assert bool(row.hint_ja) is bool(row.hint_en)
        assert set(row.papers) <= set(KINDS)
    assert set(PARTICULARS) <= set(registry.load("case-particulars")["properties"])


def test_every_sentence_of_a_case_has_both_languages() -> None:
    codes = [code for code in messages() if code.startswith("case_")]

    assert len(codes) > 30
    assert all(messages()[code]["ja"] != messages()[code]["en"] for code in codes)


GOOD, PLANNED, BAD = "conforms", "conforms_with_transitional", "does_not_conform"


@pytest.mark.parametrize(
    ("verdicts", "outcomes", "code"),
    [
        ([GOOD, GOOD], ["chosen", "dropped"], None),
        ([GOOD, BAD], ["chosen", "open"], None),
        ([PLANNED, GOOD], ["chosen", "open"], "case_choice_conforms_with_transitional"),
        ([PLANNED, GOOD], ["chosen", "dropped"], "case_choice_conforms_with_transitional"),
        ([PLANNED, PLANNED], ["chosen", "dropped"], None),
        ([BAD, GOOD], ["chosen", "dropped"], "case_choice_does_not_conform"),
        ([BAD, PLANNED], ["chosen", "dropped"], "case_choice_does_not_conform"),
        ([BAD, None], ["chosen", "open"], None),
        ([BAD, BAD], ["chosen", "open"], None),
        ([None, GOOD], ["chosen", "open"], "case_choice_claims_nothing"),
        ([None, BAD], ["chosen", "open"], None),
        ([BAD, GOOD], ["open", "open"], None),
    ],
)
def test_a_choice_that_conforms_less_than_another_falls_short(
    verdicts: list[str | None], outcomes: list[str], code: str | None
) -> None:
    facts = rules.Facts(
        locked=True, outcomes=outcomes, verdicts=verdicts, products=["よやくん", "まちの予約帳"]
    )

    found = facts.shortfall

    assert (found.code if found else None) == code
    if found:
        assert found.params == {"product": "よやくん", "number": 1, "others": "まちの予約帳"}
        for language in ("ja", "en"):
            assert "まちの予約帳" in found.sentence(language)


def test_a_choice_that_falls_short_needs_its_reason_for_the_justification_only() -> None:
    facts = replace(READY, verdicts=[BAD, GOOD], products=["甲", "乙"])
    reasons = rules.steps(facts)[4]

    assert [problem.pointer for problem in reasons.missing] == ["/particulars/reason_shortfall"]
    stated = {**PARTICULARS, "reason_shortfall": "次の改版で満たすことを契約に定める。"}
    assert rules.steps(replace(facts, stated=stated))[4].state == "done"
    assert rules.steps(READY)[4].state == "done"
    for kind in KINDS:
        lacking = list(particulars.missing(PARTICULARS, paper=kind, short=True))
        assert bool(lacking) == (kind == rules.JUSTIFICATION)


@pytest.mark.parametrize(
    ("reason", "numbers", "found"),
    [
        ("", [], []),
        ("議会の\x07指摘", [], ["text_has_control_character"]),
        ("", ["DMP8第1号"], ["case_method_already_cited"]),
        ("  ", ["DMP8第1号"], ["case_method_already_cited"]),
        ("短い", ["DMP8第1号"], ["case_reason_too_short"]),
        ("議会の指摘を受けて入札に改める。", ["DMP8第1号"], []),
    ],
)
def test_a_method_that_a_paper_cites_is_decided_again_for_a_reason(
    reason: str, numbers: list[str], found: list[str]
) -> None:
    assert [row.code for row in rules.change_problems(reason, numbers=numbers)] == found


def test_a_superseded_paper_is_to_be_issued_again_where_the_method_still_wants_it() -> None:
    facts = replace(READY, superseded=["procurement_specification", rules.JUSTIFICATION])

    def asked(method: str) -> list[tuple[str, str]]:
        papers = rules.steps(replace(facts, method=method))[-1]
        return [(problem.pointer, problem.code) for problem in papers.missing]

    again = "case_paper_superseded"
    assert asked("direct_other") == [
        ("/papers/procurement_specification", again),
        (f"/papers/{rules.JUSTIFICATION}", again),
    ]
    assert asked("open_bid") == [("/papers/procurement_specification", again)]
