"""What cases say over REST, and what they take."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.cases import grounds, rules
from procurement.cases.models import Candidate, Case, LockedSearch

MOST = 2**63 - 1
MOST_EDITION = 2**31 - 1


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    """One candidate with the facts that the locked search showed."""

    decided_by = serializers.CharField(source="decided_by.name", read_only=True, default=None)

    class Meta:
        """Everything the page shows."""

        model = Candidate
        fields: tuple[str, ...] = (
            "id",
            "position",
            "offer",
            "outcome",
            "reason",
            "decided_by",
            "decided_at",
            "facts",
        )
        read_only_fields: tuple[str, ...] = fields


class LockedSearchSerializer(serializers.ModelSerializer[LockedSearch]):
    """The search as it was locked."""

    locked_by = serializers.CharField(source="locked_by.name", read_only=True)
    sha256 = serializers.CharField(source="digest", read_only=True)
    candidates = CandidateSerializer(many=True, read_only=True)

    class Meta:
        """Everything the page shows."""

        model = LockedSearch
        fields = ("query", "sha256", "locked_by", "locked_at", "facts", "candidates")
        read_only_fields: tuple[str, ...] = fields


class CaseSerializer(serializers.ModelSerializer[Case]):
    """One case, as the list shows it."""

    version = serializers.CharField(source="version.urn", read_only=True)

    class Meta:
        """What the list shows."""

        model = Case
        fields: tuple[str, ...] = (
            "id",
            "body",
            "title",
            "version",
            "plan",
            "contract_category",
            "method",
            "legal_clause",
            "opened_at",
            "edition",
            "is_sample",
        )
        read_only_fields: tuple[str, ...] = fields


class CaseDetailSerializer(CaseSerializer):
    """One case with its search, particulars, the grounds of its method, and what is missing."""

    search = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        """The list's fields and the whole case."""

        fields: tuple[str, ...] = (
            *CaseSerializer.Meta.fields,
            "particulars",
            "method_grounds",
            "search",
            "steps",
            "warnings",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(
        serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    )
    def get_warnings(self, case: Case) -> list[dict[str, Any]]:
        """Say what should be thought about first and forbids nothing."""
        found = grounds.facts_of(case, on=timezone.localdate()).shortfall
        return [found.as_dict(self.context.get("language", "ja"))] if found else []

    @extend_schema_field(LockedSearchSerializer(allow_null=True))
    def get_search(self, case: Case) -> dict[str, Any] | None:
        """Return the locked search, or null while there is none."""
        search = grounds.search_of(case)
        return dict(LockedSearchSerializer(search).data) if search else None

    @extend_schema_field(
        serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    )
    def get_steps(self, case: Case) -> list[dict[str, Any]]:
        """Return the checklist: each step's state and what it still needs."""
        facts = grounds.facts_of(case, on=timezone.localdate())
        language = self.context.get("language", "ja")
        return [
            {
                "step": step.code,
                "state": step.state,
                "missing": [problem.as_dict(language) for problem in step.missing],
            }
            for step in rules.steps(facts)
        ]


class OpenCaseSerializer(serializers.Serializer[Any]):
    """What a case is opened with; ``version`` is ``urn:dmp:spec:<slug>:<number>``."""

    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    version = serializers.CharField(max_length=200)
    plan = serializers.IntegerField(
        min_value=1, max_value=MOST, required=False, allow_null=True, default=None
    )


class EditionSerializer(serializers.Serializer[Any]):
    """The edition of the case that was read."""

    edition = serializers.IntegerField(min_value=0, max_value=MOST_EDITION)


class LockSearchSerializer(EditionSerializer):
    """The query part of the catalogue's address."""

    query = serializers.CharField(max_length=rules.LONGEST_QUERY, allow_blank=True)


class DecideCandidateSerializer(EditionSerializer):
    """Which candidate, and why."""

    candidate = serializers.IntegerField(min_value=1, max_value=MOST)
    reason = serializers.CharField(max_length=rules.LONGEST_REASON)


class ReopenCandidateSerializer(EditionSerializer):
    """Which candidate."""

    candidate = serializers.IntegerField(min_value=1, max_value=MOST)


class StateParticularsSerializer(EditionSerializer):
    """Values of schemas/case-particulars.schema.json by key; null takes a value away."""

    particulars = serializers.DictField(child=serializers.JSONField(allow_null=True))


class DecideMethodSerializer(EditionSerializer):
    """How to contract, for which contract category, under which item (号).

    ``reason`` is needed where a paper that cites an earlier decision is issued already.
    """

    contract_category = serializers.CharField(max_length=30)
    method = serializers.CharField(max_length=40)
    clause = serializers.CharField(max_length=20, allow_blank=True, required=False, default="")
    reason = serializers.CharField(
        max_length=rules.LONGEST_REASON, allow_blank=True, required=False, default=""
    )


class IssuePaperSerializer(EditionSerializer):
    """Which kind of paper."""

    kind = serializers.CharField(max_length=60)


class ProblemListSerializer(serializers.Serializer[Any]):
    """Why a deed was refused, all at once."""

    problems = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
