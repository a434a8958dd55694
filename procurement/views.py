"""Pages that concern a body as a whole: its work, its own rules, its population."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import LocalGovernment, User
from marketplace.people import registered_person
from procurement import actions, permissions, roles
from procurement.bodies import SESSION_KEY, office_of
from procurement.forms import OfficerForm, PopulationForm, ThresholdForm, show
from procurement.models import Officer
from procurement.officers import officer_named, officers_of
from schemas import codelist
from schemas.problems import Refused

OF_A_THRESHOLD = {"contract_category", "amount_yen", "effective_from_year", "source"}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- every view here asks for a sign-in
    return request.user


@require_safe
@login_required
def body_home(request: HttpRequest) -> HttpResponse:
    """Show the body's work: what is due, missed and coming; to others, for whom this is."""
    if not Officer.objects.filter(user=_user(request)).exists():
        return render(request, "procurement/no_body.html")
    office = office_of(request)
    return render(
        request,
        "procurement/body_home.html",
        {
            "work": roles.work(request, timezone.localdate()),
            "body": office.body,
            "office": office,
            "may_appoint": permissions.may_appoint_officer(request.user, office.body),
            "offices": Officer.objects.filter(user=office.user).select_related("body"),
        },
    )


@require_POST
@login_required
def body_choose(request: HttpRequest) -> HttpResponse:
    """Go on with another of the officer's bodies."""
    offices = Officer.objects.filter(user=_user(request))
    asked = request.POST.get("body", "")
    office = next((each for each in offices if each.body_id == asked), None)
    if office is None:
        raise Http404
    request.session[SESSION_KEY] = office.body_id
    return redirect("procurement:body-home")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def body_settings(request: HttpRequest) -> HttpResponse:
    """Show and record the body's population and the thresholds that its own rules set."""
    office = office_of(request)
    body = office.body
    initial = {"population": body.population, "population_as_of": body.population_as_of}
    population, threshold = PopulationForm(initial=initial), ThresholdForm()
    posted = request.method == "POST"
    if posted and OF_A_THRESHOLD & set(request.POST):
        threshold = ThresholdForm(request.POST)
        if _threshold_set(request, body, threshold):
            messages.success(request, _("団体の基準額を記録しました。"))
            return redirect("procurement:body-settings")
    elif posted:
        population = PopulationForm(request.POST)
        if _population_recorded(request, body, population):
            messages.success(request, _("人口を記録しました。"))
            return redirect("procurement:body-settings")
    today = timezone.localdate()
    group = codelist.threshold_group(body.category)
    return render(
        request,
        "procurement/body_settings.html",
        {
            "body": body,
            "office": office,
            "population_form": population,
            "threshold_form": threshold,
            "thresholds": body.thresholds.all(),
            "ceilings": [
                (row, codelist.legal_threshold(row.code, group, today))
                for row in codelist.contract_categories()
            ],
            "category_labels": codelist.labels("contract_categories", request.LANGUAGE_CODE),
            "may_plan": permissions.may_plan(request.user, body),
            "may_approve": permissions.may_approve(request.user, body),
            "today": today,
        },
        status=422 if posted else 200,
    )


def _population_recorded(request: HttpRequest, body: LocalGovernment, form: PopulationForm) -> bool:
    """Do the deed, or put at the fields why not."""
    if not permissions.may_plan(request.user, body):
        raise PermissionDenied
    if not form.is_valid():
        return False
    try:
        actions.record_population(
            body,
            population=form.cleaned_data["population"],
            as_of=form.cleaned_data["population_as_of"],
            by=_user(request),
            at=timezone.now(),
        )
    except Refused as refused:
        show(form, refused.problems)
        return False
    return True


def _threshold_set(request: HttpRequest, body: LocalGovernment, form: ThresholdForm) -> bool:
    """Do the deed, or put at the fields why not."""
    if not permissions.may_approve(request.user, body):
        raise PermissionDenied
    if not form.is_valid():
        return False
    try:
        actions.set_threshold(body, by=_user(request), at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        show(form, refused.problems)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def body_officers(request: HttpRequest) -> HttpResponse:
    """Show who works for the body; appoint somebody, or change how far they may go.

    ``?officer=`` fills the form with one officer as they are.
    """
    office = office_of(request)
    body = office.body
    if not permissions.may_appoint_officer(request.user, body):
        raise PermissionDenied
    posted = request.method == "POST"
    officers = list(officers_of(body))
    asked = request.GET.get("officer", "")
    chosen = next((each for each in officers if str(each.pk) == asked), None)
    form = OfficerForm(request.POST if posted else None, initial=_stated(chosen))
    if posted and form.is_valid():
        try:
            officer = actions.appoint_officer(
                body,
                user=registered_person(form.cleaned_data["email"]),
                level=Officer.Level(form.cleaned_data["level"]),
                department=form.cleaned_data["department"],
                by=_user(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            said = {"name": officer.user, "level": officer.get_level_display()}
            messages.success(request, _("%(name)sさんの権限を「%(level)s」にしました。") % said)
            still = permissions.may_appoint_officer(request.user, body)
            return redirect("procurement:body-officers" if still else "procurement:body-home")
    return render(
        request,
        "procurement/body_officers.html",
        {"body": body, "office": office, "officers": officers, "chosen": chosen, "form": form},
        status=422 if posted else 200,
    )


@require_POST
@login_required
def body_officer_dismiss(request: HttpRequest) -> HttpResponse:
    """End an officer's work for the body, named by ``email``."""
    body = office_of(request).body
    if not permissions.may_appoint_officer(request.user, body):
        raise PermissionDenied
    try:
        user = officer_named(body, request.POST.get("email", ""))
        actions.dismiss_officer(body, user=user, by=_user(request), at=timezone.now())
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence(get_language() or "ja"))
    else:
        messages.success(request, _("%(name)sさんを職員から外しました。") % {"name": user})
    still = permissions.may_appoint_officer(request.user, body)
    return redirect("procurement:body-officers" if still else "home")


def _stated(officer: Officer | None) -> dict[str, str]:
    """Return what the form is filled with: one officer as they are, or the least level."""
    if officer is None:
        return {"level": Officer.Level.VIEW}
    return {
        "email": officer.user.email,
        "department": officer.department,
        "level": officer.level,
    }
