"""What the square knows of a specification's requirements: how many claims provide each."""

from __future__ import annotations

from django.db.models import Count, Q, Subquery

from vendors.models import ClaimAnswer, ConformanceClaim


def provided_counts(version_id: int) -> dict[str, tuple[int, int]]:
    """Return, by requirement key, how many published claims provide it, out of how many.

    ``specs`` shows it through ``settings.REQUIREMENT_NOTES``.
    """
    claims = ConformanceClaim.objects.published().filter(version=version_id).order_by()
    rows = (
        ClaimAnswer.objects.filter(
            claim__version=version_id, claim__state=ConformanceClaim.State.PUBLISHED
        )
        .order_by()
        .values_list("requirement__key")
        .annotate(
            provided=Count("pk", filter=Q(answer=ClaimAnswer.Answer.PROVIDED)),
            total=Subquery(claims.values("version").annotate(count=Count("pk")).values("count")),
        )
    )
    return {key: (provided, total) for key, provided, total in rows}
