"""Who follows which specification."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from specs.models import Specification


class Subscription(models.Model):
    """A person's wish to be told of a specification's changes (更新通知)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions"
    )
    specification = models.ForeignKey(
        Specification, on_delete=models.CASCADE, related_name="subscriptions"
    )
    by_mail = models.BooleanField(_("メールでも受け取る"), default=True)
    created_at = models.DateTimeField(_("登録日時"))

    class Meta:
        """One row a person and specification."""

        verbose_name = _("更新通知")
        verbose_name_plural = _("更新通知")
        ordering = ("specification__slug",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "specification"], name="one_subscription_each"),
        ]

    def __str__(self) -> str:
        """Show what is followed."""
        return str(self.specification)
