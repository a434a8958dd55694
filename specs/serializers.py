"""The demand as JSON: what goes out, and what an editor sends in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schemas import codelist
from schemas.specifications import SpecificationMeta
from specs import rules
from specs.impact import ClaimImpact
from specs.models import (
    Authority,
    Editor,
    Requirement,
    Specification,
    SpecificationVersion,
    Withdrawal,
)


class ProblemSerializer(serializers.Serializer[Any]):
    """One problem: where, which, and in words."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    params = serializers.DictField()


class ProblemsSerializer(serializers.Serializer[Any]):
    """Everything that is wrong, at once."""

    problems = ProblemSerializer(many=True)


class CountsSerializer(serializers.Serializer[Any]):
    """Requirements by class (実装区分)."""

    mandatory = serializers.IntegerField()
    standard_option = serializers.IntegerField()
    prohibited = serializers.IntegerField()


class WithdrawalSerializer(serializers.ModelSerializer[Withdrawal]):
    """Why a version ended, and what its readers should do."""

    class Meta:
        """All that is public of it."""

        model = Withdrawal
        fields = ("withdrawn_at", "reason", "notice")


class WithdrawVersionSerializer(serializers.Serializer[Any]):
    """Why a version ends."""

    reason = serializers.CharField(max_length=rules.LONGEST_REASON)
    notice = serializers.CharField(
        max_length=rules.LONGEST_NOTICE, required=False, allow_blank=True, default=""
    )


class VersionSummarySerializer(serializers.ModelSerializer[SpecificationVersion]):
    """A version without its requirements."""

    urn = serializers.CharField(read_only=True)
    standing = serializers.ChoiceField(
        choices=SpecificationVersion.Standing.choices,
        read_only=True,
        help_text="what the version is today: its state and, once published, its place in time",
    )
    withdrawal = WithdrawalSerializer(read_only=True, allow_null=True, default=None)
    previous = serializers.CharField(
        source="previous.number", default=None, read_only=True, allow_null=True
    )

    class Meta:
        """Leave the document to its own address."""

        model = SpecificationVersion
        fields = (
            "number",
            "urn",
            "state",
            "standing",
            "published_on",
            "in_force_on",
            "transition",
            "transition_until",
            "withdrawal",
            "digest",
            "previous",
            "change_counts",
            "source_name",
            "source_digest",
        )


class SpecificationSerializer(serializers.ModelSerializer[Specification]):
    """A specification with its versions, the newest first."""

    authority = serializers.CharField(source="authority.name", read_only=True)
    versions = serializers.SerializerMethodField()

    class Meta:
        """Show what a list shows."""

        model = Specification
        fields = (
            "slug",
            "title",
            "title_en",
            "domain",
            "authority",
            "extension_policy",
            "is_sample",
            "versions",
        )

    @extend_schema_field(VersionSummarySerializer(many=True))
    def get_versions(self, specification: Specification) -> Any:
        """List the versions that the reader may see, as the view fetched them."""
        return VersionSummarySerializer(specification.seen_versions, many=True).data  # type: ignore[attr-defined]


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    """One requirement; ``changes`` says how it changed since the previous version."""

    changes = serializers.ListField(
        source="change_kinds", child=serializers.CharField(), read_only=True
    )
    obligations = serializers.DictField(child=serializers.CharField(), read_only=True)
    due_dates = serializers.DictField(child=serializers.CharField(), read_only=True)
    categories = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        """Show everything the document states."""

        model = Requirement
        fields = (
            "key",
            "official_id",
            "kind",
            "obligation",
            "obligations",
            "chapter",
            "section",
            "item",
            "title",
            "text",
            "rationale",
            "remarks",
            "due_on",
            "due_dates",
            "categories",
            "bound",
            "interface",
            "source",
            "changes",
        )


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A workbook."""


class ImportSerializer(serializers.Serializer[Any]):
    """A ministry's sheet and the version that it is."""

    file = UploadField(help_text=".xlsx, .xls, .ods, .csv")
    slug = serializers.RegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    version = serializers.RegexField(r"^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){0,3}$")
    title = serializers.CharField(max_length=120)
    title_en = serializers.CharField(max_length=200, required=False, default="")
    authority = serializers.CharField(max_length=60, help_text="所管の名称（例：総務省）")
    published_on = serializers.DateField()
    domain = serializers.ChoiceField(
        choices=[domain.slug for domain in codelist.business_domains()]
    )
    extension_policy = serializers.ChoiceField(
        choices=Specification.ExtensionPolicy.choices, default="closed"
    )
    sample = serializers.BooleanField(default=False)
    mapping = serializers.CharField(
        max_length=20_000,
        required=False,
        default="",
        help_text="JSON after schemas/sheet-mapping.schema.json",
    )
    dry_run = serializers.BooleanField(default=False, help_text="読み取るだけで保存しない")

    def meta(self, said: SpecificationMeta | None = None) -> SpecificationMeta:
        """Say of which version the sheet is: as given, and beyond that as the workbook says."""
        given = self.validated_data
        stated = {
            "slug": given["slug"],
            "version": given["version"],
            "title": given["title"],
            "authority": given["authority"],
            "domain": given["domain"],
            "published_on": given["published_on"].isoformat(),
        }
        own = {name: given[name] for name in ("title_en", "extension_policy", "sample")}
        if said is None:
            return SpecificationMeta(**stated, **own)
        sent = {name: value for name, value in own.items() if name in self.initial_data}
        return replace(said, **stated, **sent)


class LeftOutSerializer(serializers.Serializer[Any]):
    """A row that was not read: its number from 1, why, and its id or first words."""

    row = serializers.IntegerField()
    why = serializers.ChoiceField(choices=("note", "deleted", "struck", "hidden"))
    words = serializers.CharField(allow_blank=True)


class SheetSerializer(serializers.Serializer[Any]):
    """What was understood of one sheet."""

    name = serializers.CharField()
    heading_row = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Requirement.Kind.choices)
    requirements = serializers.IntegerField()
    counts = CountsSerializer()
    ignored = serializers.ListField(child=serializers.CharField())
    hidden_columns = serializers.ListField(child=serializers.CharField())
    assumed_mandatory = serializers.BooleanField()
    left_out = LeftOutSerializer(many=True)


class ImportResultSerializer(serializers.Serializer[Any]):
    """What was read, and the draft that it became; ``urn`` is empty after a dry run."""

    urn = serializers.CharField(allow_blank=True)
    state = serializers.CharField(allow_blank=True)
    digest = serializers.CharField()
    counts = CountsSerializer()
    mapping = serializers.DictField()
    sheets = SheetSerializer(many=True)
    unread = serializers.ListField(child=serializers.CharField())
    encoding = serializers.CharField(allow_blank=True)


class PublishSerializer(serializers.Serializer[Any]):
    """What the editor looked at: with ``digest``, a draft that changed since is refused."""

    digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    reason = serializers.CharField(
        max_length=rules.LONGEST_REASON,
        required=False,
        allow_blank=True,
        default="",
        help_text="回答していない意見があるまま公表する理由",
    )


class AuthoritySerializer(serializers.ModelSerializer[Authority]):
    """A ministry or agency that owns specifications (所管府省)."""

    class Meta:
        """All public columns."""

        model = Authority
        fields = ("slug", "name", "name_en")
        read_only_fields = fields


class AuthorityEntrySerializer(serializers.Serializer[Any]):
    """What is needed to register an authority."""

    name = serializers.CharField(max_length=rules.LONGEST_AUTHORITY_NAME)


class EditorSerializer(serializers.ModelSerializer[Editor]):
    """A person who edits for an authority."""

    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        """Everything the page shows."""

        model = Editor
        fields = ("email", "name")
        read_only_fields = fields


class EditorsSerializer(serializers.Serializer[Any]):
    """Everybody who edits for an authority."""

    editors = EditorSerializer(many=True)


class EditorEntrySerializer(serializers.Serializer[Any]):
    """Who is to edit for an authority."""

    email = serializers.EmailField(max_length=254)


class NamedClaimSerializer(serializers.Serializer[Any]):
    """A claim that the caller may know by name; numbers are answers."""

    name = serializers.CharField()
    vendor = serializers.CharField()
    number = serializers.CharField(help_text="the version that it is on")
    url = serializers.CharField()
    kept = serializers.IntegerField()
    reconfirm = serializers.IntegerField()
    empty = serializers.IntegerField()
    dropped = serializers.IntegerField()
    stale_on = serializers.DateField(allow_null=True)


class StaleSerializer(serializers.Serializer[Any]):
    """How many claims go stale on a day."""

    stale_on = serializers.DateField()
    claims = serializers.IntegerField()


class ClaimImpactSerializer(serializers.Serializer[Any]):
    """The published claims on earlier versions."""

    claims = serializers.IntegerField()
    staying = serializers.IntegerField()
    renewed = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="answers, over all claims")
    reconfirm = serializers.IntegerField(help_text="answers, over all claims")
    empty = serializers.IntegerField(help_text="answers, over all claims")
    dropped = serializers.IntegerField(help_text="answers, over all claims")
    stale = serializers.SerializerMethodField()
    named = NamedClaimSerializer(many=True)

    @extend_schema_field(StaleSerializer(many=True))
    def get_stale(self, impact: ClaimImpact) -> list[dict[str, Any]]:
        """Write the days in their order."""
        days = [{"stale_on": day, "claims": number} for day, number in impact.stale.items()]
        return list(StaleSerializer(days, many=True).data)


class NamedContractSerializer(serializers.Serializer[Any]):
    """A contract of the caller's own body."""

    body = serializers.CharField()
    system = serializers.CharField()
    product = serializers.CharField()
    ends_on = serializers.DateField()
    stale_on = serializers.DateField()
    url = serializers.CharField()


class ContractImpactSerializer(serializers.Serializer[Any]):
    """The contracts that are exposed."""

    contracts = serializers.IntegerField()
    bodies = serializers.IntegerField()
    unknown = serializers.IntegerField()
    named = NamedContractSerializer(many=True)


class ImpactSerializer(serializers.Serializer[Any]):
    """What a version means for those who rely on earlier ones."""

    claims = ClaimImpactSerializer()
    contracts = ContractImpactSerializer()


class SuccessorSerializer(serializers.Serializer[Any]):
    """A withdrawn requirement and the one that took its place, by key."""

    withdrawn = serializers.CharField(max_length=40)
    successor = serializers.CharField(max_length=40)


class UnitSerializer(serializers.Serializer[Any]):
    """A part of a business with an id of its own (業務ID)."""

    business_id = serializers.CharField()
    name = serializers.CharField(allow_blank=True)


class StandingVersionSerializer(serializers.ModelSerializer[SpecificationVersion]):
    """A version that stands here, by its URN."""

    urn = serializers.CharField(read_only=True)
    standing = serializers.CharField(read_only=True)
    sample = serializers.BooleanField(source="specification.is_sample", read_only=True)

    class Meta:
        """Enough to find it."""

        model = SpecificationVersion
        fields = ("urn", "number", "standing", "sample")


class BusinessSerializer(serializers.Serializer[Any]):
    """One row of the register of businesses."""

    order = serializers.IntegerField(source="domain.order")
    slug = serializers.CharField(source="domain.slug")
    group = serializers.CharField(source="domain.group")
    name = serializers.CharField(source="domain.name")
    name_en = serializers.CharField(source="domain.name_en")
    statutory = serializers.BooleanField(source="domain.statutory")
    owner = serializers.CharField(source="domain.owner", allow_blank=True)
    specification_title = serializers.CharField(
        source="domain.specification_title", allow_blank=True
    )
    latest_version = serializers.CharField(source="domain.latest_version", allow_blank=True)
    latest_on = serializers.CharField(source="domain.latest_on", allow_blank=True)
    citation = serializers.CharField(source="domain.source")
    confirmed = serializers.BooleanField(source="domain.confirmed")
    units = UnitSerializer(many=True)
    aliases = serializers.ListField(child=serializers.CharField())
    versions = StandingVersionSerializer(many=True)


class CrossCuttingSerializer(serializers.Serializer[Any]):
    """A specification that binds all businesses."""

    code = serializers.CharField()
    name = serializers.CharField(source="name_ja")
    name_en = serializers.CharField()
    owner = serializers.CharField()
    latest_version = serializers.CharField()
    latest_on = serializers.DateField()
    citation = serializers.CharField(source="source")
    confirmed = serializers.BooleanField()


class BusinessesSerializer(serializers.Serializer[Any]):
    """The register, in the official order, and what binds all businesses."""

    businesses = BusinessSerializer(many=True)
    cross_cutting = CrossCuttingSerializer(many=True)
