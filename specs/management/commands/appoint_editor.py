"""Let somebody edit for an authority."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from marketplace.accounts.models import User
from specs.actions import appoint_editor
from specs.models import Authority


class Command(BaseCommand):
    """Appoint the first editor of an authority; editors may appoint others."""

    help = "Let a registered person draft and publish the specifications of an authority."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person's address and the authority."""
        parser.add_argument("email")
        parser.add_argument("authority", help="the authority's name (総務省) or slug")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the deed; an unknown address or authority is named."""
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            message = f"nobody is registered as {options['email']}"
            raise CommandError(message)
        named = options["authority"]
        authority = (
            Authority.objects.filter(name=named).first()
            or Authority.objects.filter(slug=named).first()
        )
        if authority is None:
            message = f"there is no authority {named}"
            raise CommandError(message)
        appoint_editor(authority, user=user, by=None, at=timezone.now())
        self.stdout.write(f"{user.email} edits for {authority.name}")
