"""Read a ministry's sheet into a published version, or say by sheet and cell why not."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from schemas import codelist, engine, jsontext, registry
from schemas.problems import Problem, Refused
from schemas.specifications import (
    SpecificationMeta,
    build_document,
    digest,
    specification_problems,
)
from specs import actions, sheets
from specs.actions import Source


class Command(BaseCommand):
    """Import one workbook as one version."""

    help = "Read a sheet of requirements into a published specification version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file and the version."""
        parser.add_argument("file", type=Path, help="workbook (.xlsx, .xls, .ods)")
        parser.add_argument("--slug", required=True, help="such as resident-record")
        parser.add_argument("--version-number", "--version", dest="number", required=True)
        parser.add_argument("--title", required=True)
        parser.add_argument("--title-en", default="")
        parser.add_argument("--description", default="")
        parser.add_argument(
            "--authority", required=True, help="the ministry's name, such as 総務省"
        )
        parser.add_argument("--published-on", required=True, help="such as 2020-09-11")
        parser.add_argument("--domain", default="", help="business domain; by default the slug")
        parser.add_argument("--extension-policy", choices=["closed", "open"], default="closed")
        parser.add_argument("--sample", action="store_true", help="mark the content as made up")
        parser.add_argument("--mapping", type=Path, help="JSON after sheet-mapping.schema.json")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what was read; keep nothing"
        )
        parser.add_argument("--out", type=Path, help="write the document to this file too")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Let ``--version`` name the specification's version, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, report, and unless it is a dry run publish; exit 1 where something is wrong."""
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(
                Problem("/file", "sheet_file_not_readable", {"name": str(path)}).sentence()
            ) from error
        try:
            mapping = self._mapping(options["mapping"])
        except Refused as refused:
            self._fail(refused.problems)
        reading = sheets.read_sheets(data, path.name, mapping)
        self._report(reading)
        if reading.problems:
            self._fail(list(reading.problems))
        named = codelist.domain_named(options["slug"])
        meta = SpecificationMeta(
            slug=options["slug"],
            version=options["number"],
            title=options["title"],
            title_en=options["title_en"],
            description=options["description"],
            authority=options["authority"],
            domain=options["domain"] or (named.slug if named else options["slug"]),
            published_on=options["published_on"],
            extension_policy=options["extension_policy"],
            sample=options["sample"],
        )
        document = build_document(meta, reading.requirements)
        if problems := specification_problems(document):
            self._fail(problems)
        if options["out"]:
            text = json.dumps(document, ensure_ascii=False, indent=1)
            options["out"].write_text(text + "\n", encoding="utf-8")
        if options["dry_run"]:
            self.stdout.write(f"確認のみ（保存していません） / dry run: sha256 {digest(document)}")
            return
        try:
            version = actions.import_version(
                document,
                by=None,
                at=timezone.now(),
                source=Source(path.name, reading.source_digest, reading.mapping()),
            )
        except Refused as refused:
            self._fail(refused.problems)
        self.stdout.write(f"公表しました / published: {version.urn} sha256 {version.digest}")

    def _mapping(self, path: Path | None) -> dict[str, Any]:
        if path is None:
            return {}
        try:
            found = jsontext.parse(path.read_bytes())
        except OSError as error:
            problem = Problem("/mapping", "sheet_file_not_readable", {"name": str(path)})
            raise Refused([problem]) from error
        problems = engine.problems(registry.load("sheet-mapping"), found, pointer="/mapping")
        if problems or not isinstance(found, dict):
            raise Refused(problems)
        return found

    def _report(self, reading: sheets.Reading) -> None:
        for sheet in reading.sheets:
            columns = "、".join(
                f"{letter}={sheet.headings[name] or name}" for name, letter in sheet.columns.items()
            )
            self.stdout.write(
                f"シート「{sheet.name}」 見出し{sheet.heading_row}行目 {columns} "
                f"→ {sheet.requirements}件"
            )
        for name in reading.unread:
            self.stdout.write(f"シート「{name}」 読まず（見出しなし）")
        counts = reading.counts()
        if not reading.problems:
            self.stdout.write(
                f"要件 {len(reading.requirements)}件: 実装必須 {counts['mandatory']}、"
                f"標準オプション {counts['standard_option']}、実装不可 {counts['prohibited']}"
            )

    def _fail(self, problems: list[Problem]) -> None:
        for problem in problems:
            where = problem.place or problem.pointer
            self.stderr.write(f"{where}: {problem.sentence()}")
        raise CommandError(f"{len(problems)}件の問題があります / {len(problems)} problem(s)")
