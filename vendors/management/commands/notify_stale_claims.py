"""Tell representatives whose claims went stale."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from vendors.notices import notify_stale_claims


class Command(BaseCommand):
    """Tell representatives whose claims went stale; run daily, nobody is told twice."""

    help = "Tell representatives whose claims went stale; run daily, nobody is told twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell them."""
        notify_stale_claims(today=timezone.localdate(), at=timezone.now())
