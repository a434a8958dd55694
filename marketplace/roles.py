"""Who somebody is, and what stands on their home page, as the wings say.

The building imports no wing; it asks the functions that the settings name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.module_loading import import_string

from marketplace.accounts.models import User


@dataclass(frozen=True)
class Role:
    """What a person is for an organisation: ``kind`` is editor, representative or officer.

    ``code`` names the organisation for good: a body's six digits (団体コード), a vendor's
    corporate number (法人番号), an authority's slug. Who ``speaks`` for it may state something in
    its name; an officer who may only view does not.
    """

    kind: str
    name: str
    organisation: str
    url: str
    code: str = ""
    speaks: bool = True


@dataclass(frozen=True)
class Panel:
    """One part of the home page: a template, its context, and its place (lowest first)."""

    template: str
    context: Mapping[str, Any]
    order: int = 0


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Ask every wing of ``ROLE_SOURCES`` who the person is."""
    return [role for source in settings.ROLE_SOURCES for role in import_string(source)(user)]


def home_panels(request: HttpRequest, today: date) -> list[Panel]:
    """Ask every wing of ``HOME_PANELS`` for its part of this person's home page."""
    panels = [import_string(source)(request, today) for source in settings.HOME_PANELS]
    return sorted((panel for panel in panels if panel), key=lambda panel: panel.order)
