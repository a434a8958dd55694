"""What is asked of a draft, what is said about it, and what the editors answer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from specs.consultation.rules import LONGEST_EARLY
from specs.models import Specification, SpecificationVersion


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Ask for consultations in the domain's words."""

    def open_on(self, today: date) -> ConsultationQuerySet:
        """Keep those that take comments on a day."""
        return self.filter(closed_at__isnull=True, opens_on__lte=today, closes_on__gte=today)

    def unclosed(self) -> ConsultationQuerySet:
        """Keep those that the editors have not closed, whatever the day."""
        return self.filter(closed_at__isnull=True)

    def with_counts(self) -> ConsultationQuerySet:
        """Annotate ``comment_count`` and ``unanswered_count``; withdrawn comments aside."""
        stands = Q(comments__withdrawn_at__isnull=True)
        unanswered = stands & Q(comments__answer__isnull=True)
        return self.annotate(
            comment_count=Count("comments", filter=stands),
            unanswered_count=Count("comments", filter=unanswered),
        )

    def listed(self) -> ConsultationQuerySet:
        """Fetch what a list shows, without the documents."""
        return self.select_related("version__specification__authority").defer(
            "version__document", "version__mapping"
        )


class Consultation(models.Model):
    """A draft laid before bodies and vendors between two days (意見照会)."""

    class Standing(models.TextChoices):
        """What a consultation is on a day."""

        PLANNED = "planned", _("受付開始前")
        OPEN = "open", _("受付中")
        OVER = "over", _("受付終了")
        CLOSED = "closed", _("締切・回答作成中")
        PUBLISHED = "published", _("結果公表")

    version = models.ForeignKey(
        SpecificationVersion, on_delete=models.PROTECT, related_name="consultations"
    )
    opens_on = models.DateField(_("受付開始日"))
    closes_on = models.DateField(_("受付最終日"))
    call = models.TextField(_("照会の趣旨"))
    digest = models.CharField(_("照会した文書のSHA-256"), max_length=64)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("開始日時"))
    closed_at = models.DateTimeField(_("締切日時"), null=True, blank=True)
    early_reason = models.CharField(_("早く締め切った理由"), max_length=LONGEST_EARLY, blank=True)
    results_at = models.DateTimeField(_("結果公表日時"), null=True, blank=True)

    #: Given by the home page: how many comments the reader's organisations have.
    own_count: int

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        """The latest first; a version has at most one that is not closed."""

        verbose_name = _("意見照会")
        verbose_name_plural = _("意見照会")
        ordering = ("-opens_on", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="consultation_closes_after_it_opens"
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(closed_at__isnull=True),
                name="one_unclosed_consultation_of_a_version",
            ),
            models.CheckConstraint(
                condition=Q(results_at__isnull=True) | Q(closed_at__isnull=False),
                name="results_follow_the_close",
            ),
        ]

    def __str__(self) -> str:
        """Show the version."""
        return str(self.version)

    def standing(self, today: date) -> Consultation.Standing:
        """Say what it is on a day."""
        if self.results_at is not None:
            return self.Standing.PUBLISHED
        if self.closed_at is not None:
            return self.Standing.CLOSED
        if today < self.opens_on:
            return self.Standing.PLANNED
        return self.Standing.OPEN if today <= self.closes_on else self.Standing.OVER

    def takes_comments(self, today: date) -> bool:
        """Say whether comments are taken on a day."""
        return self.standing(today) == self.Standing.OPEN


class AskedRequirement(models.Model):
    """One requirement as it was asked about; the draft may change afterwards, this does not."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="asked")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    official_id = models.CharField(_("機能ID等"), max_length=40)
    chapter = models.CharField(_("大項目"), max_length=200, blank=True)
    title = models.CharField(_("機能名称"), max_length=300, blank=True)
    obligation = models.CharField(_("実装区分"), max_length=20)
    text = models.TextField(_("要件"))

    class Meta:
        """Read in the document's order."""

        verbose_name = _("照会した要件")
        verbose_name_plural = _("照会した要件")
        ordering = ("consultation", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "key"], name="one_asked_requirement_of_each_key"
            ),
        ]

    def __str__(self) -> str:
        """Show id and title."""
        return f"{self.official_id} {self.title}"


class Speaker(models.Model):
    """Something that an organisation says: its kind, code and name as they were then."""

    class OrganisationKind(models.TextChoices):
        """Who speaks."""

        BODY = "body", _("地方公共団体")
        VENDOR = "vendor", _("事業者")

    organisation_kind = models.CharField(_("種別"), max_length=10, choices=OrganisationKind)
    organisation_code = models.CharField(_("団体コード・法人番号"), max_length=13)
    organisation_name = models.CharField(_("団体名・事業者名"), max_length=120)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        """Only what is said has a table."""

        abstract = True


class CommentQuerySet(models.QuerySet["Comment"]):
    """Ask for comments in the domain's words."""

    def standing(self) -> CommentQuerySet:
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def unanswered(self) -> CommentQuerySet:
        """Keep those that stand and have no answer."""
        return self.standing().filter(answer__isnull=True)

    def of(self, codes: list[str]) -> CommentQuerySet:
        """Keep those of organisations."""
        return self.filter(organisation_code__in=codes)

    def listed(self) -> CommentQuerySet:
        """Fetch what a list shows: the requirement as asked, the answer, the endorsements."""
        return (
            self.select_related("asked", "answer__version__specification")
            .prefetch_related("endorsements")
            .defer("answer__version__document", "answer__version__mapping")
        )


class Comment(Speaker):
    """What one organisation says about a requirement, or about the whole version (意見)."""

    class Kind(models.TextChoices):
        """What is wanted."""

        CORRECTION = "correction", pgettext_lazy("意見の種類", "修正")
        ADDITION = "addition", pgettext_lazy("意見の種類", "追加")
        DELETION = "deletion", pgettext_lazy("意見の種類", "削除")
        QUESTION = "question", pgettext_lazy("意見の種類", "質問")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="comments"
    )
    number = models.PositiveIntegerField(_("番号"))
    asked = models.ForeignKey(
        AskedRequirement, on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    kind = models.CharField(_("意見の種類"), max_length=20, choices=Kind)
    proposed = models.TextField(_("修正案"), blank=True)
    reason = models.TextField(_("理由"))
    edition = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(_("提出日時"))
    withdrawn_at = models.DateTimeField(_("撤回日時"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        """Read by number."""

        verbose_name = _("意見")
        verbose_name_plural = _("意見")
        ordering = ("consultation", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "number"], name="one_comment_of_each_number"
            ),
        ]

    def __str__(self) -> str:
        """Show number and organisation."""
        return f"{self.number} {self.organisation_name}"

    @property
    def key(self) -> str:
        """Give the key of the requirement, empty for the whole version."""
        return self.asked.key if self.asked else ""


class Endorsement(Speaker):
    """Another organisation shares a comment (賛同)."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="endorsements")
    endorsed_at = models.DateTimeField(_("賛同日時"))

    class Meta:
        """One an organisation and comment."""

        verbose_name = _("賛同")
        verbose_name_plural = _("賛同")
        ordering = ("comment", "endorsed_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comment", "organisation_code"], name="one_endorsement_of_a_comment_each"
            ),
        ]

    def __str__(self) -> str:
        """Show who endorses."""
        return f"{self.comment} ← {self.organisation_name}"


class Answer(models.Model):
    """What the editors say to a comment (回答), and the change that it caused."""

    class Outcome(models.TextChoices):
        """What became of it."""

        ADOPTED = "adopted", _("反映する")
        PARTLY = "partly", _("一部反映する")
        NOT = "not", _("反映しない")
        LATER = "later", _("今後の版で検討する")
        EXPLAINED = "explained", _("質問に回答する")

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="answer")
    outcome = models.CharField(_("対応"), max_length=20, choices=Outcome)
    reason = models.TextField(_("回答（理由）"))
    version = models.ForeignKey(
        SpecificationVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("反映した版"),
    )
    # Keys of the requirements that changed, a space between.
    changed = models.CharField(_("反映した要件"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("回答日時"))

    class Meta:
        """One a comment; the last one stands."""

        verbose_name = _("回答")
        verbose_name_plural = _("回答")

    def __str__(self) -> str:
        """Show the comment and the outcome."""
        return f"{self.comment}: {self.get_outcome_display()}"

    @property
    def changed_keys(self) -> list[str]:
        """List the keys of the requirements that changed."""
        return self.changed.split()


class GoodPracticeQuerySet(models.QuerySet["GoodPractice"]):
    """Ask for good practices in the domain's words."""

    def published(self) -> GoodPracticeQuerySet:
        """Keep those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class GoodPractice(Speaker):
    """How a body does what a specification asks for (好事例), public once attached."""

    specification = models.ForeignKey(
        Specification, on_delete=models.PROTECT, related_name="good_practices"
    )
    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="good_practices",
    )
    key = models.CharField(_("要件"), max_length=40, blank=True)
    product = models.CharField(_("使っている製品・サービス"), max_length=120, blank=True)
    done = models.TextField(_("取組の内容"))
    effect = models.TextField(_("効果"))
    attached_at = models.DateTimeField(_("登録日時"))
    withdrawn_at = models.DateTimeField(_("取下げ日時"), null=True, blank=True)

    objects = GoodPracticeQuerySet.as_manager()

    class Meta:
        """The newest first."""

        verbose_name = _("好事例")
        verbose_name_plural = _("好事例")
        ordering = ("-attached_at", "-id")

    def __str__(self) -> str:
        """Show body and specification."""
        return f"{self.organisation_name}: {self.specification}"
