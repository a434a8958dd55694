"""What officers fill in for a case. The form of particulars is made from their schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, DateField3
from procurement.cases import particulars, rules
from procurement.cases.fields import AmountField, Column, LinesField, RowsField
from procurement.cases.particulars import Particular
from schemas import codelist
from schemas.problems import Problem
from specs.models import SpecificationVersion

TAX_BASES = (("INCLUDED", _("税込")), ("EXCLUDED", _("税抜")))
ROWS_OF_LONG_LIST = 10


def language() -> str:
    """Return the reader's language as codelists name it."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


class OpenCaseForm(forms.Form):
    """What is to be bought, and by which version of which specification."""

    title = CleanCharField(
        label=_("件名"),
        max_length=rules.LONGEST_TITLE,
        help_text=_("文書の表題になります。例：公共施設予約システム更改業務"),
    )
    version = forms.ChoiceField(
        label=_("標準仕様と版"),
        help_text=_("この版への適合で候補を比べ、要件一覧を調達仕様書に付けます"),
    )

    def __init__(
        self, *args: Any, versions: QuerySet[SpecificationVersion], **options: Any
    ) -> None:
        """Offer the versions."""
        super().__init__(*args, **options)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- stated above
        self.versions = {str(version.pk): version for version in versions}
        field.choices = [
            (pk, f"{version.specification.title} {version.number}")
            for pk, version in self.versions.items()
        ]

    def chosen_version(self) -> SpecificationVersion:
        """Return the version that was chosen; only for a valid form."""
        return self.versions[self.cleaned_data["version"]]


class ReasonForm(forms.Form):
    """What becomes of a candidate, and why."""

    decision = forms.ChoiceField(choices=[(name, name) for name in ("drop", "choose", "reopen")])
    reason = CleanCharField(required=False)
    edition = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class MethodForm(forms.Form):
    """How to contract."""

    contract_category = forms.CharField(max_length=30)
    method = forms.CharField(max_length=40)
    clause = forms.CharField(max_length=20, required=False)
    reason = CleanCharField(max_length=rules.LONGEST_REASON, required=False)
    edition = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class ParticularsForm(forms.Form):
    """One page of particulars, its fields made from the schema; every value may stay empty."""

    def __init__(self, section: str, *args: Any, **options: Any) -> None:
        """Make the fields of the page."""
        super().__init__(*args, **options)
        self.rows = particulars.of_section(section)
        for row in self.rows:
            self.fields[row.key] = _field(row)

    def changes(self) -> dict[str, Any]:
        """Return what was stated as plain JSON; only for a valid form."""
        return {key: _plain(value) for key, value in self.cleaned_data.items()}

    def show(self, problems: list[Problem]) -> list[Problem]:
        """Put problems at the fields that their pointers name; return those that name none."""
        left = []
        for problem in problems:
            name = problem.pointer.strip("/").split("/")[0]
            if name in self.fields:
                self.add_error(name, problem.sentence(language()))
            else:
                left.append(problem)
        return left


def _field(row: Particular) -> forms.Field:
    shape = row.shape
    options: dict[str, Any] = {
        "label": row.label(language()),
        "help_text": row.hint(language()),
        "required": False,
    }
    if shape.get("type") == "array":
        items = shape["items"]
        if "properties" not in items:
            return LinesField(rows=ROWS_OF_LONG_LIST if "x-lines" in items else 5, **options)
        needed = items["required"]
        return RowsField(
            [_column(key, below, key in needed) for key, below in items["properties"].items()],
            **options,
        )
    return _single(shape, options)


def _single(shape: Mapping[str, Any], options: dict[str, Any]) -> forms.Field:
    if "$ref" in shape:
        return DateField3(**options)
    if "x-choices" in shape:
        return forms.ChoiceField(choices=_choices(shape), **options)
    if shape.get("x-unit") == "yen":
        return AmountField(**options)
    if shape.get("type") == "integer":
        return forms.IntegerField(min_value=shape["minimum"], max_value=shape["maximum"], **options)
    if lines := shape.get("x-lines"):
        options["widget"] = forms.Textarea(attrs={"rows": lines})
    return CleanCharField(max_length=shape["maxLength"], **options)


def _column(key: str, shape: Mapping[str, Any], required: bool) -> Column:  # noqa: FBT001 -- one caller
    label = shape["title"] if language() == "ja" else shape["x-title-en"]
    if "$ref" in shape:
        field: forms.Field = forms.DateField(required=False, input_formats=["%Y-%m-%d", "%Y/%m/%d"])
        return Column(key, label, field, required, "date")
    if "x-choices" in shape:
        choices = _choices(shape)
        field = forms.ChoiceField(choices=choices, required=False)
        return Column(key, label, field, required, "choice", choices=choices)
    if shape.get("x-unit") == "yen":
        return Column(key, label, AmountField(required=False), required, "yen")
    field = CleanCharField(max_length=shape["maxLength"], required=False)
    return Column(key, label, field, required, "text", lines=shape.get("x-lines", 0))


def _choices(shape: Mapping[str, Any]) -> list[tuple[str, str]]:
    if shape["x-choices"] == "tax_basis":
        return [("", "—"), *((code, str(name)) for code, name in TAX_BASES)]
    return [("", "—"), *codelist.labels(shape["x-choices"], language()).items()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def domain_choices() -> list[tuple[str, str]]:
    """Return the business domains by their names in the reader's language."""
    return [(row.slug, row.label(language())) for row in codelist.business_domains()]
