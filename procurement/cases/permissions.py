"""Who may do what with cases. Who may see them, ``Case.objects.visible_to`` says."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import LocalGovernment, User
from procurement import permissions
from procurement.cases.models import Case


def may_open_case(user: User | AnonymousUser, body: LocalGovernment) -> bool:
    """Officers of the body who plan open its cases."""
    return permissions.may_plan(user, body)


def may_work_on_case(user: User | AnonymousUser, case: Case) -> bool:
    """Officers of the body who plan lock its search, weigh candidates and state particulars."""
    return permissions.may_plan(user, case.body)


def may_issue_case_paper(user: User | AnonymousUser, case: Case) -> bool:
    """Officers of the body who approve issue its papers."""
    return permissions.may_approve(user, case.body)
