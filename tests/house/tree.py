"""What the tree holds, for the tests of the house itself."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("marketplace", "procurement", "schemas", "specs", "vendors")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that belongs to the product: what git keeps or would keep."""
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [
            git,
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in set(paths) if path.is_file()))


def modules() -> Iterator[Path]:
    """Yield the Python files of the product, without its tests and migrations."""
    for path in files():
        inside = path.relative_to(ROOT)
        if path.suffix == ".py" and inside.parts[0] in CODE and "migrations" not in inside.parts:
            yield path


def dotted(path: Path) -> str:
    """Return the import name of a Python file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the public functions at the top of a Python file."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [
        node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def imported(path: Path) -> set[str]:
    """Return the dotted names that a Python file imports, wherever it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def text(path: Path) -> str:
    """Return a file's text; a binary file has none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
