"""Pages of switchover plans."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from procurement.bodies import body_of
from procurement.contracts.models import Contract
from procurement.forms import edition_of, show
from procurement.switchover import actions, chart, permissions, timeline
from procurement.switchover.forms import PlanForm, StepForm
from procurement.switchover.models import PlanStep, SwitchoverPlan
from schemas import codelist
from schemas.problems import Problem, Refused


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- every view here asks for a sign-in
    return request.user


def _plan(request: HttpRequest, pk: int) -> SwitchoverPlan:
    return get_object_or_404(
        SwitchoverPlan.objects.visible_to(_user(request)).select_related(
            "contract__body", "made_by"
        ),
        pk=pk,
    )


def _stored(step: PlanStep) -> timeline.Step:
    """Return a stored step; what was counted is never counted again when read."""
    return timeline.Step(
        step.code,
        step.starts_by,
        step.ends_by,
        tuple(Problem("", note["code"], note["params"]) for note in step.assumptions),
        step.done_on,
    )


@require_safe
@login_required
def plan_list(request: HttpRequest) -> HttpResponse:
    """Show the body's plans, the first renewal first."""
    body = body_of(request)
    today = timezone.localdate()
    plans = (
        SwitchoverPlan.objects.visible_to(_user(request))
        .filter(contract__body=body)
        .select_related("contract")
        .prefetch_related("steps")
    )
    rows = []
    for plan in plans:
        steps = [_stored(step) for step in plan.steps.all()]
        states = [step.state(today) for step in steps]
        rows.append(
            {
                "plan": plan,
                "starts_by": min(step.starts_by for step in steps),
                "missed": states.count("missed"),
                "done": states.count("done"),
                "steps": len(steps),
            }
        )
    return render(
        request, "switchover/plan_list.html", {"body": body, "rows": rows, "today": today}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_make(request: HttpRequest, contract_pk: int) -> HttpResponse:
    """Make the plan of one contract."""
    contract = get_object_or_404(
        Contract.objects.visible_to(_user(request)).select_related("body"), pk=contract_pk
    )
    if not permissions.may_make_plan(request.user, contract):
        raise PermissionDenied
    initial = {"renewal_on": contract.ends_on + timedelta(days=1), "template": "small_saas"}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.make_plan(
                contract,
                renewal_on=form.cleaned_data["renewal_on"],
                template=form.cleaned_data["template"],
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("切替計画を作りました。"))
            return redirect("switchover:plan-detail", pk=plan.pk)
    return render(
        request,
        "switchover/plan_form.html",
        {"form": form, "contract": contract, "plan": None},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the renewal date, or take another template."""
    plan = _plan(request, pk)
    if not permissions.may_change_plan(request.user, plan):
        raise PermissionDenied
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial={
            "renewal_on": _day(request.GET.get("renewal_on")) or plan.renewal_on,
            "template": plan.template,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_plan(
                plan,
                renewal_on=form.cleaned_data["renewal_on"],
                template=form.cleaned_data["template"],
                edition=edition_of(request),
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("切替計画を更新しました。"))
            return redirect("switchover:plan-detail", pk=plan.pk)
    return render(
        request,
        "switchover/plan_form.html",
        {"form": form, "contract": plan.contract, "plan": plan},
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show by when to start, what is missed and the ways out, and every step with its dates."""
    plan = _plan(request, pk)
    today = timezone.localdate()
    template = {row.code: row for row in codelist.switchover_steps(plan.template)}
    steps = [_stored(step) for step in plan.steps.all()]
    done = {step.code: step.done_on for step in steps if step.done_on}
    facts = actions.facts_of(plan)
    counted = timeline.plan(facts, done)
    rows: list[dict[str, Any]] = [
        {"step": step, "template": template[step.code], "state": step.state(today)}
        for step in steps
    ]
    missed = [row for row in rows if row["state"] == "missed"]
    stored = {(step.code, step.starts_by, step.ends_by) for step in steps}
    fresh = {(step.code, step.starts_by, step.ends_by) for step in counted.steps}
    return render(
        request,
        "switchover/plan_detail.html",
        {
            "plan": plan,
            "contract": plan.contract,
            "body": plan.contract.body,
            "template": codelist.switchover_template(plan.template),
            "rows": rows,
            "missed": missed,
            "starts_by": min(step.starts_by for step in steps),
            "next_row": next((row for row in rows if row["state"] not in {"done", "missed"}), None),
            "findings": counted.findings,
            "outdated": stored != fresh,
            "ways_out": timeline.ways_out(facts, today, done) if missed else None,
            "chart": chart.chart(steps, today),
            "may_change": permissions.may_change_plan(request.user, plan),
            "cases": plan.cases.all(),
            "today": today,
        },
    )


@require_POST
@login_required
def plan_step_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a step as done, or take the mark back."""
    plan = _plan(request, pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("日付を読めませんでした。もう一度入力してください。"))
        return redirect("switchover:plan-detail", pk=pk)
    try:
        actions.mark_step(
            plan,
            code=form.cleaned_data["code"],
            done_on=form.cleaned_data["done_on"],
            by=_user(request),
            at=timezone.now(),
        )
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence(request.LANGUAGE_CODE))
    else:
        messages.success(request, _("工程の記録を更新しました。"))
    return redirect("switchover:plan-detail", pk=pk)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
