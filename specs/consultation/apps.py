"""Consultation on a draft: comments, good practices, answers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationConfig(AppConfig):
    """Consultation on a draft: comments, good practices, answers."""

    name = "specs.consultation"
    label = "consultation"
    verbose_name = _("意見照会")
