"""One offer as a list shows it: the page's cards and the rows of the REST list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue import facts, search
from schemas import codelist
from vendors.models import Offer
from vendors.pricing import Cost


@dataclass(frozen=True)
class Card:
    """An offer with its verdict and its price for the body asked about.

    ``totals`` are the counts of the verdict, empty where nothing is claimed; ``schemes`` are the
    codes of the certificates that hold on the day, ``certifications`` their names.
    """

    offer: Offer
    outcome: str
    totals: Mapping[str, Any]
    cost: Cost | None
    schemes: list[str]
    certifications: list[str]


def cards(found: search.Found, language: str = "ja") -> list[Card]:
    """Return the cards of the page that was asked for, in its order."""
    query, rows = found.query, found.page_rows()
    offers = {offer.pk: offer for offer in search.offers_in_order([row.offer for row in rows])}
    costs = facts.costs(
        list(offers), population=query.population, on=query.on, tax_basis=query.tax_basis
    )
    order = codelist.labels("certification_schemes", language)
    return [
        Card(
            offer=offers[row.offer],
            outcome=row.profile.outcomes[0],
            totals=found.counts.get(row.product, {}),
            cost=costs.get(row.offer),
            schemes=[code for code in order if code in row.profile.certifications],
            certifications=[order[code] for code in order if code in row.profile.certifications],
        )
        for row in rows
        if row.offer in offers  # withdrawn between the two questions
    ]
