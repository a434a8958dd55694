"""What officers fill in for a plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.fields import DateField3
from schemas import codelist


def template_choices() -> list[tuple[str, str]]:
    """Return the templates by name and description in the reader's language."""
    english = (get_language() or "ja").startswith("en")
    return [
        (
            template.code,
            f"{template.name_en} — {template.description_en}"
            if english
            else f"{template.name_ja} — {template.description_ja}",
        )
        for template in codelist.switchover_templates()
    ]


class PlanForm(forms.Form):
    """From when the new service runs, and after which template."""

    renewal_on = DateField3(
        label=_("更改日"),
        help_text=_("新しいサービスを始める日。ふつうは今の契約が終わる日の翌日です"),
    )
    template = forms.ChoiceField(
        label=_("工程のひな形"),
        choices=template_choices,
        widget=forms.RadioSelect,
        help_text=_("システムの大きさに近いものを選びます。月数はひな形の標準です"),
    )


class StepForm(forms.Form):
    """On which day a step was finished; empty takes the mark back."""

    code = forms.CharField(max_length=40)
    done_on = forms.DateField(required=False)
