"""What an officer is called in the header, and what stands on an officer's home page."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from marketplace.accounts.models import LocalGovernment, User
from marketplace.roles import Panel, Role
from procurement.bodies import office_of
from procurement.cases.models import Case
from procurement.cases.progress import progress, readable
from procurement.cases.views.part import step_label
from procurement.contracts import portfolio
from procurement.contracts.models import Contract
from procurement.contracts.rules import notice_deadline
from procurement.models import Officer
from procurement.switchover.models import PlanStep, SwitchoverPlan

WORK_DAYS_AHEAD = 31
SHOWN = 10


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Return one role for each body the person works for."""
    if not user.is_authenticated:
        return []
    offices = Officer.objects.filter(user_id=user.pk).select_related("body").order_by("body_id")
    word = pgettext("officer of a body", "担当者")
    return [
        Role(
            "officer",
            word,
            office.body.name,
            reverse("procurement:body-home"),
            office.body.code,
            speaks=office.level != Officer.Level.VIEW,
        )
        for office in offices
    ]


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Show an officer this month's work, missed notices and coming renewals, and open cases."""
    if not Officer.objects.filter(user_id=request.user.pk or 0).exists():
        return None
    return Panel("procurement/_home.html", work(request, today), 0)


def cases_of(body: LocalGovernment, today: date) -> dict[str, object]:
    """Return the cases that still lack something, each with its next step, and count the rest."""
    rows = progress(readable(Case.objects.filter(body=body)), on=today)
    open_rows = [row for row in rows if not row.finished]
    return {
        "cases": [{"case": row.case, "next": step_label(row.next)} for row in open_rows[:SHOWN]],
        "case_count": len(open_rows),
        "finished_count": len(rows) - len(open_rows),
    }


def work(request: HttpRequest, today: date) -> dict[str, object]:
    """Return what the body has to do now, each list short and in order of urgency."""
    body = office_of(request).body
    soon = today + timedelta(days=WORK_DAYS_AHEAD)
    steps = (
        PlanStep.objects.filter(
            plan__contract__body=body, done_on__isnull=True, starts_by__lte=soon
        )
        .select_related("plan__contract")
        .order_by("ends_by", "plan_id", "position")
    )
    contracts = list(Contract.objects.filter(body=body, ends_on__gte=today))
    rows = [
        {
            "contract": contract,
            "notice_on": notice_deadline(contract.ends_on, contract.notice_months),
            "state": portfolio.state_of(contract, today),
        }
        for contract in contracts
    ]
    return {
        "body": body,
        "today": today,
        "steps": list(steps[:SHOWN]),
        "step_count": steps.count(),
        "notice_missed": [row for row in rows if row["state"] == "notice_missed"][:SHOWN],
        "coming": [row for row in rows if row["state"] == "within_a_year"][:SHOWN],
        **cases_of(body, today),
        "contracts": len(contracts),
        "plans": SwitchoverPlan.objects.filter(contract__body=body).count(),
    }
