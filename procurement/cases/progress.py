"""How far the cases of a body have come, counted for many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from procurement.cases import grounds, rules
from procurement.cases.models import Candidate, Case, CaseQuerySet
from procurement.documents.models import Paper


@dataclass(frozen=True)
class Progress:
    """One case: how many of its steps are done, and which is next (empty: all are done)."""

    case: Case
    done: int
    steps: int
    next: str

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do, up to the issue of every paper."""
        return not self.next


def readable(cases: CaseQuerySet) -> CaseQuerySet:
    """Fetch with the cases what their progress depends on; the queries do not grow with them."""
    return (
        cases.select_related("version__specification", "body", "locked_search")
        .defer("version__document", "locked_search__facts")
        .prefetch_related(
            Prefetch("papers", Paper.objects.without_content()),
            Prefetch(
                "locked_search__candidates",
                Candidate.objects.weighed().select_related("offer").defer("facts"),
            ),
            "body__thresholds",
        )
    )


def progress(cases: Iterable[Case], *, on: date) -> list[Progress]:
    """Return how far each case has come on a day; ``cases`` are ``readable``."""
    return [_progress(case, on) for case in cases]


def _progress(case: Case, on: date) -> Progress:
    search = getattr(case, "locked_search", None)
    facts = grounds.facts_of(
        case,
        on=on,
        candidates=search.candidates.all() if search else [],
        issued=[(paper.kind, paper.issued_at) for paper in case.papers.all()],
    )
    steps = rules.steps(facts)
    return Progress(
        case=case,
        done=sum(step.state in {"done", "not_needed"} for step in steps),
        steps=len(steps),
        next=next((step.code for step in steps if step.state == "open"), ""),
    )
