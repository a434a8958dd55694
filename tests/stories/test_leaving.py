"""People change posts: who lets a colleague go, by page and over REST, and who cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.actions import dismiss_officer
from procurement.models import Officer
from schemas.problems import Refused
from specs.actions import dismiss_editor
from specs.models import Editor
from tests import make
from vendors.actions import dismiss_representative
from vendors.models import Representative

LEAVER = "leaver@example.jp"


@dataclass(frozen=True)
class Post:
    """One kind of post: where it is held, by whom, and what ends it."""

    holders: type[models.Model]
    stays: User
    leaves: User
    page: str
    api: str
    event: tuple[str, dict[str, Any]]
    last: str
    stranger: str
    dismiss: Any


@pytest.fixture(params=["officer", "editor", "representative"])
def post(request: pytest.FixtureRequest, body: LocalGovernment, db: None) -> Post:
    """Return a post that two people hold."""
    leaves = make.make_user(LEAVER)
    if request.param == "officer":
        stays = make.make_officer(body, level="approve")
        Officer.objects.create(user=leaves, body=body, level=Officer.Level.PLAN)
        return Post(
            Officer,
            stays,
            leaves,
            "/procurement/body/officers/",
            f"/api/v1/bodies/{body.code}/dismiss-officer/",
            (
                "procurement.officer_dismissed",
                {"body": body.code, "user": LEAVER, "level": "plan"},
            ),
            "officer_last_approver",
            "officer_not_of_the_body",
            lambda user, by, at: dismiss_officer(body, user=user, by=by, at=at),
        )
    if request.param == "editor":
        authority = make.make_authority()
        stays = make.make_editor(authority, "stays@example.jp")
        Editor.objects.create(user=leaves, authority=authority)
        return Post(
            Editor,
            stays,
            leaves,
            f"/specifications/authorities/{authority.slug}/editors/",
            f"/api/v1/authorities/{authority.slug}/dismiss-editor/",
            ("specs.editor_dismissed", {"authority": authority.slug, "person": LEAVER}),
            "editor_is_the_last",
            "editor_not_of_the_authority",
            lambda user, by, at: dismiss_editor(authority, user=user, by=by, at=at),
        )
    vendor = make.make_vendor()
    stays = make.make_user("stays@example.jp")
    for user in (stays, leaves):
        Representative.objects.create(user=user, vendor=vendor)
    return Post(
        Representative,
        stays,
        leaves,
        f"/vendors/{vendor.pk}/representatives/",
        f"/api/v1/vendors/{vendor.pk}/dismiss-representative/",
        (
            "vendors.representative_dismissed",
            {"vendor": vendor.corporate_number, "person": LEAVER},
        ),
        "representative_is_the_last",
        "representative_not_of_vendor",
        lambda user, by, at: dismiss_representative(vendor, user, by=by, at=at),
    )


def recorded() -> list[tuple[str, str, Any]]:
    """Return the trail: deed, person, facts."""
    return list(AuditEvent.objects.order_by("id").values_list("action", "actor", "data"))


def codes(response: Any) -> list[str]:
    """Return the problems' codes."""
    return [problem["code"] for problem in response.json()["problems"]]


def test_a_colleague_is_let_go_by_page(client: Client, post: Post) -> None:
    client.force_login(post.stays)
    assert LEAVER in client.get(post.page).content.decode()

    answer = client.post(f"{post.page}dismiss/", {"email": LEAVER}, follow=True)

    assert answer.status_code == 200
    assert f'value="{LEAVER}"' not in answer.content.decode()
    assert [*post.holders._default_manager.values_list("user", flat=True)] == [post.stays.pk]
    assert recorded() == [(post.event[0], post.stays.email, post.event[1])]


def test_a_colleague_is_let_go_over_rest(client: Client, post: Post) -> None:
    client.force_login(post.stays)

    answer = client.post(post.api, {"email": LEAVER.upper()}, content_type="application/json")
    again = client.post(post.api, {"email": LEAVER}, content_type="application/json")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (again.status_code, codes(again)) == (422, [post.stranger])
    assert recorded() == [(post.event[0], post.stays.email, post.event[1])]


def test_whoever_leaves_may_say_so(client: Client, post: Post, now: datetime) -> None:
    """An editor or a representative goes alone; an officer below approval asks who approves."""
    client.force_login(post.leaves)

    answer = client.post(f"{post.page}dismiss/", {"email": LEAVER})

    left = not post.holders._default_manager.filter(user=post.leaves).exists()
    assert left is (post.holders is not Officer)
    assert answer.status_code == (302 if left else 403)


def test_the_last_one_stays(client: Client, post: Post, now: datetime) -> None:
    post.holders._default_manager.filter(user=post.leaves).delete()
    client.force_login(post.stays)

    page = client.post(f"{post.page}dismiss/", {"email": post.stays.email}, follow=True)
    rest = client.post(post.api, {"email": post.stays.email}, content_type="application/json")

    assert page.status_code == 200
    assert "先にほかの" in page.content.decode()
    assert (rest.status_code, codes(rest)) == (422, [post.last])
    assert post.holders._default_manager.filter(user=post.stays).exists()
    assert recorded() == []


def test_nobody_else_lets_anybody_go(
    client: Client, visitor: User, post: Post, now: datetime
) -> None:
    with pytest.raises(PermissionDenied):
        post.dismiss(post.leaves, visitor, now)
    with pytest.raises(Refused):
        post.dismiss(visitor, post.stays, now)
    client.force_login(visitor)

    page = client.post(f"{post.page}dismiss/", {"email": LEAVER})
    rest = client.post(post.api, {"email": LEAVER}, content_type="application/json")

    hidden = post.holders is Officer
    assert (page.status_code, rest.status_code) == ((404, 404) if hidden else (403, 403))
    assert post.holders._default_manager.count() == 2
    assert recorded() == []


def test_an_operator_lets_even_the_last_one_go_but_never_who_approves_alone(
    post: Post, now: datetime
) -> None:
    post.dismiss(post.leaves, None, now)
    if post.holders is Officer:
        with pytest.raises(Refused):
            post.dismiss(post.stays, None, now)
    else:
        post.dismiss(post.stays, None, now)

    assert post.holders._default_manager.exists() is (post.holders is Officer)
