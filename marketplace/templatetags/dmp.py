"""How the marketplace writes money, days, verdicts and people's texts on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from schemas import eras
from schemas.problems import Problem

register = template.Library()


def _english() -> bool:
    return (get_language() or "ja").startswith("en")


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


@register.filter
def yen(value: object) -> str:
    """Write 1234567 as 1,234,567円."""
    if not isinstance(value, int) or isinstance(value, bool):
        return "—"
    return f"¥{value:,}" if _english() else f"{value:,}円"


@register.filter
def number(value: object) -> str:
    """Write 1234567 as 1,234,567."""
    return f"{value:,}" if isinstance(value, int) else "—"


@register.filter
def day(value: object) -> str:
    """Write a day as 2027年3月31日（令和9年3月31日）."""
    found = _date(value)
    if found is None:
        return "—"
    if _english():
        return f"{found.day} {found:%B %Y} ({eras.era_year(found, 'en')})"
    return f"{found.year}年{found.month}月{found.day}日（{eras.era(found)}）"


@register.filter
def short_day(value: object) -> str:
    """Write a day in a table as R9.3.31, in English as 2027-03-31."""
    found = _date(value)
    if found is None:
        return "—"
    return found.isoformat() if _english() else eras.short_era(found)


@register.filter
def days_left(value: object, today: date) -> str:
    """Say how far a day is away: あと128日, 今日, 12日経過."""
    found = _date(value)
    if found is None:
        return ""
    left = (found - today).days
    if left == 0:
        return gettext("今日")
    if left > 0:
        return ngettext("あと%(days)d日", "あと%(days)d日", left) % {"days": left}
    return ngettext("%(days)d日経過", "%(days)d日経過", -left) % {"days": -left}


@register.filter
def tax_basis(value: object) -> str:
    """Write INCLUDED as 税込 and EXCLUDED as 税抜."""
    return {"INCLUDED": gettext("税込"), "EXCLUDED": gettext("税抜")}.get(str(value), "—")


@register.filter
def prose(value: object) -> SafeString:
    """Write somebody's text: escaped, its line breaks kept."""
    text = conditional_escape(str(value or "")).replace("\r\n", "\n")
    return mark_safe(text.strip().replace("\n", "<br>"))  # noqa: S308 -- escaped in the line above


@register.filter
def at(value: Any, key: Any) -> Any:
    """Look up a key of a mapping or a place in a list; nothing where there is none."""
    if isinstance(value, Mapping):
        return value.get(key)
    try:
        return value[int(key)]
    except (IndexError, KeyError, TypeError, ValueError):
        return None


@register.simple_tag
def sentence(problem: Problem) -> str:
    """Say a problem in the reader's language."""
    return problem.sentence(get_language() or "ja")


OUTLINE = '<circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2.5"/>'
DISC = SafeString('<circle cx="8" cy="8" r="7.5" fill="currentColor"/>')
HALF = SafeString(OUTLINE + '<path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor"/>')
RING = SafeString(OUTLINE)
DASH = SafeString('<path d="M2 8h12" stroke="currentColor" stroke-width="2"/>')
VERDICTS = {
    "conforms": ("conforms", DISC, _("適合")),
    "conforms_with_transitional": ("transitional", HALF, _("経過措置つき適合")),
    "does_not_conform": ("fails", RING, _("不適合")),
}
NO_VERDICT = ("none", DASH, _("未表明"))


@register.simple_tag
def verdict(outcome: object) -> SafeString:
    """Show a verdict as icon, word and colour; anything else is 未表明."""
    kind, icon, word = VERDICTS.get(str(outcome), NO_VERDICT)
    return format_html(
        '<span class="verdict verdict--{}"><svg viewBox="0 0 16 16" aria-hidden="true" '
        'focusable="false">{}</svg> {}</span>',
        kind,
        icon,
        word,
    )


OBLIGATIONS = {
    "mandatory": ("mandatory", _("実装必須")),
    "standard_option": ("option", _("標準オプション")),
    "prohibited": ("prohibited", _("実装不可")),
}


@register.simple_tag
def obligation_chip(obligation: object) -> SafeString:
    """Show how a requirement binds (実装区分)."""
    kind, word = OBLIGATIONS.get(str(obligation), ("neutral", str(obligation)))
    return format_html('<span class="chip chip--{}">{}</span>', kind, word)


@register.simple_tag
def sample_chip() -> SafeString:
    """Mark made-up content."""
    return format_html('<span class="chip chip--sample">{}</span>', gettext("サンプル"))


@register.simple_tag(takes_context=True)
def other_page(context: Mapping[str, Any], page: int) -> str:
    """Give the address of another page of the same list, its filters kept."""
    params = context["request"].GET.copy()
    params["page"] = str(page)
    return f"?{params.urlencode()}"


@register.filter
def near_pages(page: Page[Any]) -> list[int]:
    """Name the pages to offer: the ends and the neighbours; 0 stands where some are left out."""
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [each if isinstance(each, int) else 0 for each in pages]


@register.filter
def first_input(field: BoundField) -> str:
    """Name the element a link in the error summary leads to: a group's first input."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label or field.auto_id
