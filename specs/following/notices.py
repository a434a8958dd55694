"""What followers are told of a version's life."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from marketplace.notices.actions import Message, deliver
from specs.following.models import Subscription
from specs.following.tokens import unsubscribe_path
from specs.models import SpecificationVersion

if TYPE_CHECKING:
    from marketplace.accounts.models import User

KINDS: Final = {
    "published": "notice_version_published",
    "withdrawn": "notice_version_withdrawn",
    "consultation_opened": "notice_consultation_opened",
    "consultation_closed": "notice_consultation_closed",
}


def version_event(
    event: str, version: SpecificationVersion, *, by: User | None, at: datetime
) -> None:
    """Tell every follower; the setting ``VERSION_EVENTS`` names this function.

    A version may be in consultation more than once, so those events are told by their moment.
    """
    specification = version.specification
    params = {
        "title": specification.title,
        "title_en": specification.title_en,
        "version": version.number,
    }
    url = reverse("specs:version-detail", args=[specification.slug, version.number])
    if event.startswith("consultation"):
        latest = version.consultations.order_by("-pk").values_list("pk", flat=True)[0]
        url = reverse("consultation:consultation-detail", args=[latest])
    moment = at.isoformat() if event.startswith("consultation") else ""
    key = f"following:{event}:{version.pk}:{moment}"
    followers = Subscription.objects.filter(
        specification=specification, user__is_active=True
    ).values_list("user_id", "by_mail")
    deliver(
        (
            Message(
                user_id,
                KINDS[event],
                params,
                url,
                key,
                by_mail=by_mail,
                unsubscribe_url=unsubscribe_path(user_id, specification.pk),
            )
            for user_id, by_mail in followers
        ),
        at=at,
    )
