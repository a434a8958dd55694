"""Who may issue papers. Who may read them, ``Paper.objects.visible_to`` says."""

from __future__ import annotations

from typing import Protocol

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import LocalGovernment, User
from procurement import permissions


class BodysCase(Protocol):
    """A case, as far as papers need to know it."""

    pk: int
    title: str
    body: LocalGovernment


def may_issue_paper(user: User | AnonymousUser, case: BodysCase) -> bool:
    """Officers of the case's body who approve issue its papers."""
    return permissions.may_approve(user, case.body)
