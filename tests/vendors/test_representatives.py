"""Who acts for a vendor, by page and over REST."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from tests import make
from vendors.models import Representative, Vendor


def page_of(vendor: Vendor) -> str:
    """Return the page's address."""
    return f"/vendors/{vendor.pk}/representatives/"


def api_of(vendor: Vendor) -> str:
    """Return the address over REST."""
    return f"/api/v1/vendors/{vendor.pk}/representatives/"


def post(client: Client, url: str, body: object) -> Any:
    """Post JSON."""
    return client.post(url, json.dumps(body), content_type="application/json")


def events() -> list[tuple[str, str, str, str, Any]]:
    """Return the trail, whole."""
    return list(
        AuditEvent.objects.order_by("id").values_list(
            "action", "actor", "object_type", "object_id", "data"
        )
    )


def added(by: User, person: User, vendor: Vendor) -> list[tuple[str, str, str, str, Any]]:
    """Return the trail of one addition."""
    made = Representative.objects.get(user=person)
    facts = {"vendor": vendor.corporate_number, "person": person.email}
    kind = "vendors.representative"
    return [("vendors.representative_added", by.email, kind, str(made.pk), facts)]


def test_a_representative_sees_the_others_and_adds_one(
    client: Client, vendor: Vendor, representative: User, visitor: User
) -> None:
    client.force_login(representative)

    answer = client.post(page_of(vendor), {"email": " Visitor@Example.jp "}, follow=True)
    again = client.post(page_of(vendor), {"email": visitor.email})

    assert answer.redirect_chain == [(page_of(vendor), 302)]
    assert again.status_code == 302
    assert [each.user for each in answer.context["representatives"]] == [representative, visitor]
    assert f"visitor@example.jpさんは{vendor.name}の担当者です。" in answer.content.decode()
    assert events() == added(representative, visitor, vendor)


def test_a_representative_adds_one_over_rest(
    client: Client, vendor: Vendor, representative: User, visitor: User
) -> None:
    client.force_login(representative)

    made = post(client, api_of(vendor), {"email": visitor.email.upper()})
    again = post(client, api_of(vendor), {"email": visitor.email})

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == {"email": visitor.email, "name": ""}
    assert client.get(api_of(vendor)).json() == {
        "representatives": [
            {"email": representative.email, "name": ""},
            {"email": visitor.email, "name": ""},
        ]
    }
    assert events() == added(representative, visitor, vendor)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("who@example.jp", "「who@example.jp」で登録し、確認のメールを開いた人がいません"),
        ("gone@example.jp", "「gone@example.jp」で登録し、確認のメールを開いた人がいません"),
        ("x", "メールアドレス"),
        (f"{'a' * 250}@example.jp", "254"),
        ("", "必須"),
    ],
)
def test_who_cannot_be_added_is_told_at_the_field(
    email: str, sentence: str, client: Client, vendor: Vendor, representative: User
) -> None:
    make.make_user("gone@example.jp", is_active=False)
    client.force_login(representative)

    answer = client.post(page_of(vendor), {"email": email})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'id="id_email_error"' in answer.content.decode()
    assert events() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"email": "who@example.jp"}, "person_not_registered"),
        ({"email": "x"}, "request_not_valid"),
        ({"email": ""}, "request_field_empty"),
        ({}, "request_field_missing"),
    ],
)
def test_who_cannot_be_added_is_told_over_rest(
    body: object, code: str, client: Client, vendor: Vendor, representative: User
) -> None:
    client.force_login(representative)

    answer = post(client, api_of(vendor), body)

    problems = [(each["pointer"], each["code"]) for each in answer.json()["problems"]]
    assert (answer.status_code, problems) == (422, [("/email", code)])
    assert events() == []


def test_nobody_else_sees_or_adds_representatives(
    client: Client, vendor: Vendor, other_representative: User, officer: User, visitor: User
) -> None:
    assert client.get(page_of(vendor)).headers["Location"].startswith("/accounts/login/")
    assert client.get(api_of(vendor)).status_code == 401
    assert post(client, api_of(vendor), {}).status_code == 401

    for person in (other_representative, officer, visitor):
        client.force_login(person)
        assert client.get(page_of(vendor)).status_code == 403
        assert client.post(page_of(vendor), {"email": visitor.email}).status_code == 403
        assert client.get(api_of(vendor)).status_code == 403
        assert post(client, api_of(vendor), {}).status_code == 403
        assert client.get("/vendors/999999/representatives/").status_code == 404
        assert client.get("/api/v1/vendors/999999/representatives/").status_code == 404
    assert not Representative.objects.filter(vendor=vendor).exists()
    assert events() == []


@pytest.mark.parametrize("number", [1, 3])
def test_representatives_take_the_same_queries_for_one_and_for_three(
    number: int,
    client: Client,
    vendor: Vendor,
    representative: User,
    django_assert_num_queries: Any,
) -> None:
    for each in range(number - 1):
        make.make_representative(vendor, f"more-{each}@example.jp")
    client.force_login(representative)

    with django_assert_num_queries(5):
        client.get(api_of(vendor))


def test_empty_forms_are_answered_with_their_problems(
    client: Client, vendor: Vendor, representative: User
) -> None:
    product = make.make_product(vendor)
    release = make.make_release(product)
    claim = make.make_claim(release, make.make_version(), answers={}, state="draft")
    client.force_login(representative)

    for url in (
        "/vendors/register/",
        page_of(vendor),
        f"/vendors/claims/{claim.pk}/upload/",
        f"/vendors/{vendor.pk}/products/new/",
        f"/vendors/{vendor.pk}/offers/new/",
        f"/vendors/products/{product.pk}/releases/new/",
        f"/vendors/products/{product.pk}/certifications/new/",
        "/vendors/claims/new/",
    ):
        answer = client.post(url)
        assert answer.status_code == 422, url
        assert "field__error" in answer.content.decode(), url


def test_visitors_are_asked_to_sign_in_before_what_they_sent_is_judged(
    client: Client, vendor: Vendor
) -> None:
    product = make.make_product(vendor)
    offer = make.make_offer(product)

    for url in (
        "vendors/",
        "products/",
        "offers/",
        "claims/",
        "claims/drafts/",
        f"products/{product.pk}/releases/",
        f"products/{product.pk}/certifications/",
        f"offers/{offer.pk}/price-lists/",
        "claims/999999/withdraw/",
    ):
        assert post(client, f"/api/v1/{url}", {"reason": [], "name": []}).status_code == 401, url
    assert client.patch("/api/v1/claims/999999/answers/").status_code == 401


def test_head_works_wherever_get_does(client: Client, vendor: Vendor, representative: User) -> None:
    product = make.make_product(vendor)
    client.force_login(representative)

    for url in (
        "/vendors/",
        "/vendors/register/",
        f"/vendors/{vendor.pk}/",
        page_of(vendor),
        api_of(vendor),
        f"/vendors/products/{product.pk}/",
        "/vendors/claims/",
        "/catalogue/",
    ):
        assert client.head(url).status_code == 200, url
