"""The square: search, compare; reads only, owns no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """The square: search, compare; reads only, owns no tables."""

    name = "marketplace.catalogue"
    label = "catalogue"
    verbose_name = _("カタログ")
