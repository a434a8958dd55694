"""The deeds of notices: tell people something once, and mark it as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.notices.models import Notice

BATCH = 500


@dataclass(frozen=True)
class Message:
    """What one person is to be told.

    ``kind`` is a code of ``schemas/messages``, filled by ``params``; ``url`` and
    ``unsubscribe_url`` are paths of this site; ``key`` names the event for good.
    """

    user_id: int
    kind: str
    params: Mapping[str, str | int]
    url: str
    key: str
    by_mail: bool = True
    unsubscribe_url: str = ""


@transaction.atomic
def deliver(messages: Iterable[Message], *, at: datetime) -> None:
    """Tell each person their message; who was told of the event already is not told again."""
    Notice.objects.bulk_create(
        (
            Notice(
                recipient_id=each.user_id,
                kind=each.kind,
                params=dict(each.params),
                url=each.url,
                key=each.key,
                by_mail=each.by_mail,
                unsubscribe_url=each.unsubscribe_url,
                created_at=at,
                next_attempt_at=at,
            )
            for each in messages
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def notify(
    users: Iterable[User],
    *,
    kind: str,
    params: Mapping[str, str | int],
    url: str,
    key: str,
    at: datetime,
) -> None:
    """Tell several people the same; an event that a person was told of stays as it was."""
    deliver((Message(user.pk, kind, params, url, key) for user in users), at=at)


@transaction.atomic
def mark_read(notice: Notice, *, by: User, at: datetime) -> Notice:
    """Mark one's own notice as read; twice changes nothing. Raises ``PermissionDenied``."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if not notice.addressed_to(by):
        raise PermissionDenied
    if notice.is_unread:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, by: User, at: datetime) -> int:
    """Mark all of one's own notices as read; returns how many were not yet."""
    changed: int = Notice.objects.unread().filter(recipient=by).update(read_at=at)
    return changed
