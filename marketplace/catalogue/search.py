"""Find offers: what was asked, who answers it, how many each further choice would leave.

Slim rows are read in a few queries and counted in memory, every facet with the other conditions
applied, so that the number of queries never grows with the offers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, StrIndex
from django.http import QueryDict
from django.utils.translation import get_language

from marketplace.catalogue import facts
from marketplace.text import text_problems
from schemas import codelist, searchtext
from schemas.money import TaxBasis
from schemas.problems import Problem
from specs.models import SpecificationVersion
from vendors.models import Certification, Offer

PAGE_SIZE = 20
OUTCOMES = ("conforms", "conforms_with_transitional", "does_not_conform", "none")
SORTS = ("relevance", "price")
TAX_BASES: tuple[TaxBasis, ...] = ("INCLUDED", "EXCLUDED")
LARGEST_POPULATION = 20_000_000
LAST_PAGE = 100_000
LARGEST_PRICE = 10**13
LONGEST = 200
DEFAULT_CATEGORY = "city"
# An offer stands at the place that nothing but its number decides: the odd multiplier scatters
# numbers evenly (Knuth's multiplicative hash), so that neither early nor many numbers gain.
SCATTER, PLACES = 2_654_435_761, 2**32
# Behind every place that a word can take: the offer's business is called so, not the offer.
FAR = 10**6
NAMES = {
    "q": ("言葉", "words"),
    "domain": ("業務", "field of work"),
    "version": ("仕様書の版", "specification version"),
    "outcome": ("判定", "verdict"),
    "hosting": ("提供形態", "hosting"),
    "certification": ("認証", "certification"),
    "network": ("三層分離モデル", "network model"),
    "population": ("人口", "population"),
    "price_most": ("5年総額の上限", "highest five-year total"),
    "body_category": ("団体区分", "category of the body"),
    "tax": ("税の扱い", "tax basis"),
    "sort": ("並び順", "order"),
    "page": ("ページ", "page"),
}


@dataclass(frozen=True)
class Query:
    """What somebody asks of the catalogue; every part may be empty.

    ``unread`` says what of the address could not be read and was left out.
    """

    words: str = ""
    domain: str = ""
    version: SpecificationVersion | None = None
    outcomes: tuple[str, ...] = ()
    hosting: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()
    network_models: tuple[str, ...] = ()
    population: int | None = None
    price_most: int | None = None
    body_category: str = DEFAULT_CATEGORY
    tax_basis: TaxBasis = "INCLUDED"
    sort: str = "relevance"
    page: int = 1
    on: date = date.min
    unread: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Say what was left out, and what cannot hold without a version or a population."""
        unmet = []
        if self.outcomes and self.version is None:
            unmet.append(Problem("/outcome", "search_outcome_needs_version"))
        if self.population is None and (self.price_most is not None or self.sort == "price"):
            unmet.append(Problem("/population", "search_price_needs_population"))
        return (*self.unread, *unmet)

    def against(
        self, version: SpecificationVersion, population: int | None, body_category: str
    ) -> Query:
        """Ask the same of another version, for another body."""
        return replace(self, version=version, population=population, body_category=body_category)

    def params(self) -> list[tuple[str, str]]:
        """Return the query as parameters, in one order, without what says nothing.

        The body's category is always said, since another reader's own would stand in for it.
        """
        pairs: list[tuple[str, str]] = [("q", self.words), ("domain", self.domain)]
        if self.version:
            pairs.append(("version", version_name(self.version)))
        for name in ("outcomes", "hosting", "certifications", "network_models"):
            pairs += [(PARAMETERS[name], value) for value in getattr(self, name)]
        for name in ("population", "price_most"):
            value = getattr(self, name)
            pairs.append((name, "" if value is None else str(value)))
        pairs.append(("body_category", self.body_category))
        if self.tax_basis != "INCLUDED":
            pairs.append(("tax", self.tax_basis))
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        return [(name, value) for name, value in pairs if value]

    def querystring(self) -> str:
        """Return the query part of the catalogue's address."""
        return urlencode(self.params())


PARAMETERS = {
    "outcomes": "outcome",
    "hosting": "hosting",
    "certifications": "certification",
    "network_models": "network",
}


@dataclass(eq=False, slots=True)
class Profile:
    """What the facets know of an offer, each under its facet's name; many offers share one."""

    outcomes: tuple[str]
    hosting: tuple[str]
    certifications: frozenset[str]
    network_models: tuple[str, ...]

    def fits(self, name: str, wanted: frozenset[str]) -> bool:
        """Say whether it holds any of the values wanted; of certificates, all of them."""
        held = getattr(self, name)
        return wanted.issubset(held) if name == "certifications" else not wanted.isdisjoint(held)


class Row(NamedTuple):
    """One offer, as slim as searching needs it.

    ``place`` is its place where nothing but words decides: how early the first word stands in
    what is searched (the offer's name comes first), then what its number alone says.
    """

    offer: int
    product: int
    profile: Profile
    place: int
    total_yen: int | None = None


@dataclass(frozen=True)
class Choice:
    """One value of a facet: how many offers are left when it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet with the values that lead somewhere."""

    name: str
    parameter: str
    choices: list[Choice]


@dataclass(frozen=True)
class Found:
    """What a query finds: every row in order, and the facets with their counts.

    ``query`` is what was asked, its page moved to the last one where it lay beyond;
    ``counts`` holds, by product, what its claim came to.
    """

    query: Query
    rows: list[Row]
    facets: list[Facet] = field(default_factory=list)
    counts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many offers are found."""
        return len(self.rows)

    def page_rows(self) -> list[Row]:
        """Return the rows of the page asked for."""
        first = (self.query.page - 1) * PAGE_SIZE
        return self.rows[first : first + PAGE_SIZE]

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return pages_of(self.total)


def pages_of(total: int) -> int:
    """Return how many pages so many offers take, at least one."""
    return max(1, -(-total // PAGE_SIZE))


def version_name(version: SpecificationVersion) -> str:
    """Name a version in an address: public-facility-reservation/1.1."""
    return f"{version.specification.slug}/{version.number}"


def versions() -> list[SpecificationVersion]:
    """Return the published versions to choose among, without their documents."""
    return list(
        SpecificationVersion.objects.published()
        .select_related("specification__authority")
        .defer("document", "mapping")
        .order_by("specification__title", "-published_on")
    )


def query_of(
    source: str | QueryDict,
    *,
    on: date,
    defaults: Mapping[str, Any] | None = None,
    known: Sequence[SpecificationVersion] | None = None,
) -> Query:
    """Read a query from an address; what cannot be read is left out and said in ``problems``.

    ``known`` are the versions to choose among, where they are at hand already.

    ``defaults`` gives the population and category of the reader's own body, which stand in where
    the address does not speak of them; an empty ``population=`` says that none is wanted.
    """
    data = QueryDict(source) if isinstance(source, str) else source
    own = defaults or {}
    problems: list[Problem] = []
    texts = {name: data.get(name, "").strip() for name in ("q", "domain", "version")}
    for name, text in texts.items():
        if found := list(text_problems(text, f"/{name}", longest=LONGEST)):
            problems += found
            texts[name] = ""
    version = None
    if texts["version"]:
        named = {version_name(each): each for each in (versions() if known is None else known)}
        version = named.get(texts["version"])
        if version is None:
            problems.append(Problem("/version", "search_version_unknown"))
    if texts["domain"] and codelist.business_domain(texts["domain"]) is None:
        problems.append(_unknown("domain"))
        texts["domain"] = ""
    category = _one(
        data,
        "body_category",
        codelist.labels("body_categories"),
        own.get("body_category") or DEFAULT_CATEGORY,
        problems,
    )
    population = _whole(data, "population", LARGEST_POPULATION, problems)
    if "population" not in data:
        population = own.get("population")
    basis = _one(data, "tax", TAX_BASES, "INCLUDED", problems)
    return Query(
        words=texts["q"],
        domain=texts["domain"],
        version=version,
        outcomes=_listed(data, "outcome", OUTCOMES, problems),
        hosting=_listed(data, "hosting", codelist.labels("hosting_types"), problems),
        certifications=_listed(
            data, "certification", codelist.labels("certification_schemes"), problems
        ),
        network_models=_listed(data, "network", codelist.labels("network_models"), problems),
        population=population,
        price_most=_whole(data, "price_most", LARGEST_PRICE, problems),
        body_category=category,
        tax_basis="EXCLUDED" if basis == "EXCLUDED" else "INCLUDED",
        sort=_one(data, "sort", SORTS, "relevance", problems),
        page=_whole(data, "page", LAST_PAGE, problems) or 1,
        on=on,
        unread=tuple(problems),
    )


def _unknown(name: str) -> Problem:
    name_ja, name_en = NAMES[name]
    return Problem(f"/{name}", "search_value_unknown", {"name_ja": name_ja, "name_en": name_en})


def _one(
    data: QueryDict, name: str, known: Iterable[str], default: str, problems: list[Problem]
) -> str:
    text = data.get(name, "")
    if not text:
        return default
    if text not in list(known):
        problems.append(_unknown(name))
        return default
    return text


def _listed(
    data: QueryDict, name: str, known: Iterable[str], problems: list[Problem]
) -> tuple[str, ...]:
    allowed = list(known)
    given = list(dict.fromkeys(value for value in data.getlist(name) if value))
    if any(value not in allowed for value in given):
        problems.append(_unknown(name))
    return tuple(value for value in given if value in allowed)


def _whole(data: QueryDict, name: str, most: int, problems: list[Problem]) -> int | None:
    text = searchtext.normalise(data.get(name, "")[:40]).replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and 0 < int(text) <= most):
        name_ja, name_en = NAMES[name]
        said: dict[str, str | int] = {
            "name_ja": name_ja,
            "name_en": name_en,
            "most": f"{most:,}",
        }
        problems.append(Problem(f"/{name}", "search_number_wrong", said))
        return None
    return int(text)


def found(query: Query) -> Found:
    """Find the offers, in a neutral order, and count every facet with the others applied.

    Several values of one facet widen it, but for certificates: an offer must hold all of them.
    """
    counts: dict[int, Mapping[str, Any]] = {}
    if query.version:
        counts = facts.stored_counts(query.version, on=query.on, body_category=query.body_category)
    return replace(arranged(query, _rows(query, counts)), counts=counts)


def arranged(query: Query, rows: Sequence[Row]) -> Found:
    """Keep the rows that every facet lets through, put them in order, count the facets."""
    chosen = {name: frozenset(getattr(query, name)) for name in PARAMETERS}
    if query.version is None:
        chosen["outcomes"] = frozenset()
    passing: dict[Profile, int] = {}
    missing: dict[str, dict[Profile, int]] = {name: {} for name in PARAMETERS}
    for profile, count in Counter(map(_PROFILE, rows)).items():
        missed = [
            name for name, wanted in chosen.items() if wanted and not profile.fits(name, wanted)
        ]
        if not missed:
            passing[profile] = count
        elif len(missed) == 1:
            missing[missed[0]][profile] = count
    kept = [row for row in rows if row.profile in passing] if any(chosen.values()) else [*rows]
    kept.sort(key=_by_price if query.sort == "price" else _PLACE)
    page = min(query.page, pages_of(len(kept)))
    facets = [_facet(name, query, passing, missing[name]) for name in PARAMETERS]
    return Found(replace(query, page=page), kept, facets)


_PROFILE: Callable[[Row], Profile] = attrgetter("profile")
_PLACE: Callable[[Row], int] = attrgetter("place")


def _by_price(row: Row) -> tuple[bool, int, int]:
    """The cheapest first, what has no price for the population last."""
    return (row.total_yen is None, row.total_yen or 0, row.place)


def _rows(query: Query, counts: Mapping[int, Mapping[str, Any]]) -> list[Row]:
    """Read every offer that holds all words, the domain and the price, in a few queries."""
    offers = Offer.objects.published().order_by()
    asked = searchtext.words(query.words)
    for word in asked:
        called = Q(search_text__contains=word)
        if domains := codelist.domains_called(word):
            called |= Q(product__domain__in=domains)
        offers = offers.filter(called)
    if query.domain:
        offers = offers.filter(product__domain=query.domain)
    columns: list[str | Combinable] = ["pk", "product_id", "hosting"]
    columns.append(Cast("network_models", TextField()))
    if asked:
        columns.append(StrIndex("search_text", Value(asked[0])))
    schemes, totals = _schemes(query), _totals(query)
    outcomes = {product: said["outcome"] for product, said in counts.items()}
    profiles = _Profiles()
    nothing: frozenset[str] = frozenset()
    rows = []
    for pk, product, hosting, models, *near in offers.values_list(*columns).iterator(facts.CHUNK):
        profile = profiles[
            hosting, models, outcomes.get(product, "none"), schemes.get(product, nothing)
        ]
        place = pk * SCATTER % PLACES
        rows.append(Row(pk, product, profile, (near[0] or FAR) * PLACES + place if near else place))
    if totals is None:
        return rows
    most = query.price_most
    priced = [row._replace(total_yen=totals.get(row.offer)) for row in rows]
    return [
        row
        for row in priced
        if most is None or (row.total_yen is not None and row.total_yen <= most)
    ]


class _Profiles(dict[tuple[str, str, str, frozenset[str]], Profile]):
    """Profiles by hosting, network models as stored, outcome and certificates; each made once."""

    def __missing__(self, key: tuple[str, str, str, frozenset[str]]) -> Profile:
        hosting, models, outcome, held = key
        profile = Profile((outcome,), (hosting,), held, _listed_models(models))
        self[key] = profile
        return profile


@lru_cache(maxsize=256)
def _listed_models(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _schemes(query: Query) -> dict[int, frozenset[str]]:
    """Return, by product, the schemes of the certificates that hold on the day."""
    held: dict[int, frozenset[str]] = {}
    joined: dict[tuple[frozenset[str] | None, str], frozenset[str]] = {}
    valid = Certification.objects.valid_on(query.on).order_by()
    for product, scheme in valid.values_list("product_id", "scheme").iterator(facts.CHUNK):
        step = (held.get(product), scheme)
        if step not in joined:
            joined[step] = (step[0] or frozenset()) | {scheme}
        held[product] = joined[step]
    return held


def _totals(query: Query) -> dict[int, int | None] | None:
    """Return each offer's five-year total, or None where no prices are asked for."""
    if query.population is None or (query.price_most is None and query.sort != "price"):
        return None
    costs = facts.costs(
        Offer.objects.published().order_by(),
        population=query.population,
        on=query.on,
        tax_basis=query.tax_basis,
    )
    return {offer: cost.total_yen for offer, cost in costs.items()}


LISTS = {
    "hosting": "hosting_types",
    "certifications": "certification_schemes",
    "network_models": "network_models",
}


def _facet(
    name: str, query: Query, passing: Mapping[Profile, int], missing: Mapping[Profile, int]
) -> Facet:
    """Count what each value would leave: beside those kept, what only this facet holds back.

    A further certificate narrows what is kept already; a further value of another facet widens it.
    """
    chosen = getattr(query, name)
    counts: Counter[str] = Counter()
    groups = [passing] if name == "certifications" else [passing, missing]
    for profile, count in chain.from_iterable(group.items() for group in groups):
        for value in getattr(profile, name):
            counts[value] += count
    order: Iterable[str]
    labels: Mapping[str, str]
    if name == "outcomes":
        order, labels = (OUTCOMES if query.version else ()), {}
    else:
        labels = codelist.labels(LISTS[name], _language())
        order = labels
    choices = [
        Choice(value, labels.get(value, value), counts[value], value in chosen)
        for value in order
        if counts[value] or value in chosen
    ]
    return Facet(name, PARAMETERS[name], choices)


def _language() -> str:
    return (get_language() or "ja").split("-")[0]


def offers_in_order(numbers: Sequence[int]) -> list[Offer]:
    """Return the offers with product, developer and seller, in the order given."""
    held = (
        Offer.objects.published()
        .select_related("product__developer", "seller")
        .defer("search_text", "product__description")
        .filter(pk__in=numbers)
        .order_by()
    )
    offers = {offer.pk: offer for offer in held} if numbers else {}
    return [offers[number] for number in numbers if number in offers]


def conditions(query: Query) -> list[dict[str, str]]:
    """Say the conditions in words, as a paper lists them."""
    domain = codelist.business_domain(query.domain) if query.domain else None
    outcome_words = {
        "conforms": "適合",
        "conforms_with_transitional": "経過措置つき適合",
        "does_not_conform": "不適合",
        "none": "未表明",
    }

    basis = "税込" if query.tax_basis == "INCLUDED" else "税抜"

    def names(list_name: str, codes: Iterable[str]) -> str:
        labels = codelist.labels(list_name)
        return "、".join(labels.get(code, code) for code in codes)

    said = [
        ("言葉", query.words),
        ("業務", domain.name if domain else ""),
        ("仕様書の版", str(query.version) if query.version else ""),
        ("判定", "、".join(outcome_words[value] for value in query.outcomes)),
        ("提供形態", names("hosting_types", query.hosting)),
        ("認証", names("certification_schemes", query.certifications)),
        ("三層分離モデル", names("network_models", query.network_models)),
        ("人口", f"{query.population:,}人" if query.population else ""),
        ("60か月総額の上限", f"{query.price_most:,}円（{basis}）" if query.price_most else ""),
        ("団体区分", codelist.labels("body_categories").get(query.body_category, "")),
        ("並び順", "60か月総額の安い順" if query.sort == "price" else ""),
    ]
    return [{"label": label, "value": value} for label, value in said if value]
