"""Who may enter where: every address, every role, what it answers.

``doors.txt`` is the table, one line a door and method, one column a role; "login" is a redirect to
the sign-in page. POST sends what would do if one were allowed (``doors.sent``), else nothing. After
adding a door run this test: it writes the answers to ``var/doors.txt``. Judge every new line before
you take it over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from marketplace.accounts.models import User
from tests import world
from tests.conftest import NOW
from tests.house import doors

PLACE = Path(__file__).parent / "doors.txt"
Answers = dict[tuple[str, str], list[str]]
OF_A_BODY = ("cases:", "contracts:", "documents:", "switchover:")
OF_A_BODY_BY_API = tuple(
    f"api/v1/{noun}/" for noun in ("bodies", "cases", "contracts", "papers", "plans")
)


def written(answers: Answers) -> str:
    """Write the table."""
    wide = max(len(name) for name, _method in answers)
    lines = [" ".join([" " * wide, "    ", *(f"{role:9}" for role in doors.ROLES)])]
    for (name, method), row in sorted(answers.items()):
        cells = [f"{cell:9}" for cell in row]
        lines.append(" ".join([f"{name.replace(' ', '_'):{wide}}", f"{method:4}", *cells]))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def read() -> Answers:
    """Read the table."""
    head, *lines = PLACE.read_text(encoding="utf-8").splitlines()
    assert tuple(head.split()) == doors.ROLES
    rows = (line.split() for line in lines)
    return {(name, method): row for name, method, *row in rows}


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    """Try every door on the same day."""
    with time_machine.travel(NOW):
        yield


def test_every_address_stands_in_the_table() -> None:
    known = {name for name, _method in read() if not name.endswith("_of_a_draft")}

    assert sorted(doors.patterns()) == sorted(known)


@pytest.mark.django_db
def test_every_door_answers_every_role_as_the_table_says(now: datetime) -> None:
    told = world.tell(now)
    doors.make_draft(told, now)
    people = {role: _cookies(person) for role, person in doors.people(told).items()}
    bodies = doors.sent(told)
    answers: Answers = {}

    for name, address in doors.addresses(told).items():
        body = bodies.get(name, {})
        for method in ("get", "post"):
            answers[name.replace(" ", "_"), method.upper()] = [
                _answer(people[role], method, address, body) for role in doors.ROLES
            ]

    place = Path(settings.VAR_DIR) / "doors.txt"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(written(answers), encoding="utf-8")
    assert written(answers) == PLACE.read_text(encoding="utf-8")


def test_no_door_answers_with_a_fault_of_ours() -> None:
    assert [key for key, row in read().items() if any(cell.startswith("5") for cell in row)] == []


def test_what_belongs_to_a_body_is_there_for_its_own_officers_only() -> None:
    """Others get 404 as if it were not there, visitors are asked to sign in.

    A list over REST is empty for others (200), and a plan that is named in a body of JSON is as
    unknown to them as one that never was (422).
    """
    said: dict[tuple[str, str], set[str]] = {}
    for (name, method), row in read().items():
        answers = dict(zip(doors.ROLES, row, strict=True))
        if name.startswith(OF_A_BODY + OF_A_BODY_BY_API) and answers["visitor"] != "405":
            assert answers["visitor"] == ("401" if name.startswith("api/") else "login"), name
            others = {"nobody", "vendor", "rival", "editor", "stranger"}
            if "pk>" in doors.patterns()[name] or "<code>" in doors.patterns()[name]:
                others.add("elsewhere")
            said[name, method] = {answers[role] for role in others}

    assert len(said) > 40
    assert {key: others for key, others in said.items() if not others <= {"404", "405"}} == {
        **{(name, "GET"): {"200"} for name in OF_A_BODY_BY_API},
        ("api/v1/cases/", "POST"): {"422"},
    }


@pytest.mark.django_db
def test_a_list_over_rest_is_empty_for_others(now: datetime) -> None:
    told = world.tell(now)
    people = {role: _cookies(person) for role, person in doors.people(told).items()}

    for role in ("nobody", "vendor", "rival", "editor", "stranger"):
        for name in OF_A_BODY_BY_API:
            client = Client()
            client.cookies.load(people[role])
            assert client.get(f"/{name}").json()["count"] == 0, (role, name)


def test_who_views_changes_nothing() -> None:
    """An officer who may only view meets 403 at every deed that one who approves may do."""
    deeds = [
        (name, row)
        for (name, method), row in read().items()
        if method == "POST" and name.startswith((*OF_A_BODY, *OF_A_BODY_BY_API))
    ]
    at = doors.ROLES.index("viewer")

    assert {name: row[at] for name, row in deeds if row[at] not in {"403", "405"}} == {}


def _cookies(person: User | None) -> dict[str, str]:
    """Sign somebody in, and return what the browser keeps."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _answer(cookies: dict[str, str], method: str, address: str, body: dict[str, Any]) -> str:
    """Ask at one door; whatever the answer did is undone."""
    client = Client()
    client.cookies.load(cookies)
    with transaction.atomic():
        if method == "get":
            response = client.get(address)
        elif address.startswith("/api/"):
            response = client.post(address, json.dumps(body), content_type="application/json")
        else:
            response = client.post(address, {"csrfmiddlewaretoken": "-", **body})
        transaction.set_rollback(True)
    if response.status_code == 302 and "/accounts/login" in response.headers["Location"]:
        return "login"
    return str(response.status_code)
