"""The audit trail: appended with its deed, chained, and refused to change by the database."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit import trail
from marketplace.audit.models import AuditEvent
from schemas import engine, registry

TABLE = AuditEvent._meta.db_table


def write(number: int, on: LocalGovernment, at: datetime, by: User | None = None) -> None:
    """Append some events."""
    for count in range(number):
        trail.record("tests.deed_done", on=on, by=by, at=at, data={"count": count})


def test_an_event_holds_who_did_what_to_what_and_when(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    write(1, body, now, officer)

    event = AuditEvent.objects.about(body).get()
    assert (event.actor, event.action, event.object_id, event.at, event.data) == (
        "officer@example.jp",
        "tests.deed_done",
        "072028",
        now,
        {"count": 0},
    )


def test_events_follow_each_other(body: LocalGovernment, now: datetime) -> None:
    write(3, body, now)

    events = list(AuditEvent.objects.all())
    assert [event.pk for event in events] == [1, 2, 3]
    assert events[0].previous_digest == trail.FIRST_DIGEST
    assert [event.previous_digest for event in events[1:]] == [e.digest for e in events[:-1]]
    assert list(trail.faults()) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = 'x@example.jp' WHERE id = 2",
        f"UPDATE {TABLE} SET data = '{{}}' WHERE id = 2",
        f"DELETE FROM {TABLE} WHERE id = 2",
        f"DELETE FROM {TABLE}",
    ],
)
def test_the_database_refuses_to_change_or_delete_events(
    body: LocalGovernment, now: datetime, statement: str
) -> None:
    write(3, body, now)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 3


def test_the_orm_is_refused_too(body: LocalGovernment, now: datetime) -> None:
    write(1, body, now)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.update(actor="x@example.jp")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.all().delete()


def test_a_deed_that_fails_leaves_no_event(body: LocalGovernment, now: datetime) -> None:
    def fail() -> None:
        with transaction.atomic():
            write(1, body, now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(TransactionManagementError):
        trail.record("tests.deed_done", on=User(pk=1), by=None, at=now)


def append(**changes: object) -> None:
    """Append an event that does not fit, as somebody with the database could."""
    last = AuditEvent.objects.order_by("-id").first()
    assert last is not None
    fields = {
        "id": last.pk + 1,
        "at": last.at + timedelta(seconds=1),
        "action": "tests.deed_done",
        "object_type": "x",
        "object_id": "1",
        "previous_digest": last.digest,
    }
    event = AuditEvent(**{**fields, **changes})
    event.digest = event.digest or trail.digest(event)
    event.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": 7}, "event 3 is missing"),
        ({"previous_digest": "0" * 64}, "event 3 does not follow"),
        ({"digest": "1" * 64}, "event 3 was changed"),
    ],
)
def test_verify_audit_names_the_event_that_does_not_fit(
    body: LocalGovernment, now: datetime, changes: dict[str, object], fault: str
) -> None:
    write(2, body, now)
    append(**changes)
    said = io.StringIO()

    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", stderr=said)

    assert said.getvalue().startswith(fault)


def test_verify_audit_prints_the_head_of_a_sound_trail(
    body: LocalGovernment, now: datetime
) -> None:
    write(2, body, now)
    said = io.StringIO()

    call_command("verify_audit", stdout=said)

    head = AuditEvent.objects.get(pk=2).digest
    assert said.getvalue() == f"2 events, head {head}\n"


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        ({}, True),
        ({"amount_yen": 120_000, "until": None, "lines": [{"label": "月額", "open": True}]}, True),
        ({"rate": 0.1}, False),
        ({"lines": [{"rate": 0.1}]}, False),
        ({"a name": "x"}, False),
        (["no", "object"], False),
    ],
)
def test_the_shape_of_an_events_facts_is_plain_json(data: object, holds: bool) -> None:
    assert (engine.problems(registry.load("audit-data"), data) == []) is holds
