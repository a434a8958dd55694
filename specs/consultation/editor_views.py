"""What the authority's editors do about a consultation: open, extend, close, answer, publish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from schemas import codelist
from schemas.problems import Refused
from specs import words
from specs.consultation import actions, permissions, rules
from specs.consultation.forms import AnswerForm, CloseForm, ExtendForm, OpenForm
from specs.consultation.models import Comment, Consultation
from specs.consultation.shown import answers_are_seen, shown
from specs.consultation.views import comment_of, consultation_of, frame, visible_versions
from specs.forms import show
from specs.models import SpecificationVersion

USUAL_DAYS = 28  # what the form proposes; the editor decides


def person_of(request: HttpRequest) -> User:
    """Give who is signed in, or refuse."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def say(request: HttpRequest, refused: Refused) -> None:
    """Tell why a deed was refused."""
    for problem in refused.problems:
        messages.error(request, problem.sentence(words.language()))


def _run(request: HttpRequest, pk: int) -> Consultation:
    consultation = consultation_of(pk)
    if not permissions.may_run_consultation(request.user, consultation):
        raise PermissionDenied
    return consultation


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_open(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Lay a draft before bodies and vendors."""
    visible = SpecificationVersion.objects.visible_to(request.user).light()
    version = get_object_or_404(
        visible.select_related("specification__authority"),
        specification__slug=slug,
        number=number,
    )
    if not permissions.may_open_consultation(request.user, version):
        raise PermissionDenied
    today = timezone.localdate()
    initial = {"opens_on": today, "closes_on": today + timedelta(days=USUAL_DAYS)}
    posted = request.method == "POST"
    form = OpenForm(request.POST if posted else None, initial=initial)
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.open_consultation(
                version, **given, by=person_of(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("意見照会を開きました。案はだれでも読めます。"))
            for problem in rules.period_is_long_enough(given["opens_on"], given["closes_on"]):
                messages.warning(request, problem.sentence(words.language()))
            return redirect("consultation:consultation-detail", made.pk)
    title = words.version_title(version)
    context = {
        "version": version,
        "form": form,
        "title": title,
        "requirements": version.requirements.count(),
        "practice": codelist.consultation_practice(rules.PRACTICE, today),
        "crumbs": [
            (_("標準仕様"), reverse("specs:specification-list")),
            (title, reverse("specs:version-detail", args=[slug, number])),
            (_("意見照会を開く"), ""),
        ],
    }
    return render(request, "consultation/consultation_open.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the last day back."""
    consultation = _run(request, pk)
    form = ExtendForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.extend_consultation(
                consultation, **form.cleaned_data, by=person_of(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("受付期間を延長しました。"))
            return redirect("consultation:consultation-detail", pk)
    context = frame(request, consultation, _("受付期間の延長")) | {"form": form}
    return render(request, "consultation/consultation_extend.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a consultation, so that the draft can be changed again."""
    consultation = _run(request, pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.close_consultation(
                consultation, **form.cleaned_data, by=person_of(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("意見照会を締め切りました。案を直せます。"))
            return redirect("consultation:answer-list", pk)
    context = frame(request, consultation, _("意見照会の締切")) | {
        "form": form,
        "early": timezone.localdate() <= consultation.closes_on,
    }
    return render(request, "consultation/consultation_close.html", context, status=_status(form))


@login_required
@require_POST
def results_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the table of comments and answers."""
    consultation = _run(request, pk)
    try:
        actions.publish_results(consultation, by=person_of(request), at=timezone.now())
    except Refused as refused:
        say(request, refused)
        return redirect("consultation:answer-list", pk)
    messages.success(request, _("意見照会の結果を公表しました。"))
    return redirect("consultation:result-table", pk)


@login_required
@require_safe
def answer_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the comments that wait for an answer, those most endorsed first; then the others."""
    consultation = _run(request, pk)
    comments = consultation.comments.standing().listed().order_by("number")
    rows = shown(comments, [], answers=True)
    waiting = [each for each in rows if not each.answered]
    waiting.sort(key=lambda each: (-len(each.endorsers), each.comment.number))
    done = [each for each in rows if each.answered]
    context = frame(request, consultation, _("意見への回答")) | {
        "waiting": waiting,
        "done": done,
        "unlinked": [
            each
            for each in done
            if each.answer
            and each.answer.outcome in {"adopted", "partly"}
            and not each.answer.changed
        ],
    }
    return render(request, "consultation/answer_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one comment, then go on to the next that waits."""
    comment = comment_of(pk)
    consultation = _run(request, comment.consultation_id)
    standing = getattr(comment, "answer", None)
    initial: dict[str, Any] = {"version": consultation.version_id}
    if standing is not None:
        initial |= {
            "outcome": standing.outcome,
            "reason": standing.reason,
            "changed": "、".join(key[1:] for key in standing.changed_keys),
            "version": standing.version_id or consultation.version_id,
        }
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        comment=comment,
        versions=visible_versions(request, consultation),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        try:
            actions.answer_comment(
                comment,
                outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"],
                changed=form.changed_keys(),
                version=form.cleaned_data["version"],
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = _("意見%(number)dに回答しました。") % {"number": comment.number}
            messages.success(request, said)
            return _next(consultation, comment)
    here = _("意見%(number)dへの回答") % {"number": comment.number}
    answers = answers_are_seen(request.user, consultation)
    context = frame(request, consultation, here) | {
        "form": form,
        "row": shown([comment], [], answers=answers)[0],
        "present": _present(consultation, comment),
    }
    return render(request, "consultation/comment_answer.html", context, status=_status(form))


def _next(consultation: Consultation, comment: Comment) -> HttpResponse:
    waiting = consultation.comments.unanswered().order_by("number")
    following = waiting.filter(number__gt=comment.number).first() or waiting.first()
    if following is not None:
        return redirect("consultation:comment-answer", following.pk)
    return redirect("consultation:answer-list", consultation.pk)


def _present(consultation: Consultation, comment: Comment) -> str:
    """Give the requirement's wording in today's draft, where it differs from what was asked."""
    if comment.asked is None:
        return ""
    rows = consultation.version.requirements.filter(key=comment.asked.key)
    text = rows.values_list("text", flat=True).first() or ""
    return text if text != comment.asked.text else ""


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound else 200
