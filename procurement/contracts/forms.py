"""What officers fill in for the contract register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, DateField3, YenField
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts
from schemas import codelist


def domain_choices() -> list[tuple[str, str]]:
    """Return the business domains by their names in the reader's language."""
    english = (get_language() or "ja").startswith("en")
    return [("", "—")] + [
        (domain.slug, domain.name_en if english else domain.name)
        for domain in codelist.business_domains()
    ]


class ContractForm(forms.Form):
    """One contract of the register."""

    system = CleanCharField(
        label=_("システム名"), max_length=120, help_text=_("庁内で呼んでいる名前")
    )
    domain = forms.ChoiceField(label=_("業務"), choices=domain_choices)
    product_name = CleanCharField(label=_("製品名"), max_length=120, required=False)
    contractor = CleanCharField(label=_("契約相手方"), max_length=120)
    starts_on = DateField3(label=_("契約開始日"))
    ends_on = DateField3(
        label=_("契約終了日"), help_text=_("この日までに次のサービスへ切り替えます")
    )
    notice_months = forms.IntegerField(
        label=_("解約・満了通知の期限（月前）"),
        min_value=0,
        max_value=36,
        help_text=_("契約書の「終了の○か月前までに通知」の月数。定めがなければ0"),
    )
    annual_cost_yen = YenField(label=_("年額"), help_text=_("1年間に支払う合計額（円）"))
    tax_basis = forms.ChoiceField(
        label=_("税の扱い"), choices=Contract.TaxBasis.choices, widget=forms.RadioSelect
    )
    remarks = CleanCharField(
        label=_("備考"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def facts(self) -> ContractFacts:
        """Return what was stated; only for a valid form."""
        values: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ContractFacts.__dataclass_fields__
        }
        return ContractFacts(**values)


class RegisterUploadForm(forms.Form):
    """A sheet of contracts, to be looked at before it is imported."""

    file = forms.FileField(
        label=_("契約台帳のファイル"),
        help_text=_("XLSX・XLS・ODS・CSV。取り込む前に内容を確認できます"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
