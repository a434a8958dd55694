"""A large version is read a chapter at a time; a small one at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from specs.contents import MOST_AT_ONCE
from tests import make

LARGE = "/specifications/large/1.0/"
HTMX = {"HX-Request": "true"}
LAST = f"F{MOST_AT_ONCE:07}"


def articles(client: Client, query: str = "", **headers: Any) -> list[str]:
    """Return the keys that the page shows, in its order."""
    page = client.get(LARGE + query, headers=headers).content.decode()
    return re.findall(r'<article id="([^"]+)"', page)


@pytest.fixture
def _large(db: None) -> None:
    """Publish a version of three chapters, one requirement more than is shown at once."""
    first = make.make_requirements()[0]
    rows = [
        replace(
            first,
            key=f"F{n:07}",
            official_id=f"{n:07}",
            chapter=("予約", "抽選", "統計")[min(n // 10, 2)],
            section="節",
        )
        for n in range(MOST_AT_ONCE + 1)
    ]
    make.make_version("large", requirements=rows)
    make.make_version("small", requirements=rows[:-1])


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize(
    ("query", "first", "number"),
    [
        ("", "F0000000", 10),
        ("?at=c2", "F0000010", 10),
        ("?at=F0000012", "F0000010", 10),
        (f"?at={LAST}", "F0000020", MOST_AT_ONCE - 19),
        ("?at=nowhere", "F0000000", 10),
        ("?whole=1", "F0000000", MOST_AT_ONCE + 1),
        ("?chapter=抽選", "F0000010", 10),
        ("?q=予約", "F0000000", MOST_AT_ONCE + 1),
    ],
)
def test_a_large_version_opens_with_one_chapter(
    query: str, first: str, number: int, client: Client
) -> None:
    shown = articles(client, query)

    assert (shown[0], len(shown)) == (first, number)


@pytest.mark.usefixtures("_large")
def test_what_waits_is_named_counted_and_linked(client: Client) -> None:
    page = client.get(LARGE).content.decode()

    assert re.findall(r'<h2 id="(c\d)">([^<]+)', page) == [
        ("c1", "予約"),
        ("c2", "抽選"),
        ("c3", "統計"),
    ]
    assert '<a href="?at=c3#c3">281件の要件を表示' in page
    assert 'href="?whole=1"' in page
    assert 'href="?whole=1"' not in client.get(LARGE + "?whole=1").content.decode()


@pytest.mark.usefixtures("_large")
def test_htmx_is_given_the_chapter_alone(client: Client) -> None:
    answer = client.get(LARGE + "?at=c2", headers=HTMX)
    page = answer.content.decode()

    assert re.findall(r"<(html|section|h2)\b", page) == ["section", "h2"]
    assert len(re.findall("<article", page)) == 10
    assert "HX-Request" in answer["Vary"]


@pytest.mark.usefixtures("_large")
def test_a_smaller_version_is_shown_at_once(client: Client) -> None:
    page = client.get("/specifications/small/1.0/").content.decode()

    assert page.count("<article") == MOST_AT_ONCE
    assert "hx-get" not in page
