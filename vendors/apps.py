"""The offer: vendors, products, offers, prices, claims."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VendorsConfig(AppConfig):
    """The offer: vendors, products, offers, prices, claims."""

    name = "vendors"
    label = "vendors"
    verbose_name = _("事業者")
