"""The officers of a body: who they are, and who may become one."""

from __future__ import annotations

from django.db.models import QuerySet

from marketplace.accounts.models import LocalGovernment, User
from procurement.models import Officer
from schemas.problems import Problem, Refused


def officers_of(body: LocalGovernment) -> QuerySet[Officer]:
    """Return the body's officers with their persons, by department and address."""
    return (
        Officer.objects.filter(body=body)
        .select_related("user")
        .order_by("department", "user__email")
    )


def registered_person(email: str) -> User:
    """Return who signs in by the address; raises Refused where nobody does."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise Refused([Problem("/email", "officer_not_registered", {"value": email})])
    return user
