"""The register of businesses: what the state standardises, what binds all, what lies beyond.

Facts are rows of ``schemas/codelists/business_domains.csv``, its aliases and the cross-cutting
specifications; the texts of requirements stand here only where a specification was imported or is a
sample of our own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from schemas import codelist, searchtext
from schemas.rows import BusinessDomain
from specs.models import SpecificationVersion

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

#: The groups in which the register is read.
GROUPS: Final = ("standard", "tax", "common", "beyond")


@dataclass(frozen=True)
class Unit:
    """A part of a business with an id of its own (業務ID); ``name`` may be unknown."""

    business_id: str
    name: str


@dataclass(frozen=True)
class Business:
    """One row of the register; ``versions`` are those of its specifications that stand here."""

    domain: BusinessDomain
    units: tuple[Unit, ...]
    aliases: tuple[str, ...]
    versions: tuple[SpecificationVersion, ...] = ()


def businesses(
    user: User | AnonymousUser, today: date, *, query: str = ""
) -> dict[str, list[Business]]:
    """Return the businesses by group, in the official order; ``query`` narrows by any name."""
    standing: dict[str, dict[int, SpecificationVersion]] = {}
    versions = (
        SpecificationVersion.objects.visible_to(user)
        .published()
        .standing_on(today)
        .light()
        .select_related("specification__authority")
        .order_by("specification__title", "published_on", "pk")
    )
    for version in versions:
        held = standing.setdefault(version.specification.domain, {})
        current = held.get(version.specification_id)
        if current is None or current.standing != SpecificationVersion.Standing.IN_FORCE:
            held[version.specification_id] = version
        if version.standing == SpecificationVersion.Standing.IN_FORCE:
            held[version.specification_id] = version
    found: dict[str, list[Business]] = {group: [] for group in GROUPS}
    for domain in codelist.business_domains():
        row = _business(domain, standing.get(domain.slug, {}).values())
        if matches(row, query):
            found[domain.group].append(row)
    return {group: rows for group, rows in found.items() if rows}


def _business(domain: BusinessDomain, versions: Iterable[SpecificationVersion]) -> Business:
    own = [each for each in codelist.business_domain_aliases() if each.slug == domain.slug]
    named = {each.business_id: each.alias for each in reversed(own) if each.business_id}
    several = len(domain.business_ids) > 1
    units = tuple(
        Unit(each, named.get(each, "") if several else "") for each in domain.business_ids
    )
    return Business(domain, units, tuple(each.alias for each in own), tuple(versions))


def matches(business: Business, query: str) -> bool:
    """Say whether every word stands in one of the names, ids, owner or title of a business."""
    domain = business.domain
    said = searchtext.normalise(
        "\n".join(
            (
                domain.name,
                domain.name_en,
                domain.slug,
                domain.owner,
                domain.specification_title,
                *domain.business_ids,
                *business.aliases,
            )
        )
    )
    return all(word in said for word in searchtext.words(query))
