"""Print what changed between two published versions (新旧対照)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schemas.problems import Problem
from specs import diff
from specs.models import SpecificationVersion
from specs.successors import difference

MARKS = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}


class Command(BaseCommand):
    """Compare two versions by requirement id."""

    help = "Print what changed between two published versions of a specification."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the specification and its two versions."""
        parser.add_argument("slug")
        parser.add_argument("older", metavar="from")
        parser.add_argument("newer", metavar="to")
        parser.add_argument(
            "--json", action="store_true", help="after specification-diff.schema.json"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one block a changed requirement, or the JSON."""
        slug = options["slug"]
        older, newer = (self._version(slug, options[name]) for name in ("older", "newer"))
        if options["json"]:
            written = json.dumps(difference(older, newer), ensure_ascii=False, indent=1)
            self.stdout.write(written)
            return
        found = diff.compare_documents(older.document, newer.document)
        counts = found.counts()
        self.stdout.write(f"{slug} {found.older} → {found.newer}: {counts.pop('requirements')}件")
        self.stdout.write("  " + "  ".join(f"{kind} {n}" for kind, n in counts.items()))
        for change in found.changes:
            shown = change.requirement
            self.stdout.write(f"{shown.official_id} {shown.title} [{', '.join(change.kinds)}]")
            for name in change.fields:
                self.stdout.write(f"    {name}: {self._difference(change, name)}")

    def _version(self, slug: str, number: str) -> SpecificationVersion:
        version = (
            SpecificationVersion.objects.published()
            .filter(specification__slug=slug, number=number)
            .first()
        )
        if version is None:
            params: dict[str, str | int] = {"slug": slug, "version": number}
            raise CommandError(Problem("", "version_not_found", params).sentence())
        return version

    def _difference(self, change: diff.Change, name: str) -> str:
        if change.marks and name in change.marks:
            return "".join(
                MARKS[part.op][0] + part.text + MARKS[part.op][1] for part in change.marks[name]
            )
        return f"{getattr(change.before, name)} → {getattr(change.after, name)}"
