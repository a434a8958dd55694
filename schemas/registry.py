"""The schemas of this package by their ``urn:dmp:`` names; nothing is ever fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import referencing
import referencing.jsonschema

from schemas.problems import Problem, pointer

HERE = Path(__file__).parent
PREFIX = "urn:dmp:"


class ForeignReference(Exception):
    """A ``$ref`` leads out of our own files; it is refused, never fetched."""


@cache
def files() -> Mapping[str, Path]:
    """List our schema files by name: ``answers`` is ``answers.schema.json``.

    Papers stand in their own folder and are named ``papers/<name>``.
    """
    found = {path.name.removesuffix(".schema.json"): path for path in HERE.glob("*.schema.json")}
    for path in (HERE / "papers").glob("*.schema.json"):
        found[f"papers/{path.name.removesuffix('.schema.json')}"] = path
    return dict(sorted(found.items()))


@cache
def load(name: str) -> dict[str, Any]:
    """Load one of our schemas, once; do not change what is returned.

    Raises ``KeyError`` for a name that ``files`` does not list.
    """
    schema: dict[str, Any] = json.loads(files()[name].read_text(encoding="utf-8"))
    return schema


@cache
def resources() -> Mapping[str, dict[str, Any]]:
    """Give all our schemas by ``$id``."""
    return {load(name)["$id"]: load(name) for name in files()}


@cache
def registry() -> referencing.Registry[Any]:
    """Give the registry of the reference engine (jsonschema), closed against the world."""
    empty: referencing.Registry[Any] = referencing.Registry()  # as made, it retrieves nothing
    return empty.with_resources(
        (urn, referencing.jsonschema.DRAFT202012.create_resource(schema))
        for urn, schema in resources().items()
    ).crawl()


@cache
def fast_registry() -> jsonschema_rs.Registry:
    """Give the registry of the fast engine (jsonschema-rs), closed against the world."""
    return jsonschema_rs.Registry(
        list(resources().items()),
        draft=jsonschema_rs.Draft202012,
        retriever=refuse,
    )


def refuse(uri: str) -> Any:
    """Refuse to fetch: the retriever of the fast engine (the reference engine has none)."""
    raise ForeignReference(uri)


_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})


def reference_problems(schema: object) -> list[Problem]:
    """Find every reference that leads out of the schema itself and our own files."""
    return list(_foreign(schema, ()))


def _foreign(node: object, at: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list):
                yield from _foreign(value, (*at, key))
            elif key in _REFERENCES and isinstance(value, str) and not _is_ours(value):
                named = {"reference": value[:200]}
                yield Problem(pointer(*at, key), "reference_refused", named)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if isinstance(value, dict | list):
                yield from _foreign(value, (*at, index))


def _is_ours(reference: str) -> bool:
    return reference.startswith("#") or reference.split("#", maxsplit=1)[0] in resources()
