"""People by role, and a fixed clock; shared by every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, settings

from marketplace.accounts.models import LocalGovernment, User
from tests import make
from vendors.models import Vendor

# Examples are the same in every run, and a busy machine is no fault.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # noon in Tokyo
TODAY = date(2026, 11, 23)


@pytest.fixture
def now() -> datetime:
    """Return the moment at which tests take place."""
    return NOW


@pytest.fixture
def today() -> date:
    """Return the day on which tests take place."""
    return TODAY


@pytest.fixture
def visitor(db: None) -> User:
    """Return somebody who signed in and belongs nowhere."""
    return make.make_user("visitor@example.jp")


@pytest.fixture
def body(db: None) -> LocalGovernment:
    """Return 会津若松市."""
    return make.make_body()


@pytest.fixture
def officer(body: LocalGovernment) -> User:
    """Return an officer of the body who may approve."""
    return make.make_officer(body, "officer@example.jp", level="approve")


@pytest.fixture
def other_officer(db: None) -> User:
    """Return an officer of another body (横浜市)."""
    return make.make_officer(
        make.make_body("141003", "designated_city", "横浜市", "神奈川県"), "other@example.jp"
    )


@pytest.fixture
def vendor(db: None) -> Vendor:
    """Return 株式会社みほん."""
    return make.make_vendor()


@pytest.fixture
def representative(vendor: Vendor) -> User:
    """Return a person who acts for the vendor."""
    return make.make_representative(vendor)


@pytest.fixture
def other_representative(db: None) -> User:
    """Return a person who acts for another vendor."""
    other = make.make_vendor(corporate_number="5060001002844", name="株式会社べつ")
    return make.make_representative(other, "other-vendor@example.jp")


@pytest.fixture
def editor(db: None) -> User:
    """Return an editor of 総務省."""
    return make.make_editor(make.make_authority())


@pytest.fixture
def other_editor(db: None) -> User:
    """Return an editor of another authority (文部科学省)."""
    authority = make.make_authority(slug="mext", name="文部科学省", name_en="")
    return make.make_editor(authority, "other-editor@example.jp")


@pytest.fixture(autouse=True)
def _speak_japanese() -> Iterator[None]:
    """Begin every test in the pages' first language, whatever the last request spoke."""
    with translation.override("ja"):
        yield


@pytest.fixture(autouse=True)
def _empty_guarded_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the tables that refuse DELETE before a transactional test's database is flushed.

    SQLite flushes by DELETE, which the triggers rightly refuse; they are taken off for that moment
    and put back as they were.
    """
    live = {"transactional_db", "live_server"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if live or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        yield
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
                )
                triggers = cursor.fetchall()
                cursor.execute("PRAGMA foreign_keys = OFF")
                for name, _table, _sql in triggers:
                    cursor.execute(f'DROP TRIGGER "{name}"')
                for table in {table for _name, table, _sql in triggers}:
                    cursor.execute(f'DELETE FROM "{table}"')
                for _name, _table, sql in triggers:
                    cursor.execute(sql)
                cursor.execute("PRAGMA foreign_keys = ON")
    else:
        yield
