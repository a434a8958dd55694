"""Who may do what in this wing; nothing else decides access.

A representative acts for a vendor. The developer of a product states what it conforms to; the
seller of an offer says what it costs. ``by`` is None for an operator's command, which may do all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendors.models import ConformanceClaim, Offer, Product, Representative, Vendor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

    Actor = User | AnonymousUser | None


def may_register_vendor(by: Actor) -> bool:
    """Whoever is signed in may register a vendor, and becomes its representative."""
    return by is None or (by.is_authenticated and by.is_active)


def may_act_for(by: Actor, vendor: Vendor) -> bool:
    """A representative may act for the vendor."""
    if by is None:
        return True
    return (
        by.is_authenticated
        and by.is_active
        and Representative.objects.filter(user_id=by.pk, vendor=vendor).exists()
    )


def may_register_product(by: Actor, developer: Vendor) -> bool:
    """A representative of the developer may register a product."""
    return may_act_for(by, developer)


def may_change_product(by: Actor, product: Product) -> bool:
    """A representative of the developer may add releases and certificates."""
    return may_act_for(by, product.developer)


def may_register_offer(by: Actor, seller: Vendor) -> bool:
    """A representative of the seller may offer a product; several sellers may offer one."""
    return may_act_for(by, seller)


def may_change_offer(by: Actor, offer: Offer) -> bool:
    """A representative of the seller may set prices, publish and withdraw."""
    return may_act_for(by, offer.seller)


def may_start_claim(by: Actor, product: Product) -> bool:
    """A representative of the developer may state conformance of a release."""
    return may_act_for(by, product.developer)


def may_change_claim(by: Actor, claim: ConformanceClaim) -> bool:
    """A representative of the developer may answer, submit, publish, withdraw and revise."""
    return may_act_for(by, claim.release.product.developer)
