"""The deed of papers: issue one, for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit import trail
from procurement.documents import engine, permissions
from procurement.documents.kinds import kind_of
from procurement.documents.layout import TOKYO
from procurement.documents.models import Paper
from procurement.documents.numbering import fiscal_year, number


@transaction.atomic
def issue_paper(
    case: permissions.BodysCase, *, kind: str, context: Mapping[str, Any], by: User, at: datetime
) -> Paper:
    """Number, render and freeze a paper of a case, or say everything that is missing.

    ``context`` is what the kind's builder in ``papers.py`` made, without ``issue``. Raises
    ``PermissionDenied`` and ``Refused``. The body's row is locked, so numbers have no gaps and no
    doubles.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=case.body.pk)
    if not permissions.may_issue_paper(by, case):
        raise PermissionDenied
    kind_of(kind)
    year = fiscal_year(at.astimezone(TOKYO).date())
    serial, edition = _next(body, case.pk, kind, year)
    named = number(body.name, year, serial, edition)
    rendered = engine.issue(kind, {**context, "issue": engine.issue_facts(named, at)})
    paper = Paper(
        body=body,
        case_id=case.pk,
        kind=kind,
        title=case.title,
        fiscal_year=year,
        serial=serial,
        edition=edition,
        number=named,
        context=rendered.context,
        template_version=rendered.template_version,
        content=rendered.pdf,
        size=len(rendered.pdf),
        sha256=rendered.sha256,
        pages=rendered.pages,
        is_sample=rendered.sample,
        issued_at=at,
        issued_by=by,
    )
    paper.save()
    trail.record(
        "procurement.paper_issued",
        on=paper,
        by=by,
        at=at,
        data={
            "case": case.pk,
            "kind": kind,
            "number": named,
            "pages": rendered.pages,
            "sha256": rendered.sha256,
            "template_version": rendered.template_version,
        },
    )
    return paper


def _next(body: LocalGovernment, case_id: int, kind: str, year: int) -> tuple[int, int]:
    """Return serial and edition: an earlier issue of the year keeps its serial."""
    of_year = Paper.objects.filter(body=body, fiscal_year=year)
    earlier = of_year.filter(case_id=case_id, kind=kind).order_by("-edition")
    if last := earlier.values_list("serial", "edition").first():
        return last[0], last[1] + 1
    return (of_year.aggregate(last=Max("serial"))["last"] or 0) + 1, 1
