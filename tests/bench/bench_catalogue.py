"""The catalogue at 2,000 offers beside a view that renders the same rows from memory."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from marketplace import urls
from marketplace.catalogue import cards, search
from schemas import codelist
from specs.models import SpecificationVersion
from tests import make
from tests.bench.timing import medians_ms, peak_mb
from vendors.actions import search_text
from vendors.actions.claim import totals_of
from vendors.models import (
    Certification,
    ConformanceClaim,
    Offer,
    Price,
    PriceList,
    Product,
    ProductRelease,
    Vendor,
)

AT = datetime(2026, 7, 1, tzinfo=UTC)
SIZE = 2000
VENDORS = 200
BANDS = (0, 20_000, 50_000, 100_000, 300_000, 1_000_000)
ADDRESS = "version=bench/1.0&population=112000&body_category=designated_city"
NARROWED = f"{ADDRESS}&hosting=lgwan_asp&hosting=domestic_cloud&certification=ismap"


def measure() -> list[dict[str, Any]]:
    """Return one row a comparison; nothing that is written for it stays."""
    with transaction.atomic():
        rows = _measure()
        transaction.set_rollback(True)
    return rows


def _measure() -> list[dict[str, Any]]:
    version = make.make_version("bench", "1.0")
    stall(version, 30)
    few = queries(ADDRESS)
    stall(version, SIZE - 30, first=30)
    many = queries(ADDRESS)
    rows = [
        *page(f"catalogue page: {SIZE:,} offers / rows from memory", ADDRESS),
        *page("catalogue page: the same, narrowed / rows from memory", NARROWED),
    ]
    counted = {"name": f"catalogue page: queries at {SIZE:,} offers / at 30", "limit": 1}
    return [*rows, {**rows[0], **counted, "ratio": round(many / few, 4), "holds": many == few}]


def page(name: str, address: str) -> list[dict[str, Any]]:
    """Compare the page with a bare view of the same template over rows that stand in memory.

    Both are asked for through the whole of Django, as a visitor asks.
    """
    context, client = in_memory(address), Client()

    def bare_view(request: HttpRequest) -> HttpResponse:
        return render(request, "catalogue/offer_list.html", context)

    class Doors:
        urlpatterns = [path("bare/", bare_view), *urls.urlpatterns]

    def ours() -> Any:
        return client.get(f"/catalogue/?{address}")

    def bare() -> Any:
        return client.get(f"/bare/?{address}")

    with override_settings(ROOT_URLCONF=Doors):
        if shown(ours()) != shown(bare()):
            raise AssertionError("the two views must render the same page")
        baseline, took = medians_ms(bare, ours, repeat=41)
        memory = peak_mb(ours)
    return [
        {
            "name": name,
            "ratio": round(took / baseline, 4),
            "limit": 3,
            "holds": took / baseline <= 3,
            "median_ms": round(took, 3),
            "baseline_ms": round(baseline, 3),
            "peak_mb": round(memory, 2),
        }
    ]


def in_memory(address: str) -> dict[str, Any]:
    """Fetch beforehand all that the template shows."""
    query = search.query_of(address, on=timezone.localdate())
    found = search.found(query)
    listed = cards.cards(found)
    return {
        "query": found.query,
        "found": found,
        "cards": listed,
        "tray": [],
        "tray_numbers": set(),
        "found_numbers": {card.offer.pk for card in listed},
        "buyer": {},
        "params": query.params(),
        "versions": [(search.version_name(each), each) for each in search.versions()],
        "chosen_version": "bench/1.0",
        "domains": codelist.labels("business_domains"),
        "categories": codelist.labels("body_categories"),
    }


def shown(response: Any) -> str:
    """Return the part of the page that the view fills."""
    return str(response.content.decode()).partition('id="search"')[2].partition("</form>")[0]


def queries(address: str) -> int:
    """Count the queries of the page."""
    with CaptureQueriesContext(connection) as seen:
        Client().get(f"/catalogue/?{address}")
    return len(seen)


def stall(version: SpecificationVersion, size: int, *, first: int = 0) -> None:
    """Put offers up, two a product, each with a claim, certificates and prices by population."""
    numbers = range(first, first + size)
    if not first:
        Vendor.objects.bulk_create(
            Vendor(corporate_number=f"{each:013}", name=f"株式会社みほん{each}")
            for each in range(VENDORS)
        )
    vendors = list(Vendor.objects.order_by("pk"))
    products = Product.objects.bulk_create(
        Product(
            developer=vendors[each % VENDORS],
            name=f"よやくん{each}",
            summary="公共施設の空きを調べ、予約と抽選と支払いまでを一つの画面で行えます。",
            description="窓口とインターネットの予約を一つの台帳で扱います。" * 8,
            domain="facility-reservation" if each % 3 else "resident-record",
        )
        for each in numbers
        if each % 2 == 0
    )
    releases = ProductRelease.objects.bulk_create(
        ProductRelease(product=product, number="1.0", released_on=date(2026, 4, 1))
        for product in products
    )
    totals = [
        totals_of(version.document, answers, on=date(2026, 7, 1))
        for answers in (
            make.make_answers(),
            make.make_answers(F0010001={"answer": "not_provided"}),
            make.make_answers(F0010002={"answer": "planned", "planned_on": "2027-03-01"}),
        )
    ]
    ConformanceClaim.objects.bulk_create(
        ConformanceClaim(
            release=release,
            version=version,
            state="published",
            totals=json.loads(json.dumps(totals[each % 3])),
            published_at=AT,
            stated_on=date(2026, 7, 1),
        )
        for each, release in enumerate(releases)
        if each % 5
    )
    schemes = list(codelist.labels("certification_schemes"))
    Certification.objects.bulk_create(
        Certification(
            product=product,
            scheme=schemes[(each + more) % len(schemes)],
            number=f"C-{each}",
            valid_from=date(2026, 1, 1),
            valid_to=date(2100, 1, 1),
        )
        for each, product in enumerate(products)
        for more in range(each % 4)
    )
    hosting, models = (
        list(codelist.labels("hosting_types")),
        list(codelist.labels("network_models")),
    )
    offers = [
        Offer(
            product=products[(each - first) // 2],
            seller=vendors[(each * 7) % VENDORS],
            name=f"よやくん{each} 標準サービス",
            state="published",
            hosting=hosting[each % len(hosting)],
            network_models=models[: each % (len(models) + 1)],
            published_at=AT,
        )
        for each in numbers
    ]
    for offer in offers:
        offer.search_text = search_text(offer)
    lists = PriceList.objects.bulk_create(
        PriceList(offer=offer, tax_basis="EXCLUDED", valid_from=date(2026, 4, 1))
        for offer in Offer.objects.bulk_create(offers)
    )
    Price.objects.bulk_create(
        Price(
            price_list=price_list,
            kind=kind,
            population_from=least,
            population_to=most,
            amount_yen=amount + each * 10 + least // 100,
        )
        for each, price_list in enumerate(lists)
        for kind, amount in (("initial", 500_000), ("monthly", 30_000))
        for least, most in zip(BANDS, (*BANDS[1:], None), strict=True)
    )
