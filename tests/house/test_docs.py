"""What the documents say of the house is so, and nothing of the house goes unsaid."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.house import catalogues, tree

ROOT = tree.ROOT
TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.ja.md",
    "README.md",
    "deploy",
    "docs",
    "manage.py",
    "marketplace",
    "procurement",
    "pyproject.toml",
    "schemas",
    "script",
    "specs",
    "tests",
    "vendors",
}
ADR_PARTS = ["## Context", "## Decision", "## Consequences"]
# Written in pieces, so that this file does not name what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("repo", "maven", "apache", "org"),
    )
]
# A folder of somebody's machine.
MACHINE = re.compile(r"(?<![\w.])/(?:root|home|Users|work)/\w+")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
HOLE = re.compile(r"\{(\w+)[^}]*\}")


def readme_of(path: Path) -> Path:
    """Return the README of the room that a file stands in: the nearest one above it."""
    return next(folder / "README.md" for folder in path.parents if (folder / "README.md").exists())


def says(readme: Path, word: str) -> bool:
    """Tell whether a README names something as code."""
    return (
        re.search(rf"`[^`\n]*\b{re.escape(word)}\b[^`\n]*`", readme.read_text("utf-8")) is not None
    )


def deeds() -> Iterator[tuple[Path, str]]:
    """Yield every deed: a public function of an actions room that is done *by* somebody."""
    for path in tree.modules():
        if path.name == "actions.py" or path.parent.name == "actions":
            for node in tree.functions(path):
                if "by" in {argument.arg for argument in node.args.kwonlyargs}:
                    yield path, node.name


def test_top_level_holds_only_what_the_house_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tree.files()} - TOP == set()


def test_each_deed_stands_in_the_readme_of_its_wing() -> None:
    found = list(deeds())
    assert len(found) > 10
    assert [
        f"{readme_of(path)}: {name}" for path, name in found if not says(readme_of(path), name)
    ] == []


def test_each_command_stands_in_the_readme_of_its_wing() -> None:
    found = [path for path in tree.modules() if path.parent.name == "commands"]
    commands = [path for path in found if path.stem != "__init__"]
    assert len(commands) > 5
    assert [str(path) for path in commands if not says(readme_of(path), path.stem)] == []


def test_each_schema_stands_in_the_readme_of_the_shapes() -> None:
    readme = (ROOT / "schemas" / "README.md").read_text(encoding="utf-8")
    shapes = [path for path in tree.files() if path.name.endswith(".schema.json")]
    shapes = [path for path in shapes if path.relative_to(ROOT).parts[0] == "schemas"]
    assert len(shapes) > 3
    assert [
        path.name for path in shapes if path.name.removesuffix(".schema.json") not in readme
    ] == []


def test_each_wing_has_a_readme() -> None:
    assert [wing for wing in tree.CODE if not (ROOT / wing / "README.md").exists()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_each_environment_variable_stands_in_the_readme(readme: str) -> None:
    source = (ROOT / "marketplace" / "settings.py").read_text(encoding="utf-8")
    names = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    rows = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / readme).read_text("utf-8"), re.MULTILINE))
    assert len(names) > 5
    assert rows == names


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_each_command_stands_in_the_readme(readme: str) -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / readme).read_text("utf-8"), re.MULTILINE)
    commands = {p.stem for p in tree.modules() if p.parent.name == "commands"} - {"__init__"}
    assert set(rows) == commands


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_each_script_stands_in_the_readme(readme: str) -> None:
    said = (ROOT / readme).read_text(encoding="utf-8")
    scripts = [path for path in tree.files() if path.parent == ROOT / "script"]
    assert [path.name for path in scripts if f"script/{path.name}" not in said] == []


def test_catalogue_owns_no_tables() -> None:
    assert list(apps.get_app_config("catalogue").get_models()) == []
    assert not (ROOT / "marketplace" / "catalogue" / "migrations").exists()


def test_decisions_are_numbered_and_have_their_three_parts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for path in records:
        headings = [line for line in path.read_text("utf-8").splitlines() if line.startswith("## ")]
        assert headings == ADR_PARTS, path


def test_links_between_documents_lead_somewhere() -> None:
    for path in tree.files():
        if path.suffix == ".md":
            for target in LINK.findall(tree.text(path)):
                assert ":" in target or (path.parent / target).exists(), f"{path}: {target}"


def test_no_file_names_a_registry_or_a_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tree.files()
        for said in [tree.text(path)]
        for word in [*(host for host in REGISTRIES if host in said), *MACHINE.findall(said)]
    ]
    assert named == []


def test_no_code_is_left_for_later() -> None:
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    left = [
        str(p) for p in tree.files() if p.suffix in {".py", ".html"} and words.search(tree.text(p))
    ]
    assert left == []


def test_each_problem_has_a_sentence_in_both_languages() -> None:
    for path in sorted((ROOT / "schemas" / "messages").glob("*.json")):
        for code, sentences in json.loads(path.read_text(encoding="utf-8")).items():
            assert set(sentences) == {"ja", "en"}, code
            assert all(sentences.values()), code
            holes = [
                {hole.removesuffix(f"_{language}") for hole in HOLE.findall(sentence)}
                for language, sentence in sentences.items()
            ]
            assert holes[0] == holes[1], code


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")
def test_each_text_of_the_pages_has_its_english() -> None:
    assert catalogues.faults() == []
