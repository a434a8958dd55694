"""Who somebody is in this wing, and what stands on a representative's home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.roles import Panel, Role
from specs.models import SpecificationVersion
from vendors.models import Certification, ConformanceClaim, Offer, Product, Representative, Vendor

SOON = timedelta(days=90)
NEW = timedelta(days=180)
PANEL_ORDER = 20


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """A claim still worked on, and how many answers are left."""

    claim: ConformanceClaim
    left: int
    total: int

    @property
    def answered(self) -> int:
        """How many requirements are answered."""
        return self.total - self.left


@dataclass(frozen=True, slots=True)
class Work:
    """What lies before a vendor's representatives.

    ``versions`` are those published within half a year, of specifications on which the vendor has
    a published claim or for which it has a product in the same field, that it has no claim on yet.
    """

    vendor: Vendor
    products: Sequence[Product]
    offers: Sequence[Offer]
    open_claims: Sequence[ClaimWork]
    published_claims: Sequence[ConformanceClaim]
    versions: Sequence[SpecificationVersion]
    certifications: Sequence[Certification]


def work_of(vendor: Vendor, today: date) -> Work:
    """Return what lies before the vendor's representatives on a day."""
    claims = ConformanceClaim.objects.filter(release__product__developer=vendor).listed()
    answered = claims.open().with_progress()
    products = Product.objects.filter(developer=vendor)
    of_version = claims.filter(version=OuterRef("pk"))
    versions = (
        SpecificationVersion.objects.filter(
            state=SpecificationVersion.State.PUBLISHED,
            published_on__gt=today - NEW,
            published_on__lte=today,
            specification__domain__in=products.values("domain"),
        )
        .filter(~Exists(of_version))
        .select_related("specification")
        .defer("document", "mapping")
        .order_by("-published_on")
    )
    return Work(
        vendor=vendor,
        products=list(products),
        offers=list(Offer.objects.filter(seller=vendor).select_related("product")),
        open_claims=[
            ClaimWork(claim, claim.demanded - claim.answered, claim.demanded) for claim in answered
        ],
        published_claims=list(claims.published()),
        versions=list(versions),
        certifications=list(
            Certification.objects.filter(
                product__developer=vendor, valid_to__gte=today, valid_to__lte=today + SOON
            )
            .select_related("product")
            .order_by("valid_to")
        ),
    )


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Return a role for each vendor for which the person acts."""
    rows = Representative.objects.filter(user_id=user.pk or 0).annotate(
        vendor_name=F("vendor__name"), vendor_number=F("vendor__corporate_number")
    )
    return [
        Role(
            "representative",
            _("担当者"),
            row.vendor_name,
            reverse("vendors:vendor-home"),
            row.vendor_number,
        )
        for row in rows.order_by("vendor__name")
    ]


def home_panel(request: HttpRequest, today: date) -> Panel | None:
    """Return the work of the person's vendors for the home page; None for anybody else."""
    vendors = Vendor.objects.represented_by(request.user)
    work = [work_of(vendor, today) for vendor in vendors]
    if not work:
        return None
    return Panel("vendors/_home_panel.html", {"work": work, "today": today}, PANEL_ORDER)
