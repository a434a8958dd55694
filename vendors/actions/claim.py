"""The deeds of a claim: start, answer, upload, submit, publish, withdraw, revise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import rfc8785
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from marketplace.audit import trail
from schemas import engine, jsontext, registry
from schemas.assessment import Verdict, assess
from schemas.claims import answer_problems, claim_problems
from schemas.problems import Problem, Refused, pointer
from schemas.specifications import ROOT_CATEGORY, requirements_of
from specs.models import Requirement, SpecificationVersion
from vendors import entries, permissions, rules, sheets
from vendors.models import ClaimAnswer, ConformanceClaim, Product, ProductRelease, Vendor
from vendors.rules import refuse
from vendors.statements import (
    answer_of,
    columns_of,
    document_of,
    entry_categories,
    storable_problems,
)

if TYPE_CHECKING:
    from marketplace.accounts.models import User

State = ConformanceClaim.State


@dataclass(frozen=True, slots=True)
class Upload:
    """What an answer sheet did: how many answers changed, stand, and are left."""

    claim: ConformanceClaim
    changed: int
    answered: int
    left: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What a claim document led to.

    ``claim`` is None on a dry run; ``created`` is False when the same document was submitted
    before.
    """

    claim: ConformanceClaim | None
    verdict: Verdict
    digest: str
    created: bool


@transaction.atomic
def start_claim(
    release: ProductRelease, version: SpecificationVersion, *, by: User | None, at: datetime
) -> ConformanceClaim:
    """Begin a draft of a claim of the release on the version; only one may be open at a time."""
    product = Product.objects.select_for_update().get(pk=release.product_id)
    if not permissions.may_start_claim(by, product):
        raise PermissionDenied
    problems = []
    if version.state != SpecificationVersion.State.PUBLISHED:
        problems.append(Problem("/version", "claim_version_is_not_published"))
    refuse([*problems, *_open_problems(release, version)])
    claim = ConformanceClaim.objects.create(
        release=release,
        version=version,
        revision=_next_revision(release, version),
        is_sample=product.is_sample,
    )
    trail.record("vendors.claim_started", on=claim, by=by, at=at, data=_facts(claim))
    return claim


@transaction.atomic
def save_answers(
    claim: ConformanceClaim,
    *,
    answers: Mapping[str, Mapping[str, Any] | None],
    edition: int,
    by: User | None,
    at: datetime,
) -> ConformanceClaim:
    """Save some answers of a draft, by requirement key; None takes an answer away.

    ``edition`` is the claim's edition as the person saw it: where somebody else saved since, the
    deed is refused and nothing is overwritten. Every answer must be well-formed by itself.
    """
    claim = _locked_draft(claim, by)
    refuse(_edition_problems(claim, edition))
    requirements = _requirements_by_key(claim.version)
    refuse(_answer_problems(claim.version, requirements, answers))
    changed = _store(claim, requirements, answers)
    if changed:
        claim.edition += 1
        claim.save(update_fields=["edition"])
        data = {"edition": claim.edition, "requirements": changed}
        trail.record("vendors.claim_answers_saved", on=claim, by=by, at=at, data=data)
    return claim


@transaction.atomic
def upload_answer_sheet(
    claim: ConformanceClaim,
    *,
    data: bytes,
    name: str,
    edition: int,
    by: User | None,
    at: datetime,
) -> Upload:
    """Take over the answers of a filled-in sheet; all problems at once, each with its cell.

    The sheet speaks for the whole claim: a row left blank takes an earlier answer away.
    """
    claim = _locked_draft(claim, by)
    refuse(_edition_problems(claim, edition))
    document_requirements = requirements_of(claim.version.document)
    read = entries.read(data, name, subject_of(claim), document_requirements)
    requirements = _requirements_by_key(claim.version)
    answers: dict[str, Mapping[str, Any] | None] = dict(read.answers)
    answers |= dict.fromkeys(read.unanswered)
    found = _answer_problems(claim.version, requirements, answers)
    refuse(sorted([*read.problems, *map(read.located, found)], key=entries.order))
    changed = _store(claim, requirements, answers)
    if changed:
        claim.edition += 1
        claim.save(update_fields=["edition"])
        facts = {
            "edition": claim.edition,
            "requirements": changed,
            "file": name[:200],
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        trail.record("vendors.answer_sheet_uploaded", on=claim, by=by, at=at, data=facts)
    return Upload(claim, len(changed), len(read.answers), len(read.unanswered))


@transaction.atomic
def submit_claim(claim: ConformanceClaim, *, by: User | None, at: datetime) -> ConformanceClaim:
    """Submit a draft: build its document from the answers, check it whole, keep it and its verdict.

    Refused with every problem while an answer is missing or ill-formed. Not conforming is no
    reason to refuse: an honest claim is well-formed.
    """
    claim = _locked_draft(claim, by)
    document = document_of(claim, timezone.localdate(at))
    refuse(claim_problems(claim.version.document, document))
    _submit(claim, document, by=by, at=at)
    return claim


@transaction.atomic
def submit_claim_document(
    document: object, *, by: User | None, at: datetime, dry_run: bool = False
) -> Submission:
    """Submit a claim as one JSON document (``claim.schema.json``).

    The document names version, developer, product and release, which must stand already. The same
    document sent again is answered with the claim it made and changes nothing. An open draft of
    the release and version takes the document's answers; otherwise a new revision is added.
    ``dry_run`` only says what would be found.
    """
    refuse(jsontext.text_problems(document))
    if not isinstance(document, dict):
        raise Refused(engine.problems(registry.load("claim"), document))
    release, version = _named_by(document, by)
    stated_on = date.fromisoformat(document["stated_on"])
    verdict = assess(
        version.document, document["answers"], on=stated_on, body_category=ROOT_CATEGORY
    )
    digest = digest_of(document)
    earlier = ConformanceClaim.objects.filter(
        release=release,
        version=version,
        digest=digest,
        state__in=[State.SUBMITTED, State.PUBLISHED],
    ).first()
    if earlier is not None:
        return Submission(earlier, verdict, digest, created=False)
    draft = ConformanceClaim.objects.filter(release=release, version=version, state=State.DRAFT)
    claim = draft.select_for_update().first()
    if claim is None:
        refuse(_open_problems(release, version))
    if dry_run:
        return Submission(None, verdict, digest, created=False)
    if claim is None:
        claim = start_claim(release, version, by=by, at=at)
    requirements = _requirements_by_key(version)
    given = document["answers"]
    claim.extra_functions = document.get("extra_functions", [])
    claim.extra_answers = {key: given[key] for key in given if key not in requirements}
    _store(claim, requirements, {key: given.get(key) for key in requirements})
    _submit(claim, document, by=by, at=at)
    return Submission(claim, verdict, digest, created=True)


@transaction.atomic
def publish_claim(claim: ConformanceClaim, *, by: User | None, at: datetime) -> ConformanceClaim:
    """Publish a submitted claim; the earlier published revision, if any, is superseded."""
    claim = _locked(claim, by)
    _become(claim, State.PUBLISHED)
    earlier = ConformanceClaim.objects.published().filter(
        release=claim.release_id, version=claim.version_id
    )
    for old in earlier.select_for_update():
        old.state = State.SUPERSEDED
        old.save(update_fields=["state"])
        data = {**_facts(old), "by_revision": claim.revision}
        trail.record("vendors.claim_superseded", on=old, by=by, at=at, data=data)
    claim.published_at = at
    claim.save(update_fields=["state", "published_at"])
    data = {**_facts(claim), "digest": claim.digest}
    trail.record("vendors.claim_published", on=claim, by=by, at=at, data=data)
    return claim


@transaction.atomic
def withdraw_claim(
    claim: ConformanceClaim, *, reason: str = "", by: User | None, at: datetime
) -> ConformanceClaim:
    """Withdraw a claim; one that was public stays readable, marked as withdrawn."""
    claim = _locked(claim, by)
    refuse(list(rules.text_problems("/reason", reason, 1_000)))
    before = claim.state
    _become(claim, State.WITHDRAWN)
    claim.save(update_fields=["state"])
    data = {**_facts(claim), "from": before, "reason": reason}
    trail.record("vendors.claim_withdrawn", on=claim, by=by, at=at, data=data)
    return claim


@transaction.atomic
def revise_claim(claim: ConformanceClaim, *, by: User | None, at: datetime) -> ConformanceClaim:
    """Begin a new revision of a claim with its answers copied; the old one stays as it is."""
    claim = _locked(claim, by)
    if claim.state not in rules.REVISABLE:
        raise Refused([_state_problem(claim)])
    refuse(_open_problems(claim.release, claim.version))
    revision = ConformanceClaim.objects.create(
        release=claim.release,
        version=claim.version,
        revision=_next_revision(claim.release, claim.version),
        extra_functions=claim.extra_functions,
        extra_answers=claim.extra_answers,
        is_sample=claim.is_sample,
    )
    ClaimAnswer.objects.bulk_create(
        [
            ClaimAnswer(
                claim=revision,
                requirement_id=row.requirement_id,
                **columns_of(answer_of(row)),
            )
            for row in claim.answers.all()
        ],
        batch_size=500,
    )
    data = {**_facts(revision), "from_revision": claim.revision}
    trail.record("vendors.claim_revised", on=revision, by=by, at=at, data=data)
    return revision


def subject_of(claim: ConformanceClaim) -> sheets.Subject:
    """Return what an answer sheet of the claim is about."""
    product = claim.release.product
    return sheets.Subject(
        urn=claim.version.urn,
        digest=claim.version.digest,
        title=str(claim.version),
        claim=claim.pk,
        product=product.pk,
        product_name=f"{product.name} {claim.release.number}",
    )


def totals_of(
    document: Mapping[str, Any], answers: Mapping[str, Any], *, on: date
) -> dict[str, Any]:
    """Return the verdict's totals as stored (``verdict-totals.schema.json``).

    At the top stands the verdict for ordinary municipalities; ``body_categories`` holds one for
    each category for which the specification has a rule of its own.
    """
    root = assess(document, answers, on=on, body_category=ROOT_CATEGORY)
    return {
        "on": on.isoformat(),
        **_counts(root),
        "body_categories": {
            category: _counts(assess(document, answers, on=on, body_category=category))
            for category in entry_categories(document)
        },
    }


def _counts(verdict: Verdict) -> dict[str, Any]:
    counts = {"outcome": str(verdict.outcome), **asdict(verdict.totals)}
    due = [row.due_on for row in verdict.results if row.status == "transitional" and row.due_on]
    if verdict.outcome == "conforms_with_transitional" and due:
        counts["transitional_until"] = min(due).isoformat()
    return counts


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the document's canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def _submit(
    claim: ConformanceClaim, document: dict[str, Any], *, by: User | None, at: datetime
) -> None:
    _become(claim, State.SUBMITTED)
    claim.document = document
    claim.digest = digest_of(document)
    claim.stated_on = date.fromisoformat(document["stated_on"])
    claim.submitted_at = at
    claim.totals = totals_of(claim.version.document, document["answers"], on=timezone.localdate(at))
    claim.edition += 1
    claim.save()
    facts = {**_facts(claim), "digest": claim.digest, "outcome": claim.totals["outcome"]}
    trail.record("vendors.claim_submitted", on=claim, by=by, at=at, data=facts)


def _locked(claim: ConformanceClaim, by: User | None) -> ConformanceClaim:
    locked = ConformanceClaim.objects.select_for_update().get(pk=claim.pk)
    if not permissions.may_change_claim(by, locked):
        raise PermissionDenied
    return locked


def _locked_draft(claim: ConformanceClaim, by: User | None) -> ConformanceClaim:
    locked = _locked(claim, by)
    if locked.state != State.DRAFT:
        raise Refused([_state_problem(locked)])
    return locked


def _become(claim: ConformanceClaim, wanted: ConformanceClaim.State) -> None:
    if not rules.may_become(claim.state, wanted):
        raise Refused([_state_problem(claim)])
    claim.state = wanted


def _state_problem(claim: ConformanceClaim) -> Problem:
    return Problem("/state", "claim_state_forbids", {"state": str(claim.get_state_display())})


def _edition_problems(claim: ConformanceClaim, edition: int) -> list[Problem]:
    """Nobody saved since the person opened the claim."""
    if claim.edition == edition:
        return []
    facts = {"found": claim.edition, "stated": edition}
    return [Problem("/edition", "claim_was_saved_by_somebody_else", facts)]


def _open_problems(release: ProductRelease, version: SpecificationVersion) -> list[Problem]:
    """One claim of a release and version is worked on at a time."""
    claims = ConformanceClaim.objects.open().filter(release=release, version=version)
    return [
        Problem("/version", "claim_is_open_already", {"revision": claim.revision})
        for claim in claims[:1]
    ]


def _next_revision(release: ProductRelease, version: SpecificationVersion) -> int:
    claims = ConformanceClaim.objects.filter(release=release, version=version)
    return (claims.aggregate(last=Max("revision"))["last"] or 0) + 1


def _requirements_by_key(version: SpecificationVersion) -> dict[str, Requirement]:
    return {row.key: row for row in version.requirements.only("id", "key").order_by("position")}


def _answer_problems(
    version: SpecificationVersion,
    requirements: Mapping[str, Requirement],
    answers: Mapping[str, Mapping[str, Any] | None],
) -> list[Problem]:
    """Every given answer is to a requirement of the version and well-formed for it."""
    given = {key: answer for key, answer in answers.items() if answer is not None}
    problems = [
        Problem(pointer("answers", key), "answer_to_unknown_requirement", {"key": key[:200]})
        for key in answers
        if key not in requirements
    ]
    if problems:
        return problems
    problems = [
        problem
        for problem in answer_problems(version.document, given)
        if problem.code != "claim_misses_answer"
    ]
    spoiled = {problem.pointer.split("/")[2] for problem in problems}
    for key, answer in given.items():
        if key not in spoiled:
            problems += storable_problems(key, answer)
    return problems


def _store(
    claim: ConformanceClaim,
    requirements: Mapping[str, Requirement],
    answers: Mapping[str, Mapping[str, Any] | None],
) -> list[str]:
    """Write the rows that differ, in three statements at most; return the keys that changed."""
    rows = {row.requirement_id: row for row in claim.answers.all()}
    added, altered, dropped, changed = [], [], [], []
    for key, answer in answers.items():
        requirement = requirements[key]
        row = rows.get(requirement.pk)
        if answer is None:
            if row is not None:
                dropped.append(row.pk)
                changed.append(key)
            continue
        columns = columns_of(answer)
        if row is None:
            added.append(ClaimAnswer(claim=claim, requirement=requirement, **columns))
            changed.append(key)
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            altered.append(row)
            changed.append(key)
    claim.answers.filter(pk__in=dropped).delete()
    ClaimAnswer.objects.bulk_create(added, batch_size=500)
    ClaimAnswer.objects.bulk_update(altered, list(columns_of({"answer": ""})), batch_size=200)
    return changed


def _named_by(
    document: Mapping[str, Any], by: User | None
) -> tuple[ProductRelease, SpecificationVersion]:
    """Find release and version that a document names, and see that the document is sound.

    Refuses with everything at once: what is ill-formed, and what it names that is not there.
    Raises ``PermissionDenied`` where it speaks for a vendor that is not the person's own.
    """
    version = _version_named(document.get("specification"))
    if version is None:
        problems = engine.problems(registry.load("claim"), document)
    else:
        problems = claim_problems(version.document, document)
    spoiled = {problem.pointer for problem in problems}
    if version is None and "/specification" not in spoiled and "specification" in document:
        facts: dict[str, str | int] = {"value": str(document["specification"])}
        problems.append(Problem("/specification", "claim_names_no_known_version", facts))
    elif version is not None and version.state != SpecificationVersion.State.PUBLISHED:
        problems.append(Problem("/specification", "claim_version_is_not_published"))
    release = None
    if not any(pointer_.startswith("/vendor") for pointer_ in spoiled):
        number = document["vendor"]["corporate_number"]
        vendor = Vendor.objects.filter(corporate_number=number).first()
        if vendor is None:
            facts = {"number": number}
            where = "/vendor/corporate_number"
            problems.append(Problem(where, "claim_names_no_known_vendor", facts))
        elif not permissions.may_act_for(by, vendor):
            raise PermissionDenied
        elif not any(pointer_.startswith("/product") for pointer_ in spoiled):
            named = document["product"]
            release = _release_named(vendor, named)
            if release is None:
                facts = {"name": named["name"], "release": named["release"]}
                problems.append(Problem("/product", "claim_names_no_known_release", facts))
    if version is not None and not problems:
        for key, answer in document["answers"].items():
            problems += storable_problems(key, answer)
    if version is None or release is None or problems:
        raise Refused(problems)
    return release, version


def _version_named(urn: object) -> SpecificationVersion | None:
    """Return the version of a URN that everybody may read, or None."""
    if not isinstance(urn, str) or not urn.startswith("urn:dmp:spec:"):
        return None
    slug, _, number = urn.removeprefix("urn:dmp:spec:").rpartition(":")
    versions = SpecificationVersion.objects.published().select_related("specification")
    return versions.filter(specification__slug=slug, number=number).first()


def _release_named(vendor: Vendor, named: Mapping[str, str]) -> ProductRelease | None:
    """Return the vendor's release of that product name and number, or None."""
    return (
        ProductRelease.objects.select_related("product__developer")
        .filter(product__developer=vendor, product__name=named["name"], number=named["release"])
        .first()
    )


def _facts(claim: ConformanceClaim) -> dict[str, Any]:
    return {
        "specification": claim.version.urn,
        "product": claim.release.product.name,
        "release": claim.release.number,
        "revision": claim.revision,
    }
