"""The deal's people and own rules: officers of a body, and the thresholds its rules set."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import LocalGovernment


class Officer(models.Model):
    """A person who works for a local government (団体の職員), and how far they may go."""

    class Level(models.TextChoices):
        """Each level holds the one before."""

        VIEW = "view", _("閲覧")
        PLAN = "plan", _("計画")
        APPROVE = "approve", _("決裁")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices"
    )
    body = models.ForeignKey(LocalGovernment, on_delete=models.PROTECT, related_name="officers")
    level = models.CharField(_("権限"), max_length=10, choices=Level, default=Level.VIEW)
    department = models.CharField(_("所属"), max_length=60, blank=True)

    class Meta:
        """One membership a person and body."""

        verbose_name = _("職員")
        verbose_name_plural = _("職員")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "body"], name="one_office_each"),
        ]

    def __str__(self) -> str:
        """Show who works for whom."""
        return f"{self.user} ({self.body})"


class BodyThreshold(models.Model):
    """The amount up to which a body's own rule (財務規則等) allows a small negotiated contract.

    Cabinet order (地方自治法施行令 別表第五) only sets the ceiling; the body's rule decides and
    starts on its own day.
    """

    body = models.ForeignKey(LocalGovernment, on_delete=models.CASCADE, related_name="thresholds")
    contract_category = models.CharField(
        _("契約の種類"),
        max_length=30,
        help_text="schemas/codelists/legal_thresholds.csv: contract_category",
    )
    amount_yen = models.PositiveBigIntegerField(_("基準額（円、税込）"))
    effective_from = models.DateField(_("施行日"))
    source = models.CharField(_("根拠"), max_length=200)

    class Meta:
        """One row a body, category and day."""

        verbose_name = _("団体の基準額")
        verbose_name_plural = _("団体の基準額")
        ordering = ("body", "contract_category", "-effective_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "contract_category", "effective_from"],
                name="one_threshold_from_each_day",
            ),
        ]

    def __str__(self) -> str:
        """Show category and amount."""
        return f"{self.body} {self.contract_category} {self.amount_yen}"
