"""Read an older workbook (.xls, [MS-XLS]) in a process of its own, limited in memory and time.

A damaged .xls can make the reader ask for more memory than there is, which ends its process; so
that process is a child. Bytes go in, the sheets come back as JSON, and whatever else happens to
the child is one problem: ``workbook_is_unreadable_xls``.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from schemas.problems import Problem, Refused

try:
    import resource
except ImportError:  # no such limits on Windows
    resource = None  # type: ignore[assignment]

MOST_MEMORY: Final = 1024**3  # bytes of address space
MOST_CPU: Final = 20  # seconds
MOST_TIME: Final = 40  # seconds by the clock
MOST_CELLS: Final = 3_000_000  # of all sheets, their empty cells counted
MOST_TOLD: Final = 200 * 1024**2  # bytes of JSON

_ROOT: Final = Path(__file__).resolve().parent.parent
_NONSENSE: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_TYPES: Final[dict[str, Any]] = {"datetime": datetime, "date": date, "time": time}


class Sheet(NamedTuple):
    """A worksheet from A1 on; ``merges`` are its merged ranges, first and last cell from 0."""

    name: str
    hidden: bool
    rows: list[list[object]]
    merges: list[tuple[tuple[int, int], tuple[int, int]]]


def read_xls(data: bytes, name: str) -> list[Sheet]:
    """Return the worksheets; raise ``Refused`` where they cannot be read within the limits."""
    if resource is None:
        raise Refused([_problem(name)])
    try:
        child = subprocess.run(
            [sys.executable, "-m", "schemas.xls"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={},
            timeout=MOST_TIME,
            check=True,
        )
        told = json.loads(child.stdout, object_hook=_value)
        return [
            Sheet(
                str(title),
                bool(hidden),
                [list(row) for row in rows],
                [((a, b), (c, d)) for (a, b), (c, d) in merges],
            )
            for title, hidden, rows, merges in told
        ]
    except (subprocess.SubprocessError, OSError, *_NONSENSE) as error:
        raise Refused([_problem(name)]) from error


def _value(told: dict[str, Any]) -> object:
    ((kind, value),) = told.items()
    return timedelta(seconds=value) if kind == "seconds" else _TYPES[kind].fromisoformat(value)


def _told(value: object) -> dict[str, object]:
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, datetime | date | time):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(type(value).__name__)


def _sheets(data: bytes) -> list[Sheet]:
    book, sheets, cells = CalamineWorkbook.from_filelike(io.BytesIO(data)), [], 0
    for each in book.sheets_metadata:
        try:
            sheet = book.get_sheet_by_name(each.name)
        except (CalamineError, ValueError, OSError):
            continue  # a chart or a dialogue sheet has no cells
        height, width = sheet.total_height, sheet.total_width
        cells += height * width
        merges = sheet.merged_cell_ranges or []
        covered = sum(
            (min(bottom, height) - top + 1) * (min(right, width) - left + 1)
            for (top, left), (bottom, right) in merges
            if top <= height and left <= width
        )
        if max(cells, covered) > MOST_CELLS:
            raise MemoryError
        rows: Any = sheet.to_python(skip_empty_area=False)
        sheets.append(Sheet(each.name, each.visible != SheetVisibleEnum.Visible, rows, merges))
    return sheets


def _problem(name: str) -> Problem:
    return Problem("/file", "workbook_is_unreadable_xls", {"name": name}, name)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told = json.dumps(_sheets(sys.stdin.buffer.read()), default=_told)
    sys.exit("too much") if len(told) > MOST_TOLD else sys.stdout.write(told)
