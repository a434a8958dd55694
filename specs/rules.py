"""What must hold of a specification and of a version before it stands. Facts in, problems out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem
from schemas.specifications import SpecificationMeta, version_tuple

#: Slugs that are words of our own addresses (``specs.urls``).
RESERVED_SLUGS: Final = frozenset(
    {"import", "authorities", "proposals", "register", "following", "consultations"}
)
LONGEST_AUTHORITY_NAME: Final = 60
LONGEST_TRANSITION: Final = 2000
LONGEST_REASON: Final = 300
LONGEST_NOTICE: Final = 2000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"in_consultation", "published"}),
    "in_consultation": frozenset({"draft"}),
    "published": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}
"""The life of a version: from each state, where a deed may take it. Nothing leads back from what
is published, and nothing is published while a consultation is open."""

_STAYS: Final[Mapping[str, str]] = {
    "draft": "version_is_a_draft",
    "in_consultation": "version_is_in_consultation",
    "published": "version_is_published",
    "withdrawn": "version_is_withdrawn",
}


@dataclass(frozen=True)
class Published:
    """A published version as the rules see it: its keys in its order, and their cells if known.

    ``places`` are by key and read like ``シート「機能要件一覧」 A12``.
    """

    number: str
    published_on: date
    keys: Collection[str]
    places: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Registered:
    """A registered specification as the rules see it."""

    authority: str
    domain: str
    extension_policy: str
    sample: bool


def may_move(state: str, to: str) -> bool:
    """A version goes from draft to consultation and back, or is published; then only withdrawn."""
    return to in MOVES[state]


def move_problems(number: str, state: str, to: str) -> Iterator[Problem]:
    """A version moves only as ``MOVES`` allows; each state says what is possible from it.

    版の状態は案・意見照会中・公表・廃止の順に進み、公表した版は戻らない（版の不変）.
    """
    if not may_move(state, to):
        yield Problem("/state", _STAYS[state], {"version": number})


def publication_problems(number: str, state: str) -> Iterator[Problem]:
    """Only a draft is published: none while its consultation is open (行政手続法39条1項に倣う)."""
    yield from move_problems(number, state, "published")


def discard_problems(number: str, state: str) -> Iterator[Problem]:
    """Only a draft is replaced or discarded: what others were asked about stays as it was asked."""
    if state != "draft":
        yield Problem("/state", _STAYS[state], {"version": number})


def standing(
    state: str,
    in_force_on: date | None,
    today: date,
    *,
    later: Iterable[date | None] = (),
) -> str:
    """A published version is in force from its day until a later one is (標準化法6条).

    ``later`` are the days from which the versions published after it, and not withdrawn, are in
    force. Returns ``draft``, ``in_consultation``, ``published`` (not yet in force), ``in_force``,
    ``superseded`` or ``withdrawn``. When a version is withdrawn, the one before it is in force
    again.
    """
    if state != "published":
        return state
    if any(day is not None and day <= today for day in later):
        return "superseded"
    return "in_force" if in_force_on is not None and in_force_on <= today else "published"


def life_is_in_order(
    published_on: date, in_force_on: date, transition: str, transition_until: date | None
) -> Iterator[Problem]:
    """A version is in force at the earliest when published, a transition ends after that day.

    施行日は公表日以後とし、経過措置の期限は施行日より後とする（標準仕様書の経過措置）.
    """
    if in_force_on < published_on:
        params: dict[str, str | int] = {"day": published_on.isoformat()}
        yield Problem("/in_force_on", "version_in_force_before_publication", params)
    yield from text_problems(transition, "/transition", longest=LONGEST_TRANSITION)
    if transition_until is not None and not transition.strip():
        yield Problem("/transition", "version_transition_says_nothing")
    elif transition_until is not None and transition_until <= in_force_on:
        params = {"day": in_force_on.isoformat()}
        yield Problem("/transition_until", "version_transition_ends_too_early", params)


def withdrawal_says_why(reason: str, notice: str) -> Iterator[Problem]:
    """A withdrawal gives its reason; reason and notice are published (行政機関情報公開の趣旨)."""
    if not reason.strip():
        yield Problem("/reason", "withdrawal_reason_missing")
    yield from text_problems(reason, "/reason", longest=LONGEST_REASON)
    yield from text_problems(notice, "/notice", longest=LONGEST_NOTICE)


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
    """A version published later has a higher number (標準仕様書の改定: 版番号は公表の順に付す).

    Two versions are not published on one day: which of them is in force would not be known.
    """
    for other in others:
        if other.number != number and other.published_on == published_on:
            day: dict[str, str | int] = {"version": number, "other": other.number}
            yield Problem("/published_on", "version_published_on_the_same_day", day)
            return
        later = published_on >= other.published_on
        if other.number != number and later != (
            version_tuple(number) > version_tuple(other.number)
        ):
            params: dict[str, str | int] = {"version": number, "other": other.number}
            yield Problem("/version", "version_number_not_later", params)
            return


def withdrawn_ids_stay_withdrawn(
    keys: Collection[str],
    earlier: Sequence[Published],
    places: Mapping[str, str] | None = None,
) -> Iterator[Problem]:
    """An id that a version withdrew is never used again (機能ID設計: IDは再利用しない).

    ``earlier`` are the versions published before, the oldest first; ``places`` says in which cell
    each key is used now. The problem names where the id was first used: the version, and the cell
    or else the row.
    """
    if not earlier:
        return
    current = frozenset(earlier[-1].keys)
    last_use = {key: version.number for version in earlier for key in version.keys}
    for key in keys:
        if key in last_use and key not in current:
            first = next(version for version in earlier if key in version.keys)
            params: dict[str, str | int] = {
                "id": key[1:],
                "first": first.number,
                "version": last_use[key],
            }
            code = "version_reuses_id"
            if place := first.places.get(key):
                code, params["place"] = "version_reuses_id_of_cell", place
            else:
                params["row"] = list(first.keys).index(key) + 1
            yield Problem(f"/properties/{key}", code, params, (places or {}).get(key, ""))


def successor_takes_its_place(
    withdrawn: str, successor: str, *, before: Collection[str], after: Collection[str]
) -> Iterator[Problem]:
    """A successor stands in the version that withdrew what it succeeds (機能ID設計: IDの承継).

    ``before`` and ``after`` are the keys of the version before and of the version itself.
    """
    if withdrawn not in before or withdrawn in after:
        yield Problem("/withdrawn", "successor_of_what_is_not_withdrawn", {"value": withdrawn[:40]})
    if successor not in after:
        yield Problem("/successor", "successor_stands_in_no_version", {"value": successor[:40]})


def keys_can_be_read(withdrawn: str, successor: str) -> Iterator[Problem]:
    """Keys are text that can be stored (機能ID設計)."""
    yield from text_problems(withdrawn, "/withdrawn", longest=40)
    yield from text_problems(successor, "/successor", longest=40)
