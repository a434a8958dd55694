"""Deeds of a case: who may, what is refused, what the trail says, what never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import rfc8785
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.actions import set_threshold
from procurement.cases import actions, papers
from procurement.cases.models import Candidate, Case, LockedSearch
from procurement.documents.models import Paper
from schemas import engine, registry
from schemas.problems import Refused
from tests import make
from tests.cases import walk
from vendors.models import ConformanceClaim, Price

DEEDS: dict[str, Callable[[Case, User, datetime], Any]] = {
    "lock": lambda case, by, at: actions.lock_search(
        case, query="", edition=case.edition, by=by, at=at
    ),
    "drop": lambda case, by, at: actions.drop_candidate(
        walk.candidate(case, "施設なび"),
        reason=walk.DROPPED,
        edition=case.edition,
        by=by,
        at=at,
    ),
    "choose": lambda case, by, at: actions.choose_candidate(
        walk.candidate(case, "施設なび"),
        reason=walk.REASON,
        edition=case.edition,
        by=by,
        at=at,
    ),
    "reopen": lambda case, by, at: actions.reopen_candidate(
        walk.candidate(case, "よやくん"), edition=case.edition, by=by, at=at
    ),
    "particulars": lambda case, by, at: actions.state_particulars(
        case, changes={"purpose": "変えた目的"}, edition=case.edition, by=by, at=at
    ),
    "method": lambda case, by, at: actions.decide_method(
        case,
        contract_category="other",
        method="open_bid",
        edition=case.edition,
        by=by,
        at=at,
    ),
    "issue": lambda case, by, at: actions.issue_case_paper(
        case, kind="comparison_table", edition=case.edition, by=by, at=at
    ),
}


def codes(deed: Callable[[], Any]) -> list[str]:
    """Return the codes of the problems for which a deed is refused; ``[]`` when it is done."""
    try:
        deed()
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_from_outside_works_on_a_case(
    body: LocalGovernment, officer: User, other_officer: User, now: datetime, deed: str
) -> None:
    case = walk.make_ready(body, officer, now)
    events = AuditEvent.objects.count()

    with pytest.raises(PermissionDenied):
        DEEDS[deed](case, other_officer, now)

    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("deed", "level"),
    [*((deed, "view") for deed in DEEDS), ("issue", "plan")],
)
def test_each_deed_needs_its_level(
    body: LocalGovernment, officer: User, now: datetime, deed: str, level: str
) -> None:
    case = walk.make_ready(body, officer, now)
    by = make.make_officer(body, f"{level}@example.jp", level=level)

    with pytest.raises(PermissionDenied):
        DEEDS[deed](case, by, now)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "lock"])
def test_a_case_that_changed_meanwhile_is_refused(
    body: LocalGovernment, officer: User, now: datetime, deed: str
) -> None:
    case = walk.make_ready(body, officer, now)
    case.edition -= 1

    assert "changed_meanwhile" in codes(lambda: DEEDS[deed](case, officer, now))


def test_a_case_is_opened_with_its_event(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    plan = walk.make_plan_of(body, officer, now)

    case = walk.make_open(body, officer, now, plan=plan, title="  予約  ")

    event = AuditEvent.objects.about(case).get()
    assert (case.title, case.plan, case.edition) == ("予約", plan, 1)
    assert (event.action, event.actor, event.data) == (
        "cases.case_opened",
        officer.email,
        {"body": "072028", "title": "予約", "version": "urn:dmp:spec:sample:1.0", "plan": plan.pk},
    )


def test_only_who_plans_opens_a_case(body: LocalGovernment, now: datetime) -> None:
    viewer = make.make_officer(body, "viewer@example.jp", level="view")

    with pytest.raises(PermissionDenied):
        walk.make_open(body, viewer, now)

    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("", "case_title_empty"),
        (" \n ", "case_title_empty"),
        ("予\0約", "text_has_nul"),
        ("予\ud800約", "text_has_lone_surrogate"),
        ("予" * 121, "text_too_long"),
    ],
)
def test_a_title_is_readable(
    body: LocalGovernment, officer: User, now: datetime, title: str, code: str
) -> None:
    assert codes(lambda: walk.make_open(body, officer, now, title=title)) == [code]
    assert not Case.objects.exists()


def test_a_case_takes_a_published_version_and_a_plan_of_its_own_body(
    body: LocalGovernment, officer: User, other_officer: User, now: datetime
) -> None:
    other = make.make_body("141003")
    plan = walk.make_plan_of(other, other_officer, now)
    draft = make.make_version(number="2.0", state="draft", published_on=date(2026, 5, 1))

    found = codes(lambda: walk.make_open(body, officer, now, version=draft, plan=plan))

    assert found == ["case_version_not_published", "case_plan_of_another_body"]


def test_a_locked_search_keeps_every_fact_with_its_digest(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    search = actions.lock_search(
        case, query="outcome=conforms", edition=case.edition, by=officer, at=now
    )

    search = LockedSearch.objects.get(pk=search.pk)
    event = AuditEvent.objects.about(case).get(action="cases.search_locked")
    offer = search.candidates.get().offer
    assert search.digest == hashlib.sha256(rfc8785.dumps(search.facts)).hexdigest()
    assert search.facts["population"] == 110_000
    assert search.facts["results"][0]["cost"]["total_yen"] == 1_980_000
    assert search.candidates.get().facts == search.facts["results"][0]
    assert event.data == {"query": search.query, "sha256": search.digest, "offers": [offer.pk]}


def test_a_case_is_locked_once(body: LocalGovernment, officer: User, now: datetime) -> None:
    case = walk.make_locked(body, officer, now)

    found = codes(
        lambda: actions.lock_search(
            case, query="outcome=conforms", edition=case.edition, by=officer, at=now
        )
    )

    assert found == ["case_search_locked_already"]
    assert LockedSearch.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=ありえない言葉", "search_finds_nothing"),
        ("q=%00", "text_has_nul"),
        ("q=" + "長" * 4000, "text_too_long"),
    ],
)
def test_a_search_that_cannot_be_weighed_is_not_locked(
    body: LocalGovernment, officer: User, now: datetime, query: str, code: str
) -> None:
    case = walk.make_open(body, officer, now)

    found = codes(
        lambda: actions.lock_search(case, query=query, edition=case.edition, by=officer, at=now)
    )

    assert found == [code]
    assert walk.fresh(case).edition == 1


def test_what_was_locked_stays_when_prices_and_claims_change(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    before = papers.context(case, "comparison_table", at=now)

    Price.objects.update(amount_yen=99_999_999)
    ConformanceClaim.objects.update(totals={})
    for offer in [row.offer for row in Candidate.objects.all()]:
        offer.name, offer.exit_terms = "変わった名前", "変わった条件"
        offer.save()

    assert papers.context(walk.fresh(case), "comparison_table", at=now) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: LockedSearch.objects.update(query="q=別"),
        lambda: LockedSearch.objects.update(facts={}),
        lambda: Candidate.objects.update(facts={}),
        lambda: Candidate.objects.filter(position=1).update(position=9),
        lambda: Candidate.objects.all()._raw_delete("default"),
        lambda: LockedSearch.objects.all()._raw_delete("default"),
    ],
    ids=["query", "facts", "candidate", "order", "candidates", "search"],
)
def test_the_database_refuses_to_change_a_locked_search(
    body: LocalGovernment, officer: User, now: datetime, change: Callable[[], Any]
) -> None:
    walk.make_locked(body, officer, now)

    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_a_candidate_is_dropped_for_a_reason(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)
    row = walk.candidate(case, "施設なび")

    actions.drop_candidate(row, reason=walk.DROPPED, edition=case.edition, by=officer, at=now)

    row.refresh_from_db()
    event = AuditEvent.objects.about(case).get(action="cases.candidate_dropped")
    assert (row.outcome, row.reason, row.decided_by, row.decided_at) == (
        "dropped",
        walk.DROPPED,
        officer,
        now,
    )
    assert walk.fresh(case).edition == case.edition + 1
    assert event.data == {
        "position": row.position,
        "offer": row.offer_id,
        "before": {"outcome": "open", "reason": ""},
        "reason": walk.DROPPED,
    }


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "case_reason_too_short"),
        ("高い", "case_reason_too_short"),
        ("　" * 20, "case_reason_too_short"),
        ("あ" * 2001, "text_too_long"),
        ("理由を\0書きました。はい。", "text_has_nul"),
    ],
)
def test_a_reason_can_be_followed(
    body: LocalGovernment, officer: User, now: datetime, reason: str, code: str
) -> None:
    case = walk.make_locked(body, officer, now)
    row = walk.candidate(case, "施設なび")

    found = codes(
        lambda: actions.drop_candidate(row, reason=reason, edition=case.edition, by=officer, at=now)
    )

    row.refresh_from_db()
    assert found == [code]
    assert row.outcome == "open"


def test_a_longest_reason_reaches_the_paper(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    row = walk.candidate(case, "施設なび")
    actions.reopen_candidate(row, edition=case.edition, by=officer, at=now)
    actions.drop_candidate(row, reason="理" * 2000, edition=case.edition + 1, by=officer, at=now)

    assert papers.problems(walk.fresh(case), "comparison_table", at=now) == []


def test_one_candidate_is_chosen(body: LocalGovernment, officer: User, now: datetime) -> None:
    case = walk.make_chosen(body, officer, now)
    row = walk.candidate(case, "施設なび")

    found = codes(
        lambda: actions.choose_candidate(
            row, reason=walk.REASON, edition=case.edition, by=officer, at=now
        )
    )

    assert found == ["case_another_is_chosen"]


def test_a_candidate_taken_back_keeps_its_reason_on_the_trail(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_chosen(body, officer, now)
    row = walk.candidate(case, "よやくん")

    actions.reopen_candidate(row, edition=case.edition, by=officer, at=now)

    row.refresh_from_db()
    event = AuditEvent.objects.about(case).get(action="cases.candidate_reopened")
    again = codes(
        lambda: actions.reopen_candidate(row, edition=case.edition + 1, by=officer, at=now)
    )
    assert (row.outcome, row.reason, row.decided_by) == ("open", "", None)
    assert event.data["before"] == {"outcome": "chosen", "reason": walk.REASON}
    assert again == ["case_candidate_open_already"]


def test_particulars_are_stated_bit_by_bit(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    case = actions.state_particulars(
        case, changes={"purpose": "切替", "place": "市役所"}, edition=1, by=officer, at=now
    )
    case = actions.state_particulars(
        case, changes={"purpose": "更改", "place": ""}, edition=2, by=officer, at=now
    )

    last = AuditEvent.objects.about(case).order_by("-id")[0]
    assert case.particulars == {"purpose": "更改"}
    assert last.data == {"changed": {"place": None, "purpose": "更改"}}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"favourite": "x"}, [("/favourite", "value_not_known")]),
        ({"purpose": 3}, [("/purpose", "value_is_not_string")]),
        ({"purpose": "  "}, [("/purpose", "case_text_blank")]),
        ({"purpose": "目\0的"}, [("/purpose", "text_has_nul")]),
        ({"starts_on": "2027-02-29"}, [("/starts_on", "date_not_iso")]),
        ({"expected_amount_yen": 1.5}, [("/expected_amount_yen", "value_is_not_integer")]),
        ({"expected_amount_yen": 0}, [("/expected_amount_yen", "case_amount_zero")]),
        (
            {"starts_on": "2027-04-01", "ends_on": "2027-03-31"},
            [("/ends_on", "case_contract_ends_before_it_starts")],
        ),
        (
            {"service_starts_on": "2027-03-31", "starts_on": "2027-04-01"},
            [("/service_starts_on", "case_service_outside_contract")],
        ),
        (
            {"expected_amount_yen": 5, "amount_lines": [{"label": "月額", "amount_yen": 4}]},
            [("/amount_lines", "case_amount_lines_do_not_add_up")],
        ),
        ({"ceiling_yen": 5}, [("/ceiling_tax_basis", "case_ceiling_without_tax_basis")]),
        ({"multi_year_basis": "x"}, [("/multi_year_basis", "case_multi_year_basis_unknown")]),
        (
            {"schedule": [{"label": "公告", "starts_on": "2027-02-01", "ends_on": "2027-01-01"}]},
            [("/schedule/0", "case_step_ends_before_it_starts")],
        ),
    ],
)
def test_particulars_that_cannot_stand_are_refused(
    body: LocalGovernment,
    officer: User,
    now: datetime,
    changes: dict[str, Any],
    found: list[tuple[str, str]],
) -> None:
    case = walk.make_open(body, officer, now)

    with pytest.raises(Refused) as refused:
        actions.state_particulars(case, changes=changes, edition=1, by=officer, at=now)

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == found
    assert walk.fresh(case).particulars == {}


def test_the_method_is_kept_with_its_grounds(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    event = AuditEvent.objects.about(case).get(action="cases.method_decided")
    assert (case.method, case.legal_clause, case.contract_category) == (
        "direct_other",
        "2",
        "other",
    )
    assert engine.problems(registry.load("method-grounds"), case.method_grounds) == []
    assert case.method_grounds["clause_law"] == "地方自治法施行令第167条の2第1項第2号"
    assert case.method_grounds["threshold"]["amount_yen"] == 1_000_000
    assert [row["code"] for row in case.method_grounds["assumptions"]] == [
        "law_own_rule_missing",
        "law_amount_of_whole_term",
    ]
    assert event.data["grounds"] == case.method_grounds


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"method": "direct_small"}, ["law_over_threshold", "law_two_quotations"]),
        ({"method": "lottery"}, ["law_method_unknown"]),
        ({"method": "direct_other", "clause": ""}, ["law_clause_missing"]),
        ({"method": "direct_other", "clause": "12"}, ["law_clause_unknown"]),
        ({"contract_category": "rocket"}, ["threshold_category_unknown"]),
    ],
)
def test_a_method_against_the_law_is_refused(
    body: LocalGovernment,
    officer: User,
    now: datetime,
    changes: dict[str, Any],
    found: list[str],
) -> None:
    case = walk.make_ready(body, officer, now)
    stated = {"contract_category": "other", "method": "open_bid", **changes}

    refused = codes(
        lambda: actions.decide_method(case, edition=case.edition, by=officer, at=now, **stated)
    )

    assert refused[:1] == found[:1]
    assert walk.fresh(case).method == "direct_other"


def test_a_method_needs_candidates_and_an_amount(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    found = codes(
        lambda: actions.decide_method(
            case,
            contract_category="other",
            method="open_bid",
            edition=case.edition,
            by=officer,
            at=now,
        )
    )

    assert found == ["case_search_not_locked", "case_amount_missing"]


def test_the_bodys_own_rule_outdates_a_decision(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    set_threshold(
        body,
        contract_category="other",
        amount_yen=800_000,
        effective_from=date(2025, 10, 1),
        source="会津若松市契約規則第20条",
        by=officer,
        at=now,
    )

    found = [
        problem.code
        for problem in papers.problems(
            walk.fresh(case), "negotiated_contract_justification", at=now
        )
    ]

    assert found == ["case_method_outdated"]


@pytest.mark.parametrize(
    "kind",
    ["procurement_specification", "comparison_table", "negotiated_contract_justification"],
)
def test_a_ready_case_issues_each_paper(
    body: LocalGovernment, officer: User, now: datetime, kind: str
) -> None:
    case = walk.make_ready(body, officer, now)

    paper = actions.issue_case_paper(case, kind=kind, edition=case.edition, by=officer, at=now)

    event = AuditEvent.objects.about(paper).get()
    assert bytes(Paper.objects.get(pk=paper.pk).content).startswith(b"%PDF")
    assert (event.action, event.actor) == ("procurement.paper_issued", officer.email)
    assert event.data["case"] == case.pk


def test_a_paper_that_lacks_something_is_refused_with_everything_it_lacks(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    found = codes(
        lambda: actions.issue_case_paper(
            case,
            kind="negotiated_contract_justification",
            edition=case.edition,
            by=officer,
            at=now,
        )
    )

    assert found[:2] == ["case_search_not_locked", "case_method_undecided"]
    assert set(found[2:]) == {"case_particular_missing"}
    assert len(found) > 15
    assert not Paper.objects.exists()


def test_no_value_of_a_paper_is_lost_on_the_way(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    context = papers.context(case, "negotiated_contract_justification", at=now)

    assert context["counterparty"] == {
        "name": "株式会社みほん",
        "corporate_number": "7123456789012",
        "address": "福島県会津若松市東栄町1番1号",
        "product": "よやくん 標準",
    }
    assert context["threshold"] == {
        "amount_yen": 1_000_000,
        "source": context["threshold"]["source"],
        "effective_from": "2025-04-01",
        "group": "市区町村（指定都市を除く）",
        "own_rule": False,
    }
    assert context["clause"]["number"] == "2"
    assert context["reasons"]["vendor"] == walk.PARTICULARS["reason_vendor"]


def test_what_was_locked_has_its_shape(body: LocalGovernment, officer: User, now: datetime) -> None:
    walk.make_locked(body, officer, now)

    kept = LockedSearch.objects.get().facts

    assert engine.problems(registry.load("locked-search"), kept) == []
    assert [result["product"]["name"] for result in kept["results"] if result["claim"] is None] == [
        "施設なび"
    ]
