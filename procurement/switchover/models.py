"""A switchover plan: every step's latest date, counted back from the renewal date."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from procurement.contracts.models import Contract
from procurement.models import Officer


class SwitchoverPlanQuerySet(models.QuerySet["SwitchoverPlan"]):
    """Ask for plans in the domain's words."""

    def visible_to(self, user: User | AnonymousUser) -> SwitchoverPlanQuerySet:
        """Keep the plans of the bodies that the person works for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(contract__body__in=Officer.objects.filter(user=user).values("body"))


class SwitchoverPlan(models.Model):
    """A plan to leave one contract for the next (切替計画)."""

    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, related_name="switchover_plan"
    )
    renewal_on = models.DateField(_("更改日"), help_text=_("新しいサービスを始める日"))
    template = models.CharField(
        _("ひな形"), max_length=30, help_text="schemas/codelists/switchover_steps.csv: template"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    made_at = models.DateTimeField(_("作成日時"))
    edition = models.PositiveIntegerField(default=1)

    objects = SwitchoverPlanQuerySet.as_manager()

    class Meta:
        """The first renewal stands first."""

        verbose_name = _("切替計画")
        verbose_name_plural = _("切替計画")
        ordering = ("renewal_on", "id")

    def __str__(self) -> str:
        """Show the system."""
        return f"{self.contract} {self.renewal_on:%Y-%m-%d}"


class PlanStep(models.Model):
    """One step of a plan as the template set it, and when it was done."""

    plan = models.ForeignKey(SwitchoverPlan, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, help_text="schemas/codelists/switchover_steps.csv: code")
    starts_by = models.DateField(_("遅くとも着手"))
    ends_by = models.DateField(_("遅くとも完了"))
    assumptions = models.JSONField(default=list, help_text="schemas/plan-assumptions.schema.json")
    done_on = models.DateField(_("完了日"), null=True, blank=True)

    class Meta:
        """Read in the template's order."""

        verbose_name = _("工程")
        verbose_name_plural = _("工程")
        ordering = ("plan", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_step_of_each_code"),
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code
