"""Pages of the contract register."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import LocalGovernment, User
from procurement.bodies import body_of
from procurement.contracts import actions, permissions, portfolio, sheets
from procurement.contracts.filters import ContractFilter
from procurement.contracts.forms import ContractForm, RegisterUploadForm
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts, notice_deadline
from procurement.contracts.uploads import read_upload, sheet_response
from procurement.forms import edition_of, show
from schemas import codelist
from schemas.problems import Problem, Refused

PAGE_SIZE = 100
PREVIEW_SALT = "contracts.import"
PREVIEW_SECONDS = 24 * 60 * 60


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- every view here asks for a sign-in
    return request.user


def _row(contract: Contract, today: date) -> dict[str, Any]:
    return {
        "contract": contract,
        "domain": codelist.business_domain(contract.domain),
        "notice_on": notice_deadline(contract.ends_on, contract.notice_months),
        "state": portfolio.state_of(contract, today),
        "days_left": (contract.ends_on - today).days,
    }


@require_safe
@login_required
def contract_list(request: HttpRequest) -> HttpResponse:
    """Show the body's register, the first contract to end first."""
    body = body_of(request)
    today = timezone.localdate()
    found = ContractFilter(
        request.GET,
        Contract.objects.visible_to(_user(request))
        .filter(body=body)
        .select_related("switchover_plan"),
    )
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "contracts/contract_list.html",
        {
            "body": body,
            "filter": found,
            "page_obj": page,
            "rows": [_row(contract, today) for contract in page],
            "may_plan": permissions.may_register_contract(request.user, body),
            "today": today,
        },
    )


@require_safe
@login_required
def contract_timeline(request: HttpRequest) -> HttpResponse:
    """Show every contract of the body as a bar to its end, and the same as a table."""
    body = body_of(request)
    today = timezone.localdate()
    contracts = list(
        Contract.objects.visible_to(_user(request))
        .filter(body=body)
        .select_related("switchover_plan")
    )
    return render(
        request,
        "contracts/contract_timeline.html",
        {
            "body": body,
            "today": today,
            "timeline": portfolio.timeline(contracts, today),
            "rows": [_row(contract, today) for contract in contracts],
            "may_plan": permissions.may_register_contract(request.user, body),
        },
    )


@require_safe
@login_required
def contract_sheet(request: HttpRequest) -> HttpResponse:
    """Give the register as XLSX; ``?empty=1`` gives the empty form."""
    body = body_of(request)
    contracts = Contract.objects.visible_to(_user(request)).filter(body=body)
    return sheet_response(body, contracts.none() if request.GET.get("empty") else contracts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contract_register(request: HttpRequest) -> HttpResponse:
    """Write one contract in the register."""
    body = body_of(request)
    if not permissions.may_register_contract(request.user, body):
        raise PermissionDenied
    form = ContractForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.register_contract(
                body, facts=form.facts(), by=_user(request), at=timezone.now()
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("契約を台帳に登録しました。"))
            return redirect("contracts:contract-detail", pk=contract.pk)
    return _form_page(request, form, body=body, contract=None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contract_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one contract."""
    contract = get_object_or_404(
        Contract.objects.visible_to(_user(request)).select_related("body"), pk=pk
    )
    if not permissions.may_change_contract(request.user, contract):
        raise PermissionDenied
    stated = next(iter(sheets.facts_of([contract])))
    form = ContractForm(request.POST if request.method == "POST" else None, initial=asdict(stated))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contract(
                contract,
                facts=form.facts(),
                edition=edition_of(request),
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("契約を更新しました。"))
            return redirect("contracts:contract-detail", pk=contract.pk)
    return _form_page(request, form, body=contract.body, contract=contract)


def _form_page(
    request: HttpRequest,
    form: ContractForm,
    *,
    body: LocalGovernment,
    contract: Contract | None,
) -> HttpResponse:
    return render(
        request,
        "contracts/contract_form.html",
        {"form": form, "body": body, "contract": contract},
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one contract, how far its end is, and the next step."""
    contract = get_object_or_404(
        Contract.objects.visible_to(_user(request)).select_related("body", "switchover_plan"),
        pk=pk,
    )
    today = timezone.localdate()
    return render(
        request,
        "contracts/contract_detail.html",
        {
            **_row(contract, today),
            "body": contract.body,
            "plan": getattr(contract, "switchover_plan", None),
            "may_change": permissions.may_change_contract(request.user, contract),
            "today": today,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contract_import(request: HttpRequest) -> HttpResponse:
    """Take a sheet and show what was understood of it; nothing is stored yet."""
    body = body_of(request)
    if not permissions.may_import_contracts(request.user, body):
        raise PermissionDenied
    form = RegisterUploadForm(
        request.POST if request.method == "POST" else None, request.FILES or None
    )
    context: dict[str, Any] = {"form": form, "body": body, "columns": sheets.COLUMNS}
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            register = read_upload(upload)
        except Refused as refused:
            context["problems"] = refused.problems
        else:
            context |= {"file_name": upload.name, **_understood(body, register)}
    looked = request.method != "POST" or "signed" in context
    return render(request, "contracts/contract_import.html", context, status=200 if looked else 422)


def _understood(body: LocalGovernment, register: sheets.Register) -> dict[str, Any]:
    """Return what the preview shows, signed for the import where nothing stands against it."""
    if register.problems:
        return {"problems": register.problems}
    rows = [
        {
            "place": row.place,
            "facts": row.facts,
            "domain": codelist.business_domain(row.facts.domain),
        }
        for row in register.rows
    ]
    plain = [body.code, [_plain(row.facts) for row in register.rows]]
    return {"rows": rows, "signed": signing.dumps(plain, salt=PREVIEW_SALT, compress=True)}


@require_POST
@login_required
def contract_import_confirm(request: HttpRequest) -> HttpResponse:
    """Import what the preview showed: the whole sheet, or nothing."""
    body = body_of(request)
    if not permissions.may_import_contracts(request.user, body):
        raise PermissionDenied
    try:
        code, plain = signing.loads(
            request.POST.get("signed", ""), salt=PREVIEW_SALT, max_age=PREVIEW_SECONDS
        )
        if code != body.code:
            raise signing.BadSignature  # noqa: TRY301 -- one answer to both
        new, changed = actions.import_contracts(
            body, rows=[_facts(values) for values in plain], by=_user(request), at=timezone.now()
        )
    except signing.BadSignature:
        return _import_refused(request, body, [Problem("", "register_preview_expired")])
    except Refused as refused:
        return _import_refused(request, body, refused.problems)
    messages.success(
        request,
        _("%(new)d件を登録し、%(changed)d件を更新しました。") % {"new": new, "changed": changed},
    )
    return redirect(reverse("contracts:contract-list"))


def _import_refused(
    request: HttpRequest, body: LocalGovernment, problems: list[Problem]
) -> HttpResponse:
    """Ask for the file again, and say why."""
    context = {"form": RegisterUploadForm(), "body": body, "columns": sheets.COLUMNS}
    return render(
        request,
        "contracts/contract_import.html",
        {**context, "problems": problems},
        status=422,
    )


def _plain(facts: ContractFacts) -> dict[str, Any]:
    return asdict(facts) | {
        "starts_on": facts.starts_on.isoformat(),
        "ends_on": facts.ends_on.isoformat(),
    }


def _facts(values: dict[str, Any]) -> ContractFacts:
    days = {name: date.fromisoformat(values[name]) for name in ("starts_on", "ends_on")}
    return ContractFacts(**{**values, **days})
