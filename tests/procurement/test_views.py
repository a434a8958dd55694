"""The pages of a body as a whole: its population, its thresholds, its officers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.models import BodyThreshold, Officer
from tests import make
from tests.reader import day

SETTINGS = "/procurement/body/"
OFFICERS = "/procurement/body/officers/"
POPULATION: dict[str, Any] = {"population": "111222", **day("population_as_of", "2026-10-01")}
THRESHOLD: dict[str, Any] = {
    "contract_category": "other",
    "amount_yen": "800,000",
    **day("effective_from", "2025-10-01"),
    "source": "会津若松市契約規則第20条",
}
APPOINTED: dict[str, Any] = {
    "email": "Visitor@example.jp",
    "department": "財政課",
    "level": "plan",
}


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def recorded() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the trail: what was done, by whom, with what facts."""
    return [(event.action, event.actor, event.data) for event in AuditEvent.objects.order_by("pk")]


def test_a_population_is_recorded_by_form(body: LocalGovernment, officer: User) -> None:
    response = signed_in(officer).post(SETTINGS, POPULATION)

    body.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, SETTINGS)
    assert (body.population, body.population_as_of) == (111_222, date(2026, 10, 1))
    assert recorded() == [
        (
            "procurement.population_recorded",
            officer.email,
            {"population": 111_222, "as_of": "2026-10-01"},
        )
    ]


def test_a_threshold_is_set_by_form(officer: User) -> None:
    response = signed_in(officer).post(SETTINGS, THRESHOLD)

    assert (response.status_code, response.headers["Location"]) == (302, SETTINGS)
    assert BodyThreshold.objects.get().amount_yen == 800_000
    assert recorded() == [
        (
            "procurement.threshold_set",
            officer.email,
            {
                "body": "072028",
                "contract_category": "other",
                "amount_yen": 800_000,
                "effective_from": "2025-10-01",
                "source": "会津若松市契約規則第20条",
            },
        )
    ]


@pytest.mark.parametrize(
    ("stated", "field", "said"),
    [
        ({**POPULATION, "population": "20000001"}, "population", "2,000万人以下"),
        (
            {**POPULATION, **day("population_as_of", "2099-01-01")},
            "population_as_of",
            "未来の日付です",
        ),
        ({**THRESHOLD, "amount_yen": "1000001"}, "amount_yen", "上限（1000000円）を超えています"),
        ({**THRESHOLD, "source": ""}, "source", "必須"),
    ],
)
def test_what_is_refused_is_said_at_its_field(
    officer: User, stated: dict[str, Any], field: str, said: str
) -> None:
    response = signed_in(officer).post(SETTINGS, stated)

    forms = (response.context["population_form"], response.context["threshold_form"])
    errors = {name: row for form in forms for name, row in form.errors.items()}
    assert response.status_code == 422
    assert list(errors) == [field]
    assert said in errors[field][0]
    assert errors[field][0] in response.content.decode()
    assert recorded() == []


@pytest.mark.parametrize("address", [SETTINGS, OFFICERS])
def test_an_empty_form_is_refused_at_its_fields(officer: User, address: str) -> None:
    response = signed_in(officer).post(address)

    assert response.status_code == 422
    assert "この項目は必須です" in response.content.decode()
    assert recorded() == []


@pytest.mark.parametrize("address", ["/procurement/", SETTINGS, OFFICERS])
def test_a_page_answers_head_as_it_answers_get(officer: User, address: str) -> None:
    response = signed_in(officer).head(address)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(("level", "stated"), [("view", POPULATION), ("plan", THRESHOLD)])
@pytest.mark.parametrize("empty", [False, True], ids=["filled in", "hardly filled in"])
def test_what_goes_too_far_for_an_officer_is_forbidden(
    body: LocalGovernment, level: str, stated: dict[str, Any], *, empty: bool
) -> None:
    client = signed_in(make.make_officer(body, f"{level}@example.jp", level=level))
    sent = dict.fromkeys(stated, "") if empty else stated

    assert client.get(SETTINGS).status_code == 200
    assert client.post(SETTINGS, sent).status_code == 403
    assert recorded() == []


def test_somebody_is_appointed_by_address(officer: User, visitor: User) -> None:
    response = signed_in(officer).post(OFFICERS, APPOINTED)

    appointed = Officer.objects.get(user=visitor)
    assert (response.status_code, response.headers["Location"]) == (302, OFFICERS)
    assert (appointed.body_id, appointed.level, appointed.department) == (
        "072028",
        "plan",
        "財政課",
    )
    assert recorded() == [
        (
            "procurement.officer_appointed",
            officer.email,
            {
                "body": "072028",
                "user": visitor.email,
                "level": {"before": "", "after": "plan"},
                "department": "財政課",
            },
        )
    ]


def test_an_officers_level_is_changed(body: LocalGovernment, officer: User) -> None:
    client = signed_in(officer)
    planner = make.make_officer(body, "planner@example.jp", level="plan")
    asked = Officer.objects.get(user=planner).pk

    form = client.get(OFFICERS, {"officer": asked}).context["form"]
    response = client.post(OFFICERS, {**form.initial, "level": "approve"})

    assert form.initial == {
        "email": "planner@example.jp",
        "department": "総務課",
        "level": "plan",
    }
    assert response.status_code == 302
    assert Officer.objects.get(user=planner).level == "approve"
    assert [event[2]["level"] for event in recorded()] == [{"before": "plan", "after": "approve"}]


@pytest.mark.parametrize("asked", ["x", "0", "9" * 40, "\ud800"])
def test_an_officer_who_is_not_there_is_not_filled_in(officer: User, asked: str) -> None:
    value = asked.encode("utf-8", "surrogatepass")

    form = signed_in(officer).get(OFFICERS, {"officer": value}).context["form"]

    assert form.initial == {"level": "view"}


def test_an_officer_of_another_body_is_neither_shown_nor_filled_in(
    officer: User, other_officer: User
) -> None:
    asked = Officer.objects.get(user=other_officer).pk

    response = signed_in(officer).get(OFFICERS, {"officer": asked})

    assert response.context["form"].initial == {"level": "view"}
    assert other_officer.email not in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"email": "nobody@example.jp"},
            "email",
            "「nobody@example.jp」で登録し、確認のメールを開いた人がいません",
        ),
        ({"email": "not an address"}, "email", "メールアドレス"),
        ({"email": "officer@example.jp"}, "level", "決裁の権限を持つ職員がほかにいません"),
        ({"level": "emperor"}, "level", "選択"),
        ({"department": "総" * 61}, "department", "60"),
        ({"department": "総\x1b"}, "department", "文字"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused_at_its_field(
    officer: User, visitor: User, changes: dict[str, str], field: str, said: str
) -> None:
    response = signed_in(officer).post(OFFICERS, {**APPOINTED, **changes})

    errors = response.context["form"].errors
    assert response.status_code == 422
    assert list(errors) == [field]
    assert said in errors[field][0]
    assert Officer.objects.count() == 1
    assert recorded() == []


def test_somebody_whose_account_is_closed_is_not_appointed(officer: User, visitor: User) -> None:
    visitor.is_active = False
    visitor.save()

    response = signed_in(officer).post(OFFICERS, APPOINTED)

    assert list(response.context["form"].errors) == ["email"]
    assert not Officer.objects.filter(user=visitor).exists()


def test_who_steps_back_from_approving_is_led_away(body: LocalGovernment, officer: User) -> None:
    make.make_officer(body, "second@example.jp", level="approve")

    response = signed_in(officer).post(
        OFFICERS, {"email": officer.email, "department": "", "level": "view"}
    )

    assert response.headers["Location"] == reverse("procurement:body-home")
    assert Officer.objects.get(user=officer).level == "view"


@pytest.mark.parametrize("level", ["view", "plan"])
def test_only_who_approves_sees_and_appoints_officers(
    body: LocalGovernment, visitor: User, level: str
) -> None:
    client = signed_in(make.make_officer(body, f"{level}@example.jp", level=level))

    assert client.get(OFFICERS).status_code == 403
    assert client.post(OFFICERS, APPOINTED).status_code == 403
    assert OFFICERS not in client.get("/procurement/").content.decode()
    assert not Officer.objects.filter(user=visitor).exists()


@pytest.mark.parametrize("asked", ["", "141003", "072028x", "0720\x0028", "９"])
def test_a_body_for_which_one_does_not_work_is_not_chosen(
    officer: User, other_officer: User, asked: str
) -> None:
    client = signed_in(officer)

    assert client.post("/procurement/body/choose/", {"body": asked}).status_code == 404
    assert "会津若松市の調達" in client.get("/procurement/").content.decode()


def test_an_officer_of_two_bodies_goes_on_with_the_chosen_one(
    officer: User, other_officer: User
) -> None:
    Officer.objects.create(user=officer, body_id="141003", level="view")
    client = signed_in(officer)

    response = client.post("/procurement/body/choose/", {"body": "141003"})

    assert response.headers["Location"] == "/procurement/"
    assert "横浜市の調達" in client.get("/procurement/").content.decode()
    assert client.post(SETTINGS, POPULATION).status_code == 403


@pytest.mark.parametrize("address", [SETTINGS, OFFICERS])
def test_who_works_for_no_body_finds_nothing_and_who_is_not_signed_in_is_asked_to(
    visitor: User, address: str
) -> None:
    assert signed_in(visitor).get(address).status_code == 404
    assert signed_in(visitor).post(address, APPOINTED).status_code == 404
    for response in (Client().get(address), Client().post(address, APPOINTED)):
        assert response.headers["Location"].startswith("/accounts/login/")


def test_an_officer_of_another_body_appoints_for_their_own_only(
    body: LocalGovernment, visitor: User, other_officer: User
) -> None:
    signed_in(other_officer).post(OFFICERS, APPOINTED)

    assert list(Officer.objects.filter(user=visitor).values_list("body_id", flat=True)) == [
        "141003"
    ]


def test_the_page_asks_as_much_for_three_officers_as_for_one(
    body: LocalGovernment, officer: User
) -> None:
    client, counts = signed_in(officer), []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get(OFFICERS)
        counts.append(len(queries))
        make.make_officer(body, f"officer{number}@example.jp", level="view")

    assert counts[0] == counts[1] == counts[2]


def test_markup_in_a_name_is_shown_as_text(body: LocalGovernment, officer: User) -> None:
    officer.name = "<script>alert(1)</script>"
    officer.save()

    page = signed_in(officer).get(OFFICERS).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
