"""The table of local governments comes from the codelist, and may be brought up again."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import call_command

from marketplace.accounts.models import LocalGovernment, User

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """Run the command and return what it says."""
    said = io.StringIO()
    call_command("import_local_governments", *arguments, stdout=said)
    return said.getvalue()


def test_every_local_government_stands_in_the_table() -> None:
    run()

    counts = {
        category: LocalGovernment.objects.filter(category=category).count()
        for category in LocalGovernment.Category.values
    }
    assert counts == {
        "prefecture": 47,
        "designated_city": 20,
        "core_city": 62,
        "special_ward": 23,
        "city": 710,
        "town": 743,
        "village": 183,
    }


def test_a_second_run_changes_nothing_and_keeps_what_a_body_recorded() -> None:
    run()
    LocalGovernment.objects.filter(code="072028").update(
        population=110_000, population_as_of=date(2026, 1, 1), kana="?"
    )

    assert run() == "local governments: 1788 in the codelist, 0 new, 1 changed\n"
    assert run() == "local governments: 1788 in the codelist, 0 new, 0 changed\n"
    assert LocalGovernment.objects.get(code="072028").population == 110_000


def test_a_dry_run_writes_nothing() -> None:
    assert run("--dry-run").endswith("1788 new, 0 changed (dry run, nothing written)\n")
    assert not LocalGovernment.objects.exists()


def test_an_address_signs_in_whatever_its_case() -> None:
    user = User.objects.create_user("Officer@Example.JP", "a password of words")

    assert user.email == "officer@example.jp"
    assert str(user) == "officer@example.jp"
    assert not User.objects.create_user("nobody@example.jp").has_usable_password()
