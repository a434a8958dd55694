"""Papers: a frozen context and a template version give bytes and a hash."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Papers: a frozen context and a template version give bytes and a hash."""

    name = "procurement.documents"
    label = "documents"
    verbose_name = _("文書")
