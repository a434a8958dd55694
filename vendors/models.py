"""The offer: vendors, products and offers with prices, and what they claim to conform to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schemas import codelist
from specs.models import Requirement, SpecificationVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

    Reader = User | AnonymousUser | None


class VendorQuerySet(models.QuerySet["Vendor"]):
    """Ask for vendors in the domain's words."""

    def represented_by(self, user: Reader) -> VendorQuerySet:
        """Keep those for which the user acts."""
        return self.filter(representatives__user_id=_number_of(user))


class Vendor(models.Model):
    """A registered vendor (登録事業者), as developer (登録開発者), seller (登録販売者) or both."""

    corporate_number = models.CharField(_("法人番号"), max_length=13, unique=True)
    name = models.CharField(_("商号"), max_length=120)
    name_en = models.CharField(_("英語商号"), max_length=160, blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    email = models.EmailField(_("連絡先メール"), blank=True)
    website = models.URLField(_("ウェブサイト"), blank=True)
    is_sample = models.BooleanField(_("サンプル"), default=False)

    objects = VendorQuerySet.as_manager()

    class Meta:
        """Read by name."""

        verbose_name = _("登録事業者")
        verbose_name_plural = _("登録事業者")
        ordering = ("name", "id")

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Representative(models.Model):
    """A person who acts for a vendor (事業者の担当者)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="representations"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="representatives")

    class Meta:
        """One membership a person and vendor."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "vendor"], name="one_representation_each"),
        ]

    def __str__(self) -> str:
        """Show who acts for whom."""
        return f"{self.user} ({self.vendor})"


class ProductQuerySet(models.QuerySet["Product"]):
    """Ask for products in the domain's words."""

    def visible_to(self, user: Reader) -> ProductQuerySet:
        """Keep those on offer or with a public claim, and those of the user's own vendors."""
        number = _number_of(user)
        return self.filter(
            Exists(Offer.objects.published().filter(product=OuterRef("pk")))
            | Exists(ConformanceClaim.objects.public().filter(release__product=OuterRef("pk")))
            | Exists(Representative.objects.filter(vendor=OuterRef("developer"), user_id=number))
        )


class Product(models.Model):
    """A piece of software (ソフトウェア) that one developer makes."""

    developer = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(_("製品名"), max_length=120)
    name_en = models.CharField(_("英語製品名"), max_length=160, blank=True)
    summary = models.CharField(_("一文の説明"), max_length=200)
    description = models.TextField(_("説明"), blank=True)
    domain = models.CharField(
        _("業務"), max_length=60, help_text="schemas/codelists/business_domains.csv: slug"
    )
    is_sample = models.BooleanField(_("サンプル"), default=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        """One name a developer."""

        verbose_name = _("製品")
        verbose_name_plural = _("製品")
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["developer", "name"], name="one_product_of_each_name_per_developer"
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name

    @property
    def domain_label(self) -> str:
        """The name of the field of work."""
        row = codelist.business_domain(self.domain)
        return row.label(_language()) if row else self.domain


class ProductRelease(models.Model):
    """One release of a product; a claim speaks of exactly one."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="releases")
    number = models.CharField(_("リリース"), max_length=30)
    released_on = models.DateField(_("提供開始日"))

    class Meta:
        """One row a number, the newest first."""

        verbose_name = _("リリース")
        verbose_name_plural = _("リリース")
        ordering = ("product", "-released_on", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "number"], name="one_release_of_each_number"
            ),
        ]

    def __str__(self) -> str:
        """Show product and number."""
        return f"{self.product} {self.number}"


class CertificationQuerySet(models.QuerySet["Certification"]):
    """Ask for certificates in the domain's words."""

    def valid_on(self, day: date) -> CertificationQuerySet:
        """Keep those whose validity holds the day; both end days count."""
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class Certification(models.Model):
    """A certificate that a product or its operation holds, with scope and validity."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="certifications")
    scheme = models.CharField(
        _("認証"), max_length=30, help_text="schemas/codelists/certification_schemes.csv: code"
    )
    number = models.CharField(_("登録番号"), max_length=60)
    scope = models.CharField(_("範囲"), max_length=200)
    valid_from = models.DateField(_("有効期間の開始"))
    valid_to = models.DateField(_("有効期間の終了"))

    objects = CertificationQuerySet.as_manager()

    class Meta:
        """Valid from before to."""

        verbose_name = _("認証")
        verbose_name_plural = _("認証")
        ordering = ("scheme", "-valid_to")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="certificate_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        """Show scheme and number."""
        return f"{self.scheme} {self.number}"

    @property
    def scheme_label(self) -> str:
        """The name of the scheme."""
        return codelist.labels("certification_schemes", _language()).get(self.scheme, self.scheme)


class OfferQuerySet(models.QuerySet["Offer"]):
    """Ask for offers in the domain's words."""

    def published(self) -> OfferQuerySet:
        """Keep those that the catalogue shows."""
        return self.filter(state=Offer.State.PUBLISHED)

    def visible_to(self, user: Reader) -> OfferQuerySet:
        """Keep the published ones and those of the user's own vendors."""
        own = Representative.objects.filter(vendor=OuterRef("seller"), user_id=_number_of(user))
        return self.filter(Q(state=Offer.State.PUBLISHED) | Exists(own))

    def claiming(self, version: SpecificationVersion) -> OfferQuerySet:
        """Keep those of products with a published claim on the version, whatever it says."""
        return self.filter(Exists(_claims_of_product(version)))

    def conforming_to(
        self, version: SpecificationVersion, *, transitional: bool = True
    ) -> OfferQuerySet:
        """Keep those whose product's published claim conforms to the version.

        The verdict is that for ordinary municipalities on the day on which it was last taken.
        ``transitional`` keeps those too that conform with transitional items.
        """
        outcomes = ["conforms", *(["conforms_with_transitional"] if transitional else [])]
        return self.filter(Exists(_claims_of_product(version).filter(totals__outcome__in=outcomes)))


class Offer(models.Model):
    """What one seller sells of one product (サービス): hosting, terms, prices."""

    class State(models.TextChoices):
        """Whether the catalogue shows it."""

        DRAFT = "draft", _("準備中")
        PUBLISHED = "published", _("公開")
        WITHDRAWN = "withdrawn", _("取下げ")

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    seller = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="offers")
    name = models.CharField(_("サービス名"), max_length=120)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.DRAFT)
    hosting = models.CharField(
        _("提供形態"), max_length=30, help_text="schemas/codelists/hosting_types.csv: code"
    )
    network_models = models.JSONField(
        _("対応する三層分離モデル"),
        default=list,
        blank=True,
        help_text="schemas/codelists/network_models.csv: codes",
    )
    service_level = models.TextField(_("サービス水準"), blank=True)
    support = models.TextField(_("サポート"), blank=True)
    data_export = models.TextField(_("データの出力"), blank=True)
    exit_terms = models.TextField(_("契約終了時の取扱い"), blank=True)
    minimum_months = models.PositiveSmallIntegerField(_("最低利用月数"), default=12)
    search_text = models.TextField(editable=False, default="")
    is_sample = models.BooleanField(_("サンプル"), default=False)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        """One name a product and seller."""

        verbose_name = _("サービス")
        verbose_name_plural = _("サービス")
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "seller", "name"], name="one_offer_of_each_name_per_seller"
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name

    @property
    def hosting_label(self) -> str:
        """The name of the form of delivery."""
        return codelist.labels("hosting_types", _language()).get(self.hosting, self.hosting)

    @property
    def network_model_labels(self) -> list[str]:
        """The names of the network models that it supports."""
        names = codelist.labels("network_models", _language())
        return [names.get(code, code) for code in self.network_models]


class PriceListQuerySet(models.QuerySet["PriceList"]):
    """Ask for price lists in the domain's words."""

    def in_force(self, on: date) -> PriceListQuerySet:
        """Keep those that hold on the day, the one that began last first."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on
        ).order_by("offer", "-valid_from")


class PriceList(models.Model):
    """The prices of an offer over one stretch of time, in one tax basis."""

    class TaxBasis(models.TextChoices):
        """Whether amounts hold the consumption tax."""

        INCLUDED = "INCLUDED", _("税込")
        EXCLUDED = "EXCLUDED", _("税抜")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="price_lists")
    tax_basis = models.CharField(_("税の扱い"), max_length=10, choices=TaxBasis)
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)

    objects = PriceListQuerySet.as_manager()

    class Meta:
        """The newest first; one list a starting day."""

        verbose_name = _("価格表")
        verbose_name_plural = _("価格表")
        ordering = ("offer", "-valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["offer", "valid_from"], name="one_price_list_from_each_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="price_list_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Show offer and first day."""
        return f"{self.offer} {self.valid_from:%Y-%m-%d}"


class Price(models.Model):
    """One line of a price list: what, for which population band, how many yen."""

    class Kind(models.TextChoices):
        """What is paid for."""

        INITIAL = "initial", _("初期費用")
        MONTHLY = "monthly", _("月額")
        OPTION_INITIAL = "option_initial", _("オプション初期費用")
        OPTION_MONTHLY = "option_monthly", _("オプション月額")
        MIGRATION = "migration", _("移行費用")
        EXIT = "exit", _("契約終了時費用")

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    kind = models.CharField(_("費目"), max_length=20, choices=Kind)
    label = models.CharField(_("内訳"), max_length=120, blank=True)
    population_from = models.PositiveIntegerField(_("人口（以上）"), default=0)
    population_to = models.PositiveIntegerField(_("人口（未満）"), null=True, blank=True)
    amount_yen = models.PositiveBigIntegerField(_("金額（円）"))
    requirement_key = models.CharField(_("対象の要件"), max_length=40, blank=True)

    class Meta:
        """Bands are half-open: from ≤ population < to."""

        verbose_name = _("価格")
        verbose_name_plural = _("価格")
        ordering = ("price_list", "kind", "population_from", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(population_to__isnull=True) | Q(population_to__gt=F("population_from")),
                name="price_band_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Show kind and amount."""
        return f"{self.kind} {self.amount_yen}"


class ConformanceClaimQuerySet(models.QuerySet["ConformanceClaim"]):
    """Ask for claims in the domain's words."""

    def published(self) -> ConformanceClaimQuerySet:
        """Keep those that stand: one a release and version."""
        return self.filter(state=ConformanceClaim.State.PUBLISHED)

    def public(self) -> ConformanceClaimQuerySet:
        """Keep all that were ever published; what was said in public stays readable."""
        return self.filter(published_at__isnull=False)

    def open(self) -> ConformanceClaimQuerySet:
        """Keep those still worked on: drafts, and submitted ones not yet published."""
        return self.filter(
            state__in=[ConformanceClaim.State.DRAFT, ConformanceClaim.State.SUBMITTED]
        )

    def visible_to(self, user: Reader) -> ConformanceClaimQuerySet:
        """Keep the public ones and those of the user's own vendors."""
        own = Representative.objects.filter(
            vendor=OuterRef("release__product__developer"), user_id=_number_of(user)
        )
        return self.filter(Q(published_at__isnull=False) | Exists(own))

    def represented_by(self, user: Reader) -> ConformanceClaimQuerySet:
        """Keep those of the user's own vendors."""
        number = _number_of(user)
        return self.filter(release__product__developer__representatives__user_id=number)

    def listed(self) -> ConformanceClaimQuerySet:
        """Fetch what a list shows beside the claim, and leave the whole documents behind."""
        return self.select_related("release__product__developer", "version__specification").defer(
            "document", "version__document", "version__mapping"
        )

    def with_progress(self) -> Any:
        """Add ``answered`` and ``demanded``: how many answers stand, and how many are asked for.

        Typed loosely, since the two exist on these rows only.
        """
        answers = ClaimAnswer.objects.filter(claim=OuterRef("pk")).order_by()
        requirements = Requirement.objects.filter(version=OuterRef("version")).order_by()
        return self.annotate(
            answered=_count_of(answers, "claim"), demanded=_count_of(requirements, "version")
        )

    def on(self, version: SpecificationVersion) -> ConformanceClaimQuerySet:
        """Keep those on one version."""
        return self.filter(version=version)


class ConformanceClaim(models.Model):
    """A vendor's statement (適合表明), requirement by requirement, on one version."""

    class State(models.TextChoices):
        """The life of a claim; a published one is never edited, a new revision is added."""

        DRAFT = "draft", _("作成中")
        SUBMITTED = "submitted", _("提出済")
        PUBLISHED = "published", _("公開")
        SUPERSEDED = "superseded", _("旧改訂")
        WITHDRAWN = "withdrawn", _("取下げ")

    release = models.ForeignKey(ProductRelease, on_delete=models.PROTECT, related_name="claims")
    version = models.ForeignKey(
        SpecificationVersion, on_delete=models.PROTECT, related_name="claims"
    )
    revision = models.PositiveIntegerField(_("改訂"), default=1)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(
        default=1, help_text=_("保存のたびに増える。同時編集の検知に使う")
    )
    document = models.JSONField(
        _("提出文書"), null=True, blank=True, help_text="schemas/claim.schema.json"
    )
    digest = models.CharField(_("提出文書のSHA-256"), max_length=64, blank=True)
    stated_on = models.DateField(_("表明日"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提出日時"), null=True, blank=True)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)
    extra_functions = models.JSONField(
        _("仕様に記載のない機能"),
        default=list,
        blank=True,
        help_text="schemas/claim.schema.json: extra_functions",
    )
    extra_answers = models.JSONField(
        _("仕様に記載のない項目への回答"),
        default=dict,
        blank=True,
        help_text="schemas/answers.schema.json: answer, by key; only where the policy is open",
    )
    totals = models.JSONField(
        _("集計"), default=dict, blank=True, help_text="schemas/verdict-totals.schema.json"
    )
    is_sample = models.BooleanField(_("サンプル"), default=False)

    objects = ConformanceClaimQuerySet.as_manager()

    class Meta:
        """One row a revision; one published revision a release and version."""

        verbose_name = _("適合表明")
        verbose_name_plural = _("適合表明")
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "version", "revision"], name="one_claim_of_each_revision"
            ),
            models.UniqueConstraint(
                fields=["release", "version"],
                condition=Q(state="published"),
                name="one_published_claim_per_release_and_version",
            ),
        ]

    def __str__(self) -> str:
        """Show release, version and revision."""
        return f"{self.release} / {self.version} ({self.revision})"


class ClaimAnswer(models.Model):
    """One answer of a claim to one requirement."""

    class Answer(models.TextChoices):
        """What the vendor says."""

        PROVIDED = "provided", _("標準で提供")
        PAID_OPTION = "paid_option", _("有償オプション")
        ALTERNATIVE = "alternative", _("代替手段")
        PLANNED = "planned", _("提供予定")
        NOT_PROVIDED = "not_provided", _("提供しない")
        NOT_APPLICABLE = "not_applicable", _("対象外")

    claim = models.ForeignKey(ConformanceClaim, on_delete=models.CASCADE, related_name="answers")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(_("回答"), max_length=20, choices=Answer)
    value = models.DecimalField(_("値"), max_digits=18, decimal_places=4, null=True, blank=True)
    interface_version = models.CharField(_("対応する版"), max_length=20, blank=True)
    planned_on = models.DateField(_("提供予定日"), null=True, blank=True)
    price_yen = models.PositiveBigIntegerField(_("オプション月額（円）"), null=True, blank=True)
    note = models.TextField(_("説明"), blank=True)
    evidence = models.JSONField(
        _("根拠"), default=list, blank=True, help_text="schemas/answers.schema.json: evidence"
    )

    class Meta:
        """One answer a requirement."""

        verbose_name = _("回答")
        verbose_name_plural = _("回答")
        ordering = ("claim", "requirement__position")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "requirement"], name="one_answer_to_each_requirement"
            ),
        ]

    def __str__(self) -> str:
        """Show requirement and answer."""
        return f"{self.requirement_id} {self.answer}"


def _number_of(user: Reader) -> int:
    """The user's number; 0, which nobody has, for a visitor."""
    return (user.pk if user is not None else None) or 0


def _count_of(rows: models.QuerySet[Any], grouped_by: str) -> Coalesce:
    """Count the rows of an outer row in a query of their own, 0 where there is none."""
    counted = rows.values(grouped_by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _claims_of_product(version: SpecificationVersion) -> ConformanceClaimQuerySet:
    """The published claims on a version, of the product of an outer offer."""
    return ConformanceClaim.objects.published().filter(
        version=version, release__product=OuterRef("product")
    )


def _language() -> str:
    return (get_language() or "ja").split("-")[0]
