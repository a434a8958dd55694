"""Home, error pages, sign-in and the language switch, over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from marketplace import views
from marketplace.accounts.models import User

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    """Break."""
    raise ValueError


def forbidden(request: HttpRequest) -> HttpResponse:
    """Refuse."""
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


urlpatterns = [
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("", include("marketplace.urls")),
]
handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error


def heading(response: Any) -> str:
    """Return the page's heading."""
    found = re.search("<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)
    assert found is not None
    return found[1].strip()


def test_home_tells_a_visitor_what_this_is(client: Client) -> None:
    response = client.get("/")

    assert heading(response) == "国の標準仕様に適合するサービスを、更改の時期に合わせて選ぶ"
    assert 'action="/catalogue/"' in response.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/nowhere/", 404, "ページが見つかりません"),
        ("/forbidden/", 403, "この操作をする権限がありません"),
        ("/broken/", 500, "処理の途中で問題が起きました"),
        ("/?q=%00", 400, "要求を読めませんでした"),
        ("/specifications/a%00b/", 400, "要求を読めませんでした"),
    ],
)
def test_error_pages_say_what_to_do(address: str, status: int, title: str) -> None:
    client = Client(raise_request_exception=False)

    japanese = client.get(address)
    english = client.get(address, headers={"Accept-Language": "en"})

    assert (japanese.status_code, heading(japanese)) == (status, title)
    assert english.status_code == status
    assert not re.search("[ぁ-んァ-ヶ]", re.sub("日本語|施設予約", "", english.content.decode()))


@override_settings(ALLOWED_HOSTS=["dmp.example.jp"])
@pytest.mark.parametrize("host", ["elsewhere.example", "a_b", "[::1", "dmp.example.jp:x"])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: str) -> None:
    page = client.get("/", HTTP_HOST=host)
    problems = client.get("/api/v1/specifications/", HTTP_HOST=host)

    assert (page.status_code, heading(page)) == (400, "要求を読めませんでした")
    assert host not in page.content.decode()
    assert problems.status_code == 400
    assert problems.json()["problems"][0]["code"] == "request_not_valid_at_all"


@override_settings(UPLOAD_LIMIT_BYTES=1000)
def test_body_beyond_the_limit_is_refused_before_it_is_kept(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "a" * 2000})
    problems = client.post("/api/v1/claims/", "a" * 2000, content_type="application/json")

    assert (page.status_code, heading(page)) == (413, "大きすぎて受け取れません")
    assert problems.status_code == 413
    assert problems.json()["problems"][0]["code"] == "request_too_large"


def test_form_without_its_token_is_refused_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert (response.status_code, heading(response)) == (403, "ページの有効期限が切れました")


def test_language_switch_is_remembered_for_a_visitor(client: Client) -> None:
    client.post("/language/setlang/", {"language": "en", "next": "/accessibility/"})

    response = client.get("/accessibility/")

    assert response.headers["Content-Language"] == "en"
    assert heading(response) == "Accessibility"


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-x/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/x/",
        "/accounts/inactive/",
        "/accessibility/",
        "/licence/",
        "/",
    ],
)
def test_pages_have_no_japanese_in_english(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept-Language": "en"})

    assert response.status_code == 200
    text = re.sub("日本語|施設予約", "", response.content.decode())
    assert re.findall("[ぁ-んァ-ヶ一-龠]+", text) == []


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/reauthenticate/",
    ],
)
def test_account_pages_speak_both_languages(client: Client, visitor: User, address: str) -> None:
    client.force_login(visitor)

    japanese = client.get(address)
    english = client.get(address, headers={"Accept-Language": "en"})

    assert (japanese.status_code, english.status_code) == (200, 200)
    assert re.search("[ぁ-ん一-龠]", heading(japanese))
    text = english.content.decode().replace("日本語", "")
    assert re.findall("[ぁ-んァ-ヶ一-龠]+", text) == []


def test_account_is_made_signed_out_and_signed_in(client: Client) -> None:
    password = "ながいあいことば-2026"
    client.post(
        "/accounts/signup/",
        {
            "email": "New@example.jp",
            "name": "新島 花子",
            "password1": password,
            "password2": password,
        },
    )
    client.post("/accounts/logout/")
    refused = client.post("/accounts/login/", {"login": "new@example.jp", "password": "x"})
    entered = client.post("/accounts/login/", {"login": "new@example.jp", "password": password})

    assert User.objects.get(email="new@example.jp").name == "新島 花子"
    assert "入力を確かめてください" in refused.content.decode()
    assert (entered.status_code, entered.headers["Location"]) == (302, "/")


def test_forgotten_password_is_set_again_through_a_link(client: Client, visitor: User) -> None:
    client.post("/accounts/password/reset/", {"email": visitor.email})
    link = re.search("/accounts/password/reset/key/[^ \n]+/", str(mail.outbox[0].body))
    assert link is not None

    form = client.get(link[0], follow=True)
    address = form.redirect_chain[-1][0]
    password = "べつのあいことば-2026"
    client.post(address, {"password1": password, "password2": password})

    assert mail.outbox[0].subject.endswith("パスワードを決め直すためのリンク")
    visitor.refresh_from_db()
    assert visitor.check_password(password)


def test_icon_styles_and_script_come_from_here_only(client: Client) -> None:
    response = client.get("/")

    assert re.findall('(?:src|href)="(?:https?:)?//', response.content.decode()) == []
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
