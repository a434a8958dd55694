"""Which way of contracting the dated law and the body's own rules allow. Pure.

Every answer carries its citations and says what was assumed. The amounts are integer yen with tax,
as 予定価格 is compared (地方自治法施行令 第167条の2 第1項第1号).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from schemas import codelist
from schemas.problems import Problem

Standing = Literal["allowed", "needs_reason", "not_allowed"]

GPA_CATEGORY = {"purchase": "goods", "lease": "goods", "works": "goods", "other": "other_services"}
SMALL = ("direct_small", "open_counter")
SINGLE_FIT_CLAUSE = "2"


@dataclass(frozen=True)
class OwnRule:
    """A threshold that the body's own rule sets, in force from ``effective_from``."""

    amount_yen: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class Facts:
    """What the choice of a method depends on.

    ``amount_yen`` is the expected amount of the whole term with tax; ``own_rules`` are the body's
    thresholds for the contract category, in any order; ``remaining`` counts the candidates that no
    reason has dropped, ``products`` how many different products they are.
    """

    amount_yen: int
    contract_category: str
    body_category: str
    on: date
    own_rules: Sequence[OwnRule] = ()
    remaining: int = 0
    products: int = 0


@dataclass(frozen=True)
class Threshold:
    """The amount that decides on a small negotiated contract, and where it comes from."""

    amount_yen: int
    source: str
    law: str
    effective_from: date | None
    own_rule: bool


@dataclass(frozen=True)
class Way:
    """One way of contracting: whether it stands open, under which clause, and why."""

    method: str
    standing: Standing
    clause: str
    reasons: tuple[Problem, ...]


@dataclass(frozen=True)
class Advice:
    """Every way, the one that fits the facts best first, and what was assumed."""

    ways: tuple[Way, ...]
    threshold: Threshold | None
    gpa_applies: bool
    assumptions: tuple[Problem, ...] = field(default=())

    def way(self, method: str) -> Way | None:
        """Return the way of this method."""
        return next((way for way in self.ways if way.method == method), None)


def threshold(facts: Facts) -> Threshold | None:
    """Return the threshold in force: the body's own rule, else the ceiling of the cabinet order.

    A rule of the body never lifts the amount over the ceiling. None where the table does not know
    the contract category.
    """
    group = codelist.threshold_group(facts.body_category)
    ceiling = codelist.legal_threshold(facts.contract_category, group, facts.on)
    if ceiling is None:
        return None
    in_force = [rule for rule in facts.own_rules if rule.effective_from <= facts.on]
    law = f"{ceiling.law}{ceiling.clause}"
    if in_force:
        rule = max(in_force, key=lambda rule: rule.effective_from)
        return Threshold(
            min(rule.amount_yen, ceiling.amount_yen), rule.source, law, rule.effective_from, True
        )
    return Threshold(ceiling.amount_yen, ceiling.source, law, ceiling.effective_from, False)


def gpa_applies(facts: Facts) -> bool:
    """Say whether the rules of government procurement (特定調達) bind.

    They bind prefectures and designated cities (指定都市) only.

    Source: 地方公共団体の物品等又は特定役務の調達手続の特例を定める政令（平成7年政令第372号）第3条.
    """
    category = codelist.body_category(facts.body_category)
    if not category.government_procurement:
        return False
    row = codelist.wto_threshold(
        GPA_CATEGORY.get(facts.contract_category, "other_services"),
        category.threshold_group,
        facts.on,
    )
    return row is not None and facts.amount_yen >= row.amount_yen


def advise(facts: Facts) -> Advice:
    """Weigh every way of contracting (地方自治法 第234条) against the facts."""
    limit = threshold(facts)
    gpa = gpa_applies(facts)
    ways = [
        Way(
            method.code,
            _standing(method.code, facts, limit, gpa=gpa),
            method.default_clause,
            tuple(_reasons(method.code, facts, limit, gpa=gpa)),
        )
        for method in codelist.contracting_methods()
    ]
    best = _best(facts, limit, gpa=gpa)
    order = {"allowed": 0, "needs_reason": 1, "not_allowed": 2}
    ways.sort(key=lambda way: (way.method != best, order[way.standing]))
    return Advice(tuple(ways), limit, gpa, tuple(_assumptions(facts, limit)))


def _within(facts: Facts, limit: Threshold | None) -> bool:
    return limit is not None and facts.amount_yen <= limit.amount_yen


def _best(facts: Facts, limit: Threshold | None, *, gpa: bool) -> str:
    """Name the way that fits: small amount, one fit, one product of several sellers, several."""
    if gpa:
        return "open_bid_comprehensive"
    if _within(facts, limit):
        return "direct_small"
    if facts.remaining == 1:
        return "direct_other"
    if facts.products == 1:
        return "designated_bid"
    return "public_proposal"


def _standing(method: str, facts: Facts, limit: Threshold | None, *, gpa: bool) -> Standing:
    if method in {"open_bid", "open_bid_comprehensive"}:
        return "allowed"
    if method in SMALL:
        return "allowed" if _within(facts, limit) else "not_allowed"
    if method == "direct_other":
        return "needs_reason" if facts.remaining == 1 else "not_allowed"
    return "needs_reason"


def _reasons(method: str, facts: Facts, limit: Threshold | None, *, gpa: bool) -> Iterator[Problem]:
    if method in SMALL and limit is not None:
        code = "law_within_threshold" if _within(facts, limit) else "law_over_threshold"
        yield Problem(
            "",
            code,
            {
                "amount": f"{facts.amount_yen:,}",
                "threshold": f"{limit.amount_yen:,}",
                "source": limit.source,
                "law": limit.law,
            },
        )
    if method == "direct_small" and _within(facts, limit):
        yield Problem("", "law_two_quotations")
    if method == "direct_other":
        code = "law_one_candidate_left" if facts.remaining == 1 else "law_not_one_candidate_left"
        yield Problem("", code, {"number": facts.remaining})
    if method in {"public_proposal", "designated_proposal"}:
        yield Problem("", "law_proposal_is_negotiated")
    if method == "designated_bid":
        yield Problem("", "law_designation_needs_reason")
    if method == "open_bid_comprehensive":
        yield Problem("", "law_experts_heard_first")
    if gpa and method not in {"open_bid", "open_bid_comprehensive"}:
        yield Problem("", "law_gpa_narrows")


def _assumptions(facts: Facts, limit: Threshold | None) -> Iterator[Problem]:
    if limit is None:
        yield Problem("", "law_category_without_threshold", {"category": facts.contract_category})
    elif not limit.own_rule:
        yield Problem("", "law_own_rule_missing", {"threshold": f"{limit.amount_yen:,}"})
    yield Problem("", "law_amount_of_whole_term")
    if facts.contract_category == "lease":
        yield Problem("", "law_lease_annual_or_total")


def choice_problems(facts: Facts, *, method: str, clause: str) -> Iterator[Problem]:
    """Yield why the law does not allow this method under this clause."""
    way = advise(facts).way(method)
    if way is None:
        yield Problem("/method", "law_method_unknown", {"method": method[:40]})
        return
    if way.standing == "not_allowed":
        for reason in way.reasons:
            yield Problem("/method", reason.code, reason.params)
    if method == "direct_other" and clause in {"", "1"}:
        yield Problem("/legal_clause", "law_clause_missing")
    elif clause and codelist.negotiated_clause(clause, facts.on) is None:
        yield Problem("/legal_clause", "law_clause_unknown", {"clause": clause[:20]})
