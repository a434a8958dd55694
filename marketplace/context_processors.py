"""What every page of the building shows: product, version, and who is here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from marketplace import roles


def building(request: HttpRequest) -> dict[str, Any]:
    """Give the header and the footer what they name; roles are asked only where shown."""
    user = getattr(request, "user", None)
    return {
        "product_version": settings.PRODUCT_VERSION,
        "printed_on": timezone.localdate(),
        "address": _address(request),
        "roles": SimpleLazyObject(lambda: roles.roles_of(user) if user is not None else []),
    }


def _address(request: HttpRequest) -> str:
    """Return the page's address; without the host where that is none of ours."""
    try:
        return request.build_absolute_uri()
    except DisallowedHost:
        return request.get_full_path()
