"""Who is who: people, and the local governments that they may work for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Make users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user who signs in by e-mail; without a password nobody can sign in as them."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an operator, who registers ministries and officers."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do, the wings' memberships say."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=100, blank=True)
    is_staff = models.BooleanField(_("運営者"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)
    date_joined = models.DateTimeField(_("登録日時"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        """Name the table's rows."""

        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")

    def __str__(self) -> str:
        """Show the name, or the address of somebody who gave none."""
        return self.name or self.email


class LocalGovernmentQuerySet(models.QuerySet["LocalGovernment"]):
    """Ask for local governments in the domain's words."""

    def in_prefecture(self, prefecture: str) -> LocalGovernmentQuerySet:
        """Keep those of one prefecture, named as in the official list (会津若松市 → 福島県)."""
        return self.filter(prefecture=prefecture)


class LocalGovernment(models.Model):
    """One of the 1,788 local governments (地方公共団体).

    Rows come from ``schemas/codelists/local_governments.csv`` by ``import_local_governments``.
    Source of codes: 総務省「全国地方公共団体コード」.
    """

    class Category(models.TextChoices):
        """The legal kind of a body (地方自治法 1条の3, 252条の19, 252条の22, 281条)."""

        PREFECTURE = "prefecture", _("都道府県")
        DESIGNATED_CITY = "designated_city", _("指定都市")
        CORE_CITY = "core_city", _("中核市")
        SPECIAL_WARD = "special_ward", _("特別区")
        CITY = "city", _("市")
        TOWN = "town", _("町")
        VILLAGE = "village", _("村")

    code = models.CharField(_("団体コード"), max_length=6, primary_key=True)
    category = models.CharField(_("団体区分"), max_length=20, choices=Category)
    prefecture = models.CharField(_("都道府県"), max_length=10)
    name = models.CharField(_("団体名"), max_length=40)
    kana = models.CharField(_("読み"), max_length=80)
    population = models.PositiveIntegerField(
        _("人口"), null=True, blank=True, help_text=_("団体が自ら記録した人口（人）")
    )
    population_as_of = models.DateField(_("人口の基準日"), null=True, blank=True)

    objects = LocalGovernmentQuerySet.as_manager()

    class Meta:
        """Keep the official order."""

        verbose_name = _("地方公共団体")
        verbose_name_plural = _("地方公共団体")
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(population__isnull=True) | Q(population_as_of__isnull=False),
                name="population_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        """Show the name; a prefecture's own name stands alone."""
        return self.name
