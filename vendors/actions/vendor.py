"""The deeds of vendors and products: register, add a representative, a release, a certificate."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.audit import trail
from marketplace.people import require_confirmed_address
from schemas import codelist
from schemas.codes import corporate_number_problems
from schemas.problems import Problem, Refused
from vendors import permissions, rules
from vendors.models import Certification, Product, ProductRelease, Representative, Vendor
from vendors.rules import refuse

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@transaction.atomic
def register_vendor(
    *,
    corporate_number: str,
    name: str,
    name_en: str = "",
    address: str = "",
    email: str = "",
    website: str = "",
    is_sample: bool = False,
    by: User | None,
    at: datetime,
) -> Vendor:
    """Register a vendor by its 法人番号; the person becomes its first representative.

    Refused where the number's check digit is wrong or the vendor stands already: whoever comes
    second is let in by a representative, not by knowing a public number.
    """
    if not permissions.may_register_vendor(by):
        raise PermissionDenied
    problems = [
        *corporate_number_problems(corporate_number, "/corporate_number"),
        *rules.text_problems("/name", name, 120, required=True),
        *rules.text_problems("/name_en", name_en, 160),
        *rules.text_problems("/address", address, 200),
    ]
    if not problems and Vendor.objects.filter(corporate_number=corporate_number).exists():
        facts = {"number": corporate_number}
        problems.append(Problem("/corporate_number", "vendor_is_registered_already", facts))
    refuse(problems)
    vendor = Vendor.objects.create(
        corporate_number=corporate_number,
        name=name,
        name_en=name_en,
        address=address,
        email=email,
        website=website,
        is_sample=is_sample,
    )
    if by is not None:
        Representative.objects.create(user=by, vendor=vendor)
    facts = {"corporate_number": corporate_number, "name": name}
    trail.record("vendors.vendor_registered", on=vendor, by=by, at=at, data=facts)
    return vendor


@transaction.atomic
def add_representative(
    vendor: Vendor, user: User, *, by: User | None, at: datetime
) -> Representative:
    """Let a person act for the vendor; one who does already stays so."""
    if not permissions.may_act_for(by, vendor):
        raise PermissionDenied
    require_confirmed_address(user, by=by)
    representative, made = Representative.objects.get_or_create(user=user, vendor=vendor)
    if made:
        facts = {"vendor": vendor.corporate_number, "person": user.email}
        trail.record("vendors.representative_added", on=representative, by=by, at=at, data=facts)
    return representative


@transaction.atomic
def dismiss_representative(vendor: Vendor, user: User, *, by: User | None, at: datetime) -> None:
    """End a person's acting for the vendor; what they published stays.

    Refused for who does not act for it and, unless an operator asks, for the last one who does.
    """
    vendor = Vendor.objects.select_for_update().get(pk=vendor.pk)
    if not permissions.may_act_for(by, vendor):
        raise PermissionDenied
    representative = vendor.representatives.filter(user=user).first()
    if representative is None:
        raise Refused([Problem("/email", "representative_not_of_vendor", {"value": user.email})])
    others = vendor.representatives.filter(user__is_active=True).exclude(user=user)
    if by is not None and not others.exists():
        raise Refused([Problem("/email", "representative_is_the_last", {"value": user.email})])
    facts = {"vendor": vendor.corporate_number, "person": user.email}
    trail.record("vendors.representative_dismissed", on=representative, by=by, at=at, data=facts)
    representative.delete()


@transaction.atomic
def register_product(
    developer: Vendor,
    *,
    name: str,
    summary: str,
    domain: str,
    name_en: str = "",
    description: str = "",
    is_sample: bool = False,
    by: User | None,
    at: datetime,
) -> Product:
    """Register a product of the developer for one field of work."""
    if not permissions.may_register_product(by, developer):
        raise PermissionDenied
    problems = [
        *rules.text_problems("/name", name, 120, required=True),
        *rules.text_problems("/name_en", name_en, 160),
        *rules.text_problems("/summary", summary, 200, required=True),
        *rules.text_problems("/description", description, 10_000),
    ]
    if codelist.business_domain(domain) is None:
        problems.append(Problem("/domain", "domain_is_unknown"))
    if Product.objects.filter(developer=developer, name=name).exists():
        problems.append(Problem("/name", "product_name_stands_already", {"name": name}))
    refuse(problems)
    product = Product.objects.create(
        developer=developer,
        name=name,
        name_en=name_en,
        summary=summary,
        description=description,
        domain=domain,
        is_sample=is_sample,
    )
    facts = {"developer": developer.corporate_number, "name": name, "domain": domain}
    trail.record("vendors.product_registered", on=product, by=by, at=at, data=facts)
    return product


@transaction.atomic
def add_release(
    product: Product, *, number: str, released_on: date, by: User | None, at: datetime
) -> ProductRelease:
    """Add a release, of which conformance can then be stated."""
    if not permissions.may_change_product(by, product):
        raise PermissionDenied
    problems = list(rules.text_problems("/number", number, 30, required=True))
    if product.releases.filter(number=number).exists():
        problems.append(Problem("/number", "release_number_stands_already", {"number": number}))
    refuse(problems)
    release = ProductRelease.objects.create(product=product, number=number, released_on=released_on)
    facts = {"product": product.pk, "number": number, "released_on": released_on.isoformat()}
    trail.record("vendors.release_added", on=release, by=by, at=at, data=facts)
    return release


@transaction.atomic
def add_certification(
    product: Product,
    *,
    scheme: str,
    number: str,
    scope: str,
    valid_from: date,
    valid_to: date,
    by: User | None,
    at: datetime,
) -> Certification:
    """Add a certificate that the product or its operation holds, with scope and validity."""
    if not permissions.may_change_product(by, product):
        raise PermissionDenied
    problems = [
        *rules.listed_problems("/scheme", [scheme], "certification_schemes"),
        *rules.text_problems("/number", number, 60, required=True),
        *rules.text_problems("/scope", scope, 200),
    ]
    if valid_to < valid_from:
        problems.append(Problem("/valid_to", "certificate_ends_before_it_starts"))
    refuse(problems)
    certification = Certification.objects.create(
        product=product,
        scheme=scheme,
        number=number,
        scope=scope,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    facts = {"product": product.pk, "scheme": scheme, "number": number}
    trail.record("vendors.certification_added", on=certification, by=by, at=at, data=facts)
    return certification
