"""The demo's country in a test's database, told by the same deeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.management import call_command

from procurement.cases.models import Case
from procurement.demo import case as case_story
from procurement.demo import story
from procurement.documents.models import Paper
from procurement.switchover.models import SwitchoverPlan
from vendors import actions
from vendors.models import ConformanceClaim

OFFICER = "officer@aizuwakamatsu.example"
REPRESENTATIVE = "representative@yoyaku-systems.example"


@dataclass(frozen=True)
class World:
    """What the story made, and the addresses of one person per role."""

    plan: SwitchoverPlan
    case: Case
    papers: list[Paper]
    draft: ConformanceClaim
    editor: str
    authority: str


def tell(at: datetime, *, papers: bool = True) -> World:
    """Tell the whole story, and start one more revision of a claim, to be edited."""
    call_command("import_local_governments", verbosity=0, stdout=_Nowhere())
    call_command("load_shipped_specifications", stdout=_Nowhere())
    editors = story.editors(at)
    story.vendors(at)
    story.offers(at)
    claims = story.claims(at)
    story.bodies(at)
    plan = story.plan(at)
    case = case_story.case(plan, at)
    first = next(
        claim
        for claim in claims
        if claim.release.product.developer.representatives.filter(
            user__email=REPRESENTATIVE
        ).exists()
    )
    draft = actions.revise_claim(first, by=None, at=at)
    issued = case_story.papers(case, at) if papers else []
    authority = case.version.specification.authority
    editor = next(each for each in editors if each.organisation == authority.name)
    return World(plan, case, issued, draft, editor.email, authority.slug)


class _Nowhere:
    def write(self, _text: str) -> int:
        return 0

    def flush(self) -> None:
        return None
