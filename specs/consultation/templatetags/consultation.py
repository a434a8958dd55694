"""What the pages of specifications show of consultations and good practices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from specs.consultation import permissions
from specs.consultation.models import Comment, Consultation
from specs.models import Requirement, Specification, SpecificationVersion
from specs.organisations import organisations_of

register = template.Library()
PRACTICES = 5


@register.inclusion_tag("consultation/_of_version.html", takes_context=True)
def version_consultation(
    context: Mapping[str, Any], version: SpecificationVersion
) -> dict[str, Any]:
    """Show that a version is consulted on; to the editors of a draft, how to begin."""
    found: dict[str, Any] = {"version": version, "specification": version.specification}
    if version.state == SpecificationVersion.State.IN_CONSULTATION:
        consultation = version.consultations.unclosed().first()
        today = timezone.localdate()
        found |= {
            "consultation": consultation,
            "standing": consultation.standing(today) if consultation else "",
            "today": today,
        }
    elif version.is_draft:
        user = context["request"].user
        found["may_open"] = permissions.may_open_consultation(user, version)
        found["past"] = list(version.consultations.with_counts())
    return found


@register.inclusion_tag("consultation/_publish_reason.html")
def publish_reason(version: SpecificationVersion) -> dict[str, Any]:
    """Ask why a version is published with comments that have no answer; nothing where all have."""
    unanswered = Comment.objects.filter(consultation__version=version).unanswered().count()
    return {"unanswered": unanswered}


@register.inclusion_tag("consultation/_of_requirement.html", takes_context=True)
def requirement_consultation(
    context: Mapping[str, Any], version: SpecificationVersion, requirement: Requirement
) -> dict[str, Any]:
    """Show how to comment on a requirement, how many did, and the good practices about it."""
    user = context["request"].user
    specification = version.specification
    found: dict[str, Any] = {
        "requirement": requirement,
        "specification": specification,
        "practices": list(
            specification.good_practices.published().filter(key=requirement.key)[:PRACTICES]
        ),
        "may_attach": user.is_authenticated
        and permissions.may_attach_good_practice(user, specification),
    }
    if version.state == SpecificationVersion.State.IN_CONSULTATION:
        today = timezone.localdate()
        consultation = version.consultations.unclosed().first()
        if consultation is not None:
            said = consultation.comments.standing().filter(asked__key=requirement.key)
            found |= {
                "consultation": consultation,
                "open": consultation.takes_comments(today),
                "today": today,
                "comments": said.count(),
                "may_comment": not user.is_authenticated or bool(organisations_of(user)),
            }
    return found


@register.inclusion_tag("consultation/_of_specification.html")
def specification_consultations(specification: Specification) -> dict[str, Any]:
    """List a specification's consultations, and say how many good practices there are."""
    today = timezone.localdate()
    consultations = (
        Consultation.objects.filter(version__specification=specification)
        .select_related("version")
        .defer("version__document", "version__mapping")
        .with_counts()
    )
    return {
        "specification": specification,
        "rows": [(each, each.standing(today)) for each in consultations],
        "practices": specification.good_practices.published().count(),
    }
