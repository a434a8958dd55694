"""Form fields for lists: one text a line, and rows of a few columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from marketplace.fields import CleanCharField, YenField

MOST_ROWS = 200
BLANK_ROWS = 2


@dataclass(frozen=True)
class Column:
    """One column of a list: its key, its heading, and the field that reads a cell."""

    key: str
    label: str
    field: forms.Field
    required: bool
    kind: str
    lines: int = 0
    choices: Sequence[tuple[str, str]] = ()


class RowsWidget(forms.Widget):
    """A table of inputs with a few empty rows at its end; more appear after each save."""

    template_name = "cases/rows_widget.html"
    input_type = None
    use_fieldset = True

    def __init__(self, columns: Sequence[Column]) -> None:
        """Keep the columns."""
        super().__init__()
        self.columns = columns

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Lay the value out as rows of cells."""
        context = super().get_context(name, None, dict(attrs or {}))
        filled = [row for row in value or [] if isinstance(row, Mapping)]
        rows = [*filled, *({} for _blank in range(max(BLANK_ROWS, 3 - len(filled))))]
        context["widget"]["columns"] = self.columns
        context["widget"]["rows"] = [
            [
                {
                    "column": column,
                    "name": f"{name}-{index}-{column.key}",
                    "value": _shown(row.get(column.key)),
                }
                for column in self.columns
            ]
            for index, row in enumerate(rows)
        ]
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[dict[str, str]]:
        """Collect the rows as texts, empty ones left out."""
        found = []
        for index in range(MOST_ROWS):
            cells = {
                column.key: str(data.get(f"{name}-{index}-{column.key}") or "").strip()
                for column in self.columns
            }
            if not any(f"{name}-{index}-{column.key}" in data for column in self.columns):
                break
            if any(cells.values()):
                found.append(cells)
        return found

    def id_for_label(self, id_: str) -> str:
        """Name no single input: the group has a legend."""
        return ""


class RowsField(forms.Field):
    """A list of rows; each cell is read by the field of its column."""

    def __init__(self, columns: Sequence[Column], **options: Any) -> None:
        """Show the columns as a table of inputs."""
        super().__init__(widget=RowsWidget(columns), **options)
        self.columns = columns

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return the rows; raises one error for each cell that cannot be read."""
        rows, errors = [], []
        for number, cells in enumerate(value or [], 1):
            row: dict[str, Any] = {}
            for column in self.columns:
                try:
                    read = column.field.clean(cells.get(column.key, ""))
                except ValidationError as error:
                    errors += [
                        _("%(row)d行目の%(column)s：%(message)s")
                        % {"row": number, "column": column.label, "message": message}
                        for message in error.messages
                    ]
                    continue
                if read not in (None, ""):
                    row[column.key] = read.isoformat() if isinstance(read, date) else read
                elif column.required:
                    errors.append(
                        _(
                            "%(row)d行目の%(column)sが空欄です。入力するか、その行を空にしてください。"
                        )
                        % {"row": number, "column": column.label}
                    )
            rows.append(row)
        if errors:
            raise ValidationError(errors)
        return rows


class AmountField(YenField):
    """Whole yen, shown as they are read: 10,560,000."""

    def prepare_value(self, value: Any) -> Any:
        """Write a stored amount with its commas; leave what was typed as it was."""
        return _shown(value) if isinstance(value, int) else value


class LinesField(CleanCharField):
    """Several texts, one a line."""

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        """Show an area of some lines."""
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def prepare_value(self, value: Any) -> Any:
        """Write a list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the lines that are not empty."""
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


def _shown(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)
