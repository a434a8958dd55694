"""The deeds that concern a body as a whole: its officers, its own rules, its population."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit import trail
from marketplace.people import require_confirmed_address
from procurement import permissions, rules
from procurement.models import BodyThreshold, Officer
from schemas.problems import Problem, Refused


@transaction.atomic
def appoint_officer(
    body: LocalGovernment,
    *,
    user: User,
    level: Officer.Level,
    department: str | None = None,
    by: User | None,
    at: datetime,
) -> Officer:
    """Let a person work for the body, or change how far they may go.

    Without a ``department`` the one on record stays. ``by`` is None for an operator's command.
    Raises PermissionDenied, or Refused where nobody who approves would be left.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_appoint_officer(by, body):
        raise PermissionDenied
    require_confirmed_address(user, by=by)
    officer = Officer.objects.filter(user=user, body=body).first() or Officer(
        user=user, body=body, level=""
    )
    before = officer.level
    others = Officer.objects.filter(body=body, level=Officer.Level.APPROVE, user__is_active=True)
    problems = list(
        rules.officer_problems(
            department=department or "",
            level=level,
            level_before=before,
            other_approvers=others.exclude(user=user).count(),
        )
    )
    if problems:
        raise Refused(problems)
    officer.level = level
    if department is not None:
        officer.department = department
    officer.save()
    trail.record(
        "procurement.officer_appointed",
        on=officer,
        by=by,
        at=at,
        data={
            "body": body.code,
            "user": user.email,
            "level": {"before": before, "after": level},
            "department": officer.department,
        },
    )
    return officer


@transaction.atomic
def dismiss_officer(body: LocalGovernment, *, user: User, by: User | None, at: datetime) -> None:
    """End a person's work for the body, as when they change posts; what they did stays recorded.

    ``by`` is None for an operator's command. Raises PermissionDenied, or Refused for who does not
    work there and where nobody who approves would be left.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_appoint_officer(by, body):
        raise PermissionDenied
    officer = Officer.objects.filter(user=user, body=body).first()
    if officer is None:
        raise Refused([Problem("/email", "officer_not_of_the_body", {"value": user.email})])
    others = Officer.objects.filter(body=body, level=Officer.Level.APPROVE, user__is_active=True)
    problems = list(
        rules.dismissal_problems(
            level=officer.level, other_approvers=others.exclude(user=user).count()
        )
    )
    if problems:
        raise Refused(problems)
    facts = {"body": body.code, "user": user.email, "level": officer.level}
    trail.record("procurement.officer_dismissed", on=officer, by=by, at=at, data=facts)
    officer.delete()


@transaction.atomic
def set_threshold(
    body: LocalGovernment,
    *,
    contract_category: str,
    amount_yen: int,
    effective_from: date,
    source: str,
    by: User,
    at: datetime,
) -> BodyThreshold:
    """Record the amount that the body's own rule sets for small negotiated contracts.

    Raises PermissionDenied, or Refused where the amount is over the ceiling of the cabinet order
    in force on that day (地方自治法施行令 別表第五).
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_approve(by, body):
        raise PermissionDenied
    problems = list(
        rules.threshold_problems(
            contract_category=contract_category,
            amount_yen=amount_yen,
            effective_from=effective_from,
            source=source,
            body_category=body.category,
        )
    )
    if problems:
        raise Refused(problems)
    threshold, _made = BodyThreshold.objects.update_or_create(
        body=body,
        contract_category=contract_category,
        effective_from=effective_from,
        defaults={"amount_yen": amount_yen, "source": source},
    )
    trail.record(
        "procurement.threshold_set",
        on=threshold,
        by=by,
        at=at,
        data={
            "body": body.code,
            "contract_category": contract_category,
            "amount_yen": amount_yen,
            "effective_from": effective_from.isoformat(),
            "source": source,
        },
    )
    return threshold


@transaction.atomic
def record_population(
    body: LocalGovernment, *, population: int, as_of: date, by: User, at: datetime
) -> LocalGovernment:
    """Record the body's population, on which price bands depend (住民基本台帳に基づく人口).

    Raises PermissionDenied, or Refused where the figure is not plausible.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_plan(by, body):
        raise PermissionDenied
    if problems := list(rules.population_problems(population, as_of, today=at.date())):
        raise Refused(problems)
    body.population = population
    body.population_as_of = as_of
    body.save(update_fields=["population", "population_as_of"])
    trail.record(
        "procurement.population_recorded",
        on=body,
        by=by,
        at=at,
        data={"population": population, "as_of": as_of.isoformat()},
    )
    return body
