"""Proposals of new specifications, and who endorses them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    """Proposals of new specifications, and who endorses them."""

    name = "specs.proposals"
    label = "proposals"
    verbose_name = _("仕様の提案")
