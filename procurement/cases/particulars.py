"""What an officer states of a case, as its schema describes it. Pure: no Django.

One description (schemas/case-particulars.schema.json) says what each value is called, where it is
entered, its shape, and which papers cannot be issued without it; the form, the check and the list
of what is missing all derive from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from marketplace.text import text_problems
from schemas import codelist, engine, registry
from schemas.problems import Problem, pointer

SCHEMA = "case-particulars"


@dataclass(frozen=True)
class Section:
    """One page of particulars."""

    code: str
    title_ja: str
    title_en: str

    def label(self, language: str = "ja") -> str:
        """Return the page's name."""
        return self.title_en if language.startswith("en") else self.title_ja


@dataclass(frozen=True)
class Particular:
    """One value: its key, names, hint, page, the papers that need it, and its shape.

    ``papers_when_short`` need it only where the candidate that was chosen falls short.
    """

    key: str
    title_ja: str
    title_en: str
    hint_ja: str
    hint_en: str
    section: str
    papers: tuple[str, ...]
    papers_when_short: tuple[str, ...]
    shape: Mapping[str, Any]

    def needed_for(self, *, short: bool) -> tuple[str, ...]:
        """Return the papers that need it, in a case whose choice falls short or not."""
        return (*self.papers, *self.papers_when_short) if short else self.papers

    def label(self, language: str = "ja") -> str:
        """Return the value's name."""
        return self.title_en if language.startswith("en") else self.title_ja

    def hint(self, language: str = "ja") -> str:
        """Return what to think of when entering it; may be empty."""
        return self.hint_en if language.startswith("en") else self.hint_ja


@cache
def sections() -> tuple[Section, ...]:
    """Return the pages, in the order in which an officer fills them in."""
    return tuple(
        Section(row["code"], row["title"], row["title_en"])
        for row in registry.load(SCHEMA)["x-sections"]
    )


@cache
def all_particulars() -> tuple[Particular, ...]:
    """Return every value, in the order of the pages."""
    return tuple(
        Particular(
            key,
            shape["title"],
            shape["x-title-en"],
            shape.get("description", ""),
            shape.get("x-hint-en", ""),
            shape["x-section"],
            tuple(shape.get("x-papers", ())),
            tuple(shape.get("x-papers-when-short", ())),
            shape,
        )
        for key, shape in registry.load(SCHEMA)["properties"].items()
    )


def of_section(section: str) -> tuple[Particular, ...]:
    """Return the values of one page."""
    return tuple(row for row in all_particulars() if row.section == section)


def missing(
    stated: Mapping[str, Any],
    *,
    section: str | None = None,
    paper: str | None = None,
    short: bool = False,
) -> Iterator[Problem]:
    """Every value that a paper needs is stated, or named with the page on which to enter it.

    Narrowed to one page or to one paper where asked; ``short`` says that the candidate that was
    chosen conforms less than another one.
    """
    pages = {row.code: row for row in sections()}
    for row in all_particulars():
        needed = row.needed_for(short=short)
        wanted = needed if paper is None else (paper,) if paper in needed else ()
        if not wanted or (section is not None and row.section != section):
            continue
        if row.key not in stated:
            yield Problem(
                pointer("particulars", row.key),
                "case_particular_missing",
                {
                    "name_ja": row.title_ja,
                    "name_en": row.title_en,
                    "section_ja": pages[row.section].title_ja,
                    "section_en": pages[row.section].title_en,
                },
            )


def problems(stated: Mapping[str, Any]) -> list[Problem]:
    """Say everything that is wrong with what is stated, each at its value.

    First the shape; of well-formed values, then what contradicts itself.
    """
    found = [*engine.problems(registry.load(SCHEMA), stated), *_bad_texts(stated, ())]
    return found or [*_contradictions(stated)]


def _bad_texts(value: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from text_problems(value, pointer(*at))
        if value and not value.strip():
            yield Problem(pointer(*at), "case_text_blank")
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _bad_texts(below, (*at, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _bad_texts(below, (*at, index))


def _contradictions(stated: Mapping[str, Any]) -> Iterator[Problem]:
    starts, ends = _day(stated, "starts_on"), _day(stated, "ends_on")
    service = _day(stated, "service_starts_on")
    if starts and ends and ends < starts:
        yield Problem(
            "/ends_on",
            "case_contract_ends_before_it_starts",
            {"starts_on": starts.isoformat(), "ends_on": ends.isoformat()},
        )
    elif service and ((starts and service < starts) or (ends and service > ends)):
        day = service.isoformat()
        yield Problem("/service_starts_on", "case_service_outside_contract", {"day": day})
    amount, lines = stated.get("expected_amount_yen"), stated.get("amount_lines")
    if amount is not None and lines:
        added = sum(line["amount_yen"] for line in lines)
        if added != amount:
            yield Problem(
                "/amount_lines",
                "case_amount_lines_do_not_add_up",
                {"sum": f"{added:,}", "amount": f"{amount:,}"},
            )
    if amount == 0:
        yield Problem("/expected_amount_yen", "case_amount_zero")
    if ("ceiling_yen" in stated) != ("ceiling_tax_basis" in stated):
        yield Problem("/ceiling_tax_basis", "case_ceiling_without_tax_basis")
    basis = stated.get("multi_year_basis")
    if basis is not None and basis not in codelist.labels("multi_year_bases"):
        yield Problem("/multi_year_basis", "case_multi_year_basis_unknown", {"value": basis})
    for index, step in enumerate(stated.get("schedule", ())):
        if "starts_on" in step and step["starts_on"] > step["ends_on"]:
            yield Problem(
                pointer("schedule", index), "case_step_ends_before_it_starts", {"row": index + 1}
            )


def _day(stated: Mapping[str, Any], key: str) -> date | None:
    text = stated.get(key)
    return date.fromisoformat(text) if isinstance(text, str) else None
