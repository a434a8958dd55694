"""A version as an OSCAL catalog (NIST OSCAL 1.1.3, catalog model): groups, controls, statements.

OSCAL names controls by tokens (NCName: a letter or underscore first, then letters, digits, points,
underscores and hyphens). Our keys begin with a letter and hold nothing else, so a key is its own
token; chapters and sections are numbered. UUIDs come from the version's digest, so that the same
version gives the same catalog.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import schemas.specifications as documents
from schemas.specifications import Requirement, meta_of, requirements_of

OSCAL_VERSION: Final = "1.1.3"
#: The namespace of properties that are ours and not OSCAL's own.
NAMESPACE: Final = "urn:dmp:oscal"
_ROOT: Final = UUID("5b0c5a5e-6a3b-5c0e-9b52-2f4f0d1d8f10")
_TOKYO: Final = ZoneInfo("Asia/Tokyo")


def catalog_of(document: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """Write a version's document as an OSCAL catalog; ``digest`` is the document's SHA-256."""
    meta = meta_of(document)
    root = uuid5(_ROOT, digest)
    party = str(uuid5(root, meta.authority))
    day = datetime.combine(date.fromisoformat(meta.published_on), time(), _TOKYO)
    moment = day.isoformat()
    return {
        "catalog": {
            "uuid": str(root),
            "metadata": {
                "title": f"{meta.title} {meta.version}",
                "published": moment,
                "last-modified": moment,
                "version": meta.version,
                "oscal-version": OSCAL_VERSION,
                "props": [
                    _prop("urn", meta.urn),
                    _prop("document-sha256", digest),
                    _prop("business-domain", meta.domain),
                    _prop("extension-policy", meta.extension_policy),
                    _prop("sample", str(meta.sample).lower()),
                ],
                "roles": [{"id": "creator", "title": "所管府省"}],
                "parties": [{"uuid": party, "type": "organization", "name": meta.authority}],
                "responsible-parties": [{"role-id": "creator", "party-uuids": [party]}],
                **({"remarks": meta.description} if meta.description else {}),
            },
            "groups": _groups(requirements_of(document)),
        }
    }


def _groups(requirements: Sequence[Requirement]) -> list[dict[str, Any]]:
    """Arrange controls by chapter and section, in the document's order."""
    groups: list[dict[str, Any]] = []
    for each in requirements:
        title = each.chapter or "その他"
        if not groups or groups[-1]["title"] != title:
            groups.append({"id": f"chapter-{len(groups) + 1}", "title": title, "_sections": []})
        sections = groups[-1]["_sections"]
        if not sections or sections[-1]["title"] != each.section:
            sections.append({"title": each.section, "controls": []})
        sections[-1]["controls"].append(_control(each))
    return [_group(group) for group in groups]


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    """Write a chapter: controls of their own where no section is named, else groups within."""
    sections = group["_sections"]
    written: dict[str, Any] = {"id": group["id"], "title": group["title"]}
    if not any(section["title"] for section in sections):
        written["controls"] = [each for section in sections for each in section["controls"]]
    else:
        written["groups"] = [
            {
                "id": f"{group['id']}-{place}",
                "title": section["title"] or group["title"],
                "controls": section["controls"],
            }
            for place, section in enumerate(sections, start=1)
        ]
    return written


def _control(requirement: Requirement) -> dict[str, Any]:
    key = requirement.key
    props = [
        {"name": "label", "value": requirement.official_id},
        _prop("kind", requirement.kind),
        _prop("obligation", requirement.obligation),
    ]
    props += [
        _prop("obligation", obligation, group)
        for group, obligation in sorted(requirement.obligations.items())
    ]
    if requirement.due_on:
        props.append(_prop("due-on", requirement.due_on))
    props += [_prop("due-on", day, group) for group, day in sorted(requirement.due_dates.items())]
    props += [_prop("body-category", code) for code in requirement.categories]
    for name, stated in (("bound", requirement.bound), ("interface", requirement.interface)):
        props += [
            _prop(f"{name}-{part.replace('_', '-')}", str(value))
            for part, value in (stated or {}).items()
        ]
    parts = [{"id": f"{key}_smt", "name": "statement", "prose": requirement.text}]
    if requirement.rationale:
        parts.append({"id": f"{key}_gdn", "name": "guidance", "prose": requirement.rationale})
    if requirement.remarks:
        parts.append({"id": f"{key}_rmk", "name": "overview", "prose": requirement.remarks})
    return {
        "id": key,
        "title": requirement.title.strip() or requirement.official_id,
        "props": [each for each in props if each["value"]],
        "parts": parts,
    }


def _prop(name: str, value: str, group: str = "") -> dict[str, str]:
    """Write a property of ours; ``group`` is the group of bodies for which it holds."""
    written = {"name": name, "ns": NAMESPACE, "value": " ".join(value.split())}
    return written | ({"class": group.replace("_", "-")} if group else {})


def main(folder: Path) -> None:
    """Write the catalog of every shipped specification into a folder."""
    for path in documents.shipped():
        document = json.loads(path.read_text(encoding="utf-8"))
        meta = meta_of(document)
        catalog = catalog_of(document, documents.digest(document))
        text = json.dumps(catalog, ensure_ascii=False, indent=1)
        (folder / f"{meta.slug}-{meta.version}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
