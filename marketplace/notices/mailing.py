"""Send what waits by e-mail: each notice once, again later where the server refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from marketplace.notices.models import Notice
from marketplace.notices.wording import wording

#: While one run sends a notice, no other takes it; a run that died gives it free after this.
HELD: Final = timedelta(minutes=15)
#: The waits after the first, second … failure; the last one from then on.
WAITS: Final = tuple(timedelta(minutes=each) for each in (5, 30, 120, 720, 1440))


@dataclass(frozen=True)
class Sent:
    """How many mails went out and how many will be tried again."""

    sent: int
    failed: int


def wait_after(attempts: int) -> timedelta:
    """Say how long to wait after the given number of failures (1 or more)."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def send_waiting(*, at: datetime, limit: int) -> Sent:
    """Send up to ``limit`` notices by e-mail.

    Each is first taken by one conditional update, so of two runs one sends it. What fails stays
    and is tried again, later each time; nothing is ever given up.
    """
    waiting = list(
        Notice.objects.due(at)
        .select_related("recipient")
        .order_by("next_attempt_at", "pk")[: max(limit, 0)]
    )
    connection = get_connection()
    sent = failed = 0
    for notice in waiting:
        if not _taken(notice, at):
            continue
        try:
            connection.send_messages([mail_of(notice, connection)])
        except Exception as error:  # noqa: BLE001 -- whatever one mail meets, the others go out
            failed += 1
            reason = f"{type(error).__name__}: {error}".replace("\0", "")[:300]
            again = at + wait_after(notice.attempts + 1)
            Notice.objects.filter(pk=notice.pk).update(last_error=reason, next_attempt_at=again)
        else:
            sent += 1
            Notice.objects.filter(pk=notice.pk).update(sent_at=at, last_error="")
    connection.close()
    return Sent(sent, failed)


def mail_of(notice: Notice, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """Build the mail: Japanese first, English second, with the link and the way to stop it."""
    japanese, english = (wording(notice.kind, notice.params, each) for each in ("ja", "en"))
    link = absolute(notice.url)
    parts = [japanese.subject, japanese.body, link]
    stop = absolute(notice.unsubscribe_url) if notice.unsubscribe_url else ""
    if stop:
        parts.append(f"このメールの配信を止める：{stop}")
    parts += ["-- ", english.subject, english.body, link]
    if stop:
        parts.append(f"Stop these mails: {stop}")
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<notice-{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
    return EmailMessage(
        subject=f"{japanese.subject} / {english.subject}"[:250],
        body="\n\n".join(part for part in parts if part) + "\n",
        to=[notice.recipient.email],
        headers=headers,
        connection=connection,
    )


def absolute(path: str) -> str:
    """Return the address of a path of this site, as a mail needs it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _taken(notice: Notice, at: datetime) -> bool:
    free = Notice.objects.due(at).filter(pk=notice.pk, attempts=notice.attempts)
    return bool(free.update(attempts=F("attempts") + 1, next_attempt_at=at + HELD))
