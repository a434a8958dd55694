"""The pages of following: the button, the list, and the link of a mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from specs.following import actions, tokens
from specs.following.models import Subscription
from specs.models import Specification, SpecificationVersion


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def visible(slug: str, user: User) -> Specification:
    """Find a specification of which the person may see a version; 404 for any other."""
    seen = SpecificationVersion.objects.visible_to(user).values("specification")
    return get_object_or_404(Specification.objects.filter(pk__in=seen), slug=slug)


@login_required
@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    """List the specifications that the person follows."""
    held = Subscription.objects.filter(user=_user(request)).select_related("specification")
    crumbs = [(_("標準仕様"), reverse("specs:specification-list")), (_("更新を受け取る仕様書"), "")]
    return render(
        request, "following/subscription_list.html", {"subscriptions": held, "crumbs": crumbs}
    )


@login_required
@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a specification, with mail unless the form says ``by_mail=no``."""
    user = _user(request)
    by_mail = request.POST.get("by_mail") != "no"
    actions.follow_specification(visible(slug, user), by=user, at=timezone.now(), by_mail=by_mail)
    messages.success(request, _("この仕様書の更新をお知らせします。"))
    return redirect("specs:specification-detail", slug)


@login_required
@require_POST
def unfollow(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop following a specification."""
    user = _user(request)
    found = get_object_or_404(Specification, slug=slug, subscriptions__user=user)
    actions.unfollow_specification(found, by=user, at=timezone.now())
    messages.success(request, _("この仕様書の更新のお知らせを止めました。"))
    return redirect("following:subscription-list")


@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop following by the link of a mail, without signing in; asks before it does."""
    named = tokens.read(token)
    if named is None:
        raise Http404
    user = get_object_or_404(User, pk=named[0])
    specification = get_object_or_404(Specification, pk=named[1])
    done = request.method == "POST"
    if done:
        actions.unfollow_specification(specification, by=user, at=timezone.now())
    context = {"specification": specification, "done": done}
    return render(request, "following/unsubscribe.html", context)
