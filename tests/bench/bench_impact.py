"""The impact of a new version over 10,000 claims of 400 answers beside reading these answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from schemas.specifications import ROOT_CATEGORY, Requirement
from specs.models import SpecificationVersion
from tests import make
from tests.bench.bench_specification import many
from tests.bench.timing import medians_ms, peak_mb
from vendors.impact import claim_impact
from vendors.models import ConformanceClaim, Product, ProductRelease, Vendor

AT = datetime(2026, 7, 1, tzinfo=UTC)
CLAIMS = 10_000
ANSWERS = 400
REPEAT = 3
DUE: dict[str, Any] = {"obligation": "mandatory", "due_on": "2028-04-01"}
READ = """SELECT a.claim_id, r.key, a.answer, a.value, a.interface_version
FROM vendors_claimanswer a
JOIN specs_requirement r ON r.id = a.requirement_id
JOIN vendors_conformanceclaim c ON c.id = a.claim_id
WHERE c.state = 'published' AND c.version_id = %s"""
WRITE = """INSERT INTO vendors_claimanswer
(claim_id, requirement_id, answer, value, interface_version, planned_on, price_yen, note, evidence)
SELECT c.id, r.id,
CASE WHEN (c.id + r.position) %% 5 = 0 THEN 'not_provided' ELSE 'provided' END,
NULL, '', NULL, NULL, '', '[]'
FROM vendors_conformanceclaim c JOIN specs_requirement r ON r.version_id = c.version_id
WHERE c.version_id = %s"""


def measure() -> list[dict[str, Any]]:
    """Return one row a comparison; nothing that is written for it stays."""
    with transaction.atomic():
        rows = _measure()
        transaction.set_rollback(True)
    return rows


def _measure() -> list[dict[str, Any]]:
    rows = many(ANSWERS)
    older = make.make_version("bench-impact", "1.0", requirements=rows)
    newer = make.make_version(
        "bench-impact", "1.1", requirements=revised(rows), published_on=date(2026, 10, 1)
    )
    claim(older, CLAIMS // 10)
    few = peak_mb(lambda: impact(newer))
    claim(older, CLAIMS - CLAIMS // 10, first=CLAIMS // 10)
    ours, baseline = medians_ms(lambda: impact(newer), lambda: read(older), repeat=REPEAT)
    peak = peak_mb(lambda: impact(newer))
    return [
        {
            "name": f"impact: {CLAIMS:,} claims x {ANSWERS} answers / the SQL that reads them",
            "ratio": round(ours / baseline, 4),
            "limit": 2,
            "holds": ours <= 2 * baseline,
            "median_ms": round(ours, 3),
            "baseline_ms": round(baseline, 3),
            "peak_mb": round(peak, 2),
        },
        {
            "name": f"impact: memory at {CLAIMS:,} claims / at {CLAIMS // 10:,}",
            "ratio": round(peak / few, 4),
            "limit": 2,
            "holds": peak <= 2 * few,
            "median_ms": round(ours, 3),
            "baseline_ms": round(baseline, 3),
            "peak_mb": round(peak, 2),
        },
    ]


def impact(version: SpecificationVersion) -> object:
    """Judge every claim, for everybody to read."""
    return claim_impact(version, user=AnonymousUser(), category=ROOT_CATEGORY)


def read(version: SpecificationVersion) -> int:
    """Read every answer, and hold none."""
    number = 0
    with connection.cursor() as cursor:
        cursor.execute(READ, [version.pk])
        while rows := cursor.fetchmany(2000):
            number += len(rows)
    return number


def revised(rows: list[Requirement]) -> list[Requirement]:
    """Return a newer version: of each ten, one is tighter and one reworded; five are new."""
    added = [
        replace(rows[0], key=f"F{9_000_000 + each}", official_id=str(9_000_000 + each))
        for each in range(5)
    ]
    found = [
        replace(each, **DUE)
        if place % 10 == 1
        else replace(each, text=f"{each.text}ただし書きを加える。")
        if place % 10 == 2
        else each
        for place, each in enumerate(rows)
    ]
    return [*found, *added]


def claim(version: SpecificationVersion, number: int, *, first: int = 0) -> None:
    """Publish claims of made-up products on the version, each with an answer to everything."""
    vendor, _new = Vendor.objects.get_or_create(
        corporate_number="7010401022916", defaults={"name": "測定社"}
    )
    products = Product.objects.bulk_create(
        Product(developer=vendor, name=f"製品{first + each}", summary="測定", domain="library")
        for each in range(number)
    )
    releases = ProductRelease.objects.bulk_create(
        ProductRelease(product=product, number="1", released_on=AT.date()) for product in products
    )
    ConformanceClaim.objects.bulk_create(
        ConformanceClaim(
            release=release,
            version=version,
        )
        for release in releases
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{WRITE} AND c.release_id BETWEEN %s AND %s",
            [version.pk, releases[0].pk, releases[-1].pk],
        )
    ConformanceClaim.objects.filter(
        release_id__gte=releases[0].pk, release_id__lte=releases[-1].pk
    ).update(
        state=ConformanceClaim.State.PUBLISHED, published_at=AT, stated_on=AT.date(), digest="0"
    )
