"""A draft that is laid before others, for tests; made by the deeds themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marketplace.accounts.models import LocalGovernment
from schemas import specifications as schema
from specs.actions import draft_version
from specs.consultation import actions
from specs.consultation.actions import Opinion
from specs.consultation.models import Comment, Consultation
from specs.models import SpecificationVersion
from specs.organisations import Organisation
from tests import make

TEXT = "予約を登録できること。"
AIZU = Organisation("body", "072028", "会津若松市")
YOKOHAMA = Organisation("body", "141003", "横浜市")
MIHON = Organisation("vendor", "7123456789012", "株式会社みほん")


def document(
    requirements: list[schema.Requirement] | None = None, **changes: Any
) -> dict[str, Any]:
    """Make the document of a draft of 総務省: by default six requirements, version 1.1."""
    make.make_authority()
    meta = schema.SpecificationMeta(
        **{
            "slug": "sample",
            "version": "1.1",
            "title": "見本業務標準仕様書",
            "authority": "総務省",
            "domain": "facility-reservation",
            "published_on": "2027-01-31",
            **changes,
        }
    )
    return schema.build_document(meta, requirements or make.make_requirements())


def make_draft(at: datetime, **changes: Any) -> SpecificationVersion:
    """Keep a draft."""
    return draft_version(document(**changes), by=None, at=at)


def make_consultation(at: datetime, **changes: Any) -> Consultation:
    """Open a consultation on a new draft, from today (2026-11-23) for four weeks."""
    version = changes.pop("version", None) or make_draft(at)
    fields = {
        "opens_on": date(2026, 11, 23),
        "closes_on": date(2026, 12, 20),
        "call": "第1.1版の案について、業務への影響を聞かせてください。",
        **changes,
    }
    return actions.open_consultation(version, **fields, by=None, at=at)


def make_comment(
    consultation: Consultation, at: datetime, organisation: Organisation = AIZU, **changes: Any
) -> Comment:
    """Submit a correction of the first requirement, or another opinion."""
    stated = {
        "kind": "correction",
        "key": "F0010001",
        "proposed": "予約を登録し、番号を示せること。",
        "reason": "窓口で番号を伝えるため。",
        **changes,
    }
    return actions.submit_comment(
        consultation, organisation=organisation, opinion=Opinion(**stated), by=None, at=at
    )


def make_yokohama() -> LocalGovernment:
    """Make 横浜市."""
    return make.make_body("141003", "designated_city", "横浜市", "神奈川県")
