"""The pages of the demand, through HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from marketplace.accounts.models import User
from schemas import specifications as documents
from schemas.specifications import Requirement
from specs import actions, views
from specs.models import Specification, SpecificationVersion
from tests import make
from tests.specs.sheet import make_row, make_sheet
from tests.specs.test_actions import document

VERSION = "/specifications/sample/1.0/"


def publish(now: datetime, requirements: list[Requirement] | None = None, **changes: Any) -> Any:
    return actions.import_version(document(requirements, **changes), by=None, at=now)


def html(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def many(number: int) -> list[Requirement]:
    return [
        Requirement(
            key=f"F{n:07}",
            official_id=f"{n:07}",
            kind="function",
            obligation="mandatory",
            chapter=f"{n % 3}. 章",
            title=f"機能{n}",
            text="できること。",
        )
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    number: int, client: Client, now: datetime, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        publish(now, slug=f"sample-{each}")

    with django_assert_num_queries(5):
        html(client, "/specifications/")


@pytest.mark.parametrize("number", [1, 300])
def test_a_version_takes_the_same_queries_for_one_and_for_many(
    number: int, client: Client, now: datetime, db: None, django_assert_num_queries: Any
) -> None:
    publish(now, many(number))

    with django_assert_num_queries(5):  # one of them counts what published claims provide
        html(client, VERSION)


@pytest.mark.parametrize("number", [1, 3])
def test_a_specification_takes_the_same_queries_for_one_and_for_three_versions(
    number: int, client: Client, now: datetime, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        publish(now, version=f"1.{each}", published_on=f"2026-0{each + 1}-01")

    with django_assert_num_queries(4):
        html(client, "/specifications/sample/")


def test_the_list_is_searched_by_any_name_of_the_business(
    client: Client, now: datetime, db: None
) -> None:
    publish(now)

    for words in ("見本", "ﾐﾎﾝ", "公共施設"):
        found = "見本業務標準仕様書" in html(client, f"/specifications/?q={words}")
        assert found == (words != "ﾐﾎﾝ")
    assert "当てはまる仕様書はありません" in html(client, "/specifications/?q=zzz")


def test_a_version_shows_each_requirement_with_its_anchor(
    client: Client, now: datetime, db: None
) -> None:
    publish(now)

    page = html(client, VERSION)

    for requirement in make.make_requirements():
        assert f'id="{requirement.key}"' in page
        assert requirement.text in page
    assert "稼働率 99.5%以上" in page
    assert "認証連携仕様 第2.1版以降" in page
    assert "指定都市: 実装必須" in page


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("q=予約", ["F0010001", "F0010002", "F0010003", "F0010004"]),
        ("q=よやく", []),
        ("q=ﾖﾔｸ", []),
        ("q=カドウリツ", []),
        ("q=稼働率", ["NA.1"]),
        ("q=抽選 できる", ["F0010003"]),
        ("obligation=prohibited", ["F0010004"]),
        ("kind=interface", ["I001"]),
        ("chapter=非機能", ["NA.1", "I001"]),
        ("change=any", []),
        ("q=予約&obligation=standard_option", ["F0010003"]),
    ],
)
def test_requirements_are_narrowed(
    query: str, keys: list[str], client: Client, now: datetime, db: None
) -> None:
    publish(now)

    response = client.get(f"{VERSION}?{query}")

    shown = [
        r.key
        for chapter in response.context["chapters"]
        for section in chapter.sections
        for r in section.requirements
    ]
    assert shown == keys


@pytest.mark.parametrize("query", ["obligation=x", "kind=x", "change=x", "q=%ED%A0%80"])
def test_a_bad_filter_is_told_and_never_breaks(
    query: str, client: Client, now: datetime, db: None
) -> None:
    publish(now)

    assert client.get(f"{VERSION}?{query}").status_code == 200
    assert client.get(f"/specifications/?{query}").status_code == 200


def test_a_version_shows_what_changed(client: Client, now: datetime, db: None) -> None:
    publish(now)
    changed = make.make_requirements()
    changed[0] = replace(changed[0], text="予約を登録し、確認できること。")
    publish(now, changed[:4], version="1.1", published_on="2026-10-01")

    response = client.get("/specifications/sample/1.1/?change=reworded")

    assert response.context["changes"] == [("withdrawn", 2), ("reworded", 1)]
    assert response.context["shown"] == 1
    assert "/specifications/sample/diff/1.0/1.1/#F0010001" in response.content.decode()


def test_the_difference_of_two_versions(client: Client, now: datetime, db: None) -> None:
    publish(now)
    changed = make.make_requirements()
    changed[0] = replace(changed[0], text="予約を登録し、<b>確認できること。")
    publish(now, changed, version="1.1", published_on="2026-10-01")

    page = html(client, "/specifications/sample/diff/1.0/1.1/")

    assert "1件の要件が変わりました" in page
    assert "<ins>し、&lt;b&gt;確認</ins>" in page.replace("</ins><ins>", "")
    assert "この種類の変更はありません" in html(
        client, "/specifications/sample/diff/1.0/1.1/?change=added"
    )
    assert "二つの版に違いはありません" in html(client, "/specifications/sample/diff/1.0/1.0/")


def test_choosing_two_versions_leads_to_their_difference(
    client: Client, now: datetime, db: None
) -> None:
    publish(now)
    publish(now, version="1.1", published_on="2026-10-01")

    response = client.get("/specifications/sample/diff/?from=1.0&to=1.1")

    assert response.headers["Location"] == "/specifications/sample/diff/1.0/1.1/"
    assert client.get("/specifications/sample/diff/?from=1.0&to=9").status_code == 404


def test_a_requirement_has_a_lasting_address_and_a_history(
    client: Client, now: datetime, db: None
) -> None:
    publish(now)
    changed = make.make_requirements()
    changed[2] = replace(changed[2], obligation="mandatory")
    publish(now, changed, version="1.1", published_on="2026-10-01")

    response = client.get("/specifications/sample/1.1/F0010003/")

    history = [(each.version.number, each.change_kinds) for each in response.context["history"]]
    assert history == [("1.1", ["tightened"]), ("1.0", [])]
    assert "「提供」と答えたときだけ適合します" in response.content.decode()
    assert client.get("/specifications/sample/1.1/F9999999/").status_code == 404


def test_the_schema_stands_alone_and_is_not_sent_twice(
    client: Client, now: datetime, db: None
) -> None:
    version = publish(now)

    response = client.get(f"{VERSION}schema.json")

    served = json.loads(response.content)
    assert served["$defs"]["answers"]["$id"] == "urn:dmp:answers"
    assert list(served["properties"]) == [r.key for r in make.make_requirements()]
    assert response.headers["X-Document-SHA256"] == version.digest
    assert documents.digest({**served, "$defs": version.document["$defs"]}) == version.digest
    again = client.get(f"{VERSION}schema.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_served_says_how_long_and_for_whom_it_holds(
    client: Client, editor: User, now: datetime
) -> None:
    version = publish(now)
    actions.draft_version(document(version="1.1", published_on="2026-12-01"), by=editor, at=now)

    for name in ("schema.json", "oscal.json"):
        said = client.get(f"{VERSION}{name}").headers
        assert said["Cache-Control"] == "public, no-cache"
        assert said["X-Document-SHA256"] == version.digest
        assert said["Last-Modified"].endswith(" GMT")
        again = client.get(f"{VERSION}{name}", headers={"If-None-Match": said["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, "public, no-cache")
    assert client.get(f"{VERSION}schema.json")["Access-Control-Allow-Origin"] == "*"

    client.force_login(editor)
    draft = client.get("/specifications/sample/1.1/schema.json")
    assert draft["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in draft.headers
    assert "Last-Modified" not in draft.headers


def test_names_and_texts_are_escaped(client: Client, now: datetime, db: None) -> None:
    evil = "<script>alert(1)</script>"
    rows = [replace(make.make_requirements()[0], title=evil, text=evil, chapter=evil, remarks=evil)]
    publish(now, rows, title=evil)

    for url in ("/specifications/", VERSION, "/specifications/sample/", f"{VERSION}F0010001/"):
        assert evil not in html(client, url)


@pytest.mark.parametrize(
    "url",
    [
        "/specifications/none/",
        "/specifications/none/1.0/",
        "/specifications/sample/9.9/",
        "/specifications/sample/diff/1.0/9.9/",
        "/specifications/sample/9.9/schema.json",
        "/specifications/sample/9.9/F0010001/",
    ],
)
def test_what_is_not_there_is_404(url: str, client: Client, now: datetime, db: None) -> None:
    publish(now)

    html(client, url, 404)


# -- drafts ------------------------------------------------------------------------------------

DRAFT_DOORS = (VERSION, f"{VERSION}F0010001/", f"{VERSION}schema.json", "/specifications/sample/")


def test_a_draft_is_seen_by_its_editors_only(
    client: Client, editor: User, other_editor: User, officer: User, now: datetime
) -> None:
    actions.draft_version(document(), by=editor, at=now)

    for person in (None, other_editor, officer):
        if person:
            client.force_login(person)
        for url in DRAFT_DOORS:
            html(client, url, 404)
        assert "見本業務" not in html(client, "/specifications/")
        for deed in ("publish", "discard"):
            answer = client.post(f"{VERSION}{deed}/").status_code
            assert answer == (404 if person else 302)
    client.force_login(editor)
    for url in DRAFT_DOORS:
        html(client, url)
    assert SpecificationVersion.objects.get().is_draft


def upload(rows: list[list[Any]], **changes: Any) -> dict[str, Any]:
    authority = make.make_authority()
    return {
        "file": SimpleUploadedFile("要件.xlsx", make_sheet(rows)),
        "authority": authority.pk,
        "title": "住民記録システム標準仕様書",
        "slug": "resident-record",
        "domain": "resident-record",
        "number": "1.0",
        "published_on_year": "2020",
        "published_on_month": "9",
        "published_on_day": "11",
        "extension_policy": "closed",
        "mapping": "",
        **changes,
    }


def test_an_editor_uploads_looks_and_publishes(client: Client, editor: User) -> None:
    client.force_login(editor)

    uploaded = client.post("/specifications/import/", upload([make_row(1), make_row(2)]))

    draft = "/specifications/resident-record/1.0/"
    assert uploaded.headers["Location"] == draft
    page = client.get(draft)
    assert "「要件.xlsx」から2件の要件を読み取りました" in page.content.decode()
    assert page.context["sheets"][0]["heading_row"] == 1
    client.post(f"{draft}publish/", {"digest": page.context["version"].digest})
    assert SpecificationVersion.objects.get().state == "published"
    client.logout()
    assert "機能1ができること。" in html(client, draft)


def test_an_upload_with_problems_keeps_nothing_and_tells_each(client: Client, editor: User) -> None:
    client.force_login(editor)

    response = client.post(
        "/specifications/import/", upload([make_row(1, obligation="謎"), make_row(2, text=None)])
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "2か所を直してください" in page
    assert "シート「機能要件一覧」 F2" in page
    assert "シート「機能要件一覧」 G3" in page
    assert Specification.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "Bad Slug"}, "半角の英小文字・数字"),
        ({"slug": "import"}, "使えません"),
        ({"number": "第1版"}, "版番号"),
        ({"published_on_month": "13"}, "暦にない日付"),
        ({"published_on_year": ""}, "数字で入力"),
        ({"mapping": "{"}, "JSONとして読めません"),
        ({"mapping": '{"a": 1}'}, "という項目はありません"),
        ({"domain": "x"}, "domain"),
        ({"title": "\0"}, "NUL"),
        ({"file": ""}, "file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")}, "表計算ファイルとして読めません"),
    ],
)
def test_a_bad_upload_is_told_at_its_field(
    changes: dict[str, Any], sentence: str, client: Client, editor: User
) -> None:
    client.force_login(editor)

    response = client.post("/specifications/import/", upload([make_row()], **changes))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Specification.objects.count() == 0


def test_import_is_for_editors(client: Client, visitor: User, editor: User) -> None:
    assert client.get("/specifications/import/").status_code == 302
    client.force_login(visitor)
    assert client.get("/specifications/import/").status_code == 403
    assert client.post("/specifications/import/", upload([make_row()])).status_code == 403


def test_an_editor_cannot_import_for_another_authority(client: Client, other_editor: User) -> None:
    client.force_login(other_editor)

    response = client.post("/specifications/import/", upload([make_row()]))

    assert response.status_code == 422
    assert Specification.objects.count() == 0


def test_publishing_what_changed_meanwhile_is_told(
    client: Client, editor: User, now: datetime
) -> None:
    actions.draft_version(document(), by=editor, at=now)
    client.force_login(editor)

    response = client.post(f"{VERSION}publish/", {"digest": "0" * 64}, follow=True)

    assert "確認した後で、この案の内容が変わりました" in response.content.decode()
    assert SpecificationVersion.objects.get().is_draft


def test_discarding_a_draft(client: Client, editor: User, now: datetime) -> None:
    actions.draft_version(document(), by=editor, at=now)
    client.force_login(editor)

    response = client.post(f"{VERSION}discard/", follow=True)

    assert "案を破棄しました" in response.content.decode()
    assert Specification.objects.count() == 0


def test_home_shows_a_visitor_the_newest_and_an_editor_the_drafts(
    client: Client, editor: User, now: datetime
) -> None:
    publish(now)
    actions.draft_version(document(version="1.1", published_on="2026-12-01"), by=editor, at=now)

    visitor_s = html(client, "/")
    client.force_login(editor)
    editor_s = html(client, "/")

    assert ("第1.0版" in visitor_s, "第1.1版" in visitor_s) == (True, False)
    assert "公表を待つ案" in editor_s
    assert "/specifications/sample/1.1/" in editor_s


def test_pages_speak_english(client: Client, now: datetime, db: None) -> None:
    publish(now)
    client.cookies["django_language"] = "en"

    for url in ("/specifications/", VERSION, f"{VERSION}NA.1/", "/specifications/sample/"):
        assert "translation missing" not in html(client, url)
    with translation.override("en"):
        assert "Mandatory" in html(client, VERSION)


def test_notes_of_other_wings_stand_at_the_requirement(
    client: Client, now: datetime, db: None, settings: Any
) -> None:
    settings.REQUIREMENT_NOTES = "tests.specs.test_views.two_of_three"
    publish(now)

    assert "公表された適合表明3件のうち2件が提供" in html(client, VERSION)
    assert "公表された適合表明3件のうち2件が提供" in html(client, f"{VERSION}F0010001/")


def two_of_three(_version_id: int) -> dict[str, tuple[int, int]]:
    return {"F0010001": (2, 3)}


def test_schema_etag_names_the_document(now: datetime, db: None) -> None:
    first = publish(now)
    second = publish(now, version="1.1", published_on="2026-10-01")

    assert views.schema_etag(first) != views.schema_etag(second)
