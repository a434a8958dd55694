"""The demand over REST."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.models import User
from schemas import engine, registry
from specs import actions
from specs.models import Specification, SpecificationVersion
from tests import make
from tests.specs.sheet import make_row, make_sheet
from tests.specs.test_actions import document

API = "/api/v1/specifications/"


def publish(now: datetime, requirements: Any = None, **changes: Any) -> Any:
    return actions.import_version(document(requirements, **changes), by=None, at=now)


@pytest.mark.parametrize("number", [1, 3])
def test_specifications_are_listed_with_their_versions(
    number: int, client: Client, now: datetime, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        publish(now, slug=f"sample-{each}")

    with django_assert_num_queries(3):
        found = client.get(API).json()

    assert found["count"] == number
    assert found["results"][0]["versions"][0]["number"] == "1.0"


def test_a_specification_and_its_version(client: Client, now: datetime, db: None) -> None:
    first = publish(now)
    publish(now, make.make_requirements()[:4], version="1.1", published_on="2026-10-01")

    specification = client.get(f"{API}sample/").json()
    version = client.get(f"{API}sample/versions/1.1/").json()

    assert [each["number"] for each in specification["versions"]] == ["1.1", "1.0"]
    assert specification["versions"][1]["digest"] == first.digest
    assert version["previous"] == "1.0"
    assert version["change_counts"] == {"requirements": 2, "withdrawn": 2}


def test_requirements_are_narrowed_as_on_the_page(client: Client, now: datetime, db: None) -> None:
    publish(now)
    url = f"{API}sample/versions/1.0/requirements/"

    found = client.get(f"{url}?q=予約&obligation=standard_option").json()

    assert [each["key"] for each in found["results"]] == ["F0010003"]
    assert found["results"][0]["obligations"] == {"designated_city": "mandatory"}
    assert client.get(f"{url}?page_size=2").json()["count"] == 6


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sample/versions/1.0/requirements/?obligation=x", 400),
        ("sample/versions/1.0/requirements/?q=%00", 400),
        ("sample/versions/9.9/requirements/", 404),
        ("sample/versions/9.9/", 404),
        ("sample/versions/9.9/document/", 404),
        ("none/", 404),
        ("sample/diff/1.0/9.9/", 404),
        ("?domain=x", 400),
    ],
)
def test_errors_are_problems(
    path: str, status: int, client: Client, now: datetime, db: None
) -> None:
    publish(now)

    response = client.get(f"{API}{path}")

    assert response.status_code == status
    assert {"pointer", "code", "place", "message", "params"} == set(response.json()["problems"][0])


def test_the_document_is_the_page_s_download(client: Client, now: datetime, db: None) -> None:
    publish(now)

    response = client.get(f"{API}sample/versions/1.0/document/")

    page = client.get("/specifications/sample/1.0/schema.json")
    assert response.content == page.content
    assert response["ETag"] == page["ETag"]
    again = client.get(
        f"{API}sample/versions/1.0/document/", headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304


def test_the_difference_satisfies_its_schema(client: Client, now: datetime, db: None) -> None:
    publish(now)
    changed = make.make_requirements()
    changed[0] = replace(changed[0], text="予約を登録し、確認できること。")
    publish(now, changed, version="1.1", published_on="2026-10-01")

    found = client.get(f"{API}sample/diff/1.0/1.1/").json()

    assert engine.problems(registry.load("specification-diff"), found) == []
    assert found["counts"] == {"requirements": 1, "reworded": 1}


def test_a_draft_is_seen_by_its_editors_only(
    client: Client, editor: User, other_editor: User, now: datetime
) -> None:
    actions.draft_version(document(), by=editor, at=now)
    doors = ("sample/", "sample/versions/1.0/", "sample/versions/1.0/requirements/")

    for person in (None, other_editor):
        if person:
            client.force_login(person)
        assert [client.get(f"{API}{door}").status_code for door in doors] == [404, 404, 404]
        assert client.get(API).json()["count"] == 0
    client.force_login(editor)
    assert [client.get(f"{API}{door}").status_code for door in doors] == [200, 200, 200]


IMPORTS = "/api/v1/specification-imports/"


def upload(rows: list[list[Any]], **changes: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("要件.xlsx", make_sheet(rows)),
        "slug": "resident-record",
        "version": "1.0",
        "title": "住民記録システム標準仕様書",
        "authority": "総務省",
        "published_on": "2020-09-11",
        "domain": "resident-record",
        **changes,
    }


def test_an_editor_imports_a_sheet_as_a_draft(client: Client, editor: User) -> None:
    client.force_login(editor)

    dry = client.post(IMPORTS, upload([make_row(1), make_row(2)], dry_run="true"))
    assert (dry.status_code, dry.json()["urn"]) == (200, "")
    assert Specification.objects.count() == 0

    kept = client.post(IMPORTS, upload([make_row(1), make_row(2)]))

    version = SpecificationVersion.objects.get()
    assert kept.status_code == 201
    assert kept.json()["counts"] == {"mandatory": 2, "standard_option": 0, "prohibited": 0}
    assert (version.state, version.digest) == ("draft", kept.json()["digest"])
    assert dry.json()["digest"] == kept.json()["digest"]


def test_a_bad_sheet_is_told_by_cell(client: Client, editor: User) -> None:
    client.force_login(editor)

    response = client.post(IMPORTS, upload([make_row(1, obligation="謎"), make_row(2, text=None)]))

    assert response.status_code == 422
    assert [(p["code"], p["place"]) for p in response.json()["problems"]] == [
        ("sheet_class_not_known", "シート「機能要件一覧」 F2"),
        ("sheet_text_missing", "シート「機能要件一覧」 G3"),
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"slug": "Bad"}, 422),
        ({"slug": "import"}, 422),
        ({"version": "x"}, 422),
        ({"published_on": "2026-02-30"}, 422),
        ({"domain": "x"}, 422),
        ({"mapping": "{"}, 400),
        ({"mapping": '{"a": 1}'}, 422),
        ({"title": ""}, 422),
        ({"title": "\0"}, 422),
        ({"authority": "文部科学省"}, 403),
        ({"file": ""}, 422),
    ],
)
def test_a_bad_import_is_refused(
    changes: dict[str, Any], status: int, client: Client, editor: User
) -> None:
    client.force_login(editor)

    response = client.post(IMPORTS, upload([make_row()], **changes))

    assert response.status_code == status
    assert response.json()["problems"]
    assert Specification.objects.count() == 0


def test_imports_are_for_editors(client: Client, visitor: User, editor: User) -> None:
    assert client.post(IMPORTS, upload([make_row()])).status_code == 401
    client.force_login(visitor)
    assert client.post(IMPORTS, upload([make_row()])).status_code == 403
    assert client.get(IMPORTS).status_code == 405
    client.force_login(editor)
    assert client.post(IMPORTS, "{}", content_type="application/json").status_code == 415
