"""The signed link of a mail by which one stops following without signing in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

SALT = "specs.following.unsubscribe"


def unsubscribe_path(user_id: int, specification_id: int) -> str:
    """Return the path of the page that stops one person's following of one specification."""
    token = signing.dumps([user_id, specification_id], salt=SALT)
    return reverse("following:unsubscribe", args=[token])


def read(token: str) -> tuple[int, int] | None:
    """Return person and specification of a token that we signed; None for any other."""
    try:
        user_id, specification_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user_id, specification_id
