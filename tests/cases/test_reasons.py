"""What asks for a reason: a choice that falls short, a method decided again after a paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.cases import actions, grounds, papers
from procurement.cases.models import Case
from procurement.documents.models import Paper
from schemas import engine, registry
from tests.cases import walk
from tests.cases.test_actions import codes


def make_short(body: LocalGovernment, by: User, at: datetime, **changes: Any) -> Case:
    """Choose the product that lacks a requirement, and drop the one that conforms."""
    case = walk.make_locked(body, by, at)
    for product in ("よやくん", "施設なび"):
        actions.drop_candidate(
            walk.candidate(case, product),
            reason="総額が予算を超えるため。",
            edition=walk.fresh(case).edition,
            by=by,
            at=at,
        )
    actions.choose_candidate(
        walk.candidate(case, "まちの予約帳"),
        reason="既存の料金収納と連携できるため。",
        edition=walk.fresh(case).edition,
        by=by,
        at=at,
    )
    case = walk.fresh(case)
    stated = {**walk.PARTICULARS, **changes}
    case = actions.state_particulars(case, changes=stated, edition=case.edition, by=by, at=at)
    return actions.decide_method(
        case,
        contract_category="other",
        method="direct_other",
        clause="2",
        edition=case.edition,
        by=by,
        at=at,
    )


def test_a_choice_that_falls_short_is_issued_with_its_reason_only(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    kind = "negotiated_contract_justification"
    case = make_short(body, officer, now)

    lacking = papers.problems(case, kind, at=now)

    assert [problem.pointer for problem in lacking] == ["/particulars/reason_shortfall"]
    assert papers.problems(case, "comparison_table", at=now) == []
    why = "不足する要件は令和9年3月までに提供することを契約に定める。"
    case = actions.state_particulars(
        case, changes={"reason_shortfall": why}, edition=case.edition, by=officer, at=now
    )
    paper = actions.issue_case_paper(case, kind=kind, edition=case.edition, by=officer, at=now)
    assert paper.context["reasons"]["shortfall"] == why
    assert why in papers.preview(case, kind, at=now).html


def decide_again(case: Case, by: User, at: datetime, reason: str = "") -> Case:
    return actions.decide_method(
        case,
        contract_category="other",
        method="open_bid",
        reason=reason,
        edition=case.edition,
        by=by,
        at=at,
    )


@pytest.mark.parametrize("kind", ["procurement_specification", "negotiated_contract_justification"])
def test_a_method_that_an_issued_paper_cites_is_not_changed_without_a_reason(
    body: LocalGovernment, officer: User, now: datetime, kind: str
) -> None:
    case = walk.make_ready(body, officer, now)
    actions.issue_case_paper(case, kind=kind, edition=case.edition, by=officer, at=now)

    assert codes(lambda: decide_again(case, officer, now)) == ["case_method_already_cited"]
    assert codes(lambda: decide_again(case, officer, now, "短い")) == ["case_reason_too_short"]
    assert walk.fresh(case).method == "direct_other"


def test_a_paper_that_does_not_cite_the_method_leaves_it_free(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    actions.issue_case_paper(
        case, kind="comparison_table", edition=case.edition, by=officer, at=now
    )

    decided = decide_again(case, officer, now, "書いても残らない理由です。")

    assert decided.method == "open_bid"
    assert "changed_because" not in decided.method_grounds


def test_a_method_decided_again_asks_for_its_papers_again_and_leaves_the_issued_ones(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    kind, why = "procurement_specification", "議会の指摘を受けて一般競争入札に改める。"
    case = walk.make_ready(body, officer, now)
    first = actions.issue_case_paper(case, kind=kind, edition=case.edition, by=officer, at=now)
    later = now + timedelta(hours=1)

    case = decide_again(case, officer, later, why)

    event = AuditEvent.objects.about(case).filter(action="cases.method_decided").latest("pk")
    assert event.data["grounds"]["changed_because"] == why
    assert not list(engine.problems(registry.load("method-grounds"), case.method_grounds))
    assert grounds.facts_of(case, on=now.date()).superseded == [kind]
    assert "一般競争入札" not in str(Paper.objects.get(pk=first.pk).context["contract"]["method"])
    again = actions.issue_case_paper(
        case, kind=kind, edition=case.edition, by=officer, at=later + timedelta(hours=1)
    )
    assert (again.serial, again.edition) == (first.serial, 2)
    assert "一般競争入札" in str(again.context["contract"]["method"])
    assert grounds.facts_of(case, on=now.date()).superseded == []
