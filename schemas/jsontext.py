"""Read JSON from outside without trusting it.

Size and depth are checked before parsing; what the standard library lets through and databases or
other programs choke on is refused: duplicate names, lone surrogates, NUL, numbers without end.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from schemas.problems import Problem, Refused, pointer

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 100
MAX_DIGITS: Final = 40

# A string, closed or running to the end: linear on any input.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Parse JSON text (RFC 8259, UTF-8, a byte order mark is tolerated).

    Raises ``Refused``: too large, too deep, not UTF-8, not JSON, a name twice in an object, a lone
    surrogate, NUL, NaN or Infinity, a number of more than ``MAX_DIGITS`` digits. Duplicate names,
    bad numbers and bad texts are all told at once.
    """
    text = _text(data, max_bytes)
    if (depth := nesting(text)) > max_depth:
        raise Refused([Problem("", "json_too_deep", {"limit": max_depth, "depth": depth})])
    found: list[Problem] = []
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, found),
            parse_int=lambda digits: _integer(digits, found),
            parse_float=lambda digits: _float(digits, found),
            parse_constant=lambda name: _not_finite(name, found),
        )
    except json.JSONDecodeError as error:
        place: dict[str, str | int] = {"line": error.lineno, "column": error.colno}
        raise Refused([Problem("", "json_not_json", place)]) from None
    except RecursionError:  # a caller already deep in its own stack
        raise Refused([Problem("", "json_too_deep", {"limit": max_depth})]) from None
    if "\\u" in text:
        found += text_problems(value)
    if found:
        raise Refused(found)
    return value


def nesting(text: str) -> int:
    """Count how deep brackets nest outside strings, in linear time and without recursion."""
    if text.count("[") + text.count("{") <= 1:
        return text.count("[") + text.count("{")
    brackets = _NO_BRACKET.sub("", _STRING.sub("", text))
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def text_problems(value: object) -> list[Problem]:
    """Find lone surrogates and NUL in every text and name of a JSON value, with pointers."""
    return list(_text_problems(value, ()))


def _text_problems(value: object, at: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _bad_text(value, pointer(*at))
    elif isinstance(value, dict):
        for name, member in value.items():
            bad = list(_bad_text(name, pointer(*at)))
            yield from bad
            if not bad:
                yield from _text_problems(member, (*at, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _text_problems(member, (*at, index))


def _bad_text(text: str, at: str) -> Iterator[Problem]:
    if _SURROGATE.search(text):
        yield Problem(at, "json_lone_surrogate")
    if "\0" in text:
        yield Problem(at, "json_nul")


def _text(data: bytes | str, max_bytes: int) -> str:
    too_large = Problem("", "json_too_large", {"limit": max_bytes, "size": len(data)})
    if len(data) > max_bytes:
        raise Refused([too_large])
    if isinstance(data, str):
        if _SURROGATE.search(data):
            raise Refused([Problem("", "json_lone_surrogate")])
        if len(data.encode()) > max_bytes:
            raise Refused([too_large])
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("", "json_not_utf8", {"position": error.start + 1})
        raise Refused([problem]) from None


def _object(pairs: list[tuple[str, Any]], found: list[Problem]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                shown = _SURROGATE.sub("\ufffd", name)[:200]
                found.append(Problem("", "json_duplicate_key", {"name": shown}))
            seen.add(name)
    return made


def _integer(digits: str, found: list[Problem]) -> int:
    if len(digits) > MAX_DIGITS:
        found.append(Problem("", "json_number_too_long", {"limit": MAX_DIGITS}))
        return 0
    return int(digits)


def _float(digits: str, found: list[Problem]) -> float:
    value = float(digits)
    if not math.isfinite(value):
        return _not_finite(digits, found)
    return value


def _not_finite(number: str, found: list[Problem]) -> float:
    found.append(Problem("", "json_number_not_finite", {"number": number[:40]}))
    return 0.0
