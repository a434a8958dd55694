"""The deeds of following: follow a specification, and stop."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.audit import trail
from specs.following import permissions
from specs.following.models import Subscription
from specs.models import Specification


@transaction.atomic
def follow_specification(
    specification: Specification, *, by: User, at: datetime, by_mail: bool = True
) -> Subscription:
    """Follow a specification, or change whether mail is sent; the same twice changes nothing.

    Raises ``PermissionDenied`` for who has not confirmed the address.
    """
    if not permissions.may_follow_specification(by):
        raise PermissionDenied
    held, made = Subscription.objects.select_for_update().get_or_create(
        user=by,
        specification=specification,
        defaults={"by_mail": by_mail, "created_at": at},
    )
    if made or held.by_mail != by_mail:
        held.by_mail = by_mail
        held.save(update_fields=["by_mail"])
        facts = {"specification": specification.slug, "by_mail": by_mail}
        trail.record("following.specification_followed", on=held, by=by, at=at, data=facts)
    return held


@transaction.atomic
def unfollow_specification(specification: Specification, *, by: User, at: datetime) -> None:
    """Stop following; who does not follow stays so."""
    held = (
        Subscription.objects.select_for_update()
        .filter(user=by, specification=specification)
        .first()
    )
    if held is not None:
        facts = {"specification": specification.slug}
        trail.record("following.specification_unfollowed", on=held, by=by, at=at, data=facts)
        held.delete()
