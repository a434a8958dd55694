"""How the vendor wing writes answers, results and cost lines on its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from schemas.problems import Problem
from schemas.specifications import Requirement
from vendors.forms import language, said
from vendors.models import ClaimAnswer, Price
from vendors.pricing import KINDS, CostLine
from vendors.sheets import OPERATORS

register = template.Library()


@register.simple_tag
def explain(line: CostLine) -> str:
    """Say how a cost line comes about."""
    return line.explanation(language())


@register.simple_tag
def say(problem: Problem) -> str:
    """Say a problem to a person."""
    return said(problem)


@register.filter
def price_kind(kind: str) -> str:
    """Name a kind of price."""
    return str(dict(Price.Kind.choices).get(kind, kind))


@register.filter
def in_price_order(prices: Iterable[Price]) -> list[Price]:
    """Put price lines in the order in which they are paid, what has one name by its bands."""
    return sorted(
        prices,
        key=lambda price: (
            KINDS.index(price.kind),
            price.label,
            price.requirement_key,
            price.population_from,
        ),
    )


@register.filter
def answer_word(answer: str) -> str:
    """Name an answer."""
    return str(dict(ClaimAnswer.Answer.choices).get(answer, answer))


STATUSES: dict[str, tuple[str, str, Callable[[], str]]] = {
    "met": ("conforms", "●", lambda: _("適合")),
    "transitional": ("transitional", "◐", lambda: _("経過措置")),
    "not_met": ("fails", "○", lambda: _("不適合")),
    "violated": ("fails", "○", lambda: _("不適合")),
    "malformed": ("fails", "○", lambda: _("書式の誤り")),
    "missing": ("none", "–", lambda: _("未回答")),
    "option_provided": ("conforms", "●", lambda: _("提供")),
    "option_not_provided": ("none", "–", lambda: _("提供なし")),
    "not_applicable": ("none", "–", lambda: _("対象外")),
}


@register.simple_tag
def status(name: str) -> SafeString:
    """Show what became of one requirement as icon, word and colour."""
    kind, icon, word = STATUSES[name]
    return format_html(
        '<span class="verdict verdict--{}"><span aria-hidden="true">{}</span> {}</span>',
        kind,
        icon,
        word(),
    )


@register.filter
def demanded(requirement: Requirement) -> str:
    """Say what value or version is asked for; nothing where none is."""
    if bound := requirement.bound:
        amount = f"{bound['value']:g}{bound.get('unit', '')}"
        if language() == "en":
            sign = "≥" if bound["operator"] == "at_least" else "≤"
            return f"{bound.get('metric_en') or bound['metric']} {sign} {amount}"
        return f"{bound['metric']} {amount}{OPERATORS[bound['operator']]}"
    if interface := requirement.interface:
        return _("%(name)s %(version)s版以上") % {
            "name": interface["name"],
            "version": interface["version"],
        }
    return ""


@register.filter
def less(total: int, left: int) -> int:
    """Subtract."""
    return total - left


@register.filter
def parts(pointer: str) -> list[str]:
    """Split an RFC 6901 pointer into its tokens."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
