"""A version as an OSCAL catalog: tokens, groups, properties; the same version, the same bytes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given

from schemas import specifications as documents
from schemas.specifications import Requirement, build_document
from specs.oscal import NAMESPACE, catalog_of
from tests import make
from tests.specs.strategies import requirement_lists
from tests.specs.test_diff_applied import META

TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def controls(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all controls of a group and of the groups within it."""
    within = [each for inner in group.get("groups", []) for each in controls(inner)]
    return [*group.get("controls", []), *within]


def catalog(rows: list[Requirement]) -> dict[str, Any]:
    """Write requirements as a catalog."""
    document = build_document(META, rows)
    found: dict[str, Any] = catalog_of(document, documents.digest(document))["catalog"]
    return found


@given(requirement_lists())
def test_every_requirement_is_a_control_with_a_token_of_its_own(rows: list[Requirement]) -> None:
    found = catalog(rows)
    written = [each for group in found.get("groups", []) for each in controls(group)]

    assert [each["id"] for each in written] == [each.key for each in rows]
    named = [part["id"] for each in written for part in each["parts"]]
    named += [each["id"] for each in written] + [group["id"] for group in found["groups"]]
    assert all(TOKEN.fullmatch(each) for each in named)
    assert len(set(named)) == len(named)
    values = [prop["value"] for each in written for prop in each["props"]]
    assert all(value == " ".join(value.split()) != "" for value in values)
    assert catalog(rows) == found


def test_what_a_requirement_states_stands_in_its_properties() -> None:
    rows = make.make_requirements()
    found = {each["id"]: each for group in catalog(rows)["groups"] for each in controls(group)}

    graded = {prop["name"]: prop["value"] for prop in found["NA.1"]["props"]}
    assert graded["bound-metric"] == "稼働率"
    assert (graded["bound-operator"], graded["bound-value"]) == ("at_least", "99.5")
    option = [prop for prop in found["F0010003"]["props"] if prop["name"] == "obligation"]
    assert option == [
        {"name": "obligation", "ns": NAMESPACE, "value": "standard_option"},
        {
            "name": "obligation",
            "ns": NAMESPACE,
            "value": "mandatory",
            "class": "designated-city",
        },
    ]
    assert found["F0010001"]["props"][0] == {"name": "label", "value": "0010001"}
    assert found["F0010001"]["parts"][0]["name"] == "statement"


def test_another_document_has_another_uuid() -> None:
    rows = make.make_requirements()

    assert catalog(rows)["uuid"] != catalog([replace(rows[0], text="ほか。"), *rows[1:]])["uuid"]


def test_page_and_command_write_the_same(client: Client, db: None, tmp_path: Path) -> None:
    make.make_version()
    target = tmp_path / "catalog.json"

    answer = client.get("/specifications/sample/1.0/oscal.json")
    call_command("export_oscal", "sample", "1.0", out=target)

    assert json.loads(target.read_text(encoding="utf-8")) == answer.json()
    again = client.get(
        "/specifications/sample/1.0/oscal.json", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_a_version_that_is_not_there_is_named(db: None) -> None:
    with pytest.raises(CommandError, match=r"1\.0"):
        call_command("export_oscal", "sample", "1.0")


def test_the_latest_address_leads_to_the_version_in_force(client: Client, db: None) -> None:
    make.make_version()
    make.make_version(number="2.0", published_on=date(2026, 10, 1))
    make.make_version(number="3.0", published_on=date(2026, 11, 1), in_force_on=date(2099, 4, 1))

    page = client.get("/specifications/sample/latest/")
    schema = client.get("/specifications/sample/latest/schema.json")

    assert page["Location"] == "/specifications/sample/2.0/"
    assert schema["Location"] == "/specifications/sample/2.0/schema.json"
    assert client.get("/specifications/nothing/latest/").status_code == 404
