"""What a version means for the claims on earlier ones and for the contracts that rely on them.

The demand knows neither claims nor contracts; the wings above answer, named by the settings
``CLAIM_IMPACT`` and ``CONTRACT_IMPACT``. Counts are for everybody, names for those entitled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User
    from specs.models import SpecificationVersion

#: How many claims and contracts are named at most; the earliest to be touched come first.
MOST_NAMED: Final = 200


@dataclass(frozen=True)
class NamedClaim:
    """A claim that the reader may know by name, and what the version asks of it in answers."""

    name: str
    vendor: str
    number: str
    url: str
    kept: int
    reconfirm: int
    empty: int
    dropped: int
    stale_on: date | None


@dataclass(frozen=True)
class ClaimImpact:
    """The published claims on earlier versions (適合表明).

    ``staying`` go on conforming without another word; ``stale`` counts claims by the day from
    which they no longer do; ``renewed`` are of products that state the version itself already, and
    are counted nowhere else. ``stale_products`` says for the wings above which product's claim
    goes stale when. Answers are sums over all claims.
    """

    claims: int = 0
    staying: int = 0
    renewed: int = 0
    kept: int = 0
    reconfirm: int = 0
    empty: int = 0
    dropped: int = 0
    stale: Mapping[date, int] = field(default_factory=dict)
    named: tuple[NamedClaim, ...] = ()
    stale_products: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class NamedContract:
    """A contract of the reader's own body that runs on when its product's claim goes stale."""

    body: str
    system: str
    product: str
    ends_on: date
    stale_on: date
    url: str


@dataclass(frozen=True)
class ContractImpact:
    """Contracts that are exposed: they run on past the day on which the claim goes stale.

    ``unknown`` are of the same business with a product that is not registered here.
    """

    contracts: int = 0
    bodies: int = 0
    unknown: int = 0
    named: tuple[NamedContract, ...] = ()


@dataclass(frozen=True)
class Impact:
    """Both, for one version."""

    claims: ClaimImpact
    contracts: ContractImpact


def impact_of(
    version: SpecificationVersion, *, user: User | AnonymousUser, today: date, category: str
) -> Impact:
    """Ask what a draft or published version means, for bodies of a category.

    ``version`` comes with its document. Raises ``ValueError`` for an unknown category.
    """
    claims, contracts = ClaimImpact(), ContractImpact()
    if source := getattr(settings, "CLAIM_IMPACT", ""):
        claims = import_string(source)(version, user=user, category=category)
    if source := getattr(settings, "CONTRACT_IMPACT", ""):
        contracts = import_string(source)(
            version, claims.stale_products, user=user, today=today, category=category
        )
    return Impact(claims, contracts)
