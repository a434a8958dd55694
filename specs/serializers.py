"""The demand as JSON: what goes out, and what an editor sends in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schemas import codelist
from schemas.specifications import SpecificationMeta
from specs import rules
from specs.models import Authority, Editor, Requirement, Specification, SpecificationVersion


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


class VersionSummarySerializer(serializers.ModelSerializer[SpecificationVersion]):
    """A version without its requirements."""

    urn = serializers.CharField(read_only=True)
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
            "published_on",
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

    file = UploadField(help_text=".xlsx, .xls, .ods")
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

    def meta(self) -> SpecificationMeta:
        """Say of which version the sheet is."""
        given = self.validated_data
        return SpecificationMeta(
            slug=given["slug"],
            version=given["version"],
            title=given["title"],
            title_en=given["title_en"],
            authority=given["authority"],
            domain=given["domain"],
            published_on=given["published_on"].isoformat(),
            extension_policy=given["extension_policy"],
            sample=given["sample"],
        )


class ImportResultSerializer(serializers.Serializer[Any]):
    """What was read, and the draft that it became; ``urn`` is empty after a dry run."""

    urn = serializers.CharField(allow_blank=True)
    state = serializers.CharField(allow_blank=True)
    digest = serializers.CharField()
    counts = CountsSerializer()
    mapping = serializers.DictField()


class PublishSerializer(serializers.Serializer[Any]):
    """What the editor looked at: with ``digest``, a draft that changed since is refused."""

    digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


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
