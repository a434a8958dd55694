"""The page of a person's notices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.notices import actions
from marketplace.notices.models import Notice

PAGE_SIZE = 30


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """List one's own notices, the unread first."""
    own = Notice.objects.filter(recipient=_user(request)).unread_first()
    shown = Paginator(own, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "notices/notice_list.html", {"page_obj": shown, "crumbs": [(_("お知らせ"), "")]}
    )


@login_required
@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one's own notice as read and come back to the list."""
    user = _user(request)
    notice = get_object_or_404(Notice, pk=pk, recipient=user)
    actions.mark_read(notice, by=user, at=timezone.now())
    return redirect("notices:notice-list")


@login_required
@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own notices as read."""
    actions.mark_all_read(by=_user(request), at=timezone.now())
    return redirect("notices:notice-list")
