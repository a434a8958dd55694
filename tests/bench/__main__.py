"""Run the benchmarks: every ``bench_*.py`` here, or those whose name is given.

Each has a ``measure()`` that measures our code against a baseline in the same run and returns one
row a comparison. Prints a table, writes ``var/bench.json``, and exits with 1 where a limit does
not hold, with 2 where a name is unknown. The database is one of its own, made and thrown away.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

COLUMNS = ("name", "ratio", "limit", "holds", "median_ms", "baseline_ms", "peak_mb")
HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Measure, show and write; return 1 where a limit does not hold."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := [name for name in names if name not in known]:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; known: {', '.join(known)}\n")
        return 2
    target = Path(os.environ.get("VAR_DIR", HERE.parents[1] / "var")) / "bench.json"
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        open_database(Path(folder))
        for name in names or known:
            sys.stderr.write(f"{name} …\n")
            rows += importlib.import_module(f"tests.bench.bench_{name}").measure()
        close_database()
    sys.stdout.write(table(rows))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(row["holds"] for row in rows) else 1


def open_database(folder: Path) -> None:
    """Set Django up as in production, on a migrated database in a folder that will vanish."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)


def close_database() -> None:
    """Let go of the database before its folder vanishes."""
    from django.db import connections

    connections.close_all()


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as aligned text, a heading first."""
    lines = [dict(zip(COLUMNS, COLUMNS, strict=True)), *rows]
    widths = {column: max(_width(_cell(line[column])) for line in lines) for column in COLUMNS}
    return "".join(
        "  ".join(
            _cell(line[column]) + " " * (widths[column] - _width(_cell(line[column])))
            for column in COLUMNS
        ).rstrip()
        + "\n"
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
