"""Which contracts: one FilterSet for the register's page and its API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from procurement.contracts.models import Contract
from schemas import codelist


class ContractFilter(django_filters.FilterSet):
    """Narrow the register by word, business domain and the fiscal year in which contracts end."""

    q = django_filters.CharFilter(label=_("言葉"), method="with_words", max_length=200)
    domain = django_filters.ChoiceFilter(
        label=_("業務"),
        choices=lambda: [(domain.slug, domain.name) for domain in codelist.business_domains()],
        empty_label=_("すべて"),
    )
    ends_from = django_filters.DateFilter(
        label=_("終了日（以後）"), field_name="ends_on", lookup_expr="gte"
    )
    ends_to = django_filters.DateFilter(
        label=_("終了日（以前）"), field_name="ends_on", lookup_expr="lte"
    )

    class Meta:
        """All fields are named above."""

        model = Contract
        fields = ()

    def with_words(self, queryset: QuerySet[Contract], name: str, value: str) -> QuerySet[Contract]:
        """Keep contracts in which every word stands: system, product, contractor or remarks."""
        for word in value.split():
            queryset = queryset.filter(
                Q(system__icontains=word)
                | Q(product_name__icontains=word)
                | Q(contractor__icontains=word)
                | Q(remarks__icontains=word)
            )
        return queryset
