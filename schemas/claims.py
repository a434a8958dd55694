"""Is this a well-formed claim? Every problem at once, each at its requirement and field.

An honest ``not_provided`` is well-formed; whether the claim conforms is ``assessment``'s question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from schemas import engine, jsontext, registry
from schemas.codes import corporate_number_problems
from schemas.problems import Problem, pointer
from schemas.specifications import DRAFT, build_document, meta_of, requirements_of

_AT: Final = "/answers"


def claim_problems(document: Mapping[str, Any], claim: object) -> list[Problem]:
    """Say everything that keeps ``claim`` from being a claim about this specification version.

    Beside the shape of ``claim.schema.json``: another version's URN, answers to unknown
    requirements, missing answers, a graded item or an interface provided without value or version,
    money that is not whole yen (``1.0`` too), blank texts, a 法人番号 with a wrong check digit,
    functions beyond a closed specification. In the document's order.
    """
    if texts := jsontext.text_problems(claim):
        return texts
    shape = engine.problems(registry.load("claim"), claim)
    if not isinstance(claim, dict):
        return shape
    found = {p.pointer: p for p in shape if not p.pointer.startswith(f"{_AT}/")}
    answers = claim.get("answers")
    beside = list(_beside(document, claim))
    if isinstance(answers, dict):
        beside = [*_answer_problems(document, answers), *beside]
    for problem in beside:
        found.setdefault(problem.pointer, problem)
    return list(found.values())


def answer_problems(document: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Problem]:
    """Say everything that keeps answers from being well-formed; pointers begin ``/answers``."""
    if texts := jsontext.text_problems(answers):
        return [replace(p, pointer=_AT + p.pointer) for p in texts]
    return list({p.pointer: p for p in _answer_problems(document, answers)}.values())


def well_formed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Derive the schema of well-formed answers: every requirement as if it were an option."""
    meta = meta_of(document)
    options = [
        replace(r, obligation="standard_option", obligations={}, categories=(), due_dates={})
        for r in requirements_of(document)
    ]
    schema = build_document(meta, options)
    properties = {key: {"$ref": p["$ref"]} for key, p in schema["properties"].items()}
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": schema["required"],
        "additionalProperties": schema["additionalProperties"],
    }


_well_formed: engine.Kept[tuple[engine.Validator, dict[str, int]]] = engine.Kept(
    lambda document: (
        engine.compiled(well_formed(document)),
        {key: index for index, key in enumerate(document["required"])},
    ),
    size=16,
)


def _answer_problems(document: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Problem]:
    ready, order = _well_formed.of(document)
    found = engine.problems_from(engine.failures_of(ready, answers), pointer=_AT)
    found = [_about_claim(problem) for problem in found]
    money = {p.pointer: p for key, answer in answers.items() for p in _member_problems(key, answer)}
    found = [money.pop(p.pointer, p) for p in found] + list(money.values())
    return sorted(found, key=lambda p: order.get(p.pointer.split("/")[2], len(order)))


def _about_claim(problem: Problem) -> Problem:
    """Say a missing or unknown member of ``answers`` in the words of a claim."""
    if problem.pointer.count("/") == 2:
        key = problem.params.get("name", "")
        if problem.code == "value_missing":
            return Problem(problem.pointer, "claim_misses_answer", {"key": key})
        if problem.code == "value_not_known":
            return Problem(problem.pointer, "claim_answers_unknown_requirement", {"key": key})
    return problem


def _member_problems(key: str, answer: object) -> Iterator[Problem]:
    """Find what a schema cannot say: ``1.0`` yen is no whole number, blanks are no text."""
    if not isinstance(answer, dict):
        return
    if isinstance(answer.get("price_yen"), float):
        yield Problem(_AT + pointer(key, "price_yen"), "money_is_not_whole_yen")
    note = answer.get("note")
    if isinstance(note, str) and note and not note.strip():
        yield Problem(_AT + pointer(key, "note"), "text_is_blank")
    evidence = answer.get("evidence")
    for index, text in enumerate(evidence if isinstance(evidence, list) else ()):
        if isinstance(text, str) and text and not text.strip():
            yield Problem(_AT + pointer(key, "evidence", index), "text_is_blank")


def _beside(document: Mapping[str, Any], claim: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what a schema cannot say of the claim around its answers."""
    stated = claim.get("specification")
    if isinstance(stated, str) and stated != document["$id"]:
        yield Problem(
            "/specification",
            "claim_is_for_another_specification",
            {"stated": stated[:200], "expected": document["$id"]},
        )
    vendor = claim.get("vendor")
    if isinstance(vendor, dict) and "corporate_number" in vendor:
        yield from corporate_number_problems(vendor["corporate_number"], "/vendor/corporate_number")
    for at, text in _texts(claim):
        if isinstance(text, str) and text and not text.strip():
            yield Problem(pointer(*at), "text_is_blank")
    extras = claim.get("extra_functions")
    if extras and meta_of(document).extension_policy == "closed":
        yield Problem("/extra_functions", "claim_extra_functions_refused")


def _texts(claim: Mapping[str, Any]) -> Iterator[tuple[Sequence[str | int], object]]:
    for part, member in (("vendor", "name"), ("product", "name"), ("product", "release")):
        if isinstance(claim.get(part), dict):
            yield (part, member), claim[part].get(member)
    extras = claim.get("extra_functions")
    for index, extra in enumerate(extras if isinstance(extras, list) else ()):
        if isinstance(extra, dict):
            for member in ("title", "text"):
                yield ("extra_functions", index, member), extra.get(member)
