"""How the square writes costs and answers."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.catalogue.comparison import Cell, Comparison
from vendors.models import Price
from vendors.pricing import CostLine

register = template.Library()

STATUS_ICONS = {
    "met": "●",
    "option_provided": "●",
    "transitional": "◐",
    "option_not_provided": "–",
    "not_applicable": "–",
    "not_met": "○",
    "violated": "○",
    "missing": "–",
}


@register.simple_tag
def explanation(line: CostLine) -> str:
    """Say how a cost line's total comes about."""
    return line.explanation(get_language() or "ja")


@register.simple_tag
def cost_name(kind: str, label: str) -> str:
    """Name a cost line: what is paid for, with the seller's own label where there is one."""
    name = str(dict(Price.Kind.choices).get(kind, kind))
    return f"{name}{_('（')}{label}{_('）')}" if label and label != name else name


@register.simple_tag
def said(cell: Cell) -> SafeString:
    """Show what an offer answers: icon, word and what the answer carries."""
    row = cell.answer
    if row is None:
        return format_html('<span class="answer">{}</span>', _("表明なし"))
    parts = [str(row.get_answer_display())]
    if row.value is not None:
        parts.append(f"{row.value.normalize():f}")
    if row.interface_version:
        parts.append(row.interface_version)
    if row.planned_on:
        parts.append(row.planned_on.isoformat())
    if row.price_yen is not None:
        parts.append(f"{row.price_yen:,}")
    return format_html(
        '<span class="answer answer--{}"><span aria-hidden="true">{}</span> {}</span>',
        cell.status or "none",
        STATUS_ICONS.get(cell.status, "–"),
        " ".join(parts),
    )


@register.simple_tag
def compare_query(comparison: Comparison, **changes: str) -> str:
    """Give the comparison's address with some parameters changed."""
    return comparison.querystring(**changes)


@register.simple_tag
def without_offer(comparison: Comparison, offer_id: int) -> str:
    """Give the comparison's address without one offer."""
    return comparison.without(offer_id)
