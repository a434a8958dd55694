"""Consultations as JSON: what goes out, and what people send in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from specs.consultation import rules
from specs.consultation.actions import Opinion, Practice
from specs.consultation.models import Answer, Comment, Consultation, GoodPractice
from specs.consultation.shown import Shown


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    """A consultation (意見照会) on a draft."""

    specification = serializers.CharField(source="version.specification.slug", read_only=True)
    version = serializers.CharField(source="version.number", read_only=True)
    authority = serializers.CharField(source="version.specification.authority.name", read_only=True)
    standing = serializers.SerializerMethodField()
    comments = serializers.IntegerField(source="comment_count", read_only=True)
    unanswered = serializers.IntegerField(source="unanswered_count", read_only=True)

    class Meta:
        """Everything the page shows; who opened it is not said."""

        model = Consultation
        fields = (
            "id",
            "specification",
            "version",
            "authority",
            "opens_on",
            "closes_on",
            "call",
            "digest",
            "standing",
            "closed_at",
            "early_reason",
            "results_at",
            "comments",
            "unanswered",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Consultation.Standing.choices))
    def get_standing(self, consultation: Consultation) -> str:
        """Say what it is today."""
        return consultation.standing(timezone.localdate()).value


class WarningSerializer(serializers.Serializer[Any]):
    """What is unusual, but stands."""

    code = serializers.CharField()
    message = serializers.CharField()


class OpenedSerializer(serializers.Serializer[Any]):
    """A consultation that was opened, with what is unusual about it."""

    consultation = ConsultationSerializer()
    warnings = WarningSerializer(many=True)


class OpenEntrySerializer(serializers.Serializer[Any]):
    """Between which days a draft is consulted on, and what is asked."""

    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    call = serializers.CharField(max_length=rules.LONGEST_CALL)


class ExtendEntrySerializer(serializers.Serializer[Any]):
    """Until when a consultation goes on."""

    closes_on = serializers.DateField()


class CloseEntrySerializer(serializers.Serializer[Any]):
    """Why a consultation is closed before its last day is over."""

    reason = serializers.CharField(
        max_length=rules.LONGEST_EARLY, required=False, allow_blank=True, default=""
    )


class AskedSerializer(serializers.Serializer[Any]):
    """A requirement as it was asked about."""

    key = serializers.CharField()
    official_id = serializers.CharField()
    chapter = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    obligation = serializers.CharField()
    text = serializers.CharField()


class CommentAnswerSerializer(serializers.Serializer[Any]):
    """An answer to a comment, and the requirements that it changed."""

    outcome = serializers.ChoiceField(choices=Answer.Outcome.choices)
    reason = serializers.CharField()
    version = serializers.CharField(source="version.number", default=None, allow_null=True)
    changed = serializers.ListField(source="changed_keys", child=serializers.CharField())
    answered_at = serializers.DateTimeField()


class EndorserSerializer(serializers.Serializer[Any]):
    """Who shares a comment."""

    kind = serializers.CharField(source="organisation_kind")
    code = serializers.CharField(source="organisation_code")
    name = serializers.CharField(source="organisation_name")


class CommentSerializer(serializers.Serializer[Any]):
    """A comment with its endorsements; ``answer`` is null until the results are published."""

    id = serializers.IntegerField(source="comment.pk")
    number = serializers.IntegerField(source="comment.number")
    organisation = EndorserSerializer(source="comment")
    requirement = AskedSerializer(source="comment.asked", allow_null=True)
    kind = serializers.ChoiceField(source="comment.kind", choices=Comment.Kind.choices)
    proposed = serializers.CharField(source="comment.proposed", allow_blank=True)
    reason = serializers.CharField(source="comment.reason")
    edition = serializers.IntegerField(source="comment.edition")
    submitted_at = serializers.DateTimeField(source="comment.submitted_at")
    endorsements = serializers.SerializerMethodField()
    answered = serializers.BooleanField()
    answer = CommentAnswerSerializer(allow_null=True)

    @extend_schema_field(EndorserSerializer(many=True))
    def get_endorsements(self, row: Shown) -> Any:
        """List who shares it."""
        return EndorserSerializer(row.comment.endorsements.all(), many=True).data


class ResultSerializer(serializers.Serializer[Any]):
    """The result of a consultation (意見照会結果): every comment with its answer."""

    consultation = ConsultationSerializer()
    comments = CommentSerializer(many=True)


class OrganisationEntrySerializer(serializers.Serializer[Any]):
    """In whose name: a six-digit code or a 法人番号; who speaks for one only may leave it out."""

    organisation = serializers.CharField(
        max_length=13, required=False, allow_blank=True, default=""
    )


class CommentEntrySerializer(OrganisationEntrySerializer):
    """A comment; ``requirement`` is a key or an id, empty for the whole version."""

    requirement = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=Comment.Kind.choices)
    proposed = serializers.CharField(
        max_length=rules.LONGEST_WORDING, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(max_length=rules.LONGEST_REASON)

    def opinion(self, key: str) -> Opinion:
        """Give what is said about the requirement of a key."""
        given = self.validated_data
        return Opinion(given["kind"], key, given["proposed"], given["reason"])


class CommentChangeSerializer(CommentEntrySerializer):
    """A comment in other words; ``edition`` is the one that was read."""

    edition = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class CommentAnswerEntrySerializer(serializers.Serializer[Any]):
    """An answer; ``changed`` names requirements of ``version`` by key or id."""

    outcome = serializers.ChoiceField(choices=Answer.Outcome.choices)
    reason = serializers.CharField(max_length=rules.LONGEST_REASON)
    changed = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=100
    )
    version = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class GoodPracticeSerializer(serializers.ModelSerializer[GoodPractice]):
    """A good practice (好事例) of a body; who wrote it is not said."""

    specification = serializers.CharField(source="specification.slug", read_only=True)
    organisation = EndorserSerializer(source="*", read_only=True)
    requirement = serializers.CharField(source="key", read_only=True)

    class Meta:
        """Everything the page shows."""

        model = GoodPractice
        fields = (
            "id",
            "specification",
            "consultation",
            "organisation",
            "requirement",
            "product",
            "done",
            "effect",
            "attached_at",
        )
        read_only_fields = fields


class GoodPracticeEntrySerializer(OrganisationEntrySerializer):
    """A good practice; ``requirement`` is a key or an id, empty for the whole specification."""

    requirement = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    consultation = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2_000_000_000
    )
    product = serializers.CharField(
        max_length=rules.LONGEST_PRODUCT, required=False, allow_blank=True, default=""
    )
    done = serializers.CharField(max_length=rules.LONGEST_PRACTICE)
    effect = serializers.CharField(max_length=rules.LONGEST_PRACTICE)

    def practice(self, key: str) -> Practice:
        """Give what is told about the requirement of a key."""
        given = self.validated_data
        return Practice(given["done"], given["effect"], given["product"], key)
