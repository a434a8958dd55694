"""Tell the marketplace's story from a specification to a municipality's papers."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone

from procurement.cases.models import Case
from procurement.demo import case as case_story
from procurement.demo import story
from procurement.documents.models import Paper
from procurement.switchover import timeline
from procurement.switchover.actions import facts_of
from procurement.switchover.models import SwitchoverPlan
from specs.models import SpecificationVersion
from vendors.models import ConformanceClaim

Made = TypeVar("Made")
IMPORTED = {
    "slug": "resident-record",
    "number": "1.0",
    "title": "住民記録システム標準仕様書",
    "authority": "総務省",
    "published_on": "2020-09-11",
    "domain": "resident-record",
}


class Command(BaseCommand):
    """Play the story through the deeds that the faces call; safe to run twice."""

    help = "Tell the story from a specification to a municipality's papers, then serve it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a ministry's sheet, and whether to serve afterwards."""
        parser.add_argument("--specification", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--no-serve", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell every part, write papers and summary, say where to look, then serve."""
        sheet: Path | None = options["specification"]
        if sheet is not None and not sheet.is_file():
            message = f"{sheet}: there is no such file / ファイルがありません"
            raise CommandError(message)
        self.seconds: dict[str, float] = {}
        at = timezone.now()
        self.told("database", lambda: call_command("migrate", verbosity=0))
        self.told(
            "local governments",
            lambda: call_command("import_local_governments", stdout=self.stdout),
        )
        self.told(
            "sample specifications",
            lambda: call_command("load_shipped_specifications", stdout=self.stdout),
        )
        if sheet is not None:
            self.told("imported specification", lambda: self.import_sheet(sheet))
        logins = self.told("editors", lambda: story.editors(at))
        logins += self.told("vendors", lambda: story.vendors(at))
        self.told("offers", lambda: story.offers(at))
        claims = self.told("claims", lambda: story.claims(at))
        logins += self.told("bodies and contracts", lambda: story.bodies(at))
        plan = self.told("plan", lambda: story.plan(at))
        case = self.told("case", lambda: case_story.case(plan, at))
        papers = self.told("papers", lambda: case_story.papers(case, at))
        folder = Path(settings.VAR_DIR) / "demo"
        summary = {
            "specifications": specifications(),
            "claims": [claim_facts(claim) for claim in claims],
            "plan": plan_facts(plan),
            "papers": [self.written(paper, folder) for paper in papers],
            "seconds": self.seconds,
        }
        target = folder / "summary.json"
        target.write_text(
            json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        self.say_where(summary, logins, plan, case, target)
        if not options["no_serve"]:
            call_command("runserver", "127.0.0.1:8000", "--noreload")

    def told(self, name: str, part: Callable[[], Made]) -> Made:
        """Tell one part, and how long it took."""
        self.stdout.write(f"… {name}", ending="\n")
        self.stdout.flush()
        began = time.perf_counter()
        made = part()
        self.seconds[name] = round(time.perf_counter() - began, 3)
        return made

    def import_sheet(self, sheet: Path) -> None:
        """Import a ministry's sheet as the resident-record specification, version 1.0."""
        call_command(
            "import_specification",
            str(sheet),
            "--slug",
            IMPORTED["slug"],
            "--version",
            IMPORTED["number"],
            "--title",
            IMPORTED["title"],
            "--authority",
            IMPORTED["authority"],
            "--published-on",
            IMPORTED["published_on"],
            "--domain",
            IMPORTED["domain"],
            stdout=self.stdout,
        )

    def written(self, paper: Paper, folder: Path) -> dict[str, Any]:
        """Write a paper's stored bytes beside the others and return its facts."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{paper.kind}.pdf"
        content = bytes(paper.content)
        path.write_bytes(content)
        return {
            "kind": paper.kind,
            "number": paper.number,
            "path": str(path.relative_to(settings.BASE_DIR))
            if path.is_relative_to(settings.BASE_DIR)
            else str(path),
            "pages": paper.pages,
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    def say_where(
        self,
        summary: dict[str, Any],
        logins: list[story.Login],
        plan: SwitchoverPlan,
        case: Case,
        target: Path,
    ) -> None:
        """Print what was made, where to look, and one login per role."""
        say = self.stdout.write
        say("")
        for row in summary["specifications"]:
            say(
                f"  {row['slug']} {row['version']}: {row['requirements']} requirements "
                f"({row['mandatory']} mandatory, {row['standard_option']} optional, "
                f"{row['prohibited']} prohibited)"
            )
        for paper in summary["papers"]:
            say(f"  {paper['path']}  {paper['pages']} pages  sha256 {paper['sha256'][:16]}…")
        say(f"  {target}")
        say("")
        base = "http://127.0.0.1:8000"
        for name, path in (
            ("標準仕様 specifications", "/specifications/"),
            ("カタログ catalogue", "/catalogue/"),
            ("計画 plan", f"/procurement/plans/{plan.pk}/"),
            ("案件 case", f"/procurement/cases/{case.pk}/"),
            ("API", "/api/docs/"),
        ):
            say(f"  {name:<24} {base}{path}")
        say("")
        shown: set[str] = set()
        for login in logins:
            if login.role not in shown:
                shown.add(login.role)
                say(f"  {login.role:<16} {login.email}  ({login.organisation})")
        say(f"  password         {story.PASSWORD}  (made-up people of this demo only)")


def specifications() -> list[dict[str, Any]]:
    """Count the requirements of every published version by class."""
    rows = []
    for version in (
        SpecificationVersion.objects.published()
        .select_related("specification")
        .order_by("specification__slug", "published_on")
    ):
        counts = dict(
            version.requirements.order_by().values_list("obligation").annotate(number=Count("pk"))
        )
        rows.append(
            {
                "slug": version.specification.slug,
                "version": version.number,
                "title": version.specification.title,
                "requirements": sum(counts.values()),
                **{
                    name: counts.get(name, 0)
                    for name in ("mandatory", "standard_option", "prohibited")
                },
            }
        )
    return rows


def claim_facts(claim: ConformanceClaim) -> dict[str, Any]:
    """Return whose claim it is, and its verdict's totals."""
    return {
        "product": claim.release.product.name,
        "release": claim.release.number,
        "specification": claim.version.urn,
        "revision": claim.revision,
        "state": claim.state,
        "totals": claim.totals,
    }


def plan_facts(plan: SwitchoverPlan) -> dict[str, Any]:
    """Return the plan's dates, what is missed and the ways out."""
    today = timezone.localdate()
    counted = timeline.plan(facts_of(plan))
    ways = timeline.ways_out(counted.facts, today)
    return {
        "body": plan.contract.body.name,
        "system": plan.contract.system,
        "renewal_on": plan.renewal_on.isoformat(),
        "latest_start": counted.latest_start.isoformat(),
        "missed": [step.code for step in counted.missed(today)],
        "earliest_renewal": ways.earliest.isoformat() if ways.earliest else None,
        "steps": [
            {
                "code": step.code,
                "starts_by": step.starts_by.isoformat(),
                "ends_by": step.ends_by.isoformat(),
            }
            for step in plan.steps.all()
        ],
    }
