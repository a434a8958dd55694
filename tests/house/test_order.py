"""Facts flow one way: the import contract, and the names of rooms."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.house import tree

# The parts of the building that are layers of their own, or name the wings as strings.
LAYERS = (
    "marketplace.accounts",
    "marketplace.audit",
    "marketplace.catalogue",
    "marketplace.notices",
)
STRINGS_ONLY = {"marketplace", "marketplace.apps", "marketplace.settings", "marketplace.urls"}
JUNK_DRAWERS = {"base", "common", "helpers", "misc", "util", "utils"}
PURE = {"rules.py", "timeline.py", "diff.py", "pricing.py", "scoring.py", "costs.py"}
ROOM = 600  # lines; a longer room is split by noun


def test_imports_follow_the_contract(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree.ROOT)

    answer = lint_imports(no_cache=True, no_logo=True)

    assert answer == 0, capsys.readouterr().out


def test_every_part_of_the_building_is_under_the_contract() -> None:
    settings = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    building = next(each for each in contracts if each["name"] == "The building imports no wing")

    parts = {
        ".".join(name.split(".")[:2])
        for name in map(tree.dotted, tree.modules())
        if name.split(".")[0] == "marketplace" and not name.startswith(LAYERS)
    }

    assert parts - STRINGS_ONLY == set(building["source_modules"])


def test_no_wing_is_asked_for_behind_the_contract() -> None:
    for path in tree.modules():
        assert "get_model(" not in path.read_text(encoding="utf-8"), path
        assert "django.dispatch.receiver" not in tree.imported(path), path


@pytest.mark.parametrize("path", [p for p in tree.modules() if p.name in PURE], ids=tree.dotted)
def test_rules_know_no_django(path: Path) -> None:
    outside = {"django", "rest_framework"}
    assert not {name for name in tree.imported(path) if name.split(".")[0] in outside}
    assert not {name for name in tree.imported(path) if {"models", "actions"} & {*name.split(".")}}


def test_no_room_is_a_junk_drawer() -> None:
    named = {part for path in tree.modules() for part in tree.dotted(path).split(".")}
    assert named & JUNK_DRAWERS == set()


def test_rooms_are_small_enough_to_read() -> None:
    lengths = {tree.dotted(p): len(p.read_text("utf-8").splitlines()) for p in tree.modules()}
    assert {name: lines for name, lines in lengths.items() if lines > ROOM} == {}
