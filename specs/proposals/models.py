"""What bodies and vendors ask the state to specify next, and who stands behind it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schemas import codelist
from specs.models import Authority, SpecificationVersion


class OrganisationKind(models.TextChoices):
    """In whose name somebody speaks."""

    BODY = "body", _("地方公共団体")
    VENDOR = "vendor", _("事業者")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Ask for proposals in the domain's words."""

    def standing(self) -> ProposalQuerySet:
        """Leave out what its proposer took back."""
        return self.exclude(state=Proposal.State.WITHDRAWN)

    def with_support(self) -> ProposalQuerySet:
        """Annotate how many bodies and vendors endorse each, and whether all may read its draft."""
        kind = "endorsements__organisation_kind"
        drafts = SpecificationVersion.objects.filter(
            specification__slug=OuterRef("draft_slug"), number=OuterRef("draft_number")
        ).exclude(state=SpecificationVersion.State.DRAFT)
        return self.annotate(  # type: ignore[no-redef]
            draft_is_open=Exists(drafts),
            bodies=Count("endorsements", filter=Q(**{kind: OrganisationKind.BODY})),
            vendors=Count("endorsements", filter=Q(**{kind: OrganisationKind.VENDOR})),
        )

    def most_wanted_first(self) -> ProposalQuerySet:
        """Order by the number of bodies behind each, then of vendors, then the newest."""
        return self.with_support().order_by(
            F("bodies").desc(), F("vendors").desc(), "-proposed_at", "-pk"
        )


class Proposal(models.Model):
    """A wish for a specification that no ministry has written yet (仕様の提案)."""

    class State(models.TextChoices):
        """Where a proposal stands."""

        OPEN = "open", _("賛同を募集中")
        TAKEN_UP = "taken_up", _("案を作成")
        WITHDRAWN = "withdrawn", _("取下げ")

    title = models.CharField(_("件名"), max_length=100)
    domain = models.CharField(_("業務"), max_length=60)
    purpose = models.TextField(_("困っていること・求める理由"))
    scope = models.TextField(_("対象とする事務の範囲"))
    essential = models.JSONField(
        _("欠かせない機能"), help_text="schemas/proposed-functions.schema.json"
    )
    desired = models.JSONField(
        _("あるとよい機能"), help_text="schemas/proposed-functions.schema.json"
    )
    organisation_kind = models.CharField(_("提案者の種別"), max_length=10, choices=OrganisationKind)
    organisation_code = models.CharField(_("団体コード・法人番号"), max_length=13)
    organisation_name = models.CharField(_("提案者"), max_length=120)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    proposed_at = models.DateTimeField(_("提案日時"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    draft_slug = models.CharField(_("案の識別子"), max_length=80, blank=True)
    draft_number = models.CharField(_("案の版"), max_length=20, blank=True)

    #: Given by ``ProposalQuerySet.with_support``.
    draft_is_open: bool

    objects = ProposalQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("仕様の提案")
        verbose_name_plural = _("仕様の提案")
        ordering = ("-proposed_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="taken_up") | ~Q(draft_slug="") & ~Q(draft_number=""),
                name="proposal_taken_up_names_its_draft",
            ),
        ]

    def __str__(self) -> str:
        """Show the title."""
        return self.title

    @property
    def is_open(self) -> bool:
        """Say whether it still gathers endorsements."""
        return self.state == self.State.OPEN

    @property
    def domain_label(self) -> str:
        """Name the business in the reader's language."""
        found = codelist.business_domain(self.domain)
        return found.label(get_language() or "ja") if found else self.domain


class ProposalEndorsement(models.Model):
    """An organisation that wants a proposed specification too (賛同)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="endorsements")
    organisation_kind = models.CharField(_("種別"), max_length=10, choices=OrganisationKind)
    organisation_code = models.CharField(_("団体コード・法人番号"), max_length=13)
    organisation_name = models.CharField(_("賛同者"), max_length=120)
    note = models.CharField(_("ひとこと"), max_length=300, blank=True)
    endorsed_at = models.DateTimeField(_("賛同日時"))
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """One an organisation, in the order in which they came."""

        verbose_name = _("賛同")
        verbose_name_plural = _("賛同")
        ordering = ("endorsed_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "organisation_code"], name="one_endorsement_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        """Show who endorses what."""
        return f"{self.organisation_name}: {self.proposal}"


class ProposalAnswer(models.Model):
    """What an authority says to a proposal (回答); each has one word, the last it gave."""

    class Outcome(models.TextChoices):
        """What the authority will do."""

        TAKEN_UP = "taken_up", _("案を作る")
        LATER = "later", _("今後検討する")
        NOT = "not", _("作らない")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("回答"), max_length=10, choices=Outcome)
    reason = models.TextField(_("理由"))
    answered_at = models.DateTimeField(_("回答日時"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """One an authority."""

        verbose_name = _("提案への回答")
        verbose_name_plural = _("提案への回答")
        ordering = ("answered_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "authority"], name="one_answer_an_authority"
            ),
        ]

    def __str__(self) -> str:
        """Show who answers what."""
        return f"{self.authority}: {self.proposal}"
