"""Errors as data: where, which, with what facts; the sentence comes from our own catalogue.

A problem's sentence is never cut out of a library's text: it is looked up by code in
``schemas/messages/*.json`` in Japanese or English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

MESSAGES = Path(__file__).parent / "messages"
LANGUAGES = ("ja", "en")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadMessages(Exception):
    """The message files contradict one another or lack a language."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, said so that a person can mend it.

    ``pointer`` is an RFC 6901 pointer into the instance, or a form field (``/answers/F0010001``);
    ``place`` is where a person looks (``シート「機能要件一覧」 G12``), empty when the pointer says
    it all; ``params`` fill the sentence of ``code``.
    """

    pointer: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    place: str = ""

    def sentence(self, language: str = "ja") -> str:
        """Say the problem in Japanese (default) or English.

        A parameter that is a day (2027-03-31) reads 令和9年3月31日 in Japanese; ``value`` is what
        somebody wrote, and is shown as written. Raises ``KeyError`` for a code that no message
        file knows.
        """
        spoken = _known(language)
        params = {
            name: value if name == "value" else _said(value, spoken)
            for name, value in self.params.items()
        }
        return messages()[self.code][spoken].format_map(params)

    def as_dict(self, language: str = "ja") -> dict[str, Any]:
        """Give the problem as the REST interface and ``--json`` show it."""
        return {
            "pointer": self.pointer,
            "code": self.code,
            "place": self.place,
            "message": self.sentence(language),
            "params": dict(self.params),
        }


class Refused(Exception):
    """A deed or an input is refused; ``problems`` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the exception's text is their pointers and codes."""
        self.problems: list[Problem] = list(problems)
        super().__init__("; ".join(f"{p.pointer or '/'} {p.code}" for p in self.problems))


def pointer(*parts: str | int) -> str:
    """Join the parts to an RFC 6901 pointer: ``pointer("a/b", 0)`` is ``/a~1b/0``."""
    return "".join(f"/{escape(str(part))}" for part in parts)


def escape(part: str) -> str:
    """Escape one reference token (RFC 6901, section 3)."""
    return part.replace("~", "~0").replace("/", "~1")


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Read every message file once: code to language to sentence.

    Raises ``BadMessages`` when two files hold the same code or a sentence is missing.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(MESSAGES.glob("*.json")):
        for code, sentences in json.loads(path.read_text(encoding="utf-8")).items():
            if code in found:
                raise BadMessages(f"{path.name}: {code} stands in another file too")
            if missing := [language for language in LANGUAGES if not sentences.get(language)]:
                raise BadMessages(f"{path.name}: {code} lacks {', '.join(missing)}")
            found[code] = sentences
    return MappingProxyType(found)


def _said(value: str | int, language: str) -> str | int:
    """Write a parameter as people read it; only a day of the calendar differs by language."""
    if language != "ja" or not isinstance(value, str) or not _DAY.fullmatch(value):
        return value
    from schemas import eras  # noqa: PLC0415 -- eras speaks of problems

    try:
        return eras.era(date.fromisoformat(value))
    except ValueError:
        return value


def _known(language: str) -> str:
    """Reduce ``en-us`` to ``en``; whatever we do not speak is answered in Japanese."""
    short = language.partition("-")[0].lower()
    return short if short in LANGUAGES else LANGUAGES[0]
