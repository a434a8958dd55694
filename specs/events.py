"""Tell other rooms what happened to a version, asked through the settings.

``settings.VERSION_EVENTS`` lists functions ``version_event(event, version, *, by, at)``; ``event``
is published, withdrawn, consultation_opened or consultation_closed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from specs.models import SpecificationVersion

if TYPE_CHECKING:
    from marketplace.accounts.models import User


def tell(event: str, version: SpecificationVersion, *, by: User | None, at: datetime) -> None:
    """Call every listed function, in the deed's own transaction."""
    for source in settings.VERSION_EVENTS:
        import_string(source)(event, version, by=by, at=at)
