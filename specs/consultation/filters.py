"""Narrow the comments of a consultation; the same by page and REST."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from specs.consultation.models import Comment
from specs.filters import WordsFilter


class CommentFilter(filters.FilterSet):
    """Words, chapter, requirement, kind, who speaks, what the editors say."""

    q = WordsFilter(
        label=_("本文を探す"),
        method="search",
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    chapter = WordsFilter(label=_("大項目"), field_name="asked__chapter", max_length=200)
    requirement = WordsFilter(label=_("要件"), method="about", max_length=40)
    kind = filters.ChoiceFilter(
        label=_("意見の種類"), choices=Comment.Kind.choices, empty_label=_("すべて")
    )
    speaker = filters.ChoiceFilter(
        label=_("意見を出した者"),
        field_name="organisation_kind",
        choices=Comment.OrganisationKind.choices,
        empty_label=_("すべて"),
    )
    answered = filters.ChoiceFilter(
        label=_("回答"),
        method="with_answer",
        choices=(("no", _("回答なし")), ("yes", _("回答あり"))),
        empty_label=_("すべて"),
    )

    class Meta:
        """Everything is declared above."""

        model = Comment
        fields: list[str] = []

    def search(self, found: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        """Keep those that say the words, or whose organisation or requirement is named so."""
        return found.filter(
            Q(reason__icontains=value)
            | Q(proposed__icontains=value)
            | Q(organisation_name__icontains=value)
            | Q(asked__official_id__icontains=value)
            | Q(asked__title__icontains=value)
        )

    def about(self, found: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        """Keep those on a requirement, by key or id."""
        return found.filter(Q(asked__key=value) | Q(asked__official_id=value))

    def with_answer(self, found: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        """Keep those with an answer, or those without."""
        return found.filter(answer__isnull=value == "no")
