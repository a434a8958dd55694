"""Count a switchover back from the renewal date. Pure: facts in, dates and findings out.

A template (``schemas/codelists/switchover_steps.csv``) says how many months before the renewal date
D each step lies. This module turns that into days: it lets no step end after the next one begins,
moves days on which offices are closed to the working day before, puts the budget before a session
of the council, takes the notice deadline from the contract itself, and keeps a note of all that it
assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from procurement.contracts.rules import LAST_DAY, notice_deadline
from schemas import codelist
from schemas.calendar import (
    CouncilVote,
    add_months,
    blackouts_on,
    council_votes,
    is_working_day,
    latest_council_vote,
    latest_window_by,
    working_day_on_or_before,
)
from schemas.problems import Problem
from schemas.rows import SwitchoverStep

MONTHS_LOOKED_AHEAD = 60  # how far ``earliest_renewal`` searches
EXTENSION_MONTHS = 12


@dataclass(frozen=True)
class Facts:
    """What a plan is counted from. ``contract_ends_on`` is the last day of the present contract."""

    template: str
    renewal_on: date
    contract_ends_on: date
    notice_months: int
    domain: str


@dataclass(frozen=True)
class Step:
    """One step: the latest day to begin it and to end it, and what was assumed."""

    code: str
    starts_by: date
    ends_by: date
    assumptions: tuple[Problem, ...] = ()
    done_on: date | None = None

    def state(self, today: date) -> str:
        """Say whether the step is done, missed, to be begun at once, running or ahead."""
        if self.done_on is not None:
            return "done"
        if self.ends_by < today:
            return "missed"
        if self.starts_by < today:
            return "late" if self.starts_by < today - timedelta(days=31) else "running"
        return "ahead"


@dataclass(frozen=True)
class Plan:
    """The steps in the template's order, and what an officer must know about the whole."""

    facts: Facts
    steps: tuple[Step, ...]
    vote: CouncilVote | None
    findings: tuple[Problem, ...] = field(default=())

    @property
    def latest_start(self) -> date:
        """The last day on which the first step can begin."""
        return min(step.starts_by for step in self.steps)

    def missed(self, today: date) -> tuple[Step, ...]:
        """Return the steps whose last day is past and that are not done."""
        return tuple(step for step in self.steps if step.state(today) == "missed")


def plan(facts: Facts, done: Mapping[str, date] | None = None) -> Plan:
    """Count every step of the template back from the renewal date.

    ``done`` gives the day on which steps were finished. Raises KeyError for an unknown template.
    """
    template = codelist.switchover_steps(facts.template)
    vote = _vote(template, facts.renewal_on)
    placed: dict[str, Step] = {}
    for step in reversed(template):
        # Notice follows the contract and moves nothing: ``contract_is_made_before_notice`` tells.
        followers = [
            placed[other.code]
            for other in template
            if other.after == step.code and other.constraint != "contract_notice"
        ]
        placed[step.code] = _placed(step, facts, followers, vote)
    steps = tuple(
        replace(placed[step.code], done_on=(done or {}).get(step.code)) for step in template
    )
    return Plan(facts, steps, vote, tuple(_findings(facts, placed)))


def _vote(template: Sequence[SwitchoverStep], renewal_on: date) -> CouncilVote | None:
    """Choose the last vote before the template's budget step has to be over.

    A contract may only be made under a voted budget (地方自治法 第214条・第232条の3).
    """
    step = next((step for step in template if step.constraint == "council_vote"), None)
    return latest_council_vote(add_months(renewal_on, step.offset_end_months)) if step else None


def request_closes(vote: CouncilVote) -> date:
    """Return the last day on which the finance section takes a request for the vote's budget."""
    closes = vote.session.request_closes.in_year(vote.on.year)
    if closes > vote.on:
        closes = vote.session.request_closes.in_year(vote.on.year - 1)
    return working_day_on_or_before(closes)


def _placed(
    step: SwitchoverStep, facts: Facts, followers: Sequence[Step], vote: CouncilVote | None
) -> Step:
    """Place one step, given those that can only begin when it is over."""
    renewal_on = facts.renewal_on
    if step.kind == "go_live":
        return Step(step.code, renewal_on, renewal_on)
    starts = add_months(renewal_on, step.offset_start_months)
    ends = add_months(renewal_on, step.offset_end_months)
    length = ends - starts
    notes: list[Problem] = []
    limit = min((follower.starts_by for follower in followers), default=ends)
    if limit < ends and step.offset_end_months <= 0:
        notes.append(Problem("", "plan_step_moved_before_next", {"days": (ends - limit).days}))
        ends, starts = limit, limit - length
    if step.constraint == "council_vote" and vote:
        starts = ends = min(ends, vote.on)
        notes.append(
            Problem(
                "",
                "plan_vote_assumed",
                {
                    "session": vote.session.name_ja,
                    "session_en": vote.session.name_en,
                    "day": vote.on.isoformat(),
                    "source": vote.session.source,
                },
            )
        )
    elif step.constraint == "fiscal_window" and vote:
        starts, ends = _in_window(step, starts, ends, vote, notes)
    elif step.constraint == "tender_period":
        least = int(step.constraint_value)
        if (ends - starts).days < least:
            starts = ends - timedelta(days=least)
        notes.append(Problem("", "plan_tender_period", {"days": least}))
    elif step.constraint == "contract_notice":
        notice_on = notice_deadline(facts.contract_ends_on, facts.notice_months)
        if notice_on is None:
            notes.append(Problem("", "plan_notice_not_stated"))
        else:
            starts = ends = notice_on
            notes.append(Problem("", "plan_notice_from_contract", {"months": facts.notice_months}))
    starts, ends = (_on_working_day(day, notes) for day in (starts, ends))
    return Step(step.code, min(starts, ends), ends, tuple(dict.fromkeys(notes)))


def _in_window(
    step: SwitchoverStep, starts: date, ends: date, vote: CouncilVote, notes: list[Problem]
) -> tuple[date, date]:
    """Keep a budget step in the season that serves the vote (initial or supplementary budget)."""
    length = ends - starts
    if step.kind == "budget":
        ends = min(ends, request_closes(vote))
        notes.append(
            Problem(
                "",
                "plan_budget_request_for_session",
                {
                    "session": vote.session.name_ja,
                    "session_en": vote.session.name_en,
                    "day": request_closes(vote).isoformat(),
                },
            )
        )
        return ends - length, ends
    if not vote.session.votes_initial_budget:
        return starts, ends
    window = codelist.fiscal_window(step.constraint_value)
    opens, closes = (span := latest_window_by(window, ends)).first, span.last
    notes.append(
        Problem(
            "",
            "plan_in_fiscal_window",
            {
                "window": window.name_ja,
                "window_en": window.name_en,
                "opens": opens.isoformat(),
                "closes": closes.isoformat(),
            },
        )
    )
    return min(opens, closes - length), closes


def _on_working_day(day: date, notes: list[Problem]) -> date:
    """Return the day, or the working day before it (地方自治法 第4条の2)."""
    working = working_day_on_or_before(day)
    if working != day:
        notes.append(Problem("", "plan_moved_to_working_day", {"day": day.isoformat()}))
    return working


def old_contract_lasts_until_renewal(facts: Facts, _steps: Mapping[str, Step]) -> Problem | None:
    """The present contract lasts until the day before the renewal date, so that no gap opens."""
    gap = (facts.renewal_on - facts.contract_ends_on).days - 1
    return Problem("/renewal_on", "plan_gap", {"days": gap}) if gap > 0 else None


def contract_is_made_before_notice(facts: Facts, steps: Mapping[str, Step]) -> Problem | None:
    """Notice to the present contractor is given when the next contract stands."""
    notice, contract = steps.get("give_notice"), steps.get("evaluate_and_contract")
    if facts.notice_months and notice and contract and notice.ends_by < contract.ends_by:
        return Problem(
            "/notice",
            "plan_notice_before_contract",
            {"notice": notice.ends_by.isoformat(), "contract": contract.ends_by.isoformat()},
        )
    return None


def renewal_is_outside_blackouts(facts: Facts, _steps: Mapping[str, Step]) -> Problem | None:
    """A system is not switched in its domain's busy season (繁忙期)."""
    blackout = next(iter(blackouts_on(facts.domain, facts.renewal_on)), None)
    if blackout is None:
        return None
    return Problem(
        "/renewal_on",
        "plan_in_blackout",
        {
            "opens": str(blackout.opens),
            "closes": str(blackout.closes),
            "reason": blackout.reason_ja,
            "reason_en": blackout.reason_en,
            "source": blackout.source,
        },
    )


def renewal_is_a_working_day(facts: Facts, _steps: Mapping[str, Step]) -> Problem | None:
    """A service that begins on a closed day needs people on duty that day."""
    if not is_working_day(facts.renewal_on):
        return Problem(
            "/renewal_on", "plan_renewal_on_closed_day", {"day": facts.renewal_on.isoformat()}
        )
    return None


RULES: tuple[Callable[[Facts, Mapping[str, Step]], Problem | None], ...] = (
    old_contract_lasts_until_renewal,
    contract_is_made_before_notice,
    renewal_is_outside_blackouts,
    renewal_is_a_working_day,
)


def _findings(facts: Facts, steps: Mapping[str, Step]) -> list[Problem]:
    return [problem for rule in RULES if (problem := rule(facts, steps))]


@dataclass(frozen=True)
class WaysOut:
    """What can still be done when a plan is late.

    ``later_vote``: a supplementary budget that could still be voted in time. ``extended``: the
    plan after a one-year extension of the present contract, with the steps it would still miss.
    ``earliest``: the first day of a month on which nothing is missed and no busy season lies.
    """

    later_vote: CouncilVote | None
    extended: Plan
    extended_missed: int
    earliest: date | None


def ways_out(facts: Facts, today: date, done: Mapping[str, date] | None = None) -> WaysOut:
    """Work out the ways out of a late plan."""
    contract = next(s for s in plan(facts, done).steps if s.code == "evaluate_and_contract")
    votes = [
        vote
        for year in range(today.year, contract.starts_by.year + 1)
        for vote in council_votes(year)
        if today <= request_closes(vote) and vote.on <= contract.starts_by
    ]
    extended = plan(
        replace(
            facts,
            renewal_on=min(add_months(facts.renewal_on, EXTENSION_MONTHS), LAST_DAY),
            contract_ends_on=min(add_months(facts.contract_ends_on, EXTENSION_MONTHS), LAST_DAY),
        ),
        done,
    )
    return WaysOut(
        later_vote=votes[0] if votes else None,
        extended=extended,
        extended_missed=len(extended.missed(today)),
        earliest=earliest_renewal(facts, today, done),
    )


def earliest_renewal(
    facts: Facts, today: date, done: Mapping[str, date] | None = None
) -> date | None:
    """Return the first day of a month from which nothing is missed, or None within five years."""
    day = today.replace(day=1)
    for _month in range(MONTHS_LOOKED_AHEAD):
        day = add_months(day, 1)
        tried = plan(replace(facts, renewal_on=day, contract_ends_on=day - timedelta(days=1)), done)
        late = [
            step
            for step in tried.steps
            if step.state(today) in {"missed", "late"} and step.code != "give_notice"
        ]
        if not late and renewal_is_outside_blackouts(tried.facts, {}) is None:
            return day
    return None
