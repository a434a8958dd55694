"""Pages of the square: find, look, compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from marketplace.catalogue import cards, comparison, facts, search
from schemas import codelist
from specs.models import SpecificationVersion
from vendors.models import Offer, PriceList


def buyer(request: HttpRequest) -> dict[str, Any]:
    """Return the reader's own body, where a higher room knows one (``BUYER_DEFAULTS``)."""
    source = settings.BUYER_DEFAULTS
    return (import_string(source)(request) if source else None) or {}


def asked(request: HttpRequest, known: Sequence[SpecificationVersion]) -> search.Query:
    """Read the query of a page; an officer's own body stands in for what is not said."""
    return search.query_of(
        request.GET, on=timezone.localdate(), defaults=buyer(request), known=known
    )


def _choices(
    query: search.Query, known: Sequence[SpecificationVersion], language: str
) -> dict[str, Any]:
    return {
        "versions": [(search.version_name(version), version) for version in known],
        "chosen_version": search.version_name(query.version) if query.version else "",
        "domains": codelist.labels("business_domains", language),
        "categories": codelist.labels("body_categories", language),
    }


@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    """Find offers: facets with counts, cards in a neutral order, a tray to compare."""
    known = search.versions()
    found = search.found(asked(request, known))
    query = found.query
    shown = cards.cards(found, request.LANGUAGE_CODE)
    chosen = search.offers_in_order(comparison.numbers(request.GET)[: comparison.MOST])
    return render(
        request,
        "catalogue/offer_list.html",
        {
            "query": query,
            "found": found,
            "cards": shown,
            "tray": chosen,
            "tray_numbers": {offer.pk for offer in chosen},
            "found_numbers": {card.offer.pk for card in shown},
            "buyer": buyer(request),
            "params": query.params(),
            **_choices(query, known, request.LANGUAGE_CODE),
        },
    )


@require_safe
def offer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one offer: who, what, conformance by chapter, prices explained, terms."""
    offer = get_object_or_404(
        Offer.objects.visible_to(request.user).select_related("product__developer", "seller"), pk=pk
    )
    known = search.versions()
    query = asked(request, known)
    version = query.version or facts.newest_claimed(offer.product_id)
    stated = facts.offer_facts(
        [offer],
        version=version,
        population=query.population,
        on=query.on,
        body_category=query.body_category,
        tax_basis=query.tax_basis,
        language=request.LANGUAGE_CODE,
    )[0]
    chapters: list[dict[str, Any]] = []
    if version:
        claims = facts.latest_claims([offer.product_id], version)
        judged = facts.verdicts(
            claims, version, on=query.on, body_category=query.body_category
        ).get(offer.product_id)
        if judged:
            chapters = comparison.chapters_met(
                version, {result.key: str(result.status) for result in judged.results}
            )
    price_list = (
        PriceList.objects.in_force(query.on).filter(offer=offer).prefetch_related("prices").first()
    )
    return render(
        request,
        "catalogue/offer_detail.html",
        {
            "offer": offer,
            "facts": stated,
            "version": version,
            "chapters": chapters,
            "price_list": price_list,
            "cost": facts.costs(
                [offer.pk], population=query.population, on=query.on, tax_basis=query.tax_basis
            ).get(offer.pk),
            "others": Offer.objects.published()
            .filter(product=offer.product)
            .exclude(pk=offer.pk)
            .select_related("seller"),
            "query": query,
            "buyer": buyer(request),
            **_choices(query, known, request.LANGUAGE_CODE),
        },
    )


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Compare two to five offers; the address holds the whole state."""
    known = search.versions()
    built = comparison.comparison(request.GET, asked(request, known), request.LANGUAGE_CODE)
    query = built.query
    return render(
        request,
        "catalogue/compare.html",
        {
            "comparison": built,
            "query": query,
            "buyer": buyer(request),
            **_choices(query, known, request.LANGUAGE_CODE),
        },
        status=200 if built.facts else 422,
    )
