"""Rules of a switchover plan's own facts. Pure; the counting itself is in ``timeline``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from procurement.contracts.rules import LAST_DAY
from schemas import codelist
from schemas.problems import Problem


def plan_problems(*, template: str, renewal_on: date, today: date) -> Iterator[Problem]:
    """A plan follows a known template to a renewal date that lies ahead."""
    if codelist.switchover_template(template) is None:
        yield Problem("/template", "plan_template_unknown", {"template": template[:40]})
    if not today < renewal_on <= LAST_DAY:
        yield Problem("/renewal_on", "plan_renewal_out_of_range")
