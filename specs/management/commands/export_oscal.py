"""Write a version as an OSCAL catalog."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schemas.problems import Problem
from specs.models import SpecificationVersion
from specs.oscal import catalog_of


class Command(BaseCommand):
    """Export one version for tools that read OSCAL."""

    help = "Write a published version as an OSCAL catalog (JSON)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the version, and the file to write."""
        parser.add_argument("slug")
        parser.add_argument("number")
        parser.add_argument("--out", type=Path, help="the file to write; standard output otherwise")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the catalog."""
        version = (
            SpecificationVersion.objects.published()
            .filter(specification__slug=options["slug"], number=options["number"])
            .first()
        )
        if version is None:
            params: dict[str, str | int] = {"slug": options["slug"], "version": options["number"]}
            raise CommandError(Problem("", "version_not_found", params).sentence())
        catalog = catalog_of(version.document, version.digest)
        text = json.dumps(catalog, ensure_ascii=False, indent=1) + "\n"
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
