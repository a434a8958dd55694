"""The requirements of a version, derived from its document."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

import schemas.specifications
from schemas import searchtext
from specs.models.version import SpecificationVersion


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
