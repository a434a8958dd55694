"""What a body as a whole says over REST: population, thresholds, officers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.accounts.models import LocalGovernment
from procurement import rules
from procurement.models import BodyThreshold, Officer

LARGEST = 2**63 - 1


class ThresholdSerializer(serializers.ModelSerializer[BodyThreshold]):
    """The amount that the body's own rule sets, in yen with tax, from its own day."""

    class Meta:
        """Everything the page shows."""

        model = BodyThreshold
        fields = ("contract_category", "amount_yen", "effective_from", "source")


class BodySerializer(serializers.ModelSerializer[LocalGovernment]):
    """One body that the person works for, and how far they may go there."""

    level = serializers.ChoiceField(choices=Officer.Level.choices, read_only=True)
    thresholds = ThresholdSerializer(many=True, read_only=True)

    class Meta:
        """Everything the page shows."""

        model = LocalGovernment
        fields = (
            "code",
            "name",
            "prefecture",
            "category",
            "population",
            "population_as_of",
            "level",
            "thresholds",
        )
        read_only_fields = fields


class OfficerSerializer(serializers.ModelSerializer[Officer]):
    """One person who works for the body."""

    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        """Everything the page shows."""

        model = Officer
        fields = ("email", "name", "department", "level")
        read_only_fields = fields


class OfficersSerializer(serializers.Serializer[Any]):
    """Everybody who works for the body."""

    officers = OfficerSerializer(many=True)


class RecordPopulationSerializer(serializers.Serializer[Any]):
    """How many people live in the body's area, by the resident register of a day."""

    population = serializers.IntegerField(min_value=-LARGEST, max_value=LARGEST)
    population_as_of = serializers.DateField()


class SetThresholdSerializer(serializers.Serializer[Any]):
    """What the body's own rule sets for small negotiated contracts."""

    contract_category = serializers.CharField(
        max_length=30, help_text="schemas/codelists/contract_categories.csv: code"
    )
    amount_yen = serializers.IntegerField(min_value=-LARGEST, max_value=LARGEST)
    effective_from = serializers.DateField()
    source = serializers.CharField(  # type: ignore[assignment]  # the deed's own word
        max_length=rules.LONGEST_SOURCE, allow_blank=True
    )


class DismissOfficerSerializer(serializers.Serializer[Any]):
    """Whose work for the body ends."""

    email = serializers.EmailField(max_length=254)


class AppointOfficerSerializer(serializers.Serializer[Any]):
    """Who works for the body; without a department the one on record stays."""

    email = serializers.EmailField(max_length=254)
    level = serializers.ChoiceField(choices=Officer.Level.choices)
    department = serializers.CharField(
        max_length=rules.LONGEST_DEPARTMENT, allow_blank=True, required=False
    )
