"""What officers state of their body as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, DateField3, YenField
from procurement import rules
from procurement.models import Officer
from schemas import codelist
from schemas.problems import Problem

LEVELS = (
    (Officer.Level.VIEW, _("閲覧：台帳・計画・案件・文書を読みます")),
    (Officer.Level.PLAN, _("計画：閲覧に加えて、台帳・計画・案件を書きます")),
    (Officer.Level.APPROVE, _("決裁：計画に加えて、文書を発行し、基準額と職員を決めます")),
)


def category_choices() -> list[tuple[str, str]]:
    """Return the contract categories of 別表第五 in the reader's language."""
    english = (get_language() or "ja").startswith("en")
    return [
        (row.code, row.name_en if english else row.name_ja)
        for row in codelist.contract_categories()
    ]


def show(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put a deed's problems at the fields that their pointers name, the rest above the form."""
    english = (get_language() or "ja").startswith("en")
    for problem in problems:
        name = problem.pointer.strip("/").split("/")[0]
        sentence = problem.sentence("en" if english else "ja")
        form.add_error(name if name in form.fields else None, sentence)


def edition_of(request: HttpRequest) -> int:
    """Return the edition that the form was shown with; 0 where it cannot be read."""
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class PopulationForm(forms.Form):
    """How many people live in the body's area."""

    population = forms.IntegerField(
        label=_("人口"),
        min_value=1,
        help_text=_("住民基本台帳に基づく人口（人）。価格の計算に使います"),
    )
    population_as_of = DateField3(label=_("人口の基準日"))


class ThresholdForm(forms.Form):
    """What the body's own rule allows for small negotiated contracts."""

    contract_category = forms.ChoiceField(label=_("契約の種類"), choices=category_choices)
    amount_yen = YenField(
        label=_("基準額（税込）"), help_text=_("規則で定めた少額随意契約の上限（円）")
    )
    effective_from = DateField3(label=_("施行日"))
    source = CleanCharField(
        label=_("根拠"),
        max_length=rules.LONGEST_SOURCE,
        help_text=_("例：○○市契約規則第○条（令和7年4月1日施行）"),
    )


class OfficerForm(forms.Form):
    """Who works for the body, and how far they may go."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        help_text=_("本人がアカウントの登録に使ったメールアドレス"),
    )
    department = CleanCharField(
        label=_("所属"),
        max_length=rules.LONGEST_DEPARTMENT,
        required=False,
        help_text=_("例：総務課"),
    )
    level = forms.ChoiceField(label=_("権限"), choices=LEVELS, widget=forms.RadioSelect)
