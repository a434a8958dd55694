"""The engines agree; every failure becomes one problem in its place; nothing is fetched."""

from __future__ import annotations

import ast
import doctest
import json
import re
import socket
import string
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings

from schemas import engine, registry
from schemas.problems import MESSAGES, Problem, Refused, messages, pointer
from tests.schemas import strategies

HERE = Path(__file__).parent
SCHEMAS = Path(registry.__file__).parent
DEEP = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize("name", registry.files())
def test_schema_is_one_and_its_examples_pass(name: str) -> None:
    schema = registry.load(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:dmp:")
    assert schema["title"]
    assert schema["description"]
    assert schema.get("examples") or "/" in name  # a paper's examples are the papers themselves
    for example in schema.get("examples", []):
        assert engine.problems(schema, example) == []
        assert engine.reference_problems(schema, example) == []


@pytest.mark.parametrize("name", registry.files())
def test_schema_refers_to_our_own_files_and_uses_ascii_classes(name: str) -> None:
    text = json.dumps(registry.load(name))

    assert registry.reference_problems(registry.load(name)) == []
    patterns = [json.loads(f'"{p}"') for p in re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', text)]
    assert [p for p in patterns if re.search(r"\\[dDwWsSbBpP]", p)] == []


def test_answer_shapes_have_no_reference_at_their_root() -> None:
    assert "$ref" not in registry.load("answers")  # ajv would follow it without end


def test_readme_shows_what_happens() -> None:
    failed, tried = doctest.testfile(str(SCHEMAS / "README.md"), module_relative=False)

    assert tried > 0
    assert failed == 0


def test_examples_pass() -> None:
    found = sorted((HERE / "examples").glob("*/*.json"))

    assert {path.parent.name for path in found} == {"answers", "claim", "specification"}
    for path in found:
        instance = json.loads(path.read_text(encoding="utf-8"))
        assert engine.problems(registry.load(path.parent.name), instance) == [], path
        assert engine.reference_problems(registry.load(path.parent.name), instance) == [], path


def counterexamples() -> list[Path]:
    return sorted((HERE / "counterexamples").glob("*/*.json"))


@pytest.mark.parametrize("path", counterexamples(), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_counterexample_fails_for_its_stated_reason(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    schema = registry.load(path.parent.name)

    for problems in (engine.problems, engine.reference_problems):
        found = problems(schema, case["instance"])
        assert sorted([p.pointer, p.code] for p in found) == sorted(case["problems"])


def test_counterexamples_exist_for_each_of_the_core_schemas() -> None:
    assert {p.parent.name for p in counterexamples()} == {"answers", "claim", "specification"}


@DEEP
@given(strategies.claims(broken=True))
def test_engines_agree_on_broken_claims(drawn: Any) -> None:
    document, answers = drawn

    fast = list(engine.failures(document, answers))
    slow = list(engine.reference_failures(document, answers))

    assert engine.pairs(fast) == engine.pairs(slow)
    told = {(p.pointer, p.code) for p in engine.problems_from(fast)}
    assert told == {(p.pointer, p.code) for p in engine.problems_from(slow)}


@DEEP
@given(strategies.claims(broken=True, policy="open"))
def test_engines_agree_on_claims_with_extra_answers(drawn: Any) -> None:
    document, answers = drawn

    fast = engine.pairs(engine.failures(document, answers))

    assert fast == engine.pairs(engine.reference_failures(document, answers))


@DEEP
@given(strategies.ANYTHING)
def test_engines_agree_on_anything_as_a_claim(instance: Any) -> None:
    schema = registry.load("claim")

    fast = engine.pairs(engine.failures(schema, instance))

    assert fast == engine.pairs(engine.reference_failures(schema, instance))


KEYWORDS: list[tuple[dict[str, Any], Any, str, str, dict[str, Any]]] = [
    ({"required": ["a/b"]}, {}, "/a~1b", "value_missing", {"name": "a/b"}),
    ({"additionalProperties": False}, {"x": 1}, "/x", "value_not_known", {"name": "x"}),
    ({"unevaluatedProperties": False}, {"x": 1}, "/x", "value_not_known", {"name": "x"}),
    ({"properties": {"x": False}}, {"x": 1}, "/x", "value_not_known", {"name": "x"}),
    ({"propertyNames": {"maxLength": 1}}, {"xy": 1}, "/xy", "value_name_differs", {"name": "xy"}),
    ({"type": "string"}, 1, "", "value_is_not_string", {}),
    ({"type": ["string", "null"]}, 1, "", "value_has_another_type", {"expected": "null, string"}),
    ({"enum": ["a", 1, None]}, 2, "", "value_not_in_list", {"allowed": "a, 1, null"}),
    ({"const": True}, 2, "", "value_differs", {"expected": "true"}),
    ({"pattern": "^a$"}, "b", "", "value_pattern_differs", {}),
    ({"minLength": 2}, "b", "", "value_too_short", {"limit": 2}),
    ({"maxLength": 1}, "bb", "", "value_too_long", {"limit": 1}),
    ({"minimum": 99.5}, 1, "", "value_too_small", {"limit": "99.5"}),
    ({"maximum": 1.0}, 2, "", "value_too_large", {"limit": 1}),
    ({"exclusiveMinimum": 1}, 1, "", "value_not_above", {"limit": 1}),
    ({"exclusiveMaximum": 1}, 1, "", "value_not_below", {"limit": 1}),
    ({"multipleOf": 2}, 1, "", "value_not_multiple", {"limit": 2}),
    ({"minItems": 1}, [], "", "value_has_too_few_items", {"limit": 1}),
    ({"maxItems": 0}, [1], "", "value_has_too_many_items", {"limit": 0}),
    ({"minProperties": 1}, {}, "", "value_has_too_few_members", {"limit": 1}),
    ({"maxProperties": 0}, {"a": 1}, "", "value_has_too_many_members", {"limit": 0}),
    ({"uniqueItems": True}, [1, 1], "", "value_repeats_items", {}),
    ({"anyOf": [{"type": "string"}]}, 1, "", "value_fits_no_shape", {"keyword": "anyOf"}),
    ({"items": {"type": "string"}}, ["", 1], "/1", "value_is_not_string", {}),
    ({"$ref": "urn:dmp:answers#date"}, "2027-02-29", "", "date_not_iso", {}),
    ({"$ref": "urn:dmp:answers#version"}, "2.01", "", "version_not_numbers", {}),
]


@pytest.mark.parametrize(("schema", "instance", "at", "code", "params"), KEYWORDS)
def test_keyword_becomes_our_problem(
    schema: dict[str, Any], instance: Any, at: str, code: str, params: dict[str, Any]
) -> None:
    assert engine.problems(schema, instance) == [Problem(at, code, params)]
    assert engine.problems(schema, instance, pointer="/p") == [Problem("/p" + at, code, params)]


def test_one_place_gets_the_problem_to_be_mended_first() -> None:
    schema = {"$ref": "urn:dmp:answers#mandatory"}

    found = engine.problems(schema, {"answer": "???", "planned_on": "2027-02-30T00:00"})

    assert [(p.pointer, p.code) for p in found] == [
        ("/answer", "value_not_in_list"),
        ("/planned_on", "date_not_iso"),
    ]


def test_member_that_fails_inside_is_not_told_as_unlisted_too() -> None:
    schema = {
        "allOf": [{"properties": {"a": {"items": {"type": "string"}}}}],
        "unevaluatedProperties": False,
    }

    found = engine.problems(schema, {"a": [1], "b": 1})

    assert [(p.pointer, p.code) for p in found] == [
        ("/a/0", "value_is_not_string"),
        ("/b", "value_not_known"),
    ]


def test_names_of_digits_keep_their_zeros() -> None:
    schema = {"additionalProperties": {"items": {"type": "string"}}}

    found = engine.problems(schema, {"0010000": ["", 1]})

    assert [p.pointer for p in found] == ["/0010000/1"]


@pytest.mark.parametrize(
    "reference",
    ["http://example.com/x", "https://example.com/x#/a", "file:///etc/passwd", "other.json",
     "urn:dmp:nothing", "//host/x"],
)  # fmt: skip
def test_foreign_reference_is_a_problem_and_never_fetched(
    reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket, "socket", no_network)
    schema = {"properties": {"a": {"$ref": reference}}}

    assert engine.problems(schema, {"a": 1}) == [
        Problem("", "schema_unusable", {"reason": reference})
    ]
    assert registry.reference_problems(schema) == [
        Problem("/properties/a/$ref", "reference_refused", {"reference": reference})
    ]
    with pytest.raises(engine.BadSchema):
        list(engine.reference_failures(schema, {"a": 1}))


def test_registries_refuse_what_they_do_not_hold() -> None:
    with pytest.raises(registry.ForeignReference):
        registry.refuse("https://example.com/")
    with pytest.raises(Exception, match="example"):
        registry.registry().resolver().lookup("https://example.com/")


@pytest.mark.parametrize(
    "schema", [{"type": "nope"}, {"$ref": "urn:dmp:answers#nope"}, {"pattern": "("}]
)
def test_unusable_schema_is_itself_the_problem(schema: dict[str, Any]) -> None:
    assert [p.code for p in engine.problems(schema, "x")] == ["schema_unusable"]


def test_what_json_cannot_say_is_a_problem() -> None:
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]

    codes = [
        [p.code for p in engine.problems({"type": "integer"}, instance)]
        for instance in ("\ud800", {"\ud800": 1}, nested, {1: 2}, object())
    ]

    assert codes == [
        ["json_lone_surrogate"],
        ["json_lone_surrogate"],
        ["json_not_a_value"],
        ["json_not_a_value"],
        ["json_not_a_value"],
    ]


def test_validators_are_kept_by_content() -> None:
    kept = engine.Kept(lambda _: object(), size=2)
    first = kept.of({"a": 1})

    assert kept.of({"a": 1}) is first
    assert kept.of({"a": True}) is not first
    kept.of({"b": 1})
    kept.of({"c": 1})
    assert kept.of({"a": 1}) is not first


def test_changed_schema_gives_another_answer() -> None:
    schema: dict[str, Any] = {"const": 1}
    assert engine.problems(schema, 1) == []

    schema["const"] = 2

    assert [p.code for p in engine.problems(schema, 1)] == ["value_differs"]


def raised_codes() -> dict[str, list[set[str] | None]]:
    """Read the codes of every ``Problem(...)`` in the package, with the names of its parameters."""
    found: dict[str, list[set[str] | None]] = {}
    for path in SCHEMAS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"):
                continue
            code = node.args[1] if len(node.args) > 1 else None
            if isinstance(code, ast.Constant):
                params: set[str] | None = set()
                if len(node.args) > 2:
                    given = node.args[2]
                    params = None
                    if isinstance(given, ast.Dict):
                        params = {str(getattr(key, "value", "")) for key in given.keys}
                found.setdefault(str(code.value), []).append(params)
    return found


def test_every_code_raised_has_its_sentences_and_fills_them() -> None:
    stated = set(engine.pattern_codes().values())
    types = {
        f"value_is_not_{t}" for t in jsonschema.Draft202012Validator.TYPE_CHECKER._type_checkers
    }
    raised = raised_codes()

    assert {*raised, *stated, *types, *(code for code, _ in engine.CODES.values())} <= {*messages()}
    for code, calls in raised.items():
        for params in calls:
            assert params is None or placeholders(messages()[code]["ja"]) <= params, code
    for code, parameter in engine.CODES.values():
        assert placeholders(messages()[code]["ja"]) == ({parameter} if parameter else set())


def test_both_languages_say_the_same_things() -> None:
    for code, sentences in messages().items():
        named = [
            {name.removesuffix(f"_{language}") for name in placeholders(sentences[language])}
            for language in ("ja", "en")
        ]
        assert named[0] == named[1], code


def test_core_messages_are_all_raised() -> None:
    core = set(json.loads((MESSAGES / "core.json").read_text(encoding="utf-8")))
    source = "".join(path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.py"))
    source += "".join(path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.schema.json"))

    assert {c for c in core if c not in source and not c.startswith("value_is_not_")} == set()


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_problem_speaks_japanese_and_english() -> None:
    problem = Problem("/a", "value_missing", {"name": "{x}"}, "G12")

    assert problem.sentence() == "「{x}」がありません。記入してください。"
    assert problem.sentence("en-us") == "“{x}” is missing. Fill it in."
    assert problem.sentence("fr") == problem.sentence("ja")
    assert problem.as_dict("en") == {
        "pointer": "/a",
        "code": "value_missing",
        "place": "G12",
        "message": "“{x}” is missing. Fill it in.",
        "params": {"name": "{x}"},
    }
    assert str(Refused([problem])) == "/a value_missing"
    assert pointer("a/b", "~", 0) == "/a~1b/~0/0"
