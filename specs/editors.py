"""The editors of an authority: who they are, who may become one, and what one may look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from marketplace.accounts.models import User
from schemas.problems import Problem, Refused
from specs import permissions
from specs.models import Authority, Editor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def editors_of(authority: Authority) -> QuerySet[Editor]:
    """Return the authority's editors with their persons, by address."""
    return authority.editors.select_related("user").order_by("user__email")


def appointable_by(user: User | AnonymousUser) -> QuerySet[Authority]:
    """Return the authorities for which the person says who edits: operators' all, editors' own."""
    if not user.is_authenticated or not user.is_active:
        return Authority.objects.none()
    if permissions.may_register_authority(user):
        return Authority.objects.all()
    return Authority.objects.filter(editors__user=user)


def editor_named(authority: Authority, email: str) -> User:
    """Return the authority's editor with the address; raises ``Refused`` where there is none."""
    wanted = email.strip().lower()
    for editor in editors_of(authority):
        if editor.user.email == wanted:
            return editor.user
    raise Refused([Problem("/email", "editor_not_of_the_authority", {"value": email[:254]})])
