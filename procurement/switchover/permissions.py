"""Who may do what with switchover plans."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import User
from procurement import permissions
from procurement.contracts.models import Contract
from procurement.switchover.models import SwitchoverPlan


def may_make_plan(user: User | AnonymousUser, contract: Contract) -> bool:
    """Officers of the body who plan make its plans."""
    return permissions.may_plan(user, contract.body)


def may_change_plan(user: User | AnonymousUser, plan: SwitchoverPlan) -> bool:
    """Officers of the body who plan move its dates and mark steps as done."""
    return permissions.may_plan(user, plan.contract.body)
