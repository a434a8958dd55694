"""How a notice is put: the sentence of its kind, first line subject, the rest body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.problems import Problem

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Wording:
    """A notice in one language."""

    subject: str
    body: str


def wording(kind: str, params: Mapping[str, str | int], language: str) -> Wording:
    """Put a notice in Japanese or English.

    ``kind`` is a code of ``schemas/messages``. A value ``<name>_en`` takes the place of ``<name>``
    in English. Line breaks in values become blanks, so that no value can pass for another line.
    """
    english = not language.startswith("ja")
    plain = {
        name: " ".join(value.split()) if isinstance(value, str) else value
        for name, value in params.items()
    }
    if english:
        plain |= {
            name.removesuffix("_en"): value
            for name, value in plain.items()
            if name.endswith("_en") and value != ""
        }
    sentence = Problem("", kind, plain).sentence("en" if english else "ja")
    subject, _break, body = sentence.partition("\n")
    return Wording(subject[:LONGEST_SUBJECT], body.strip())
