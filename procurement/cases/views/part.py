"""What every page of a case needs: who asks, which case, and the way through it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from procurement.cases import permissions
from procurement.cases.models import Case

STEPS = ("search", "candidates", "particulars", "method", "reasons", "papers")


def user_of(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101 -- every view here asks for a sign-in
    return request.user


def case_or_404(request: HttpRequest, pk: int) -> Case:
    """Return a case of the officer's own bodies; answer 404 to everybody else."""
    return get_object_or_404(
        Case.objects.visible_to(user_of(request)).select_related(
            "body", "version__specification__authority", "plan__contract", "opened_by"
        ),
        pk=pk,
    )


def page(request: HttpRequest, case: Case, step: str = "") -> dict[str, Any]:
    """Return what every page of the case shows: the case, its bread crumbs, what one may do."""
    here = [(step_label(step), "")] if step else []
    return {
        "case": case,
        "body": case.body,
        "step": step,
        "crumbs": [
            (_("調達"), reverse("procurement:body-home")),
            (_("調達案件"), reverse("cases:case-list")),
            (case.title, reverse("cases:case-detail", args=[case.pk]) if step else ""),
            *here,
        ],
        "may_work": permissions.may_work_on_case(request.user, case),
        "may_issue": permissions.may_issue_case_paper(request.user, case),
    }


def step_label(step: str) -> str:
    """Return the name of a step of the checklist."""
    return {
        "search": _("検索の固定"),
        "candidates": _("候補の採否"),
        "particulars": _("記載事項"),
        "method": _("契約方法の決定"),
        "reasons": _("理由と起案・決裁"),
        "papers": _("文書の発行"),
    }[step]


def step_url(case: Case, step: str) -> str:
    """Return where a step is done; empty for the papers, which have a page each."""
    match step:
        case "search":
            return reverse("cases:case-search", args=[case.pk])
        case "candidates":
            return reverse("cases:candidate-list", args=[case.pk])
        case "particulars":
            return reverse("cases:case-particulars-state", args=[case.pk, "outline"])
        case "method":
            return reverse("cases:case-method-decide", args=[case.pk])
        case "reasons":
            return reverse("cases:case-particulars-state", args=[case.pk, "reasons"])
    return ""
