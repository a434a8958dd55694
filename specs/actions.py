"""The deeds of the demand, its only writers: appoint, draft, publish, withdraw, discard, import."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

import schemas.specifications as documents
from marketplace.audit import trail
from marketplace.people import require_confirmed_address
from marketplace.text import text_problems
from schemas import codelist
from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta
from specs import checks, derivation, events, permissions, rules
from specs.models import (
    Authority,
    Editor,
    Specification,
    SpecificationVersion,
    Successor,
    Withdrawal,
)

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@dataclass(frozen=True)
class Source:
    """Where a document came from: the file's name, its SHA-256, and the mapping that was used.

    ``mapping`` satisfies ``schemas/sheet-mapping.schema.json``.
    """

    name: str = ""
    digest: str = ""
    mapping: Mapping[str, Any] | None = None


@transaction.atomic
def register_authority(name: str, *, by: User | None, at: datetime) -> Authority:
    """Register a ministry or agency by its name, or return the one that has it; operators only.

    Raises ``Refused`` for a name that is empty, too long or cannot be stored.
    """
    if not permissions.may_register_authority(by):
        raise PermissionDenied
    if problems := list(rules.authority_has_a_name(name)):
        raise Refused(problems)
    if found := Authority.objects.filter(name=name).first():
        return found
    english = next((d.owner_en for d in codelist.business_domains() if d.owner == name), "")
    digest = hashlib.sha256(name.encode()).hexdigest()
    slug = slugify(english)[:50] or f"authority-{digest[:8]}"
    made = Authority.objects.create(slug=slug, name=name, name_en=english)
    trail.record("specs.authority_registered", on=made, by=by, at=at, data={"name": name})
    return made


@transaction.atomic
def appoint_editor(authority: Authority, *, user: User, by: User | None, at: datetime) -> Editor:
    """Let a person draft and publish for an authority; one who does already stays so.

    ``by`` is None for an operator's command. Raises ``PermissionDenied``.
    """
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    if not permissions.may_appoint_editor(by, authority):
        raise PermissionDenied
    require_confirmed_address(user, by=by)
    editor, made = Editor.objects.get_or_create(user=user, authority=authority)
    if made:
        facts = {"authority": authority.slug, "person": user.email}
        trail.record("specs.editor_appointed", on=editor, by=by, at=at, data=facts)
    return editor


@transaction.atomic
def dismiss_editor(authority: Authority, *, user: User, by: User | None, at: datetime) -> None:
    """End a person's editing for an authority; what they published stays theirs in the trail.

    ``by`` is None for an operator's command. Raises ``PermissionDenied``, or ``Refused`` for who
    does not edit for it and, unless an operator asks, for the last one who does.
    """
    authority = Authority.objects.select_for_update().get(pk=authority.pk)
    if not permissions.may_appoint_editor(by, authority):
        raise PermissionDenied
    editor = authority.editors.filter(user=user).first()
    if editor is None:
        raise Refused([Problem("/email", "editor_not_of_the_authority", {"value": user.email})])
    others = authority.editors.filter(user__is_active=True).exclude(user=user)
    if not others.exists() and not permissions.may_register_authority(by):
        raise Refused([Problem("/email", "editor_is_the_last", {"value": user.email})])
    facts = {"authority": authority.slug, "person": user.email}
    trail.record("specs.editor_dismissed", on=editor, by=by, at=at, data=facts)
    editor.delete()


@transaction.atomic
def draft_version(
    document: Mapping[str, Any], *, by: User | None, at: datetime, source: Source | None = None
) -> SpecificationVersion:
    """Keep a document as the draft of its version; a draft of that number takes the new content.

    Registers the specification when it is the first of its slug. Where the same content stands
    already, in whatever state, that version is returned and nothing changes. Raises ``Refused``
    with everything that is wrong with the document, and for a number that is published or in
    consultation with other content; ``PermissionDenied`` for who does not edit for the authority.
    """
    if problems := documents.specification_problems(document):
        raise Refused(problems)
    source = source or Source()
    meta = documents.meta_of(document)
    authority = _authority(meta.authority, by, at)
    specification = (
        Specification.objects.select_for_update()
        .select_related("authority")
        .filter(slug=meta.slug)
        .first()
    )
    owner = specification.authority if specification else authority
    if not permissions.may_edit_for(by, owner):
        raise PermissionDenied
    registered = specification and rules.Registered(
        specification.authority.name,
        specification.domain,
        specification.extension_policy,
        specification.is_sample,
    )
    problems = [
        *rules.slug_can_be_used(meta.slug),
        *rules.domain_is_listed(meta.domain),
        *rules.version_agrees_with_its_specification(meta, registered or None),
        *rules.life_is_in_order(**derivation.life_of(meta)),
    ]
    if problems:
        raise Refused(problems)
    digest = documents.digest(document)
    if specification is None:
        specification = _register(meta, authority, by, at)
    held = specification.versions.select_for_update().filter(number=meta.version).first()
    if held and held.digest == digest:
        return held
    if held and held.is_public:
        params: dict[str, str | int] = {"version": meta.version}
        raise Refused([Problem("/version", "version_exists_with_other_content", params)])
    if held and (problems := list(rules.discard_problems(held.number, held.state))):
        raise Refused(problems)
    if problems := list(_order_problems(specification, meta, document)):
        raise Refused(problems)
    version = held or SpecificationVersion(specification=specification, number=meta.version)
    version.document = dict(document)
    version.digest = digest
    version.source_name = source.name[:200]
    version.source_digest = source.digest
    version.mapping = dict(source.mapping or {})
    version.previous = _previous(specification, meta)
    for column, value in derivation.life_of(meta).items():
        setattr(version, column, value)
    version.save()
    derivation.write_rows(version)
    trail.record(
        "specs.version_drafted",
        on=version,
        by=by,
        at=at,
        data={"urn": meta.urn, "digest": digest, "source": source.digest},
    )
    return version


@transaction.atomic
def publish_version(
    version: SpecificationVersion,
    *,
    by: User | None,
    at: datetime,
    digest: str = "",
    reason: str = "",
) -> SpecificationVersion:
    """Publish a draft; from then on it never changes.

    ``digest`` is that of the document the person looked at: a draft that changed since is refused,
    as is what is no draft, what the rules refuse, and what other rooms find against it
    (``settings.PUBLICATION_CHECKS``), such as comments without an answer unless there is a
    ``reason``, which the trail keeps.
    """
    specification = Specification.objects.select_for_update().get(pk=version.specification_id)
    version = (
        SpecificationVersion.objects.select_for_update(of=("self",))
        .select_related("specification__authority")
        .get(pk=version.pk)
    )
    if not permissions.may_publish_version(by, version):
        raise PermissionDenied
    meta = documents.meta_of(version.document)
    params: dict[str, str | int] = {"version": version.number}
    if problems := list(rules.publication_problems(version.number, version.state)):
        raise Refused(problems)
    if digest and digest != version.digest:
        raise Refused([Problem("/digest", "version_draft_changed", params)])
    problems = [
        *text_problems(reason, "/reason", longest=rules.LONGEST_REASON),
        *_order_problems(specification, meta, version.document),
        *checks.publication_problems(version, reason),
    ]
    if problems:
        raise Refused(problems)
    previous = _previous(specification, meta)
    if previous != version.previous:
        version.previous = previous
        version.save(update_fields=["previous"])
        derivation.write_rows(version)
    version.state = SpecificationVersion.State.PUBLISHED
    version.save(update_fields=["state"])
    _follow(version)
    trail.record(
        "specs.version_published",
        on=version,
        by=by,
        at=at,
        data={
            "urn": meta.urn,
            "digest": version.digest,
            **({"reason": reason.strip()} if reason.strip() else {}),
        },
    )
    events.tell("published", version, by=by, at=at)
    return version


@transaction.atomic
def withdraw_version(
    version: SpecificationVersion, *, reason: str, notice: str = "", by: User | None, at: datetime
) -> SpecificationVersion:
    """End a published version (廃止); it stays readable, and so do claims and contracts on it.

    ``reason`` and ``notice``, what readers should do now, are shown to everybody. The version
    before it is in force again, unless another one is. Raises ``Refused`` for what is not
    published and for a reason that is missing; ``PermissionDenied``.
    """
    Specification.objects.select_for_update().get(pk=version.specification_id)
    version = (
        SpecificationVersion.objects.select_for_update(of=("self",))
        .select_related("specification__authority")
        .get(pk=version.pk)
    )
    if not permissions.may_withdraw_version(by, version):
        raise PermissionDenied
    problems = [
        *rules.move_problems(version.number, version.state, "withdrawn"),
        *rules.withdrawal_says_why(reason, notice),
    ]
    if problems:
        raise Refused(problems)
    version.state = SpecificationVersion.State.WITHDRAWN
    version.save(update_fields=["state"])
    Withdrawal.objects.create(
        version=version, withdrawn_at=at, reason=reason.strip(), notice=notice.strip()
    )
    trail.record(
        "specs.version_withdrawn",
        on=version,
        by=by,
        at=at,
        data={"urn": version.urn, "digest": version.digest, "reason": reason.strip()},
    )
    events.tell("withdrawn", version, by=by, at=at)
    return version


@transaction.atomic
def discard_draft(version: SpecificationVersion, *, by: User | None, at: datetime) -> None:
    """Delete a draft and its rows; a specification that never had another version goes with it.

    Raises ``Refused`` for what is no draft, and for a draft that other records belong to.
    """
    specification = Specification.objects.select_for_update().get(pk=version.specification_id)
    version = (
        SpecificationVersion.objects.select_for_update(of=("self",))
        .select_related("specification__authority")
        .get(pk=version.pk)
    )
    if not permissions.may_discard_draft(by, version):
        raise PermissionDenied
    if problems := list(rules.discard_problems(version.number, version.state)):
        raise Refused(problems)
    trail.record(
        "specs.draft_discarded",
        on=version,
        by=by,
        at=at,
        data={"urn": version.urn, "digest": version.digest},
    )
    try:
        version.delete()
        if not specification.versions.exists():
            specification.delete()
    except ProtectedError as error:
        params: dict[str, str | int] = {"version": version.number}
        raise Refused([Problem("/state", "draft_is_referred_to", params)]) from error


@transaction.atomic
def confirm_successor(
    newer: SpecificationVersion, *, withdrawn: str, successor: str, by: User | None, at: datetime
) -> Successor:
    """Say that a requirement of a version takes the place of one that the version withdrew.

    Both are keys; the version is a draft or stands before the public. Twice changes nothing.
    Raises ``Refused`` for what is not withdrawn by this version or does not stand in it.
    """
    newer = _locked_for_successors(newer, by)
    previous = newer.previous
    problems = rules.successor_takes_its_place(
        withdrawn,
        successor,
        before=frozenset(previous.document["required"]) if previous else frozenset(),
        after=frozenset(newer.document["required"]),
    )
    if found := list(problems):
        raise Refused(found)
    made, new = Successor.objects.get_or_create(
        newer=newer,
        withdrawn_key=withdrawn,
        successor_key=successor,
        defaults={"confirmed_by": by, "confirmed_at": at},
    )
    if new:
        facts = {"urn": newer.urn, "withdrawn": withdrawn, "successor": successor}
        trail.record("specs.successor_confirmed", on=made, by=by, at=at, data=facts)
    return made


@transaction.atomic
def remove_successor(
    newer: SpecificationVersion, *, withdrawn: str, successor: str, by: User | None, at: datetime
) -> None:
    """Take a successor back that was confirmed in error; where there is none, nothing changes."""
    newer = _locked_for_successors(newer, by)
    if problems := list(rules.keys_can_be_read(withdrawn, successor)):
        raise Refused(problems)
    held = newer.successors.filter(withdrawn_key=withdrawn, successor_key=successor).first()
    if held:
        facts = {"urn": newer.urn, "withdrawn": withdrawn, "successor": successor}
        trail.record("specs.successor_removed", on=held, by=by, at=at, data=facts)
        held.delete()


def _locked_for_successors(version: SpecificationVersion, by: User | None) -> SpecificationVersion:
    found = (
        SpecificationVersion.objects.select_for_update(of=("self",))
        .select_related("specification__authority", "previous")
        .get(pk=version.pk)
    )
    if not permissions.may_edit_for(by, found.specification.authority):
        raise PermissionDenied
    return found


@transaction.atomic
def import_version(
    document: Mapping[str, Any], *, by: User | None, at: datetime, source: Source | None = None
) -> SpecificationVersion:
    """Draft and publish a document in one go; the same content twice changes nothing."""
    version = draft_version(document, by=by, at=at, source=source)
    if version.is_draft:
        version = publish_version(version, by=by, at=at)
    return version


def _authority(name: str, by: User | None, at: datetime) -> Authority:
    """Find the authority that a document names; an operator's command registers a new one."""
    found = Authority.objects.filter(name=name).first()
    if found is None and by is not None:
        raise PermissionDenied
    return found or register_authority(name, by=by, at=at)


def _register(
    meta: SpecificationMeta, authority: Authority, by: User | None, at: datetime
) -> Specification:
    made, new = Specification.objects.get_or_create(
        slug=meta.slug,
        defaults={
            "title": meta.title,
            "title_en": meta.title_en,
            "domain": meta.domain,
            "authority": authority,
            "extension_policy": meta.extension_policy,
            "is_sample": meta.sample,
        },
    )
    if not new and made.authority_id != authority.pk:
        raise PermissionDenied
    if new:
        data = {"slug": meta.slug, "authority": authority.slug}
        trail.record("specs.specification_registered", on=made, by=by, at=at, data=data)
    return made


def _previous(specification: Specification, meta: SpecificationMeta) -> SpecificationVersion | None:
    """Give the version published last before this one."""
    earlier = specification.versions.published().filter(published_on__lte=meta.published_on)
    return earlier.exclude(number=meta.version).newest_first().first()


def _follow(version: SpecificationVersion) -> None:
    """Let the version that was published later count its changes from this one."""
    later = (
        version.specification.versions.published()
        .filter(published_on__gt=version.published_on)
        .order_by("published_on", "id")
        .first()
    )
    if later is not None:
        later.previous = version
        later.save(update_fields=["previous"])
        derivation.write_rows(later)


def _order_problems(
    specification: Specification, meta: SpecificationMeta, document: Mapping[str, Any]
) -> list[Problem]:
    others = [
        rules.Published(
            version.number,
            version.published_on or date.fromisoformat(meta.published_on),
            tuple(version.document["required"]),
            derivation.places_of(version.document),
        )
        for version in specification.versions.published()
        .exclude(number=meta.version)
        .order_by("published_on", "id")
    ]
    day = date.fromisoformat(meta.published_on)
    earlier = [other for other in others if other.published_on <= day]
    return [
        *rules.numbers_rise_with_time(meta.version, day, others),
        *rules.withdrawn_ids_stay_withdrawn(
            document["required"], earlier, derivation.places_of(document)
        ),
    ]
