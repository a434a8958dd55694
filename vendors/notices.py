"""What representatives are told when a version touches their vendor's published claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from marketplace.notices.actions import Message, deliver
from schemas.specifications import requirements_of
from specs.models import SpecificationVersion
from vendors.carryover import Effect, passage
from vendors.impact import earlier_versions, effects
from vendors.models import Representative

if TYPE_CHECKING:
    from marketplace.accounts.models import User


def version_event(
    event: str, version: SpecificationVersion, *, by: User | None, at: datetime
) -> None:
    """Tell what a publication asks of each claim; the setting ``VERSION_EVENTS`` names this."""
    if event == "published":
        found = list(_affected(version))
        deliver(_messages(version, found, _published_kind, "affected"), at=at)


def notify_stale_claims(*, today: date, at: datetime) -> None:
    """Tell whose claims went stale by the day; who was told of one is not told again."""
    published = SpecificationVersion.objects.filter(
        state=SpecificationVersion.State.PUBLISHED, previous__isnull=False
    ).select_related("specification")
    for version in published.order_by("pk").iterator(chunk_size=10):
        found = [
            (claim, effect)
            for claim, effect in _affected(version)
            if effect.stale_on is not None and effect.stale_on <= today
        ]
        deliver(_messages(version, found, lambda _effect: "notice_claim_stale", "stale"), at=at)


def _published_kind(effect: Effect) -> str:
    return "notice_claim_stays" if effect.stale_on is None else "notice_claim_affected"


def _affected(version: SpecificationVersion) -> Iterator[tuple[Mapping[str, Any], Effect]]:
    day = version.in_force_on or version.published_on
    if day is None:
        return
    asked = requirements_of(version.document)
    for older in earlier_versions(version):
        way = passage(requirements_of(older.document), asked, in_force_on=day)
        yield from effects(older, version, way)


def _messages(
    version: SpecificationVersion,
    found: list[tuple[Mapping[str, Any], Effect]],
    kind: Any,
    word: str,
) -> Iterator[Message]:
    vendors = {claim["release__product__developer_id"] for claim, _effect in found}
    people: dict[int, list[int]] = defaultdict(list)
    acting = Representative.objects.filter(vendor__in=vendors, user__is_active=True)
    for vendor_id, user_id in acting.values_list("vendor_id", "user_id"):
        people[vendor_id].append(user_id)
    for claim, effect in found:
        params: dict[str, str | int] = {
            "title": version.specification.title,
            "title_en": version.specification.title_en,
            "version": version.number,
            "product": f"{claim['release__product__name']} {claim['release__number']}",
            "number": effect.work,
            "day": effect.stale_on.isoformat() if effect.stale_on else "",
        }
        for user_id in people[claim["release__product__developer_id"]]:
            yield Message(
                user_id,
                kind(effect),
                params,
                reverse("vendors:claim-detail", args=[claim["pk"]]),
                f"claim:{word}:{claim['pk']}:{version.pk}",
            )
