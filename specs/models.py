"""The demand: specifications, their versions and, derived from these, one row a requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

import schemas.specifications
from schemas import searchtext

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


class Authority(models.Model):
    """A ministry or agency that owns specifications (所管府省)."""

    slug = models.SlugField(_("識別子"), unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    name_en = models.CharField(_("英語名称"), max_length=120, blank=True)

    class Meta:
        """Read by name."""

        verbose_name = _("所管府省")
        verbose_name_plural = _("所管府省")
        ordering = ("name",)

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Editor(models.Model):
    """A person who drafts and publishes for an authority (標準仕様の編集者)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="editorships"
    )
    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="editors")

    class Meta:
        """One membership a person and authority."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "authority"], name="one_editorship_each"),
        ]

    def __str__(self) -> str:
        """Show who edits for whom."""
        return f"{self.user} ({self.authority})"


class Specification(models.Model):
    """What the state demands of one kind of system (標準仕様書), through all its versions."""

    class ExtensionPolicy(models.TextChoices):
        """Whether a product may have functions that the specification does not list."""

        CLOSED = "closed", _("記載のない機能は不可")
        OPEN = "open", _("記載のない機能も可")

    slug = models.SlugField(_("識別子"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英語名称"), max_length=200, blank=True)
    domain = models.CharField(
        _("業務"), max_length=60, help_text="schemas/codelists/business_domains.csv: slug"
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="specifications"
    )
    extension_policy = models.CharField(
        _("拡張の方針"), max_length=10, choices=ExtensionPolicy, default=ExtensionPolicy.CLOSED
    )
    is_sample = models.BooleanField(_("サンプル"), default=False)

    class Meta:
        """Read by title."""

        verbose_name = _("標準仕様書")
        verbose_name_plural = _("標準仕様書")
        ordering = ("title",)

    def __str__(self) -> str:
        """Show the title."""
        return self.title


class SpecificationVersionQuerySet(models.QuerySet["SpecificationVersion"]):
    """Ask for versions in the domain's words."""

    def published(self) -> SpecificationVersionQuerySet:
        """Keep those that everybody may read."""
        return self.exclude(state=SpecificationVersion.State.DRAFT)

    def visible_to(self, user: User | AnonymousUser) -> SpecificationVersionQuerySet:
        """Keep what is published, and the drafts of the authorities the person edits for."""
        if not user.is_authenticated:
            return self.published()
        own = Editor.objects.filter(user=user).values("authority")
        return self.exclude(
            Q(state=SpecificationVersion.State.DRAFT) & ~Q(specification__authority__in=own)
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
        """The life of a version."""

        DRAFT = "draft", _("案")
        PUBLISHED = "published", _("公表")
        WITHDRAWN = "withdrawn", _("廃止")

    specification = models.ForeignKey(
        Specification, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.CharField(_("版"), max_length=20)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.DRAFT)
    published_on = models.DateField(_("公表日"), null=True, blank=True)
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
        """Say whether it is still to be published."""
        return self.state == self.State.DRAFT


class RequirementQuerySet(models.QuerySet["Requirement"]):
    """Ask for requirements in the domain's words."""

    def containing(self, text: str) -> RequirementQuerySet:
        """Keep those that contain every word of the text, however it is written."""
        found = self
        for word in searchtext.words(text):
            found = found.filter(search_text__contains=word)
        return found

    def changed_by(self, kind: str) -> RequirementQuerySet:
        """Keep those that changed in this way since the previous version (see ``specs.diff``)."""
        return self.filter(changes__contains=f" {kind} ")

    def changed(self) -> RequirementQuerySet:
        """Keep those that changed at all since the previous version."""
        return self.exclude(changes="")


class Requirement(models.Model):
    """One requirement of one version, derived from the document in the same transaction."""

    class Kind(models.TextChoices):
        """What is demanded."""

        FUNCTION = "function", _("機能要件")
        FORM = "form", _("帳票要件")
        NON_FUNCTIONAL = "non_functional", _("非機能要件")
        INTERFACE = "interface", _("連携要件")

    class Obligation(models.TextChoices):
        """How it binds (実装区分), for ordinary municipalities."""

        MANDATORY = "mandatory", _("実装必須")
        STANDARD_OPTION = "standard_option", _("標準オプション")
        PROHIBITED = "prohibited", _("実装不可")

    version = models.ForeignKey(
        SpecificationVersion, on_delete=models.CASCADE, related_name="requirements"
    )
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    official_id = models.CharField(_("機能ID等"), max_length=40)
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    obligation = models.CharField(_("実装区分"), max_length=20, choices=Obligation)
    obligations = models.JSONField(
        default=dict, blank=True, help_text="schemas/specification.schema.json: obligations"
    )
    chapter = models.CharField(_("大項目"), max_length=200, blank=True)
    section = models.CharField(_("中項目"), max_length=200, blank=True)
    item = models.CharField(_("小項目"), max_length=200, blank=True)
    title = models.CharField(_("機能名称"), max_length=300, blank=True)
    text = models.TextField(_("要件"))
    rationale = models.TextField(_("要件の考え方・理由"), blank=True)
    remarks = models.TextField(_("備考"), blank=True)
    due_on = models.DateField(_("適合基準日"), null=True, blank=True)
    bound = models.JSONField(
        null=True, blank=True, help_text="schemas/specification.schema.json: bound"
    )
    interface = models.JSONField(
        null=True, blank=True, help_text="schemas/specification.schema.json: interface"
    )
    due_dates = models.JSONField(
        default=dict, blank=True, help_text="schemas/specification.schema.json: due_dates"
    )
    categories = models.JSONField(
        default=list, blank=True, help_text="schemas/specification.schema.json: categories"
    )
    source = models.JSONField(
        default=dict, blank=True, help_text="schemas/specification.schema.json: source"
    )
    # Kinds of change since the previous version, with a space before and after each.
    changes = models.CharField(max_length=80, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        """Read in the order of the document."""

        verbose_name = _("要件")
        verbose_name_plural = _("要件")
        ordering = ("version", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "key"], name="one_requirement_of_each_key"),
            models.UniqueConstraint(
                fields=["version", "position"], name="one_requirement_at_each_position"
            ),
        ]

    def __str__(self) -> str:
        """Show id and title."""
        return f"{self.official_id} {self.title}"

    @property
    def change_kinds(self) -> list[str]:
        """List how it changed since the previous version (see ``specs.diff``)."""
        return self.changes.split()

    def stated(self) -> schemas.specifications.Requirement:
        """Give the requirement as the document states it."""
        return schemas.specifications.Requirement(
            key=self.key,
            official_id=self.official_id,
            kind=self.kind,
            obligation=self.obligation,
            text=self.text,
            chapter=self.chapter,
            section=self.section,
            item=self.item,
            title=self.title,
            rationale=self.rationale,
            due_on=self.due_on.isoformat() if self.due_on else None,
            obligations=self.obligations,
            due_dates=self.due_dates,
            categories=tuple(self.categories),
            bound=self.bound,
            interface=self.interface,
            source=self.source,
            remarks=self.remarks,
        )
