"""Ask whether an instance meets a schema, and say every problem as our own ``Problem``.

jsonschema-rs does the work; jsonschema is the reference engine, and a property test proves that
both give the same pairs of pointer and keyword. No format is asserted by either: our schemas say
with patterns what must hold, so that any standard validator agrees.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

import jsonschema
import jsonschema.exceptions
import jsonschema.validators
import jsonschema_rs
import referencing.exceptions
from referencing.jsonschema import DRAFT202012

from schemas import registry
from schemas.problems import Problem, escape

Schema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]
Validator: TypeAlias = jsonschema_rs.Draft202012Validator
Made = TypeVar("Made")

#: Validators kept ready, the least recently used thrown away first.
KEPT = 64

#: The code of each keyword whose problem needs no closer look, and the parameter it carries.
CODES: Mapping[str, tuple[str, str]] = {
    "const": ("value_differs", "expected"),
    "enum": ("value_not_in_list", "allowed"),
    "pattern": ("value_pattern_differs", ""),
    "minLength": ("value_too_short", "limit"),
    "maxLength": ("value_too_long", "limit"),
    "minimum": ("value_too_small", "limit"),
    "exclusiveMinimum": ("value_not_above", "limit"),
    "maximum": ("value_too_large", "limit"),
    "exclusiveMaximum": ("value_not_below", "limit"),
    "multipleOf": ("value_not_multiple", "limit"),
    "minItems": ("value_has_too_few_items", "limit"),
    "maxItems": ("value_has_too_many_items", "limit"),
    "minProperties": ("value_has_too_few_members", "limit"),
    "maxProperties": ("value_has_too_many_members", "limit"),
    "uniqueItems": ("value_repeats_items", ""),
}
#: Which problem of one place is told first: what a person must mend before the rest matters.
ORDER = ("type", "enum", "pattern", "maxLength", "minLength", "const")


class Failure(NamedTuple):
    """One keyword that one place of the instance fails; ``detail`` is the keyword's own value."""

    path: Path
    keyword: str
    detail: Any


class BadSchema(Exception):
    """A schema cannot be used: it refers to foreign or missing parts, or is not a schema."""


def problems(schema: Schema, instance: object, *, pointer: str = "") -> list[Problem]:
    """Say everything in which the instance fails the schema; ``[]`` when it meets it.

    ``pointer`` stands before every problem's pointer. One place gets one problem: the one to be
    mended first. A schema that cannot be used is itself the problem; nothing is ever fetched.
    """
    try:
        found = list(failures(schema, instance))
    except BadSchema as bad:
        return [Problem(pointer, "schema_unusable", {"reason": str(bad)[:200]})]
    except UnicodeEncodeError:
        return [Problem(pointer, "json_lone_surrogate")]
    except ValueError:
        return [Problem(pointer, "json_not_a_value")]
    return problems_from(found, pointer=pointer)


def reference_problems(schema: Schema, instance: object, *, pointer: str = "") -> list[Problem]:
    """Say the same with the reference engine (jsonschema); a hundred times slower."""
    return problems_from(list(reference_failures(schema, instance)), pointer=pointer)


def failures(schema: Schema, instance: object) -> Iterator[Failure]:
    """Yield each failed keyword with the fast engine (jsonschema-rs).

    Raises ``BadSchema`` for an unusable schema, ``ValueError`` for what is not a JSON value.
    """
    yield from failures_of(validator(schema), instance)


def failures_of(ready: Validator, instance: object) -> Iterator[Failure]:
    """Yield each failed keyword with a ready validator (see ``compiled``)."""
    for error in ready.iter_errors(instance):
        yield from failures_in(error, instance)


def failures_in(error: jsonschema_rs.ValidationError, instance: object) -> Iterator[Failure]:
    """Read one error of the fast engine; missing and unlisted members get their own places."""
    kind = error.kind
    path: Path = tuple(error.instance_path)
    if any(isinstance(part, int) for part in path):
        path = _with_names(instance, path)
    details = kind.as_dict()
    match kind.name:
        case "required":
            yield Failure((*path, details["property"]), "required", None)
        case "additionalProperties" | "unevaluatedProperties":
            for name in details["unexpected"]:
                yield Failure((*path, name), kind.name, None)
        case "falseSchema" if error.schema_path[-1] == "additionalProperties":
            # So it says "additionalProperties": false of an object for which no member is listed.
            for name in _at(instance, path):
                yield Failure((*path, name), "additionalProperties", None)
        case "propertyNames":
            yield Failure((*path, details["error"].instance), "propertyNames", None)
        case keyword:
            yield Failure(path, keyword, next(iter(details.values()), None))


def _pattern(_: Any, pattern: str, instance: object, __: object) -> Iterator[Any]:
    """Match as ECMA-262 does: ``$`` is the very end, not also the place before a last newline."""
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        pattern = pattern[:-1] + r"\Z"
    if isinstance(instance, str) and not re.search(pattern, instance):
        yield jsonschema.exceptions.ValidationError("pattern")


_Reference: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


def reference_failures(schema: Schema, instance: object, anchor: str = "") -> Iterator[Failure]:
    """Yield each failed keyword with the reference engine (jsonschema).

    Raises ``BadSchema`` for a reference that leaves our own files or leads nowhere.
    """
    root, known = dict(schema), registry.registry()
    if anchor:
        resource = DRAFT202012.create_resource(dict(schema))
        root = {"$ref": f"{schema['$id']}#{anchor}"}
        known = known.with_resource(str(schema["$id"]), resource)
    reference = _Reference(root, registry=known)
    try:
        for error in reference.iter_errors(instance):
            yield from _reference_failure(error)
    except referencing.exceptions.Unresolvable as missing:
        raise BadSchema(str(missing.ref)) from None


def _reference_failure(error: jsonschema.exceptions.ValidationError) -> Iterator[Failure]:
    path: Path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    keyword, value = str(error.validator), cast("Any", error.validator_value)
    members = error.instance if isinstance(error.instance, dict) else {}
    if "propertyNames" in error.absolute_schema_path:
        yield Failure((*path, str(error.instance)), "propertyNames", None)
    elif keyword == "required":
        for name in value:
            if name not in members:
                yield Failure((*path, name), "required", None)
    elif keyword == "additionalProperties":
        patterns = schema.get("patternProperties", {})
        for name in members:
            if name not in schema.get("properties", {}) and not any(
                jsonschema.Draft202012Validator({"pattern": p}).is_valid(name) for p in patterns
            ):
                yield Failure((*path, name), keyword, None)
    elif keyword == "None":  # the schema "false" has no keyword
        yield Failure(path, "falseSchema", None)
    else:
        yield Failure(path, keyword, value)


def pairs(found: Iterable[Failure]) -> set[tuple[str, str]]:
    """Give the pairs of pointer and keyword, by which engines are compared."""
    return {(_pointer(failure.path), failure.keyword) for failure in found}


def problems_from(found: Iterable[Failure], *, pointer: str = "") -> list[Problem]:
    """Turn failures into problems, one a place, in the order in which places first failed.

    A member that fails inside counts as unevaluated too; only its own failure is told.
    """
    first: dict[Path, Failure] = {}
    for failure in found:
        held = first.get(failure.path)
        if held is None or _rank(failure) < _rank(held):
            first[failure.path] = failure
    within = {path[:end] for path in first for end in range(len(path))}
    return [
        _problem(failure, pointer)
        for path, failure in first.items()
        if not (failure.keyword == "unevaluatedProperties" and path in within)
    ]


def _rank(failure: Failure) -> int:
    if failure.keyword == "pattern":
        known = failure.detail in pattern_codes()
        return ORDER.index("pattern") if known else len(ORDER)
    return ORDER.index(failure.keyword) if failure.keyword in ORDER else len(ORDER)


def _problem(failure: Failure, prefix: str) -> Problem:
    at = prefix + _pointer(failure.path)
    name = str(failure.path[-1])[:200] if failure.path else ""
    match failure.keyword:
        case "required":
            return Problem(at, "value_missing", {"name": name})
        case "additionalProperties" | "unevaluatedProperties" | "falseSchema":
            return Problem(at, "value_not_known", {"name": name})
        case "propertyNames":
            return Problem(at, "value_name_differs", {"name": name})
        case "type":
            types = failure.detail if isinstance(failure.detail, list) else [failure.detail]
            if len(types) == 1:
                return Problem(at, f"value_is_not_{types[0]}")
            return Problem(at, "value_has_another_type", {"expected": ", ".join(sorted(types))})
        case "pattern" if failure.detail in pattern_codes():
            return Problem(at, pattern_codes()[failure.detail])
        case keyword if keyword in CODES:
            code, parameter = CODES[keyword]
            return Problem(at, code, {parameter: plain(failure.detail)} if parameter else {})
        case keyword:
            return Problem(at, "value_fits_no_shape", {"keyword": keyword})


def plain(value: object) -> str | int:
    """Write a keyword's value for a sentence: lists joined, numbers without needless digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join([each if isinstance(each, str) else str(plain(each)) for each in value])
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return str(value)


@cache
def pattern_codes() -> Mapping[str, str]:
    """Give the problem code that our schemas state beside a pattern (``x-problem``)."""
    found: dict[str, str] = {}
    stack: list[Any] = [dict(registry.resources())]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str) and isinstance(node.get("x-problem"), str):
                found[node["pattern"]] = node["x-problem"]
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    return found


# -- validators --------------------------------------------------------------------------------


class Kept(Generic[Made]):
    """What was made of a schema, kept by the schema's digest; safe among threads."""

    def __init__(self, make: Callable[[Schema], Made], size: int = KEPT) -> None:
        """Keep the ``size`` last used; ``make`` makes what is missing."""
        self._make = make
        self._size = size
        self._kept: OrderedDict[bytes, Made] = OrderedDict()
        self._lock = Lock()

    def of(self, schema: Schema) -> Made:
        """Give what belongs to the schema, made now or before."""
        key = fingerprint(schema)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(schema)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


def fingerprint(schema: Schema) -> bytes:
    """Give a digest that tells schemas apart within this process."""
    try:
        plain_bytes = marshal.dumps(cast("Any", schema), 2)
    except ValueError:
        plain_bytes = json.dumps(schema).encode()
    return hashlib.sha256(plain_bytes).digest()


def compiled(schema: Schema, anchor: str = "") -> Validator:
    """Build a validator of a schema, or of its entry point at ``anchor``.

    Raises ``BadSchema`` for a reference that leaves our own files or leads nowhere, and for what
    is not a schema.
    """
    if foreign := registry.reference_problems(schema):
        raise BadSchema(str(foreign[0].params["reference"]))
    root, known = dict(schema), registry.fast_registry()
    if anchor:
        root = {"$ref": f"{schema['$id']}#{anchor}"}
        known = jsonschema_rs.Registry(
            [*registry.resources().items(), (schema["$id"], dict(schema))],
            draft=jsonschema_rs.Draft202012,
            retriever=registry.refuse,
        )
    try:
        return jsonschema_rs.Draft202012Validator(
            root, registry=known, retriever=registry.refuse, validate_formats=False
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as bad:
        raise BadSchema(str(bad).splitlines()[0]) from None


_validators: Kept[Validator] = Kept(compiled)


def validator(schema: Schema) -> Validator:
    """Give the ready validator of a schema; raises ``BadSchema`` as ``compiled`` does."""
    return _validators.of(schema)


def _pointer(path: Path) -> str:
    return "".join(f"/{escape(str(part))}" for part in path)


def _at(instance: Any, path: Path) -> Any:
    for part in path:
        instance = instance[part]
    return instance


def _with_names(instance: object, path: Path) -> Path:
    """Put back names made of digits, which jsonschema-rs reports as numbers (``0010`` as 10)."""
    found: list[str | int] = []
    node: Any = instance
    for part in path:
        name = part
        if isinstance(node, dict) and isinstance(part, int):
            name = next(k for k in node if k.isascii() and k.isdigit() and int(k) == part)
        found.append(name)
        node = node[name]
    return tuple(found)
