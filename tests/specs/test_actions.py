"""The deeds of the demand: each done once, each refusal, and what the trail says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from schemas import specifications as documents
from schemas.problems import Refused
from schemas.specifications import Requirement, SpecificationMeta
from specs import actions, derivation
from specs.actions import Source
from specs.models import Authority, Specification, SpecificationVersion
from tests import make

META = SpecificationMeta(
    slug="sample",
    version="1.0",
    title="見本業務標準仕様書",
    authority="総務省",
    domain="facility-reservation",
    published_on="2026-04-01",
)


def document(requirements: list[Requirement] | None = None, **changes: Any) -> dict[str, Any]:
    return documents.build_document(
        replace(META, **changes), make.make_requirements() if requirements is None else requirements
    )


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


def deeds() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("id").values_list("action", "actor"))


def test_draft_version_keeps_document_and_rows(editor: User, now: datetime) -> None:
    given = document()

    version = actions.draft_version(
        given, by=editor, at=now, source=Source("要件.xlsx", "f" * 64, {"obligations": {}})
    )

    assert (version.state, version.digest) == ("draft", documents.digest(given))
    assert [row.stated() for row in version.requirements.all()] == documents.requirements_of(given)
    assert (version.source_name, version.mapping) == ("要件.xlsx", {"obligations": {}})
    assert deeds() == [
        ("specs.specification_registered", editor.email),
        ("specs.version_drafted", editor.email),
    ]


def test_draft_version_again_replaces_the_draft(editor: User, now: datetime) -> None:
    actions.draft_version(document(), by=editor, at=now)

    second = actions.draft_version(document(make.make_requirements()[:2]), by=editor, at=now)

    assert list(SpecificationVersion.objects.all()) == [second]
    assert second.requirements.count() == 2


def test_draft_version_of_the_same_content_changes_nothing(editor: User, now: datetime) -> None:
    first = actions.draft_version(document(), by=editor, at=now)
    before = deeds()

    assert actions.draft_version(document(), by=editor, at=now) == first
    assert deeds() == before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slug": "import"}, ["specification_slug_is_reserved"]),
        ({"domain": "無い業務"}, ["specification_domain_not_listed"]),
        ({"version": "第一版"}, ["specification_name_not_urn", "version_not_numbers"]),
        ({"published_on": "2026-02-30"}, ["date_not_iso"]),
    ],
)
def test_draft_version_refuses_what_is_wrong(
    changes: dict[str, Any], expected: list[str], editor: User, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        actions.draft_version(document(**changes), by=editor, at=now)

    assert codes(refused.value) == expected
    assert Specification.objects.count() == 0


def test_draft_version_is_for_the_authority_s_own_editors(
    editor: User, other_editor: User, visitor: User, now: datetime
) -> None:
    for person in (other_editor, visitor):
        with pytest.raises(PermissionDenied):
            actions.draft_version(document(), by=person, at=now)

    with pytest.raises(PermissionDenied):
        actions.draft_version(document(authority="誰も知らない省"), by=editor, at=now)
    assert Specification.objects.count() == 0


def test_draft_version_never_changes_owner_or_policy(
    editor: User, other_editor: User, now: datetime
) -> None:
    actions.import_version(document(), by=editor, at=now)
    later: dict[str, Any] = {"version": "1.1", "published_on": "2026-10-01"}

    with pytest.raises(PermissionDenied):
        actions.draft_version(document(authority="文部科学省", **later), by=other_editor, at=now)
    with pytest.raises(Refused) as refused:
        actions.draft_version(document(authority="文部科学省", **later), by=None, at=now)
    assert codes(refused.value) == ["specification_is_of_another_authority"]
    with pytest.raises(Refused) as refused:
        actions.draft_version(document(extension_policy="open", **later), by=editor, at=now)
    assert codes(refused.value) == ["specification_policy_differs"]


def test_publish_version_makes_it_everybody_s(editor: User, now: datetime) -> None:
    draft = actions.draft_version(document(), by=editor, at=now)

    version = actions.publish_version(draft, by=editor, at=now, digest=draft.digest)

    assert list(SpecificationVersion.objects.published()) == [version]
    assert deeds()[-1] == ("specs.version_published", editor.email)


def test_publish_version_refuses_a_draft_that_changed(editor: User, now: datetime) -> None:
    seen = actions.draft_version(document(), by=editor, at=now)
    changed = actions.draft_version(document(make.make_requirements()[:2]), by=editor, at=now)

    with pytest.raises(Refused) as refused:
        actions.publish_version(changed, by=editor, at=now, digest=seen.digest)

    assert codes(refused.value) == ["version_draft_changed"]


def test_publish_version_twice_is_refused(editor: User, now: datetime) -> None:
    version = actions.import_version(document(), by=editor, at=now)

    with pytest.raises(Refused) as refused:
        actions.publish_version(version, by=editor, at=now)

    assert codes(refused.value) == ["version_is_published"]


def test_publish_and_discard_are_for_the_authority_s_own_editors(
    editor: User, other_editor: User, visitor: User, now: datetime
) -> None:
    draft = actions.draft_version(document(), by=editor, at=now)

    for person in (other_editor, visitor):
        with pytest.raises(PermissionDenied):
            actions.publish_version(draft, by=person, at=now)
        with pytest.raises(PermissionDenied):
            actions.discard_draft(draft, by=person, at=now)
    assert SpecificationVersion.objects.get().is_draft


def test_discard_draft_takes_an_empty_specification_with_it(editor: User, now: datetime) -> None:
    draft = actions.draft_version(document(), by=editor, at=now)

    actions.discard_draft(draft, by=editor, at=now)

    assert Specification.objects.count() == 0
    assert deeds()[-1] == ("specs.draft_discarded", editor.email)


def test_discard_draft_refuses_what_is_published(editor: User, now: datetime) -> None:
    version = actions.import_version(document(), by=editor, at=now)

    with pytest.raises(Refused) as refused:
        actions.discard_draft(version, by=editor, at=now)

    assert codes(refused.value) == ["version_is_published"]


def test_import_version_twice_changes_nothing(now: datetime, db: None) -> None:
    first = actions.import_version(document(), by=None, at=now)
    before = deeds()

    assert actions.import_version(document(), by=None, at=now) == first
    assert deeds() == before
    assert Authority.objects.get().name_en != ""


def test_a_published_number_with_other_content_is_refused(now: datetime, db: None) -> None:
    actions.import_version(document(), by=None, at=now)

    with pytest.raises(Refused) as refused:
        actions.import_version(document(make.make_requirements()[:1]), by=None, at=now)

    assert codes(refused.value) == ["version_exists_with_other_content"]


def test_a_later_version_knows_what_changed(now: datetime, db: None) -> None:
    first = actions.import_version(document(), by=None, at=now)
    changed = make.make_requirements()
    changed[2] = replace(changed[2], obligation="mandatory", due_on="2027-04-01")
    del changed[0]

    second = actions.import_version(
        document(changed, version="1.1", published_on="2026-10-01"), by=None, at=now
    )

    assert second.previous == first
    assert second.change_counts == {
        "requirements": 2,
        "withdrawn": 1,
        "tightened": 1,
        "redated": 1,
    }
    assert [r.key for r in second.requirements.changed()] == ["F0010003"]
    assert [r.key for r in second.requirements.all().changed_by("redated")] == ["F0010003"]


def test_a_version_published_between_two_others_is_compared_with_both(
    now: datetime, db: None
) -> None:
    full = make.make_requirements()
    actions.import_version(document(full[:2]), by=None, at=now)
    actions.import_version(
        document(full, version="1.2", published_on="2026-10-01"), by=None, at=now
    )

    between = actions.import_version(
        document(full[:4], version="1.1", published_on="2026-06-01"), by=None, at=now
    )

    latest = SpecificationVersion.objects.get(number="1.2")
    assert latest.previous == between
    assert (between.change_counts["added"], latest.change_counts["added"]) == (2, 2)
    assert [fault for version in SpecificationVersion.objects.all()
            for fault in derivation.faults(version)] == []  # fmt: skip


def test_numbers_and_ids_keep_their_order(now: datetime, db: None) -> None:
    full = make.make_requirements()
    actions.import_version(document(full), by=None, at=now)
    actions.import_version(
        document(full[1:], version="1.1", published_on="2026-06-01"), by=None, at=now
    )

    with pytest.raises(Refused) as refused:
        actions.import_version(
            document(full, version="1.0.5", published_on="2026-10-01"), by=None, at=now
        )

    assert codes(refused.value) == ["version_number_not_later", "version_reuses_id"]


def test_register_authority_is_for_operators(editor: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        actions.register_authority("デジタル庁", by=editor, at=now)

    made = actions.register_authority("デジタル庁", by=None, at=now)

    assert actions.register_authority("デジタル庁", by=None, at=now) == made


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE specs_specificationversion SET digest = 'x'",
        "UPDATE specs_specificationversion SET document = '{}'",
        "UPDATE specs_specificationversion SET state = 'draft'",
        "DELETE FROM specs_specificationversion",
    ],
)
def test_the_database_refuses_to_change_a_published_version(
    statement: str, now: datetime, db: None
) -> None:
    version = actions.import_version(document(), by=None, at=now)
    version.requirements.all().delete()

    with (
        pytest.raises(DatabaseError, match="published version never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_row_that_differs_from_its_document_is_found(now: datetime, db: None) -> None:
    version = actions.import_version(document(), by=None, at=now)
    version.requirements.filter(key="F0010001").update(text="別の文")
    version.requirements.filter(key="F0010002").delete()

    assert list(derivation.faults(version)) == [
        "sample 1.0: F0010002 has no row",
        "sample 1.0: F0010001 differs in text",
    ]
