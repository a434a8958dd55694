"""What a version of a specification means for the contracts that bodies run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from procurement.contracts.models import Contract
from schemas import codelist
from schemas.specifications import obligation_group
from specs.impact import MOST_NAMED, ContractImpact, NamedContract
from specs.models import SpecificationVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


def contract_impact(
    version: SpecificationVersion,
    stale_products: Mapping[int, date],
    *,
    user: User | AnonymousUser,
    today: date,
    category: str,
) -> ContractImpact:
    """Count the contracts that run on past the day on which their product's claim goes stale.

    ``stale_products`` are days by product, for bodies of a category; only bodies for which the
    same days hold are counted. Officers learn their own body's contracts by name; the
    setting ``CONTRACT_IMPACT`` names this function.
    """
    running = Contract.objects.filter(ends_on__gte=today, body__category__in=_alike(category))
    with_product = running.filter(product__isnull=False).values_list(
        "pk", "body_id", "product_id", "ends_on"
    )
    exposed: dict[int, date] = {}
    bodies: set[str] = set()
    for pk, body, product, ends_on in with_product.iterator():
        stale_on = stale_products.get(product)
        if stale_on is not None and ends_on >= stale_on:
            exposed[pk] = stale_on
            bodies.add(body)
    domain = version.specification.domain
    own = (
        running.visible_to(user)
        .filter(product__isnull=False)
        .select_related("body", "product")
        .order_by("ends_on", "pk")
    )
    return ContractImpact(
        contracts=len(exposed),
        bodies=len(bodies),
        unknown=running.filter(product__isnull=True, domain=domain).count(),
        named=tuple(
            NamedContract(
                body=contract.body.name,
                system=contract.system,
                product=str(contract.product),
                ends_on=contract.ends_on,
                stale_on=exposed[contract.pk],
                url=reverse("contracts:contract-detail", args=[contract.pk]),
            )
            for contract in own
            if contract.pk in exposed
        )[:MOST_NAMED],
    )


def _alike(category: str) -> list[str]:
    """List the categories of bodies to which the same rules of a specification apply."""
    group = obligation_group(category)
    return [
        each.code for each in codelist.body_categories() if obligation_group(each.code) == group
    ]
