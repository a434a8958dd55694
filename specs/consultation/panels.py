"""What stands of consultations on people's home pages."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.roles import Panel
from specs.consultation.models import Comment, Consultation
from specs.organisations import organisations_of

ORDER = 15
SHOWN = 10


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Show who may comment what is open, its last day and what they said; editors what waits."""
    if not isinstance(request.user, User):
        return None
    own = [each.code for each in organisations_of(request.user)]
    taking: list[Consultation] = []
    if own:
        taking = list(Consultation.objects.open_on(today).listed().order_by("closes_on")[:SHOWN])
        said = Comment.objects.standing().of(own).filter(consultation__in=taking)
        of = list(said.order_by().values_list("consultation", flat=True))
        for each in taking:
            each.own_count = of.count(each.pk)
    waiting = (
        Consultation.objects.filter(
            version__specification__authority__editors__user=request.user, results_at__isnull=True
        )
        .listed()
        .with_counts()
    )
    running = [(each, each.standing(today)) for each in waiting[:SHOWN]]
    if not (taking or running):
        return None
    context = {"taking": taking, "running": running, "today": today}
    return Panel("consultation/_home.html", context, ORDER)
