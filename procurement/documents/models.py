"""Papers as they were issued: context, bytes and hash, written once and never changed."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import LocalGovernment, User
from procurement.documents.kinds import CHOICES, KINDS
from procurement.models import Officer


class FrozenPaperError(Exception):
    """A paper was issued; it is neither changed nor deleted. A correction is a new edition."""


class PaperQuerySet(models.QuerySet["Paper"]):
    """Ask for papers in the domain's words."""

    def visible_to(self, user: User | AnonymousUser) -> PaperQuerySet:
        """Keep the papers of the bodies that the person works for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(body__in=Officer.objects.filter(user=user).values("body"))

    def of_case(self, case_id: int) -> PaperQuerySet:
        """Keep the papers of one case."""
        return self.filter(case_id=case_id)

    def without_content(self) -> PaperQuerySet:
        """Leave the file and its context in the database until somebody asks for them."""
        return self.defer("content", "context")

    def update(self, **_changes: Any) -> NoReturn:
        """Refuse: a paper is frozen."""
        raise FrozenPaperError

    def delete(self) -> NoReturn:
        """Refuse: a paper is frozen."""
        raise FrozenPaperError


class Paper(models.Model):
    """One issued paper. The database itself refuses to change or delete the row.

    ``number`` is 「<団体名> DMP<年度>第<serial>号」; the serial runs within a body and a fiscal
    year. A paper issued again for the same case and kind in that year keeps the serial and adds
    ``-2``, ``-3``….
    """

    body = models.ForeignKey(LocalGovernment, on_delete=models.PROTECT, related_name="papers")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("種類"), max_length=60, choices=CHOICES)
    title = models.CharField(_("件名"), max_length=120)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("番号"))
    edition = models.PositiveSmallIntegerField(_("枝番"))
    number = models.CharField(_("文書番号"), max_length=120)
    context = models.JSONField(_("記載事項"), help_text="schemas/papers/<kind>.schema.json")
    template_version = models.CharField(_("様式の版"), max_length=20)
    content = models.BinaryField(_("PDF"))
    size = models.PositiveIntegerField(_("バイト数"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    pages = models.PositiveIntegerField(_("ページ数"))
    is_sample = models.BooleanField(_("サンプル"), default=False)
    issued_at = models.DateTimeField(_("発行日時"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    objects = PaperQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("発行した文書")
        verbose_name_plural = _("発行した文書")
        ordering = ("-issued_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "fiscal_year", "serial", "edition"],
                name="a_paper_number_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(serial__gte=1, edition__gte=1), name="paper_numbers_start_at_one"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "kind"], name="papers_of_a_case")]

    def __str__(self) -> str:
        """Show number and title."""
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row once."""
        if not self._state.adding:
            raise FrozenPaperError
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: a paper is frozen."""
        raise FrozenPaperError

    @property
    def kind_title(self) -> str:
        """The kind of paper, in the reader's language."""
        kind = KINDS[self.kind]
        return kind.title_en if get_language() == "en" else kind.title_ja

    @property
    def file_name(self) -> str:
        """A name for the file that every system can write: no Japanese, no spaces."""
        return f"{self.kind}-{self.body_id}-{self.fiscal_year}-{self.serial}-{self.edition}"
