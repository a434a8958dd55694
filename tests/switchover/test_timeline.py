"""A plan counted back from the renewal date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.switchover import timeline
from schemas import codelist
from schemas.calendar import is_working_day

TODAY = date(2026, 11, 23)
FACTS = timeline.Facts(
    template="small_saas",
    renewal_on=date(2028, 7, 3),
    contract_ends_on=date(2028, 7, 2),
    notice_months=1,
    domain="facility-reservation",
)
TEMPLATES = [row.code for row in codelist.switchover_templates()]


def step(plan: timeline.Plan, code: str) -> timeline.Step:
    """Return one step of the plan."""
    return next(step for step in plan.steps if step.code == code)


@given(
    renewal_on=st.dates(date(2027, 1, 1), date(2095, 12, 31)),
    template=st.sampled_from(TEMPLATES),
    notice_months=st.integers(0, 12),
)
def test_every_step_before_renewal_ends_on_a_working_day_before_the_next_begins(
    renewal_on: date, template: str, notice_months: int
) -> None:
    facts = replace(
        FACTS,
        template=template,
        renewal_on=renewal_on,
        contract_ends_on=renewal_on - timedelta(days=1),
        notice_months=notice_months,
    )

    plan = timeline.plan(facts)

    placed = {step.code: step for step in plan.steps}
    for row in codelist.switchover_steps(template):
        here = placed[row.code]
        assert here.starts_by <= here.ends_by
        if row.kind != "go_live":
            assert is_working_day(here.starts_by)
            assert is_working_day(here.ends_by)
        if row.after and row.offset_end_months <= 0 and row.constraint != "contract_notice":
            assert placed[row.after].ends_by <= here.starts_by, row.code


def test_budget_is_voted_before_the_contract_is_made() -> None:
    plan = timeline.plan(FACTS)

    assert plan.vote is not None
    assert step(plan, "budget_vote").ends_by == plan.vote.on
    assert plan.vote.on <= step(plan, "evaluate_and_contract").starts_by


@pytest.mark.parametrize(
    ("renewal_on", "session", "voted_on", "requested_by"),
    [
        pytest.param(date(2028, 7, 3), "december", date(2027, 12, 17), date(2027, 10, 8), id="d"),
        pytest.param(date(2027, 10, 1), "march", date(2027, 3, 24), date(2026, 11, 10), id="m"),
        pytest.param(date(2028, 4, 1), "september", date(2027, 9, 28), date(2027, 7, 9), id="s"),
        pytest.param(date(2028, 1, 4), "june", date(2027, 6, 25), date(2027, 4, 20), id="j"),
    ],
)
def test_the_last_vote_before_the_limit_is_taken_and_its_request_closes_earlier(
    renewal_on: date, session: str, voted_on: date, requested_by: date
) -> None:
    plan = timeline.plan(replace(FACTS, renewal_on=renewal_on))

    assert plan.vote is not None
    assert (plan.vote.session.code, plan.vote.on) == (session, voted_on)
    assert timeline.request_closes(plan.vote) == requested_by
    assert step(plan, "budget_request").ends_by <= requested_by


def test_rough_estimates_for_an_initial_budget_are_collected_in_summer() -> None:
    plan = timeline.plan(replace(FACTS, renewal_on=date(2027, 10, 1)))

    here = step(plan, "request_information")
    assert (here.starts_by, here.ends_by) == (date(2026, 7, 1), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("ends_on", "months", "notice_on"),
    [
        pytest.param(date(2028, 7, 2), 3, date(2028, 3, 31), id="2 April 2028 is a Sunday"),
        pytest.param(date(2028, 2, 29), 12, date(2027, 2, 26), id="28 February 2027 is a Sunday"),
        pytest.param(date(2028, 3, 31), 6, date(2027, 9, 30), id="September has no 31st"),
    ],
)
def test_notice_is_counted_from_the_contract_itself(
    ends_on: date, months: int, notice_on: date
) -> None:
    plan = timeline.plan(
        replace(
            FACTS,
            contract_ends_on=ends_on,
            renewal_on=ends_on + timedelta(days=1),
            notice_months=months,
        )
    )

    assert step(plan, "give_notice").ends_by == notice_on


def test_tender_lasts_at_least_the_days_of_the_template() -> None:
    here = step(timeline.plan(FACTS), "public_notice")

    assert (here.ends_by - here.starts_by).days >= 21


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, [], id="nothing to say"),
        pytest.param({"contract_ends_on": date(2028, 6, 1)}, ["plan_gap"], id="gap"),
        pytest.param({"contract_ends_on": date(2028, 7, 1)}, ["plan_gap"], id="gap of one day"),
        pytest.param({"contract_ends_on": date(2029, 3, 31)}, [], id="parallel run"),
        pytest.param({"notice_months": 6}, ["plan_notice_before_contract"], id="early notice"),
        pytest.param(
            {"renewal_on": date(2028, 4, 10), "contract_ends_on": date(2028, 4, 9)},
            ["plan_in_blackout"],
            id="April is busy for facilities",
        ),
        pytest.param(
            {"renewal_on": date(2028, 7, 1), "contract_ends_on": date(2028, 6, 30)},
            ["plan_renewal_on_closed_day"],
            id="a Saturday",
        ),
    ],
)
def test_findings_name_what_an_officer_must_know(
    changes: dict[str, object], found: list[str]
) -> None:
    plan = timeline.plan(replace(FACTS, **changes))  # type: ignore[arg-type]  # fields of Facts

    assert [problem.code for problem in plan.findings] == found


@pytest.mark.parametrize(
    ("starts_by", "ends_by", "done_on", "state"),
    [
        (date(2026, 9, 1), date(2026, 11, 22), None, "missed"),
        (date(2026, 9, 1), date(2026, 11, 22), date(2026, 11, 20), "done"),
        (date(2026, 9, 1), date(2026, 12, 22), None, "late"),
        (date(2026, 11, 1), date(2026, 12, 22), None, "running"),
        (date(2026, 11, 23), date(2026, 12, 22), None, "ahead"),
    ],
)
def test_a_step_says_where_it_stands(
    starts_by: date, ends_by: date, done_on: date | None, state: str
) -> None:
    assert timeline.Step("x", starts_by, ends_by, (), done_on).state(TODAY) == state


def test_ways_out_of_a_late_plan() -> None:
    facts = replace(FACTS, renewal_on=date(2027, 10, 1), contract_ends_on=date(2027, 9, 30))

    ways = timeline.ways_out(facts, TODAY)

    assert [step.code for step in timeline.plan(facts).missed(TODAY)] == [
        "take_stock",
        "sound_out",
        "request_information",
        "budget_request",
    ]
    assert ways.later_vote is not None
    assert ways.later_vote.on == date(2027, 6, 25)
    assert ways.extended.facts.renewal_on == date(2028, 10, 1)
    assert ways.extended_missed == 0
    assert ways.earliest == date(2028, 5, 1)


def test_the_earliest_renewal_misses_nothing() -> None:
    earliest = timeline.earliest_renewal(FACTS, TODAY)

    assert earliest is not None
    before = date(earliest.year, earliest.month - 1, 1)
    assert timeline.plan(replace(FACTS, renewal_on=earliest)).missed(TODAY) == ()
    assert timeline.plan(replace(FACTS, renewal_on=before)).findings != ()


def test_a_leap_day_can_be_a_renewal_date() -> None:
    plan = timeline.plan(replace(FACTS, renewal_on=date(2028, 2, 29)))

    assert step(plan, "go_live").ends_by == date(2028, 2, 29)
    assert plan.latest_start < date(2027, 2, 28)
