"""What representatives are told of versions that touch their claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from marketplace.accounts.models import User
from marketplace.notices.models import Notice
from specs.models import SpecificationVersion
from tests import make
from vendors.models import Vendor
from vendors.notices import notify_stale_claims, version_event

pytestmark = pytest.mark.django_db


def _newer(vendor: Vendor, due_on: str) -> SpecificationVersion:
    """Make a claim on 1.0, and a 1.1 that demands one thing more from the day."""
    make.make_claim(make.make_release(make.make_product(vendor)), make.make_version())
    asked = make.make_requirements()
    added = replace(asked[0], key="F0010009", official_id="0010009", due_on=due_on)
    return make.make_version(
        number="1.1", requirements=[*asked, added], published_on=date(2026, 11, 10)
    )


def test_a_publication_tells_whose_claim_it_touches(
    vendor: Vendor, representative: User, other_representative: User, now: datetime
) -> None:
    version = _newer(vendor, "2027-04-01")

    for _time in range(2):
        version_event("published", version, by=None, at=now)

    told = Notice.objects.get()
    assert (told.recipient, told.kind) == (representative, "notice_claim_affected")
    assert (told.params["number"], told.params["day"]) == (1, "2027-04-01")


def test_a_claim_is_told_stale_once_and_not_before_its_day(
    vendor: Vendor, representative: User, now: datetime
) -> None:
    _newer(vendor, "2027-04-01")
    SpecificationVersion.objects.filter(number="1.1").update(
        previous=SpecificationVersion.objects.get(number="1.0")
    )

    notify_stale_claims(today=date(2027, 3, 31), at=now)
    assert not Notice.objects.exists()
    for _time in range(2):
        notify_stale_claims(today=date(2027, 4, 1), at=now)
    assert Notice.objects.get().kind == "notice_claim_stale"
