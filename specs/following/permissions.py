"""Who may follow a specification; nothing else decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.accounts.models import User
from marketplace.people import has_confirmed_address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def may_follow_specification(by: User | AnonymousUser) -> bool:
    """Let those follow who proved their address: nobody gets mail that another asked for."""
    return isinstance(by, User) and by.is_active and has_confirmed_address(by)
