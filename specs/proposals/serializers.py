"""Proposals as JSON: what goes out, and what is sent in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from specs.proposals import rules
from specs.proposals.models import Proposal, ProposalAnswer, ProposalEndorsement
from specs.proposals.wishes import Wish


class EndorsementSerializer(serializers.ModelSerializer[ProposalEndorsement]):
    """An organisation behind a proposal."""

    class Meta:
        """Organisations are public, persons are not."""

        model = ProposalEndorsement
        fields = (
            "organisation_kind",
            "organisation_code",
            "organisation_name",
            "note",
            "endorsed_at",
        )


class AnswerSerializer(serializers.ModelSerializer[ProposalAnswer]):
    """What an authority said."""

    authority = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        """Authorities are public, persons are not."""

        model = ProposalAnswer
        fields = ("authority", "outcome", "reason", "answered_at")


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """A proposal in a list."""

    bodies = serializers.IntegerField(read_only=True, help_text="endorsing bodies")
    vendors = serializers.IntegerField(read_only=True, help_text="endorsing vendors")
    draft_slug = serializers.SerializerMethodField()
    draft_number = serializers.SerializerMethodField()
    essential = serializers.ListField(child=serializers.CharField(), read_only=True)
    desired = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        """Organisations are public, persons are not."""

        model = Proposal
        fields = (
            "id",
            "title",
            "domain",
            "purpose",
            "scope",
            "essential",
            "desired",
            "organisation_kind",
            "organisation_code",
            "organisation_name",
            "state",
            "proposed_at",
            "draft_slug",
            "draft_number",
            "bodies",
            "vendors",
        )

    def get_draft_slug(self, proposal: Proposal) -> str:
        """Name the specification, once everybody may read the draft."""
        return proposal.draft_slug if proposal.draft_is_open else ""

    def get_draft_number(self, proposal: Proposal) -> str:
        """Name the version, once everybody may read the draft."""
        return proposal.draft_number if proposal.draft_is_open else ""


class ProposalDetailSerializer(ProposalSerializer):
    """A proposal with who stands behind it and what was answered."""

    endorsements = EndorsementSerializer(many=True, read_only=True)
    answers = AnswerSerializer(many=True, read_only=True)

    class Meta(ProposalSerializer.Meta):
        """As in a list, and more."""

        fields = (*ProposalSerializer.Meta.fields, "endorsements", "answers")  # type: ignore[assignment]


class _OrganisationSerializer(serializers.Serializer[Any]):
    """In whose name: a code; may be left out by who speaks for one organisation only."""

    organisation = serializers.CharField(required=False, default="", max_length=13)


def _functions(*, required: bool) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=rules.LONGEST_FUNCTION),
        max_length=rules.MOST_FUNCTIONS,
        required=required,
    )


class WishSerializer(_OrganisationSerializer):
    """What is proposed."""

    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    domain = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=rules.LONGEST_TEXT)
    scope = serializers.CharField(max_length=rules.LONGEST_TEXT)
    essential = _functions(required=True)
    desired = _functions(required=False)

    def wish(self) -> Wish:
        """Return it as the deeds take it."""
        given = dict(self.validated_data)
        given.pop("organisation")
        return Wish(
            **{
                **given,
                "essential": tuple(given["essential"]),
                "desired": tuple(given.get("desired", ())),
            }
        )


class EndorseSerializer(_OrganisationSerializer):
    """An endorsement."""

    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=rules.LONGEST_NOTE
    )


class WithdrawEndorsementSerializer(_OrganisationSerializer):
    """The end of one."""


class AnswerEntrySerializer(serializers.Serializer[Any]):
    """An answer for an authority, by its slug."""

    authority = serializers.SlugField(max_length=60)
    outcome = serializers.ChoiceField(choices=rules.OUTCOMES)
    reason = serializers.CharField(max_length=rules.LONGEST_TEXT)


class TakeUpSerializer(serializers.Serializer[Any]):
    """What the draft begins as."""

    authority = serializers.SlugField(max_length=60)
    slug = serializers.CharField(max_length=80)
    title = serializers.CharField(max_length=120)
    id_prefix = serializers.CharField(max_length=3)
    number = serializers.CharField(max_length=20, default="0.1")
    published_on = serializers.DateField()
    reason = serializers.CharField(max_length=rules.LONGEST_TEXT)
