"""Write and verify the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db import connection, models, transaction

from marketplace.audit.models import AuditEvent

if TYPE_CHECKING:
    from marketplace.accounts.models import User

FIRST_DIGEST = "0" * 64
CHAIN_LOCK = 0x444D5041  # the PostgreSQL advisory lock that makes the trail's writers queue


def record(
    action: str,
    *,
    on: models.Model,
    by: User | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one event to the trail, inside the deed's own transaction.

    ``by`` is None for an operator's command. ``data`` holds plain JSON facts of the deed, never
    personal data of residents. Raises ``TransactionManagementError`` outside a transaction, so
    that a deed and its event cannot part.
    """
    if not connection.in_atomic_block:
        message = "An audit event is written in the deed's own transaction."
        raise transaction.TransactionManagementError(message)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEvent.objects.order_by("-id").values_list("id", "digest").first()
    number, previous = last or (0, FIRST_DIGEST)
    event = AuditEvent(
        id=number + 1,
        at=at.astimezone(UTC),
        actor=by.email if by else "",
        action=action,
        object_type=on._meta.label_lower,
        object_id=str(on.pk),
        data=dict(data or {}),
        previous_digest=previous,
    )
    event.digest = digest(event)
    event.save(force_insert=True)
    return event


def digest(event: AuditEvent) -> str:
    """Return the SHA-256 of the event's canonical JSON, which holds the digest before it."""
    body = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "data": event.data,
        "previous_digest": event.previous_digest,
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def faults() -> Iterator[str]:
    """Walk the whole chain and yield a sentence for each event that does not fit."""
    number, previous = 0, FIRST_DIGEST
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=2000):
        number += 1
        if event.pk != number:
            yield f"event {number} is missing: the trail goes on with {event.pk}"
            number = event.pk
        if event.previous_digest != previous:
            yield f"event {event.pk} does not follow the event before it"
        if digest(event) != event.digest:
            yield f"event {event.pk} was changed after it was written"
        previous = event.digest
