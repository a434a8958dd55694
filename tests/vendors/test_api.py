"""The wing over REST: the same deeds, every problem with its pointer, never a 5xx."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client

from marketplace.accounts.models import User
from specs.models import SpecificationVersion
from tests import make
from vendors import sheets
from vendors.models import ConformanceClaim, Offer, ProductRelease, Vendor
from vendors.statements import answers_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CLAIMS = "/api/v1/claims/"


@pytest.fixture
def api(client: Client, representative: User) -> Client:
    """Return a client signed in as the vendor's representative."""
    client.force_login(representative)
    return client


@pytest.fixture
def release(vendor: Vendor) -> ProductRelease:
    """Return a release, and see that the sample version stands."""
    make.make_version()
    return make.make_release(make.make_product(vendor))


@pytest.fixture
def document(release: ProductRelease) -> dict[str, Any]:
    """Return a claim document that conforms."""
    return make.make_document(release=release, version=_version())


def post(api: Client, url: str, body: object = None) -> Any:
    """Post JSON."""
    return api.post(url, json.dumps(body or {}), content_type="application/json")


def pointers(response: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(each["pointer"], each["code"]) for each in response.json()["problems"]]


def test_a_vendor_goes_the_whole_way(client: Client, visitor: User) -> None:
    client.force_login(visitor)
    make.make_version()

    vendor = post(
        client, "/api/v1/vendors/", {"corporate_number": "7123456789012", "name": "みほん"}
    ).json()
    fields = {"developer": vendor["id"], "name": "よやくん", "summary": "予約"}
    product = post(client, "/api/v1/products/", {**fields, "domain": "facility-reservation"}).json()
    release = post(
        client,
        f"/api/v1/products/{product['id']}/releases/",
        {"number": "5.2", "released_on": "2026-06-01"},
    )
    fields = {"product": product["id"], "seller": vendor["id"], "name": "標準"}
    offer = post(client, "/api/v1/offers/", {**fields, "hosting": "domestic_cloud"}).json()
    prices = {
        "tax_basis": "EXCLUDED",
        "valid_from": "2026-04-01",
        "prices": [{"kind": "monthly", "amount_yen": 30_000}],
    }
    priced = post(client, f"/api/v1/offers/{offer['id']}/price-lists/", prices)
    published = post(client, f"/api/v1/offers/{offer['id']}/publish/")
    stated = make.make_document(
        release=ProductRelease.objects.get(), version=_version(), stated_on="2026-11-23"
    )
    claim = post(client, CLAIMS, stated)
    public = post(client, f"{CLAIMS}{claim.json()['claim']['id']}/publish/")

    assert [each.status_code for each in (release, priced, published, claim, public)] == [
        201,
        201,
        200,
        201,
        200,
    ]
    client.logout()
    listed = client.get(f"{CLAIMS}?specification=urn:dmp:spec:sample:1.0").json()
    assert [each["totals"]["outcome"] for each in listed["results"]] == ["conforms"]
    assert Offer.objects.published().count() == 1


def _version() -> SpecificationVersion:
    return SpecificationVersion.objects.get()


def test_a_claim_document_is_tried_then_submitted_once(
    api: Client, document: dict[str, Any]
) -> None:
    dry = post(api, f"{CLAIMS}?dry_run=true", document)
    first = post(api, CLAIMS, document)
    again = post(api, CLAIMS, document)

    assert [each.status_code for each in (dry, first, again)] == [200, 201, 200]
    assert dry.json()["claim"] is None
    assert dry.json()["verdict"]["outcome"] == "conforms"
    assert first.json()["claim"] == again.json()["claim"]
    assert ConformanceClaim.objects.count() == 1


def test_every_problem_of_a_claim_document_comes_at_once(
    api: Client, document: dict[str, Any]
) -> None:
    answers = make.make_answers(
        F0010001=None,
        F0010002={"answer": "alternative"},
        F0010003={"answer": "paid_option", "price_yen": 1.5},
        F99={"answer": "provided"},
    )
    document |= {"answers": answers, "stated_on": "2026-02-29"}

    response = post(api, CLAIMS, document)

    assert response.status_code == 422
    assert {pointer for pointer, _code in pointers(response)} == {
        "/answers/F0010001",
        "/answers/F0010002/note",
        "/answers/F0010003/price_yen",
        "/answers/F99",
        "/stated_on",
    }
    assert ConformanceClaim.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[" * 5_000 + b"]" * 5_000, 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": "\\u0000"}', 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1, "a": 2}', 400),
        (b"\xff\xfe", 400),
        (b" " * (11 * 1024 * 1024), 413),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"{}", 422),
    ],
    ids=["empty", "cut off", "5,000 brackets", "lone surrogate", "NUL", "NaN", "twice", "UTF-16",
         "11 MB", "array", "null", "text", "object"],
)  # fmt: skip
def test_a_body_that_is_no_claim_is_refused(api: Client, body: bytes, status: int) -> None:
    response = api.post(CLAIMS, body, content_type="application/json")

    assert response.status_code == status
    assert all(each["message"] for each in response.json()["problems"])


def test_fifty_megabytes_are_refused(api: Client) -> None:
    response = api.post(CLAIMS, b'"' + b"a" * 50_000_000, content_type="application/json")

    assert response.status_code == 413
    assert response.json()["problems"]


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "monthly", "amount_yen": 1.5},
        {"kind": "monthly", "amount_yen": 1.0},
        {"kind": "monthly", "amount_yen": "1"},
        {"kind": "monthly", "amount_yen": True},
        {"kind": "monthly", "amount_yen": -1},
        {"kind": "weekly", "amount_yen": 1},
        {"kind": "monthly"},
    ],
)
def test_bad_prices_are_refused_at_their_pointer(
    api: Client, vendor: Vendor, line: dict[str, Any]
) -> None:
    offer = make.make_offer(make.make_product(vendor), state="draft")
    body = {"tax_basis": "EXCLUDED", "valid_from": "2027-04-01", "prices": [line]}

    response = post(api, f"/api/v1/offers/{offer.pk}/price-lists/", body)

    assert response.status_code == 422
    assert all(pointer.startswith("/prices/0") for pointer, _code in pointers(response))


def test_answers_are_saved_by_edition(api: Client, release: ProductRelease) -> None:
    started = post(
        api,
        f"{CLAIMS}drafts/",
        {"release": release.pk, "specification": "urn:dmp:spec:sample:1.0"},
    ).json()
    url = f"{CLAIMS}{started['id']}/answers/"
    body = {"edition": 1, "answers": {"F0010001": {"answer": "provided"}}}

    first = api.patch(url, json.dumps(body), content_type="application/json")
    stale = api.patch(url, json.dumps(body), content_type="application/json")

    assert (first.status_code, stale.status_code) == (200, 422)
    assert pointers(stale) == [("/edition", "claim_was_saved_by_somebody_else")]
    assert first.json()["edition"] == 2


def test_the_answer_sheet_goes_out_and_in(api: Client, release: ProductRelease) -> None:
    claim = make.make_claim(release, _version(), answers={}, state="draft")
    url = f"{CLAIMS}{claim.pk}/answer-sheet/"

    book = openpyxl.load_workbook(io.BytesIO(api.get(url).content))
    book[sheets.SHEET]["H5"] = "標準で提供"
    buffer = io.BytesIO()
    book.save(buffer)
    put = api.put(f"{url}?edition=1", buffer.getvalue(), content_type=XLSX)
    missing = api.put(url, buffer.getvalue(), content_type=XLSX)
    other = api.put(f"{url}?edition=2", b"{}", content_type="application/json")
    accepted = api.get(url, headers={"Accept": XLSX})

    assert (put.status_code, missing.status_code, other.status_code) == (200, 422, 415)
    assert (put.json()["changed"], put.json()["left"]) == (1, 5)
    assert accepted.status_code == 200
    assert answers_of(claim) == {"F0010001": {"answer": "provided"}}


def test_every_door_asks_who_comes(
    client: Client, release: ProductRelease, other_representative: User
) -> None:
    draft = make.make_claim(release, _version(), answers={}, state="draft")
    offer = make.make_offer(release.product)
    document = make.make_document(draft)
    bodies: dict[str, object] = {
        CLAIMS: document,
        f"{CLAIMS}{draft.pk}/submit/": {},
        f"{CLAIMS}{draft.pk}/publish/": {},
        f"{CLAIMS}{draft.pk}/withdraw/": {},
        f"{CLAIMS}{draft.pk}/revise/": {},
        f"/api/v1/offers/{offer.pk}/withdraw/": {},
        f"/api/v1/products/{release.product.pk}/releases/": {
            "number": "9", "released_on": "2026-01-01"},
    }  # fmt: skip

    visitor = {url: post(client, url, body).status_code for url, body in bodies.items()}
    client.force_login(other_representative)
    other = {url: post(client, url, body).status_code for url, body in bodies.items()}

    assert set(visitor.values()) == {401, 403} or set(visitor.values()) <= {401, 403}
    assert set(other.values()) == {403, 404}
    assert client.get(f"{CLAIMS}{draft.pk}/").status_code == 404
    assert client.get(CLAIMS).json()["results"] == []
    assert ConformanceClaim.objects.count() == 1
