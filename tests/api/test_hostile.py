"""Hostile input at every door that takes something: REST bodies, page forms, uploads.

Everything is sent by people who may do the deed, so that nothing but the input stands in the way.
No answer is a fault of ours; what cannot be is refused and stores nothing; what is only strange is
kept as text and shown as text.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from tests import world
from tests.conftest import NOW
from tests.house import doors

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script>"
# What stands in the place of one value: what must be refused, and what may be kept.
REFUSED_TEXTS = {"nul": "a\0b", "lone surrogate": "a\ud800b", "control": "a\x1bb"}
STRANGE_TEXTS = {
    "markup": MARKUP + "=1+1",
    "empty": "",
    "long": "長" * 20_000,
    "no such day": "2027-02-29",
    "far day": "99999-12-31",
}
NUMBERS = {
    "negative": -1,
    "float": 1.5,
    "huge": 10**30,
    "text": "12",
    "true": True,
    "null": None,
    "list": [],
    "object": {},
}
BROKEN = {
    "not json": b"<html>",
    "nul byte": b'{"a": "\0"}',
    "nul": b'{"a": "\\u0000"}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "surrogate name": b'{"\\udfff": 1}',
    "nested": b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "huge number": b'{"a": 1' + b"0" * 5000 + b"}",
    "huge exponent": b'{"a": 1e999999999}',
    "twice": b'{"a": 1, "a": 2}',
    "not a number": b'{"a": NaN}',
    "infinite": b'{"a": -Infinity}',
    "latin": b'{"a": "\xff"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "text": b'"text"',
    "array": b"[]",
    "null": b"null",
}
DEEDS_OF_BODIES = ("good-practices", "practice-", "comment-change", "comments/<pk>/change")
DEEDS_OF_EDITORS = ("-open", "extend", "close", "answer", "publish")
LIMIT = 10 * 1024 * 1024


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    """Try everything on the same day."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def told(db: None) -> world.World:
    """Tell the story."""
    told = world.tell(NOW, papers=False)
    doors.make_consultation(told, NOW)
    return told


@pytest.fixture
def people(told: world.World) -> dict[str, Client]:
    """Return the browsers of those who may do something."""
    everybody = {
        "approver": world.OFFICER,
        "vendor": world.REPRESENTATIVE,
        "editor": told.editor,
    }
    found = {}
    for role, email in everybody.items():
        found[role] = Client(raise_request_exception=False)
        found[role].force_login(User.objects.get(email=email))
    return found


def whose(door: str) -> str:
    """Return who may do the deed behind a door."""
    ours = "bodies cases contracts documents papers plans procurement switchover"
    theirs = "authorities specification specs"
    name = door.removeprefix("api/v1/")
    if any(word in name for word in DEEDS_OF_BODIES):
        return "approver"
    if name.startswith("consultation") and any(word in name for word in DEEDS_OF_EDITORS):
        return "editor"
    if name.startswith(tuple(ours.split())):
        return "approver"
    return "editor" if name.startswith(tuple(theirs.split())) else "vendor"


def ask(client: Client, address: str, body: Any, **options: Any) -> tuple[int, int, str]:
    """Post; return the status, how many deeds were recorded, and the page. All is undone."""
    with transaction.atomic():
        before = AuditEvent.objects.count()
        response = client.post(address, body, **options)
        written = AuditEvent.objects.count() - before
        transaction.set_rollback(True)
    text = b"" if response.streaming else response.content
    return response.status_code, written, text.decode("utf-8", "replace")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Walk to every text and number of a body."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, below in list(pairs)[:12]:
            yield from leaves(below, (*path, name))
    else:
        yield path, value


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a body with another value in one place."""
    made = copy.deepcopy(body)
    place = made
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return made


def test_a_body_that_cannot_be_read_is_refused_at_every_door(
    told: world.World, people: dict[str, Client]
) -> None:
    faults = []
    addresses = doors.addresses(told)

    for door in doors.sent(told):
        if door.startswith("api/"):
            for name, body in BROKEN.items():
                status, written, text = ask(
                    people[whose(door)], addresses[door], body, content_type="application/json"
                )
                if not 400 <= status < 500 or written or not json.loads(text)["problems"]:
                    faults.append((door, name, status, written, text[:200]))

    assert "\n".join(map(str, faults)) == ""


def test_a_hostile_value_in_any_place_of_a_body_does_no_harm(
    told: world.World, people: dict[str, Client]
) -> None:
    faults = []
    addresses = doors.addresses(told)

    for door, body in doors.sent(told).items():
        if not door.startswith("api/"):
            continue
        for path, _value in leaves(body):
            for name, hostile in {**REFUSED_TEXTS, **STRANGE_TEXTS, **NUMBERS}.items():
                status, written, _text = ask(
                    people[whose(door)],
                    addresses[door],
                    json.dumps(changed(body, path, hostile)),
                    content_type="application/json",
                )
                refused = name not in REFUSED_TEXTS or (400 <= status < 500 and not written)
                if status >= 500 or not refused or (status >= 400 and written):
                    faults.append((door, path, name, status, written))

    assert "\n".join(map(str, faults)) == ""


def test_a_hostile_value_in_any_field_of_a_page_does_no_harm(
    told: world.World, people: dict[str, Client]
) -> None:
    faults = []
    addresses = doors.addresses(told)

    for door, body in doors.sent(told).items():
        if door.startswith("api/"):
            continue
        for field in body:
            for name, hostile in {**REFUSED_TEXTS, **STRANGE_TEXTS}.items():
                sent = {key: str(value) for key, value in body.items()} | {field: hostile}
                status, written, text = ask(
                    people[whose(door)],
                    addresses[door],
                    "&".join(f"{key}={quoted(value)}" for key, value in sent.items()),
                    content_type="application/x-www-form-urlencoded",
                )
                if status >= 500 or (status >= 400 and written) or MARKUP in text:
                    faults.append((door, field, name, status, written))
                if name in {"nul", "control"} and written:
                    faults.append((door, field, name, status, written))

    assert "\n".join(map(str, faults)) == ""


def quoted(text: str) -> str:
    """Quote a text for a form, byte by byte, lone surrogates too."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def test_a_hostile_question_does_no_harm(told: world.World, people: dict[str, Client]) -> None:
    """Every address that is read takes whatever stands behind its question mark."""
    known = ["q", "page", "page_size", "version", "population", "body_category", "price_most"]
    known += ["sort", "offer", "domain", "obligation", "chapter", "change", "from", "to", "plan"]
    known += ["query", "category", "renewal_on", "release", "state", "kind", "empty", "next"]
    hostile = ["%00", "%ED%A0%80", "-1", "9" * 40, "%3Cscript%3Ealert(1)%3C/script%3E", "%27%22--"]
    faults = []

    for door, address in doors.addresses(told).items():
        if door.startswith("accounts/") or door == "api/docs/":
            continue
        for value in hostile:
            question = "&".join(f"{parameter}={value}" for parameter in known)
            response = people[whose(door)].get(f"{address.split('?')[0]}?{question}")
            page = "" if response.streaming else response.content.decode("utf-8", "replace")
            shown = MARKUP in page and response["Content-Type"].startswith("text/html")
            if response.status_code >= 500 or shown:
                faults.append((door, value, response.status_code))
            if response.status_code == 405:
                break

    assert "\n".join(map(str, faults)) == ""


def uploads() -> dict[str, bytes]:
    """Return files that are no workbook, or one that must not be opened."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    entities = io.BytesIO()
    with zipfile.ZipFile(entities, "w") as archive:
        laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w>&l11;</w>')
    return {
        "nothing": b"",
        "text": b"this is no workbook",
        "html": b"<html><script>alert(1)</script>",
        "nul": b"\0" * 1000,
        "truncated": bomb.getvalue()[:200],
        "bomb": bomb.getvalue(),
        "entities": entities.getvalue(),
        "encrypted": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
        "elf": b"\x7fELF" + b"\1" * 500,
    }


def test_a_file_that_is_no_workbook_is_refused_wherever_one_is_taken(
    told: world.World, people: dict[str, Client]
) -> None:
    claim = told.draft.pk
    meta = {
        "authority": told.authority,
        "title": "見本",
        "slug": "sample",
        "domain": "facility-reservation",
        "published_on": "2026-10-01",
    }
    pages: list[tuple[str, str, dict[str, str]]] = [
        ("editor", "/specifications/import/", {**meta, "number": "1.0"}),
        ("editor", "/api/v1/specification-imports/", {**meta, "version": "1.0"}),
        ("approver", "/procurement/contracts/import/", {}),
        ("vendor", f"/vendors/claims/{claim}/upload/", {"edition": str(told.draft.edition)}),
    ]
    sheet = f"/api/v1/claims/{claim}/answer-sheet/?edition={told.draft.edition}"
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    events = AuditEvent.objects.count()
    faults = []

    for name, content in uploads().items():
        for role, address, fields in pages:
            file = SimpleUploadedFile("<b>回答.xlsx", content)
            response = people[role].post(address, {**fields, "file": file})
            page = response["Content-Type"].startswith("text/html") and response.content.decode()
            if response.status_code not in {400, 422} or (page and "<b>回答" in page):
                faults.append((address, name, response.status_code))
        response = people["vendor"].put(sheet, content, content_type=workbook)
        wanted = {400, 422} if content else {415}  # without a body there is no type
        if response.status_code not in wanted or not response.json()["problems"]:
            faults.append((sheet, name, response.status_code))

    assert "\n".join(map(str, faults)) == ""
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("size", [LIMIT + 1, 50_000_000])
def test_what_is_too_large_is_refused_before_it_is_read(
    told: world.World, people: dict[str, Client], size: int
) -> None:
    body = b'{"a": "' + b"x" * size + b'"}'
    events = AuditEvent.objects.count()

    answer = people["vendor"].post("/api/v1/claims/", body, content_type="application/json")
    page = people["approver"].post(
        "/procurement/contracts/import/", {"file": SimpleUploadedFile("a.xlsx", body)}
    )

    assert answer.status_code == 413
    assert answer.json()["problems"]
    assert page.status_code == 413
    assert AuditEvent.objects.count() == events
