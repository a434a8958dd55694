"""The pages and the REST face of issued papers, through HTTP."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import LocalGovernment, User
from procurement.documents import actions
from procurement.documents.models import Paper
from tests.documents.test_actions import AT, contents, make_case


@pytest.fixture
def paper(body: LocalGovernment, officer: User) -> Paper:
    """Return an issued 候補比較表."""
    case = make_case(body, officer)
    return actions.issue_paper(case, kind="comparison_table", context=contents(), by=officer, at=AT)


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def test_page_shows_what_makes_the_paper_known_again(paper: Paper, officer: User) -> None:
    page = signed_in(officer).get(f"/procurement/papers/{paper.pk}/").content.decode()

    assert paper.number in page
    assert paper.sha256 in page
    assert "2026年11月23日" in page
    assert f"/procurement/papers/{paper.pk}/paper.pdf" in page


def test_file_is_an_attachment_that_no_browser_guesses_at(paper: Paper, officer: User) -> None:
    response = signed_in(officer).get(f"/procurement/papers/{paper.pk}/paper.pdf")

    assert response.content == bytes(Paper.objects.get().content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'attachment; filename="comparison_table-072028-2026-1-1.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"


def test_contents_are_given_as_json(paper: Paper, officer: User) -> None:
    response = signed_in(officer).get(f"/procurement/papers/{paper.pk}/paper.json")

    assert json.loads(response.content) == paper.context
    assert response["Content-Disposition"].startswith("attachment")


def test_list_takes_as_many_queries_for_three_papers_as_for_one(
    paper: Paper, officer: User
) -> None:
    client = signed_in(officer)
    client.get("/procurement/papers/")

    with CaptureQueriesContext(connection) as for_one:
        client.get("/procurement/papers/")
    for hours in (1, 2):
        actions.issue_paper(
            paper.case,
            kind="comparison_table",
            context=contents(),
            by=officer,
            at=AT + timedelta(hours=hours),
        )
    with CaptureQueriesContext(connection) as for_three:
        page = client.get("/procurement/papers/").content.decode()

    assert f"{paper.number}-3" in page
    assert len(for_three) == len(for_one)
    assert all('"content"' not in query["sql"] for query in for_three)


@pytest.mark.parametrize("door", ["", "paper.pdf", "paper.json"])
def test_officer_of_another_body_finds_no_paper(
    paper: Paper, other_officer: User, door: str
) -> None:
    response = signed_in(other_officer).get(f"/procurement/papers/{paper.pk}/{door}")

    assert response.status_code == 404
    assert paper.number not in response.content.decode()


@pytest.mark.parametrize("door", ["", "1/", "1/paper.pdf", "1/paper.json"])
def test_visitor_is_asked_to_sign_in(db: None, door: str) -> None:
    assert Client().get(f"/procurement/papers/{door}").status_code == 302


def test_rest_lists_retrieves_and_downloads(paper: Paper, officer: User) -> None:
    client = signed_in(officer)

    listed = client.get("/api/v1/papers/?kind=comparison_table").json()
    single = client.get(f"/api/v1/papers/{paper.pk}/").json()
    file = client.get(f"/api/v1/papers/{paper.pk}/download/")

    assert [row["sha256"] for row in listed["results"]] == [paper.sha256]
    assert "contents" not in listed["results"][0]
    assert single["contents"] == paper.context
    assert file.content == bytes(Paper.objects.get().content)
    assert file["Content-Type"] == "application/pdf"


def test_rest_shows_another_body_nothing(paper: Paper, other_officer: User) -> None:
    client = signed_in(other_officer)

    assert client.get("/api/v1/papers/").json()["results"] == []
    assert client.get(f"/api/v1/papers/{paper.pk}/").status_code == 404
    assert client.get(f"/api/v1/papers/{paper.pk}/download/").status_code == 404
