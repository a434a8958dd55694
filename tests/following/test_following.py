"""Following: button, feed, mail link, and what followers are told."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.notices.models import Notice
from specs import events
from specs.following.actions import follow_specification
from specs.following.models import Subscription
from specs.following.tokens import unsubscribe_path
from tests import make

pytestmark = pytest.mark.django_db


def test_a_follower_is_told_once_and_may_stop_by_link(
    client: Client, visitor: User, now: datetime
) -> None:
    version = make.make_version()
    follow_specification(version.specification, by=visitor, at=now)

    for _time in range(2):
        events.tell("published", version, by=None, at=now)

    assert Notice.objects.get().recipient == visitor
    path = unsubscribe_path(visitor.pk, version.specification_id)
    assert client.get(path).status_code == 200
    assert Subscription.objects.count() == 1
    assert client.get(path.replace("/unsubscribe/", "/unsubscribe/x")).status_code == 404
    assert client.post(path).status_code == 200
    assert Subscription.objects.count() == 0


def test_who_has_not_confirmed_the_address_may_not_follow(client: Client) -> None:
    make.make_version()
    client.force_login(User.objects.create_user("new@example.jp", "x"))

    assert client.post("/specifications/sample/follow/").status_code == 403
    assert (
        client.post("/api/v1/specifications/sample/follow/", {}, "application/json").status_code
        == 403
    )


def test_following_by_page_and_by_rest(client: Client, visitor: User) -> None:
    make.make_version()
    client.force_login(visitor)

    assert client.post("/specifications/sample/follow/").status_code == 302
    assert client.get("/specifications/sample/").status_code == 200
    assert client.get("/specifications/following/").status_code == 200
    assert client.delete("/api/v1/specifications/sample/follow/").status_code == 204
    assert client.post("/specifications/sample/follow/").status_code == 302
    assert len(client.get("/api/v1/subscriptions/").json()["results"]) == 1
    assert client.post("/specifications/sample/unfollow/").status_code == 302
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("path", ["/specifications/feed.atom", "/specifications/sample/feed.atom"])
def test_a_feed_is_read_and_stays_the_same(client: Client, path: str) -> None:
    make.make_version()

    first, second = client.get(path), client.get(path)

    assert first.content == second.content
    root = ET.fromstring(first.content)  # noqa: S314 -- our own feed
    atom = "{http://www.w3.org/2005/Atom}"
    assert len(root.findall(f"{atom}entry")) == 2
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
