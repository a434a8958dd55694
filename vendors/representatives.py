"""The representatives of a vendor: who they are, and who may become one."""

from __future__ import annotations

from django.db.models import QuerySet

from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from vendors.models import Representative, Vendor


def representatives_of(vendor: Vendor) -> QuerySet[Representative]:
    """Return the vendor's representatives with their persons, by address."""
    return vendor.representatives.select_related("user").order_by("user__email")


def representative_named(vendor: Vendor, email: str) -> User:
    """Return who acts for the vendor under the address; raises ``Refused`` where nobody does."""
    wanted = email.strip().lower()
    for representative in representatives_of(vendor):
        if representative.user.email == wanted:
            return representative.user
    raise Refused([Problem("/email", "representative_not_of_vendor", {"value": email[:254]})])
