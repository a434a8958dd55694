"""How much our engine adds to bare WeasyPrint for an annex of 1,000 requirements.

Both sides make the same PDF/A-3a from the same HTML and style sheet; ours also validates the
context, fills the templates, refuses addresses, attaches the data and checks the fonts. Each runs
in its own process, in turn, so that neither warms the other; ``peak_mb`` is the resident memory of
the whole process of our side, and must stay under ``MOST_MB``. Time is that of the processor, so
that other work on the machine does not count.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROWS = 1_000
REPEAT = 3
MOST_MB = 250
LIMIT = 1.1
KIND = "procurement_specification"


def measure() -> list[dict[str, Any]]:
    """Return two rows: the ratio of the times, and the peak of the memory over its limit."""
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    for _ in range(REPEAT):
        for side, taken in runs.items():
            taken.append(_in_a_process(side))
    ours, bare = (statistics.median(run["ms"] for run in runs[side]) for side in ("ours", "bare"))
    peak = max(run["mb"] for run in runs["ours"])
    common = {"median_ms": round(ours, 1), "baseline_ms": round(bare, 1), "peak_mb": round(peak, 1)}
    return [
        {
            "name": "annex: 1,000 requirements / bare WeasyPrint",
            "ratio": round(ours / bare, 4),
            "limit": LIMIT,
            "holds": ours / bare <= LIMIT,
            **common,
        },
        {
            "name": f"annex: peak memory of the process / {MOST_MB} MB",
            "ratio": round(peak / MOST_MB, 4),
            "limit": 1,
            "holds": peak < MOST_MB,
            **common,
        },
    ]


def _in_a_process(side: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_annex", side],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "marketplace.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _side(side: str) -> Callable[[], object]:
    """Return the work of one side, with everything imported and warmed by a short paper."""
    import weasyprint

    from procurement.documents import engine, kinds
    from tests.documents import facts

    engine.issue(KIND, facts.context(KIND, total=20))
    context = facts.context(KIND, total=ROWS)
    if side == "ours":
        return lambda: engine.issue(KIND, context)
    html, css = engine.whole_page(kinds.kind_of(KIND), context), engine.styles()
    return lambda: weasyprint.HTML(string=html).write_pdf(
        stylesheets=[weasyprint.CSS(string=css)], pdf_variant="pdf/a-3a"
    )


if __name__ == "__main__":
    work = _side(sys.argv[1])
    begun = time.process_time()
    work()
    milliseconds = (time.process_time() - begun) * 1000
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps({"ms": milliseconds, "mb": peak_kib / 1024}))
