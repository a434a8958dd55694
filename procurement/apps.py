"""The deal: what a body runs, plans and buys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    """The deal: what a body runs, plans and buys."""

    name = "procurement"
    label = "procurement"
    verbose_name = _("調達")
