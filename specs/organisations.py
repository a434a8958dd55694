"""In whose name a person speaks: bodies and vendors, as every wing says (``ROLE_SOURCES``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketplace.roles import roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

KINDS = {"officer": "body", "representative": "vendor"}


@dataclass(frozen=True)
class Organisation:
    """A body with its six-digit code (団体コード), or a vendor with its 法人番号."""

    kind: str
    code: str
    name: str


def organisations_of(user: User | AnonymousUser) -> list[Organisation]:
    """List the organisations in whose name the person may comment, in the wings' order."""
    if not user.is_authenticated or not user.is_active:
        return []
    return [
        Organisation(KINDS[role.kind], role.code, role.organisation)
        for role in roles_of(user)
        if role.kind in KINDS and role.code and role.speaks
    ]
