"""Which body an officer works on just now: chosen once, kept in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest

from procurement.models import Officer

if TYPE_CHECKING:
    from marketplace.accounts.models import LocalGovernment

SESSION_KEY = "body"


def office_of(request: HttpRequest) -> Officer:
    """Return the membership under which the officer works; answer 404 to everybody else.

    An officer of several bodies works on the one chosen last, at first on the one with the lowest
    code.
    """
    offices = list(
        Officer.objects.filter(user_id=request.user.pk or 0)
        .select_related("body", "user")
        .order_by("body_id")
    )
    if not offices:
        raise Http404
    chosen = request.session.get(SESSION_KEY)
    return next((office for office in offices if office.body_id == chosen), offices[0])


def body_of(request: HttpRequest) -> LocalGovernment:
    """Return the body on which the officer works just now."""
    return office_of(request).body


def buyer_defaults(request: HttpRequest) -> dict[str, Any] | None:
    """Return for whom an officer looks at the catalogue; None for everybody else.

    ``population`` may be None; ``body_category`` is a code, ``body_name`` the body's name. The
    catalogue asks by the setting ``BUYER_DEFAULTS``.
    """
    if not request.user.is_authenticated:
        return None
    try:
        body = body_of(request)
    except Http404:
        return None
    return {
        "population": body.population,
        "body_category": body.category,
        "body_name": body.name,
    }
