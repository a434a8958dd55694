"""The deeds of a consultation, its only writers: open, extend, close, comment, endorse, answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from marketplace.audit import trail
from schemas.problems import Problem, Refused
from specs import events
from specs.consultation import permissions, rules
from specs.consultation.models import (
    Answer,
    AskedRequirement,
    Comment,
    Consultation,
    Endorsement,
    GoodPractice,
)
from specs.models import Specification, SpecificationVersion
from specs.organisations import Organisation
from specs.rules import move_problems

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@dataclass(frozen=True)
class Opinion:
    """What a comment says; ``key`` is empty for the whole version."""

    kind: str
    key: str = ""
    proposed: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Practice:
    """What a good practice tells; ``key`` is empty for the whole specification."""

    done: str
    effect: str
    product: str = ""
    key: str = ""


def day_of(at: datetime) -> date:
    """Give the day in Japan of a moment."""
    return timezone.localtime(at).date()


@transaction.atomic
def open_consultation(
    version: SpecificationVersion,
    *,
    opens_on: date,
    closes_on: date,
    call: str,
    by: User | None,
    at: datetime,
) -> Consultation:
    """Lay a draft before bodies and vendors between two days, both included.

    From now on everybody sees the draft, and it stays as it is until the consultation is closed;
    its requirements are kept as asked. Raises ``Refused`` for what is no draft and for days out of
    order; a short period is warned about by ``rules.period_is_long_enough``, not refused.
    """
    Specification.objects.select_for_update().get(pk=version.specification_id)
    version = _locked_version(version.pk)
    if not permissions.may_open_consultation(by, version):
        raise PermissionDenied
    state = SpecificationVersion.State.IN_CONSULTATION
    _refuse(
        [
            *move_problems(version.number, version.state, state),
            *rules.period_is_ahead(opens_on, closes_on, day_of(at)),
            *rules.call_says_something(call),
        ]
    )
    version.state = state
    version.save(update_fields=["state"])
    made = Consultation.objects.create(
        version=version,
        opens_on=opens_on,
        closes_on=closes_on,
        call=call.strip(),
        digest=version.digest,
        opened_by=by,
        opened_at=at,
    )
    AskedRequirement.objects.bulk_create(
        (
            AskedRequirement(consultation=made, **row)
            for row in version.requirements.order_by("position").values(
                "position", "key", "official_id", "chapter", "title", "obligation", "text"
            )
        ),
        batch_size=500,
    )
    facts = {
        "urn": version.urn,
        "digest": version.digest,
        "opens_on": opens_on.isoformat(),
        "closes_on": closes_on.isoformat(),
    }
    trail.record("consultation.consultation_opened", on=made, by=by, at=at, data=facts)
    events.tell("consultation_opened", version, by=by, at=at)
    return made


@transaction.atomic
def extend_consultation(
    consultation: Consultation, *, closes_on: date, by: User | None, at: datetime
) -> Consultation:
    """Move the last day of a consultation back; one whose days have passed takes comments again.

    Raises ``Refused`` for a day that is not later, and for what is closed.
    """
    found = _locked(consultation)
    if not permissions.may_run_consultation(by, found):
        raise PermissionDenied
    today = day_of(at)
    _refuse(rules.extension_is_later(found.closes_on, closes_on, today, found.standing(today)))
    facts = {"from": found.closes_on.isoformat(), "to": closes_on.isoformat()}
    found.closes_on = closes_on
    found.save(update_fields=["closes_on"])
    trail.record("consultation.consultation_extended", on=found, by=by, at=at, data=facts)
    return found


@transaction.atomic
def close_consultation(
    consultation: Consultation, *, reason: str = "", by: User | None, at: datetime
) -> Consultation:
    """Close a consultation; the version is a draft again, which its editors may change.

    Comments stay tied to what was asked. Before the announced last day is over a ``reason`` is
    needed, which is shown to everybody. Raises ``Refused`` without one, and for what is closed.
    """
    Specification.objects.select_for_update().get(pk=consultation.version.specification_id)
    found = _locked(consultation)
    if not permissions.may_run_consultation(by, found):
        raise PermissionDenied
    today = day_of(at)
    _refuse(rules.close_says_why(found.closes_on, today, found.standing(today), reason))
    found.early_reason = reason.strip() if today <= found.closes_on else ""
    found.closed_at = at
    found.save(update_fields=["closed_at", "early_reason"])
    version = _locked_version(found.version_id)
    _refuse(move_problems(version.number, version.state, SpecificationVersion.State.DRAFT))
    version.state = SpecificationVersion.State.DRAFT
    version.save(update_fields=["state"])
    facts = {
        "urn": version.urn,
        "comments": found.comments.standing().count(),
        "reason": found.early_reason,
    }
    trail.record("consultation.consultation_closed", on=found, by=by, at=at, data=facts)
    events.tell("consultation_closed", found.version, by=by, at=at)
    return found


@transaction.atomic
def submit_comment(
    consultation: Consultation,
    *,
    organisation: Organisation,
    opinion: Opinion,
    by: User | None,
    at: datetime,
) -> Comment:
    """Say something in an organisation's name; it is public at once, with that name only.

    The same opinion of the same organisation twice changes nothing. Raises ``Refused`` outside the
    consultation's days, for a requirement that was not asked about, and for what the rules refuse.
    """
    found = _locked(consultation)
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    _refuse(_open_problems(found, at))
    asked = _asked(found, opinion)
    words = _words(opinion)
    same = found.comments.standing().of([organisation.code]).filter(asked=asked, **words).first()
    if same is not None:
        return same
    last = found.comments.aggregate(last=Max("number"))["last"] or 0
    comment = Comment.objects.create(
        consultation=found,
        number=last + 1,
        asked=asked,
        **words,
        organisation_kind=organisation.kind,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        author=by,
        submitted_at=at,
    )
    _record("comment_submitted", comment, by, at)
    return comment


@transaction.atomic
def change_comment(
    comment: Comment, *, opinion: Opinion, edition: int, by: User | None, at: datetime
) -> Comment:
    """Put a comment in other words while the consultation is open.

    ``edition`` is the one the person had before them. Raises ``Refused`` when a colleague changed
    it meanwhile, and once others endorsed it or the editors answered it.
    """
    consultation, found = _locked_comment(comment)
    if not permissions.may_change_comment(by, found):
        raise PermissionDenied
    problems = _open_problems(consultation, at)
    problems += _change_problems(found, endorsed=found.endorsements.exists())
    if found.edition != edition:
        problems.append(Problem("/edition", "comment_changed_meanwhile"))
    _refuse(problems)
    found.asked = _asked(consultation, opinion)
    for name, value in _words(opinion).items():
        setattr(found, name, value)
    found.edition += 1
    found.save(update_fields=["asked", "kind", "proposed", "reason", "edition"])
    _record("comment_changed", found, by, at)
    return found


@transaction.atomic
def withdraw_comment(comment: Comment, *, by: User | None, at: datetime) -> Comment:
    """Take a comment back while the consultation is open; its text is shown no more.

    Raises ``Refused`` for what is withdrawn or answered already.
    """
    consultation, found = _locked_comment(comment)
    if not permissions.may_change_comment(by, found):
        raise PermissionDenied
    _refuse([*_open_problems(consultation, at), *_change_problems(found, endorsed=False)])
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    _record("comment_withdrawn", found, by, at)
    return found


@transaction.atomic
def endorse_comment(
    comment: Comment, *, organisation: Organisation, by: User | None, at: datetime
) -> Endorsement:
    """Share another organisation's comment; twice changes nothing."""
    consultation, found = _locked_comment(comment)
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    _refuse(
        [
            *_open_problems(consultation, at),
            *rules.comment_can_be_endorsed(
                found.organisation_code,
                organisation.code,
                withdrawn=found.withdrawn_at is not None,
            ),
        ]
    )
    endorsement, made = found.endorsements.get_or_create(
        organisation_code=organisation.code,
        defaults={
            "organisation_kind": organisation.kind,
            "organisation_name": organisation.name,
            "author": by,
            "endorsed_at": at,
        },
    )
    if made:
        facts = {"comment": found.number, "organisation": organisation.code}
        trail.record("consultation.comment_endorsed", on=found, by=by, at=at, data=facts)
    return endorsement


@transaction.atomic
def withdraw_endorsement(
    comment: Comment, *, organisation: Organisation, by: User | None, at: datetime
) -> None:
    """Share a comment no more, while the consultation is open; where none stood nothing changes."""
    consultation, found = _locked_comment(comment)
    if not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    _refuse(_open_problems(consultation, at))
    deleted, _rows = found.endorsements.filter(organisation_code=organisation.code).delete()
    if deleted:
        facts = {"comment": found.number, "organisation": organisation.code}
        trail.record("consultation.endorsement_withdrawn", on=found, by=by, at=at, data=facts)


@transaction.atomic
def answer_comment(
    comment: Comment,
    *,
    outcome: str,
    reason: str,
    changed: Sequence[str] = (),
    version: SpecificationVersion | None = None,
    by: User | None,
    at: datetime,
) -> Answer:
    """Answer a comment, while the consultation is open or after; a later answer takes its place.

    ``changed`` names, by key or id, the requirements that changed in ``version`` (by default the
    one that was consulted on). Raises ``Refused`` once the results are published, and for what the
    rules refuse.
    """
    consultation, found = _locked_comment(comment)
    if not permissions.may_run_consultation(by, consultation):
        raise PermissionDenied
    target = version or consultation.version
    if target.specification_id != consultation.version.specification_id:
        raise Refused([Problem("/version", "answer_names_unknown_version")])
    known = _known_keys(consultation, target)
    keys = list(dict.fromkeys(known.get(each, each) for each in changed))
    _refuse(
        rules.answer_says_why(
            found.kind,
            outcome,
            reason,
            keys,
            set(known.values()),
            withdrawn=found.withdrawn_at is not None,
            published=consultation.results_at is not None,
        )
    )
    answer, _made = Answer.objects.update_or_create(
        comment=found,
        defaults={
            "outcome": outcome,
            "reason": reason.strip(),
            "version": target if keys else None,
            "changed": " ".join(keys),
            "answered_by": by,
            "answered_at": at,
        },
    )
    facts = {"comment": found.number, "outcome": outcome, "changed": keys}
    trail.record("consultation.comment_answered", on=found, by=by, at=at, data=facts)
    return answer


@transaction.atomic
def publish_results(consultation: Consultation, *, by: User | None, at: datetime) -> Consultation:
    """Publish the table of comments and answers (意見照会結果); answers change no more.

    Raises ``Refused`` before the close, with the count of what is unanswered, and a second time.
    """
    found = _locked(consultation)
    if not permissions.may_run_consultation(by, found):
        raise PermissionDenied
    unanswered = found.comments.unanswered().count()
    _refuse(rules.results_are_complete(found.standing(day_of(at)), unanswered))
    found.results_at = at
    found.save(update_fields=["results_at"])
    facts = {"urn": found.version.urn, "comments": found.comments.standing().count()}
    trail.record("consultation.results_published", on=found, by=by, at=at, data=facts)
    return found


@transaction.atomic
def attach_good_practice(
    specification: Specification,
    *,
    organisation: Organisation,
    practice: Practice,
    consultation: Consultation | None = None,
    by: User | None,
    at: datetime,
) -> GoodPractice:
    """Tell how a body does what the specification asks for; it is public at once.

    Within a consultation only while that is open. The same words of the same body twice change
    nothing. Raises ``Refused`` for a requirement that no visible version has.
    """
    if not permissions.may_attach_good_practice(by, specification):
        raise PermissionDenied
    if organisation.kind != "body" or not permissions.may_speak_for(by, organisation):
        raise PermissionDenied
    problems = list(
        rules.good_practice_says_what_was_done(practice.product, practice.done, practice.effect)
    )
    if practice.key and not _has_requirement(specification, practice.key):
        problems.append(Problem("/requirement", "good_practice_requirement_not_known"))
    if consultation is not None:
        consultation = _locked(consultation)
        if consultation.version.specification_id != specification.pk:
            problems.append(Problem("/consultation", "good_practice_of_other_consultation"))
        problems += _open_problems(consultation, at)
    _refuse(problems)
    made, new = GoodPractice.objects.get_or_create(
        specification=specification,
        organisation_code=organisation.code,
        key=practice.key,
        product=practice.product.strip(),
        done=practice.done.strip(),
        effect=practice.effect.strip(),
        withdrawn_at=None,
        defaults={
            "consultation": consultation,
            "organisation_kind": organisation.kind,
            "organisation_name": organisation.name,
            "author": by,
            "attached_at": at,
        },
    )
    if new:
        facts = {"organisation": organisation.code, "requirement": practice.key}
        trail.record("consultation.good_practice_attached", on=made, by=by, at=at, data=facts)
    return made


@transaction.atomic
def withdraw_good_practice(
    practice: GoodPractice, *, by: User | None, at: datetime
) -> GoodPractice:
    """Take a good practice back: the body that told it, or the authority's editors."""
    found = (
        GoodPractice.objects.select_for_update(of=("self",))
        .select_related("specification__authority")
        .get(pk=practice.pk)
    )
    if not permissions.may_withdraw_good_practice(by, found):
        raise PermissionDenied
    if found.withdrawn_at is None:
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
        facts = {"organisation": found.organisation_code, "requirement": found.key}
        trail.record("consultation.good_practice_withdrawn", on=found, by=by, at=at, data=facts)
    return found


def publication_problems(version: SpecificationVersion, reason: str) -> list[Problem]:
    """Say why a version may not be published yet (``settings.PUBLICATION_CHECKS``)."""
    unanswered = Comment.objects.filter(consultation__version=version).unanswered().count()
    return list(rules.publication_problems(version.number, unanswered, reason))


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise Refused(found)


def _locked_version(pk: int) -> SpecificationVersion:
    return (
        SpecificationVersion.objects.select_for_update(of=("self",))
        .select_related("specification__authority")
        .light()
        .get(pk=pk)
    )


def _locked(consultation: Consultation) -> Consultation:
    return Consultation.objects.select_for_update(of=("self",)).listed().get(pk=consultation.pk)


def _locked_comment(comment: Comment) -> tuple[Consultation, Comment]:
    consultation = _locked(Consultation(pk=comment.consultation_id))
    found = Comment.objects.select_related("asked", "answer").get(pk=comment.pk)
    return consultation, found


def _open_problems(consultation: Consultation, at: datetime) -> list[Problem]:
    standing = consultation.standing(day_of(at))
    return list(rules.consultation_is_open(standing, consultation.opens_on, consultation.closes_on))


def _change_problems(comment: Comment, *, endorsed: bool) -> list[Problem]:
    return list(
        rules.comment_can_still_change(
            withdrawn=comment.withdrawn_at is not None,
            answered=hasattr(comment, "answer"),
            endorsed=endorsed,
        )
    )


def _has_requirement(specification: Specification, key: str) -> bool:
    draft = SpecificationVersion.State.DRAFT
    visible = specification.versions.exclude(state=draft).filter(requirements__key=key)
    asked = AskedRequirement.objects.filter(
        consultation__version__specification=specification, key=key
    )
    return visible.exists() or asked.exists()


def _asked(consultation: Consultation, opinion: Opinion) -> AskedRequirement | None:
    """Find what an opinion is about; raise ``Refused`` for all that is wrong with the opinion."""
    asked = consultation.asked.filter(key=opinion.key).first() if opinion.key else None
    problems = list(
        rules.comment_says_what_it_wants(
            opinion.kind,
            about=asked.text if asked else "" if opinion.key else None,
            proposed=opinion.proposed,
            reason=opinion.reason,
        )
    )
    if opinion.key and asked is None:
        problems.insert(0, Problem("/requirement", "comment_requirement_not_asked"))
    _refuse(problems)
    return asked


def _words(opinion: Opinion) -> dict[str, str]:
    return {
        "kind": opinion.kind,
        "proposed": opinion.proposed.strip(),
        "reason": opinion.reason.strip(),
    }


def _known_keys(consultation: Consultation, version: SpecificationVersion) -> dict[str, str]:
    """Give the keys of requirements of a version and of what was asked, by key and by id."""
    found: dict[str, str] = {}
    for rows in (version.requirements.all(), consultation.asked.all()):
        for key, official_id in rows.order_by("position").values_list("key", "official_id"):
            found[key] = key
            found.setdefault(official_id, key)
    return found


def _record(event: str, comment: Comment, by: User | None, at: datetime) -> None:
    facts = {
        "comment": comment.number,
        "organisation": comment.organisation_code,
        "requirement": comment.key,
        "kind": comment.kind,
        "edition": comment.edition,
    }
    trail.record(f"consultation.{event}", on=comment, by=by, at=at, data=facts)
