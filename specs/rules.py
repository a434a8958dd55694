"""What must hold of a specification and of a version before it stands. Facts in, problems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem
from schemas.specifications import SpecificationMeta, version_tuple

#: Slugs that are words of our own addresses (``specs.urls``).
RESERVED_SLUGS: Final = frozenset({"import", "authorities"})
LONGEST_AUTHORITY_NAME: Final = 60
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Published:
    """A published version as the rules see it."""

    number: str
    published_on: date
    keys: frozenset[str]


@dataclass(frozen=True)
class Registered:
    """A registered specification as the rules see it."""

    authority: str
    domain: str
    extension_policy: str
    sample: bool


def authority_has_a_name(name: str) -> Iterator[Problem]:
    """An authority has a name that can be stored and read (国家行政組織法 3条)."""
    if not name.strip():
        yield Problem("/name", "authority_name_missing")
    yield from text_problems(name, "/name", longest=LONGEST_AUTHORITY_NAME)


def slug_can_be_used(slug: str) -> Iterator[Problem]:
    """A slug is of the known form and none of the words of our own addresses (RFC 3986, 3.3)."""
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        yield Problem("/slug", "specification_slug_not_known_form")
    elif slug in RESERVED_SLUGS:
        yield Problem("/slug", "specification_slug_is_reserved", {"slug": slug})


def domain_is_listed(domain: str) -> Iterator[Problem]:
    """A specification is of a listed business domain (schemas/codelists/business_domains.csv)."""
    if domain not in {each.slug for each in codelist.business_domains()}:
        yield Problem("/domain", "specification_domain_not_listed", {"domain": domain[:60]})


def version_agrees_with_its_specification(
    meta: SpecificationMeta, registered: Registered | None
) -> Iterator[Problem]:
    """Owner, domain and extension policy stay the same through all versions (標準化法6条, 7条)."""
    if registered is None:
        return
    if meta.authority != registered.authority:
        params: dict[str, str | int] = {"authority": registered.authority}
        yield Problem("/authority", "specification_is_of_another_authority", params)
    elif (meta.domain, meta.extension_policy, meta.sample) != (
        registered.domain,
        registered.extension_policy,
        registered.sample,
    ):
        yield Problem("/domain", "specification_policy_differs")


def numbers_rise_with_time(
    number: str, published_on: date, others: Iterable[Published]
) -> Iterator[Problem]:
    """A version published later has a higher number (標準仕様書の改定: 版番号は公表の順に付す)."""
    for other in others:
        later = published_on >= other.published_on
        if other.number != number and later != (
            version_tuple(number) > version_tuple(other.number)
        ):
            params: dict[str, str | int] = {"version": number, "other": other.number}
            yield Problem("/version", "version_number_not_later", params)
            return


def withdrawn_ids_stay_withdrawn(
    keys: Collection[str], earlier: Sequence[Published]
) -> Iterator[Problem]:
    """An id that a version withdrew is never used again (機能ID設計: IDは再利用しない).

    ``earlier`` are the versions published before, the oldest first.
    """
    if not earlier:
        return
    last_use = {key: version.number for version in earlier for key in version.keys}
    for key in keys:
        if key in last_use and key not in earlier[-1].keys:
            params: dict[str, str | int] = {"id": key[1:], "version": last_use[key]}
            yield Problem(f"/properties/{key}", "version_reuses_id", params)
