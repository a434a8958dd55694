"""The button by which one follows a specification, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.accounts.models import User
from specs.following.models import Subscription
from specs.following.permissions import may_follow_specification
from specs.models import Specification

register = template.Library()


@register.inclusion_tag("following/_follow.html", takes_context=True)
def follow_button(context: dict[str, Any], specification: Specification) -> dict[str, Any]:
    """Offer to follow or to stop; a visitor to sign in; to who has not, to confirm the address."""
    request = context["request"]
    user = request.user
    held = None
    if isinstance(user, User):
        held = Subscription.objects.filter(user=user, specification=specification).first()
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "specification": specification,
        "subscription": held,
        "signed_in": isinstance(user, User),
        "may_follow": held is None and may_follow_specification(user),
    }
