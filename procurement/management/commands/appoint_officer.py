"""Let somebody work for a body."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from marketplace.accounts.models import LocalGovernment, User
from procurement.actions import appoint_officer
from procurement.models import Officer
from schemas.problems import Refused


class Command(BaseCommand):
    """Appoint the first officer of a body; that officer may appoint others if they approve."""

    help = "Let a registered person work for a body, or change how far they may go."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take address, body and level."""
        parser.add_argument("email")
        parser.add_argument("code", help="the body's six-digit code (団体コード)")
        parser.add_argument("--level", choices=Officer.Level.values, default=Officer.Level.VIEW)
        parser.add_argument("--department", help="by default the one on record stays")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the deed; an unknown address or code is named, and what is refused."""
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            message = f"nobody is registered as {options['email']}"
            raise CommandError(message)
        body = LocalGovernment.objects.filter(code=options["code"]).first()
        if body is None:
            message = f"there is no local government {options['code']}"
            raise CommandError(message)
        level = Officer.Level(options["level"])
        try:
            appoint_officer(
                body,
                user=user,
                level=level,
                department=options["department"],
                by=None,
                at=timezone.now(),
            )
        except Refused as refused:
            raise CommandError(
                "; ".join(problem.sentence("en") for problem in refused.problems)
            ) from None
        self.stdout.write(f"{user.email} works for {body.name} ({level.value})")
