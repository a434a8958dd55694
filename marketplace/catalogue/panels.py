"""What the square shows on the home page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from marketplace.roles import Panel
from vendors.models import Offer

SHOWN = 5


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Show visitors the offers published last."""
    if request.user.is_authenticated:
        return None
    offers = (
        Offer.objects.published()
        .select_related("product", "seller")
        .order_by("-published_at", "pk")[:SHOWN]
    )
    return Panel("catalogue/_home.html", {"offers": list(offers)}, 20)
