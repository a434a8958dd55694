"""Who somebody is for the demand, and what stands on their home page."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.roles import Panel, Role
from specs.models import Editor, SpecificationVersion

NEWEST = 6  # versions on a visitor's home page


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Name the authorities for which the person edits specifications."""
    if not user.is_authenticated:
        return []
    memberships = Editor.objects.filter(user_id=user.pk).select_related("authority")
    return [
        Role(
            "editor",
            _("編集者"),
            membership.authority.name,
            f"{reverse('specs:specification-list')}?authority={membership.authority.slug}",
            membership.authority.slug,
        )
        for membership in memberships.order_by("authority__name")
    ]


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Show an editor the versions by state, a visitor the newest publications."""
    if request.user.is_authenticated:
        authorities = list(
            Editor.objects.filter(user_id=request.user.pk).values_list("authority", flat=True)
        )
        if authorities:
            own = SpecificationVersion.objects.filter(specification__authority__in=authorities)
            states = dict(own.order_by().values_list("state").annotate(Count("id")))
            drafts = own.light().filter(state=SpecificationVersion.State.DRAFT)
            context = {
                "drafts": drafts.select_related("specification").newest_first(),
                "states": [
                    (label, states.get(state, 0))
                    for state, label in SpecificationVersion.State.choices
                ],
            }
            return Panel("specs/_home_editor.html", context, order=10)
        return None
    newest = (
        SpecificationVersion.objects.newest_published()
        .light()
        .select_related("specification__authority")
        .newest_first()[:NEWEST]
    )
    return Panel("specs/_home_visitor.html", {"versions": newest, "today": today}, order=20)
