"""Publish the specifications that come with the product."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from schemas.problems import Refused
from schemas.specifications import shipped
from specs import actions
from specs.actions import Source


class Command(BaseCommand):
    """Publish every file of schemas/specifications; twice changes nothing."""

    help = "Publish the specifications that come with the product."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Import each file in the order of versions."""
        for path in shipped():
            document = json.loads(path.read_text(encoding="utf-8"))
            try:
                version = actions.import_version(
                    document, by=None, at=timezone.now(), source=Source(path.name)
                )
            except Refused as refused:
                for problem in refused.problems:
                    self.stderr.write(f"{path.name} {problem.pointer}: {problem.sentence()}")
                raise CommandError(f"{path.name}: {len(refused.problems)} problem(s)") from refused
            self.stdout.write(f"{version.urn}: {len(document['required'])}件")
