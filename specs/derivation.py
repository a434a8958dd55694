"""Derive what the database holds of a version from its document, and prove that it still agrees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import schemas.specifications as documents
from schemas import searchtext
from specs import diff
from specs.models import Requirement, SpecificationVersion

#: Rows written by one statement: below the least number of variables an engine takes.
BATCH = 400


def rows_of(
    version: SpecificationVersion, changes: Mapping[str, tuple[str, ...]]
) -> Iterator[Requirement]:
    """Build the rows of a version from its document; ``changes`` are the kinds of change by key."""
    for position, stated in enumerate(documents.requirements_of(version.document), start=1):
        yield Requirement(
            version=version,
            position=position,
            key=stated.key,
            official_id=stated.official_id,
            kind=stated.kind,
            obligation=stated.obligation,
            obligations=dict(stated.obligations),
            chapter=stated.chapter,
            section=stated.section,
            item=stated.item,
            title=stated.title,
            text=stated.text,
            rationale=stated.rationale,
            remarks=stated.remarks,
            due_on=date.fromisoformat(stated.due_on) if stated.due_on else None,
            due_dates=dict(stated.due_dates),
            categories=list(stated.categories),
            bound=dict(stated.bound) if stated.bound else None,
            interface=dict(stated.interface) if stated.interface else None,
            source=dict(stated.source),
            changes=_spaced(changes.get(stated.key, ())),
            search_text=search_text(stated),
        )


def _spaced(kinds: tuple[str, ...]) -> str:
    return f" {' '.join(kinds)} " if kinds else ""


def search_text(stated: documents.Requirement) -> str:
    """Fold everything a reader may look for in a requirement into one searchable text."""
    words = (
        stated.official_id,
        stated.title,
        stated.chapter,
        stated.section,
        stated.item,
        stated.text,
        stated.rationale,
        stated.remarks,
        str((stated.bound or {}).get("metric", "")),
        str((stated.interface or {}).get("name", "")),
    )
    return searchtext.normalise("\n".join(filter(None, words)))


def changes_since(
    previous: SpecificationVersion | None, document: Mapping[str, Any]
) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """Give the kinds of change by key and their counts; nothing changed in a first version."""
    if previous is None:
        return {}, {}
    older = documents.requirements_of(previous.document)
    found = diff.compare(older, documents.requirements_of(document), marked=False)
    counted = diff.Diff("", previous.number, "", tuple(found)).counts()
    return {change.key: change.kinds for change in found if change.after}, counted


def write_rows(version: SpecificationVersion) -> None:
    """Write a version's rows anew; call it in the transaction that writes the document."""
    kinds, version.change_counts = changes_since(version.previous, version.document)
    version.save(update_fields=["change_counts"])
    version.requirements.all().delete()
    Requirement.objects.bulk_create(rows_of(version, kinds), batch_size=BATCH)


def faults(version: SpecificationVersion) -> Iterator[str]:
    """Say in what a version's rows, digest and name differ from its document."""
    name = f"{version.specification.slug} {version.number}"
    if documents.digest(version.document) != version.digest:
        yield f"{name}: the document does not have the digest that was kept"
        return
    meta = documents.meta_of(version.document)
    if (meta.slug, meta.version) != (version.specification.slug, version.number):
        yield f"{name}: the document is of {meta.slug} {meta.version}"
    if meta.published_on != (version.published_on.isoformat() if version.published_on else None):
        yield f"{name}: the document gives another day of publication"
    kinds, counts = changes_since(version.previous, version.document)
    if counts != version.change_counts:
        yield f"{name}: the counts of changes since the previous version differ"
    expected = {row.key: row for row in rows_of(version, kinds)}
    stored = {row.key: row for row in version.requirements.all()}
    for key in sorted(expected.keys() - stored.keys()):
        yield f"{name}: {key} has no row"
    for key in sorted(stored.keys() - expected.keys()):
        yield f"{name}: {key} has a row and is not in the document"
    fields = [f.attname for f in Requirement._meta.concrete_fields if f.attname != "id"]
    for key in sorted(expected.keys() & stored.keys()):
        differing = [
            field
            for field in fields
            if getattr(expected[key], field) != getattr(stored[key], field)
        ]
        if differing:
            yield f"{name}: {key} differs in {', '.join(differing)}"
