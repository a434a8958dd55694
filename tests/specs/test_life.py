"""The life of a version: what it is on a day, where it may go, and how it ends."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs import rules
from specs.models import SpecificationVersion, Withdrawal
from tests import make

TODAY = date(2026, 11, 23)
PAST, COMING = date(2026, 10, 1), date(2027, 4, 1)
PAGE = "/specifications/sample/1.0/"
API = "/api/v1/specifications/sample/versions/1.0/withdraw/"
STATES = ("draft", "in_consultation", "published", "withdrawn")
MOVES = {
    ("draft", "in_consultation"),
    ("draft", "published"),
    ("in_consultation", "draft"),
    ("published", "withdrawn"),
}
REASON = {"reason": "第2.0版に統合したため。", "notice": "第2.0版で表明し直してください。"}


@pytest.mark.parametrize(("state", "to"), [*itertools.product(STATES, STATES)])
def test_a_version_moves_by_the_table_alone(state: str, to: str) -> None:
    assert rules.may_move(state, to) is ((state, to) in MOVES)
    assert (not list(rules.move_problems("1.0", state, to))) is ((state, to) in MOVES)


@pytest.mark.parametrize(
    ("state", "in_force_on", "later", "standing"),
    [
        ("draft", None, [], "draft"),
        ("in_consultation", None, [PAST], "in_consultation"),
        ("published", COMING, [], "published"),
        ("published", TODAY, [], "in_force"),
        ("published", PAST, [], "in_force"),
        ("published", PAST, [COMING], "in_force"),
        ("published", PAST, [TODAY], "superseded"),
        ("published", COMING, [PAST], "superseded"),
        ("published", PAST, [None], "in_force"),
        ("withdrawn", PAST, [], "withdrawn"),
        ("withdrawn", PAST, [PAST], "withdrawn"),
    ],
)
def test_what_a_version_is_on_a_day(
    state: str, in_force_on: date | None, later: list[date | None], standing: str
) -> None:
    assert rules.standing(state, in_force_on, TODAY, later=later) == standing


def stand(day: date = TODAY) -> dict[str, str]:
    """Return what each version is on a day."""
    versions = SpecificationVersion.objects.standing_on(day)
    return {version.number: version.standing for version in versions}


def test_a_later_version_takes_over_when_it_is_in_force(db: None) -> None:
    make.make_version(published_on=PAST)
    make.make_version(number="2.0", published_on=date(2026, 11, 1), in_force_on=COMING)
    make.make_version(number="3.0", published_on=date(2026, 11, 20), state="draft")

    assert stand() == {"1.0": "in_force", "2.0": "published", "3.0": "draft"}
    assert stand(COMING) == {"1.0": "superseded", "2.0": "in_force", "3.0": "draft"}


def test_when_a_version_is_withdrawn_the_one_before_is_in_force_again(
    client: Client, editor: User
) -> None:
    make.make_version(published_on=PAST)
    make.make_version(number="2.0", published_on=date(2026, 11, 1))
    client.force_login(editor)

    client.post("/specifications/sample/2.0/withdraw/", REASON)

    assert stand() == {"1.0": "in_force", "2.0": "withdrawn"}
    page = client.get("/specifications/sample/2.0/").content.decode()
    assert REASON["reason"] in page
    assert REASON["notice"] in page
    assert "施行中の第1.0版を読む" in page
    told = client.get("/api/v1/specifications/sample/versions/2.0/").json()
    assert (told["standing"], told["withdrawal"]["reason"]) == ("withdrawn", REASON["reason"])
    assert [each.action for each in AuditEvent.objects.order_by("id")] == [
        "specs.version_withdrawn"
    ]


@pytest.mark.parametrize(
    ("state", "body", "code"),
    [
        ("draft", REASON, "version_is_a_draft"),
        ("in_consultation", REASON, "version_is_in_consultation"),
        ("withdrawn", REASON, "version_is_withdrawn"),
        ("published", {"reason": " "}, "request_field_empty"),
        ("published", {"reason": "理\x07由"}, "text_has_control_character"),
        ("published", {"reason": "理" * 301}, "request_field_too_long"),
    ],
)
def test_a_withdrawal_that_is_refused_changes_nothing(
    state: str, body: dict[str, str], code: str, client: Client, editor: User
) -> None:
    make.make_version(state=state)
    client.force_login(editor)

    answer = client.post(API, json.dumps(body), content_type="application/json")

    assert [each["code"] for each in answer.json()["problems"]] == [code]
    assert client.post(f"{PAGE}withdraw/", body).status_code == 422
    assert not Withdrawal.objects.exists()
    assert SpecificationVersion.objects.get().state == state


def test_only_the_authoritys_editors_withdraw(client: Client, officer: User) -> None:
    make.make_version()

    assert client.post(f"{PAGE}withdraw/", REASON).status_code == 302
    client.force_login(officer)
    assert client.get(f"{PAGE}withdraw/").status_code == 403
    assert client.post(f"{PAGE}withdraw/", REASON).status_code == 403
    answer = client.post(API, json.dumps(REASON), content_type="application/json")
    assert answer.status_code == 403
    assert stand() == {"1.0": "in_force"}


def test_an_older_version_leads_to_the_one_in_force(client: Client, db: None) -> None:
    make.make_version(published_on=PAST)
    make.make_version(number="2.0", published_on=date(2026, 11, 1), transition="猶予する。")

    old, new = (client.get(f"/specifications/sample/{n}/").content.decode() for n in ("1.0", "2.0"))
    one = client.get("/specifications/sample/1.0/F0010001/").content.decode()

    assert "この版は旧版です" in old
    assert "この版は旧版です" in one
    assert '<a href="/specifications/sample/2.0/">第2.0版を読む</a>' in old
    assert "この版は旧版です" not in new
    assert "猶予する。" in new


def test_a_draft_in_consultation_is_read_by_all_and_claimed_by_nobody(
    client: Client, representative: User, vendor: Any
) -> None:
    make.make_version(state="in_consultation")
    release = make.make_release(make.make_product(vendor))

    page = client.get(PAGE).content.decode()
    client.force_login(representative)
    claimed = client.post(
        "/api/v1/claims/drafts/",
        json.dumps({"release": release.pk, "specification": "urn:dmp:spec:sample:1.0"}),
        content_type="application/json",
    )

    assert "公表前の案です。意見照会のため、だれでも読めます。" in page
    assert claimed.status_code == 422


def test_due_dates_are_counted_by_group(client: Client, db: None) -> None:
    make.make_version()

    page = client.get(PAGE).content.decode()

    assert "一般の団体" in page
    assert "指定都市" in page
    assert "2027年4月1日（令和9年4月1日）</th>" in page


@pytest.mark.parametrize(
    "change", ["state = 'draft'", "state = 'in_consultation'", "number = '9.9'", "digest = ''"]
)
def test_the_database_refuses_to_move_a_published_version_back(change: str, db: None) -> None:
    version = make.make_version()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE specs_specificationversion SET {change} WHERE id = %s", [version.pk]
        )


@pytest.mark.parametrize("number", [1, 6])
def test_queries_do_not_grow_with_versions(
    number: int, client: Client, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        make.make_version(number=f"1.{each}", published_on=date(2026, 1, 1 + each))

    with django_assert_num_queries(6 if number > 1 else 5):
        client.get(PAGE)
    with django_assert_num_queries(4):
        client.get("/specifications/sample/")
