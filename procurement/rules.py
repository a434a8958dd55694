"""Rules that concern a body as a whole. Pure: facts in, problems out; no Django."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem

LARGEST_POPULATION = 20_000_000
LONGEST_SOURCE = 200
LONGEST_DEPARTMENT = 60


def threshold_problems(
    *,
    contract_category: str,
    amount_yen: int,
    effective_from: date,
    source: str,
    body_category: str,
) -> Iterator[Problem]:
    """A body's own threshold names its source and stays within the ceiling of its day.

    Source: 地方自治法施行令 第167条の2 第1項第1号・別表第五.
    """
    if not source.strip():
        yield Problem("/source", "threshold_without_source")
    yield from text_problems(source, "/source", longest=LONGEST_SOURCE)
    if amount_yen <= 0:
        yield Problem("/amount_yen", "threshold_not_positive")
    ceiling = codelist.legal_threshold(
        contract_category, codelist.body_category(body_category).threshold_group, effective_from
    )
    if ceiling is None:
        yield Problem(
            "/contract_category", "threshold_category_unknown", {"category": contract_category}
        )
    elif amount_yen > ceiling.amount_yen:
        yield Problem(
            "/amount_yen",
            "threshold_over_ceiling",
            {"ceiling": ceiling.amount_yen, "source": ceiling.source},
        )


def population_problems(population: int, as_of: date, *, today: date) -> Iterator[Problem]:
    """A population is positive, and counted on a day that has passed."""
    if not 0 < population <= LARGEST_POPULATION:
        yield Problem("/population", "population_not_plausible")
    if as_of > today:
        yield Problem("/population_as_of", "population_date_in_future")


def officer_problems(
    *, department: str, level: str, level_before: str, other_approvers: int
) -> Iterator[Problem]:
    """A body that has somebody who approves keeps at least one (決裁者).

    ``level_before`` is empty for a person who does not work for the body yet; ``other_approvers``
    counts those who approve besides this person and can sign in. Source: the house's own rule; a
    body without one can neither issue a paper nor appoint anybody.
    """
    yield from text_problems(department, "/department", longest=LONGEST_DEPARTMENT)
    if level_before == "approve" and level != "approve" and not other_approvers:
        yield Problem("/level", "officer_last_approver")


def dismissal_problems(*, level: str, other_approvers: int) -> Iterator[Problem]:
    """Whoever alone approves for a body cannot go before another does (決裁者).

    Source: the house's own rule, as for ``officer_problems``.
    """
    if level == "approve" and not other_approvers:
        yield Problem("/email", "officer_last_approver")
