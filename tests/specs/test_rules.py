"""The rules of the demand, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from schemas.specifications import SpecificationMeta
from specs import rules
from specs.rules import Published, Registered

META = SpecificationMeta("sample", "1.1", "見本", "総務省", "facility-reservation", "2026-04-01")
HELD = Registered("総務省", "facility-reservation", "closed", sample=False)


@pytest.mark.parametrize(
    ("slug", "codes"),
    [
        ("resident-record", []),
        ("a" * 80, []),
        ("a" * 81, ["specification_slug_not_known_form"]),
        ("", ["specification_slug_not_known_form"]),
        ("Resident", ["specification_slug_not_known_form"]),
        ("住民", ["specification_slug_not_known_form"]),
        ("a--b", ["specification_slug_not_known_form"]),
        ("import", ["specification_slug_is_reserved"]),
    ],
)
def test_slug_can_be_used(slug: str, codes: list[str]) -> None:
    assert [problem.code for problem in rules.slug_can_be_used(slug)] == codes


@pytest.mark.parametrize(
    ("domain", "codes"),
    [
        ("resident-record", []),
        ("住民記録", ["specification_domain_not_listed"]),
        ("", ["specification_domain_not_listed"]),
    ],
)
def test_domain_is_listed(domain: str, codes: list[str]) -> None:
    assert [problem.code for problem in rules.domain_is_listed(domain)] == codes


@pytest.mark.parametrize(
    ("registered", "codes"),
    [
        pytest.param(None, [], id="first version"),
        pytest.param(HELD, [], id="same"),
        pytest.param(
            replace(HELD, authority="文部科学省"),
            ["specification_is_of_another_authority"],
            id="another owner",
        ),
        pytest.param(replace(HELD, domain="tax"), ["specification_policy_differs"], id="domain"),
        pytest.param(
            replace(HELD, extension_policy="open"), ["specification_policy_differs"], id="policy"
        ),
        pytest.param(replace(HELD, sample=True), ["specification_policy_differs"], id="sample"),
    ],
)
def test_version_agrees_with_its_specification(
    registered: Registered | None, codes: list[str]
) -> None:
    found = rules.version_agrees_with_its_specification(META, registered)

    assert [problem.code for problem in found] == codes


@pytest.mark.parametrize(
    ("number", "day", "codes"),
    [
        pytest.param("1.1", date(2026, 4, 1), [], id="later and higher"),
        pytest.param("1.10", date(2026, 4, 1), [], id="numbers, not text"),
        pytest.param("0.9", date(2024, 4, 1), [], id="earlier and lower"),
        pytest.param("0.9", date(2026, 4, 1), ["version_number_not_later"], id="later but lower"),
        pytest.param(
            "1.9", date(2024, 4, 1), ["version_number_not_later"], id="earlier but higher"
        ),
        pytest.param("1.0", date(2026, 4, 1), [], id="itself"),
    ],
)
def test_numbers_rise_with_time(number: str, day: date, codes: list[str]) -> None:
    others = [Published("1.0", date(2025, 4, 1), frozenset())]

    found = rules.numbers_rise_with_time(number, day, others)

    assert [problem.code for problem in found] == codes


def test_withdrawn_ids_stay_withdrawn() -> None:
    earlier = [
        Published("1.0", date(2023, 4, 1), ("F0000001", "F0000002")),
        Published("1.1", date(2024, 4, 1), ("F0000001", "F0000002")),
        Published("1.2", date(2025, 4, 1), ("F0000001",)),
    ]

    found = list(rules.withdrawn_ids_stay_withdrawn(["F0000001", "F0000002", "F0000003"], earlier))

    assert [(p.code, p.params) for p in found] == [
        ("version_reuses_id", {"id": "0000002", "first": "1.0", "row": 2, "version": "1.1"})
    ]
    assert list(rules.withdrawn_ids_stay_withdrawn(["F0000001"], [])) == []
