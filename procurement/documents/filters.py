"""Which papers? One filter for page and REST."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from procurement.documents.models import Paper


class PaperFilter(django_filters.FilterSet):
    """By kind, case and fiscal year."""

    class Meta:
        """Exact matches only."""

        model = Paper
        fields: ClassVar = ["kind", "case", "fiscal_year"]
