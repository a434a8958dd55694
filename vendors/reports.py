"""A verdict as people read it: chapter by chapter, and what would satisfy what fails. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.assessment import FAILING, Result, Verdict
from schemas.specifications import Requirement

UNNAMED = "（大項目なし）"


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement with what was answered and what became of it."""

    requirement: Requirement
    answer: Mapping[str, Any] | None
    result: Result | None

    @property
    def fails(self) -> bool:
        """Whether the answer keeps the claim from conforming."""
        return self.result is not None and self.result.status in FAILING


@dataclass(slots=True)
class Chapter:
    """One chapter (大項目): its rows in order, and its counts."""

    number: int
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many requirements the chapter has."""
        return len(self.rows)

    @property
    def answered(self) -> int:
        """How many of them are answered."""
        return sum(1 for row in self.rows if row.answer is not None)

    @property
    def left(self) -> int:
        """How many answers are still missing."""
        return self.total - self.answered

    @property
    def failing(self) -> list[Row]:
        """The rows that keep the claim from conforming."""
        return [row for row in self.rows if row.fails]

    def count(self, *statuses: str) -> int:
        """How many rows have one of the statuses."""
        return sum(1 for row in self.rows if row.result and row.result.status in statuses)

    def of(self, obligation: str) -> list[Row]:
        """The rows that bind as said, and concern the body."""
        return [
            row
            for row in self.rows
            if row.result
            and row.result.obligation == obligation
            and row.result.status != "not_applicable"
        ]

    @property
    def mandatory(self) -> tuple[int, int]:
        """Mandatory requirements met, and all of them."""
        rows = self.of("mandatory")
        return sum(1 for row in rows if row.result and row.result.status == "met"), len(rows)

    @property
    def options(self) -> tuple[int, int]:
        """Standard options provided, and all of them."""
        return self.count("option_provided"), len(self.of("standard_option"))

    @property
    def prohibited(self) -> tuple[int, int]:
        """Prohibited requirements violated, and all of them."""
        return self.count("violated"), len(self.of("prohibited"))

    @property
    def transitional(self) -> int:
        """Requirements planned in time for their due date."""
        return self.count("transitional")


def chapters_of(
    requirements: Sequence[Requirement],
    answers: Mapping[str, Mapping[str, Any]],
    verdict: Verdict | None = None,
) -> list[Chapter]:
    """Group requirements by chapter, in the specification's order, with answers and results."""
    results = {result.key: result for result in verdict.results} if verdict else {}
    chapters: dict[str, Chapter] = {}
    for requirement in requirements:
        name = requirement.chapter or UNNAMED
        chapter = chapters.setdefault(name, Chapter(len(chapters) + 1, name))
        key = requirement.key
        chapter.rows.append(Row(requirement, answers.get(key), results.get(key)))
    return list(chapters.values())


def left_in(chapters: Iterable[Chapter]) -> int:
    """Return how many answers are missing in all chapters."""
    return sum(chapter.left for chapter in chapters)
