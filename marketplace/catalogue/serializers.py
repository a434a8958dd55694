"""How the square looks over REST; the facts of an offer keep the shape of a locked search."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.catalogue.cards import Card
from marketplace.catalogue.search import OUTCOMES
from specs.serializers import ProblemSerializer
from vendors.models import PriceList, Vendor


class ChoiceSerializer(serializers.Serializer[Any]):
    """One value of a facet, and how many offers are left when it is chosen."""

    value = serializers.CharField()
    count = serializers.IntegerField()
    chosen = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add ``label``, a name that the base class keeps for itself."""
        return {**super().get_fields(), "label": serializers.CharField()}


class FacetSerializer(serializers.Serializer[Any]):
    """One facet; ``parameter`` is what narrows by it."""

    name = serializers.CharField()
    parameter = serializers.CharField()
    choices = ChoiceSerializer(many=True)


class PartySerializer(serializers.Serializer[Vendor]):
    """A vendor in few words."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    corporate_number = serializers.CharField()


class CardSerializer(serializers.Serializer[Card]):
    """An offer as a list shows it; every fact of it stands at its own address."""

    id = serializers.IntegerField(source="offer.pk")
    name = serializers.CharField(source="offer.name")
    product = serializers.IntegerField(source="offer.product_id")
    product_name = serializers.CharField(source="offer.product.name")
    summary = serializers.CharField(source="offer.product.summary")
    domain = serializers.CharField(source="offer.product.domain")
    developer = PartySerializer(source="offer.product.developer")
    seller = PartySerializer(source="offer.seller")
    hosting = serializers.CharField(source="offer.hosting")
    network_models = serializers.ListField(
        source="offer.network_models", child=serializers.CharField()
    )
    certifications = serializers.ListField(source="schemes", child=serializers.CharField())
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, help_text="of the claim on the version asked for; none without either"
    )
    mandatory_met = serializers.IntegerField(
        source="totals.mandatory_met", default=None, allow_null=True
    )
    mandatory_total = serializers.IntegerField(
        source="totals.mandatory_total", default=None, allow_null=True
    )
    total_yen = serializers.IntegerField(
        source="cost.total_yen",
        default=None,
        allow_null=True,
        help_text="over 60 months, for the population; null where no price holds for it",
    )
    tax_basis = serializers.ChoiceField(
        source="cost.tax_basis", choices=PriceList.TaxBasis.choices, default=None, allow_null=True
    )
    is_sample = serializers.BooleanField(source="offer.is_sample")


class OfferPageSerializer(serializers.Serializer[Any]):
    """A page of what was found; ``problems`` say which conditions were left out and why."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    query = serializers.CharField(help_text="the query part of this search, as a case locks it")
    problems = ProblemSerializer(many=True)
    facets = FacetSerializer(many=True)
    results = CardSerializer(many=True)


class CellSerializer(serializers.Serializer[Any]):
    """What one offer answers; ``answer`` is null where nothing is claimed."""

    answer = serializers.CharField(source="answer.answer", default=None, allow_null=True)
    value = serializers.DecimalField(
        source="answer.value", max_digits=18, decimal_places=4, default=None, allow_null=True
    )
    version = serializers.CharField(
        source="answer.interface_version", default=None, allow_null=True
    )
    planned_on = serializers.DateField(source="answer.planned_on", default=None, allow_null=True)
    price_yen = serializers.IntegerField(source="answer.price_yen", default=None, allow_null=True)
    note = serializers.CharField(source="answer.note", default=None, allow_null=True)
    status = serializers.CharField(allow_blank=True)


class LineSerializer(serializers.Serializer[Any]):
    """One requirement; the cells stand in the order of the offers."""

    key = serializers.CharField(source="requirement.key")
    title = serializers.CharField(source="requirement.title")
    text = serializers.CharField(source="requirement.text")
    obligation = serializers.CharField(source="requirement.obligation")
    differs = serializers.BooleanField()
    cells = CellSerializer(many=True)


class ChapterSerializer(serializers.Serializer[Any]):
    """The lines of one chapter."""

    title = serializers.CharField()
    lines = LineSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two to five offers side by side."""

    query = serializers.CharField(source="querystring", help_text="the whole state")
    specification = serializers.CharField(source="query.version.urn", default=None, allow_null=True)
    problems = serializers.ListField(child=ProblemSerializer())
    offers = serializers.ListField(
        source="facts", child=serializers.JSONField(help_text="urn:dmp:locked-search: candidate")
    )
    lines = serializers.IntegerField()
    differing = serializers.IntegerField()
    chapters = ChapterSerializer(many=True)
