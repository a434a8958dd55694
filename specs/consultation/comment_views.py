"""What officers and representatives do about a consultation: comment, change, endorse."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schemas.problems import Refused
from specs.consultation import actions, permissions, rules
from specs.consultation.editor_views import person_of, say
from specs.consultation.forms import CommentForm, asked_named
from specs.consultation.models import Comment, Consultation
from specs.consultation.shown import shown
from specs.consultation.views import comment_of, consultation_of, frame
from specs.diff import mark
from specs.forms import show
from specs.organisations import Organisation, organisations_of


def _speaking(request: HttpRequest) -> list[Organisation]:
    if not (found := organisations_of(request.user)):
        raise PermissionDenied
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment in an organisation's name: fill in, look at it, submit.

    ``requirement`` in the address names the requirement; its wording is there to be rewritten.
    """
    organisations = _speaking(request)
    consultation = consultation_of(pk)
    if request.method != "POST" and not consultation.takes_comments(timezone.localdate()):
        messages.warning(request, _("いまは意見を受け付けていません。"))
        return redirect("consultation:consultation-detail", pk)
    named = request.GET.get("requirement", "")[:40]
    asked = asked_named(consultation, named) if named else None
    initial = {
        "requirement": asked.official_id if asked else named,
        "kind": Comment.Kind.CORRECTION if asked else Comment.Kind.ADDITION,
        "proposed": asked.text if asked else "",
    }
    form = CommentForm(
        request.POST if request.method == "POST" else None,
        consultation=consultation,
        organisations=organisations,
        initial=initial,
    )
    if form.is_bound and form.is_valid() and _looked_at(form):
        try:
            comment = actions.submit_comment(
                consultation,
                organisation=form.speaker(),
                opinion=form.opinion(),
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = _("意見%(number)dを提出しました。すぐに公開されます。")
            messages.success(request, said % {"number": comment.number})
            return redirect("consultation:comment-detail", comment.pk)
    return _form_page(request, consultation, form, _("意見を出す"), form.asked or asked)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's own organisation's comment in other words."""
    comment = comment_of(pk)
    if not permissions.may_change_comment(request.user, comment):
        raise PermissionDenied
    consultation = comment.consultation
    own = [each for each in _speaking(request) if each.code == comment.organisation_code]
    initial = {
        "requirement": comment.asked.official_id if comment.asked else "",
        "kind": comment.kind,
        "proposed": comment.proposed,
        "reason": comment.reason,
        "edition": comment.edition,
    }
    form = CommentForm(
        request.POST if request.method == "POST" else None,
        consultation=consultation,
        organisations=own,
        initial=initial,
    )
    if form.is_bound and form.is_valid() and _looked_at(form):
        try:
            actions.change_comment(
                comment,
                opinion=form.opinion(),
                edition=form.cleaned_data["edition"] or 0,
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(
                request, _("意見%(number)dを変更しました。") % {"number": comment.number}
            )
            return redirect("consultation:comment-detail", pk)
    here = _("意見%(number)dの変更") % {"number": comment.number}
    return _form_page(request, consultation, form, here, form.asked or comment.asked)


def _looked_at(form: CommentForm) -> bool:
    """Say whether these very words were looked at before; else put them on the page to be.

    What will be refused need not be looked at: the deed says why.
    """
    opinion = form.opinion()
    unknown = bool(opinion.key) and form.asked is None
    problems = rules.comment_says_what_it_wants(
        opinion.kind,
        about=form.asked.text if form.asked else None,
        proposed=opinion.proposed,
        reason=opinion.reason,
    )
    digest = form.digest()
    if unknown or list(problems) or form.data.get("seen") == digest:
        return True
    form.data = {**dict(form.data.items()), "seen": digest}
    form.looked_at = True
    return False


def _form_page(
    request: HttpRequest, consultation: Consultation, form: CommentForm, here: str, asked: Any
) -> HttpResponse:
    preview: dict[str, Any] = {}
    if form.looked_at and form.is_valid():
        opinion = form.opinion()
        preview = {
            "opinion": opinion,
            "kind": Comment.Kind(opinion.kind).label,
            "speaker": form.speaker(),
            "asked": form.asked,
            "parts": mark(form.asked.text, opinion.proposed)
            if form.asked and opinion.kind == Comment.Kind.CORRECTION
            else (),
        }
    context = frame(request, consultation, here) | {
        "form": form,
        "here": here,
        "asked": asked,
        "preview": preview,
    }
    refused = form.is_bound and not preview
    return render(
        request, "consultation/comment_form.html", context, status=422 if refused else 200
    )


@login_required
@require_POST
def comment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own organisation's comment back."""
    comment = comment_of(pk)
    if not permissions.may_change_comment(request.user, comment):
        raise PermissionDenied
    try:
        actions.withdraw_comment(comment, by=person_of(request), at=timezone.now())
    except Refused as refused:
        say(request, refused)
        return redirect("consultation:comment-detail", pk)
    messages.success(request, _("意見%(number)dを撤回しました。") % {"number": comment.number})
    return redirect("consultation:own-comments", comment.consultation_id)


def _named(request: HttpRequest) -> Organisation:
    """Give the organisation that the form names, or the only one for which the person speaks."""
    own = _speaking(request)
    code = request.POST.get("organisation", "")
    if not code and len(own) == 1:
        return own[0]
    for each in own:
        if each.code == code:
            return each
    raise Http404


@login_required
@require_POST
def comment_endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """Share another organisation's comment."""
    organisation = _named(request)
    comment = comment_of(pk)
    try:
        actions.endorse_comment(
            comment, organisation=organisation, by=person_of(request), at=timezone.now()
        )
    except Refused as refused:
        say(request, refused)
    else:
        said = _("意見%(number)dに%(name)sとして賛同しました。")
        messages.success(request, said % {"number": comment.number, "name": organisation.name})
    return redirect("consultation:comment-detail", pk)


@login_required
@require_POST
def endorsement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Share a comment no more."""
    organisation = _named(request)
    comment = comment_of(pk)
    try:
        actions.withdraw_endorsement(
            comment, organisation=organisation, by=person_of(request), at=timezone.now()
        )
    except Refused as refused:
        say(request, refused)
    else:
        messages.success(request, _("賛同を取り下げました。"))
    return redirect("consultation:comment-detail", pk)


@login_required
@require_safe
def own_comments(request: HttpRequest, pk: int) -> HttpResponse:
    """List what one's own organisations said and endorsed, withdrawn comments too."""
    organisations = _speaking(request)
    consultation = consultation_of(pk)
    codes = [each.code for each in organisations]
    seen = consultation.results_at is not None
    own = consultation.comments.of(codes).listed().order_by("number")
    endorsed = consultation.comments.standing().filter(
        pk__in=consultation.comments.filter(endorsements__organisation_code__in=codes).values("pk")
    )
    context = frame(request, consultation, _("自分の団体の意見")) | {
        "organisations": organisations,
        "rows": shown(own, organisations, answers=seen),
        "endorsed": shown(endorsed.listed().order_by("number"), organisations, answers=seen),
    }
    return render(request, "consultation/own_comments.html", context)
