"""The main walks in a real browser, and every page judged by axe-core."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from procurement.demo import case as case_story
from procurement.demo import story
from tests import world
from tests.browser import pages
from tests.house import doors

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, live_server: LiveServer, email: str) -> None:
    """Sign in by the form."""
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", story.PASSWORD)
    page.click("main button.button")


def test_every_page_is_accessible_fits_and_asks_no_other_host(
    page: Page,
    live_server: LiveServer,
    axe_violations: Callable[[Page], list[str]],
    now: datetime,
) -> None:
    told = world.tell(now)
    doors.make_draft(told, now)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:"))
            else elsewhere.append(request.url)
        ),
    )
    faults: list[str] = []

    for email, addresses in pages.by_person(told):
        page.context.clear_cookies()
        if email:
            sign_in(page, live_server, email)
        for name, address in addresses.items():
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                response = page.goto(f"{live_server.url}{address}")
                assert response is not None
                if response.status >= 500:
                    faults.append(f"{name}: {response.status}")
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    faults.append(f"{name}: {wide} px wide at {width}")
            faults += [f"{name}: {violation}" for violation in axe_violations(page)]

    assert "\n".join(faults) == ""
    assert elsewhere == []


def test_an_officer_walks_from_the_register_to_a_paper(
    page: Page, live_server: LiveServer, now: datetime
) -> None:
    world.tell(now, papers=False)
    sign_in(page, live_server, world.OFFICER)

    page.click("nav >> text=調達")
    page.click("text=契約台帳を開く")
    page.click("text=公共施設予約システム")
    page.click("text=切替計画を見る")
    assert "から逆算した工程です" in page.inner_text("main")
    page.click(f"text={case_story.TITLE}")
    page.click("main >> text=候補の採否")
    assert "請求書による後納" in page.inner_text("main")
    page.go_back()
    page.click("main table >> text=随意契約理由書")
    assert "この内容で発行" in page.inner_text("main") or "発行" in page.inner_text("main")
    page.click("main form button.button >> nth=-1")

    page.wait_for_url("**/procurement/**")
    assert "随意契約理由書" in page.inner_text("main")


def test_forms_work_without_javascript(
    browser: Browser, live_server: LiveServer, now: datetime
) -> None:
    world.tell(now, papers=False)
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    sign_in(page, live_server, world.OFFICER)

    page.goto(f"{live_server.url}/procurement/contracts/new/")
    page.fill("input[name=system]", "議事録作成支援")
    page.click("main form button.button")
    assert "入力を確かめてください" in page.inner_text("main")
    assert page.input_value("input[name=system]") == "議事録作成支援"

    page.goto(f"{live_server.url}/catalogue/?version={pages.VERSION}")
    page.check("input[name=offer] >> nth=0")
    page.check("input[name=offer] >> nth=1")
    page.click("text=選んだサービスを比べる")
    assert page.inner_text("h1") == "サービスの比較"
    context.close()
