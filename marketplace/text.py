"""Text that people type: refused where a database or a reader would choke on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from schemas.problems import Problem

ALLOWED_CONTROLS = {"\n", "\r", "\t"}


def text_problems(text: str, pointer: str = "", *, longest: int | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a text: NUL, lone surrogates, other controls, too long."""
    if "\0" in text:
        yield Problem(pointer, "text_has_nul")
    elif any("\ud800" <= character <= "\udfff" for character in text):
        yield Problem(pointer, "text_has_lone_surrogate")
    elif any(
        unicodedata.category(character) == "Cc" and character not in ALLOWED_CONTROLS
        for character in text
    ):
        yield Problem(pointer, "text_has_control_character")
    if longest is not None and len(text) > longest:
        yield Problem(pointer, "text_too_long", {"most": longest, "length": len(text)})


def clean_text(text: str) -> str:
    """Return the text in normal form C, its line ends unified, without blanks around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
