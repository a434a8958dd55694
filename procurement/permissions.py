"""Who may do what for a body. Each deed of the wing asks one ``may_…`` here or in its room."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import LocalGovernment, User
from procurement.models import Officer

REACH = {
    Officer.Level.VIEW: {Officer.Level.VIEW, Officer.Level.PLAN, Officer.Level.APPROVE},
    Officer.Level.PLAN: {Officer.Level.PLAN, Officer.Level.APPROVE},
    Officer.Level.APPROVE: {Officer.Level.APPROVE},
}


def holds(user: User | AnonymousUser, body: LocalGovernment, level: Officer.Level) -> bool:
    """Say whether the person works for the body at this level or above it."""
    return (
        user.is_authenticated
        and Officer.objects.filter(user=user, body=body, level__in=REACH[level]).exists()
    )


def may_view_body(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """An officer of the body sees its register, plans, cases and papers."""
    return holds(user, body, Officer.Level.VIEW)


def may_plan(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """An officer who plans keeps the register, makes plans and works on cases."""
    return holds(user, body, Officer.Level.PLAN)


def may_approve(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """An officer who approves issues papers and records the body's own rules."""
    return holds(user, body, Officer.Level.APPROVE)


def may_appoint_officer(user: User | AnonymousUser | None, body: LocalGovernment) -> bool:
    """An operator, or an officer of the body who approves, appoints officers.

    ``None`` is the operator's command line.
    """
    return user is None or (
        user.is_authenticated and (user.is_superuser or may_approve(user, body))
    )
