"""Bring the table of local governments up to the shipped codelist."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from marketplace.accounts.models import LocalGovernment
from schemas import codelist


class Command(BaseCommand):
    """Read ``schemas/codelists/local_governments.csv`` into the database; safe to run again."""

    help = "Read the codelist of the 1,788 local governments into the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")

    @transaction.atomic
    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        """Add and update rows by code; what a body recorded of itself stays."""
        rows = codelist.local_governments()
        known = LocalGovernment.objects.in_bulk()
        names = ("category", "prefecture", "name", "kana")
        new = [
            LocalGovernment(code=row.code, **{name: getattr(row, name) for name in names})
            for row in rows
            if row.code not in known
        ]
        changed = []
        for row in rows:
            body = known.get(row.code)
            if body and any(getattr(body, name) != getattr(row, name) for name in names):
                for name in names:
                    setattr(body, name, getattr(row, name))
                changed.append(body)
        if not dry_run:
            LocalGovernment.objects.bulk_create(new, batch_size=500)
            LocalGovernment.objects.bulk_update(changed, names, batch_size=200)
        self.stdout.write(
            f"local governments: {len(rows)} in the codelist, {len(new)} new, "
            f"{len(changed)} changed{' (dry run, nothing written)' if dry_run else ''}"
        )
