"""Send by e-mail the notices that wait."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.notices.mailing import send_waiting


class Command(BaseCommand):
    """Send by e-mail the notices that wait; what fails is tried again by a later run."""

    help = "Send by e-mail the notices that wait; what fails is tried again by a later run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many to send at most."""
        parser.add_argument("--limit", type=int, default=500, help="at most so many (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many went out and how many failed."""
        done = send_waiting(at=timezone.now(), limit=options["limit"])
        self.stdout.write(f"{done.sent} sent, {done.failed} to be tried again")
