"""The deeds of offers and prices: register, set prices, publish, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from marketplace.audit import trail
from schemas import codelist
from schemas.problems import Problem, Refused
from schemas.searchtext import normalise
from vendors import permissions, rules
from vendors.models import Offer, Price, PriceList, Product, Vendor
from vendors.pricing import PriceLine, price_problems
from vendors.rules import refuse

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@transaction.atomic
def register_offer(
    product: Product,
    *,
    seller: Vendor,
    name: str,
    hosting: str,
    network_models: Sequence[str] = (),
    service_level: str = "",
    support: str = "",
    data_export: str = "",
    exit_terms: str = "",
    minimum_months: int = 12,
    is_sample: bool = False,
    by: User | None,
    at: datetime,
) -> Offer:
    """Register what a seller sells of a product, as a draft that only the seller sees."""
    if not permissions.may_register_offer(by, seller):
        raise PermissionDenied
    problems = [
        *rules.text_problems("/name", name, 120, required=True),
        *rules.listed_problems("/hosting", [hosting], "hosting_types"),
        *rules.listed_problems("/network_models", network_models, "network_models"),
        *rules.text_problems("/service_level", service_level, 5_000),
        *rules.text_problems("/support", support, 5_000),
        *rules.text_problems("/data_export", data_export, 5_000),
        *rules.text_problems("/exit_terms", exit_terms, 5_000),
    ]
    if not 0 <= minimum_months <= rules.MOST_MONTHS:
        facts: dict[str, str | int] = {"limit": rules.MOST_MONTHS}
        problems.append(Problem("/minimum_months", "minimum_months_is_out_of_range", facts))
    if Offer.objects.filter(product=product, seller=seller, name=name).exists():
        problems.append(Problem("/name", "offer_name_stands_already", {"name": name}))
    refuse(problems)
    offer = Offer(
        product=product,
        seller=seller,
        name=name,
        hosting=hosting,
        network_models=list(dict.fromkeys(network_models)),
        service_level=service_level,
        support=support,
        data_export=data_export,
        exit_terms=exit_terms,
        minimum_months=minimum_months,
        is_sample=is_sample,
    )
    offer.search_text = search_text(offer)
    offer.save()
    data = {"product": product.pk, "seller": seller.corporate_number, "name": name}
    trail.record("vendors.offer_registered", on=offer, by=by, at=at, data=data)
    return offer


def search_text(offer: Offer) -> str:
    """Return what the catalogue's search finds an offer by, normalised."""
    product, seller = offer.product, offer.seller
    domain = codelist.business_domain(product.domain)
    return normalise(
        " ".join(
            [
                offer.name,
                product.name,
                product.name_en,
                product.summary,
                product.description,
                product.developer.name,
                product.developer.name_en,
                seller.name,
                seller.name_en,
                domain.name if domain else "",
                domain.name_en if domain else "",
                offer.hosting_label,
            ]
        )
    )


@transaction.atomic
def set_prices(
    offer: Offer,
    *,
    tax_basis: str,
    valid_from: date,
    lines: Sequence[PriceLine],
    valid_to: date | None = None,
    by: User | None,
    at: datetime,
) -> PriceList:
    """Set the offer's prices from a day on, in one tax basis; bands are checked as a whole.

    A list that begins on the same day is replaced, unless the offer is public and that day has
    come: what buyers could see stays as it was.
    """
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if not permissions.may_change_offer(by, offer):
        raise PermissionDenied
    problems = list(rules.price_list_problems(tax_basis, valid_from, valid_to))
    if not lines:
        problems.append(Problem("/prices", "price_list_has_no_line"))
    problems += price_problems(lines)
    for at_line, line in enumerate(lines):
        problems += rules.text_problems(f"/prices/{at_line}/label", line.label, 120)
        problems += rules.text_problems(
            f"/prices/{at_line}/requirement_key", line.requirement_key, 40
        )
    same_day = offer.price_lists.filter(valid_from=valid_from)
    public = offer.state == Offer.State.PUBLISHED and valid_from <= timezone.localdate(at)
    if public and same_day.exists():
        facts: dict[str, str | int] = {"on": valid_from.isoformat()}
        problems.append(Problem("/valid_from", "price_list_starts_on_the_same_day", facts))
    refuse(problems)
    same_day.delete()
    price_list = PriceList.objects.create(
        offer=offer, tax_basis=tax_basis, valid_from=valid_from, valid_to=valid_to
    )
    Price.objects.bulk_create(
        Price(
            price_list=price_list,
            kind=line.kind,
            label=line.label,
            population_from=line.population_from,
            population_to=line.population_to,
            amount_yen=line.amount_yen,
            requirement_key=line.requirement_key,
        )
        for line in lines
    )
    data = {
        "offer": offer.pk,
        "tax_basis": tax_basis,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
        "lines": [_line_facts(line) for line in lines],
    }
    trail.record("vendors.prices_set", on=price_list, by=by, at=at, data=data)
    return price_list


def _line_facts(line: PriceLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "label": line.label,
        "population_from": line.population_from,
        "population_to": line.population_to,
        "amount_yen": line.amount_yen,
        "requirement_key": line.requirement_key,
    }


def lines_of(price_list: PriceList) -> list[PriceLine]:
    """Return a stored price list as the lines that ``pricing`` reckons with."""
    return [
        PriceLine(
            kind=price.kind,
            amount_yen=price.amount_yen,
            tax_basis="INCLUDED" if price_list.tax_basis == "INCLUDED" else "EXCLUDED",
            label=price.label,
            population_from=price.population_from,
            population_to=price.population_to,
            requirement_key=price.requirement_key,
        )
        for price in price_list.prices.all()
    ]


@transaction.atomic
def publish_offer(offer: Offer, *, by: User | None, at: datetime) -> Offer:
    """Show the offer in the catalogue; it needs a price list with a monthly price."""
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if not permissions.may_change_offer(by, offer):
        raise PermissionDenied
    problems: list[Problem] = []
    if offer.state == Offer.State.PUBLISHED:
        problems.append(_state_problem("offer_state_forbids", offer))
    price_list = offer.price_lists.order_by("-valid_from").first()
    if price_list is None:
        problems.append(Problem("/prices", "price_list_is_missing"))
    elif not any(line.kind == "monthly" for line in lines_of(price_list)):
        problems.append(Problem("/prices", "price_list_has_no_monthly_price"))
    refuse(problems)
    offer.state = Offer.State.PUBLISHED
    offer.published_at = at
    offer.search_text = search_text(offer)
    offer.save(update_fields=["state", "published_at", "search_text"])
    trail.record("vendors.offer_published", on=offer, by=by, at=at, data={"name": offer.name})
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User | None, at: datetime) -> Offer:
    """Take the offer out of the catalogue; what was locked or printed with it stays."""
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if not permissions.may_change_offer(by, offer):
        raise PermissionDenied
    if offer.state != Offer.State.PUBLISHED:
        raise Refused([_state_problem("offer_state_forbids", offer)])
    offer.state = Offer.State.WITHDRAWN
    offer.save(update_fields=["state"])
    trail.record("vendors.offer_withdrawn", on=offer, by=by, at=at, data={"name": offer.name})
    return offer


def _state_problem(code: str, offer: Offer) -> Problem:
    return Problem("/state", code, {"state": str(offer.get_state_display())})
