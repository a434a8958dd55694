"""How the deal's pages name what codelists hold."""

from __future__ import annotations

from itertools import zip_longest

from django import template
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from schemas import codelist

register = template.Library()


@register.simple_tag
def step_name(template_code: str, code: str) -> str:
    """Name a step of a switchover template in the reader's language."""
    step = next((row for row in codelist.switchover_steps(template_code) if row.code == code), None)
    return step.label(get_language() or "ja") if step else code


@register.filter
def label(row: object) -> str:
    """Name any row of a codelist in the reader's language."""
    named = getattr(row, "label", None)
    return str(named(get_language() or "ja")) if callable(named) else "—"


@register.inclusion_tag("components/breadcrumbs.html")
def deal_crumbs(room: str, *steps: str) -> dict[str, object]:
    """Show the way from home through the body's page and one of its rooms to this page.

    ``steps`` are label and address in turn, from the room on; a last label without an address is
    this page, and so is the room where there are none.
    """
    rooms = {
        "body": (gettext("調達"), "procurement:body-home"),
        "contracts": (gettext("契約台帳"), "contracts:contract-list"),
        "plans": (gettext("切替計画"), "switchover:plan-list"),
        "papers": (gettext("発行した文書"), "documents:paper-list"),
    }
    way = [rooms["body"]] if room == "body" else [rooms["body"], rooms[room]]
    crumbs = [(label, reverse(address)) for label, address in way]
    crumbs += zip_longest(steps[::2], steps[1::2], fillvalue="")
    return {"crumbs": [*crumbs[:-1], (crumbs[-1][0], "")]}


@register.simple_tag
def months_from(offset: int) -> str:
    """Say where a month stands to the renewal date: 更改日の12か月前, 更改日, 更改日の1か月後."""
    if offset == 0:
        return gettext("更改日")
    if offset < 0:
        return ngettext("更改日の%(months)dか月前", "更改日の%(months)dか月前", -offset) % {
            "months": -offset
        }
    return ngettext("更改日の%(months)dか月後", "更改日の%(months)dか月後", offset) % {
        "months": offset
    }
