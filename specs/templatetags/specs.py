"""How pages of the demand show changes and the words of requirements."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from specs import words
from specs.models import Specification, SpecificationVersion

register = template.Library()

#: How the standings that matter most are painted; the others are neutral.
STANDINGS = {
    SpecificationVersion.Standing.IN_FORCE: "option",
    SpecificationVersion.Standing.DRAFT: "caution",
    SpecificationVersion.Standing.IN_CONSULTATION: "caution",
    SpecificationVersion.Standing.WITHDRAWN: "prohibited",
}

#: The element that shows each part of a marked text, on the old and on the new side.
SIDES = {
    "old": {"same": "{}", "deleted": "<del>{}</del>"},
    "new": {"same": "{}", "inserted": "<ins>{}</ins>"},
}


@register.simple_tag
def change_chip(kind: str) -> SafeString:
    """Show one kind of change."""
    return format_html(
        '<span class="chip change change--{}">{}</span>', kind, words.CHANGES.get(kind, kind)
    )


@register.simple_tag
def standing_chip(standing: str) -> SafeString:
    """Show what a version is today: a draft, in force, an older one."""
    found = SpecificationVersion.Standing(standing)
    kind = STANDINGS.get(found, "neutral")
    return format_html('<span class="chip chip--{}">{}</span>', kind, found.label)


@register.filter
def spec_title(specification: Specification) -> str:
    """Name a specification in the reader's language."""
    return words.title(specification)


@register.filter
def version_title(version: SpecificationVersion) -> str:
    """Name a version in the reader's language: title and number."""
    return words.version_title(version)


@register.filter
def change_word(kind: str) -> str:
    """Write one kind of change."""
    return str(words.CHANGES.get(kind, kind))


@register.simple_tag
def marked(parts: Any, side: str) -> SafeString:
    """Show one side of a marked text: deleted stretches on the old, inserted ones on the new."""
    shown = SIDES[side]
    return format_html_join(
        "", "{}", ((format_html(shown[p.op], p.text),) for p in parts if p.op in shown)
    )


@register.filter
def bound_words(stated: Any) -> str:
    """Write a bound (基準値)."""
    return words.bound(stated)


@register.filter
def interface_words(stated: Any) -> str:
    """Write an interface and its earliest version."""
    return words.interface(stated)


@register.filter
def category_words(codes: Any) -> str:
    """Write body categories."""
    return words.categories(codes)


@register.filter
def group_obligations(values: Any) -> str:
    """Write what differs for groups of bodies."""
    return words.by_category(values, words.obligation)


@register.filter
def group_due_dates(values: Any) -> str:
    """Write the due dates that differ for groups of bodies."""
    return words.by_category(values, words.due)


@register.filter
def left_out_word(why: str) -> str:
    """Say why a row of a sheet is not read."""
    return str(words.LEFT_OUT.get(why, why))


@register.filter
def get(values: Any, name: str) -> Any:
    """Look a value up by its name; the name itself where there is none."""
    return values.get(name, name)
