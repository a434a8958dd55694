"""What people type in this wing, cleaned; the deeds judge it, and their problems return here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, CorporateNumberField, DateField3, YenField
from schemas import codelist
from schemas.problems import Problem
from schemas.specifications import Requirement
from specs import words
from specs.models import SpecificationVersion
from vendors.models import ClaimAnswer, Price, PriceList, Product, ProductRelease
from vendors.pricing import PriceLine

TEXT_ROWS = {"rows": 4}
_PRICE_POINTER = re.compile(r"/prices/([0-9]+)(?:/([a-z_]+))?")


def language() -> str:
    """Return the reader's language as the message catalogue names it."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def listed(name: str, *, empty: bool = False) -> Any:
    """Return the choices of a codelist in the reader's language, when they are shown."""

    def choices() -> list[tuple[str, str]]:
        first = [("", str(_("選んでください")))] if empty else []
        return first + list(codelist.labels(name, language()).items())

    return choices


NEEDED = re.compile(r"/answers/[^/]+/(note|planned_on|price_yen|value|version)")


def said(problem: Problem) -> str:
    """Say a problem in the reader's language, a missing part of an answer by the part's own name.

    A machine reads the member's name (``price_yen``); a person is asked for the monthly price.
    """
    needed = NEEDED.fullmatch(problem.pointer) if problem.code == "value_missing" else None
    if needed:
        problem = Problem(problem.pointer, f"answer_needs_{needed[1]}")
    return problem.sentence(language())


def show(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put a deed's problems at the fields that their pointers name, the rest above the form."""
    for problem in problems:
        name = problem.pointer.strip("/").split("/")[0]
        field = name if name in form.fields else None
        form.add_error(field, problem.sentence(language()))


class WholeNumberField(YenField):
    """A whole number of people or months; 50,000 and ５０，０００ are read."""

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        text = text.removesuffix("人").removesuffix("か月").replace(",", "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise ValidationError(Problem("", "number_is_not_whole").sentence(language()))
        return int(text)


class VendorForm(forms.Form):
    """Register a vendor."""

    corporate_number = CorporateNumberField(
        label=_("法人番号"),
        help_text=_("13桁の数字。国税庁の法人番号公表サイトで確認できます。"),
        max_length=20,
    )
    name = CleanCharField(
        label=_("商号又は名称"), max_length=120, help_text=_("例：株式会社みほん")
    )
    name_en = CleanCharField(label=_("英語の名称"), max_length=160, required=False)
    address = CleanCharField(label=_("所在地"), max_length=200, required=False)
    email = forms.EmailField(label=_("連絡先のメールアドレス"), required=False)
    website = forms.URLField(
        label=_("ウェブサイト"), required=False, assume_scheme="https", max_length=200
    )


class RepresentativeForm(forms.Form):
    """Who is to act for a vendor."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        help_text=_("本人がアカウントの登録に使ったメールアドレス"),
    )


class ProductForm(forms.Form):
    """Register a product."""

    name = CleanCharField(label=_("製品名"), max_length=120)
    name_en = CleanCharField(label=_("英語の製品名"), max_length=160, required=False)
    domain = forms.ChoiceField(
        label=_("業務"),
        choices=listed("business_domains", empty=True),
        help_text=_("主に使われる業務を1つ選びます。"),
    )
    summary = CleanCharField(
        label=_("一文の説明"),
        max_length=200,
        help_text=_("だれが何に使う製品か。カタログの一覧に表示されます。"),
    )
    description = CleanCharField(
        label=_("説明"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 8})
    )


class ReleaseForm(forms.Form):
    """Add a release."""

    number = CleanCharField(label=_("リリース番号"), max_length=30, help_text=_("例：5.2"))
    released_on = DateField3(label=_("提供開始日"))


class CertificationForm(forms.Form):
    """Add a certificate."""

    scheme = forms.ChoiceField(label=_("認証"), choices=listed("certification_schemes", empty=True))
    number = CleanCharField(label=_("登録番号"), max_length=60)
    scope = CleanCharField(
        label=_("登録範囲"),
        max_length=200,
        required=False,
        help_text=_("認証が及ぶ組織・サービスの範囲。"),
    )
    valid_from = DateField3(label=_("有効期間の開始日"))
    valid_to = DateField3(label=_("有効期間の終了日"))


class OfferForm(forms.Form):
    """Register what a seller sells of a product."""

    product = forms.ModelChoiceField(
        label=pgettext_lazy("一つ", "製品"),
        queryset=Product.objects.none(),
        empty_label=_("選んでください"),
    )
    name = CleanCharField(
        label=_("サービス名"), max_length=120, help_text=_("契約書や見積書に書く名前。")
    )
    hosting = forms.ChoiceField(label=_("提供形態"), choices=listed("hosting_types", empty=True))
    network_models = forms.MultipleChoiceField(
        label=_("対応する三層分離モデル"),
        choices=listed("network_models"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    minimum_months = WholeNumberField(label=_("最低利用月数"), initial=12)
    service_level = CleanCharField(
        label=_("サービス水準"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(TEXT_ROWS),
        help_text=_("稼働率、障害時の復旧目標など。"),
    )
    support = CleanCharField(
        label=_("サポート"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(TEXT_ROWS),
        help_text=_("受付の時間と方法。"),
    )
    data_export = CleanCharField(
        label=_("データの出力"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(TEXT_ROWS),
        help_text=_("利用中に取り出せるデータの範囲と形式。"),
    )
    exit_terms = CleanCharField(
        label=_("契約終了時の取扱い"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(TEXT_ROWS),
        help_text=_("データの引渡しと消去、次の事業者への引継ぎ。"),
    )

    def __init__(self, *args: Any, products: Any, **kwargs: Any) -> None:
        """Offer the products that the person may see."""
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = products


class PriceListForm(forms.Form):
    """The head of a price list: tax basis and validity."""

    tax_basis = forms.ChoiceField(
        label=_("金額の税の扱い"),
        choices=PriceList.TaxBasis.choices,
        widget=forms.RadioSelect,
        initial=PriceList.TaxBasis.EXCLUDED,
    )
    valid_from = DateField3(label=_("適用開始日"))
    valid_to = DateField3(
        label=_("適用終了日"), required=False, help_text=_("決まっていなければ空のままにします。")
    )


class PriceForm(forms.Form):
    """One line of a price list; an empty one is left out."""

    kind = forms.ChoiceField(
        label=_("費目"), required=False, choices=[("", "—"), *Price.Kind.choices]
    )
    label = CleanCharField(label=_("内訳"), max_length=120, required=False)
    population_from = WholeNumberField(label=_("人口（以上）"), required=False)
    population_to = WholeNumberField(label=_("人口（未満）"), required=False)
    amount_yen = YenField(label=_("金額（円）"), required=False)
    requirement_key = CleanCharField(label=_("対象の要件番号"), max_length=40, required=False)

    def is_blank(self) -> bool:
        """Say whether nothing was entered."""
        return not any(str(self[name].data or "").strip() for name in self.fields)

    def clean(self) -> dict[str, Any]:
        """A line that is begun says what it prices and how much."""
        cleaned = super().clean() or self.cleaned_data
        if not self.is_blank():
            for name in ("kind", "amount_yen"):
                if cleaned.get(name) in {None, ""} and name not in self.errors:
                    self.add_error(name, Problem("", "text_is_required").sentence(language()))
        return cleaned


class PriceRows:
    """The rows of the price editor: as many forms as asked for, and what they say together."""

    def __init__(
        self, data: Mapping[str, Any] | None, count: int, initial: Sequence[PriceLine] = ()
    ) -> None:
        """Make ``count`` forms, bound where ``data`` is given."""
        self.forms = [
            PriceForm(
                data,
                prefix=f"prices-{number}",
                initial=_initial(initial[number]) if number < len(initial) else None,
            )
            for number in range(count)
        ]

    @property
    def filled(self) -> list[PriceForm]:
        """The rows in which something was entered."""
        return [form for form in self.forms if not form.is_blank()]

    def is_valid(self) -> bool:
        """Say whether every filled row is readable; all are looked at."""
        readable = [form.is_valid() for form in self.filled]
        return all(readable)

    def lines(self, tax_basis: str) -> list[PriceLine]:
        """Return the filled rows as price lines."""
        basis: Any = tax_basis
        return [
            PriceLine(
                kind=form.cleaned_data["kind"],
                amount_yen=form.cleaned_data["amount_yen"],
                tax_basis=basis,
                label=form.cleaned_data["label"],
                population_from=form.cleaned_data["population_from"] or 0,
                population_to=form.cleaned_data["population_to"],
                requirement_key=form.cleaned_data["requirement_key"],
            )
            for form in self.filled
        ]

    def show(self, problems: Iterable[Problem]) -> list[Problem]:
        """Put the problems at their rows; return those that belong to no row."""
        filled, rest = self.filled, []
        for problem in problems:
            matched = _PRICE_POINTER.fullmatch(problem.pointer)
            if matched and int(matched[1]) < len(filled):
                form = filled[int(matched[1])]
                field = matched[2] if matched[2] in form.fields else None
                form.add_error(field, problem.sentence(language()))
            else:
                rest.append(problem)
        return rest


def _initial(line: PriceLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "label": line.label,
        "population_from": line.population_from or None,
        "population_to": line.population_to,
        "amount_yen": line.amount_yen,
        "requirement_key": line.requirement_key,
    }


class ClaimStartForm(forms.Form):
    """Choose what is claimed: a release, and a version to claim conformance to."""

    release = forms.ModelChoiceField(
        label=_("製品とリリース"),
        queryset=ProductRelease.objects.none(),
        empty_label=_("選んでください"),
    )
    version = forms.ModelChoiceField(
        label=_("標準仕様の版"),
        queryset=SpecificationVersion.objects.none(),
        empty_label=_("選んでください"),
    )

    def __init__(self, *args: Any, releases: Any, versions: Any, **kwargs: Any) -> None:
        """Offer the person's own releases and the published versions."""
        super().__init__(*args, **kwargs)
        for name, queryset in (("release", releases), ("version", versions)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = queryset
                if name == "version":
                    named = [(each.pk, words.version_title(each)) for each in queryset]
                    field.choices = [("", _("選んでください")), *named]


class AnswerForm(forms.Form):
    """The answer to one requirement; an empty one takes the answer away."""

    answer = forms.ChoiceField(
        label=_("回答"),
        choices=ClaimAnswer.Answer.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    value = CleanCharField(label=_("値"), required=False, max_length=30)
    version = CleanCharField(label=_("対応する版"), required=False, max_length=20)
    planned_on = DateField3(label=_("提供予定日"), required=False)
    price_yen = YenField(label=_("オプション月額（円）"), required=False)
    note = CleanCharField(
        label=_("説明"), required=False, max_length=4_000, widget=forms.Textarea({"rows": 2})
    )
    evidence = CleanCharField(
        label=_("根拠（1行に1件）"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: Any, *, requirement: Requirement, answer: Mapping[str, Any]) -> None:
        """Show the answer given so far; ``data`` is what was sent, or None."""
        initial = {**answer, "evidence": "\n".join(answer.get("evidence", []))}
        super().__init__(data, prefix=requirement.key, initial=initial)
        self.requirement = requirement
        if requirement.bound is None:
            del self.fields["value"]
        if requirement.interface is None:
            del self.fields["version"]

    def clean_value(self) -> int | float | None:
        """Read the number; full-width digits count."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["value"]).replace(",", "")
        if not text.strip():
            return None
        try:
            number = Decimal(text.strip().removesuffix("%"))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 14:
            problem = Problem("", "answer_value_is_no_number")
            raise ValidationError(problem.sentence(language()))
        return int(number) if number == number.to_integral_value() else float(number)

    def clean_version(self) -> str:
        """Read the version number; full-width digits count."""
        return unicodedata.normalize("NFKC", self.cleaned_data["version"]).strip()

    def given(self) -> dict[str, Any] | None:
        """Return the answer in the shape of the claim schema; None where none is chosen.

        A date counts only for what is planned and a price only for a paid option: the page shows
        these fields only then. Call it after ``is_valid``.
        """
        entered = self.cleaned_data
        answer = {name: entered.get(name) for name in ("value", "version", "note")}
        if entered["answer"] == ClaimAnswer.Answer.PLANNED and entered["planned_on"]:
            answer["planned_on"] = entered["planned_on"].isoformat()
        if entered["answer"] == ClaimAnswer.Answer.PAID_OPTION:
            answer["price_yen"] = entered["price_yen"]
        answer["evidence"] = [
            line.strip() for line in entered["evidence"].split("\n") if line.strip()
        ]
        kept = {name: value for name, value in answer.items() if value not in (None, "", [])}
        if not entered["answer"]:
            return None
        return {"answer": entered["answer"], **kept}

    def clean(self) -> dict[str, Any]:
        """Details need an answer beside them."""
        cleaned = super().clean() or self.cleaned_data
        details = [cleaned.get(name) for name in ("value", "version", "note", "evidence")]
        alone = not cleaned.get("answer") and "answer" not in self.errors
        if alone and any(detail not in {None, ""} for detail in details):
            problem = Problem("", "answer_has_details_only")
            self.add_error("answer", problem.sentence(language()))
        return cleaned


class UploadForm(forms.Form):
    """Choose a filled-in answer sheet."""

    file = forms.FileField(
        label=_("回答票のファイル"),
        help_text=_("この画面から出力した Excel ファイル（.xlsx）。10MBまで。"),
        widget=forms.FileInput({"accept": ".xlsx"}),
        allow_empty_file=True,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Say why a claim is withdrawn."""

    reason = CleanCharField(
        label=_("取り下げる理由"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("公開中の適合表明では、理由が記録に残ります。"),
    )
