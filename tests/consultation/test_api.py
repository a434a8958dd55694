"""Consultations over REST: every deed, its refusals, and who reads what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs.consultation import actions
from specs.consultation.models import Comment, Consultation
from tests import make
from tests.conftest import NOW
from tests.consultation.asked import YOKOHAMA, make_comment, make_consultation, make_draft

pytestmark = pytest.mark.django_db
API = "/api/v1/"
COMMENT = {
    "kind": "correction",
    "requirement": "0010001",
    "proposed": "予約を登録し、取り消せること。",
    "reason": "窓口のため。",
}


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def send(person: User | None, address: str, body: Any = None) -> tuple[int, Any]:
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.post(f"{API}{address}", body or {}, content_type="application/json")
    return response.status_code, response.json() if response.content else None


def get(person: User | None, address: str) -> tuple[int, Any]:
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.get(f"{API}{address}")
    return response.status_code, response.json()


def codes(answer: tuple[int, Any]) -> tuple[int, list[str]]:
    return answer[0], [problem["code"] for problem in answer[1]["problems"]]


def test_a_consultation_runs_from_its_opening_to_its_results(
    editor: User, officer: User, other_officer: User, now: datetime
) -> None:
    make_draft(now)
    opened = send(
        editor,
        "specifications/sample/versions/1.1/open-consultation/",
        {"opens_on": "2026-11-23", "closes_on": "2026-11-30", "call": "聞く"},
    )
    assert opened[0] == 201
    assert [each["code"] for each in opened[1]["warnings"]] == ["consultation_is_short"]
    assert opened[1]["consultation"]["standing"] == "open"
    at = f"consultations/{opened[1]['consultation']['id']}/"

    status, comment = send(officer, f"{at}comments/", COMMENT)
    assert status == 201
    assert comment["organisation"] == {"kind": "body", "code": "072028", "name": "会津若松市"}
    assert comment["requirement"]["text"] == "予約を登録できること。"
    said = f"consultation-comments/{comment['id']}/"
    assert send(officer, f"{said}change/", {**COMMENT, "reason": "別", "edition": 1})[0] == 200
    assert send(other_officer, f"{said}endorse/")[1]["endorsements"] == [
        {"kind": "body", "code": "141003", "name": "横浜市"}
    ]
    assert send(other_officer, f"{said}withdraw-endorsement/")[1]["endorsements"] == []
    assert send(other_officer, f"{said}endorse/")[0] == 200
    assert codes(send(officer, f"{said}change/", {**COMMENT, "edition": 2})) == (
        422,
        ["comment_is_endorsed"],
    )

    assert send(editor, f"{at}extend/", {"closes_on": "2026-12-20"})[1]["closes_on"] == "2026-12-20"
    answer = {"outcome": "partly", "reason": "一部", "changed": ["0010001"], "version": "1.1"}
    assert send(editor, f"{said}answer/", answer)[1]["answer"]["changed"] == ["F0010001"]
    assert get(officer, said)[1]["answer"] is None
    assert get(officer, said)[1]["answered"] is True
    assert get(officer, f"{at}results/")[0] == 404
    assert codes(send(editor, f"{at}close/")) == (422, ["consultation_closes_early"])
    assert send(editor, f"{at}close/", {"reason": "早く"})[1]["standing"] == "closed"
    assert send(editor, f"{at}publish-results/")[1]["standing"] == "published"

    status, result = get(None, f"{at}results/")
    assert status == 200
    assert result["consultation"]["comments"] == 1
    (row,) = result["comments"]
    assert (row["answer"]["outcome"], row["answer"]["version"]) == ("partly", "1.1")
    assert officer.email not in str(result)
    sheet = Client().get(f"{API}{at}results/sheet/")
    assert sheet.content.startswith(b"PK")


def test_everybody_lists_consultations_and_comments(now: datetime) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    make_comment(consultation, now, YOKOHAMA, kind="question", key="", proposed="")
    at = f"consultations/{consultation.pk}/"

    assert [each["id"] for each in get(None, "consultations/")[1]["results"]] == [consultation.pk]
    assert get(None, at)[1]["comments"] == 2
    assert get(None, f"{at}comments/?kind=question")[1]["count"] == 1
    assert codes(get(None, f"{at}comments/?kind=praise"))[0] == 400
    assert get(None, "consultations/999/")[0] == 404
    assert get(None, "consultations/999/comments/")[0] == 404


@pytest.mark.parametrize("number", [1, 3])
def test_comments_take_the_same_queries_for_one_and_for_three(
    number: int, now: datetime, client: Client, django_assert_num_queries: Any
) -> None:
    consultation = make_consultation(now)
    for each in range(number):
        make_comment(consultation, now, reason=f"理由{each}")

    with django_assert_num_queries(5):
        client.get(f"{API}consultations/{consultation.pk}/comments/")


def test_who_has_not_signed_in_meets_401_and_who_may_not_403(
    visitor: User, officer: User, other_editor: User, other_officer: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now)
    at, said = f"consultations/{consultation.pk}/", f"consultation-comments/{comment.pk}/"
    of_editors = [
        f"{at}extend/",
        f"{at}close/",
        f"{at}publish-results/",
        f"{said}answer/",
        "specifications/sample/versions/1.1/open-consultation/",
    ]
    of_speakers = [f"{at}comments/", f"{said}endorse/", f"{said}withdraw-endorsement/"]
    before = AuditEvent.objects.count()

    for address in [*of_editors, *of_speakers, f"{said}change/", f"{said}withdraw/"]:
        assert send(None, address)[0] == 401, address
        assert send(visitor, address)[0] == 403, address
    for address in of_editors:
        assert send(officer, address)[0] == 403, address
        assert send(other_editor, address)[0] == 403, address
    for address in (f"{said}change/", f"{said}withdraw/"):
        assert send(other_officer, address)[0] == 403, address
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"reason": "a\x1bb"}, (422, ["text_has_control_character"])),
        ({"reason": ""}, (422, ["request_field_empty"])),
        ({"reason": 5 * [1]}, (422, ["request_not_valid"])),
        ({"kind": "praise"}, (422, ["request_field_unknown_choice"])),
        ({"requirement": "9999999"}, (422, ["comment_requirement_not_asked"])),
        ({"proposed": "長" * 5001}, (422, ["request_field_too_long"])),
        ({"organisation": "141003"}, (422, ["comment_organisation_missing"])),
        ({"kind": "question"}, (422, ["comment_takes_no_wording"])),
    ],
)
def test_a_bad_comment_is_refused(
    changes: dict[str, Any], answer: tuple[int, list[str]], officer: User, now: datetime
) -> None:
    consultation = make_consultation(now)

    found = codes(send(officer, f"consultations/{consultation.pk}/comments/", COMMENT | changes))

    assert found == answer
    assert not Comment.objects.exists()


def test_a_bad_period_is_refused(editor: User, now: datetime) -> None:
    make_draft(now)
    address = "specifications/sample/versions/1.1/open-consultation/"

    assert codes(send(editor, address, {"opens_on": "2026-02-30", "closes_on": 5, "call": ""})) == (
        422,
        ["request_not_valid", "request_not_valid", "request_field_empty"],
    )
    body = {"opens_on": "2026-12-01", "closes_on": "2026-11-30", "call": "a\x07b"}
    assert codes(send(editor, address, body)) == (
        422,
        ["consultation_closes_before_it_opens", "text_has_control_character"],
    )
    assert not Consultation.objects.exists()


def test_a_comment_is_withdrawn(officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    assert send(officer, f"consultation-comments/{comment.pk}/withdraw/") == (204, None)
    assert send(officer, f"consultation-comments/{comment.pk}/withdraw/")[0] == 404
    assert get(None, f"consultation-comments/{comment.pk}/")[0] == 404


def test_an_answer_names_a_version_that_there_is(editor: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)
    body = {"outcome": "adopted", "reason": "理由", "changed": ["0010001"], "version": "9.9"}

    found = codes(send(editor, f"consultation-comments/{comment.pk}/answer/", body))

    assert found == (422, ["answer_names_unknown_version"])


def test_good_practices_are_told_and_taken_back(
    officer: User, representative: User, now: datetime
) -> None:
    make.make_version("sample", "1.0")
    address = "specifications/sample/good-practices/"
    body = {"requirement": "F0010001", "product": "よやくん", "done": "取組", "effect": "効果"}

    assert send(None, address, body)[0] == 401
    assert send(representative, address, body)[0] == 403
    assert codes(send(officer, address, {**body, "consultation": 99})) == (
        422,
        ["good_practice_of_other_consultation"],
    )
    status, made = send(officer, address, body)
    assert (status, made["requirement"]) == (201, "F0010001")
    assert [each["id"] for each in get(None, address)[1]["results"]] == [made["id"]]
    withdraw = f"good-practices/{made['id']}/withdraw/"
    assert send(representative, withdraw)[0] == 403
    assert send(officer, withdraw)[0] == 204
    assert get(None, address)[1]["count"] == 0


def test_a_version_is_published_with_a_reason_over_unanswered_comments(
    editor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    actions.close_consultation(consultation, reason="終わり", by=None, at=now)
    address = "specifications/sample/versions/1.1/publish/"

    assert codes(send(editor, address)) == (422, ["version_has_unanswered_comments"])
    assert send(editor, address, {"reason": "施行日のため"})[1]["state"] == "published"
