"""Notices: what a person is told once, on their page and by e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.notices.wording import Wording, wording


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Ask for notices in the domain's words."""

    def unread(self) -> NoticeQuerySet:
        """Keep those that the person has not marked as read."""
        return self.filter(read_at__isnull=True)

    def unread_first(self) -> NoticeQuerySet:
        """Order the unread before the read, the newest first within each."""
        return self.order_by(F("read_at").asc(nulls_first=True), "-created_at", "-pk")

    def due(self, at: datetime) -> NoticeQuerySet:
        """Keep those that wait for their mail at the moment, to people who can still sign in."""
        return self.filter(
            by_mail=True,
            sent_at__isnull=True,
            next_attempt_at__lte=at,
            recipient__is_active=True,
        )


class Notice(models.Model):
    """One thing told to one person (お知らせ)."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("種類"), max_length=60)
    params = models.JSONField(
        _("内容"), default=dict, help_text="schemas/notice-params.schema.json"
    )
    url = models.CharField(_("リンク先"), max_length=400)
    key = models.CharField(_("出来事"), max_length=200)
    created_at = models.DateTimeField(_("作成日時"))
    read_at = models.DateTimeField(_("既読日時"), null=True, blank=True)
    by_mail = models.BooleanField(_("メールで送る"), default=True)
    unsubscribe_url = models.CharField(_("配信停止のリンク"), max_length=400, blank=True)
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("送信の試行回数"), default=0)
    next_attempt_at = models.DateTimeField(_("次に送る日時"))
    last_error = models.CharField(_("最後の失敗"), max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        """A person is told of an event once."""

        verbose_name = _("お知らせ")
        verbose_name_plural = _("お知らせ")
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "key"], name="a_person_is_told_of_an_event_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(by_mail=True, sent_at__isnull=True),
                name="notice_waiting_for_mail",
            ),
        ]

    def __str__(self) -> str:
        """Show the subject."""
        return self.wording.subject

    @property
    def wording(self) -> Wording:
        """The notice in the page's language."""
        return wording(self.kind, self.params, get_language() or "ja")

    @property
    def is_unread(self) -> bool:
        """Say whether the person has yet to mark it as read."""
        return self.read_at is None

    def addressed_to(self, user: User) -> bool:
        """Say whether the notice is the person's own."""
        return self.recipient_id == user.pk
