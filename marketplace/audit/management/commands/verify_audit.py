"""Check the audit trail from its first event to its last."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.audit import trail
from marketplace.audit.models import AuditEvent


class Command(BaseCommand):
    """Walk the hash chain; print the head, or every fault and exit with 1."""

    help = "Check that no audit event was changed, removed or inserted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of events and the head digest, to be kept outside this database."""
        faults = list(trail.faults())
        if faults:
            for fault in faults:
                self.stderr.write(fault)
            message = f"the audit trail has {len(faults)} faults"
            raise CommandError(message)
        last = AuditEvent.objects.order_by("-id").first()
        head = last.digest if last else trail.FIRST_DIGEST
        self.stdout.write(f"{last.pk if last else 0} events, head {head}")
