"""Keep the English catalogues equal to what pages and code say in Japanese.

``script/messages`` extracts, compiles and lists what is untranslated; ``--check`` writes nothing
into the tree and fails where a catalogue is behind or incomplete. Every app that has its own
``locale`` folder keeps its own catalogue; the texts of an app without one belong to the nearest
folder above that has.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("marketplace", "specs", "vendors", "procurement")
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')


def apps(root: Path = ROOT) -> list[Path]:
    """Return the folders that have a catalogue, the innermost first; every wing has one."""
    found = {path.parent for top in TOPS for path in (root / top).glob("**/locale")}
    found |= {root / top for top in TOPS}
    return sorted(found, key=lambda path: (-len(path.parts), path))


def extract(app: Path, root: Path = ROOT) -> None:
    """Bring one app's catalogue up to its pages and code."""
    inner = [other for other in apps(root) if app in other.parents]
    ignored = [f"--ignore={path.relative_to(app)}/*" for path in inner]
    (app / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale=en",
            "--no-location",
            "--no-obsolete",
            "--no-wrap",
            *ignored,
        ],
        cwd=app,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": ""},
    )


def texts(catalogue: Path) -> set[str]:
    """Return the Japanese texts that a catalogue holds."""
    said = catalogue.read_text(encoding="utf-8") if catalogue.exists() else ""
    return {"".join(PIECE.findall(part)) for part in ENTRY.findall(said)} - {""}


def untranslated(catalogue: Path) -> str:
    """Return the entries of a catalogue without a sound English text."""
    return "".join(
        _gettext("msgattrib", kind, "--no-obsolete", "--no-wrap", str(catalogue))
        for kind in ("--untranslated", "--only-fuzzy")
    )


def compile_catalogue(catalogue: Path) -> None:
    """Write the compiled catalogue beside its source."""
    _gettext("msgfmt", "--check-format", "-o", str(catalogue.with_suffix(".mo")), str(catalogue))


def faults(root: Path = ROOT) -> list[str]:
    """Return, as sentences, where a catalogue is behind the pages or incomplete."""
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for top in TOPS:
            shutil.copytree(
                root / top, copy / top, ignore=shutil.ignore_patterns("__pycache__", "static")
            )
        for app in apps(copy):
            name = app.relative_to(copy) / CATALOGUE
            before = texts(app / CATALOGUE)
            extract(app, copy)
            after = texts(app / CATALOGUE)
            found += [f"{name}: not in the catalogue: {text}" for text in sorted(after - before)]
            found += [f"{name}: said nowhere: {text}" for text in sorted(before - after)]
            if left := untranslated(root / name) if (root / name).exists() else "":
                found.append(f"{name}: untranslated or doubtful:\n{left}")
    return found


def _gettext(*command: str) -> str:
    tool = shutil.which(command[0])
    if tool is None:
        message = "gettext is missing: run script/bootstrap"
        raise SystemExit(message)
    done = subprocess.run([tool, *command[1:]], check=True, capture_output=True, text=True)
    return done.stdout


def main(*, check: bool) -> int:
    """Extract and compile, or only compare; return 1 where something is missing."""
    if check:
        found = faults()
        sys.stderr.write("".join(f"{fault}\n" for fault in found))
        if found:
            sys.stderr.write("run script/messages, then fill in the English\n")
        return 1 if found else 0
    left = ""
    for app in apps():
        extract(app)
        compile_catalogue(app / CATALOGUE)
        left += untranslated(app / CATALOGUE)
    sys.stderr.write(left)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
