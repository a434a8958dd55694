"""Who owns specifications, and who edits for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
