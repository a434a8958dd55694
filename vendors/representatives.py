"""The representatives of a vendor: who they are, and who may become one."""

from __future__ import annotations

from django.db.models import QuerySet

from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from vendors.models import Representative, Vendor


def representatives_of(vendor: Vendor) -> QuerySet[Representative]:
    """Return the vendor's representatives with their persons, by address."""
    return vendor.representatives.select_related("user").order_by("user__email")


def registered_person(email: str) -> User:
    """Return who signs in by the address; raises ``Refused`` where nobody does."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise Refused([Problem("/email", "representative_not_registered", {"value": email})])
    return user
