"""Who can be given a role, and who vouches for an address."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from marketplace import people
from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from schemas.problems import Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unconfirmed() -> User:
    """Return somebody who signed up and never opened the mail."""
    user = make.make_user("new@example.jp")
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


def test_a_person_is_found_however_the_address_is_typed(visitor: User) -> None:
    assert people.registered_person(f"  {visitor.email.upper()} ") == visitor


@pytest.mark.parametrize("kind", ["unknown", "unconfirmed", "gone", "another address"])
def test_who_cannot_be_given_a_role_is_told_alike(kind: str, unconfirmed: User) -> None:
    if kind == "gone":
        make.make_user("gone@example.jp", is_active=False)
    if kind == "another address":
        EmailAddress.objects.create(user=unconfirmed, email="own@example.jp", verified=True)
    email = {"unknown": "who@example.jp", "gone": "gone@example.jp"}.get(kind, unconfirmed.email)

    with pytest.raises(Refused) as refused:
        people.registered_person(email)

    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/email", "person_not_registered")
    assert problem.params == {"value": email}


def test_only_an_operator_gives_a_role_to_an_unconfirmed_address(
    unconfirmed: User, visitor: User
) -> None:
    people.require_confirmed_address(unconfirmed, by=None)
    people.require_confirmed_address(visitor, by=unconfirmed)
    with pytest.raises(Refused):
        people.require_confirmed_address(unconfirmed, by=visitor)


def test_an_operator_vouches_once(unconfirmed: User, now: datetime) -> None:
    for _twice in range(2):
        out = StringIO()
        call_command("confirm_address", unconfirmed.email.upper(), stdout=out)
        assert out.getvalue() == f"{unconfirmed.email} is confirmed\n"

    assert people.registered_person(unconfirmed.email) == unconfirmed
    event = AuditEvent.objects.get(action="accounts.address_confirmed")
    assert (event.actor, event.object_id, event.data) == ("", str(unconfirmed.pk), {})


def test_nobody_else_vouches(unconfirmed: User, visitor: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        people.confirm_address(unconfirmed, by=visitor, at=now)
    with pytest.raises(CommandError, match=r"nobody is registered as who@example\.jp"):
        call_command("confirm_address", "who@example.jp")
    assert not people.has_confirmed_address(unconfirmed)
    assert not AuditEvent.objects.exists()
