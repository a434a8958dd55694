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


def officer_named(body: LocalGovernment, email: str) -> User:
    """Return the body's officer with the address; raises ``Refused`` where there is none."""
    wanted = email.strip().lower()
    for officer in officers_of(body):
        if officer.user.email == wanted:
            return officer.user
    raise Refused([Problem("/email", "officer_not_of_the_body", {"value": email[:254]})])
