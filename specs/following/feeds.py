"""Atom feeds of the register and of one specification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from specs.consultation.models import Consultation
from specs.models import Specification, SpecificationVersion, Withdrawal

MOST: Final = 100
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One event of a version's life; ``at`` is when it took place."""

    version: SpecificationVersion
    event: str
    at: datetime
    discriminator: str = ""

    @property
    def tag(self) -> str:
        """The entry's name for good (RFC 4151)."""
        version = self.version
        parts = [version.specification.slug, version.number, self.event, self.discriminator]
        return tag(":".join(part for part in parts if part))


class StableAtom(Atom1Feed):
    """An Atom feed whose moment is that of its newest entry, also when it has none."""

    def latest_post_date(self) -> datetime:
        """Return when the newest entry took place."""
        days = [item["updateddate"] for item in self.items if item["updateddate"]]
        return max(days, default=BEGINNING)


def tag(name: str) -> str:
    """Name something of this site for good."""
    return f"tag:{settings.TAG_AUTHORITY},2026:{name}"


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def entries(today: date, specification: Specification | None = None) -> list[Entry]:
    """Return what happened to versions until the day, the newest first, a hundred at most."""
    only = {} if specification is None else {"specification": specification}
    of_version = {f"version__{name}": value for name, value in only.items()}
    public = SpecificationVersion.objects.published().filter(**only)
    light = public.select_related("specification").defer("document", "mapping")
    deferred = ("version__document", "version__mapping")
    found = [
        Entry(each, "published", _at(each.published_on))
        for each in light.filter(published_on__lte=today).order_by("-published_on", "-pk")[:MOST]
        if each.published_on
    ]
    found += [
        Entry(each, "in_force", _at(each.in_force_on))
        for each in light.filter(state=SpecificationVersion.State.PUBLISHED)
        .filter(in_force_on__lte=today)
        .order_by("-in_force_on", "-pk")[:MOST]
        if each.in_force_on
    ]
    found += [
        Entry(each.version, "withdrawn", each.withdrawn_at)
        for each in Withdrawal.objects.filter(**of_version)
        .select_related("version__specification")
        .defer(*deferred)
        .order_by("-withdrawn_at")[:MOST]
    ]
    found += [
        Entry(each.version, "consultation_opened", _at(each.opens_on), str(each.pk))
        for each in Consultation.objects.filter(**of_version, opens_on__lte=today)
        .exclude(version__state=SpecificationVersion.State.DRAFT)
        .select_related("version__specification")
        .defer(*deferred)
        .order_by("-opens_on")[:MOST]
    ]
    return sorted(found, key=lambda each: (each.at, each.tag), reverse=True)[:MOST]


def _title(specification: Specification) -> str:
    english = (get_language() or "ja").startswith("en")
    return (specification.title_en if english else "") or specification.title


class RegisterFeed(Feed):  # type: ignore[type-arg]  # Feed takes none at run time
    """What happened to versions of all specifications."""

    feed_type = StableAtom

    def title(self, obj: Any) -> str:
        """Name the feed."""
        return _("標準仕様の更新")

    def subtitle(self, obj: Any) -> str:
        """Say what it tells."""
        return _("意見照会の開始、公表、施行、廃止をお知らせします。")

    def link(self, obj: Any) -> str:
        """Give the page that the feed belongs to."""
        return reverse("specs:specification-list")

    def feed_guid(self, obj: Any) -> str:
        """Name the feed for good."""
        return tag("specifications")

    def items(self, obj: Any) -> Iterable[Entry]:
        """Give the events."""
        return entries(timezone.localdate())

    def item_title(self, item: Entry) -> str:
        """Say what happened to which version."""
        said = {
            "published": _("%(title)s 第%(number)s版が公表されました"),
            "in_force": _("%(title)s 第%(number)s版が施行されました"),
            "withdrawn": _("%(title)s 第%(number)s版が廃止されました"),
            "consultation_opened": _("%(title)s 第%(number)s版の意見照会が始まりました"),
        }[item.event]
        version = item.version
        return said % {"title": _title(version.specification), "number": version.number}

    def item_description(self, item: Entry) -> str:
        """Add nothing to the title."""
        return ""

    def item_link(self, item: Entry) -> str:
        """Give the version's page."""
        version = item.version
        return reverse("specs:version-detail", args=[version.specification.slug, version.number])

    def item_guid(self, item: Entry) -> str:
        """Name the entry for good."""
        return item.tag

    def item_pubdate(self, item: Entry) -> datetime:
        """Say when it took place."""
        return item.at

    item_updateddate = item_pubdate


class SpecificationFeed(RegisterFeed):
    """What happened to versions of one specification."""

    def get_object(self, request: HttpRequest, slug: str) -> Specification:
        """Find a specification that everybody may see; 404 for one with nothing but drafts."""
        seen = SpecificationVersion.objects.exclude(state=SpecificationVersion.State.DRAFT)
        return get_object_or_404(
            Specification.objects.filter(pk__in=seen.values("specification")), slug=slug
        )

    def title(self, obj: Specification) -> str:
        """Name the feed."""
        return _("%(title)sの更新") % {"title": _title(obj)}

    def link(self, obj: Specification) -> str:
        """Give the specification's page."""
        return reverse("specs:specification-detail", args=[obj.slug])

    def feed_guid(self, obj: Specification) -> str:
        """Name the feed for good."""
        return tag(f"specification:{obj.slug}")

    def items(self, obj: Specification) -> Iterable[Entry]:
        """Give the events."""
        return entries(timezone.localdate(), obj)
