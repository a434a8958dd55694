"""What each body runs today, until when, at what price."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """What each body runs today, until when, at what price."""

    name = "procurement.contracts"
    label = "contracts"
    verbose_name = _("契約台帳")
