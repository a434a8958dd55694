"""Where the demand of a withdrawn requirement went."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from specs.models.version import SpecificationVersion


class Successor(models.Model):
    """A requirement that takes the place of a withdrawn one (後継), as an editor confirmed it.

    One withdrawn requirement may have several (split), and several may share one (merged).
    """

    newer = models.ForeignKey(
        SpecificationVersion, on_delete=models.CASCADE, related_name="successors"
    )
    withdrawn_key = models.CharField(_("廃止した要件"), max_length=40)
    successor_key = models.CharField(_("後継の要件"), max_length=40)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("確認日時"))

    class Meta:
        """One row a pair; read by id."""

        verbose_name = _("後継")
        verbose_name_plural = _("後継")
        ordering = ("newer", "withdrawn_key", "successor_key")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["newer", "withdrawn_key", "successor_key"], name="one_row_a_successor"
            ),
        ]

    def __str__(self) -> str:
        """Show both ids."""
        return f"{self.withdrawn_key[1:]} → {self.successor_key[1:]}"
