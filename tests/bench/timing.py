"""Measure calls: the median of several runs, and the most memory Python held meanwhile."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable


def medians_ms(*fns: Callable[[], object], repeat: int = 15, warm: int = 0) -> list[float]:
    """Return the median durations in milliseconds of several calls.

    They run in turn, so that noise falls on all alike, and none pays for the garbage that another
    left behind. Where one is so much longer than another that it leaves the caches cold, each runs
    ``warm`` times unmeasured before it is measured.
    """
    times: list[list[float]] = [[] for _ in fns]
    for fn in fns:
        fn()
    for _ in range(repeat):
        for fn, taken in zip(fns, times, strict=True):
            gc.collect()
            for _ in range(warm):
                fn()
            start = time.perf_counter()
            fn()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) * 1000 for taken in times]


def peak_mb(fn: Callable[[], object]) -> float:
    """Return the most memory, in MB, that Python objects took during one call."""
    tracemalloc.start()
    try:
        fn()
        return tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()
