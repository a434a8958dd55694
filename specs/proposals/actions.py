"""The deeds of proposals, their only writers: propose, endorse, answer, take up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.audit import trail
from marketplace.text import clean_text
from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta, build_document
from specs.actions import draft_version
from specs.models import Authority, Specification, SpecificationVersion
from specs.organisations import Organisation
from specs.proposals import permissions, rules, wishes
from specs.proposals.models import Proposal, ProposalAnswer, ProposalEndorsement
from specs.proposals.wishes import Wish

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@dataclass(frozen=True)
class Start:
    """What a draft begins as: its address, number, first three digits of ids, planned day."""

    slug: str
    title: str
    id_prefix: str
    published_on: date
    number: str = "0.1"


@transaction.atomic
def submit_proposal(
    wish: Wish, *, organisation: Organisation, by: User | None, at: datetime
) -> Proposal:
    """Propose a specification in the name of a body or a vendor.

    Raises ``PermissionDenied``, or ``Refused`` with everything that is missing or unreadable.
    """
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    _refuse(rules.wish_can_be_judged(wish))
    made = Proposal.objects.create(
        **_columns(wish),
        organisation_kind=organisation.kind,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        proposed_at=at,
        proposed_by=by,
    )
    facts = {**_facts(made), "domain": wish.domain, "functions": len(wish.essential + wish.desired)}
    trail.record("proposals.proposal_submitted", on=made, by=by, at=at, data=facts)
    return made


@transaction.atomic
def change_proposal(proposal: Proposal, wish: Wish, *, by: User | None, at: datetime) -> Proposal:
    """Say a proposal better while it is open; the same words change nothing."""
    found = _locked(proposal)
    if not permissions.may_change_proposal(by, found):
        raise PermissionDenied
    _refuse(rules.proposal_is_open(found.state))
    _refuse(rules.wish_can_be_judged(wish))
    columns = _columns(wish)
    changed = sorted(name for name, value in columns.items() if getattr(found, name) != value)
    if changed:
        for name in changed:
            setattr(found, name, columns[name])
        found.save(update_fields=changed)
        facts = {**_facts(found), "changed": changed}
        trail.record("proposals.proposal_changed", on=found, by=by, at=at, data=facts)
    return found


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: User | None, at: datetime) -> Proposal:
    """Take an open proposal back; it stays readable with those who endorsed it."""
    found = _locked(proposal)
    if not permissions.may_change_proposal(by, found):
        raise PermissionDenied
    _refuse(rules.proposal_is_open(found.state))
    found.state = Proposal.State.WITHDRAWN
    found.save(update_fields=["state"])
    trail.record("proposals.proposal_withdrawn", on=found, by=by, at=at, data=_facts(found))
    return found


@transaction.atomic
def endorse_proposal(
    proposal: Proposal,
    *,
    organisation: Organisation,
    note: str = "",
    by: User | None,
    at: datetime,
) -> ProposalEndorsement:
    """Stand behind an open proposal in the name of a body or a vendor; twice renews the note."""
    found = _locked(proposal)
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    note = clean_text(note)
    _refuse(
        [
            *rules.proposal_is_open(found.state),
            *rules.endorsement_is_anothers(found.organisation_code, organisation.code),
            *rules.note_can_be_read(note),
        ]
    )
    held = found.endorsements.filter(organisation_code=organisation.code).first()
    if held and held.note == note:
        return held
    made, _new = ProposalEndorsement.objects.update_or_create(
        proposal=found,
        organisation_code=organisation.code,
        defaults={
            "organisation_kind": organisation.kind,
            "organisation_name": organisation.name,
            "note": note,
            "endorsed_at": at,
            "endorsed_by": by,
        },
    )
    facts = {"proposal": found.pk, "organisation": organisation.code, "note": note}
    trail.record("proposals.proposal_endorsed", on=made, by=by, at=at, data=facts)
    return made


@transaction.atomic
def withdraw_endorsement(
    proposal: Proposal, *, organisation: Organisation, by: User | None, at: datetime
) -> None:
    """No longer stand behind an open proposal; who never did changes nothing."""
    found = _locked(proposal)
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    _refuse(rules.proposal_is_open(found.state))
    held = found.endorsements.filter(organisation_code=organisation.code).first()
    if held:
        facts = {"proposal": found.pk, "organisation": organisation.code}
        trail.record("proposals.endorsement_withdrawn", on=held, by=by, at=at, data=facts)
        held.delete()


@transaction.atomic
def answer_proposal(
    proposal: Proposal,
    *,
    authority: Authority,
    outcome: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> ProposalAnswer:
    """Say for an authority that it will look into a proposal later, or not; in public, with why."""
    found = _locked(proposal)
    if not permissions.may_answer_for(by, authority):
        raise PermissionDenied
    reason = clean_text(reason)
    _refuse([*rules.proposal_is_open(found.state), *rules.answer_says_why(outcome, reason)])
    return _answered(found, authority=authority, outcome=outcome, reason=reason, by=by, at=at)


@transaction.atomic
def take_up_proposal(
    proposal: Proposal,
    *,
    authority: Authority,
    start: Start,
    reason: str,
    by: User | None,
    at: datetime,
) -> SpecificationVersion:
    """Draw up the draft of a specification from an open proposal; its functions come first.

    What is essential becomes mandatory, what is desired a standard option; ids rise by ten after
    ``start.id_prefix``. Raises ``Refused`` with what is wrong, also for a slug that is taken.
    """
    found = _locked(proposal)
    if not permissions.may_answer_for(by, authority):
        raise PermissionDenied
    reason = clean_text(reason)
    taken = Specification.objects.filter(slug=start.slug).exists()
    _refuse(
        [
            *rules.proposal_is_open(found.state),
            *rules.answer_says_why("later", reason),
            *rules.draft_can_begin(
                start.title, start.slug, start.number, start.id_prefix, taken=taken
            ),
        ]
    )
    meta = SpecificationMeta(
        slug=start.slug,
        version=start.number,
        title=start.title,
        authority=authority.name,
        domain=found.domain,
        published_on=start.published_on.isoformat(),
        extension_policy="open",
        description=found.purpose,
    )
    first = wishes.requirements(found.essential, found.desired, start.id_prefix, found.title)
    version = draft_version(build_document(meta, first), by=by, at=at)
    found.state = Proposal.State.TAKEN_UP
    found.draft_slug, found.draft_number = start.slug, start.number
    found.save(update_fields=["state", "draft_slug", "draft_number"])
    taken_up = ProposalAnswer.Outcome.TAKEN_UP
    _answered(found, authority=authority, outcome=taken_up, reason=reason, by=by, at=at)
    return version


def _answered(
    proposal: Proposal,
    *,
    authority: Authority,
    outcome: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> ProposalAnswer:
    made, _new = ProposalAnswer.objects.update_or_create(
        proposal=proposal,
        authority=authority,
        defaults={
            "outcome": outcome,
            "reason": reason,
            "answered_at": at,
            "answered_by": by,
        },
    )
    facts = {
        "proposal": proposal.pk,
        "authority": authority.slug,
        "outcome": str(outcome),
        "reason": reason,
        "draft": proposal.draft_slug,
    }
    trail.record("proposals.proposal_answered", on=made, by=by, at=at, data=facts)
    return made


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update().get(pk=proposal.pk)


def _columns(wish: Wish) -> dict[str, Any]:
    return {
        "title": clean_text(wish.title),
        "domain": wish.domain,
        "purpose": clean_text(wish.purpose),
        "scope": clean_text(wish.scope),
        "essential": list(wish.essential),
        "desired": list(wish.desired),
    }


def _facts(proposal: Proposal) -> Mapping[str, Any]:
    return {"title": proposal.title, "organisation": proposal.organisation_code}


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise Refused(found)
