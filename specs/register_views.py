"""The page of the register of businesses."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from marketplace.fields import CleanCharField
from schemas import codelist
from specs.register import businesses

GROUP_TITLES = {
    "standard": gettext_lazy("標準化対象の20業務"),
    "tax": gettext_lazy("税務に共通する業務"),
    "common": gettext_lazy("共通機能"),
    "beyond": gettext_lazy("20業務のほかの業務"),
}


class RegisterForm(forms.Form):
    """Words to look for."""

    q = CleanCharField(label=gettext_lazy("言葉で探す"), required=False, max_length=200)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show every business with its owner, its specification's latest version, and what is here."""
    form = RegisterForm(request.GET)
    valid = form.is_valid()
    query = form.cleaned_data["q"] if valid else ""
    found = businesses(request.user, timezone.localdate(), query=query)
    context = {
        "groups": [(GROUP_TITLES[group], group, rows) for group, rows in found.items()],
        "number": sum(map(len, found.values())),
        "cross_cutting": codelist.cross_cutting_specifications() if not query else (),
        "form": form,
        "query": query,
        "crumbs": [
            (_("標準仕様"), reverse("specs:specification-list")),
            (_("業務の一覧"), ""),
        ],
    }
    return render(request, "specs/register.html", context, status=200 if valid else 422)
