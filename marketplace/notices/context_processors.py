"""What the header shows of notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marketplace.accounts.models import User
from marketplace.notices.models import Notice


def unread(request: HttpRequest) -> dict[str, Any]:
    """Count a signed-in person's unread notices where a template asks; nothing for a visitor."""
    user = getattr(request, "user", None)
    return {"unread_notices": SimpleLazyObject(lambda: _count(user))}


def _count(user: object) -> int:
    if not isinstance(user, User):
        return 0
    return int(Notice.objects.unread().filter(recipient_id=user.pk).count())
