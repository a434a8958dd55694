"""A body as a whole over REST: the same deeds, refusals and words as its pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.models import BodyThreshold, Officer
from tests import make

BODY = "/api/v1/bodies/072028/"
DEEDS: dict[str, dict[str, Any]] = {
    "record-population": {"population": 111_222, "population_as_of": "2026-10-01"},
    "set-threshold": {
        "contract_category": "other",
        "amount_yen": 800_000,
        "effective_from": "2025-10-01",
        "source": "会津若松市契約規則第20条",
    },
    "appoint-officer": {"email": "visitor@example.jp", "level": "plan", "department": "財政課"},
}


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def tell(client: Client, deed: str, **changes: Any) -> Any:
    """Do a deed; return the response."""
    stated = {**DEEDS[deed], **changes}
    return client.post(f"{BODY}{deed}/", stated, content_type="application/json")


def recorded() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the trail: what was done, by whom, with what facts."""
    return [(event.action, event.actor, event.data) for event in AuditEvent.objects.order_by("pk")]


def test_a_body_is_shown_with_what_its_officer_may(body: LocalGovernment) -> None:
    client = signed_in(make.make_officer(body, "view@example.jp", level="view"))
    shown = {
        "code": "072028",
        "name": "会津若松市",
        "prefecture": "福島県",
        "category": "city",
        "population": 110_000,
        "population_as_of": "2026-01-01",
        "level": "view",
        "thresholds": [],
    }

    assert client.get(BODY).json() == shown
    assert client.get("/api/v1/bodies/").json()["results"] == [shown]


def test_a_population_is_recorded(officer: User) -> None:
    response = tell(signed_in(officer), "record-population")

    said = response.json()
    assert response.status_code == 200
    assert (said["population"], said["population_as_of"]) == (111_222, "2026-10-01")
    assert recorded() == [
        (
            "procurement.population_recorded",
            officer.email,
            {"population": 111_222, "as_of": "2026-10-01"},
        )
    ]


def test_a_threshold_is_set_and_shown(officer: User) -> None:
    client = signed_in(officer)

    response = tell(client, "set-threshold")

    stated = DEEDS["set-threshold"]
    assert (response.status_code, response.json()) == (200, stated)
    assert client.get(BODY).json()["thresholds"] == [stated]
    assert recorded() == [
        ("procurement.threshold_set", officer.email, {"body": "072028", **stated})
    ]


def test_an_officer_is_appointed_and_their_level_changed(officer: User, visitor: User) -> None:
    client = signed_in(officer)

    first = tell(client, "appoint-officer", email="VISITOR@example.jp")
    second = client.post(
        f"{BODY}appoint-officer/",
        {"email": visitor.email, "level": "approve"},
        content_type="application/json",
    )

    said = {"email": visitor.email, "name": "", "department": "財政課"}
    assert (first.status_code, first.json()) == (200, {**said, "level": "plan"})
    assert (second.status_code, second.json()) == (200, {**said, "level": "approve"})
    assert client.get(f"{BODY}officers/").json() == {
        "officers": [
            {"email": officer.email, "name": "", "department": "総務課", "level": "approve"},
            {**said, "level": "approve"},
        ]
    }
    assert recorded() == [
        (
            "procurement.officer_appointed",
            officer.email,
            {
                "body": "072028",
                "user": visitor.email,
                "level": {"before": before, "after": after},
                "department": "財政課",
            },
        )
        for before, after in (("", "plan"), ("plan", "approve"))
    ]


@pytest.mark.parametrize(
    ("deed", "changes", "pointer", "code"),
    [
        ("record-population", {"population": 0}, "/population", "population_not_plausible"),
        (
            "record-population",
            {"population_as_of": "2099-01-01"},
            "/population_as_of",
            "population_date_in_future",
        ),
        ("record-population", {"population": "many"}, "/population", "request_not_valid"),
        ("set-threshold", {"amount_yen": 1_000_001}, "/amount_yen", "threshold_over_ceiling"),
        ("set-threshold", {"source": ""}, "/source", "threshold_without_source"),
        ("set-threshold", {"source": "規" * 201}, "/source", "request_field_too_long"),
        (
            "set-threshold",
            {"contract_category": "rocket"},
            "/contract_category",
            "threshold_category_unknown",
        ),
        ("appoint-officer", {"email": "nobody@example.jp"}, "/email", "person_not_registered"),
        ("appoint-officer", {"email": "x"}, "/email", "request_not_valid"),
        ("appoint-officer", {"email": "officer@example.jp"}, "/level", "officer_last_approver"),
        ("appoint-officer", {"level": "emperor"}, "/level", "request_field_unknown_choice"),
        ("appoint-officer", {"department": "\x1b"}, "/department", "text_has_control_character"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    officer: User, visitor: User, deed: str, changes: dict[str, Any], pointer: str, code: str
) -> None:
    response = tell(signed_in(officer), deed, **changes)

    said = [(row["pointer"], row["code"]) for row in response.json()["problems"]]
    assert (response.status_code, said) == (422, [(pointer, code)])
    assert recorded() == []
    assert not BodyThreshold.objects.exists()
    assert Officer.objects.count() == 1


@pytest.mark.parametrize(
    ("level", "may"),
    [("view", set()), ("plan", {"record-population"}), ("approve", set(DEEDS))],
)
def test_who_may_go_how_far(
    body: LocalGovernment, visitor: User, level: str, may: set[str]
) -> None:
    client = signed_in(make.make_officer(body, f"{level}@example.jp", level=level))

    assert {deed: tell(client, deed).status_code for deed in DEEDS} == {
        deed: 200 if deed in may else 403 for deed in DEEDS
    }
    assert client.get(f"{BODY}officers/").status_code == (200 if level == "approve" else 403)
    assert len(recorded()) == len(may)


def test_another_bodys_officer_finds_nothing(
    body: LocalGovernment, officer: User, other_officer: User, visitor: User
) -> None:
    for client in (signed_in(other_officer), signed_in(visitor)):
        assert {deed: tell(client, deed).status_code for deed in DEEDS} == dict.fromkeys(DEEDS, 404)
        assert client.get(BODY).status_code == 404
        assert client.get(f"{BODY}officers/").status_code == 404
    assert [
        row["code"] for row in signed_in(other_officer).get("/api/v1/bodies/").json()["results"]
    ] == ["141003"]
    assert signed_in(visitor).get("/api/v1/bodies/").json()["results"] == []
    assert recorded() == []


def test_who_is_not_signed_in_is_asked_to(body: LocalGovernment) -> None:
    client = Client()

    assert {deed: tell(client, deed).status_code for deed in DEEDS} == dict.fromkeys(DEEDS, 401)
    for address in ("/api/v1/bodies/", BODY, f"{BODY}officers/"):
        assert client.get(address).status_code == 401


def test_a_list_asks_as_much_for_three_as_for_one(body: LocalGovernment, officer: User) -> None:
    client, counts = signed_in(officer), []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/bodies/")
            client.get(f"{BODY}officers/")
        counts.append(len(queries))
        other = make.make_body(f"07000{number}", "town", f"町{number}")
        BodyThreshold.objects.create(
            body=other,
            contract_category="other",
            amount_yen=500_000,
            effective_from="2025-04-01",
            source="規則",
        )
        Officer.objects.create(user=officer, body=other, level="view")
        make.make_officer(body, f"officer{number}@example.jp", level="view")

    assert counts[0] == counts[1] == counts[2]


def test_the_document_names_every_door_with_its_answers(client: Client, db: None) -> None:
    paths = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["paths"]

    door = "/api/v1/bodies/{code}/"
    said = {
        f"{method} {path.removeprefix(door)}": set(operation["responses"])
        for path, item in paths.items()
        if path.startswith(door)
        for method, operation in item.items()
    }
    refusals = {"400", "401", "403", "404", "405", "406"}
    deeds = {f"post {deed}/": {"200", *refusals, "413", "415", "422"} for deed in DEEDS}
    deeds["post dismiss-officer/"] = {"204", *refusals, "413", "415", "422"}
    assert said == {"get ": {"200", *refusals}, "get officers/": {"200", *refusals}, **deeds}
