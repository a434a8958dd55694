"""Narrow proposals by business, state and word."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schemas import codelist
from specs import words
from specs.filters import WordsFilter
from specs.proposals.models import Proposal, ProposalQuerySet


def _domains() -> list[tuple[str, str]]:
    language = words.language()
    return [
        (each.slug, each.label(language))
        for each in codelist.business_domains()
        if not each.statutory
    ]


class ProposalFilter(django_filters.FilterSet):
    """By word, business and state; what was taken back is shown when asked for."""

    q = WordsFilter(label=_("言葉"), method="with_words", max_length=200)
    domain = django_filters.ChoiceFilter(label=_("業務"), choices=_domains, empty_label=_("すべて"))
    state = django_filters.ChoiceFilter(
        label=_("状態"), choices=Proposal.State.choices, empty_label=_("すべて")
    )

    class Meta:
        """All fields are named above."""

        model = Proposal
        fields = ()

    def filter_queryset(self, queryset: ProposalQuerySet) -> Any:
        """Leave out what was taken back, unless it is asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.standing()

    def with_words(self, queryset: ProposalQuerySet, name: str, value: str) -> ProposalQuerySet:
        """Keep those in whose title, purpose or scope every word stands."""
        for word in value.split():
            queryset = queryset.filter(
                Q(title__icontains=word) | Q(purpose__icontains=word) | Q(scope__icontains=word)
            )
        return queryset
