"""The demand: specifications, versions, requirements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpecsConfig(AppConfig):
    """The demand: specifications, versions, requirements."""

    name = "specs"
    label = "specs"
    verbose_name = _("標準仕様")
