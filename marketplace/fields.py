"""Form fields that speak our own sentences: text, day, yen, the two official numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from marketplace.text import clean_text, text_problems
from schemas import codes, eras
from schemas.problems import Problem


def _refuse(problems: Iterable[Problem]) -> None:
    """Raise the problems as one form error in the reader's language."""
    if found := list(problems):
        language = get_language() or "ja"
        raise ValidationError([problem.sentence(language) for problem in found])


class CleanCharField(forms.CharField):
    """A text without NUL, lone surrogates and other controls, within its length."""

    def __init__(self, **options: Any) -> None:
        """Leave the checks of NUL and length to our own sentences."""
        self.longest: int | None = options.pop("max_length", None)
        super().__init__(**options)
        if self.longest is not None and not isinstance(self.widget, forms.Textarea):
            self.widget.attrs.setdefault("maxlength", str(self.longest))
        self.validators = []

    def to_python(self, value: Any) -> str:
        """Return the text in normal form C."""
        text = str(value) if value not in self.empty_values else ""
        _refuse(text_problems(text, longest=self.longest))
        return clean_text(text)


class DateWidget3(forms.MultiWidget):
    """Year, month and day as three fields that take full-width digits."""

    template_name = "components/date_widget.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        """Make three numeric inputs."""
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"inputmode": "numeric", "size": size, "autocomplete": "off"})
            for name, size in (("year", "4"), ("month", "2"), ("day", "2"))
        }
        super().__init__(parts, dict(attrs or {}))

    def decompress(self, value: Any) -> list[Any]:
        """Split a date into its parts."""
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return [None, None, None]
        return [value.year, value.month, value.day] if value else [None, None, None]

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[Any]:
        """Take the three parts, or one ISO date as a picker sends it."""
        whole = data.get(name)
        if whole and data.get(f"{name}_year") is None:
            return self.decompress(whole) if self.decompress(whole)[0] else [whole, "", ""]
        return [data.get(f"{name}_{part}") for part in ("year", "month", "day")]


class DateField3(forms.Field):
    """A day from three fields; full-width digits and years of an era (令和9, R9) are read."""

    widget = DateWidget3

    def to_python(self, value: Any) -> date | None:
        """Return the day, or None where all three fields are empty."""
        parts = [unicodedata.normalize("NFKC", str(part or "")).strip() for part in value or []]
        if not any(parts):
            return None
        if (found := _day_of_era(*parts)) is not None:
            return found
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            _refuse([Problem("", "day_not_numbers")])
        year, month, day = (int(part) for part in parts)
        try:
            return date(year, month, day)
        except ValueError:
            _refuse([Problem("", "day_not_in_calendar", {"day": f"{year}-{month}-{day}"})])
            raise

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days, not their parts."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def _day_of_era(year: str, month: str, day: str) -> date | None:
    """Return the day where the year is one of an era; refuse a day that its era does not have."""
    if not year or year.isdigit():
        return None
    text = f"{year.removesuffix('年')}年{month}月{day}日"
    problems = eras.date_problems(text)
    if not problems:
        return eras.parse_date(text)
    _refuse(each for each in problems if each.code != "date_is_not_understood")
    return None


class YenField(forms.Field):
    """Whole yen; 1,200円 and １２００ are read, 12.5 is refused."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        """Show the numeric keypad on a telephone."""
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> int | None:
        """Return the amount in yen."""
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        text = text.removeprefix("¥").removesuffix("円").replace(",", "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            _refuse([Problem("", "yen_not_whole")])
        return int(text)


class CorporateNumberField(CleanCharField):
    """A 法人番号: thirteen digits with the right check digit."""

    def to_python(self, value: Any) -> str:
        """Return the thirteen digits in half width."""
        number = codes.half_width(super().to_python(value))
        if number:
            _refuse(codes.corporate_number_problems(number))
        return number


class LocalGovernmentCodeField(CleanCharField):
    """A 団体コード: six digits with the right check digit."""

    def to_python(self, value: Any) -> str:
        """Return the six digits in half width."""
        code = codes.half_width(super().to_python(value))
        if code:
            _refuse(codes.local_government_code_problems(code))
        return code
