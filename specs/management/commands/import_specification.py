"""Read a ministry's sheet into a published version, or say by sheet and cell why not."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from schemas import codelist
from schemas.problems import Problem, Refused
from schemas.specifications import (
    SpecificationMeta,
    build_document,
    digest,
    specification_problems,
)
from specs import actions, sheets
from specs.actions import Source
from specs.forms import read_mapping

KINDS: Final = {
    "function": "機能要件",
    "form": "帳票要件",
    "non_functional": "非機能要件",
    "interface": "連携要件",
}
WHY: Final = {"note": "注記", "deleted": "削除", "struck": "取消線", "hidden": "非表示"}
MOST_LISTED: Final = 50  # rows left out that are printed one by one


def _classes(counts: Mapping[str, int]) -> str:
    return (
        f"実装必須 {counts['mandatory']}、標準オプション {counts['standard_option']}、"
        f"実装不可 {counts['prohibited']}"
    )


class Command(BaseCommand):
    """Import one workbook as one version."""

    help = "Read a sheet of requirements into a published specification version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file and the version."""
        parser.add_argument("file", type=Path, help="table (.xlsx, .xls, .ods, .csv)")
        particulars = parser.add_argument_group(
            "particulars", "Of these a workbook of export_specification needs none."
        )
        particulars.add_argument("--slug", default="", help="such as resident-record")
        particulars.add_argument("--version-number", "--version", dest="number", default="")
        particulars.add_argument("--title", default="")
        particulars.add_argument("--title-en", default="")
        particulars.add_argument("--description", default="")
        particulars.add_argument("--authority", default="", help="the ministry, such as 総務省")
        particulars.add_argument("--published-on", default="", help="such as 2020-09-11")
        particulars.add_argument("--domain", default="", help="business domain; else the slug")
        particulars.add_argument("--extension-policy", choices=["closed", "open"], default="")
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
        try:
            meta = self._meta(reading.meta, options)
        except Refused as refused:
            self._fail(refused.problems)
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

    def _meta(self, said: SpecificationMeta | None, options: dict[str, Any]) -> SpecificationMeta:
        """Say of which version the file is: as the options say, else as the workbook does."""
        stated = {
            "slug": options["slug"],
            "version": options["number"],
            "title": options["title"],
            "title_en": options["title_en"],
            "description": options["description"],
            "authority": options["authority"],
            "published_on": options["published_on"],
            "domain": options["domain"],
            "extension_policy": options["extension_policy"],
            "sample": options["sample"],
        }
        sent = {name: value for name, value in stated.items() if value}
        if said is not None:
            return replace(said, **sent)
        missing = [
            Problem(f"/{name}", "sheet_particular_missing", {"item": f"--{name.replace('_', '-')}"})
            for name in ("slug", "version", "title", "authority", "published_on")
            if name not in sent
        ]
        if missing:
            raise Refused(missing)
        named = codelist.domain_named(options["slug"])
        return SpecificationMeta(**{"domain": named.slug if named else options["slug"], **sent})

    def _mapping(self, path: Path | None) -> dict[str, Any]:
        if path is None:
            return {}
        try:
            return read_mapping(path.read_bytes())
        except OSError as error:
            problem = Problem("/mapping", "sheet_file_not_readable", {"name": str(path)})
            raise Refused([problem]) from error

    def _report(self, reading: sheets.Reading) -> None:
        if reading.encoding:
            self.stdout.write(f"文字コード {reading.encoding}")
        for sheet in reading.sheets:
            self._report_sheet(sheet)
        hidden = {each.name for each in reading.worksheets if each.hidden}
        for name in reading.unread:
            why = "非表示のシート" if name in hidden else "見出しなし"
            self.stdout.write(f"シート「{name}」 読まず（{why}）")
        counts = reading.counts()
        if not reading.problems:
            self.stdout.write(f"要件 {len(reading.requirements)}件: {_classes(counts)}")

    def _report_sheet(self, sheet: sheets.Sheet) -> None:
        columns = "、".join(
            f"{letter}={sheet.headings[name] or name}" for name, letter in sheet.columns.items()
        )
        self.stdout.write(
            f"シート「{sheet.name}」（{KINDS[sheet.kind]}） "
            f"見出し{sheet.heading_row}行目 {columns} "
            f"→ {sheet.requirements}件（{_classes(sheet.counts)}）"
        )
        if sheet.assumed_mandatory:
            self.stdout.write("  実装区分の列がないので、すべて実装必須として読みました")
        for title, names in (("読まない列", sheet.ignored), ("非表示の列", sheet.hidden_columns)):
            if names:
                self.stdout.write(f"  {title}: {'、'.join(names)}")
        for row in sheet.left_out[:MOST_LISTED]:
            self.stdout.write(f"  {row.row}行目 読まず（{WHY[row.why]}）: {row.words}")
        if len(sheet.left_out) > MOST_LISTED:
            self.stdout.write(f"  ほか{len(sheet.left_out) - MOST_LISTED}行 読まず")
        for each in sheet.samples:
            text = each.text.replace("\n", " ")[:60]
            self.stdout.write(f"  例 {each.official_id} {each.title} {text}")

    def _fail(self, problems: list[Problem]) -> None:
        for problem in problems:
            where = problem.place or problem.pointer
            self.stderr.write(f"{where}: {problem.sentence()}")
        raise CommandError(f"{len(problems)}件の問題があります / {len(problems)} problem(s)")
