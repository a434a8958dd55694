"""The pages of authorities: which there are, and who edits for each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.people import registered_person
from schemas.problems import Refused
from specs import actions, permissions
from specs.editors import appointable_by, editor_named, editors_of
from specs.forms import AuthorityForm, EditorForm, show
from specs.models import Authority


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authority_list(request: HttpRequest) -> HttpResponse:
    """List the authorities for which the person appoints editors; let operators register one."""
    may_register = permissions.may_register_authority(request.user)
    authorities = appointable_by(request.user)
    posted = request.method == "POST"
    if not (may_register or (authorities.exists() and not posted)):
        raise PermissionDenied
    form = AuthorityForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            authority = actions.register_authority(
                form.cleaned_data["name"], by=_user(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = _("%(name)sは登録されています。編集者を任じてください。")
            messages.success(request, said % {"name": authority.name})
            return redirect("specs:authority-editors", authority.slug)
    context = {
        "authorities": authorities.annotate(
            editor_count=Count("editors", distinct=True),
            specification_count=Count("specifications", distinct=True),
        ),
        "form": form if may_register else None,
        "crumbs": [
            (_("標準仕様"), reverse("specs:specification-list")),
            (_("所管府省"), ""),
        ],
    }
    return render(request, "specs/authority_list.html", context, status=422 if posted else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authority_editors(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who edits for an authority, and let another person edit for it too."""
    authority = get_object_or_404(Authority, slug=slug)
    if not permissions.may_appoint_editor(request.user, authority):
        raise PermissionDenied
    posted = request.method == "POST"
    form = EditorForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            editor = actions.appoint_editor(
                authority,
                user=registered_person(form.cleaned_data["email"]),
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = _("%(person)sさんは%(authority)sの編集者です。")
            messages.success(request, said % {"person": editor.user, "authority": authority})
            return redirect("specs:authority-editors", slug)
    context = {
        "authority": authority,
        "editors": editors_of(authority),
        "form": form,
        "crumbs": [
            (_("標準仕様"), reverse("specs:specification-list")),
            (_("所管府省"), reverse("specs:authority-list")),
            (authority.name, ""),
        ],
    }
    return render(request, "specs/authority_editors.html", context, status=422 if posted else 200)


@login_required
@require_POST
def authority_editor_dismiss(request: HttpRequest, slug: str) -> HttpResponse:
    """End a person's editing for the authority, named by ``email``."""
    authority = get_object_or_404(Authority, slug=slug)
    if not permissions.may_appoint_editor(request.user, authority):
        raise PermissionDenied
    try:
        user = editor_named(authority, request.POST.get("email", ""))
        actions.dismiss_editor(authority, user=user, by=_user(request), at=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence(get_language() or "ja"))
    else:
        messages.success(request, _("%(person)sさんを編集者から外しました。") % {"person": user})
    still = permissions.may_appoint_editor(request.user, authority)
    return redirect("specs:authority-editors", slug) if still else redirect("home")
