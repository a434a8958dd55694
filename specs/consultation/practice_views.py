"""Good practices (好事例) of a specification: read them, attach one, take one back."""

from __future__ import annotations

import unicodedata

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schemas.problems import Refused
from specs import words
from specs.consultation import actions, permissions
from specs.consultation.editor_views import person_of
from specs.consultation.forms import PracticeForm
from specs.consultation.models import Consultation, GoodPractice
from specs.forms import show
from specs.models import Requirement, Specification, SpecificationVersion
from specs.organisations import organisations_of
from specs.permissions import may_edit_for

PAGE = 50


def specification_of(request: HttpRequest, slug: str) -> Specification:
    """Give a specification of which the reader may see a version, or 404."""
    visible = SpecificationVersion.objects.visible_to(request.user)
    found: Specification = get_object_or_404(
        Specification.objects.select_related("authority").filter(versions__in=visible).distinct(),
        slug=slug,
    )
    return found


def key_named(specification: Specification, named: str) -> str:
    """Give the key of the requirement that is named by key or id; what is unknown stays as is."""
    plain = unicodedata.normalize("NFKC", named).strip()
    if not plain:
        return ""
    rows = Requirement.objects.filter(version__specification=specification)
    found = rows.filter(Q(key=plain) | Q(official_id=plain)).order_by("position")
    return found.values_list("key", flat=True).first() or plain


@require_safe
def practice_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List what bodies do with what the specification asks for."""
    specification = specification_of(request, slug)
    found = specification.good_practices.published()
    key = request.GET.get("requirement", "")[:40]
    if key and "\0" not in key:
        found = found.filter(key=key)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    own = {each.code for each in organisations_of(request.user)}
    editing = may_edit_for(request.user, specification.authority)
    context = {
        "specification": specification,
        "title": words.title(specification),
        "page_obj": page,
        "rows": [(each, editing or each.organisation_code in own) for each in page],
        "key": key,
        "may_attach": permissions.may_attach_good_practice(request.user, specification)
        if request.user.is_authenticated
        else False,
        "crumbs": _crumbs(specification, _("好事例")),
    }
    return render(request, "consultation/practice_list.html", context)


def _crumbs(specification: Specification, here: str) -> list[tuple[str, str]]:
    return [
        (_("標準仕様"), reverse("specs:specification-list")),
        (
            words.title(specification),
            reverse("specs:specification-detail", args=[specification.slug]),
        ),
        (here, ""),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice_attach(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell how one's body does it."""
    specification = specification_of(request, slug)
    bodies = [each for each in organisations_of(request.user) if each.kind == "body"]
    if not bodies:
        raise PermissionDenied
    consultation = _consultation(request, specification)
    posted = request.method == "POST"
    named = request.GET.get("requirement", "")[:40]
    form = PracticeForm(
        request.POST if posted else None,
        organisations=bodies,
        initial={"requirement": named[1:] if named[:1] in {"F", "P", "N", "I"} else named},
    )
    if posted and form.is_valid():
        key = key_named(specification, form.cleaned_data["requirement"])
        try:
            actions.attach_good_practice(
                specification,
                organisation=form.speaker(),
                practice=form.practice(key),
                consultation=consultation,
                by=person_of(request),
                at=timezone.now(),
            )
        except Refused as refused:
            show(form, refused.problems)
        else:
            messages.success(request, _("好事例を公開しました。"))
            return redirect("consultation:practice-list", slug)
    context = {
        "specification": specification,
        "title": words.title(specification),
        "form": form,
        "consultation": consultation,
        "crumbs": _crumbs(specification, _("好事例を書く")),
    }
    return render(
        request, "consultation/practice_form.html", context, status=422 if posted else 200
    )


def _consultation(request: HttpRequest, specification: Specification) -> Consultation | None:
    number = request.GET.get("consultation", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    found = Consultation.objects.filter(version__specification=specification, pk=int(number))
    return found.first()


@login_required
@require_POST
def practice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a good practice back."""
    practice = (
        GoodPractice.objects.published()
        .select_related("specification__authority")
        .filter(pk=pk)
        .first()
    )
    if practice is None:
        raise Http404
    actions.withdraw_good_practice(practice, by=person_of(request), at=timezone.now())
    messages.success(request, _("好事例を取り下げました。"))
    return redirect("consultation:practice-list", practice.specification.slug)
