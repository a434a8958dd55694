"""Rules of a body as a whole: truth tables, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from procurement import rules


@pytest.mark.parametrize(
    ("before", "after", "others", "codes"),
    [
        ("approve", "plan", 0, ["officer_last_approver"]),
        ("approve", "view", 0, ["officer_last_approver"]),
        ("approve", "approve", 0, []),
        ("approve", "plan", 1, []),
        ("plan", "view", 0, []),
        ("", "view", 0, []),
        ("", "approve", 0, []),
    ],
    ids=[
        "the last who approves may only plan",
        "the last who approves may only view",
        "the last who approves stays",
        "somebody else approves",
        "who plans may only view",
        "the first officer only views",
        "the first officer approves",
    ],
)
def test_a_body_keeps_somebody_who_approves(
    before: str, after: str, others: int, codes: list[str]
) -> None:
    problems = rules.officer_problems(
        department="総務課", level=after, level_before=before, other_approvers=others
    )

    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize(
    ("department", "codes"),
    [
        ("", []),
        ("総" * 60, []),
        ("総" * 61, ["text_too_long"]),
        ("総務\0課", ["text_has_nul"]),
        ("総務\x1b課", ["text_has_control_character"]),
    ],
)
def test_a_department_is_a_short_clean_text(department: str, codes: list[str]) -> None:
    problems = rules.officer_problems(
        department=department, level="view", level_before="", other_approvers=0
    )

    assert [(problem.pointer, problem.code) for problem in problems] == [
        ("/department", code) for code in codes
    ]


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("会津若松市契約規則第20条", []),
        ("規" * 200, []),
        ("規" * 201, ["text_too_long"]),
        ("規則\0", ["text_has_nul"]),
        ("　", ["threshold_without_source"]),
    ],
)
def test_the_source_of_a_threshold_is_a_clean_text(source: str, codes: list[str]) -> None:
    problems = rules.threshold_problems(
        contract_category="other",
        amount_yen=800_000,
        effective_from=date(2025, 10, 1),
        source=source,
        body_category="city",
    )

    assert [(problem.pointer, problem.code) for problem in problems] == [
        ("/source", code) for code in codes
    ]
