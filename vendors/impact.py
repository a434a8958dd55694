"""What a version of a specification means for the published claims on earlier ones."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef
from django.urls import reverse

from schemas.specifications import requirements_of
from specs.impact import MOST_NAMED, ClaimImpact, NamedClaim
from specs.models import SpecificationVersion
from specs.permissions import may_edit_for
from vendors.carryover import Effect, Passage, passage
from vendors.models import ClaimAnswer, ConformanceClaim, Representative

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

#: Rows fetched at a time; what is held in memory does not grow with the number of answers.
CHUNK: Final = 2000
_NEVER: Final = date.max


def claim_impact(
    version: SpecificationVersion, *, user: User | AnonymousUser, category: str
) -> ClaimImpact:
    """Judge every published claim on an earlier version; the setting ``CLAIM_IMPACT`` names it.

    The authority's editors learn the names of all, representatives those of their own vendor.
    """
    sums: Counter[str] = Counter()
    stale: Counter[date] = Counter()
    products: dict[int, date] = {}
    named: list[tuple[Any, ...]] = []
    knows = _names_of(version, user)
    for older in earlier_versions(version):
        way = passage(
            requirements_of(older.document),
            requirements_of(version.document),
            in_force_on=_in_force_on(version),
            category=category,
        )
        for claim, effect in effects(older, version, way):
            sums.update(
                claims=1,
                kept=effect.kept,
                reconfirm=effect.reconfirm,
                empty=effect.empty,
                dropped=effect.dropped,
            )
            if effect.stale_on is None:
                sums["staying"] += 1
            else:
                stale[effect.stale_on] += 1
                product = claim["release__product_id"]
                products[product] = min(effect.stale_on, products.get(product, _NEVER))
            if knows is None or claim["release__product__developer_id"] in knows:
                rank = (effect.stale_on or _NEVER, -effect.work, claim["pk"])
                named.append((rank, claim, older.number, effect))
                if len(named) > 2 * MOST_NAMED:
                    named = heapq.nsmallest(MOST_NAMED, named, key=lambda row: row[0])
    return ClaimImpact(
        claims=sums["claims"],
        staying=sums["staying"],
        renewed=_claims_before(version).filter(_renewed(version)).count(),
        kept=sums["kept"],
        reconfirm=sums["reconfirm"],
        empty=sums["empty"],
        dropped=sums["dropped"],
        stale=dict(sorted(stale.items())),
        named=tuple(_named(*row) for row in sorted(named, key=lambda row: row[0])[:MOST_NAMED]),
        stale_products=products,
    )


def earlier_versions(version: SpecificationVersion) -> list[SpecificationVersion]:
    """Return the versions before it on which published claims stand, with their documents."""
    claims = ConformanceClaim.objects.published().filter(version=OuterRef("pk"))
    return list(
        SpecificationVersion.objects.published()
        .filter(Exists(claims), specification=version.specification_id)
        .filter(published_on__lt=version.published_on)
        .order_by("published_on", "pk")
    )


def effects(
    older: SpecificationVersion, newer: SpecificationVersion, way: Passage
) -> Iterator[tuple[Mapping[str, Any], Effect]]:
    """Yield each published claim on the older version with what the newer asks of it.

    Two streams in the order of claims are read side by side: only answers to what is tighter
    leave the database.
    """
    claims = (
        ConformanceClaim.objects.published()
        .filter(version=older)
        .filter(~_renewed(newer), ~_overtaken())
        .order_by("pk")
    )
    answers = (
        ClaimAnswer.objects.filter(claim__in=claims.values("pk"))
        .filter(requirement__in=older.requirements.filter(key__in=list(way.tighter)).values("pk"))
        .order_by("claim_id")
        .values_list("claim_id", "requirement__key", "answer", "value", "interface_version")
    )
    stream = groupby(answers.iterator(CHUNK), key=lambda row: int(row[0]))
    pending = next(stream, None)
    facts = claims.values(
        "pk",
        "release__number",
        "release__product_id",
        "release__product__name",
        "release__product__developer_id",
        "release__product__developer__name",
    )
    for claim in facts.iterator(CHUNK):
        given: list[tuple[str, Mapping[str, Any]]] = []
        if pending is not None and pending[0] == claim["pk"]:
            given = [(row[1], _answer(*row[2:])) for row in pending[1]]
            pending = next(stream, None)
        yield claim, way.effect(given)


def _answer(answer: str, value: Any, version: str) -> dict[str, Any]:
    return {
        "answer": answer,
        "value": None if value is None else float(value),
        "version": version or None,
    }


def _renewed(version: SpecificationVersion) -> Any:
    """Match claims whose product states the version itself, or a later one, already."""
    return _followed(version__published_on__gte=version.published_on)


def _overtaken() -> Any:
    """Match claims whose product states a later version of the specification already."""
    return _followed(version__published_on__gt=OuterRef("version__published_on"))


def _followed(**later: Any) -> Any:
    return Exists(
        ConformanceClaim.objects.published().filter(
            release__product=OuterRef("release__product"),
            version__specification=OuterRef("version__specification"),
            **later,
        )
    )


def _claims_before(version: SpecificationVersion) -> Any:
    return (
        ConformanceClaim.objects.published()
        .filter(version__specification=version.specification_id)
        .filter(version__published_on__lt=version.published_on)
    )


def _names_of(version: SpecificationVersion, user: User | AnonymousUser) -> frozenset[int] | None:
    """Return the vendors whose claims the reader may know by name; None for all."""
    if user.is_authenticated and may_edit_for(user, version.specification.authority):
        return None
    own = Representative.objects.filter(user_id=user.pk or 0)
    return frozenset(own.values_list("vendor_id", flat=True))


def _named(_rank: object, claim: Mapping[str, Any], number: str, effect: Effect) -> NamedClaim:
    return NamedClaim(
        name=f"{claim['release__product__name']} {claim['release__number']}",
        vendor=claim["release__product__developer__name"],
        number=number,
        url=reverse("vendors:claim-detail", args=[claim["pk"]]),
        kept=effect.kept,
        reconfirm=effect.reconfirm,
        empty=effect.empty,
        dropped=effect.dropped,
        stale_on=effect.stale_on,
    )


def _in_force_on(version: SpecificationVersion) -> date:
    day = version.in_force_on or version.published_on
    if day is None:
        raise ValueError(f"{version} has no day of publication")
    return day
