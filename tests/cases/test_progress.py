"""How far cases have come, on the home of an officer."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import LocalGovernment, User
from procurement.cases import actions
from procurement.documents.kinds import KINDS
from tests.cases import walk

HOME = "/procurement/"


def test_home_lists_open_cases_with_their_next_step_and_counts_the_finished(
    body: LocalGovernment, officer: User, now: datetime, client: Client
) -> None:
    done = walk.make_ready(body, officer, now, title="済んだ案件")
    for kind in KINDS:
        actions.issue_case_paper(done, kind=kind, edition=done.edition, by=officer, at=now)
    walk.make_open(body, officer, now, title="始めた案件")
    client.force_login(officer)

    page = client.get(HOME).content.decode()

    assert "始めた案件" in page
    assert "検索の固定" in page
    assert "済んだ案件" not in page.replace("すべての手順が済んだ案件", "")
    assert "すべての手順が済んだ案件：1件" in page


def test_home_takes_as_many_queries_for_three_cases_as_for_one(
    body: LocalGovernment, officer: User, now: datetime, client: Client
) -> None:
    walk.make_ready(body, officer, now, title="案件の一")
    client.force_login(officer)
    client.get(HOME)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)

    walk.make_ready(body, officer, now, title="案件の二")
    walk.make_ready(body, officer, now, title="案件の三")
    with CaptureQueriesContext(connection) as three:
        page = client.get(HOME).content.decode()

    assert [name in page for name in ("案件の一", "案件の二", "案件の三")] == [True] * 3
    assert len(three) == len(one)
