"""Notices: told once, read by their own person only, mailed once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from marketplace.accounts.models import User
from marketplace.notices.actions import notify
from marketplace.notices.mailing import send_waiting
from marketplace.notices.models import Notice
from tests import make

pytestmark = pytest.mark.django_db
KIND = "notice_version_published"
PARAMS = {"title": "<b>見本</b>\r\nBcc: x@example.jp {x}", "title_en": "Sample", "version": "1.1"}


def _tell(users: list[User], at: datetime, key: str = "event") -> None:
    notify(users, kind=KIND, params=PARAMS, url="/specifications/", key=key, at=at)


def test_an_event_is_told_once(visitor: User, now: datetime) -> None:
    _tell([visitor], now)
    _tell([visitor], now)

    assert Notice.objects.count() == 1


@pytest.mark.parametrize("people", [3, 30])
def test_telling_many_asks_as_often_as_telling_few(
    people: int, now: datetime, django_assert_num_queries: object
) -> None:
    users = [User.objects.create(email=f"{n}@example.jp") for n in range(people)]

    with django_assert_num_queries(3):  # type: ignore[operator]
        notify(users, kind=KIND, params=PARAMS, url="/", key="k", at=now)


def test_a_mail_goes_out_once_in_both_languages(visitor: User, now: datetime) -> None:
    _tell([visitor], now)

    assert [send_waiting(at=now, limit=10).sent for _run in range(2)] == [1, 0]
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert sent.body.index("公表されました") < sent.body.index("has been published")


def test_a_mail_that_fails_is_tried_again_later(
    visitor: User, now: datetime, settings: object
) -> None:
    _tell([visitor], now)
    settings.EMAIL_BACKEND = "tests.notices.refusing.Backend"  # type: ignore[attr-defined]

    assert send_waiting(at=now, limit=10).failed == 1
    assert send_waiting(at=now, limit=10).failed == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert send_waiting(at=now + timedelta(minutes=5), limit=10).sent == 1


def test_a_notice_is_read_by_its_own_person_only(
    client: Client, visitor: User, now: datetime
) -> None:
    _tell([visitor], now)
    notice = Notice.objects.get()

    client.force_login(make.make_user("else@example.jp"))
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert client.post(f"/api/v1/notices/{notice.pk}/read/").status_code == 404
    client.force_login(visitor)
    page = client.get("/notices/").content.decode()
    assert "&lt;b&gt;見本" in page
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 302
    assert Notice.objects.unread().count() == 0
    assert client.get("/api/v1/notices/").status_code == 200


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/notices/").status_code == 302
    assert client.get("/api/v1/notices/").status_code == 401
