"""What stands of notices on people's home pages."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.notices.models import Notice
from marketplace.roles import Panel

ORDER = 5
SHOWN = 5


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Show the newest unread notices; nothing where there are none."""
    if not isinstance(request.user, User):
        return None
    own = Notice.objects.unread().filter(recipient=request.user).unread_first()[: SHOWN + 1]
    found = list(own)
    if not found:
        return None
    context = {"notices": found[:SHOWN], "more": len(found) > SHOWN}
    return Panel("notices/_home_panel.html", context, ORDER)
