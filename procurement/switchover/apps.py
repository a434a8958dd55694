"""Plans counted back from the renewal date."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SwitchoverConfig(AppConfig):
    """Plans counted back from the renewal date."""

    name = "procurement.switchover"
    label = "switchover"
    verbose_name = _("切替計画")
