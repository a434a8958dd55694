"""The pages of proposals: which there are, what each asks for, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from schemas.problems import Refused
from specs.forms import show
from specs.models import Specification, SpecificationVersion
from specs.organisations import Organisation, organisations_of
from specs.proposals import actions, permissions
from specs.proposals.filters import ProposalFilter
from specs.proposals.forms import AnswerForm, EndorsementForm, ProposalForm, TakeUpForm
from specs.proposals.models import Proposal

PAGE_SIZE = 30


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("標準仕様"), reverse("specs:specification-list")),
        (_("仕様の提案"), reverse("proposals:proposal-list") if further else ""),
        *further,
    ]


def _found(pk: int) -> Proposal:
    found: Proposal = get_object_or_404(Proposal.objects.with_support(), pk=pk)
    return found


def _speaking(request: HttpRequest) -> list[Organisation]:
    """Return the organisations for which the person speaks; 403 where there is none."""
    found = organisations_of(_user(request))
    if not found:
        raise PermissionDenied
    return found


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """List proposals, the most wanted first."""
    narrowed = ProposalFilter(request.GET, queryset=Proposal.objects.most_wanted_first())
    shown = Paginator(narrowed.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": narrowed,
        "page_obj": shown,
        "narrowed": any(request.GET.get(name) for name in ProposalFilter.base_filters),
        "may_propose": permissions.may_propose(request.user),
        "crumbs": _crumbs(),
    }
    return render(request, "proposals/proposal_list.html", context)


@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal, who stands behind it, and what authorities answered."""
    return _detail(request, _found(pk))


def _detail(
    request: HttpRequest, proposal: Proposal, form: EndorsementForm | None = None
) -> HttpResponse:
    organisations = organisations_of(request.user)
    others = [each for each in organisations if each.code != proposal.organisation_code]
    endorsements = list(proposal.endorsements.all())
    held = {each.organisation_code for each in endorsements}
    draft = (
        SpecificationVersion.objects.visible_to(request.user)
        .filter(specification__slug=proposal.draft_slug, number=proposal.draft_number)
        .select_related("specification")
        .light()
        .first()
        if proposal.draft_slug
        else None
    )
    context = {
        "proposal": proposal,
        "endorsements": endorsements,
        "answers": proposal.answers.select_related("authority"),
        "draft": draft,
        "may_change": proposal.is_open and permissions.may_change_proposal(request.user, proposal),
        "may_answer": proposal.is_open and permissions.may_answer(request.user),
        "form": (form or EndorsementForm(organisations=others))
        if proposal.is_open and others
        else None,
        "own": [each for each in others if each.code in held],
        "related": _related(request, proposal.domain, but=proposal.pk),
        "crumbs": _crumbs((proposal.title, "")),
    }
    status = 422 if form is not None else 200
    return render(request, "proposals/proposal_detail.html", context, status=status)


def _related(request: HttpRequest, domain: str, *, but: int = 0) -> dict[str, Any]:
    """Give what stands already for a business: specifications, and other proposals."""
    readable = SpecificationVersion.objects.visible_to(request.user)
    return {
        "specifications": list(
            Specification.objects.filter(domain=domain, versions__in=readable)
            .distinct()
            .order_by("title")
        ),
        "proposals": list(Proposal.objects.standing().filter(domain=domain).exclude(pk=but)[:20]),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_submit(request: HttpRequest) -> HttpResponse:
    """Take a new proposal; ``domain`` shows first what stands already for that business."""
    organisations = _speaking(request)
    posted = request.POST if request.method == "POST" else None
    domain = request.GET.get("domain", "")
    form = ProposalForm(posted, organisations=organisations, initial={"domain": domain})
    if posted is not None and form.is_valid():
        try:
            made = actions.submit_proposal(
                form.wish(),
                organisation=form.organisation(),
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("提案を公開しました。ほかの団体からの賛同を待ちます。"))
            return redirect("proposals:proposal-detail", made.pk)
    context = {
        "form": form,
        "domain": domain,
        "related": _related(request, domain) if domain else None,
        "crumbs": _crumbs((_("提案する"), "")),
    }
    status = 422 if posted is not None else 200
    return render(request, "proposals/proposal_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Let those who proposed it say it better."""
    proposal = _found(pk)
    if not permissions.may_change_proposal(_user(request), proposal):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = ProposalForm(posted, proposal=proposal)
    if posted is not None and form.is_valid():
        try:
            actions.change_proposal(proposal, form.wish(), by=_user(request), at=timezone.now())
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("提案を書き直しました。"))
            return redirect("proposals:proposal-detail", pk)
    context = {
        "form": form,
        "proposal": proposal,
        "crumbs": _crumbs(
            (proposal.title, reverse("proposals:proposal-detail", args=[pk])), (_("書き直す"), "")
        ),
    }
    status = 422 if posted is not None else 200
    return render(request, "proposals/proposal_form.html", context, status=status)


@login_required
@require_POST
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back."""
    try:
        actions.withdraw_proposal(_found(pk), by=_user(request), at=timezone.now())
    except Refused as refused:
        _say(request, refused)
    else:
        messages.success(request, _("提案を取り下げました。"))
    return redirect("proposals:proposal-detail", pk)


@login_required
@require_POST
def proposal_endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand behind a proposal."""
    proposal = _found(pk)
    form = EndorsementForm(request.POST, organisations=_others(request, proposal))
    if form.is_valid():
        try:
            actions.endorse_proposal(
                proposal,
                organisation=form.organisation(),
                note=form.cleaned_data["note"],
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            _say(request, refused)
        else:
            messages.success(
                request, _("%(name)sとして賛同しました。") % {"name": form.organisation().name}
            )
        return redirect("proposals:proposal-detail", pk)
    return _detail(request, proposal, form)


@login_required
@require_POST
def endorsement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer stand behind a proposal, in the name of ``organisation``."""
    proposal = _found(pk)
    code = request.POST.get("organisation", "")
    organisation = next((each for each in _speaking(request) if each.code == code), None)
    if organisation is None:
        raise PermissionDenied
    try:
        actions.withdraw_endorsement(
            proposal, organisation=organisation, by=_user(request), at=timezone.now()
        )
    except Refused as refused:
        _say(request, refused)
    else:
        messages.success(request, _("賛同を取り消しました。"))
    return redirect("proposals:proposal-detail", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an editor say for an authority that no draft comes of it now."""
    proposal = _answerable(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, user=_user(request))
    if posted is not None and form.is_valid():
        try:
            actions.answer_proposal(
                proposal, **form.cleaned_data, by=_user(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("回答を公開しました。"))
            return redirect("proposals:proposal-detail", pk)
    return _answering(request, proposal, form, "answer")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an editor draw up a draft from it."""
    proposal = _answerable(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = TakeUpForm(posted, user=_user(request))
    if posted is not None and form.is_valid():
        given = dict(form.cleaned_data)
        authority, reason = given.pop("authority"), given.pop("reason")
        try:
            version = actions.take_up_proposal(
                proposal,
                authority=authority,
                start=actions.Start(**given),
                reason=reason,
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(
                request, _("案を作りました。要件を整えてから、意見照会を始めるか公表してください。")
            )
            slug = version.specification.slug
            return redirect("specs:version-detail", slug, version.number)
    return _answering(request, proposal, form, "take-up")


def _others(request: HttpRequest, proposal: Proposal) -> list[Organisation]:
    """Return the person's organisations, the proposer last: it is refused with its reason."""
    return sorted(_speaking(request), key=lambda own: own.code == proposal.organisation_code)


def _answerable(request: HttpRequest, pk: int) -> Proposal:
    if not permissions.may_answer(_user(request)):
        raise PermissionDenied
    return _found(pk)


def _answering(
    request: HttpRequest, proposal: Proposal, form: AnswerForm | TakeUpForm, what: str
) -> HttpResponse:
    heading = _("提案から案を作る") if what == "take-up" else _("提案に回答する")
    context = {
        "proposal": proposal,
        "form": form,
        "heading": heading,
        "takes_up": what == "take-up",
        "crumbs": _crumbs(
            (proposal.title, reverse("proposals:proposal-detail", args=[proposal.pk])),
            (heading, ""),
        ),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "proposals/proposal_answer.html", context, status=status)


def _say(request: HttpRequest, refused: Refused) -> None:
    for problem in refused.problems:
        messages.error(request, problem.sentence(get_language() or "ja"))
