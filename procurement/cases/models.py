"""A case: a locked search, a reason for every candidate dropped, the method, the papers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import LocalGovernment, User
from procurement.models import Officer
from procurement.switchover.models import SwitchoverPlan
from specs.models import SpecificationVersion
from vendors.models import Offer


class CaseQuerySet(models.QuerySet["Case"]):
    """Ask for cases in the domain's words."""

    def visible_to(self, user: User | AnonymousUser) -> CaseQuerySet:
        """Keep the cases of the bodies that the person works for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(body__in=Officer.objects.filter(user=user).values("body"))


class Case(models.Model):
    """One procurement of a body (調達案件), from the locked search to its papers.

    ``particulars`` holds what the officer states for the papers: purpose, scope, period, ceiling
    amount, department, contact. ``method_grounds`` holds on what the choice of the method stood
    when it was made: amount, threshold with its source, reasons, assumptions.
    """

    body = models.ForeignKey(LocalGovernment, on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(_("件名"), max_length=120)
    plan = models.ForeignKey(
        SwitchoverPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    version = models.ForeignKey(
        SpecificationVersion, on_delete=models.PROTECT, related_name="cases"
    )
    particulars = models.JSONField(
        _("案件の記載事項"),
        default=dict,
        blank=True,
        help_text="schemas/case-particulars.schema.json",
    )
    contract_category = models.CharField(
        _("契約の種類"),
        max_length=30,
        blank=True,
        help_text="schemas/codelists/legal_thresholds.csv: contract_category",
    )
    method = models.CharField(
        _("契約方法"),
        max_length=40,
        blank=True,
        help_text="schemas/codelists/contracting_methods.csv: code",
    )
    legal_clause = models.CharField(
        _("適用条項"),
        max_length=20,
        blank=True,
        help_text="schemas/codelists/negotiated_contract_clauses.csv: clause",
    )
    method_grounds = models.JSONField(
        _("契約方法の根拠"),
        default=dict,
        blank=True,
        help_text="schemas/method-grounds.schema.json",
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    opened_at = models.DateTimeField(_("開始日時"))
    edition = models.PositiveIntegerField(default=1)
    is_sample = models.BooleanField(_("サンプル"), default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("調達案件")
        verbose_name_plural = _("調達案件")
        ordering = ("-opened_at", "-id")

    def __str__(self) -> str:
        """Show the title."""
        return self.title


class LockedSearch(models.Model):
    """A search as it stood when it was locked: conditions, order and every fact shown (証跡)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="locked_search")
    query = models.TextField(_("検索条件"), help_text=_("カタログのURLの問い合わせ部分"))
    facts = models.JSONField(_("表示した事実"), help_text="schemas/locked-search.schema.json")
    digest = models.CharField(_("SHA-256"), max_length=64)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    locked_at = models.DateTimeField(_("固定日時"))

    class Meta:
        """Never changed after it is written; the database itself refuses."""

        verbose_name = _("固定した検索")
        verbose_name_plural = _("固定した検索")

    def __str__(self) -> str:
        """Show the conditions."""
        return self.query


READ_FROM_FACTS = {
    "product_name": KT("facts__product__name"),
    "verdict": KT("facts__verdict__outcome"),
}


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Ask for candidates in the domain's words."""

    def weighed(self) -> CandidateQuerySet:
        """Read ``product_name`` and ``verdict`` out of the frozen facts, without loading these."""
        return self.annotate(**READ_FROM_FACTS)


class Candidate(models.Model):
    """One offer found by the locked search, and why it was dropped or chosen.

    ``product_name`` and ``verdict`` (None: nothing is claimed) are read by ``weighed`` only.
    """

    product_name: str
    verdict: str | None

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("検討中")
        DROPPED = "dropped", _("除外")
        CHOSEN = "chosen", _("選定")

    search = models.ForeignKey(LockedSearch, on_delete=models.PROTECT, related_name="candidates")
    position = models.PositiveIntegerField()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="candidacies")
    facts = models.JSONField(
        _("表示した事実"), help_text="schemas/locked-search.schema.json: candidate"
    )
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    reason = models.TextField(_("理由"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    decided_at = models.DateTimeField(_("決定日時"), null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        """Read in the order of the search."""

        verbose_name = _("候補")
        verbose_name_plural = _("候補")
        ordering = ("search", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "offer"], name="one_candidacy_of_each_offer"),
            models.UniqueConstraint(
                fields=["search", "position"], name="one_candidate_at_each_position"
            ),
            models.UniqueConstraint(
                fields=["search"], condition=Q(outcome="chosen"), name="one_candidate_is_chosen"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") | ~Q(reason=""), name="decided_candidate_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        """Show the offer."""
        return f"{self.offer}"
