"""A case: locked search, elimination ledger, method, papers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """A case: locked search, elimination ledger, method, papers."""

    name = "procurement.cases"
    label = "cases"
    verbose_name = _("調達案件")
