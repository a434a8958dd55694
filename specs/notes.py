"""What other wings know about a version's requirements, asked through the settings.

``settings.REQUIREMENT_NOTES`` names a function ``provided_counts(version_id)`` that returns, by
requirement key, how many published claims provide it and how many there are; empty text: none.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string


def provided_counts(version_id: int) -> Mapping[str, tuple[int, int]]:
    """Give (claims that provide it, all published claims) by requirement key; one query."""
    source = getattr(settings, "REQUIREMENT_NOTES", "")
    if not source:
        return {}
    found: Mapping[str, tuple[int, int]] = import_string(source)(version_id)
    return found
