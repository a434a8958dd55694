"""The demand: specifications, their versions and, derived from these, one row a requirement."""

from specs.models.authority import Authority, Editor
from specs.models.requirement import Requirement, RequirementQuerySet
from specs.models.specification import Specification
from specs.models.successor import Successor
from specs.models.version import (
    SpecificationVersion,
    SpecificationVersionQuerySet,
    Withdrawal,
)

__all__ = [
    "Authority",
    "Editor",
    "Requirement",
    "RequirementQuerySet",
    "Specification",
    "SpecificationVersion",
    "SpecificationVersionQuerySet",
    "Successor",
    "Withdrawal",
]
