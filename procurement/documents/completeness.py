"""Which values a paper still lacks. Pure: schema and context in, problems out; no Django."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import registry
from schemas.problems import Problem, escape, messages

PARTS = "urn:dmp:paper-parts#/$defs/"
NO_PLACE = "case"
PLAIN_CONTROLS = "\t\n\r"


def missing_values(schema: Mapping[str, Any], context: object) -> Iterator[Problem]:
    """Every value that the schema requires is there and not empty (never a blank in a paper).

    Empty are: absent, ``None`` where the schema does not allow it, text of spaces, and a list
    shorter than ``minItems``. Each problem names the value and where it is entered.
    """
    for code, pointer in _missing(schema, context, ""):
        yield told(code, pointer, *named(schema, pointer))


def named(schema: Mapping[str, Any], pointer: str) -> tuple[dict[str, str], str]:
    """Return the names of the value at a pointer and the place where it is entered.

    A value in a list is named with its row: 「作業スケジュール 2行目の期限」.
    """
    place = NO_PLACE
    node = resolved(schema)
    row_ja = row_en = ""
    for part in pointer.split("/")[1:]:
        if "properties" in node and part in node["properties"]:
            node = resolved(node["properties"][part])
        elif "items" in node:
            row = int(part) + 1
            row_ja, row_en = f"{node['title']} {row}行目の", f"{node['x-title-en']}, row {row}: "
            node = resolved(node["items"])
        else:
            break
        place = node.get("x-place", place)
    return {
        "name_ja": row_ja + node.get("title", ""),
        "name_en": row_en + node.get("x-title-en", ""),
    }, place


def told(code: str, pointer: str, names: Mapping[str, str], place: str) -> Problem:
    """Say what is wrong with the value, by name, and where it is entered."""
    where = messages()[f"paper_place_{place}"]
    return Problem(pointer, code, {**names, "place_ja": where["ja"], "place_en": where["en"]})


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference into the shared parts; a note beside it wins over one behind it."""
    if "$ref" in schema:
        target = registry.load("papers/paper-parts")["$defs"][schema["$ref"].removeprefix(PARTS)]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    if "anyOf" in schema:
        choice = next(part for part in schema["anyOf"] if part != {"type": "null"})
        notes = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**resolved(choice), **notes, "nullable": True}
    return schema


def _missing(schema: Mapping[str, Any], value: object, pointer: str) -> Iterator[tuple[str, str]]:
    schema = resolved(schema)
    if value is None and (schema.get("nullable") or "null" in schema.get("type", ())):
        return
    if value is None and schema.get("type") == "object" and pointer.count("/") <= 1:
        value = {}  # a whole section is missing: name each of its values
    if _is_empty(value, schema):
        yield "paper_value_missing", pointer
    elif isinstance(value, str) and any(map(_is_unwritable, value)):
        yield "paper_value_wrong", pointer
    elif isinstance(value, Mapping):
        for key in schema.get("properties", ()):
            yield from _missing(
                schema["properties"][key], value.get(key), f"{pointer}/{escape(key)}"
            )
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _missing(schema["items"], item, f"{pointer}/{index}")


def _is_unwritable(character: str) -> bool:
    """Say whether no document can hold the character: a control, or half of a surrogate pair."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in PLAIN_CONTROLS


def _is_empty(value: object, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return len(value) < int(schema.get("minItems", 0))
    return value is None
