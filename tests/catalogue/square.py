"""A small square for tests: offers that differ in one thing each."""

from __future__ import annotations

from datetime import date
from typing import Any

from schemas.codes import corporate_number_check_digit
from specs.models import SpecificationVersion
from tests import make
from vendors.models import Certification, Offer, PriceList, Product

ANSWERS: dict[str, dict[str, Any]] = {
    "conforms": {},
    "conforms_with_transitional": {"F0010002": {"answer": "planned", "planned_on": "2027-03-01"}},
    "does_not_conform": {"F0010001": {"answer": "not_provided"}},
}


def corporate_number(number: int) -> str:
    """Make a 法人番号 with its check digit."""
    return f"{corporate_number_check_digit(f'{number:012}')}{number:012}"


def put_up(
    number: int,
    version: SpecificationVersion | None = None,
    *,
    outcome: str = "conforms",
    schemes: tuple[str, ...] = (),
    **changes: Any,
) -> Offer:
    """Put up a product of a vendor of its own with one offer, by default claimed and conforming.

    ``changes`` are those of the offer; without a version, or with the outcome ``none``, nothing is
    claimed.
    """
    vendor = make.make_vendor(
        corporate_number=corporate_number(number), name=f"株式会社みほん{number}"
    )
    product = make.make_product(
        vendor, name=changes.pop("product", f"よやくん{number}"), **changes.pop("about", {})
    )
    for scheme in schemes:
        certify(product, scheme)
    if version and outcome != "none":
        answers = make.make_answers(**ANSWERS[outcome])
        make.make_claim(make.make_release(product), version, answers=answers)
    return make.make_offer(product, **changes)


def put_up_another(product: Product, number: int, **changes: Any) -> Offer:
    """Put up a further offer of the product by another seller."""
    seller = make.make_vendor(corporate_number=corporate_number(number), name=f"販売{number}")
    return make.make_offer(product, seller=seller, name=f"{product.name} 販売{number}", **changes)


def certify(
    product: Product,
    scheme: str,
    valid_from: date = date(2026, 1, 1),
    valid_to: date = date(2026, 12, 31),
) -> Certification:
    """Give the product a certificate, by default one of 2026."""
    return Certification.objects.create(
        product=product,
        scheme=scheme,
        number=f"{scheme}-1",
        scope="施設予約",
        valid_from=valid_from,
        valid_to=valid_to,
    )


def price(offer: Offer, monthly_yen: int, **changes: Any) -> PriceList:
    """Price the offer anew by one monthly price, by default without tax and for everybody."""
    offer.price_lists.all().delete()
    band = {key: changes.pop(key) for key in ("population_from", "population_to") if key in changes}
    fields: dict[str, Any] = {"tax_basis": "EXCLUDED", "valid_from": date(2026, 4, 1)}
    price_list = PriceList.objects.create(offer=offer, **{**fields, **changes})
    price_list.prices.create(kind="monthly", amount_yen=monthly_yen, **band)
    return price_list
