"""The square over REST: the same query, order, facts and problems as the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import User
from marketplace.catalogue import search
from schemas import engine
from specs.models import SpecificationVersion
from tests import make
from tests.catalogue import square
from vendors.models import Offer

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OFFERS = "/api/v1/catalogue/offers/"
COMPARE = "/api/v1/catalogue/compare/"
ASKED = "version=sample/1.0&population=110000"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def version(db: None) -> SpecificationVersion:
    """Return the sample version, published."""
    return make.make_version()


def get(client: Client, url: str, status: int = 200, language: str = "ja") -> Any:
    """Return what an address answers."""
    response = client.get(url, headers={"accept-language": language})
    assert (url, response.status_code) == (url, status)
    return response.json()


def test_a_row_says_what_a_card_says(client: Client, version: SpecificationVersion) -> None:
    offer = square.put_up(1, version, schemes=("ismap",), network_models=["beta"])
    vendor = {
        "id": offer.seller_id,
        "name": "株式会社みほん1",
        "corporate_number": square.corporate_number(1),
    }

    found = get(client, f"{OFFERS}?{ASKED}")

    assert found["results"] == [
        {
            "id": offer.pk,
            "name": "よやくん1 標準",
            "product": offer.product_id,
            "product_name": "よやくん1",
            "summary": "施設の予約",
            "domain": "facility-reservation",
            "developer": vendor,
            "seller": vendor,
            "hosting": "domestic_cloud",
            "network_models": ["beta"],
            "certifications": ["ismap"],
            "outcome": "conforms",
            "mandatory_met": 4,
            "mandatory_total": 4,
            "total_yen": 1_980_000,
            "tax_basis": "INCLUDED",
            "is_sample": False,
        }
    ]
    assert (found["count"], found["next"], found["previous"]) == (1, None, None)
    assert found["query"] == "version=sample%2F1.0&population=110000&body_category=city"
    assert found["facets"][0] == {
        "name": "outcomes",
        "parameter": "outcome",
        "choices": [{"value": "conforms", "label": "conforms", "count": 1, "chosen": False}],
    }


def test_what_is_not_asked_for_is_null(client: Client, version: SpecificationVersion) -> None:
    square.put_up(1, version)

    (row,) = get(client, OFFERS)["results"]

    assert (row["outcome"], row["mandatory_met"], row["total_yen"]) == ("none", None, None)


def test_pages_and_rest_find_the_same(client: Client, version: SpecificationVersion) -> None:
    for each in range(30):
        square.put_up(each, version, outcome=search.OUTCOMES[each % 4])
    asked = f"{ASKED}&outcome=conforms&outcome=none&sort=price"

    query = search.query_of(asked, on=NOON.date())

    assert [row["id"] for row in get(client, f"{OFFERS}?{asked}")["results"]] == [
        row.offer for row in search.found(query).rows
    ]


def test_links_lead_through_all_pages_with_the_conditions(
    client: Client, version: SpecificationVersion
) -> None:
    product = square.put_up(1, version).product
    for each in range(2, 46):
        square.put_up_another(product, each)
    seen: list[int] = []
    url: str | None = f"{OFFERS}?{ASKED}&outcome=conforms"

    while url:
        page = get(client, url)
        seen += [row["id"] for row in page["results"]]
        assert page["count"] == 45
        last, url = url, page["next"]

    assert len(seen) == len(set(seen)) == 45
    assert "outcome=conforms" in last
    assert get(client, f"{OFFERS}?page=2")["previous"].endswith(OFFERS)
    get(client, f"{OFFERS}?page=4", 404)


@pytest.mark.parametrize(
    ("address", "pointer", "code"),
    [
        ("population=-1", "/population", "search_number_wrong"),
        ("q=%1B", "/q", "text_has_control_character"),
        ("version=x", "/version", "search_version_unknown"),
        ("hosting=moon", "/hosting", "search_value_unknown"),
        ("sort=price", "/population", "search_price_needs_population"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_problems_are_said_as_on_the_page(
    address: str, pointer: str, code: str, language: str, client: Client, db: None
) -> None:
    square.put_up(1)

    found = get(client, f"{OFFERS}?{address}", language=language)

    (problem,) = found["problems"]
    assert (problem["pointer"], problem["code"], found["count"]) == (pointer, code, 1)
    assert (re.search("[ぁ-ん]", problem["message"]) is None) == (language == "en")


def test_an_offers_facts_keep_the_shape_of_a_locked_search(
    client: Client, version: SpecificationVersion
) -> None:
    offer = square.put_up(1, version, schemes=("ismap",), network_models=["beta"])

    stated = get(client, f"{OFFERS}{offer.pk}/?population=110000")

    assert stated.pop("problems") == []
    candidate = {"$ref": "urn:dmp:locked-search#/$defs/candidate"}
    assert engine.problems(candidate, stated) == []
    assert stated["offer"]["id"] == offer.pk
    assert stated["verdict"]["outcome"] == "conforms"


def test_what_is_not_published_is_seen_by_its_seller_only(
    client: Client, representative: User, other_representative: User
) -> None:
    seller = representative.representations.get().vendor
    offer = make.make_offer(make.make_product(seller), state="draft")
    url = f"{OFFERS}{offer.pk}/"

    get(client, url, 404)
    client.force_login(other_representative)
    get(client, url, 404)
    client.force_login(representative)
    assert get(client, url)["offer"]["id"] == offer.pk
    assert get(client, OFFERS)["count"] == 0


def test_a_comparison_says_every_answer(client: Client, version: SpecificationVersion) -> None:
    offers = [
        square.put_up(each, version, outcome=outcome)
        for each, outcome in enumerate(("conforms_with_transitional", "none"), 1)
    ]
    address = "&".join(f"offer={offer.pk}" for offer in offers)

    compared = get(client, f"{COMPARE}?{address}&{ASKED}&differences=1")

    assert compared["specification"] == "urn:dmp:spec:sample:1.0"
    assert (compared["lines"], compared["differing"], compared["problems"]) == (6, 6, [])
    assert [each["offer"]["id"] for each in compared["offers"]] == [offer.pk for offer in offers]
    assert [each["title"] for each in compared["chapters"]] == ["予約", "非機能"]
    nothing = {
        "answer": None,
        "value": None,
        "version": None,
        "planned_on": None,
        "price_yen": None,
        "note": None,
        "status": "",
    }
    lines = {line["key"]: line for chapter in compared["chapters"] for line in chapter["lines"]}
    assert lines["F0010002"]["cells"] == [
        {**nothing, "answer": "planned", "planned_on": "2027-03-01", "note": "",
         "version": "", "status": "transitional"},
        nothing,
    ]  # fmt: skip
    assert lines["NA.1"]["cells"][0]["value"] == "99.9000"
    again = get(client, f"{COMPARE}?{compared['query']}")
    assert again == compared


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("", ["compare_too_few"]),
        ("offer={0}", ["compare_too_few"]),
        ("offer={0}&offer={0}", ["compare_too_few"]),
        ("offer={0}&offer=x", ["compare_offer_unknown", "compare_too_few"]),
        ("offer={0}&offer={1}&offer={2}&offer={3}&offer={4}&offer={5}", ["compare_too_many"]),
    ],
)
def test_a_comparison_of_too_few_or_too_many_is_refused(
    address: str, codes: list[str], client: Client, version: SpecificationVersion
) -> None:
    numbers = [square.put_up(each, version).pk for each in range(6)]

    refused = get(client, f"{COMPARE}?{address.format(*numbers)}", 422)

    assert [problem["code"] for problem in refused["problems"]] == codes


@pytest.mark.parametrize("url", [OFFERS, COMPARE, f"{OFFERS}1/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(
    method: str, url: str, client: Client, representative: User
) -> None:
    client.force_login(representative)

    assert getattr(client, method)(url).status_code == 405
    assert Offer.objects.count() == 0


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_list_asks_the_database_as_often_whatever_there_is(
    size: int,
    client: Client,
    version: SpecificationVersion,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for each in range(size):
        square.put_up(each, version, schemes=("ismap",))

    with django_assert_num_queries(6):
        client.get(f"{OFFERS}?{ASKED}")
