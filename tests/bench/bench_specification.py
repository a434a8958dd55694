"""The page of a version of 1,500 requirements beside a view that renders its rows from memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from schemas.specifications import Requirement, SpecificationMeta, build_document, requirements_of
from specs import actions, diff, lifecycle, views
from specs.contents import contents
from specs.filters import RequirementFilter
from specs.models import SpecificationVersion
from tests.bench.timing import medians_ms, peak_mb

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
META = SpecificationMeta(
    slug="bench",
    version="1.0",
    title="測定用仕様書",
    authority="測定省",
    domain="resident-record",
    published_on="2026-04-01",
    sample=True,
)
SIZE = 1500
CHANGED = 200


def measure() -> list[dict[str, Any]]:
    """Return one row a comparison; nothing that is written for it stays."""
    with transaction.atomic():
        rows = _measure()
        transaction.set_rollback(True)
    return rows


def _measure() -> list[dict[str, Any]]:
    first = actions.import_version(build_document(META, many(SIZE)), by=None, at=AT)
    later = replace(META, version="1.1", published_on="2026-10-01")
    second = actions.import_version(build_document(later, changed(many(SIZE))), by=None, at=AT)
    small = replace(META, slug="bench-small")
    actions.import_version(build_document(small, many(1)), by=None, at=AT)
    return [*page(second), *difference(first, second)]


def page(version: SpecificationVersion) -> list[dict[str, Any]]:
    """Compare the page with the same template over rows and lists that stand in memory."""
    context = in_memory(version)

    def ours() -> HttpResponse:
        return views.version_detail(request(), version.specification.slug, version.number)

    def bare() -> HttpResponse:
        return render(request(), "specs/version_detail.html", context)

    baseline, took = medians_ms(bare, ours, repeat=9)
    few, many_ = queries("bench-small", "1.0"), queries("bench", "1.1")
    memory = peak_mb(ours)
    written, needed = weigh(ours().content.decode())
    return [
        row("specification page: 1,500 requirements / rows from memory", took, baseline, 2, memory),
        {
            "name": "specification page: bytes of HTML / of its text and anchors",
            "ratio": round(written / needed, 4),
            "limit": 1.2,
            "holds": written <= 1.2 * needed,
            "median_ms": round(took, 3),
            "baseline_ms": round(baseline, 3),
            "peak_mb": round(memory, 2),
        },
        {
            "name": "specification page: queries at 1,500 requirements / at 1",
            "ratio": round(many_ / few, 4),
            "limit": 1,
            "holds": many_ == few,
            "median_ms": round(took, 3),
            "baseline_ms": round(baseline, 3),
            "peak_mb": round(memory, 2),
        },
    ]


def in_memory(version: SpecificationVersion) -> dict[str, Any]:
    """Fetch beforehand all that the template shows."""
    given = request()
    version = SpecificationVersion.objects.select_related(
        "specification__authority", "previous"
    ).get(pk=version.pk)
    rows = list(version.requirements.all())
    narrowed = RequirementFilter(given.GET, queryset=version.requirements.none())
    today = timezone.localdate()
    versions = SpecificationVersion.objects.filter(specification=version.specification_id)
    siblings = list(versions.standing_on(today).select_related("previous"))
    version = next(each for each in siblings if each.pk == version.pk)
    return {
        **views.version_context(given, version, rows, rows, contents(rows)),
        "filter": narrowed,
        "siblings": siblings,
        "due": lifecycle.due_dates(rows),
        **lifecycle.life(version, given.user, today),
    }


def difference(first: SpecificationVersion, second: SpecificationVersion) -> list[dict[str, Any]]:
    """Compare the diff of two versions with difflib's marks of just the changed texts."""
    older, newer = first.document, second.document
    texts = [
        (was.text, now.text)
        for was, now in zip(requirements_of(older), requirements_of(newer), strict=True)
        if was.text != now.text
    ]

    def bare() -> object:
        return [diff.mark(was, now) for was, now in texts]

    def ours() -> object:
        return diff.compare_documents(older, newer)

    baseline, took = medians_ms(bare, ours, repeat=15)
    name = f"diff: 2 x 1,500 requirements, {len(texts)} texts changed / difflib on these"
    return [row(name, took, baseline, 2, peak_mb(ours))]


class _Weight(HTMLParser):
    """Count the bytes of what is read and of where a link may lead: to it, and from it."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.bytes += len((self.get_starttag_text() or "").encode()) + len("</a>")
        self.bytes += sum(len(f' id="{value}"') for name, value in attrs if name == "id")

    def handle_data(self, data: str) -> None:
        self.bytes += len(" ".join(data.split()).encode())


def weigh(html: str) -> tuple[int, int]:
    """Return the bytes of a page, and of its text and anchors alone."""
    weight = _Weight()
    weight.feed(html)
    return len(html.encode()), weight.bytes


def request() -> HttpRequest:
    """Return a visitor's request for the page, all on one."""
    made = RequestFactory().get("/specifications/bench/1.1/", {"whole": "1"})
    made.user = AnonymousUser()
    return made


def queries(slug: str, number: str) -> int:
    """Count the queries of a version's page."""
    with CaptureQueriesContext(connection) as seen:
        views.version_detail(request(), slug, number)
    return len(seen)


def row(name: str, ours: float, baseline: float, limit: float, memory: float) -> dict[str, Any]:
    """Return one row of the table."""
    return {
        "name": name,
        "ratio": round(ours / baseline, 4),
        "limit": limit,
        "holds": ours / baseline <= limit,
        "median_ms": round(ours, 3),
        "baseline_ms": round(baseline, 3),
        "peak_mb": round(memory, 2),
    }


def many(number: int) -> list[Requirement]:
    """Return requirements as long as a ministry's: about 250 characters each."""
    return [
        Requirement(
            key=f"F{each:07}",
            official_id=f"{each:07}",
            kind="function",
            obligation=("mandatory", "standard_option", "prohibited")[each % 3],
            chapter=f"{each // 150 + 1}. 章",
            section=f"{each // 150 + 1}.{each // 15 + 1}. 節",
            title=f"{each}の機能",
            text=f"第{each}の機能として、住民票の写しを、条件を指定して出力できること。" * 6,
            rationale="事務の正確さと速さのため。",
            due_on=date(2027, 4, 1).isoformat(),
        )
        for each in range(number)
    ]


def changed(requirements: list[Requirement]) -> list[Requirement]:
    """Change the words of every few requirements."""
    step = len(requirements) // CHANGED
    return [
        replace(each, text=each.text.replace("条件を指定して", "期間及び区分を指定し、"))
        if number % step == 0 and number < step * CHANGED
        else each
        for number, each in enumerate(requirements)
    ]
