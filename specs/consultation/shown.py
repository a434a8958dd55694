"""What pages and sheets show of a consultation: comments with their marks, progress, the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.urls import reverse

from specs.consultation import permissions
from specs.consultation.models import Answer, Comment, Consultation
from specs.diff import Part, mark
from specs.models import Requirement, SpecificationVersion
from specs.organisations import Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User


@dataclass(frozen=True)
class Shown:
    """A comment as a reader sees it.

    ``parts`` marks the proposed wording against the one asked about. ``answer`` is None while the
    reader may not see it; ``own`` is the reader's own organisation's comment, ``endorsed`` the
    codes of the reader's organisations that endorse it, ``others`` those that may.
    """

    comment: Comment
    parts: tuple[Part, ...]
    answer: Answer | None
    own: bool
    endorsed: tuple[Organisation, ...]
    others: tuple[Organisation, ...]

    @property
    def endorsers(self) -> list[str]:
        """Name who endorses it, in the order in which they did."""
        return [each.organisation_name for each in self.comment.endorsements.all()]

    @property
    def answered(self) -> bool:
        """Say whether there is an answer, shown or not."""
        return hasattr(self.comment, "answer")

    @property
    def changes(self) -> list[str]:
        """Give the ids of the requirements that changed, as people read them."""
        return [key[1:] for key in self.answer.changed_keys] if self.answer else []


def answers_are_seen(user: User | AnonymousUser | None, consultation: Consultation) -> bool:
    """Let editors see answers at once, everybody else once the results are published."""
    if consultation.results_at is not None:
        return True
    return user is not None and permissions.may_run_consultation(user, consultation)


def shown(
    comments: Iterable[Comment], organisations: Sequence[Organisation], *, answers: bool
) -> list[Shown]:
    """Prepare comments, fetched by ``listed``, for a reader who speaks for the organisations."""
    found = []
    for comment in comments:
        endorsing = {each.organisation_code for each in comment.endorsements.all()}
        own = any(each.code == comment.organisation_code for each in organisations)
        compared = comment.asked is not None and comment.kind == Comment.Kind.CORRECTION
        found.append(
            Shown(
                comment,
                mark(comment.asked.text, comment.proposed) if compared and comment.asked else (),
                getattr(comment, "answer", None) if answers else None,
                own,
                tuple(each for each in organisations if each.code in endorsing),
                tuple(
                    each
                    for each in organisations
                    if each.code not in endorsing and each.code != comment.organisation_code
                ),
            )
        )
    return found


@dataclass(frozen=True)
class ChapterProgress:
    """A chapter of what was asked: its requirements, and what was said and answered of them."""

    title: str
    requirements: int
    concerned: int
    comments: int
    answered: int


def progress(consultation: Consultation) -> list[ChapterProgress]:
    """Count comments and answers by chapter, in the document's order; the whole version last."""
    chapters = (
        consultation.asked.order_by()
        .values_list("chapter")
        .annotate(number=Count("id"), first=Min("position"))
        .order_by("first")
    )
    said = {
        chapter: counts
        for chapter, *counts in consultation.comments.standing()
        .order_by()
        .values_list("asked__chapter")
        .annotate(
            concerned=Count("asked", distinct=True),
            comments=Count("id", distinct=True),
            answered=Count("answer", distinct=True),
        )
    }
    none = [0, 0, 0]
    found = [
        ChapterProgress(title, number, *said.get(title, none)) for title, number, _first in chapters
    ]
    if None in said:
        found.append(ChapterProgress("", 0, *said[None]))
    return found


def requirement_links(
    comments: Iterable[Shown], visible: Iterable[SpecificationVersion]
) -> dict[tuple[int, str], str]:
    """Give the address of each changed requirement that the reader may see; two queries."""
    answers = [each.answer for each in comments if each.answer and each.answer.version_id]
    versions = {each.pk: each for each in visible}
    wanted = {
        (answer.version_id, key)
        for answer in answers
        for key in answer.changed_keys
        if answer.version_id in versions
    }
    if not wanted:
        return {}
    rows = Requirement.objects.filter(
        version__in={pk for pk, _key in wanted}, key__in={key for _pk, key in wanted}
    ).values_list("version", "key")
    return {
        (pk, key): reverse(
            "specs:requirement-detail",
            args=[versions[pk].specification.slug, versions[pk].number, key],
        )
        for pk, key in rows
        if (pk, key) in wanted
    }
