"""Every fact that the catalogue shows of an offer, as plain data with one shape.

The product page, the comparison, the REST face and a locked search all read these, so that what
was compared is what is kept (``schemas/locked-search.schema.json``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from schemas import codelist
from schemas.assessment import Verdict, conformance
from schemas.money import TaxBasis
from schemas.problems import Problem, Refused
from specs.models import SpecificationVersion
from vendors.models import Certification, ConformanceClaim, Offer, OfferQuerySet, PriceList
from vendors.pricing import Cost, PriceLine, five_year_cost

CHUNK = 2000  # rows fetched at once
MOST_LOCKED = 30  # more than an officer can weigh one by one
Facts = dict[str, Any]


def latest_claims(
    products: Iterable[int], version: SpecificationVersion
) -> dict[int, ConformanceClaim]:
    """Return, by product, the published claim of its newest release on the version."""
    claims = (
        ConformanceClaim.objects.published()
        .filter(version=version, release__product__in=products)
        .select_related("release")
        .order_by("release__released_on", "release_id", "revision")
    )
    return {claim.release.product_id: claim for claim in claims}


def stored_counts(
    version: SpecificationVersion, *, on: date, body_category: str
) -> dict[int, Mapping[str, Any]]:
    """Return, by product, what the same claims came to, for a body of the category.

    That was counted when they were submitted, and is read without assessing anything. Only one
    thing changes by itself: what conforms with transitional items does not conform any more once
    the first of these is due.
    """
    claims = (
        ConformanceClaim.objects.published()
        .filter(version=version)
        .order_by()
        .values_list(
            "release__product_id",
            Cast("release__released_on", TextField()),
            "release_id",
            Cast("totals", TextField()),
        )
    )
    newest: dict[int, tuple[str, int, str]] = {}
    for product, *claim in claims.iterator(CHUNK):
        if product not in newest or newest[product] < (*claim,):
            newest[product] = (*claim,)
    day = on.isoformat()
    counts: dict[int, Mapping[str, Any]] = {}
    for product, (_released_on, _release, text) in newest.items():
        before, until, after = _counts_in(text, body_category)
        counts[product] = after if until and until <= day else before
    return counts


@lru_cache(maxsize=4096)
def _counts_in(text: str, body_category: str) -> tuple[Mapping[str, Any], str, Mapping[str, Any]]:
    """Read stored totals: the counts before a day, that day (empty for none), and from it on."""
    stored = json.loads(text)
    counts = stored.get("body_categories", {}).get(body_category, stored)
    return (
        counts,
        counts.get("transitional_until", ""),
        {**counts, "outcome": "does_not_conform"},
    )


def costs(
    offers: Sequence[int] | OfferQuerySet,
    *,
    population: int | None,
    on: date,
    tax_basis: TaxBasis,
    options: Mapping[int, Sequence[str]] | None = None,
) -> dict[int, Cost]:
    """Return, by offer, what it costs a body of the population over five years.

    Nothing is returned for an offer without a price list in force, and for an unknown population.
    """
    if population is None:
        return {}
    chosen = options or {}
    return {
        offer: _cost_of(lines, population, on, tax_basis, tuple(chosen.get(offer, ())))
        for offer, lines in price_lines(offers, on=on).items()
    }


@lru_cache(maxsize=4096)
def _cost_of(
    lines: tuple[PriceLine, ...],
    population: int,
    on: date,
    tax_basis: TaxBasis,
    options: tuple[str, ...],
) -> Cost:
    return five_year_cost(lines, population=population, on=on, tax_basis=tax_basis, options=options)


def price_lines(
    offers: Sequence[int] | OfferQuerySet, *, on: date
) -> dict[int, tuple[PriceLine, ...]]:
    """Return, by offer, the lines of the price list in force on the day; in one query.

    An offer without such a list is left out.
    """
    rows = (
        PriceList.objects.in_force(on)
        .filter(offer__in=offers)
        .order_by("offer", "-valid_from", "pk", "prices__kind", "prices__population_from")
        .values_list(
            "offer_id",
            "pk",
            "tax_basis",
            "prices__kind",
            "prices__amount_yen",
            "prices__label",
            "prices__population_from",
            "prices__population_to",
            "prices__requirement_key",
        )
    )
    first: dict[int, int] = {}
    lines: dict[int, list[PriceLine]] = {}
    for offer, price_list, basis, kind, amount, label, least, most, key in rows.iterator(CHUNK):
        if first.setdefault(offer, price_list) != price_list:
            continue
        held = lines.setdefault(offer, [])
        if kind is not None:
            tax: TaxBasis = "INCLUDED" if basis == "INCLUDED" else "EXCLUDED"
            held.append(PriceLine(kind, amount, tax, label, least, most, key))
    return {offer: tuple(held) for offer, held in lines.items()}


def verdicts(
    claims: Mapping[int, ConformanceClaim],
    version: SpecificationVersion,
    *,
    on: date,
    body_category: str,
) -> dict[int, Verdict]:
    """Assess every claim on the day, for a body of the category."""
    judge = conformance(version.document)
    return {
        product: judge.assess(
            (claim.document or {}).get("answers", {}), on=on, body_category=body_category
        )
        for product, claim in claims.items()
    }


def offer_facts(
    offers: Sequence[Offer],
    *,
    version: SpecificationVersion | None,
    population: int | None,
    on: date,
    body_category: str,
    tax_basis: TaxBasis = "INCLUDED",
    language: str = "ja",
) -> list[Facts]:
    """Return the facts of each offer, in the order given.

    ``offers`` come with product, developer and seller. Names of codes and sentences are in
    ``language``; what is kept or printed is Japanese.
    """
    products = {offer.product_id for offer in offers}
    claims = latest_claims(products, version) if version else {}
    judged = verdicts(claims, version, on=on, body_category=body_category) if version else {}
    paid = costs([offer.pk for offer in offers], population=population, on=on, tax_basis=tax_basis)
    held: dict[int, list[Certification]] = {}
    for certificate in Certification.objects.valid_on(on).filter(product__in=products):
        held.setdefault(certificate.product_id, []).append(certificate)
    return [
        _facts(
            offer,
            claims.get(offer.product_id),
            judged.get(offer.product_id),
            paid.get(offer.pk),
            held.get(offer.product_id, []),
            language=language,
        )
        for offer in offers
    ]


def _facts(
    offer: Offer,
    claim: ConformanceClaim | None,
    verdict: Verdict | None,
    cost: Cost | None,
    certificates: Sequence[Certification],
    *,
    language: str,
) -> Facts:
    product = offer.product
    schemes = codelist.labels("certification_schemes", language)
    return {
        "offer": {
            "id": offer.pk,
            "name": offer.name,
            "minimum_months": offer.minimum_months,
            "sample": offer.is_sample,
        },
        "product": {
            "id": product.pk,
            "name": product.name,
            "release": claim.release.number if claim else None,
            "summary": product.summary,
        },
        "developer": _vendor(product.developer),
        "seller": _vendor(offer.seller),
        "hosting": _coded(codelist.labels("hosting_types", language), offer.hosting),
        "network_models": [
            _coded(codelist.labels("network_models", language), code)
            for code in offer.network_models
        ],
        "certifications": [
            {
                "scheme": certificate.scheme,
                "name": schemes.get(certificate.scheme, certificate.scheme),
                "number": certificate.number,
                "scope": certificate.scope,
                "valid_from": certificate.valid_from.isoformat(),
                "valid_to": certificate.valid_to.isoformat(),
            }
            for certificate in certificates
        ],
        "claim": {
            "id": claim.pk,
            "revision": claim.revision,
            "digest": claim.digest,
            "stated_on": claim.stated_on.isoformat() if claim.stated_on else None,
            "published_on": timezone.localdate(claim.published_at).isoformat()
            if claim.published_at
            else None,
        }
        if claim
        else None,
        "verdict": {
            "outcome": str(verdict.outcome),
            "totals": asdict(verdict.totals),
            "failing": [result.key for result in verdict.failing],
        }
        if verdict
        else None,
        "cost": _cost(cost, language) if cost else None,
        "service_level": offer.service_level,
        "support": offer.support,
        "data_export": offer.data_export,
        "exit_terms": offer.exit_terms,
    }


def _vendor(vendor: Any) -> Facts:
    return {
        "id": vendor.pk,
        "name": vendor.name,
        "corporate_number": vendor.corporate_number,
        "address": vendor.address,
    }


def _coded(names: Mapping[str, str], code: str) -> Facts:
    return {"code": code, "name": names.get(code, code)}


def _cost(cost: Cost, language: str) -> Facts:
    return {
        "total_yen": cost.total_yen,
        "tax_basis": cost.tax_basis,
        "months": cost.months,
        "population": cost.population,
        "lines": [
            {
                "kind": line.kind,
                "label": line.label,
                "population_from": line.population_from,
                "population_to": line.population_to,
                "unit_yen": line.unit_yen,
                "times": line.times,
                "total_yen": line.total_yen,
                "explanation": line.explanation(language),
            }
            for line in cost.lines
        ],
        "assumptions": [problem.sentence(language) for problem in cost.assumptions],
        "problems": [problem.sentence(language) for problem in cost.problems],
    }


def newest_claimed(product_id: int) -> SpecificationVersion | None:
    """Return the newest version on which the product has a published claim."""
    return (
        SpecificationVersion.objects.published()
        .filter(claims__release__product=product_id, claims__state=ConformanceClaim.State.PUBLISHED)
        .select_related("specification__authority")
        .order_by("-published_on", "-pk")
        .first()
    )


def version_facts(version: SpecificationVersion) -> Facts:
    """Return the facts of the version that offers are held against."""
    return {
        "urn": version.urn,
        "slug": version.specification.slug,
        "number": version.number,
        "title": version.specification.title,
        "authority": version.specification.authority.name,
        "published_on": version.published_on.isoformat() if version.published_on else None,
        "digest": version.digest,
        "sample": version.specification.is_sample,
    }


def locked(
    querystring: str,
    *,
    population: int | None,
    body_category: str,
    on: date,
    version: SpecificationVersion,
) -> Facts:
    """Freeze a search of the catalogue: its conditions, its order, every fact shown.

    The version, the population and the body's category are the case's own, whatever the query
    says. Raises Refused for a query that cannot be read, that finds nothing, or that finds more
    than ``MOST_LOCKED`` offers.
    """
    from marketplace.catalogue import search  # noqa: PLC0415 -- search reads costs from here

    query = search.query_of(querystring, on=on).against(version, population, body_category)
    if query.problems:
        raise Refused(query.problems)
    found = search.found(query)
    if not found.total:
        raise Refused([Problem("/query", "search_finds_nothing")])
    if found.total > MOST_LOCKED:
        raise Refused(
            [Problem("/query", "search_too_wide", {"found": found.total, "most": MOST_LOCKED})]
        )
    offers = search.offers_in_order([row.offer for row in found.rows])
    return {
        "query": query.querystring(),
        "conditions": search.conditions(query),
        "version": version_facts(version),
        "on": on.isoformat(),
        "population": population,
        "body_category": body_category,
        "tax_basis": query.tax_basis,
        "results": offer_facts(
            offers,
            version=version,
            population=population,
            on=on,
            body_category=body_category,
            tax_basis=query.tax_basis,
        ),
    }
