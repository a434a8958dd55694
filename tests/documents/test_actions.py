"""Issuing: numbered, frozen, on the trail, and nobody undoes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.cases.models import Case
from procurement.documents import actions, engine
from procurement.documents.models import FrozenPaperError, Paper
from schemas.problems import Refused
from tests import make
from tests.documents import facts

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 3, 31, 15, 0, tzinfo=UTC)  # midnight in Tokyo: 1 April


@pytest.fixture
def case(body: LocalGovernment, officer: User) -> Case:
    """Return an open case of the body."""
    return make_case(body, officer)


def make_case(body: LocalGovernment, officer: User, **changes: Any) -> Case:
    """Make a case of the body."""
    fields = {
        "title": "公共施設予約システム更改業務",
        "opened_by": officer,
        "opened_at": AT,
        **changes,
    }
    version = fields.pop("version", None) or make.make_version()
    return Case.objects.create(body=body, version=version, **fields)


def contents(kind: str = "comparison_table") -> dict[str, Any]:
    """Return a context as a builder makes it, without the issue."""
    context = facts.context(kind)
    del context["issue"]
    return context


def test_issued_paper_keeps_everything(case: Case, officer: User) -> None:
    paper = actions.issue_paper(
        case, kind="comparison_table", context=contents(), by=officer, at=AT
    )

    paper = Paper.objects.get(pk=paper.pk)
    again = engine.issue("comparison_table", paper.context)
    assert paper.number == "会津若松市 DMP令和8年度第1号"
    assert paper.context["issue"]["number"] == paper.number
    assert paper.context["issue"]["issued_on"] == "2026-11-23"
    assert bytes(paper.content) == again.pdf
    assert (paper.sha256, paper.pages, paper.size) == (again.sha256, again.pages, len(again.pdf))
    assert (paper.issued_by, paper.issued_at, paper.is_sample) == (officer, AT, True)
    event = AuditEvent.objects.get(action="procurement.paper_issued")
    assert (event.object_id, event.actor) == (str(paper.pk), officer.email)
    assert event.data == {
        "case": case.pk,
        "kind": "comparison_table",
        "number": paper.number,
        "pages": paper.pages,
        "sha256": paper.sha256,
        "template_version": paper.template_version,
    }


def test_numbers_run_within_body_and_fiscal_year(case: Case, officer: User) -> None:
    other_body = make.make_body("141003", "designated_city", "横浜市", "神奈川県")
    other = make.make_officer(other_body, "other@example.jp")
    elsewhere = make_case(other_body, other, version=case.version)

    def issued(of: Case, kind: str, by: User, at: datetime) -> str:
        return actions.issue_paper(of, kind=kind, context=contents(kind), by=by, at=at).number

    justification = "negotiated_contract_justification"
    assert [
        issued(case, "comparison_table", officer, AT),
        issued(case, justification, officer, AT),
        issued(case, "comparison_table", officer, AT),
        issued(elsewhere, "comparison_table", other, AT),
        issued(case, "comparison_table", officer, NEXT_YEAR),
    ] == [
        "会津若松市 DMP令和8年度第1号",
        "会津若松市 DMP令和8年度第2号",
        "会津若松市 DMP令和8年度第1号-2",
        "横浜市 DMP令和8年度第1号",
        "会津若松市 DMP令和9年度第1号",
    ]


def test_missing_value_issues_nothing(case: Case, officer: User) -> None:
    context = contents()
    context["body"]["contact_name"] = ""

    with pytest.raises(Refused) as refused:
        actions.issue_paper(case, kind="comparison_table", context=context, by=officer, at=AT)

    assert [problem.pointer for problem in refused.value.problems] == ["/body/contact_name"]
    assert Paper.objects.count() == 0
    assert AuditEvent.objects.filter(action="procurement.paper_issued").count() == 0


@pytest.mark.parametrize("level", ["view", "plan"])
def test_officer_who_does_not_approve_may_not_issue(
    case: Case, body: LocalGovernment, level: str
) -> None:
    person = make.make_officer(body, "person@example.jp", level=level)

    with pytest.raises(PermissionDenied):
        actions.issue_paper(case, kind="comparison_table", context=contents(), by=person, at=AT)

    assert Paper.objects.count() == 0


def test_officer_of_another_body_may_not_issue(case: Case, other_officer: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.issue_paper(
            case, kind="comparison_table", context=contents(), by=other_officer, at=AT
        )


def test_unknown_kind_is_refused(case: Case, officer: User) -> None:
    with pytest.raises(Refused):
        actions.issue_paper(case, kind="memo", context={}, by=officer, at=AT)


def test_paper_is_neither_changed_nor_deleted(case: Case, officer: User) -> None:
    paper = actions.issue_paper(
        case, kind="comparison_table", context=contents(), by=officer, at=AT
    )
    paper.title = "別の件名"

    for deed in (
        paper.save,
        paper.delete,
        Paper.objects.all().delete,
        lambda: Paper.objects.update(title="別の件名"),
    ):
        with pytest.raises(FrozenPaperError):
            deed()
    for statement in (
        "UPDATE documents_paper SET title = 'x'",
        "DELETE FROM documents_paper",
    ):
        with (
            pytest.raises(DatabaseError, match="issued papers are frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Paper.objects.get().title == case.title
