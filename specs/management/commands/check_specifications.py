"""Prove that the rows of every version are those of its document."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from specs import derivation
from specs.models import SpecificationVersion


class Command(BaseCommand):
    """Compare documents, digests and rows."""

    help = "Prove that the requirements in the database are those of the version documents."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print every difference; exit 1 where there is one."""
        checked = found = 0
        versions = SpecificationVersion.objects.select_related("specification", "previous")
        for pk in versions.order_by("pk").values_list("pk", flat=True):
            checked += 1
            for fault in derivation.faults(versions.get(pk=pk)):
                found += 1
                self.stderr.write(fault)
        if found:
            raise CommandError(f"{found} difference(s) in {checked} version(s)")
        self.stdout.write(f"{checked} version(s) agree with their documents")
