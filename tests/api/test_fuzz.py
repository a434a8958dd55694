"""The REST face as its own document describes it, called with whatever can be made up.

No answer is a fault of ours, none is undocumented, and every answer has its documented shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.accounts.models import User
from tests import world
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

EXAMPLES = 8
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
fewer = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer(WORKBOOK)
def as_bytes(_context: Any, value: Any) -> bytes:
    """Send whatever was made up as if it were a workbook."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    """Make every call on the same day."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture(autouse=True)
def _keep_the_connection() -> Iterator[None]:
    """Let the test's own transaction live through every call, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def told(db: None, now: datetime) -> world.World:
    """Tell the story."""
    return world.tell(now, papers=False)


def cookie(email: str) -> dict[str, str]:
    """Return the headers of somebody who has signed in."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    token = "a" * 32
    return {
        "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}",
        "X-CSRFToken": token,
    }


@pytest.mark.parametrize("role", ["visitor", "officer", "representative", "editor"])
def test_every_call_answers_as_the_document_says(told: world.World, role: str) -> None:
    people = {
        "officer": world.OFFICER,
        "representative": world.REPRESENTATIVE,
        "editor": told.editor,
    }
    headers = cookie(people[role]) if role in people else {}
    document: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())
    faults: dict[str, str] = {}

    for found in document.get_all_operations():
        operation = found.ok()

        @fewer
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            response = case.call(headers=headers)
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as failures:
                for failure in failures.exceptions:
                    door = f"{case.method} {case.path} {response.status_code}"
                    said = f"{door}: {failure!r}".replace("\\n", " ")
                    faults.setdefault(said[:700], case.as_curl_command()[:600])

        call()

    assert "\n".join(f"{fault}\n  {curl}" for fault, curl in faults.items()) == ""
