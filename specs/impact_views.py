"""The page of a version's impact: claims that stay, need work or go stale, contracts exposed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from schemas import codelist
from schemas.specifications import ROOT_CATEGORY
from specs import words
from specs.impact import Impact, impact_of
from specs.models import SpecificationVersion


class CategoryForm(forms.Form):
    """For bodies of which category one asks: due dates and classes may differ."""

    body_category = forms.ChoiceField(label=gettext_lazy("団体区分"), required=False, choices=())

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the categories in the reader's language."""
        super().__init__(*args, **options)
        field = self.fields["body_category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        language = words.language()
        field.choices = [(each.code, each.label(language)) for each in codelist.body_categories()]

    @property
    def category(self) -> str:
        """Return what was chosen; ordinary cities where nothing was."""
        return self.cleaned_data.get("body_category") or ROOT_CATEGORY


@require_safe
def version_impact(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show what a draft or published version means for those who rely on earlier ones."""
    version = get_object_or_404(
        SpecificationVersion.objects.visible_to(request.user).select_related(
            "specification__authority"
        ),
        specification__slug=slug,
        number=number,
    )
    form = CategoryForm(request.GET if "body_category" in request.GET else {})
    valid = form.is_valid()
    category = form.category if valid else ROOT_CATEGORY
    impact: Impact = impact_of(
        version, user=request.user, today=timezone.localdate(), category=category
    )
    if not form.data:
        form = CategoryForm(initial={"body_category": category})
    context = {
        "version": version,
        "specification": version.specification,
        "title": words.title(version.specification),
        "claims": impact.claims,
        "contracts": impact.contracts,
        "answers": impact.claims.kept + impact.claims.reconfirm + impact.claims.empty,
        "form": form,
        "today": timezone.localdate(),
        "crumbs": [
            (_("標準仕様"), reverse("specs:specification-list")),
            (
                words.title(version.specification),
                reverse("specs:specification-detail", args=[slug]),
            ),
            (
                _("第%(number)s版") % {"number": number},
                reverse("specs:version-detail", args=[slug, number]),
            ),
            (_("影響"), ""),
        ],
    }
    return render(request, "specs/version_impact.html", context, status=200 if valid else 422)
