"""Who may say who edits for an authority, and the operator's command for it."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs.actions import appoint_editor
from specs.models import Editor
from tests import make

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("appoint_editor", *args, stdout=out)
    return out.getvalue()


def test_operator_appoints_once(visitor: User, now: datetime) -> None:
    authority = make.make_authority()
    first = appoint_editor(authority, user=visitor, by=None, at=now)
    assert appoint_editor(authority, user=visitor, by=None, at=now) == first
    event = AuditEvent.objects.get(action="specs.editor_appointed")
    assert event.data == {"authority": "mic", "person": visitor.email}
    assert (event.actor, event.object_id) == ("", str(first.pk))


def test_editor_and_staff_may_appoint(editor: User, visitor: User, now: datetime) -> None:
    authority = make.make_authority()
    appoint_editor(authority, user=visitor, by=editor, at=now)
    staff = make.make_user("operator@example.jp", is_staff=True)
    another = make.make_user("another@example.jp")
    appoint_editor(authority, user=another, by=staff, at=now)
    assert Editor.objects.filter(authority=authority).count() == 3


def test_nobody_else_may_appoint(
    other_editor: User, representative: User, officer: User, visitor: User, now: datetime
) -> None:
    authority = make.make_authority()
    gone = make.make_user("gone@example.jp", is_staff=True, is_active=False)
    for by in (other_editor, representative, officer, visitor, gone):
        with pytest.raises(PermissionDenied):
            appoint_editor(authority, user=visitor, by=by, at=now)
    assert not Editor.objects.filter(authority=authority).exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("named", ["総務省", "mic"])
def test_command_takes_name_or_slug(visitor: User, named: str) -> None:
    authority = make.make_authority()
    assert run(visitor.email.upper(), named) == f"{visitor.email} edits for 総務省\n"
    assert Editor.objects.filter(user=visitor, authority=authority).exists()


def test_command_names_what_it_does_not_know(visitor: User) -> None:
    make.make_authority()
    with pytest.raises(CommandError, match=r"nobody is registered as who@example\.jp"):
        run("who@example.jp", "mic")
    with pytest.raises(CommandError, match="there is no authority 文部省"):
        run(visitor.email, "文部省")
    assert not Editor.objects.exists()
