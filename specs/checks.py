"""What other rooms find against publishing a version, asked through the settings.

``settings.PUBLICATION_CHECKS`` lists functions ``publication_problems(version, reason)`` that
return problems; ``reason`` is what the editor gives for publishing all the same.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from schemas.problems import Problem
from specs.models import SpecificationVersion


def publication_problems(version: SpecificationVersion, reason: str) -> list[Problem]:
    """Gather what every listed function finds."""
    return [
        problem
        for source in settings.PUBLICATION_CHECKS
        for problem in import_string(source)(version, reason)
    ]
