"""How much our verdict on 1,000 answers costs beside the bare engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import jsonschema_rs

from schemas import registry
from schemas.assessment import assess, conformance
from schemas.specifications import Requirement, SpecificationMeta, build_document
from tests.bench.timing import medians_ms, peak_mb

ON = date(2027, 4, 1)


def measure() -> list[dict[str, Any]]:
    """Return one row a comparison; a ratio holds when it is at most its limit."""
    document = build_document(META, REQUIREMENTS)
    judge = conformance(document)
    bare = jsonschema_rs.Draft202012Validator(document, registry=registry.fast_registry())
    reference = jsonschema.Draft202012Validator(document, registry=registry.registry())
    conforming, failing = answers(failing=False), answers(failing=True)

    def bare_errors(given: dict[str, Any]) -> object:
        return list(bare.iter_errors(given))

    def verdict(given: dict[str, Any]) -> object:
        return judge.assess(given, on=ON, body_category="city")

    def verdict_of_document() -> object:
        return assess(document, failing, on=ON, body_category="city")

    baseline, ours, whole = medians_ms(
        lambda: bare_errors(failing), lambda: verdict(failing), verdict_of_document, repeat=41
    )
    baseline_fine, ours_fine = medians_ms(
        lambda: bare_errors(conforming), lambda: verdict(conforming), repeat=41
    )
    slow, beside_it = medians_ms(
        lambda: list(reference.iter_errors(failing)),
        lambda: verdict(failing),
        repeat=15,
        warm=3,
    )
    memory = peak_mb(lambda: verdict(failing))
    return [
        row("verdict: 1,000 answers, 200 failing / jsonschema-rs", ours, baseline, 3, memory),
        row("verdict: the same, from the document / jsonschema-rs", whole, baseline, 3, memory),
        row("verdict: 1,000 conforming / jsonschema-rs", ours_fine, baseline_fine, 3, memory),
        row("verdict: 200 failing / jsonschema, 50 times faster", beside_it, slow, 1 / 50, memory),
    ]


def row(name: str, ours: float, baseline: float, limit: float, memory: float) -> dict[str, Any]:
    """Return one row of the table."""
    return {
        "name": name,
        "ratio": round(ours / baseline, 4),
        "limit": limit,
        "holds": ours / baseline <= limit,
        "median_ms": round(ours, 3),
        "baseline_ms": round(baseline, 3),
        "peak_mb": round(memory, 2),
    }


META = SpecificationMeta(
    slug="bench",
    version="1.0",
    title="測定用仕様書",
    authority="測定",
    domain="public-facility-reservation",
    published_on="2026-04-01",
    sample=True,
)


def requirement(number: int) -> Requirement:
    """Return one of a mixed thousand: mandatory, option, prohibited, graded, interface."""
    official = f"{number:07}"
    plain = Requirement(
        key=f"F{official}",
        official_id=official,
        kind="function",
        obligation=("mandatory", "mandatory", "standard_option", "prohibited")[number % 4],
        title="測定用の要件",
        text="要件の本文です。" * 12,
    )
    if number % 20 == 0:
        bound = {"metric": "稼働率", "operator": "at_least", "value": 99.5, "unit": "%"}
        return replace(plain, key=f"N{official}", kind="non_functional", bound=bound)
    if number % 20 == 9:
        newest = {"name": "連携", "version": "2.1"}
        return replace(plain, key=f"I{official}", kind="interface", interface=newest)
    return plain


REQUIREMENTS = [requirement(number) for number in range(1000)]


def answers(*, failing: bool) -> dict[str, Any]:
    """Return an answer to each requirement; every fifth fails, or none."""
    found: dict[str, Any] = {}
    for number, each in enumerate(REQUIREMENTS):
        wrong = failing and number % 5 == 0
        prohibited = each.obligation == "prohibited"
        answer: dict[str, Any] = {"answer": "not_provided" if prohibited else "provided"}
        answer["note"] = "標準機能で対応しています。"
        answer["evidence"] = ["操作手引書 第3章", "機能説明書 2.4"]
        if each.bound:
            answer["value"] = 98.0 if wrong else 99.9
        elif each.interface:
            answer["version"] = "1.9" if wrong else "2.1"
        elif each.obligation == "standard_option":
            answer["answer"] = "???" if wrong else "provided"
        elif wrong:
            answer["answer"] = "provided" if prohibited else "not_provided"
        found[each.key] = answer
    return found
