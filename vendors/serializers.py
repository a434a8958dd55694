"""How the wing's things look over REST, and what is taken in; the deeds judge it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from vendors.models import (
    Certification,
    ConformanceClaim,
    Offer,
    Price,
    PriceList,
    Product,
    ProductRelease,
    Representative,
    Vendor,
)
from vendors.statements import answers_of


class VendorSerializer(serializers.ModelSerializer[Vendor]):
    """A registered vendor, as everybody sees it."""

    class Meta:
        """All public columns."""

        model = Vendor
        fields = (
            "id",
            "corporate_number",
            "name",
            "name_en",
            "address",
            "email",
            "website",
            "is_sample",
        )


class VendorEntrySerializer(serializers.Serializer[Any]):
    """What is needed to register a vendor."""

    corporate_number = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(required=False, allow_blank=True)
    address = serializers.CharField(required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    website = serializers.URLField(required=False, allow_blank=True, max_length=200)


class RepresentativeSerializer(serializers.ModelSerializer[Representative]):
    """A person who acts for a vendor."""

    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        """Everything the page shows."""

        model = Representative
        fields = ("email", "name")
        read_only_fields = fields


class RepresentativesSerializer(serializers.Serializer[Any]):
    """Everybody who acts for a vendor."""

    representatives = RepresentativeSerializer(many=True)


class RepresentativeEntrySerializer(serializers.Serializer[Any]):
    """Who is to act for a vendor."""

    email = serializers.EmailField(max_length=254)


class ReleaseSerializer(serializers.ModelSerializer[ProductRelease]):
    """A release of a product."""

    class Meta:
        """Number and day."""

        model = ProductRelease
        fields = ("id", "number", "released_on")


class ReleaseEntrySerializer(serializers.Serializer[Any]):
    """What is needed to add a release."""

    number = serializers.CharField()
    released_on = serializers.DateField()


class CertificationSerializer(serializers.ModelSerializer[Certification]):
    """A certificate of a product."""

    class Meta:
        """All but the product."""

        model = Certification
        fields = ("id", "scheme", "number", "scope", "valid_from", "valid_to")


class CertificationEntrySerializer(serializers.Serializer[Any]):
    """What is needed to add a certificate."""

    scheme = serializers.CharField()
    number = serializers.CharField()
    scope = serializers.CharField(required=False, allow_blank=True, default="")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product with its releases and certificates."""

    releases = ReleaseSerializer(many=True, read_only=True)
    certifications = CertificationSerializer(many=True, read_only=True)

    class Meta:
        """All public columns."""

        model = Product
        fields = (
            "id",
            "developer",
            "name",
            "name_en",
            "summary",
            "description",
            "domain",
            "is_sample",
            "releases",
            "certifications",
        )


class ProductEntrySerializer(serializers.Serializer[Any]):
    """What is needed to register a product."""

    developer = serializers.PrimaryKeyRelatedField(queryset=Vendor.objects.all())
    name = serializers.CharField()
    name_en = serializers.CharField(required=False, allow_blank=True)
    summary = serializers.CharField()
    description = serializers.CharField(required=False, allow_blank=True)
    domain = serializers.CharField()


class PriceSerializer(serializers.ModelSerializer[Price]):
    """One line of a price list; a band holds where from ≤ population < to."""

    class Meta:
        """All but the list."""

        model = Price
        fields = (
            "kind",
            "label",
            "population_from",
            "population_to",
            "amount_yen",
            "requirement_key",
        )


class PriceListSerializer(serializers.ModelSerializer[PriceList]):
    """A price list with its lines."""

    prices = PriceSerializer(many=True, read_only=True)

    class Meta:
        """All but the offer."""

        model = PriceList
        fields = ("id", "tax_basis", "valid_from", "valid_to", "prices")


class WholeYenField(serializers.IntegerField):
    """An integer as JSON writes one; 12.0 and "12" are refused."""

    def to_internal_value(self, data: Any) -> int:
        """Return the integer."""
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class PriceEntrySerializer(serializers.Serializer[Any]):
    """What is needed for one line of a price list."""

    kind = serializers.ChoiceField(choices=Price.Kind.choices)
    amount_yen = WholeYenField()
    population_from = WholeYenField(required=False, default=0, max_value=10**9)
    population_to = WholeYenField(required=False, default=None, allow_null=True, max_value=10**9)
    requirement_key = serializers.CharField(required=False, allow_blank=True, default="")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add ``label``, a name that the base class keeps for itself."""
        fields = super().get_fields()
        fields["label"] = serializers.CharField(required=False, allow_blank=True, default="")
        return fields


class PriceListEntrySerializer(serializers.Serializer[Any]):
    """What is needed to set prices."""

    tax_basis = serializers.ChoiceField(choices=PriceList.TaxBasis.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True, default=None)
    prices = PriceEntrySerializer(many=True, allow_empty=True)


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer with its price lists."""

    price_lists = PriceListSerializer(many=True, read_only=True)

    class Meta:
        """All public columns."""

        model = Offer
        fields = (
            "id",
            "product",
            "seller",
            "name",
            "state",
            "hosting",
            "network_models",
            "service_level",
            "support",
            "data_export",
            "exit_terms",
            "minimum_months",
            "is_sample",
            "published_at",
            "price_lists",
        )


class OfferEntrySerializer(serializers.Serializer[Any]):
    """What is needed to register an offer."""

    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.none())
    seller = serializers.PrimaryKeyRelatedField(queryset=Vendor.objects.all())
    name = serializers.CharField()
    hosting = serializers.CharField()
    network_models = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=20
    )
    service_level = serializers.CharField(required=False, allow_blank=True)
    support = serializers.CharField(required=False, allow_blank=True)
    data_export = serializers.CharField(required=False, allow_blank=True)
    exit_terms = serializers.CharField(required=False, allow_blank=True)
    minimum_months = serializers.IntegerField(required=False, min_value=0, max_value=120)

    def __init__(self, *args: Any, products: Any = None, **kwargs: Any) -> None:
        """Take only products that the person may see."""
        super().__init__(*args, **kwargs)
        if products is not None:
            self.fields["product"] = serializers.PrimaryKeyRelatedField(queryset=products)


class ClaimSerializer(serializers.ModelSerializer[ConformanceClaim]):
    """A claim without its answers; ``totals`` satisfies ``urn:dmp:verdict-totals``."""

    specification = serializers.CharField(source="version.urn", read_only=True)
    product = serializers.IntegerField(source="release.product_id", read_only=True)
    product_name = serializers.CharField(source="release.product.name", read_only=True)
    release_number = serializers.CharField(source="release.number", read_only=True)
    vendor = serializers.IntegerField(source="release.product.developer_id", read_only=True)

    class Meta:
        """Facts of the claim; the answers have their own address."""

        model = ConformanceClaim
        fields = (
            "id",
            "specification",
            "vendor",
            "product",
            "product_name",
            "release",
            "release_number",
            "revision",
            "state",
            "edition",
            "stated_on",
            "submitted_at",
            "published_at",
            "digest",
            "totals",
            "is_sample",
        )


class ClaimDetailSerializer(ClaimSerializer):
    """A claim with its answers by requirement key (``urn:dmp:answers``)."""

    answers = serializers.SerializerMethodField()

    class Meta(ClaimSerializer.Meta):
        """The claim and its answers."""

        fields = (*ClaimSerializer.Meta.fields, "answers")  # type: ignore[assignment]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}})
    def get_answers(self, claim: ConformanceClaim) -> dict[str, Any]:
        """Return the answers by key."""
        return answers_of(claim)


class ClaimStartSerializer(serializers.Serializer[Any]):
    """What is needed to begin a draft."""

    release = serializers.IntegerField()
    specification = serializers.CharField(max_length=200)


class AnswersSerializer(serializers.Serializer[Any]):
    """Some answers of a draft by requirement key; null takes one away."""

    edition = serializers.IntegerField(min_value=0, max_value=10**9)
    answers = serializers.DictField(
        child=serializers.DictField(allow_null=True, child=serializers.JSONField(allow_null=True))
    )


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why a claim is withdrawn."""

    reason = serializers.CharField(required=False, allow_blank=True, default="")


class UploadResultSerializer(serializers.Serializer[Any]):
    """What an answer sheet did."""

    claim = ClaimSerializer()
    changed = serializers.IntegerField()
    answered = serializers.IntegerField()
    left = serializers.IntegerField()


class SubmissionSerializer(serializers.Serializer[Any]):
    """What a claim document led to; ``claim`` is null on a dry run."""

    claim = ClaimSerializer(allow_null=True)
    created = serializers.BooleanField()
    digest = serializers.CharField()
    verdict = serializers.JSONField(help_text="schemas/verdict-totals.schema.json and results")
