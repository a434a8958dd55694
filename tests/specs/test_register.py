"""The register of businesses: official order, ids, aliases, and what can be read here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import make

PAGE = "/specifications/register/"
API = "/api/v1/businesses/"


def rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    """Return the register over REST."""
    answer = client.get(API, {"q": query} if query else {})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["businesses"]
    return found


def test_the_twenty_stand_first_in_the_official_order(client: Client, db: None) -> None:
    found = rows(client)
    twenty = [each for each in found if each["group"] == "standard"]

    assert found[:20] == twenty
    assert [each["order"] for each in twenty] == list(range(1, 21))
    assert [each["name"] for each in twenty[:3]] == [
        "児童手当",
        "子ども・子育て支援",
        "住民基本台帳",
    ]
    assert len([each for each in found if each["group"] == "beyond"]) > 25


def test_a_business_of_several_parts_names_them(client: Client, db: None) -> None:
    (found,) = [each for each in rows(client) if each["slug"] == "electoral-register"]

    assert [each["business_id"] for each in found["units"]] == ["005", "006", "007", "008", "009"]
    assert "在外選挙管理" in [each["name"] for each in found["units"]]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("住民記録", "resident-record"),
        ("住基", "resident-record"),
        ("ｼﾞｭｳﾐﾝ", None),
        ("001", "resident-record"),
        ("戸籍附票", "family-register-annex"),
        ("法務省", "family-register"),
        ("在外 選挙", "electoral-register"),
        ("school affairs", "school-affairs"),
        ("そんな業務はない", None),
    ],
)
def test_a_business_is_found_by_any_of_its_names(
    query: str, slug: str | None, client: Client, db: None
) -> None:
    found = [each["slug"] for each in rows(client, query)]

    assert (slug in found) if slug else found == []


def test_what_binds_all_businesses_stands_beside_them(client: Client, db: None) -> None:
    found = client.get(API).json()["cross_cutting"]

    assert [(each["latest_version"], each["latest_on"]) for each in found] == [
        ("10.1", "2026-03-18"),
        ("2.7", "2026-02-27"),
        ("1.2", "2025-09-16"),
    ]


@pytest.mark.parametrize(
    ("standing", "slugs"),
    [
        ("in_force", ["old"]),
        ("superseded", ["old"]),
        ("in_consultation", ["asked"]),
        ("withdrawn", []),
        ("", ["asked", "old"]),
    ],
)
def test_the_list_is_narrowed_by_what_a_version_is_today(
    standing: str, slugs: list[str], client: Client, db: None
) -> None:
    make.make_version("old", published_on=date(2026, 4, 1))
    make.make_version("old", "1.1", published_on=date(2026, 10, 1))
    make.make_version("asked", state="in_consultation", published_on=date(2027, 4, 1))

    found = client.get("/api/v1/specifications/", {"standing": standing}).json()["results"]

    assert sorted(each["slug"] for each in found) == slugs
    assert client.get("/specifications/", {"standing": standing}).status_code == 200


def test_what_can_be_read_here_is_linked(client: Client, db: None) -> None:
    make.make_version()
    make.make_version("draft-only", state="draft", published_on=date(2027, 4, 1))

    page = client.get(PAGE).content.decode()
    (found,) = [each for each in rows(client) if each["slug"] == "facility-reservation"]

    assert '<a href="/specifications/sample/1.0/">' in page
    assert [each["urn"] for each in found["versions"]] == ["urn:dmp:spec:sample:1.0"]
    assert "地方公共団体情報システム非機能要件の標準" in page
    assert "第1.2版（2025年9月16日（令和7年9月16日））" in page


def test_a_version_that_nobody_confirmed_is_marked(client: Client, db: None) -> None:
    page = client.get(PAGE, {"q": "住民記録"}).content.decode()

    assert "第6.1版（2025-08）" in page
    assert "要確認</span>" in page


def test_a_word_that_cannot_be_read_is_refused(client: Client, db: None) -> None:
    assert client.get(PAGE, {"q": "\x07"}).status_code == 422
    assert client.get(API, {"q": "\x07"}).status_code == 422
    assert "当てはまる業務はありません" in client.get(PAGE, {"q": "無い"}).content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_queries_do_not_grow_with_specifications(
    number: int, client: Client, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        make.make_version(f"sample-{each}")

    with django_assert_num_queries(1):
        client.get(PAGE)
