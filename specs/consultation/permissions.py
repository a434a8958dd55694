"""Who may do what to consultations; nothing else decides it.

``by`` is None for an operator's command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.consultation.models import Comment, Consultation, GoodPractice
from specs.models import Specification, SpecificationVersion
from specs.organisations import Organisation, organisations_of
from specs.permissions import may_edit_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

    Person = User | AnonymousUser | None


def may_open_consultation(by: Person, version: SpecificationVersion) -> bool:
    """Let the editors of the specification's authority lay its drafts before others."""
    return may_edit_for(by, version.specification.authority)


def may_run_consultation(by: Person, consultation: Consultation) -> bool:
    """Let the same editors extend, close, answer and publish the results."""
    return may_edit_for(by, consultation.version.specification.authority)


def may_comment(by: Person) -> bool:
    """Let everybody who speaks for a body or a vendor comment and endorse."""
    return by is None or bool(organisations_of(by))


def may_speak_for(by: Person, organisation: Organisation) -> bool:
    """Let officers who may write speak for their body, representatives for their vendor."""
    if by is None:
        return True
    return any(own.code == organisation.code for own in organisations_of(by))


def may_change_comment(by: Person, comment: Comment) -> bool:
    """Let whoever speaks for the organisation change what a colleague wrote in its name."""
    if by is None:
        return True
    return any(own.code == comment.organisation_code for own in organisations_of(by))


def may_attach_good_practice(by: Person, specification: Specification) -> bool:
    """Let officers who may write tell how their body does it."""
    return by is None or any(own.kind == "body" for own in organisations_of(by))


def may_withdraw_good_practice(by: Person, practice: GoodPractice) -> bool:
    """Let the body that told it take it back, and the authority's editors take it off."""
    if by is None or may_edit_for(by, practice.specification.authority):
        return True
    return any(own.code == practice.organisation_code for own in organisations_of(by))
