"""Publication and discarding of drafts over REST, and what their page asks first."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs import actions
from specs.models import Specification, SpecificationVersion
from tests.specs.test_actions import document

API = "/api/v1/specifications/sample/versions/1.0/"
PAGE = "/specifications/sample/1.0/"


@pytest.fixture
def draft(editor: User, now: datetime) -> SpecificationVersion:
    """Return a draft."""
    return actions.draft_version(document(), by=editor, at=now)


def post(client: Client, deed: str, body: object = None) -> Any:
    """Post JSON."""
    return client.post(f"{API}{deed}/", json.dumps(body or {}), content_type="application/json")


def last_event() -> tuple[str, str, str, str, Any]:
    """Return what the trail says last."""
    event = AuditEvent.objects.latest("id")
    return (event.action, event.actor, event.object_type, event.object_id, event.data)


def codes(response: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(each["pointer"], each["code"]) for each in response.json()["problems"]]


def facts(draft: SpecificationVersion) -> dict[str, str]:
    """Return what the trail says of a draft."""
    return {"urn": draft.urn, "digest": draft.digest}


def test_a_draft_is_published(client: Client, editor: User, draft: SpecificationVersion) -> None:
    client.force_login(editor)

    answer = post(client, "publish", {"digest": draft.digest})

    assert answer.status_code == 200
    assert answer.json() == client.get(API).json()
    assert answer.json()["state"] == "published"
    assert last_event() == (
        "specs.version_published",
        editor.email,
        "specs.specificationversion",
        str(draft.pk),
        facts(draft),
    )


def test_a_draft_is_published_without_a_body(
    client: Client, editor: User, draft: SpecificationVersion
) -> None:
    client.force_login(editor)

    assert client.post(f"{API}publish/", content_type="application/json").status_code == 200


def test_a_draft_is_discarded(client: Client, editor: User, draft: SpecificationVersion) -> None:
    client.force_login(editor)

    answer = post(client, "discard")

    assert (answer.status_code, answer.content) == (204, b"")
    assert not Specification.objects.exists()
    assert last_event() == (
        "specs.draft_discarded",
        editor.email,
        "specs.specificationversion",
        str(draft.pk),
        facts(draft),
    )


def test_a_draft_that_changed_meanwhile_is_not_published(
    client: Client, editor: User, draft: SpecificationVersion
) -> None:
    client.force_login(editor)

    answer = post(client, "publish", {"digest": "0" * 64})
    unread = post(client, "publish", {"digest": "0" * 65})

    assert (answer.status_code, codes(answer)) == (422, [("/digest", "version_draft_changed")])
    assert (unread.status_code, codes(unread)) == (422, [("/digest", "request_field_too_long")])
    assert SpecificationVersion.objects.get().is_draft
    assert AuditEvent.objects.filter(action="specs.version_published").count() == 0


@pytest.mark.parametrize("deed", ["publish", "discard"])
def test_what_is_published_is_neither_published_nor_discarded(
    deed: str, client: Client, editor: User, draft: SpecificationVersion, now: datetime
) -> None:
    actions.publish_version(draft, by=editor, at=now)
    before = AuditEvent.objects.count()
    client.force_login(editor)

    answer = post(client, deed)

    assert (answer.status_code, codes(answer)) == (422, [("/state", "version_is_published")])
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("deed", ["publish", "discard"])
def test_nobody_else_publishes_or_discards(
    deed: str,
    client: Client,
    editor: User,
    other_editor: User,
    officer: User,
    draft: SpecificationVersion,
    now: datetime,
) -> None:
    before = AuditEvent.objects.count()
    assert post(client, deed).status_code == 401
    for person in (other_editor, officer):
        client.force_login(person)
        assert post(client, deed).status_code == 404
    assert AuditEvent.objects.count() == before
    actions.publish_version(draft, by=editor, at=now)
    assert post(client, deed).status_code == 403


def test_a_draft_s_page_says_what_its_deeds_do(
    client: Client, editor: User, draft: SpecificationVersion
) -> None:
    client.force_login(editor)

    page = client.get(PAGE).content.decode()

    assert "公表すると、この版の内容は二度と変えられません。" in page
    assert "6件の要件を含む案が消え、元に戻せません。" in page
    assert f'action="{PAGE}publish/"' in page
    assert f'action="{PAGE}discard/"' in page


def test_an_empty_upload_is_answered_with_its_problems(client: Client, editor: User) -> None:
    client.force_login(editor)

    answer = client.post("/specifications/import/")

    assert answer.status_code == 422
    assert 'id="id_slug_error"' in answer.content.decode()


@pytest.mark.parametrize("body", [{}, {"file": "x"}])
def test_an_import_asks_who_before_what(body: dict[str, str], client: Client, db: None) -> None:
    assert client.post("/api/v1/specification-imports/", body).status_code == 401


def test_head_works_wherever_get_does(
    client: Client, editor: User, draft: SpecificationVersion
) -> None:
    client.force_login(editor)

    for url in ("/specifications/", PAGE, f"{PAGE}schema.json", "/specifications/import/", API):
        assert client.head(url).status_code == 200, url
