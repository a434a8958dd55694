"""Cases over REST: the same deeds, the same refusals, with their codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from procurement.cases.models import Case, LockedSearch
from procurement.documents.models import Paper
from tests import make
from tests.cases import walk

ROOT = "/api/v1/cases/"


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, data: Any) -> tuple[int, Any]:
    """Post JSON and return status and body."""
    answer = client.post(path, data, content_type="application/json")
    return answer.status_code, answer.json()


def codes(body: Any) -> list[str]:
    """Return the codes of a problem list."""
    return [problem["code"] for problem in body["problems"]]


def test_a_case_is_walked_over_rest(body: LocalGovernment, officer: User, now: datetime) -> None:
    version, _offers = walk.make_country()
    client = signed_in(officer)

    status, case = post(client, ROOT, {"title": "予約更改", "version": version.urn})
    assert (status, case["steps"][0]["state"]) == (201, "open")
    path = f"{ROOT}{case['id']}/"
    status, case = post(client, f"{path}lock-search/", {"query": "", "edition": case["edition"]})
    assert (status, len(case["search"]["candidates"])) == (200, 3)
    for row in case["search"]["candidates"]:
        chosen = row["facts"]["product"]["name"] == "よやくん"
        deed = "choose-candidate" if chosen else "drop-candidate"
        status, case = post(
            client,
            f"{path}{deed}/",
            {"candidate": row["id"], "reason": walk.REASON, "edition": case["edition"]},
        )
        assert status == 200
    status, case = post(
        client,
        f"{path}particulars/",
        {"particulars": walk.PARTICULARS, "edition": case["edition"]},
    )
    assert case["particulars"] == walk.PARTICULARS
    status, case = post(
        client,
        f"{path}decide-method/",
        {
            "contract_category": "other",
            "method": "direct_other",
            "clause": "2",
            "edition": case["edition"],
        },
    )
    assert case["method_grounds"]["clause_law"] == "地方自治法施行令第167条の2第1項第2号"
    lacking = client.get(f"{path}paper-problems/", {"kind": "comparison_table"}).json()
    assert lacking == {"problems": []}
    status, paper = post(
        client, f"{path}issue-paper/", {"kind": "comparison_table", "edition": case["edition"]}
    )
    assert (status, paper["sha256"]) == (201, Paper.objects.get().sha256)
    assert client.get(ROOT).json()["count"] == 1


@pytest.mark.parametrize(
    ("deed", "data", "status", "found"),
    [
        ("lock-search", {"query": "", "edition": 3}, 422, ["case_search_locked_already"]),
        ("drop-candidate", {"candidate": 999999, "reason": "x", "edition": 1}, 404, None),
        (
            "particulars",
            {"particulars": {"favourite": 1}, "edition": 2},
            422,
            ["value_not_known"],
        ),
        ("particulars", {"particulars": [], "edition": 2}, 422, ["request_not_valid"]),
        ("particulars", {"particulars": {}, "edition": 99}, 422, ["changed_meanwhile"]),
        (
            "decide-method",
            {"contract_category": "other", "method": "open_bid", "edition": 2},
            422,
            ["case_amount_missing"],
        ),
        ("issue-paper", {"kind": "letter", "edition": 2}, 422, ["paper_kind_unknown"]),
        ("issue-paper", {"kind": "comparison_table"}, 422, ["request_field_missing"]),
    ],
)
def test_a_refusal_says_why(
    body: LocalGovernment,
    officer: User,
    now: datetime,
    deed: str,
    data: dict[str, Any],
    status: int,
    found: list[str] | None,
) -> None:
    case = walk.make_locked(body, officer, now)

    answered, said = post(signed_in(officer), f"{ROOT}{case.pk}/{deed}/", data)

    assert answered == status
    assert found is None or codes(said) == found
    assert walk.fresh(case).edition == case.edition


def test_a_problem_of_particulars_points_into_the_body(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    _status, said = post(
        signed_in(officer),
        f"{ROOT}{case.pk}/particulars/",
        {"particulars": {"scale": [{"label": "施設"}]}, "edition": 1},
    )

    assert [problem["pointer"] for problem in said["problems"]] == ["/particulars/scale/0/value"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"title": "予約", "version": "urn:dmp:spec:none:1.0"}, ["case_version_unknown"]),
        ({"title": "予約", "version": "x"}, ["case_version_unknown"]),
        (
            {"title": "予約", "version": "urn:dmp:spec:sample:1.0", "plan": 99},
            ["case_plan_unknown"],
        ),
        ({"title": "予約"}, ["request_field_missing"]),
    ],
)
def test_a_case_that_cannot_be_opened_is_refused(
    officer: User, data: dict[str, Any], found: list[str]
) -> None:
    make.make_version()

    status, said = post(signed_in(officer), ROOT, data)

    assert (status, codes(said)) == (422, found)
    assert not Case.objects.exists()


def test_an_officer_of_another_body_finds_nothing(
    body: LocalGovernment, officer: User, other_officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)
    client = signed_in(other_officer)

    assert client.get(ROOT).json()["results"] == []
    assert client.get(f"{ROOT}{case.pk}/").status_code == 404
    for deed in ("lock-search", "particulars", "decide-method", "issue-paper"):
        assert post(client, f"{ROOT}{case.pk}/{deed}/", {})[0] == 404


def test_who_only_views_reads_and_changes_nothing(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)
    client = signed_in(make.make_officer(body, "viewer@example.jp", level="view"))

    status, said = post(client, f"{ROOT}{case.pk}/lock-search/", {"query": "", "edition": 1})

    assert client.get(f"{ROOT}{case.pk}/").status_code == 200
    assert (status, codes(said)) == (403, ["request_not_allowed"])
    assert not LockedSearch.objects.exists()


@pytest.mark.django_db
def test_nobody_is_asked_to_sign_in() -> None:
    assert Client().get(ROOT).status_code in {401, 403}


def test_problems_are_said_in_the_readers_language(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    said = signed_in(officer).get(f"{ROOT}{case.pk}/", headers={"accept-language": "en"}).json()

    assert said["steps"][0]["missing"][0]["message"].startswith("The search is not locked yet.")
