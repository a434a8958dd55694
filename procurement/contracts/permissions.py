"""Who may do what with a body's contract register."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import LocalGovernment, User
from procurement import permissions
from procurement.contracts.models import Contract


def may_register_contract(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """Officers of the body who plan write in its register."""
    return permissions.may_plan(user, body)


def may_change_contract(user: User | AnonymousUser, contract: Contract) -> bool:
    """Officers of the body who plan correct its register."""
    return permissions.may_plan(user, contract.body)


def may_import_contracts(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """Officers of the body who plan import its register."""
    return permissions.may_plan(user, body)
