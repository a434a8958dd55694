"""What a case still needs, step by step, and which reasons hold. Pure; no Django.

The steps follow 契約事務: what was found, what was dropped and why, what is to be bought, how, and
on what papers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from marketplace.text import text_problems
from procurement.cases import particulars
from procurement.documents.kinds import KINDS
from procurement.documents.rules import HABITS
from schemas import codelist
from schemas.problems import Problem

State = Literal["done", "open", "waiting", "not_needed"]

SHORTEST_REASON = 10
LONGEST_REASON = 2000
LONGEST_TITLE = 120
LONGEST_QUERY = 4000
STATED_FIRST = ("outline", "contract", "terms")
STATED_AFTER = ("reasons", "approval")
SHORTFALL_SECTION = "reasons"
JUSTIFICATION = "negotiated_contract_justification"
COMPARISON = "comparison_table"
CONFORMITY = ("conforms", "conforms_with_transitional")
MOST_NAMED = 3
WITHOUT_COMPETITION = {"", "direct_small", "open_counter", "direct_other"}


@dataclass(frozen=True)
class Facts:
    """What the state of a case depends on.

    ``outcomes``, ``verdicts`` and ``products`` are those of the candidates in the order of the
    search (a verdict is None where nothing is claimed; without any they are not weighed),
    ``outdated`` says that the facts on which the method was decided have changed since, ``issued``
    names the kinds of paper already issued, ``superseded`` those of them that cite an earlier
    decision on the method.
    """

    locked: bool
    outcomes: Sequence[str] = ()
    stated: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""
    outdated: bool = False
    issued: Sequence[str] = ()
    superseded: Sequence[str] = ()
    verdicts: Sequence[str | None] = ()
    products: Sequence[str] = ()

    @property
    def remaining(self) -> int:
        """How many candidates no reason has dropped."""
        return len(self.outcomes) - Counter(self.outcomes)["dropped"]

    @property
    def chosen(self) -> bool:
        """Whether one candidate is chosen."""
        return "chosen" in self.outcomes

    @property
    def shortfall(self) -> Problem | None:
        """What the chosen candidate lacks beside another one; None while nothing is chosen."""
        if not (self.chosen and self.verdicts):
            return None
        return shortfall(self, self.outcomes.index("chosen"))

    @property
    def negotiated(self) -> bool:
        """Whether the method is in law a negotiated contract (随意契約)."""
        return is_negotiated(self.method)


@dataclass(frozen=True)
class Step:
    """One line of the checklist: its state and what it still needs, in plain words."""

    code: str
    state: State
    missing: tuple[Problem, ...] = ()


def is_negotiated(method: str) -> bool:
    """Say whether a method is in law a negotiated contract (地方自治法施行令 第167条の2)."""
    return any(row.code == method and row.is_negotiated for row in codelist.contracting_methods())


def steps(facts: Facts) -> list[Step]:
    """Return the checklist of a case: search, candidates, particulars, method, reasons, papers."""
    return [
        _search(facts),
        _candidates(facts),
        _particulars(facts),
        _method(facts),
        _reasons(facts),
        _papers(facts),
    ]


def missing(facts: Facts) -> list[Problem]:
    """Say everything that the case still needs, in the order in which to do it."""
    return [problem for step in steps(facts) for problem in step.missing]


def _search(facts: Facts) -> Step:
    if facts.locked:
        return Step("search", "done")
    return Step("search", "open", (Problem("/search", "case_search_not_locked"),))


def _candidates(facts: Facts) -> Step:
    if not facts.locked:
        return Step("candidates", "waiting")
    found = tuple(candidate_problems(facts))
    return Step("candidates", "open" if found else "done", found)


def candidate_problems(facts: Facts) -> Iterator[Problem]:
    """One candidate is chosen and every other dropped; or those left compete.

    Every candidate that is not dropped with a reason is still in the running (証跡).
    """
    waiting = Counter(facts.outcomes)["open"]
    if facts.remaining == 0:
        yield Problem("/candidates", "case_no_candidate_left")
    elif facts.chosen and waiting:
        yield Problem("/candidates", "case_candidates_undecided", {"number": waiting})
    elif not facts.chosen and facts.method in WITHOUT_COMPETITION:
        yield Problem("/candidates", "case_nobody_chosen", {"number": waiting})


def _particulars(facts: Facts) -> Step:
    found = tuple(
        problem
        for section in STATED_FIRST
        for problem in particulars.missing(facts.stated, section=section)
    )
    return Step("particulars", "open" if found else "done", found)


def _method(facts: Facts) -> Step:
    if not facts.locked:
        return Step("method", "waiting")
    if not facts.method:
        return Step("method", "open", (Problem("/method", "case_method_undecided"),))
    if facts.outdated:
        return Step("method", "open", (Problem("/method", "case_method_outdated"),))
    return Step("method", "done")


def _reasons(facts: Facts) -> Step:
    if not facts.method:
        return Step("reasons", "waiting")
    if not facts.negotiated:
        return Step("reasons", "not_needed")
    found = tuple(
        problem
        for section in STATED_AFTER
        for problem in particulars.missing(
            facts.stated, section=section, short=facts.shortfall is not None
        )
    )
    return Step("reasons", "open" if found else "done", found)


def _papers(facts: Facts) -> Step:
    if not facts.locked:
        return Step("papers", "waiting")
    found = tuple(
        Problem(
            f"/papers/{kind}",
            "case_paper_superseded" if kind in facts.issued else "case_paper_not_issued",
            {"name_ja": KINDS[kind].title_ja, "name_en": KINDS[kind].title_en},
        )
        for kind in wanted_papers(facts.method)
        if kind not in facts.issued or kind in facts.superseded
    )
    return Step("papers", "open" if found else "done", found)


def wanted_papers(method: str) -> list[str]:
    """Name the papers that a case needs: a justification only where the contract is negotiated."""
    return [kind for kind in KINDS if kind != JUSTIFICATION or not method or is_negotiated(method)]


def cites_method(kind: str) -> bool:
    """Say whether a kind of paper cites the decision on the method."""
    return kind != COMPARISON


def paper_problems(facts: Facts, kind: str) -> Iterator[Problem]:
    """Say which step of the case must be taken before this kind of paper has any contents."""
    if kind not in KINDS:
        yield Problem("/kind", "paper_kind_unknown", {"kind": kind[:60]})
        return
    if kind != "procurement_specification" and not facts.locked:
        yield Problem("/search", "case_search_not_locked")
    if cites_method(kind):
        if not facts.method:
            yield Problem("/method", "case_method_undecided")
        elif facts.outdated:
            yield Problem("/method", "case_method_outdated")
    if kind == JUSTIFICATION:
        if facts.method and not facts.negotiated:
            yield Problem("/method", "case_method_not_negotiated")
        if facts.locked and not facts.chosen:
            yield Problem("/candidates", "case_counterparty_not_chosen")


def title_problems(title: str) -> Iterator[Problem]:
    """A case has a title of 1 to 120 characters."""
    if not title.strip():
        yield Problem("/title", "case_title_empty")
    yield from text_problems(title, "/title", longest=LONGEST_TITLE)


def reason_problems(reason: str) -> Iterator[Problem]:
    """A candidate is dropped or chosen for a reason that somebody else can follow."""
    found = list(text_problems(reason, "/reason", longest=LONGEST_REASON))
    if not found and len(reason.strip()) < SHORTEST_REASON:
        yield Problem("/reason", "case_reason_too_short", {"least": SHORTEST_REASON})
    yield from found


def reason_warnings(reason: str) -> Iterator[Problem]:
    """A reason of habit or of haste is allowed, and said to be weak (監査での指摘例)."""
    for phrase in HABITS:
        if phrase in reason:
            yield Problem("/reason", "case_reason_is_weak", {"phrase": phrase})


def shortfall(facts: Facts, index: int) -> Problem | None:
    """A candidate that conforms less than another one is chosen with a reason for the shortfall.

    It is never forbidden: the body decides. Another candidate counts whether it is still weighed or
    dropped, for what conforms cannot have been dropped for a requirement of the version. A
    candidate that claims nothing is not shown to conform.

    Source: 地方公共団体情報システムの標準化に関する法律（令和3年法律第40号）第8条第1項 for the
    work that it covers; for all other work 地方自治法 第2条第14項 (最少の経費で最大の効果).
    """
    verdict = facts.verdicts[index]
    better = [
        product
        for product, other in zip(facts.products, facts.verdicts, strict=True)
        if _conformity(other) < _conformity(verdict)
    ]
    if not better:
        return None
    code = {
        "conforms_with_transitional": "case_choice_conforms_with_transitional",
        "does_not_conform": "case_choice_does_not_conform",
    }.get(verdict or "", "case_choice_claims_nothing")
    return Problem(
        "/outcome",
        code,
        {
            "product": facts.products[index],
            "number": len(better),
            "others": "、".join(better[:MOST_NAMED]),
        },
    )


def _conformity(verdict: str | None) -> int:
    """Rank a verdict, 0 the best; what is not shown to conform comes last."""
    return CONFORMITY.index(verdict) if verdict in CONFORMITY else len(CONFORMITY)


def change_problems(reason: str, *, numbers: Sequence[str]) -> Iterator[Problem]:
    """A method that an issued paper cites is decided again only for a reason (証跡).

    ``numbers`` are those of the issued papers that cite it. The papers stay as they are: what holds
    then is issued once more.
    """
    if not numbers:
        yield from text_problems(reason, "/reason", longest=LONGEST_REASON)
    elif not reason.strip():
        yield Problem("/reason", "case_method_already_cited", {"numbers": "、".join(numbers)})
    else:
        yield from reason_problems(reason)


def method_is_outdated(grounds: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Say whether what the method was decided on has changed since; both as ``grounds`` keep it.

    What is compared: amount, category, candidates left, the threshold, and whether government
    procurement (特定調達) applies.
    """
    keys = ("amount_yen", "contract_category", "remaining", "products", "threshold", "gpa_applies")
    return any(grounds.get(key) != now.get(key) for key in keys)
