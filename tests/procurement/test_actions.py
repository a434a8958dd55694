"""Deeds of a body as a whole: who may, what is refused, what the trail says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement import actions
from procurement.models import BodyThreshold, Officer
from schemas.problems import Refused
from tests import make

RULE: dict[str, Any] = {
    "contract_category": "other",
    "amount_yen": 800_000,
    "effective_from": date(2025, 10, 1),
    "source": "会津若松市契約規則",
}


@pytest.mark.parametrize(("level", "may"), [("view", False), ("plan", False), ("approve", True)])
def test_only_who_approves_sets_the_bodys_threshold(
    body: LocalGovernment, now: datetime, level: str, *, may: bool
) -> None:
    by = make.make_officer(body, f"{level}@example.jp", level=level)

    if may:
        actions.set_threshold(body, **RULE, by=by, at=now)
    else:
        with pytest.raises(PermissionDenied):
            actions.set_threshold(body, **RULE, by=by, at=now)

    assert BodyThreshold.objects.exists() is may
    assert AuditEvent.objects.exists() is may


def test_an_officer_of_another_body_sets_nothing(
    body: LocalGovernment, other_officer: User, now: datetime
) -> None:
    with pytest.raises(PermissionDenied):
        actions.set_threshold(body, **RULE, by=other_officer, at=now)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_yen": 1_000_001}, "threshold_over_ceiling"),
        ({"amount_yen": 500_001, "effective_from": date(2025, 3, 31)}, "threshold_over_ceiling"),
        ({"amount_yen": 0}, "threshold_not_positive"),
        ({"source": "  "}, "threshold_without_source"),
        ({"contract_category": "rocket"}, "threshold_category_unknown"),
    ],
)
def test_a_threshold_against_the_law_is_refused(
    body: LocalGovernment, officer: User, now: datetime, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.set_threshold(body, **{**RULE, **changes}, by=officer, at=now)

    assert [problem.code for problem in refused.value.problems] == [code]
    assert not BodyThreshold.objects.exists()


def test_a_threshold_is_kept_with_its_event(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    threshold = actions.set_threshold(body, **RULE, by=officer, at=now)

    event = AuditEvent.objects.about(threshold).get()
    assert (event.action, event.actor) == ("procurement.threshold_set", officer.email)
    assert event.data == {
        "body": "072028",
        "contract_category": "other",
        "amount_yen": 800_000,
        "effective_from": "2025-10-01",
        "source": "会津若松市契約規則",
    }


@pytest.mark.parametrize(
    ("population", "as_of", "codes"),
    [
        (110_000, date(2026, 1, 1), []),
        (0, date(2026, 1, 1), ["population_not_plausible"]),
        (20_000_001, date(2026, 1, 1), ["population_not_plausible"]),
        (110_000, date(2026, 11, 24), ["population_date_in_future"]),
    ],
)
def test_a_population_is_plausible(
    body: LocalGovernment,
    officer: User,
    now: datetime,
    population: int,
    as_of: date,
    codes: list[str],
) -> None:
    found: list[str] = []
    try:
        actions.record_population(body, population=population, as_of=as_of, by=officer, at=now)
    except Refused as refused:
        found = [problem.code for problem in refused.problems]

    assert found == codes


def test_who_approves_appoints_others_and_an_operator_appoints_the_first(
    body: LocalGovernment, officer: User, visitor: User, now: datetime
) -> None:
    level = Officer.Level.PLAN

    appointed = actions.appoint_officer(body, user=visitor, level=level, by=officer, at=now)
    first = actions.appoint_officer(body, user=visitor, level=level, by=None, at=now)

    assert appointed == first
    with pytest.raises(PermissionDenied):
        actions.appoint_officer(body, user=visitor, level=level, by=visitor, at=now)


def test_an_appointment_is_kept_with_its_event(
    body: LocalGovernment, officer: User, visitor: User, now: datetime
) -> None:
    first = actions.appoint_officer(
        body, user=visitor, level=Officer.Level.VIEW, department="財政課", by=officer, at=now
    )
    actions.appoint_officer(body, user=visitor, level=Officer.Level.PLAN, by=officer, at=now)

    appointed = Officer.objects.get(user=visitor)
    assert (appointed.level, appointed.department) == ("plan", "財政課")
    assert [
        (event.action, event.actor, event.at, event.data)
        for event in AuditEvent.objects.about(first).order_by("pk")
    ] == [
        (
            "procurement.officer_appointed",
            officer.email,
            now,
            {
                "body": "072028",
                "user": visitor.email,
                "level": {"before": before, "after": after},
                "department": "財政課",
            },
        )
        for before, after in (("", "view"), ("view", "plan"))
    ]


def test_the_last_who_approves_stays(body: LocalGovernment, officer: User, now: datetime) -> None:
    make.make_officer(body, "planner@example.jp", level="plan")
    gone = make.make_officer(body, "gone@example.jp", level="approve")
    gone.is_active = False
    gone.save()

    for by in (officer, None):
        with pytest.raises(Refused) as refused:
            actions.appoint_officer(body, user=officer, level=Officer.Level.PLAN, by=by, at=now)
        assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [
            ("/level", "officer_last_approver")
        ]

    assert Officer.objects.get(user=officer).level == "approve"
    assert not AuditEvent.objects.exists()


def test_one_of_two_who_approve_may_step_back(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    make.make_officer(body, "second@example.jp", level="approve")

    actions.appoint_officer(body, user=officer, level=Officer.Level.VIEW, by=officer, at=now)

    assert Officer.objects.get(user=officer).level == "view"


@pytest.mark.parametrize("level", ["view", "plan"])
def test_only_who_approves_appoints(body: LocalGovernment, now: datetime, level: str) -> None:
    by = make.make_officer(body, f"{level}@example.jp", level=level)

    with pytest.raises(PermissionDenied):
        actions.appoint_officer(body, user=by, level=Officer.Level.APPROVE, by=by, at=now)

    assert Officer.objects.get(user=by).level == level
    assert not AuditEvent.objects.exists()


def test_a_population_is_kept_with_its_event(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    actions.record_population(body, population=111_222, as_of=date(2026, 10, 1), by=officer, at=now)

    body.refresh_from_db()
    event = AuditEvent.objects.get()
    assert (body.population, body.population_as_of) == (111_222, date(2026, 10, 1))
    assert (event.action, event.actor, event.at, event.data) == (
        "procurement.population_recorded",
        officer.email,
        now,
        {"population": 111_222, "as_of": "2026-10-01"},
    )


def test_the_command_says_why_the_last_who_approves_stays(
    body: LocalGovernment, officer: User
) -> None:
    with pytest.raises(CommandError, match="Nobody else can approve"):
        call_command("appoint_officer", officer.email, body.code, "--level", "view")

    assert Officer.objects.get(user=officer).level == "approve"
