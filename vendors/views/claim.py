"""Pages of claims: list, start, public page, review, and what ends a claim's stages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schemas import codelist
from schemas.assessment import assess
from schemas.claims import claim_problems
from schemas.problems import Problem, Refused
from schemas.specifications import ROOT_CATEGORY, requirements_of
from specs.models import SpecificationVersion
from vendors import actions, permissions
from vendors.forms import ClaimStartForm, WithdrawForm, show
from vendors.models import ConformanceClaim, ProductRelease, Vendor
from vendors.reports import chapters_of, left_in
from vendors.roles import ClaimWork
from vendors.statements import answers_of, document_of
from vendors.views.vendor import posted, signed_in


def visible_claim(request: HttpRequest, pk: int) -> ConformanceClaim:
    """Return a claim that the person may see, else 404."""
    claims = ConformanceClaim.objects.visible_to(request.user).select_related(
        "release__product__developer", "version__specification"
    )
    return get_object_or_404(claims, pk=pk)


def own_claim(request: HttpRequest, pk: int) -> ConformanceClaim:
    """Return a claim of a product whose developer the person acts for, else 403 or 404."""
    claim = visible_claim(request, pk)
    if not permissions.may_change_claim(request.user, claim):
        raise PermissionDenied
    return claim


@login_required
@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Show a representative the own vendors' claims by state, with what is left."""
    claims = (
        ConformanceClaim.objects.represented_by(request.user)
        .listed()
        .with_progress()
        .order_by("release__product__name", "-id")
    )
    work = [ClaimWork(claim, claim.demanded - claim.answered, claim.demanded) for claim in claims]
    groups = [
        (state.label, [each for each in work if each.claim.state == state])
        for state in ConformanceClaim.State
    ]
    context = {
        "groups": [(label, rows) for label, rows in groups if rows],
        "vendors": Vendor.objects.represented_by(request.user),
    }
    return render(request, "vendors/claim_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_start(request: HttpRequest) -> HttpResponse:
    """Choose a release and a version, and begin a draft."""
    releases = ProductRelease.objects.filter(
        product__developer__in=Vendor.objects.represented_by(request.user)
    ).select_related("product")
    versions = SpecificationVersion.objects.filter(state=SpecificationVersion.State.PUBLISHED)
    versions = versions.select_related("specification").defer("document", "mapping")
    form = ClaimStartForm(
        posted(request),
        releases=releases,
        versions=versions,
        initial={name: request.GET.get(name) for name in ("release", "version")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            claim = actions.start_claim(
                form.cleaned_data["release"],
                form.cleaned_data["version"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            return redirect("vendors:claim-edit", pk=claim.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "has_releases": releases.exists()}
    return render(request, "vendors/claim_start.html", context, status=status)


@require_safe
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a claim says and what it comes to today, chapter by chapter."""
    claim = visible_claim(request, pk)
    today = timezone.localdate()
    document, answers = claim.version.document, answers_of(claim)
    categories = {row.code: row for row in codelist.body_categories()}
    category = request.GET.get("category", ROOT_CATEGORY)
    if category not in categories:
        raise Http404
    verdict = assess(document, {**answers, **claim.extra_answers}, on=today, body_category=category)
    chapters = chapters_of(requirements_of(document), answers, verdict)
    revisions = (
        ConformanceClaim.objects.visible_to(request.user)
        .filter(release=claim.release_id, version=claim.version_id)
        .defer("document")
        .order_by("-revision")
    )
    context = {
        "claim": claim,
        "verdict": verdict,
        "chapters": chapters,
        "failing": [row for chapter in chapters for row in chapter.failing],
        "categories": categories.values(),
        "category": categories[category],
        "revisions": revisions,
        "today": today,
        "may_change": permissions.may_change_claim(request.user, claim),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "vendors/claim_detail.html", context)


@require_safe
def claim_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the claim as JSON: as submitted, or as it would be today while it is a draft."""
    claim = visible_claim(request, pk)
    document = claim.document or document_of(claim, timezone.localdate())
    body = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="claim-{claim.pk}.json"'
    return response


@login_required
@require_safe
def claim_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, before submitting, every problem and the verdict with what would satisfy it."""
    return review(request, own_claim(request, pk), [])


def review(request: HttpRequest, claim: ConformanceClaim, problems: list[Problem]) -> HttpResponse:
    """Answer with the review page; ``problems`` are those of a deed that was refused."""
    today = timezone.localdate()
    document, answers = claim.version.document, answers_of(claim)
    verdict = assess(
        document, {**answers, **claim.extra_answers}, on=today, body_category=ROOT_CATEGORY
    )
    chapters = chapters_of(requirements_of(document), answers, verdict)
    open_problems: list[Problem] = []
    if claim.state == ConformanceClaim.State.DRAFT:
        open_problems = claim_problems(document, document_of(claim, today))
    numbers = {row.requirement.key: chapter.number for chapter in chapters for row in chapter.rows}
    context: dict[str, Any] = {
        "claim": claim,
        "verdict": verdict,
        "chapters": chapters,
        "failing": [
            row
            for chapter in chapters
            for row in chapter.failing
            if row.result and row.result.status != "missing"
        ],
        "left": left_in(chapters),
        "located": [
            (problem, numbers.get(problem.pointer.split("/")[2], 1))
            for problem in open_problems
            if problem.pointer.startswith("/answers/") and problem.code != "claim_misses_answer"
        ],
        "problems": [
            *problems,
            *(p for p in open_problems if not p.pointer.startswith("/answers/")),
        ],
        "numbers": numbers,
        "ready": not open_problems,
        "today": today,
        "withdraw_form": WithdrawForm(),
    }
    status = 422 if problems else 200
    return render(request, "vendors/claim_review.html", context, status=status)


def _done(
    request: HttpRequest, pk: int, deed: Callable[..., ConformanceClaim], word: str
) -> HttpResponse:
    """Do one deed on an own claim; a refusal is shown on the review page."""
    claim = own_claim(request, pk)
    at: datetime = timezone.now()
    try:
        claim = deed(claim, by=signed_in(request), at=at)
    except Refused as refused:
        return review(request, claim, refused.problems)
    messages.success(request, word)
    if claim.state == ConformanceClaim.State.DRAFT:
        return redirect("vendors:claim-edit", pk=claim.pk)
    if claim.state == ConformanceClaim.State.SUBMITTED:
        return redirect("vendors:claim-review", pk=claim.pk)
    return redirect("vendors:claim-detail", pk=claim.pk)


@login_required
@require_POST
def claim_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit an own draft."""
    word = _("適合表明を提出しました。内容を確かめて公開してください。")
    return _done(request, pk, actions.submit_claim, word)


@login_required
@require_POST
def claim_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an own submitted claim."""
    return _done(request, pk, actions.publish_claim, _("適合表明を公開しました。"))


@login_required
@require_POST
def claim_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new revision of an own claim."""
    word = _("これまでの回答を写した新しい改訂を始めました。公開中の改訂はそのままです。")
    return _done(request, pk, actions.revise_claim, word)


@login_required
@require_POST
def claim_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an own claim, with a reason."""
    claim = own_claim(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        problem = Problem("/reason", "text_has_control_characters")
        return review(request, claim, [problem])

    def deed(claim: ConformanceClaim, **who: Any) -> ConformanceClaim:
        return actions.withdraw_claim(claim, reason=form.cleaned_data["reason"], **who)

    return _done(request, pk, deed, _("適合表明を取り下げました。"))
