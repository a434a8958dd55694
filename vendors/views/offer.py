"""Pages of offers: registration, workspace, price list editor, publish and withdraw."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schemas.problems import Problem, Refused
from vendors import actions, permissions
from vendors.forms import OfferForm, PriceListForm, PriceRows, show
from vendors.models import Offer, PriceList, Product, Vendor
from vendors.pricing import Cost, five_year_cost
from vendors.views.vendor import posted, signed_in

EXAMPLE_POPULATIONS = (5_000, 30_000, 100_000, 300_000)
FEWEST_ROWS, MOST_ROWS, MORE_ROWS = 6, 200, 5


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Register an offer of an own vendor, of any product that may be seen."""
    seller = get_object_or_404(Vendor, pk=pk)
    if not permissions.may_register_offer(request.user, seller):
        raise PermissionDenied
    products = Product.objects.visible_to(request.user).select_related("developer")
    form = OfferForm(
        posted(request), products=products, initial={"product": request.GET.get("product")}
    )
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            offer = actions.register_offer(
                fields.pop("product"),
                seller=seller,
                **fields,
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("サービスを登録しました。次に価格表を入力してください。"))
            return redirect("vendors:price-list-edit", pk=offer.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "seller": seller}
    return render(request, "vendors/offer_register.html", context, status=status)


def own_offer(request: HttpRequest, pk: int) -> Offer:
    """Return an offer whose seller the person acts for; others get 403 or, unseen, 404."""
    visible = Offer.objects.visible_to(request.user).select_related("product", "seller")
    offer = get_object_or_404(visible, pk=pk)
    if not permissions.may_change_offer(request.user, offer):
        raise PermissionDenied
    return offer


def example_costs(price_list: PriceList) -> list[Cost]:
    """Return the five-year total with tax for a few populations."""
    lines, on = actions.lines_of(price_list), price_list.valid_from
    return [
        five_year_cost(lines, population=population, on=on, tax_basis="INCLUDED")
        for population in EXAMPLE_POPULATIONS
    ]


@login_required
@require_safe
def offer_manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the seller an offer: state, prices, what it comes to, and what is next."""
    offer = own_offer(request, pk)
    return _manage(request, offer, [])


def _manage(request: HttpRequest, offer: Offer, problems: list[Problem]) -> HttpResponse:
    price_lists = list(offer.price_lists.prefetch_related("prices"))
    today = timezone.localdate()
    current = offer.price_lists.in_force(today).first() or next(iter(price_lists), None)
    context = {
        "offer": offer,
        "price_lists": price_lists,
        "current": current,
        "costs": example_costs(current) if current else [],
        "problems": problems,
        "today": today,
    }
    status = 422 if problems else 200
    return render(request, "vendors/offer_manage.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def price_list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a price list in rows; "more rows" keeps what was typed and saves nothing."""
    offer = own_offer(request, pk)
    latest = offer.price_lists.prefetch_related("prices").first()
    if request.method == "POST":
        return _price_list_saved(request, offer)
    lines = actions.lines_of(latest) if latest else []
    initial = {"tax_basis": latest.tax_basis} if latest else {}
    form = PriceListForm(initial={"valid_from": timezone.localdate(), **initial})
    rows = PriceRows(None, max(FEWEST_ROWS, len(lines) + 2), lines)
    return render(
        request, "vendors/price_list_edit.html", {"offer": offer, "form": form, "rows": rows}
    )


def _price_list_saved(request: HttpRequest, offer: Offer) -> HttpResponse:
    sent = request.POST.get("rows", "")
    count = min(int(sent) if sent.isascii() and sent.isdigit() else FEWEST_ROWS, MOST_ROWS)
    more = "more" in request.POST
    rows = PriceRows(request.POST, min(count + MORE_ROWS * more, MOST_ROWS))
    form = PriceListForm(request.POST)
    context = {"offer": offer, "form": form, "rows": rows}
    if more:
        return render(request, "vendors/price_list_edit.html", context)
    problems: list[Problem] = []
    if form.is_valid() and rows.is_valid():
        try:
            price_list = actions.set_prices(
                offer,
                **form.cleaned_data,
                lines=rows.lines(form.cleaned_data["tax_basis"]),
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refused:
            at_form = [p for p in refused.problems if p.pointer.strip("/") in form.fields]
            show(form, at_form)
            problems = rows.show([p for p in refused.problems if p not in at_form])
        else:
            messages.success(
                request,
                _("価格表を保存しました（%(count)d行）。") % {"count": price_list.prices.count()},
            )
            return redirect("vendors:offer-manage", pk=offer.pk)
    context["row_errors"] = [
        (number, form)
        for number, form in enumerate(rows.forms, start=1)
        if not form.is_blank() and form.errors
    ]
    context["problems"] = problems
    return render(request, "vendors/price_list_edit.html", context, status=422)


@login_required
@require_POST
def offer_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an own offer in the catalogue."""
    offer = own_offer(request, pk)
    try:
        actions.publish_offer(offer, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        return _manage(request, offer, refused.problems)
    messages.success(request, _("サービスを公開しました。カタログに表示されます。"))
    return redirect("vendors:offer-manage", pk=offer.pk)


@login_required
@require_POST
def offer_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an own offer out of the catalogue."""
    offer = own_offer(request, pk)
    try:
        actions.withdraw_offer(offer, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        return _manage(request, offer, refused.problems)
    messages.success(request, _("サービスを取り下げました。カタログには表示されません。"))
    return redirect("vendors:offer-manage", pk=offer.pk)
