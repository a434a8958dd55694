"""What the contract register says over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts, notice_deadline
from procurement.contracts.sheets import Row


class ContractSerializer(serializers.ModelSerializer[Contract]):
    """One contract, with the last day to give notice worked out."""

    notice_on = serializers.SerializerMethodField()

    class Meta:
        """Everything the page shows."""

        model = Contract
        fields = (
            "id",
            "body",
            "system",
            "domain",
            "product_name",
            "contractor",
            "starts_on",
            "ends_on",
            "notice_months",
            "notice_on",
            "annual_cost_yen",
            "tax_basis",
            "remarks",
            "edition",
            "is_sample",
        )
        read_only_fields = ("id", "body", "edition", "is_sample")

    def get_notice_on(self, contract: Contract) -> str | None:
        """Return the last day to give notice (ISO date), or null where none is asked."""
        day = notice_deadline(contract.ends_on, contract.notice_months)
        return day.isoformat() if day else None

    def facts(self) -> ContractFacts:
        """Return what was stated; only after validation."""
        values: dict[str, Any] = {
            name: self.validated_data.get(name, "") for name in ContractFacts.__dataclass_fields__
        }
        return ContractFacts(**values)


class ChangeContractSerializer(ContractSerializer):
    """The whole contract as it is to stand; ``edition`` is the one that was read."""

    edition = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


@extend_schema_field(OpenApiTypes.BINARY)
class SheetField(serializers.FileField):
    """A sheet of contracts."""


class ImportContractsSerializer(serializers.Serializer[Any]):
    """A sheet of contracts, and whether it is only looked at."""

    file = SheetField(help_text=".xlsx, .xls, .ods, .csv", max_length=255)
    dry_run = serializers.BooleanField(
        default=False, help_text="true: only say what was understood, store nothing"
    )


class SheetRowSerializer(serializers.Serializer[Row]):
    """One row as it was understood, and where it stands in the sheet."""

    place = serializers.CharField()
    system = serializers.CharField(source="facts.system")
    domain = serializers.CharField(source="facts.domain")
    product_name = serializers.CharField(source="facts.product_name", allow_blank=True)
    contractor = serializers.CharField(source="facts.contractor")
    starts_on = serializers.DateField(source="facts.starts_on")
    ends_on = serializers.DateField(source="facts.ends_on")
    notice_months = serializers.IntegerField(source="facts.notice_months")
    annual_cost_yen = serializers.IntegerField(source="facts.annual_cost_yen")
    tax_basis = serializers.ChoiceField(source="facts.tax_basis", choices=Contract.TaxBasis.choices)
    remarks = serializers.CharField(source="facts.remarks", allow_blank=True)


class ContractImportResultSerializer(serializers.Serializer[Any]):
    """How many contracts are new and changed, and every row as it was understood."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    rows = SheetRowSerializer(many=True)
