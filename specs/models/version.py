"""The numbered editions of a specification, and their lives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from specs.models.authority import Editor
from specs.models.specification import Specification

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


class SpecificationVersionQuerySet(models.QuerySet["SpecificationVersion"]):
    """Ask for versions in the domain's words."""

    def published(self) -> SpecificationVersionQuerySet:
        """Keep those that stand before the public: published or withdrawn, no drafts."""
        return self.filter(state__in=SpecificationVersion.PUBLIC)

    def visible_to(self, user: User | AnonymousUser) -> SpecificationVersionQuerySet:
        """Keep what everybody may read, and the drafts of authorities the person edits for."""
        draft = Q(state=SpecificationVersion.State.DRAFT)
        if not user.is_authenticated:
            return self.exclude(draft)
        own = Editor.objects.filter(user=user).values("authority")
        return self.exclude(draft & ~Q(specification__authority__in=own))

    def standing_on(self, today: date) -> SpecificationVersionQuerySet:
        """Annotate each version's ``standing`` on a day (see ``specs.rules.standing``)."""
        state, standing = SpecificationVersion.State, SpecificationVersion.Standing
        later = SpecificationVersion.objects.filter(
            Q(published_on__gt=OuterRef("published_on"))
            | Q(published_on=OuterRef("published_on"), pk__gt=OuterRef("pk")),
            specification=OuterRef("specification"),
            state=state.PUBLISHED,
            in_force_on__lte=today,
        )
        return self.annotate(  # type: ignore[no-redef]
            standing=Case(
                When(~Q(state=state.PUBLISHED), then=F("state")),
                When(Exists(later), then=Value(standing.SUPERSEDED.value)),
                When(in_force_on__lte=today, then=Value(standing.IN_FORCE.value)),
                default=Value(standing.PUBLISHED.value),
                output_field=models.CharField(),
            )
        )

    def light(self) -> SpecificationVersionQuerySet:
        """Leave the document unread: it weighs a megabyte, and lists do not show it."""
        return self.defer("document")

    def newest_first(self) -> SpecificationVersionQuerySet:
        """Order by publication, the newest first."""
        return self.order_by("-published_on", "-id")

    def newest_published(self) -> SpecificationVersionQuerySet:
        """Keep the newest published version of each specification (withdrawn ones aside)."""
        in_force = SpecificationVersion.objects.filter(
            state=SpecificationVersion.State.PUBLISHED, specification=OuterRef("specification")
        ).order_by("-published_on", "-id")
        return self.filter(pk=Subquery(in_force.values("pk")[:1]))


class SpecificationVersion(models.Model):
    """One numbered edition of a specification (版); its document never changes once published."""

    class State(models.TextChoices):
        """The life of a version, by deeds (``specs.rules.MOVES``)."""

        DRAFT = "draft", _("案")
        IN_CONSULTATION = "in_consultation", _("意見照会中")
        PUBLISHED = "published", _("公表")
        WITHDRAWN = "withdrawn", _("廃止")

    class Standing(models.TextChoices):
        """What a version is on a day: its state and, once published, its place in time."""

        DRAFT = "draft", _("案")
        IN_CONSULTATION = "in_consultation", _("意見照会中")
        PUBLISHED = "published", _("施行前")
        IN_FORCE = "in_force", _("施行中")
        SUPERSEDED = "superseded", _("旧版")
        WITHDRAWN = "withdrawn", _("廃止")

    #: States of what stands before the public for good.
    PUBLIC: ClassVar = (State.PUBLISHED, State.WITHDRAWN)

    #: Given by ``SpecificationVersionQuerySet.standing_on``.
    standing: str

    specification = models.ForeignKey(
        Specification, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.CharField(_("版"), max_length=20)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.DRAFT)
    published_on = models.DateField(_("公表日"), null=True, blank=True)
    in_force_on = models.DateField(_("施行日"), null=True, blank=True)
    transition = models.TextField(_("経過措置"), blank=True)
    transition_until = models.DateField(_("経過措置の期限"), null=True, blank=True)
    document = models.JSONField(_("仕様文書"), help_text="schemas/specification.schema.json")
    digest = models.CharField(_("文書のSHA-256"), max_length=64)
    source_name = models.CharField(_("取込元ファイル"), max_length=200, blank=True)
    source_digest = models.CharField(_("取込元のSHA-256"), max_length=64, blank=True)
    mapping = models.JSONField(
        _("列の対応"), default=dict, blank=True, help_text="schemas/sheet-mapping.schema.json"
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="following"
    )
    change_counts = models.JSONField(
        _("前の版からの変更"),
        default=dict,
        blank=True,
        help_text="schemas/specification-diff.schema.json: counts",
    )

    objects = SpecificationVersionQuerySet.as_manager()

    class Meta:
        """One row a number; the newest publication first."""

        verbose_name = _("版")
        verbose_name_plural = _("版")
        ordering = ("specification", "-published_on", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["specification", "number"], name="one_version_of_each_number"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_on__isnull=False),
                name="published_version_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"])
                | Q(in_force_on__isnull=False, in_force_on__gte=F("published_on")),
                name="version_is_in_force_from_publication_on",
            ),
            models.CheckConstraint(
                condition=Q(transition_until__isnull=True) | ~Q(transition=""),
                name="transition_with_a_limit_says_what_it_is",
            ),
        ]

    def __str__(self) -> str:
        """Show title and number."""
        return f"{self.specification.title} {self.number}"

    @property
    def urn(self) -> str:
        """The version's own name: the ``$id`` of its document."""
        return f"urn:dmp:spec:{self.specification.slug}:{self.number}"

    @property
    def is_draft(self) -> bool:
        """Say whether it is a draft that only its editors see."""
        return self.state == self.State.DRAFT

    @property
    def is_public(self) -> bool:
        """Say whether it was published, and so never changes."""
        return self.state in self.PUBLIC


class Withdrawal(models.Model):
    """The end of a published version (廃止): why, and what its readers should do now."""

    version = models.OneToOneField(
        SpecificationVersion, on_delete=models.PROTECT, related_name="withdrawal"
    )
    withdrawn_at = models.DateTimeField(_("廃止日時"))
    reason = models.CharField(_("廃止の理由"), max_length=300)
    notice = models.TextField(_("利用者への案内"), blank=True)

    class Meta:
        """Never changed and never deleted; the database itself refuses it."""

        verbose_name = _("版の廃止")
        verbose_name_plural = _("版の廃止")

    def __str__(self) -> str:
        """Show the version."""
        return str(self.version)
