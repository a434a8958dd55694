"""Notices to persons: on their page and by e-mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Notices to persons: on their page and by e-mail."""

    name = "marketplace.notices"
    label = "notices"
    verbose_name = _("お知らせ")
