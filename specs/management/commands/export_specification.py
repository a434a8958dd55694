"""Write a version as a workbook that import_specification reads back as the same version."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import schemas.specifications as documents
from schemas.problems import Problem
from specs.models import SpecificationVersion
from specs.sheets import workbook_of


class Command(BaseCommand):
    """Export one version."""

    help = "Write a version, published or not, as a workbook (.xlsx)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the version and the file."""
        parser.add_argument("slug", help="such as resident-record")
        parser.add_argument("number", metavar="version", help="such as 1.0")
        parser.add_argument("file", type=Path, help="workbook to write (.xlsx)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it; exit 1 where there is no such version or the file cannot be written."""
        slug, number = options["slug"], options["number"]
        version = SpecificationVersion.objects.filter(
            specification__slug=slug, number=number
        ).first()
        if version is None:
            self._fail("version_not_registered", {"slug": slug, "version": number})
            return
        found = documents.requirements_of(version.document)
        try:
            options["file"].write_bytes(workbook_of(documents.meta_of(version.document), found))
        except OSError:
            self._fail("file_not_writable", {"name": str(options["file"])})
        self.stdout.write(f"書き出しました / written: {len(found)}件 sha256 {version.digest}")

    def _fail(self, code: str, params: dict[str, str | int]) -> None:
        raise CommandError(Problem("", code, params).sentence())
