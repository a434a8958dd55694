"""Does a claim conform, as of a day, for a body of a category? One result a requirement.

The verdict is the schema's: an answer fails what the specification document fails. What the
schema cannot know, the day, is added afterwards: a mandatory item that is not yet due may be
planned (経過措置).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from schemas import engine
from schemas.problems import Problem, pointer
from schemas.specifications import Requirement, entry_point, requirements_of

Outcome: TypeAlias = Literal["conforms", "conforms_with_transitional", "does_not_conform"]
Status: TypeAlias = Literal[
    "met",
    "not_met",
    "transitional",
    "option_provided",
    "option_not_provided",
    "violated",
    "missing",
    "malformed",
    "not_applicable",
]

#: Answers by which an option counts as provided.
PROVIDING: Final = ("provided", "paid_option")
#: Statuses that keep a claim from conforming.
FAILING: Final = frozenset({"not_met", "violated", "missing", "malformed"})
#: Where answers stand in a claim; every problem's pointer begins here.
ANSWERS_AT: Final = "/answers"

_MANDATORY: Final = ("mandatory", "graded", "interface")


class Result(NamedTuple):
    """What became of one requirement.

    ``obligation`` and ``due_on`` are those for the body's category; ``problem`` says what would
    satisfy a failing requirement, and is ``None`` when nothing is wrong.
    """

    key: str
    status: Status
    problem: Problem | None
    obligation: str
    due_on: date | None


@dataclass(frozen=True)
class Totals:
    """Counts over the requirements that concern the body.

    ``mandatory_*`` count every mandatory requirement, graded items and interfaces among them;
    ``graded_*`` and ``interfaces_*`` count the mandatory ones of that shape once more.
    """

    mandatory_met: int
    mandatory_transitional: int
    mandatory_total: int
    options_met: int
    options_total: int
    prohibited_violated: int
    prohibited_total: int
    graded_met: int
    graded_total: int
    interfaces_met: int
    interfaces_total: int
    missing: int
    malformed: int
    not_applicable: int


@dataclass(frozen=True)
class Verdict:
    """The answer to "does it conform?", with one result a requirement in document order.

    ``problems`` holds what belongs to no requirement: answers to unlisted ones, or answers that
    are no object at all.
    """

    outcome: Outcome
    on: date
    body_category: str
    totals: Totals
    results: list[Result]
    problems: list[Problem]

    @property
    def failing(self) -> list[Result]:
        """Keep the results that keep the claim from conforming."""
        return [result for result in self.results if result.status in FAILING]

    def as_dict(self, language: str = "ja") -> dict[str, Any]:
        """Give the verdict as REST and ``--json`` show it."""
        return {
            "outcome": self.outcome,
            "on": self.on.isoformat(),
            "body_category": self.body_category,
            "totals": asdict(self.totals),
            "results": [
                {
                    "key": result.key,
                    "status": result.status,
                    "obligation": result.obligation,
                    "due_on": result.due_on.isoformat() if result.due_on else None,
                    "problem": result.problem.as_dict(language) if result.problem else None,
                }
                for result in self.results
            ],
            "problems": [problem.as_dict(language) for problem in self.problems],
        }


class _Rule(NamedTuple):
    """One requirement for one category, with every result that needs no closer look."""

    key: str
    position: int
    group: str
    fine: Result
    provided: Result
    failed: Result
    transitional: Result
    outside: Result
    missing: Result
    due: str


class _Ready(NamedTuple):
    """What judging for one category begins from: every rule fine, and what that counts to."""

    validator: engine.Validator
    rules: dict[str, _Rule]
    options: list[_Rule]
    fine: list[Result]
    counts: Counter[tuple[str, str]]


class Conformance:
    """One specification document made ready to judge many claims."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Read the requirements; validators are built for each category when first asked."""
        self.document = document
        self.requirements = requirements_of(document)
        self._ready: dict[str, _Ready] = {}

    def assess(self, answers: object, *, on: date, body_category: str) -> Verdict:
        """Judge answers as of a day for a body of a category.

        Raises ``ValueError`` for a category that no codelist knows or for answers that are not
        JSON values.
        """
        ready = self._ready.get(body_category)
        if ready is None:
            ready = self._ready[body_category] = self._prepare(body_category)
        changed: dict[str, Result] = {}
        if isinstance(answers, dict):
            for rule in ready.options:
                if _provides(answers.get(rule.key)):
                    changed[rule.key] = rule.provided
        errors = ready.validator.iter_errors(answers)
        problems = _apply(errors, ready.rules, changed, answers, on.isoformat())
        results, counts = list(ready.fine), ready.counts.copy()
        for key, result in changed.items():
            rule = ready.rules[key]
            results[rule.position] = result
            counts[rule.group, rule.fine.status] -= 1
            counts[rule.group, result.status] += 1
        totals = _totals(counts)
        return Verdict(_outcome(counts, problems), on, body_category, totals, results, problems)

    def _prepare(self, category: str) -> _Ready:
        anchor = entry_point(self.document, category)
        rules = [
            _rule(position, requirement, category)
            for position, requirement in enumerate(self.requirements)
        ]
        return _Ready(
            validator=engine.compiled(self.document, anchor),
            rules={rule.key: rule for rule in rules},
            options=[rule for rule in rules if rule.group == "option"],
            fine=[rule.fine for rule in rules],
            counts=Counter((rule.group, rule.fine.status) for rule in rules),
        )


_kept: engine.Kept[Conformance] = engine.Kept(Conformance, size=16)


def conformance(document: Mapping[str, Any]) -> Conformance:
    """Give the ready judge of a document, kept by the document's digest."""
    return _kept.of(document)


def assess(
    document: Mapping[str, Any], answers: object, *, on: date, body_category: str
) -> Verdict:
    """Judge answers against a specification document as of a day, for a body of a category.

    Mandatory: only ``provided`` (graded: within the bound; interface: that version or later).
    Prohibited: only ``not_provided``. ``planned`` with a day not after the due date counts as
    transitional while the item is not yet due (``on`` before the due date). Options never fail.
    Raises ``ValueError`` for an unknown body category.
    """
    return conformance(document).assess(answers, on=on, body_category=body_category)


def _provides(answer: object) -> bool:
    return isinstance(answer, dict) and answer.get("answer") in PROVIDING


def _rule(position: int, requirement: Requirement, category: str) -> _Rule:
    key = requirement.key
    obligation = requirement.obligation_for(category)
    due = requirement.due_for(category)
    group, fine = {
        "mandatory": ("mandatory", "met"),
        "standard_option": ("option", "option_not_provided"),
        "prohibited": ("prohibited", "met"),
    }[obligation]
    if not requirement.applies_to(category):
        group, fine = "not_applicable", "not_applicable"
    elif group == "mandatory" and requirement.bound is not None:
        group = "graded"
    elif group == "mandatory" and requirement.interface is not None:
        group = "interface"
    code = "answer_offers_prohibited" if group == "prohibited" else "answer_is_not_provided"
    problem = Problem(ANSWERS_AT + pointer(key, "answer"), code, _named(requirement))

    def result(status: Any, said: Problem | None = None) -> Result:
        return Result(key, status, said, obligation, due)

    return _Rule(
        key=key,
        position=position,
        group=group,
        fine=result(fine),
        provided=result("option_provided"),
        failed=result("violated" if group == "prohibited" else "not_met", problem),
        transitional=result("transitional", problem),
        outside=result("not_met", _outside(requirement, group)),
        missing=result(
            "missing", Problem(ANSWERS_AT + pointer(key), "claim_misses_answer", {"key": key})
        ),
        due=due.isoformat() if due else "",
    )


def _outside(requirement: Requirement, group: str) -> Problem:
    """Say what would satisfy a graded item or an interface that is provided but not enough."""
    key, params = requirement.key, _named(requirement)
    if group == "graded" and requirement.bound is not None:
        least = requirement.bound["operator"] == "at_least"
        code = "answer_value_below_bound" if least else "answer_value_above_bound"
        params["bound"] = engine.plain(requirement.bound["value"])
        params["unit"] = str(requirement.bound["unit"])
        return Problem(ANSWERS_AT + pointer(key, "value"), code, params)
    params["version"] = str((requirement.interface or {}).get("version", ""))
    return Problem(ANSWERS_AT + pointer(key, "version"), "answer_version_too_old", params)


def _named(requirement: Requirement) -> dict[str, str | int]:
    return {"key": requirement.key, "title": requirement.title or requirement.text[:60]}


def _apply(
    errors: Iterable[Any],
    rules: Mapping[str, _Rule],
    changed: dict[str, Result],
    answers: object,
    on: str,
) -> list[Problem]:
    """Put every failure into what changed; return the problems that belong to no requirement."""
    given: dict[str, Any] = answers if isinstance(answers, dict) else {}
    malformed: dict[str, list[engine.Failure]] = {}
    others: list[engine.Failure] = []
    for error in errors:
        path = error.instance_path
        rule = rules.get(path[0]) if len(path) == 2 else None
        if rule and _settles(rule, changed, given[rule.key], error, on):
            continue
        for failure in engine.failures_in(error, answers):
            key = str(failure.path[0]) if failure.path else ""
            (malformed.setdefault(key, []) if key in rules else others).append(failure)
    for key, found in malformed.items():
        rule = rules[key]
        changed[key] = rule.missing if key not in given else _malformed(rule, found)
    if not isinstance(answers, dict):
        changed.update((key, rule.missing) for key, rule in rules.items())
    return engine.problems_from(others, pointer=ANSWERS_AT)


def _settles(rule: _Rule, changed: dict[str, Result], answer: Any, error: Any, on: str) -> bool:
    """Put the failure of a well-formed answer into what changed, if it is one.

    A wrong answer is told before a value or a version that is out of bounds.
    """
    member, kind = error.instance_path[1], error.kind
    held = changed.get(rule.key, rule.fine)
    if member == "answer" and kind.name == "const":
        if not _may_wait(rule, answer, on):
            changed[rule.key] = rule.failed
        elif held is rule.fine:
            changed[rule.key] = rule.transitional
        return True
    if _is_out_of_bounds(member, kind):
        if held is rule.fine or held is rule.transitional:
            changed[rule.key] = rule.outside
        return True
    return False


def _malformed(rule: _Rule, found: list[engine.Failure]) -> Result:
    problem = engine.problems_from(found, pointer=ANSWERS_AT)[0]
    return rule.fine._replace(status="malformed", problem=problem)


def _is_out_of_bounds(member: object, kind: Any) -> bool:
    """Tell the requirement's own bound from what any answer's value or version must be."""
    if member == "value":
        return kind.name in ("minimum", "maximum")
    return (
        member == "version"
        and kind.name == "pattern"
        and kind.as_dict()["pattern"] not in engine.pattern_codes()
    )


def _may_wait(rule: _Rule, answer: Any, on: str) -> bool:
    """Tell whether a mandatory item, not yet due, is planned in time (経過措置)."""
    return (
        on < rule.due
        and rule.group in _MANDATORY
        and answer.get("answer") == "planned"
        and str(answer.get("planned_on", "9999")) <= rule.due
    )


def _totals(counts: Counter[tuple[str, str]]) -> Totals:
    """Sum up how many requirements of each group have each status."""
    groups: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for (group, status), number in counts.items():
        groups[group] += number
        statuses[status] += number
    return Totals(
        mandatory_met=sum(counts[group, "met"] for group in _MANDATORY),
        mandatory_transitional=statuses["transitional"],
        mandatory_total=sum(groups[group] for group in _MANDATORY),
        options_met=statuses["option_provided"],
        options_total=groups["option"],
        prohibited_violated=statuses["violated"],
        prohibited_total=groups["prohibited"],
        graded_met=counts["graded", "met"],
        graded_total=groups["graded"],
        interfaces_met=counts["interface", "met"],
        interfaces_total=groups["interface"],
        missing=statuses["missing"],
        malformed=statuses["malformed"],
        not_applicable=groups["not_applicable"],
    )


def _outcome(counts: Counter[tuple[str, str]], problems: list[Problem]) -> Outcome:
    found = {status for (_group, status), number in counts.items() if number}
    if problems or not FAILING.isdisjoint(found):
        return "does_not_conform"
    return "conforms_with_transitional" if "transitional" in found else "conforms"
