"""Who did what: one append-only, hash-chained row for each deed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Ask for events in the domain's words."""

    def about(self, thing: models.Model) -> AuditEventQuerySet:
        """Keep the events of one thing, oldest first."""
        return self.filter(object_type=thing._meta.label_lower, object_id=str(thing.pk))


class AuditEvent(models.Model):
    """A deed that was done. The database itself refuses to change or delete a row.

    ``digest`` is the SHA-256 of ``previous_digest`` and the canonical JSON (RFC 8785) of the
    other columns, so a changed, removed or inserted row breaks the chain for
    ``manage.py verify_audit``.
    """

    id = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(_("日時"))
    actor = models.EmailField(_("実行者"), blank=True, help_text=_("空欄は運営者のコマンド"))
    action = models.CharField(_("操作"), max_length=80)
    object_type = models.CharField(_("対象の種類"), max_length=80)
    object_id = models.CharField(_("対象"), max_length=80)
    data = models.JSONField(_("内容"), default=dict, help_text="schemas/audit-data.schema.json")
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        """Read in the order of the chain."""

        verbose_name = _("監査イベント")
        verbose_name_plural = _("監査イベント")
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id", "id"], name="events_of_a_thing"),
            models.Index(fields=["action", "at"], name="events_of_an_action"),
        ]

    def __str__(self) -> str:
        """Show the place in the chain and the deed."""
        return f"{self.pk} {self.action}"
