"""Compare two to five offers, requirement by requirement, as one address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from marketplace.catalogue import facts, search
from schemas.problems import Problem
from specs.models import Requirement, SpecificationVersion
from vendors.models import ClaimAnswer, ConformanceClaim, Offer

FEWEST, MOST = 2, 5
MOST_NAMED = 100  # read no further than this in an address


@dataclass(frozen=True)
class Cell:
    """What one offer says to one requirement, and what the verdict makes of it."""

    answer: ClaimAnswer | None
    status: str


@dataclass(frozen=True)
class Line:
    """One requirement across the offers."""

    requirement: Requirement
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        """Say whether the offers answer differently."""
        return len({_said(cell) for cell in self.cells}) > 1


@dataclass(frozen=True)
class Chapter:
    """The lines of one chapter of the specification."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Comparison:
    """The whole comparison; ``query`` holds version, body and tax basis."""

    query: search.Query
    offers: list[Offer]
    facts: list[facts.Facts] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    differences_only: bool = False
    lines: int = 0
    differing: int = 0
    problems: tuple[Problem, ...] = ()

    def querystring(self, **changes: str) -> str:
        """Return the address's query; ``changes`` sets parameters, an empty text drops one.

        An unknown population is said too, since the reader's own body would stand in for it.
        """
        data = QueryDict(mutable=True)
        for name, value in self.query.params():
            data.appendlist(name, value)
        if self.query.population is None:
            data["population"] = ""
        for offer in self.offers:
            data.appendlist("offer", str(offer.pk))
        if self.differences_only:
            data["differences"] = "1"
        for name, value in changes.items():
            data.pop(name, None)
            if value:
                data[name] = value
        return data.urlencode()

    def without(self, offer_id: int) -> str:
        """Return the address's query without one offer."""
        kept = [offer for offer in self.offers if offer.pk != offer_id]
        return replace(self, offers=kept).querystring()


def _said(cell: Cell) -> tuple[Any, ...]:
    row = cell.answer
    if row is None:
        return ("",)
    return (row.answer, row.value, row.interface_version, row.planned_on, row.price_yen)


def numbers(data: QueryDict) -> list[int]:
    """Return the offers that an address names, each once, in its order."""
    given = (text.strip() for text in data.getlist("offer")[:MOST_NAMED])
    read = [int(text) for text in given if _is_number(text)]
    return list(dict.fromkeys(read))[: MOST * 4]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0


def comparison(data: QueryDict, query: search.Query, language: str = "ja") -> Comparison:
    """Build the comparison that the address asks for; what is wrong is said in ``problems``.

    Where the address names no version, it is the newest one that the first offer claims.
    """
    asked = numbers(data)
    offers = search.offers_in_order(asked)
    if query.version is None and "version" not in data and offers:
        version = facts.newest_claimed(offers[0].product_id)
        if version:
            query = query.against(version, query.population, query.body_category)
    differences_only = data.get("differences") == "1"
    problems = list(query.problems)
    named = [text.strip() for text in data.getlist("offer") if text.strip()]
    if len(offers) < len(asked) or not all(_is_number(text) for text in named):
        problems.append(Problem("/offer", "compare_offer_unknown"))
    if len(offers) < FEWEST:
        problems.append(Problem("/offer", "compare_too_few"))
    if len(offers) > MOST:
        problems.append(Problem("/offer", "compare_too_many", {"most": MOST}))
    if len(offers) < FEWEST or len(offers) > MOST:
        return Comparison(
            query,
            offers[: MOST * 2],
            differences_only=differences_only,
            problems=tuple(problems),
        )
    stated = facts.offer_facts(
        offers,
        version=query.version,
        population=query.population,
        on=query.on,
        body_category=query.body_category,
        tax_basis=query.tax_basis,
        language=language,
    )
    lines = _lines(offers, query.version, query) if query.version else []
    if query.version is None:
        problems.append(Problem("/version", "compare_version_missing"))
    shown = [line for line in lines if line.differs or not differences_only]
    return Comparison(
        query,
        offers,
        stated,
        _chapters(shown),
        differences_only=differences_only,
        lines=len(lines),
        differing=sum(line.differs for line in lines),
        problems=tuple(problems),
    )


def _lines(
    offers: Sequence[Offer], version: SpecificationVersion, query: search.Query
) -> list[Line]:
    products = [offer.product_id for offer in offers]
    claims = facts.latest_claims(products, version)
    statuses = {
        product: {result.key: str(result.status) for result in verdict.results}
        for product, verdict in facts.verdicts(
            claims, version, on=query.on, body_category=query.body_category
        ).items()
    }
    answers = _answers(claims)
    return [
        Line(
            requirement,
            [
                Cell(
                    answers.get((product, requirement.pk)),
                    statuses.get(product, {}).get(requirement.key, ""),
                )
                for product in products
            ],
        )
        for requirement in version.requirements.order_by("position")
    ]


def _answers(claims: Mapping[int, ConformanceClaim]) -> dict[tuple[int, int], ClaimAnswer]:
    product_of = {claim.pk: product for product, claim in claims.items()}
    rows = ClaimAnswer.objects.filter(claim__in=product_of).order_by()
    return {(product_of[row.claim_id], row.requirement_id): row for row in rows}


def _chapters(lines: Sequence[Line]) -> list[Chapter]:
    chapters: dict[str, list[Line]] = {}
    for line in lines:
        chapters.setdefault(line.requirement.chapter, []).append(line)
    return [Chapter(title, below) for title, below in chapters.items()]


def chapters_met(
    version: SpecificationVersion, statuses: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Count, by chapter, the requirements that are met and those that keep from conforming.

    What is not provided and need not be (an option, or not applicable) counts as ``optional``.
    """
    rows: dict[str, dict[str, Any]] = {}
    for key, official_id, title, chapter in version.requirements.order_by("position").values_list(
        "key", "official_id", "title", "chapter"
    ):
        row = rows.setdefault(
            chapter,
            {
                "title": chapter,
                "total": 0,
                "met": 0,
                "transitional": 0,
                "optional": 0,
                "failing": [],
            },
        )
        status = statuses.get(key, "missing")
        row["total"] += 1
        if status in {"met", "option_provided"}:
            row["met"] += 1
        elif status == "transitional":
            row["transitional"] += 1
        elif status in {"not_met", "violated", "missing", "malformed"}:
            row["failing"].append({"key": key, "official_id": official_id, "title": title})
        else:
            row["optional"] += 1
    return list(rows.values())
