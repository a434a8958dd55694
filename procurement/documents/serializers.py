"""What papers say over REST."""

from __future__ import annotations

from rest_framework import serializers

from procurement.documents.models import Paper

FACTS: tuple[str, ...] = (
    "id",
    "body",
    "case",
    "kind",
    "title",
    "number",
    "fiscal_year",
    "template_version",
    "sha256",
    "size",
    "pages",
    "is_sample",
    "issued_at",
    "issued_by",
)


class PaperSerializer(serializers.ModelSerializer[Paper]):
    """The facts of an issued paper, without its file and its context."""

    issued_by = serializers.CharField(source="issued_by.name", read_only=True)

    class Meta:
        """Everything the list shows."""

        model = Paper
        fields = FACTS
        read_only_fields = FACTS


class PaperDetailSerializer(PaperSerializer):
    """The facts of an issued paper and the context from which it was made."""

    contents = serializers.JSONField(
        source="context", read_only=True, help_text="schemas/papers/<kind>.schema.json"
    )

    class Meta:
        """The list's fields and the context."""

        model = Paper
        fields = (*FACTS, "contents")
        read_only_fields = fields
