"""Authorities and their editors, by page and over REST."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs.models import Authority, Editor
from tests import make

LIST = "/specifications/authorities/"
EDITORS = f"{LIST}mic/editors/"
API_LIST = "/api/v1/authorities/"
API_EDITORS = f"{API_LIST}mic/editors/"


@pytest.fixture
def operator(db: None) -> User:
    """Return an operator."""
    return make.make_user("operator@example.jp", is_staff=True)


def post(client: Client, url: str, body: object) -> Any:
    """Post JSON."""
    return client.post(url, json.dumps(body), content_type="application/json")


def events() -> list[tuple[str, str, str, str, Any]]:
    """Return the trail, whole."""
    return list(
        AuditEvent.objects.order_by("id").values_list(
            "action", "actor", "object_type", "object_id", "data"
        )
    )


def codes(response: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(each["pointer"], each["code"]) for each in response.json()["problems"]]


def appointed(by: User, person: User) -> list[tuple[str, str, str, str, Any]]:
    """Return the trail of one appointment."""
    made = Editor.objects.get(user=person)
    facts = {"authority": "mic", "person": person.email}
    return [("specs.editor_appointed", by.email, "specs.editor", str(made.pk), facts)]


def test_an_editor_sees_the_editors_and_appoints_another(
    client: Client, editor: User, visitor: User
) -> None:
    client.force_login(editor)

    answer = client.post(EDITORS, {"email": " Visitor@Example.jp "}, follow=True)
    again = client.post(EDITORS, {"email": visitor.email})

    assert answer.redirect_chain == [(EDITORS, 302)]
    assert again.status_code == 302
    assert [each.user for each in answer.context["editors"]] == [editor, visitor]
    assert "visitor@example.jpさんは総務省の編集者です。" in answer.content.decode()
    assert events() == appointed(editor, visitor)


def test_an_operator_appoints_the_first_editor(
    client: Client, operator: User, visitor: User
) -> None:
    make.make_authority()
    client.force_login(operator)

    assert "編集者はまだいません" in client.get(EDITORS).content.decode()
    client.post(EDITORS, {"email": visitor.email})

    assert events() == appointed(operator, visitor)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("who@example.jp", "「who@example.jp」で登録し、確認のメールを開いた人がいません"),
        ("gone@example.jp", "「gone@example.jp」で登録し、確認のメールを開いた人がいません"),
        ("x", "メールアドレス"),
        ("a\0@example.jp", "メールアドレス"),
        (f"{'a' * 250}@example.jp", "254"),
        ("", "必須"),
    ],
)
def test_who_cannot_be_appointed_is_told_at_the_field(
    email: str, sentence: str, client: Client, editor: User
) -> None:
    make.make_user("gone@example.jp", is_active=False)
    client.force_login(editor)

    answer = client.post(EDITORS, {"email": email})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'id="id_email_error"' in answer.content.decode()
    assert events() == []


def test_an_empty_form_is_answered_with_its_problems(client: Client, operator: User) -> None:
    make.make_authority()
    client.force_login(operator)

    assert [client.post(url).status_code for url in (LIST, EDITORS)] == [422, 422]


def test_nobody_else_sees_or_appoints_editors(
    client: Client, other_editor: User, representative: User, officer: User, visitor: User
) -> None:
    make.make_authority()
    assert client.get(EDITORS).headers["Location"].startswith("/accounts/login/")
    assert client.get(API_EDITORS).status_code == 401
    assert post(client, API_EDITORS, {}).status_code == 401

    for person in (other_editor, representative, officer, visitor):
        client.force_login(person)
        assert client.get(EDITORS).status_code == 403
        assert client.post(EDITORS, {"email": visitor.email}).status_code == 403
        assert client.get(API_EDITORS).status_code == 403
        assert post(client, API_EDITORS, {}).status_code == 403
    assert not Editor.objects.filter(authority__slug="mic").exists()
    assert events() == []


def test_an_unknown_authority_is_404(client: Client, editor: User) -> None:
    client.force_login(editor)

    assert client.get(f"{LIST}none/editors/").status_code == 404
    assert client.get(f"{API_LIST}none/editors/").status_code == 404


def test_editors_over_rest(client: Client, editor: User, visitor: User) -> None:
    client.force_login(editor)

    made = post(client, API_EDITORS, {"email": visitor.email.upper()})
    again = post(client, API_EDITORS, {"email": visitor.email})
    listed = client.get(API_EDITORS).json()

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == {"email": visitor.email, "name": ""}
    assert listed == {
        "editors": [{"email": editor.email, "name": ""}, {"email": visitor.email, "name": ""}]
    }
    assert events() == appointed(editor, visitor)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"email": "who@example.jp"}, "person_not_registered"),
        ({"email": "x"}, "request_not_valid"),
        ({"email": ""}, "request_field_empty"),
        ({}, "request_field_missing"),
    ],
)
def test_who_cannot_be_appointed_is_told_over_rest(
    body: object, code: str, client: Client, editor: User
) -> None:
    client.force_login(editor)

    answer = post(client, API_EDITORS, body)

    assert (answer.status_code, codes(answer)) == (422, [("/email", code)])
    assert events() == []


@pytest.mark.parametrize("number", [1, 3])
def test_editors_take_the_same_queries_for_one_and_for_three(
    number: int, client: Client, editor: User, django_assert_num_queries: Any
) -> None:
    for each in range(number - 1):
        make.make_editor(make.make_authority(), f"more-{each}@example.jp")
    client.force_login(editor)
    client.get(EDITORS)

    with django_assert_num_queries(5):
        client.get(API_EDITORS)


# -- authorities -------------------------------------------------------------------------------


def registered(by: User) -> list[tuple[str, str, str, str, Any]]:
    """Return the trail of one registration."""
    made = Authority.objects.get(name="こども家庭庁")
    facts = {"name": "こども家庭庁"}
    return [("specs.authority_registered", by.email, "specs.authority", str(made.pk), facts)]


def test_an_operator_registers_an_authority_once(client: Client, operator: User) -> None:
    client.force_login(operator)

    answer = client.post(LIST, {"name": "こども家庭庁"})
    client.post(LIST, {"name": "こども家庭庁"})

    made = Authority.objects.get()
    assert answer.headers["Location"] == f"{LIST}{made.slug}/editors/"
    assert "こども家庭庁" in client.get(LIST).content.decode()
    assert events() == registered(operator)


def test_an_operator_registers_an_authority_over_rest(client: Client, operator: User) -> None:
    client.force_login(operator)

    answer = post(client, API_LIST, {"name": "こども家庭庁"})
    post(client, API_LIST, {"name": "こども家庭庁"})

    made = Authority.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"slug": made.slug, "name": made.name, "name_en": made.name_en}
    assert events() == registered(operator)
    client.logout()
    assert client.get(API_LIST).json()["results"] == [answer.json()]


@pytest.mark.parametrize("name", ["", " ", "\0", "府" * 61])
def test_a_name_that_will_not_do_is_refused(name: str, client: Client, operator: User) -> None:
    client.force_login(operator)

    assert client.post(LIST, {"name": name}).status_code == 422
    assert post(client, API_LIST, {"name": name}).status_code in {400, 422}
    assert not Authority.objects.exists()
    assert events() == []


def test_only_operators_register_authorities(client: Client, editor: User, visitor: User) -> None:
    assert client.post(LIST).headers["Location"].startswith("/accounts/login/")
    assert post(client, API_LIST, {}).status_code == 401

    for person, seen in ((editor, 200), (visitor, 403)):
        client.force_login(person)
        assert client.get(LIST).status_code == seen
        assert client.post(LIST, {"name": "こども家庭庁"}).status_code == 403
        assert post(client, API_LIST, {}).status_code == 403
    assert [each.slug for each in Authority.objects.all()] == ["mic"]
    assert events() == []


def test_an_editor_sees_the_own_authority_only(
    client: Client, editor: User, other_editor: User
) -> None:
    client.force_login(editor)

    page = client.get(LIST)

    assert [each.slug for each in page.context["authorities"]] == ["mic"]
    assert [each.editor_count for each in page.context["authorities"]] == [1]
