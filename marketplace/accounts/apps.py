"""Who is who: users and local governments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who is who: users and local governments."""

    name = "marketplace.accounts"
    label = "accounts"
    verbose_name = _("利用者と地方公共団体")
