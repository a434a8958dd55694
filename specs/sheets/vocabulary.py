"""The words that ministries' sheets use (``words.json``): headings, classes, conditions."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def vocabulary() -> Mapping[str, Any]:
    """Read ``words.json``: column names and class words of old and new editions."""
    found: dict[str, Any] = json.loads(
        (Path(__file__).parent / "words.json").read_text(encoding="utf-8")
    )
    return found


@cache
def class_words() -> Mapping[str, str]:
    """Give the known class words, folded, and what each means."""
    return {folded(word): meaning for word, meaning in vocabulary()["obligations"].items()}


@cache
def column_names() -> Mapping[str, str]:
    """Give what each known heading, folded, means."""
    return {folded(n): c for c, names in vocabulary()["columns"].items() for n in names}


@cache
def fallback_names() -> Mapping[str, frozenset[str]]:
    """Give the headings, folded, that mean a column where no better one stands."""
    listed = vocabulary()["fallback_columns"]
    return {column: frozenset(folded(n) for n in names) for column, names in listed.items()}


@cache
def operators() -> Mapping[str, str]:
    """Give the words of conditions (以上・以下), folded, and what each means."""
    return {folded(word): meaning for word, meaning in vocabulary()["operators"].items()}


@cache
def words_of(name: str) -> frozenset[str]:
    """Give a plain list of words, folded: ``body_groups`` or ``deleted``."""
    return frozenset(folded(word) for word in vocabulary()[name])


@cache
def kinds_of_ids() -> Mapping[str, str]:
    """Give the kind of requirement that a heading of ids, folded, tells."""
    return {folded(n): kind for kind, names in vocabulary()["id_kinds"].items() for n in names}


def required_columns(kind: str) -> list[str]:
    """Name the columns that a table of this kind must have."""
    found: list[str] = vocabulary()["required"][kind]
    return found


def wanted_columns(kind: str = "function") -> str:
    """Write the headings that a table must have, as people know them."""
    return "・".join(vocabulary()["columns"][name][0] for name in required_columns(kind))


def nearest_class(written: str) -> str:
    """Offer the known class word that is written most alike; empty where none is."""
    known = {folded(word): word for word in vocabulary()["obligations"]}
    long = [word for word in known if len(word) > 1]
    found = difflib.get_close_matches(folded(written)[:60], long, n=1, cutoff=0.6)
    return known[found[0]] if found else ""


def folded(text: str) -> str:
    """Fold a heading or a class word: width, case, spaces and brackets do not matter."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for dash in "‐‑‒–—―−ー":
        if plain.strip() == dash:
            plain = "-"
    return re.sub(r"[\s【】\[\]「」]+", "", plain)
