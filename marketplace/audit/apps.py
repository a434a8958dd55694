"""Who did what: the append-only trail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who did what: the append-only trail."""

    name = "marketplace.audit"
    label = "audit"
    verbose_name = _("監査証跡")
