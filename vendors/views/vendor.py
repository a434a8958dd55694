"""Pages of vendors and products: home, profile, registration, product workspace."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.people import registered_person
from schemas.problems import Refused
from vendors import actions, permissions
from vendors.forms import (
    CertificationForm,
    ProductForm,
    ReleaseForm,
    RepresentativeForm,
    VendorForm,
    show,
)
from vendors.models import ConformanceClaim, Offer, Product, Vendor
from vendors.representatives import representative_named, representatives_of
from vendors.roles import Work, work_of

VENDORS_PER_PAGE = 50


def signed_in(request: HttpRequest) -> User:
    """Return the person behind the request; raises ``PermissionDenied`` for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, be it nothing at all; None where the page is only read."""
    return request.POST if request.method == "POST" else None


@require_safe
def vendor_home(request: HttpRequest) -> HttpResponse:
    """Show a representative the work of each own vendor, and everybody the register."""
    own = Vendor.objects.represented_by(request.user)
    today = timezone.localdate()
    work: list[Work] = [work_of(vendor, today) for vendor in own]
    published = Q(offers__state=Offer.State.PUBLISHED)
    vendors = Vendor.objects.annotate(
        offers_published=Count("offers", filter=published, distinct=True)
    ).order_by("name", "id")
    page = Paginator(vendors, VENDORS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "vendors/vendor_home.html", {"work": work, "page_obj": page, "today": today}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vendor_register(request: HttpRequest) -> HttpResponse:
    """Register a vendor; whoever does becomes its representative."""
    form = VendorForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            vendor = actions.register_vendor(
                **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(
                request,
                _("%(name)sを登録し、あなたを担当者にしました。次に製品を登録してください。")
                % {"name": vendor.name},
            )
            return redirect("vendors:vendor-home")
    status = 422 if form.errors else 200
    return render(request, "vendors/vendor_register.html", {"form": form}, status=status)


@require_safe
def vendor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a vendor's public profile: what it makes, sells and states."""
    vendor = get_object_or_404(Vendor, pk=pk)
    products = Product.objects.visible_to(None).filter(developer=vendor)
    offers = Offer.objects.published().filter(seller=vendor).select_related("product__developer")
    claims = (
        ConformanceClaim.objects.published()
        .filter(release__product__developer=vendor)
        .listed()
        .order_by("release__product__name", "-published_at")
    )
    return render(
        request,
        "vendors/vendor_detail.html",
        {
            "vendor": vendor,
            "products": products,
            "offers": offers,
            "claims": claims,
            "may_act": permissions.may_act_for(request.user, vendor),
        },
    )


def _own_vendor(request: HttpRequest, pk: int) -> Vendor:
    """Return a vendor for which the person acts; the register is public, so others get 403."""
    vendor = get_object_or_404(Vendor, pk=pk)
    if not permissions.may_act_for(request.user, vendor):
        raise PermissionDenied
    return vendor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vendor_representatives(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who acts for an own vendor, and let another person act for it too."""
    vendor = _own_vendor(request, pk)
    form = RepresentativeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            representative = actions.add_representative(
                vendor,
                registered_person(form.cleaned_data["email"]),
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = _("%(person)sさんは%(vendor)sの担当者です。")
            messages.success(request, said % {"person": representative.user, "vendor": vendor})
            return redirect("vendors:vendor-representatives", pk=vendor.pk)
    return render(
        request,
        "vendors/vendor_representatives.html",
        {"vendor": vendor, "representatives": representatives_of(vendor), "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def vendor_representative_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """End a person's acting for an own vendor, named by ``email``."""
    vendor = _own_vendor(request, pk)
    try:
        user = representative_named(vendor, request.POST.get("email", ""))
        actions.dismiss_representative(vendor, user, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence(get_language() or "ja"))
    else:
        messages.success(request, _("%(person)sさんを担当者から外しました。") % {"person": user})
    still = permissions.may_act_for(request.user, vendor)
    return redirect("vendors:vendor-representatives", pk) if still else redirect("home")


def own_product(request: HttpRequest, pk: int) -> Product:
    """Return a product whose developer the person acts for.

    Others get 403 where they may see the product, else 404.
    """
    visible = Product.objects.visible_to(request.user).select_related("developer")
    product = get_object_or_404(visible, pk=pk)
    if not permissions.may_change_product(request.user, product):
        raise PermissionDenied
    return product


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def product_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a product of an own vendor."""
    vendor = _own_vendor(request, pk)
    form = ProductForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            product = actions.register_product(
                vendor, **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(
                request,
                _("製品「%(name)s」を登録しました。次にリリースを追加してください。")
                % {"name": product.name},
            )
            return redirect("vendors:product-manage", pk=product.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "vendor": vendor}
    return render(request, "vendors/product_register.html", context, status=status)


@login_required
@require_safe
def product_manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the developer a product: releases, certificates, offers, claims, and what is next."""
    product = own_product(request, pk)
    claims = ConformanceClaim.objects.filter(release__product=product).listed().order_by("-id")
    context = {
        "product": product,
        "releases": product.releases.all(),
        "certifications": product.certifications.all(),
        "offers": Offer.objects.visible_to(request.user)
        .filter(product=product)
        .select_related("seller"),
        "claims": claims,
        "today": timezone.localdate(),
    }
    return render(request, "vendors/product_manage.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a release to an own product."""
    product = own_product(request, pk)
    form = ReleaseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_release(
                product, **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("リリースを追加しました。"))
            return redirect("vendors:product-manage", pk=product.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "product": product}
    return render(request, "vendors/release_add.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certification_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a certificate to an own product."""
    product = own_product(request, pk)
    form = CertificationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_certification(
                product, **form.cleaned_data, by=signed_in(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("認証を追加しました。"))
            return redirect("vendors:product-manage", pk=product.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "product": product}
    return render(request, "vendors/certification_add.html", context, status=status)
