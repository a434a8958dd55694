"""The contract register: what each body runs today, until when, at what price."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import LocalGovernment, User
from procurement.models import Officer
from vendors.models import Product


class ContractQuerySet(models.QuerySet["Contract"]):
    """Ask for contracts in the domain's words."""

    def visible_to(self, user: User | AnonymousUser) -> ContractQuerySet:
        """Keep the contracts of the bodies that the person works for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(body__in=Officer.objects.filter(user=user).values("body"))


class Contract(models.Model):
    """One system that a body runs under one contract (契約台帳の一行)."""

    class TaxBasis(models.TextChoices):
        """Whether the annual cost holds the consumption tax."""

        INCLUDED = "INCLUDED", _("税込")
        EXCLUDED = "EXCLUDED", _("税抜")

    body = models.ForeignKey(LocalGovernment, on_delete=models.PROTECT, related_name="contracts")
    system = models.CharField(_("システム名"), max_length=120)
    domain = models.CharField(
        _("業務"), max_length=60, help_text="schemas/codelists/business_domains.csv: slug"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    product_name = models.CharField(_("製品名"), max_length=120, blank=True)
    contractor = models.CharField(_("契約相手方"), max_length=120)
    starts_on = models.DateField(_("契約開始日"))
    ends_on = models.DateField(_("契約終了日"))
    notice_months = models.PositiveSmallIntegerField(_("解約・満了通知の期限（月前）"), default=0)
    annual_cost_yen = models.PositiveBigIntegerField(_("年額（円）"))
    tax_basis = models.CharField(_("税の扱い"), max_length=10, choices=TaxBasis)
    remarks = models.TextField(_("備考"), blank=True)
    edition = models.PositiveIntegerField(default=1)
    is_sample = models.BooleanField(_("サンプル"), default=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        """The first to end stands first."""

        verbose_name = _("契約")
        verbose_name_plural = _("契約")
        ordering = ("ends_on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="contract_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["body", "system", "starts_on"], name="one_contract_of_each_system_and_start"
            ),
        ]

    def __str__(self) -> str:
        """Show the system."""
        return self.system
