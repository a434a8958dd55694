"""The two forms of an answer, row and document, and the way between them; lossless both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from schemas.problems import Problem, pointer
from schemas.specifications import obligation_group
from vendors.models import ClaimAnswer, ConformanceClaim

DECIMALS = 4
LARGEST_VALUE = Decimal(10) ** 14


def answer_of(row: ClaimAnswer) -> dict[str, Any]:
    """Return a row as an answer of ``answers.schema.json``; what is empty is left out."""
    answer: dict[str, Any] = {"answer": row.answer}
    if row.value is not None:
        whole = row.value == row.value.to_integral_value()
        answer["value"] = int(row.value) if whole else float(row.value)
    if row.interface_version:
        answer["version"] = row.interface_version
    if row.planned_on:
        answer["planned_on"] = row.planned_on.isoformat()
    if row.price_yen is not None:
        answer["price_yen"] = row.price_yen
    if row.note:
        answer["note"] = row.note
    if row.evidence:
        answer["evidence"] = list(row.evidence)
    return answer


def columns_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a well-formed answer as the columns of its row."""
    planned, value = answer.get("planned_on"), answer.get("value")
    return {
        "answer": answer["answer"],
        "value": None if value is None else Decimal(repr(value)),
        "interface_version": answer.get("version", ""),
        "planned_on": date.fromisoformat(planned) if planned else None,
        "price_yen": answer.get("price_yen"),
        "note": answer.get("note", ""),
        "evidence": list(answer.get("evidence", [])),
    }


def storable_problems(key: str, answer: Mapping[str, Any]) -> Iterable[Problem]:
    """Say which parts of a well-formed answer a row cannot hold: too fine or too large a value.

    JSON has no bound on numbers; a value has at most four decimals and fourteen digits before.
    """
    value = answer.get("value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
        fits = number.is_finite() and abs(number) < LARGEST_VALUE
        if not fits or number != round(number, DECIMALS):
            yield Problem(pointer("answers", key, "value"), "answer_value_is_no_number")


def answers_of(claim: ConformanceClaim) -> dict[str, dict[str, Any]]:
    """Return a claim's answers by requirement key, in the order of the specification."""
    rows = claim.answers.select_related("requirement").order_by("requirement__position")
    return {row.requirement.key: answer_of(row) for row in rows}


def document_of(claim: ConformanceClaim, stated_on: date) -> dict[str, Any]:
    """Build the claim's document (``claim.schema.json``) from its rows."""
    product = claim.release.product
    document: dict[str, Any] = {
        "specification": claim.version.urn,
        "vendor": {
            "corporate_number": product.developer.corporate_number,
            "name": product.developer.name,
        },
        "product": {"name": product.name, "release": claim.release.number},
        "stated_on": stated_on.isoformat(),
        "answers": {**answers_of(claim), **claim.extra_answers},
    }
    if claim.extra_functions:
        document["extra_functions"] = claim.extra_functions
    return document


def entry_categories(document: Mapping[str, Any]) -> list[str]:
    """Return the body categories for which a specification has a rule of its own."""
    return [
        name
        for name, entry in document.get("$defs", {}).items()
        if isinstance(entry, dict) and entry.get("$anchor") == name and _is_category(name)
    ]


def _is_category(name: str) -> bool:
    try:
        obligation_group(name)
    except ValueError:
        return False
    return True
