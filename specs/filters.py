"""Which specifications, which requirements: one FilterSet each for the page and its API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField
from schemas import codelist, searchtext
from specs import words
from specs.models import (
    Authority,
    Requirement,
    RequirementQuerySet,
    Specification,
    SpecificationVersion,
)


class WordsFilter(django_filters.CharFilter):
    """Words that somebody typed; what a database would choke on is refused."""

    field_class = CleanCharField


def _authorities() -> list[tuple[str, str]]:
    return list(Authority.objects.order_by("name").values_list("slug", "name"))


def _domains() -> list[tuple[str, str]]:
    language = words.language()
    return [(domain.slug, domain.label(language)) for domain in codelist.business_domains()]


class SpecificationFilter(django_filters.FilterSet):
    """Narrow the specifications by word, business domain and authority."""

    q = WordsFilter(label=_("言葉で探す"), method="with_words", max_length=200)
    domain = django_filters.ChoiceFilter(
        label=_("業務"), choices=_domains, empty_label=_("すべての業務")
    )
    authority = django_filters.ChoiceFilter(
        label=_("所管"),
        field_name="authority__slug",
        choices=_authorities,
        empty_label=_("すべての所管"),
    )

    standing = django_filters.ChoiceFilter(
        label=_("版の状態"),
        method="with_standing",
        choices=[
            (each.value, each.label)
            for each in SpecificationVersion.Standing
            if each != SpecificationVersion.Standing.DRAFT
        ],
        empty_label=_("すべての状態"),
    )

    class Meta:
        """All fields are named above."""

        model = Specification
        fields = ()

    def with_standing(
        self, queryset: QuerySet[Specification], name: str, value: str
    ) -> QuerySet[Specification]:
        """Keep what has a version that is so today."""
        versions = SpecificationVersion.objects.standing_on(timezone.localdate())
        return queryset.filter(pk__in=versions.filter(Q(standing=value)).values("specification"))

    def with_words(
        self, queryset: QuerySet[Specification], name: str, value: str
    ) -> QuerySet[Specification]:
        """Keep what is called so, or is of a business domain that is, under any of its aliases."""
        for word in searchtext.words(value):
            titled = [
                pk
                for pk, *texts in Specification.objects.values_list(
                    "pk", "title", "title_en", "slug", "authority__name"
                )
                if word in searchtext.normalise("\n".join(texts))
            ]
            queryset = queryset.filter(
                Q(domain__in=codelist.domains_called(word))
                | Q(domain__contains=word)
                | Q(pk__in=titled)
            )
        return queryset


class RequirementFilter(django_filters.FilterSet):
    """Narrow a version's requirements by word, class, kind, chapter and change."""

    q = WordsFilter(label=_("本文を探す"), method="with_words", max_length=200)
    obligation = django_filters.ChoiceFilter(
        label=_("実装区分"), choices=Requirement.Obligation.choices, empty_label=_("すべて")
    )
    kind = django_filters.ChoiceFilter(
        label=_("種類"), choices=Requirement.Kind.choices, empty_label=_("すべて")
    )
    chapter = WordsFilter(label=_("大項目"), field_name="chapter", max_length=200)
    change = django_filters.ChoiceFilter(
        label=_("前の版からの変更"),
        method="with_change",
        choices=[
            ("any", _("変更のあった要件")),
            *((kind, word) for kind, word in words.CHANGES.items() if kind != "withdrawn"),
        ],
        empty_label=_("すべて"),
    )

    class Meta:
        """All fields are named above."""

        model = Requirement
        fields = ()

    def with_words(
        self, queryset: RequirementQuerySet, name: str, value: str
    ) -> RequirementQuerySet:
        """Keep the requirements in which every word stands, however it is written."""
        return queryset.containing(value)

    def with_change(
        self, queryset: RequirementQuerySet, name: str, value: str
    ) -> RequirementQuerySet:
        """Keep the requirements that changed since the previous version, at all or in one way."""
        return queryset.changed() if value == "any" else queryset.changed_by(value)
