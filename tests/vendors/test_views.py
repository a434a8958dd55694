"""The pages, through HTTP: the vendor's way, what is refused, and who may come in."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from tests import make
from vendors import sheets
from vendors.models import ConformanceClaim, Offer, PriceList, Product, Vendor
from vendors.statements import answers_of


@pytest.fixture
def page(client: Client, representative: User) -> Client:
    """Return a client signed in as the vendor's representative."""
    client.force_login(representative)
    return client


@pytest.fixture
def draft(vendor: Vendor) -> ConformanceClaim:
    """Return an empty draft of a claim."""
    release = make.make_release(make.make_product(vendor))
    return make.make_claim(release, make.make_version(), answers={}, state="draft")


def text(response: Any) -> str:
    """Return a page's HTML."""
    return str(response.content.decode())


def test_a_vendor_registers_prices_and_publishes(client: Client, visitor: User) -> None:
    client.force_login(visitor)

    client.post("/vendors/register/", {"corporate_number": "7123456789012", "name": "みほん"})
    vendor = Vendor.objects.get()
    fields = {"name": "よやくん", "summary": "予約", "domain": "facility-reservation"}
    client.post(f"/vendors/{vendor.pk}/products/new/", fields)
    product = Product.objects.get()
    day = {"released_on_year": "２０２６", "released_on_month": "6", "released_on_day": "1"}
    client.post(f"/vendors/products/{product.pk}/releases/new/", {"number": "5.2", **day})
    fields = {"product": str(product.pk), "name": "標準", "hosting": "domestic_cloud"}
    client.post(f"/vendors/{vendor.pk}/offers/new/", {**fields, "minimum_months": "12"})
    offer = Offer.objects.get()
    prices = {
        "tax_basis": "EXCLUDED",
        "valid_from_year": "2026",
        "valid_from_month": "4",
        "valid_from_day": "1",
        "rows": "3",
        "prices-0-kind": "monthly",
        "prices-0-population_to": "20,000",
        "prices-0-amount_yen": "３０，０００円",
        "prices-2-kind": "monthly",
        "prices-2-population_from": "20000",
        "prices-2-amount_yen": "60000",
    }
    client.post(f"/vendors/offers/{offer.pk}/prices/", prices)
    client.post(f"/vendors/offers/{offer.pk}/publish/")

    assert product.releases.get().number == "5.2"
    assert list(PriceList.objects.get().prices.values_list("population_from", "amount_yen")) == [
        (0, 30_000),
        (20_000, 60_000),
    ]
    assert list(Offer.objects.published()) == [offer]
    assert "1,980,000円" in text(client.get(f"/vendors/offers/{offer.pk}/"))


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("7123456789013", "7123456789013"), ("123", "13桁"), ("", "必須")],
)
def test_a_wrong_corporate_number_is_shown_at_its_field(
    page: Client, number: str, sentence: str
) -> None:
    response = page.post("/vendors/register/", {"corporate_number": number, "name": "x"})

    assert response.status_code == 422
    assert sentence in text(response)
    assert Vendor.objects.count() == 1


def test_bad_prices_are_shown_at_their_rows_and_nothing_is_stored(
    page: Client, vendor: Vendor
) -> None:
    offer = make.make_offer(make.make_product(vendor))
    sent = {
        "tax_basis": "EXCLUDED",
        "valid_from_year": "2027",
        "valid_from_month": "4",
        "valid_from_day": "1",
        "rows": "4",
        "prices-0-kind": "monthly",
        "prices-0-amount_yen": "100",
        "prices-3-kind": "monthly",
        "prices-3-population_from": "500",
        "prices-3-amount_yen": "200",
    }

    overlap = page.post(f"/vendors/offers/{offer.pk}/prices/", sent)
    fraction = page.post(
        f"/vendors/offers/{offer.pk}/prices/", {**sent, "prices-3-amount_yen": "1.5"}
    )
    more = page.post(f"/vendors/offers/{offer.pk}/prices/", {**sent, "more": "1"})

    assert (overlap.status_code, fraction.status_code, more.status_code) == (422, 422, 200)
    assert "4行目 人口（以上）" in text(overlap)
    assert "4行目 金額（円）" in text(fraction)
    assert 'name="prices-8-kind"' in text(more)
    assert PriceList.objects.count() == 1


def test_a_claim_is_answered_chapter_by_chapter_submitted_and_published(
    page: Client, draft: ConformanceClaim
) -> None:
    base = f"/vendors/claims/{draft.pk}"
    first = {
        "edition": "1",
        "next": "1",
        "F0010001-answer": "provided",
        "F0010002-answer": "provided",
        "F0010003-answer": "paid_option",
        "F0010003-price_yen": "12,000",
        "F0010004-answer": "not_provided",
        "F0010004-price_yen": "5",
    }
    second = {
        "edition": "2",
        "next": "1",
        "NA.1-answer": "provided",
        "NA.1-value": "９９.９",
        "NA.1-evidence": "稼働報告書\r\n\r\n契約書 3条",
        "I001-answer": "provided",
        "I001-version": "2.1",
    }

    to_second = page.post(f"{base}/edit/1/", first)
    to_review = page.post(f"{base}/edit/2/", second)
    review = page.get(f"{base}/review/")
    page.post(f"{base}/submit/")
    page.post(f"{base}/publish/")
    page.logout()
    public = page.get(f"{base}/")

    assert (to_second["Location"], to_review["Location"]) == (f"{base}/edit/2/", f"{base}/review/")
    assert "すべての要件に回答しています" in text(review)
    draft.refresh_from_db()
    assert draft.state == "published"
    assert answers_of(draft)["F0010004"] == {"answer": "not_provided"}
    assert answers_of(draft)["NA.1"] == {
        "answer": "provided",
        "value": 99.9,
        "evidence": ["稼働報告書", "契約書 3条"],
    }
    assert public.status_code == 200
    assert "稼働報告書" in text(public)


def test_a_chapter_with_a_problem_keeps_what_was_typed_and_stores_nothing(
    page: Client, draft: ConformanceClaim
) -> None:
    sent = {
        "edition": "1",
        "F0010001-answer": "alternative",
        "F0010002-answer": "planned",
        "F0010003-note": "<script>alert(1)</script>",
    }

    response = page.post(f"/vendors/claims/{draft.pk}/edit/1/", sent)

    assert response.status_code == 422
    assert "回答が選ばれていません" in text(response)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(response)
    assert "<script>alert" not in text(response)
    assert answers_of(draft) == {}


def test_a_chapter_saved_by_somebody_else_is_not_overwritten(
    page: Client, draft: ConformanceClaim
) -> None:
    sent = {"edition": "1", "F0010001-answer": "provided"}
    page.post(f"/vendors/claims/{draft.pk}/edit/1/", sent)

    late = page.post(f"/vendors/claims/{draft.pk}/edit/1/", {**sent, "F0010001-answer": "planned"})
    also = page.post(
        f"/vendors/claims/{draft.pk}/edit/1/", {**sent, "F0010001-answer": "not_provided"}
    )

    assert (late.status_code, also.status_code) == (422, 422)
    assert "ほかの人がこの適合表明を保存しました" in text(also)
    assert answers_of(draft) == {"F0010001": {"answer": "provided"}}


def sheet_of(page: Client, claim: ConformanceClaim) -> openpyxl.Workbook:
    """Download the answer sheet of a claim."""
    response = page.get(f"/vendors/claims/{claim.pk}/sheet/")
    return openpyxl.load_workbook(io.BytesIO(response.content))


def upload(page: Client, claim: ConformanceClaim, data: bytes) -> Any:
    """Upload bytes as the answer sheet."""
    sent = {"file": SimpleUploadedFile("回答票.xlsx", data), "edition": str(claim.edition)}
    return page.post(f"/vendors/claims/{claim.pk}/upload/", sent)


def test_the_answer_sheet_makes_the_round_trip(page: Client, draft: ConformanceClaim) -> None:
    book = sheet_of(page, draft)
    rows = {"H5": "標準で提供", "H6": "代替手段", "M6": "=電話で受け付ける", "H9": "標準で提供"}
    for cell, value in {**rows, "I9": 99.9}.items():
        book[sheets.SHEET][cell] = value
    book[sheets.SHEET]["M6"].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)

    response = upload(page, draft, buffer.getvalue())

    assert response.status_code == 302
    assert answers_of(draft) == {
        "F0010001": {"answer": "provided"},
        "F0010002": {"answer": "alternative", "note": "=電話で受け付ける"},
        "NA.1": {"answer": "provided", "value": 99.9},
    }


def test_a_bad_sheet_shows_every_problem_with_cell_and_requirement(
    page: Client, draft: ConformanceClaim
) -> None:
    book = sheet_of(page, draft)
    for cell, value in {"H5": "○", "H6": "代替手段", "L7": 1.5, "H8": "標準で提供"}.items():
        book[sheets.SHEET][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)

    response = upload(page, draft, buffer.getvalue())

    assert response.status_code == 422
    for part in ("シート「回答」 H5", "シート「回答」 M6", "シート「回答」 L7", "F0010002"):
        assert part in text(response)
    assert answers_of(draft) == {}


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04cut off"])
def test_what_is_no_workbook_is_refused_on_the_page(
    page: Client, draft: ConformanceClaim, data: bytes
) -> None:
    assert upload(page, draft, data).status_code == 422


def test_what_is_not_public_is_hidden_and_what_is_not_ones_own_is_refused(
    client: Client, draft: ConformanceClaim, vendor: Vendor, other_representative: User
) -> None:
    product = draft.release.product
    offer = make.make_offer(product, state="draft")
    hidden = [
        f"/vendors/claims/{draft.pk}/",
        f"/vendors/claims/{draft.pk}/document/",
        f"/vendors/claims/{draft.pk}/edit/",
        f"/vendors/claims/{draft.pk}/edit/1/",
        f"/vendors/claims/{draft.pk}/sheet/",
        f"/vendors/claims/{draft.pk}/upload/",
        f"/vendors/claims/{draft.pk}/review/",
        f"/vendors/products/{product.pk}/",
        f"/vendors/products/{product.pk}/releases/new/",
        f"/vendors/products/{product.pk}/certifications/new/",
        f"/vendors/offers/{offer.pk}/",
        f"/vendors/offers/{offer.pk}/prices/",
    ]
    refused = [f"/vendors/{vendor.pk}/products/new/", f"/vendors/{vendor.pk}/offers/new/"]
    deeds = [f"/vendors/claims/{draft.pk}/{deed}/" for deed in
             ("submit", "publish", "withdraw", "revise")]  # fmt: skip
    deeds += [f"/vendors/offers/{offer.pk}/{deed}/" for deed in ("publish", "withdraw")]
    client.force_login(other_representative)

    assert {url: client.get(url).status_code for url in hidden} == dict.fromkeys(hidden, 404)
    assert {url: client.get(url).status_code for url in refused} == dict.fromkeys(refused, 403)
    assert {url: client.post(url).status_code for url in deeds} == dict.fromkeys(deeds, 404)
    client.logout()
    for url in [*hidden[2:], *refused, "/vendors/claims/", "/vendors/claims/new/"]:
        assert client.get(url).status_code == 302


def test_nobody_else_acts_on_what_is_public(
    client: Client, draft: ConformanceClaim, other_representative: User
) -> None:
    product = draft.release.product
    claim = make.make_claim(make.make_release(product, number="6"), draft.version)
    offer = make.make_offer(product)
    client.force_login(other_representative)

    urls = [f"/vendors/claims/{claim.pk}/{deed}/" for deed in ("revise", "withdraw", "publish")]
    urls += [f"/vendors/offers/{offer.pk}/withdraw/"]

    assert {url: client.post(url).status_code for url in urls} == dict.fromkeys(urls, 403)


def test_lists_ask_as_often_for_three_claims_as_for_one(page: Client, vendor: Vendor) -> None:
    version, product = make.make_version(), make.make_product(vendor)
    urls = ["/vendors/claims/", "/vendors/", f"/vendors/{vendor.pk}/", "/api/v1/claims/"]

    def counts() -> dict[str, int]:
        found = {}
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                page.get(url)
            found[url] = len(asked)
        return found

    make.make_claim(make.make_release(product, number="1"), version)
    one = counts()
    make.make_claim(make.make_release(product, number="2"), version)
    make.make_claim(make.make_release(product, number="3"), version, state="draft")

    assert counts() == one


def test_pages_speak_english(client: Client, draft: ConformanceClaim) -> None:
    claim = make.make_claim(make.make_release(draft.release.product, number="6"), draft.version)

    response = client.get(f"/vendors/claims/{claim.pk}/", headers={"Accept-Language": "en"})

    assert "Verdict today" in text(response)
