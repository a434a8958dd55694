"""The building's own pages in a real browser: no violation, no sideways scroll, keyboard focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.doors"),
]
PAGES = [
    "/",
    "/gallery/",
    "/gallery/?errors=1",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nowhere/",
    "/accessibility/",
    "/licence/",
    "/api/docs/",
]


@pytest.mark.parametrize("address", PAGES)
def test_page_has_no_violation_and_fits(
    page: Page,
    live_server: LiveServer,
    axe_violations: Callable[[Page], list[str]],
    address: str,
) -> None:
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        response = page.goto(f"{live_server.url}{address}")

        assert response is not None
        assert response.status < 500
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_first_tab_leads_to_the_content(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_error_summary_takes_the_focus_and_leads_to_the_field(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/gallery/?errors=1")

    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.click("#error-summary a >> text=契約の終了日")
    assert page.evaluate("document.activeElement.name") == "ends_on_year"


def test_language_switch_keeps_the_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next=/catalogue/")

    page.click("button[name=language]")

    assert page.url == f"{live_server.url}/accounts/login/?next=/catalogue/"
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("h1") == "Sign in"


def test_narrow_drawer_opens_and_closes_without_script(page: Page, live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/gallery/")

    assert not page.is_visible("#facets")
    page.click("a.drawer__open")
    assert page.is_visible("#facets")
    page.click("a.drawer__close")
    assert not page.is_visible("#facets")
