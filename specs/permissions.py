"""Who may do what to specifications; nothing else decides it.

``by`` is None for an operator's command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.models import Authority, Editor, SpecificationVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


def may_register_authority(by: User | AnonymousUser | None) -> bool:
    """Let operators register a ministry or agency."""
    return by is None or (by.is_active and by.is_staff)


def may_appoint_editor(by: User | AnonymousUser | None, authority: Authority) -> bool:
    """Let operators, and the authority's own editors, say who else edits for it."""
    return (by is not None and by.is_active and by.is_staff) or may_edit_for(by, authority)


def may_edit_for(by: User | AnonymousUser | None, authority: Authority) -> bool:
    """Let an authority's own editors work for it."""
    if by is None:
        return True
    if by.is_anonymous or not by.is_active:
        return False
    return Editor.objects.filter(user=by, authority=authority).exists()


def may_import_specification(by: User | AnonymousUser | None) -> bool:
    """Let everybody who edits for some authority look into a sheet before it is kept."""
    if by is None:
        return True
    if by.is_anonymous or not by.is_active:
        return False
    return Editor.objects.filter(user=by).exists()


def may_publish_version(by: User | AnonymousUser | None, version: SpecificationVersion) -> bool:
    """Let the editors of the specification's authority publish its drafts."""
    return may_edit_for(by, version.specification.authority)


def may_withdraw_version(by: User | AnonymousUser | None, version: SpecificationVersion) -> bool:
    """Let the editors of the specification's authority withdraw its published versions."""
    return may_edit_for(by, version.specification.authority)


def may_discard_draft(by: User | AnonymousUser | None, version: SpecificationVersion) -> bool:
    """Let the editors of the specification's authority discard its drafts."""
    return may_edit_for(by, version.specification.authority)
