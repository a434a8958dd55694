"""Who may do what to proposals; nothing else decides it.

``by`` is None for an operator's command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.models import Authority
from specs.organisations import Organisation, organisations_of
from specs.permissions import may_edit_for, may_import_specification
from specs.proposals.models import Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

    Person = User | AnonymousUser | None


def may_propose(by: Person) -> bool:
    """Let everybody who speaks for a body or a vendor propose and endorse."""
    return by is None or bool(organisations_of(by))


def may_speak_for(by: Person, organisation: Organisation) -> bool:
    """Let people speak for their own organisations only."""
    return by is None or organisation in organisations_of(by)


def may_change_proposal(by: Person, proposal: Proposal) -> bool:
    """Let whoever speaks for the organisation that proposed it change or withdraw it."""
    if by is None:
        return True
    return any(own.code == proposal.organisation_code for own in organisations_of(by))


def may_answer(by: Person) -> bool:
    """Let editors of any authority answer, each for their own."""
    return may_import_specification(by)


def may_answer_for(by: Person, authority: Authority) -> bool:
    """Let editors answer, and draft, for the authorities they edit for."""
    return may_edit_for(by, authority)
