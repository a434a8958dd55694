"""The deeds of a switchover plan."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.audit import trail
from procurement.contracts.models import Contract
from procurement.switchover import permissions, rules, timeline
from procurement.switchover.models import PlanStep, SwitchoverPlan
from schemas.problems import Problem, Refused


def facts_of(plan: SwitchoverPlan) -> timeline.Facts:
    """Return what the plan is counted from."""
    return timeline.Facts(
        template=plan.template,
        renewal_on=plan.renewal_on,
        contract_ends_on=plan.contract.ends_on,
        notice_months=plan.contract.notice_months,
        domain=plan.contract.domain,
    )


@transaction.atomic
def make_plan(
    contract: Contract, *, renewal_on: date, template: str, by: User, at: datetime
) -> SwitchoverPlan:
    """Make the plan that leads from a contract to its successor, with every step's latest date.

    Raises PermissionDenied, or Refused (unknown template, date not ahead, plan already there).
    """
    contract = Contract.objects.select_for_update().select_related("body").get(pk=contract.pk)
    if not permissions.may_make_plan(by, contract):
        raise PermissionDenied
    problems = list(
        rules.plan_problems(template=template, renewal_on=renewal_on, today=timezone.localdate(at))
    )
    if SwitchoverPlan.objects.filter(contract=contract).exists():
        problems.append(Problem("", "plan_known"))
    if problems:
        raise Refused(problems)
    plan = SwitchoverPlan.objects.create(
        contract=contract, renewal_on=renewal_on, template=template, made_by=by, made_at=at
    )
    _write_steps(plan, {})
    trail.record(
        "switchover.plan_made",
        on=plan,
        by=by,
        at=at,
        data={
            "contract": contract.pk,
            "renewal_on": renewal_on.isoformat(),
            "template": template,
        },
    )
    return plan


@transaction.atomic
def change_plan(
    plan: SwitchoverPlan,
    *,
    renewal_on: date,
    template: str,
    edition: int,
    by: User,
    at: datetime,
) -> SwitchoverPlan:
    """Move the renewal date or take another template; steps already done stay done.

    Raises PermissionDenied, or Refused; ``edition`` is the one the officer had before them.
    """
    plan = _locked(plan)
    if not permissions.may_change_plan(by, plan):
        raise PermissionDenied
    problems = list(
        rules.plan_problems(template=template, renewal_on=renewal_on, today=timezone.localdate(at))
    )
    if plan.edition != edition:
        problems.insert(0, Problem("", "changed_meanwhile"))
    if problems:
        raise Refused(problems)
    before = plan.renewal_on
    done = {step.code: step.done_on for step in plan.steps.all() if step.done_on}
    plan.renewal_on, plan.template = renewal_on, template
    plan.edition += 1
    plan.save(update_fields=["renewal_on", "template", "edition"])
    _write_steps(plan, done)
    trail.record(
        "switchover.plan_changed",
        on=plan,
        by=by,
        at=at,
        data={
            "renewal_on": {"before": before.isoformat(), "after": renewal_on.isoformat()},
            "template": template,
        },
    )
    return plan


@transaction.atomic
def mark_step(
    plan: SwitchoverPlan, *, code: str, done_on: date | None, by: User, at: datetime
) -> PlanStep:
    """Say on which day a step was finished, or with None that it was not.

    Raises PermissionDenied, or Refused (no such step, a day that lies ahead).
    """
    plan = _locked(plan)
    if not permissions.may_change_plan(by, plan):
        raise PermissionDenied
    step = plan.steps.filter(code=code).first()
    if step is None:
        raise Refused([Problem("/code", "plan_step_unknown")])
    if done_on is not None and done_on > timezone.localdate(at):
        raise Refused([Problem("/done_on", "plan_step_done_in_future")])
    step.done_on = done_on
    step.save(update_fields=["done_on"])
    trail.record(
        "switchover.step_marked",
        on=plan,
        by=by,
        at=at,
        data={"code": code, "done_on": done_on.isoformat() if done_on else None},
    )
    return step


def _locked(plan: SwitchoverPlan) -> SwitchoverPlan:
    return (
        SwitchoverPlan.objects.select_for_update(of=("self",))
        .select_related("contract__body")
        .get(pk=plan.pk)
    )


def _write_steps(plan: SwitchoverPlan, done: dict[str, date]) -> None:
    """Replace the plan's steps by those counted afresh."""
    plan.steps.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            position=position,
            code=step.code,
            starts_by=step.starts_by,
            ends_by=step.ends_by,
            assumptions=[
                {"code": note.code, "params": dict(note.params)} for note in step.assumptions
            ],
            done_on=done.get(step.code),
        )
        for position, step in enumerate(timeline.plan(facts_of(plan)).steps)
    )
