"""Take the pictures of docs/pictures: ``python -m tests.browser.pictures``.

Tells the story in a throwaway database, serves it, and shoots every page at 1440 and 390 px and the
first pages of every paper.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "pictures"
TALLEST = 2400
PAPER_PAGES = 3

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.world import World


def main() -> int:
    """Tell, serve, shoot; return 0."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/pictures.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
        os.environ |= {
            "DEBUG": "false",  # error pages as people see them
            "SECRET_KEY": secrets.token_urlsafe(64),
            "SECURE_COOKIES": "false",
            "VAR_DIR": folder,
        }
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils import timezone

        from tests import world
        from tests.house import doors

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        told = world.tell(timezone.now())
        doors.make_draft(told, timezone.now())
        TARGET.mkdir(parents=True, exist_ok=True)
        for old in TARGET.glob("*.png"):
            old.unlink()
        _papers(told)
        with subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "127.0.0.1:8917", "--noreload"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server:
            try:
                _pages(told)
            finally:
                server.terminate()
        _shrink()
        _list()
    return 0


def _papers(told: World) -> None:
    for paper in told.papers:
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(bytes(paper.content))
            file.flush()
            subprocess.run(
                [  # noqa: S607 -- installed by script/bootstrap
                    "pdftoppm",
                    "-png",
                    "-r",
                    "60",
                    "-l",
                    str(PAPER_PAGES),
                    file.name,
                    str(TARGET / f"paper-{paper.kind.replace('_', '-')}"),
                ],
                check=True,
            )


def _pages(told: World) -> None:
    import shutil
    import time
    import urllib.error
    import urllib.request

    from playwright.sync_api import sync_playwright

    from procurement.demo import story
    from tests.browser import pages

    base = "http://127.0.0.1:8917"
    for _wait in range(60):
        try:
            urllib.request.urlopen(f"{base}/accessibility/").close()  # noqa: S310 -- our own server
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for email, addresses in pages.by_person(told):
            context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
            page = context.new_page()
            if email:
                page.goto(f"{base}/accounts/login/")
                page.fill("input[name=login]", email)
                page.fill("input[name=password]", story.PASSWORD)
                page.click("main button.button")
            for name, address in addresses.items():
                for width in (1440, 390):
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(f"{base}{address}")
                    _shoot(page, TARGET / f"{name}-{width}.png", width)
            context.close()
        browser.close()


def _shoot(page: Page, path: Path, width: int) -> None:
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.screenshot(
        path=path,
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
    )


def _shrink() -> None:
    """Keep sixty-four colours, which is enough for pages and a quarter of the bytes."""
    from PIL import Image

    for path in TARGET.glob("*.png"):
        Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)


def _list() -> None:
    """Write the list of pictures."""
    names = sorted({path.stem.rsplit("-", 1)[0] for path in TARGET.glob("*-1440.png")})
    lines = [
        "# Pictures",
        "",
        "Every page at 1440 and 390 px and the first pages of every paper, taken from the demo's",
        "made-up country by `.venv/bin/python -m tests.browser.pictures`.",
        "",
        "| page | wide | narrow |",
        "|---|---|---|",
        *(f"| {name} | [1440]({name}-1440.png) | [390]({name}-390.png) |" for name in names),
        "",
        "| paper | pages |",
        "|---|---|",
    ]
    papers: dict[str, list[str]] = {}
    for path in sorted(TARGET.glob("paper-*-*.png")):
        kind, number = path.stem.rsplit("-", 1)
        if number not in {"1440", "390"}:
            papers.setdefault(kind, []).append(f"[{int(number)}]({path.name})")
    lines += [
        f"| {kind.removeprefix('paper-')} | {' '.join(each)} |" for kind, each in papers.items()
    ]
    (TARGET / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
