"""A real Chromium for the pages: ``page`` opens one, ``axe_violations(page)`` judges it.

The tests are skipped where no Chromium is installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).parent / "axe"
NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the Chromium of the machine, once."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    with pytest.MonkeyPatch.context() as environment:
        # Playwright keeps an event loop in this thread; the tests' own queries stay synchronous.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=path,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield chromium
            chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page of 1440 px; what the browser complains about fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def axe_violations() -> Callable[[Page], list[str]]:
    """Give the judge: rule, what it demands, and the elements that break it, in Japanese."""
    script = (AXE / "axe.min.js").read_text(encoding="utf-8")
    locale = (AXE / "ja.json").read_text(encoding="utf-8")

    def judge(opened: Page) -> list[str]:
        # The tool goes in through the debugger, so the page's own policy stays as it is.
        opened.evaluate(script)
        opened.evaluate(f"axe.configure({{locale: {locale}}})")
        result: dict[str, Any] = opened.evaluate("rules => axe.run({runOnly: rules})", RULES)
        return [
            f"{each['id']}: {each['help']}: "
            + ", ".join(str(node["target"][0]) for node in each["nodes"])
            for each in result["violations"]
        ]

    return judge
