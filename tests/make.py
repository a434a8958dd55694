"""Plain makers of things for tests: each makes what it is asked for and nothing surprising."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from allauth.account.models import EmailAddress

from marketplace.accounts.models import LocalGovernment, User
from procurement.contracts.models import Contract
from procurement.models import Officer
from schemas import specifications as schema
from specs import derivation
from specs.models import Authority, Editor, Specification, SpecificationVersion
from vendors import actions
from vendors.actions import search_text
from vendors.models import (
    ConformanceClaim,
    Offer,
    Price,
    PriceList,
    Product,
    ProductRelease,
    Representative,
    Vendor,
)


def make_user(email: str = "person@example.jp", **fields: Any) -> User:
    """Make a user whose password is ``correct horse battery`` and whose address is confirmed."""
    user = User.objects.create_user(email, "correct horse battery", **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def make_body(
    code: str = "072028",
    category: str = "city",
    name: str = "会津若松市",
    prefecture: str = "福島県",
) -> LocalGovernment:
    """Make a local government, or return it where it stands already."""
    body, _made = LocalGovernment.objects.get_or_create(
        code=code,
        defaults={
            "category": category,
            "name": name,
            "prefecture": prefecture,
            "kana": "",
            "population": 110_000,
            "population_as_of": date(2026, 1, 1),
        },
    )
    return body


def make_officer(
    body: LocalGovernment, email: str = "officer@example.jp", level: str = "approve"
) -> User:
    """Make a user who works for the body at the level."""
    user = make_user(email)
    Officer.objects.create(user=user, body=body, level=level, department="総務課")
    return user


def make_contract(body: LocalGovernment, **changes: Any) -> Contract:
    """Make one contract of the register."""
    fields = {
        "system": "公共施設予約システム",
        "domain": "facility-reservation",
        "contractor": "株式会社サンプル",
        "starts_on": date(2023, 4, 1),
        "ends_on": date(2028, 3, 31),
        "notice_months": 3,
        "annual_cost_yen": 2_400_000,
        "tax_basis": "INCLUDED",
    }
    return Contract.objects.create(body=body, **{**fields, **changes})


def make_authority(**changes: Any) -> Authority:
    """Make 総務省, or another authority."""
    fields = {"slug": "mic", "name": "総務省", "name_en": "Ministry of Internal Affairs", **changes}
    return Authority.objects.get_or_create(slug=fields["slug"], defaults=fields)[0]


def make_editor(authority: Authority, email: str = "editor@example.jp") -> User:
    """Make a user who edits specifications for the authority."""
    user = make_user(email)
    Editor.objects.create(user=user, authority=authority)
    return user


def make_requirements() -> list[schema.Requirement]:
    """Make one requirement of each shape: six, in two chapters."""
    return [
        schema.Requirement("F0010001", "0010001", "function", "mandatory", "予約を登録できること。",
                           chapter="予約", section="受付", title="予約の登録"),
        schema.Requirement("F0010002", "0010002", "function", "mandatory", "予約を取り消せること。",
                           chapter="予約", section="受付", title="予約の取消", due_on="2027-04-01"),
        schema.Requirement("F0010003", "0010003", "function", "standard_option",
                           "抽選ができること。", chapter="予約", section="抽選", title="抽選",
                           obligations={"designated_city": "mandatory"}),
        schema.Requirement("F0010004", "0010004", "function", "prohibited",
                           "住民の口座番号を保存すること。", chapter="予約", section="支払い",
                           title="口座番号の保存"),
        schema.Requirement("NA.1", "A.1", "non_functional", "mandatory", "稼働率を定めること。",
                           chapter="非機能", title="稼働率",
                           bound={"metric": "稼働率", "operator": "at_least", "value": 99.5,
                                  "unit": "%"}),
        schema.Requirement("I001", "001", "interface", "mandatory", "認証基盤と連携すること。",
                           chapter="非機能", title="認証連携",
                           interface={"name": "認証連携仕様", "version": "2.1"}),
    ]  # fmt: skip


def make_version(
    slug: str = "sample",
    number: str = "1.0",
    requirements: list[schema.Requirement] | None = None,
    **changes: Any,
) -> SpecificationVersion:
    """Make a published version with its document and rows; by default of six requirements."""
    requirements = make_requirements() if requirements is None else requirements
    policy = changes.pop("extension_policy", "closed")
    day = changes.pop("published_on", date(2026, 4, 1))
    life = {name: changes.pop(name) for name in schema.LIFE if name in changes}
    specification, _made = Specification.objects.get_or_create(
        slug=slug,
        defaults={
            "title": "見本業務標準仕様書",
            "title_en": "Sample specification",
            "domain": "facility-reservation",
            "authority": make_authority(),
            "extension_policy": policy,
        },
    )
    meta = schema.SpecificationMeta(
        slug=slug,
        version=number,
        title=specification.title,
        authority=specification.authority.name,
        domain=specification.domain,
        published_on=day.isoformat(),
        extension_policy=policy,
    )
    said: dict[str, Any] = {name: str(value) for name, value in life.items()}
    meta = replace(meta, **said)
    document = schema.build_document(meta, requirements)
    fields = {"state": "published", **derivation.life_of(meta)}
    version = SpecificationVersion.objects.create(
        specification=specification,
        number=number,
        document=document,
        digest=schema.digest(document),
        **{**fields, **changes},
    )
    derivation.write_rows(version)
    return version


def make_answers(**changes: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Make answers to the six requirements that conform; None takes one away."""
    answers: dict[str, dict[str, Any] | None] = {
        "F0010001": {"answer": "provided"},
        "F0010002": {"answer": "provided", "note": "標準画面で提供"},
        "F0010003": {"answer": "paid_option", "price_yen": 12_000},
        "F0010004": {"answer": "not_provided"},
        "NA.1": {"answer": "provided", "value": 99.9, "evidence": ["稼働報告書"]},
        "I001": {"answer": "provided", "version": "2.1"},
    }
    return {key: answer for key, answer in {**answers, **changes}.items() if answer is not None}


def make_vendor(**changes: Any) -> Vendor:
    """Make 株式会社みほん, or another vendor."""
    fields = {"corporate_number": "7123456789012", "name": "株式会社みほん"}
    return Vendor.objects.create(**{**fields, **changes})


def make_representative(vendor: Vendor, email: str = "representative@example.jp") -> User:
    """Make a user who acts for the vendor."""
    user = make_user(email)
    Representative.objects.create(user=user, vendor=vendor)
    return user


def make_product(developer: Vendor, **changes: Any) -> Product:
    """Make a product of the developer."""
    fields = {"name": "よやくん", "summary": "施設の予約", "domain": "facility-reservation"}
    return Product.objects.create(developer=developer, **{**fields, **changes})


def make_release(product: Product, **changes: Any) -> ProductRelease:
    """Make a release of the product."""
    fields: dict[str, Any] = {"number": "5.2", "released_on": date(2026, 6, 1)}
    return ProductRelease.objects.create(product=product, **{**fields, **changes})


def make_offer(product: Product, **changes: Any) -> Offer:
    """Make a published offer of the product by its developer, at 30,000 yen a month without tax."""
    monthly_yen = changes.pop("monthly_yen", 30_000)
    fields = {
        "seller": product.developer,
        "name": f"{product.name} 標準",
        "state": "published",
        "hosting": "domestic_cloud",
        "published_at": datetime(2026, 7, 1, tzinfo=UTC),
    }
    offer = Offer(product=product, **{**fields, **changes})
    offer.search_text = search_text(offer)
    offer.save()
    price_list = PriceList.objects.create(
        offer=offer, tax_basis="EXCLUDED", valid_from=date(2026, 4, 1)
    )
    Price.objects.create(price_list=price_list, kind="monthly", amount_yen=monthly_yen)
    return offer


def make_claim(
    release: ProductRelease,
    version: SpecificationVersion,
    *,
    answers: dict[str, dict[str, Any]] | None = None,
    state: str = "published",
    at: datetime = datetime(2026, 11, 1, 3, 0, tzinfo=UTC),
) -> ConformanceClaim:
    """Make a claim by its own deeds: a draft, submitted or published; by default it conforms."""
    claim = actions.start_claim(release, version, by=None, at=at)
    given = make_answers() if answers is None else answers
    claim = actions.save_answers(claim, answers=given, edition=claim.edition, by=None, at=at)
    if state in {"submitted", "published"}:
        claim = actions.submit_claim(claim, by=None, at=at)
    if state == "published":
        claim = actions.publish_claim(claim, by=None, at=at)
    return claim


def make_document(
    claim: ConformanceClaim | None = None,
    *,
    release: ProductRelease | None = None,
    version: SpecificationVersion | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Make a claim document about a claim, or about a release and a version; it conforms."""
    release = release or (claim.release if claim else None)
    version = version or (claim.version if claim else None)
    if release is None or version is None:
        raise ValueError("a document needs a claim, or a release and a version")
    developer = release.product.developer
    document = {
        "specification": version.urn,
        "vendor": {"corporate_number": developer.corporate_number, "name": developer.name},
        "product": {"name": release.product.name, "release": release.number},
        "stated_on": "2026-11-23",
        "answers": make_answers(),
    }
    return {**document, **changes}
