"""How values look in a paper: the filters of its templates. A change here is a new version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from schemas import eras

register = template.Library()
Item = TypeVar("Item")

TOKYO = ZoneInfo("Asia/Tokyo")
TAX_BASIS = {"INCLUDED": "税込", "EXCLUDED": "税抜"}
OBLIGATION = {
    "mandatory": "実装必須",
    "standard_option": "標準オプション",
    "prohibited": "実装不可",
}
KIND = {
    "function": "機能要件",
    "form": "帳票要件",
    "non_functional": "非機能要件",
    "interface": "連携要件",
}
VERDICT = {
    "conforms": ("●", "適合"),
    "conforms_with_transitional": ("◐", "経過措置つき適合"),
    "does_not_conform": ("○", "不適合"),
}
OUTCOME = {"open": "候補として残す", "dropped": "除外", "chosen": "選定"}


@register.filter
def yen(amount: int) -> str:
    """Write an amount: 1,234,567円."""
    return f"{amount:,}円"


@register.filter
def count(number: int) -> str:
    """Write a number with separators: 112,345."""
    return f"{number:,}"


@register.filter
def tax_basis(code: str) -> str:
    """Write 税込 or 税抜; raises ``KeyError`` for anything else."""
    return TAX_BASIS[code]


@register.filter
def obligation(code: str) -> str:
    """Write the class of a requirement."""
    return OBLIGATION[code]


@register.filter
def kind(code: str) -> str:
    """Write the kind of a requirement."""
    return KIND[code]


@register.filter
def verdict(code: str) -> SafeString:
    """Write a verdict as sign and word."""
    return format_html('<span class="sign">{}</span> {}', *VERDICT[code])


@register.filter
def outcome(code: str) -> str:
    """Write what became of a candidate."""
    return OUTCOME[code]


@register.filter
def era(day: str) -> str:
    """Write an ISO date in its era: 令和9年3月31日."""
    return eras.era(date.fromisoformat(day))


@register.filter
def short_era(day: str) -> str:
    """Write an ISO date for a narrow cell: R9.3.31."""
    return eras.short_era(date.fromisoformat(day))


@register.filter
def era_time(moment: str) -> str:
    """Write an ISO time as a day in its era and a time of day in Japan."""
    local = datetime.fromisoformat(moment).astimezone(TOKYO)
    return f"{eras.era(local.date())} {local:%H時%M分}"


@register.filter
def breakable(text: str) -> SafeString:
    """Let a long code (a digest, an address) break anywhere, in groups of eight."""
    groups = [escape(text[start : start + 8]) for start in range(0, len(text), 8)]
    return mark_safe("<wbr>".join(groups))  # noqa: S308 -- every group is escaped


@register.filter
def prose(text: str) -> SafeString:
    """Turn what a person wrote into paragraphs; lines of a list keep their breaks."""
    paragraphs = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n")]
    return format_html_join(
        "\n",
        "<p{}>{}</p>",
        (
            (mark_safe(' class="listed"') if "\n" in part else "", _lines(part))
            for part in paragraphs
            if part
        ),
    )


@register.filter
def lines(text: str) -> SafeString:
    """Keep the line breaks of what a person wrote, inside a cell."""
    return _lines(text.replace("\r\n", "\n").strip())


def _lines(text: str) -> SafeString:
    return mark_safe("<br>".join(escape(line) for line in text.split("\n")))  # noqa: S308 -- escaped


@register.filter
def in_groups_of(items: Sequence[Item], most: int) -> list[Sequence[Item]]:
    """Cut a list into even groups of at most ``most``: 7 by 5 gives 4 and 3."""
    groups = -(-len(items) // most)
    size = -(-len(items) // groups) if groups else most
    return [items[start : start + size] for start in range(0, len(items), size)]
