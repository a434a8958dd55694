"""What the state demands of one kind of system, through all its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from specs.models.authority import Authority


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
