"""The deeds of a case, from the locked search to its papers.

Every deed takes the ``edition`` of the case that the officer had before them, so that two officers
never overwrite one another unseen, and writes its audit event in its own transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit import trail
from marketplace.catalogue import facts as catalogue
from marketplace.text import clean_text, text_problems
from procurement.cases import frozen, grounds, law, papers, particulars, permissions, rules
from procurement.cases.models import Candidate, Case, LockedSearch
from procurement.documents.actions import issue_paper
from procurement.documents.models import Paper
from procurement.switchover.models import SwitchoverPlan
from schemas import codelist
from schemas.problems import Problem, Refused
from specs.models import SpecificationVersion


@transaction.atomic
def open_case(
    body: LocalGovernment,
    *,
    title: str,
    version: SpecificationVersion,
    plan: SwitchoverPlan | None = None,
    by: User,
    at: datetime,
    is_sample: bool = False,
) -> Case:
    """Begin a procurement of the body against one published version, from a plan or freely.

    Raises PermissionDenied, or Refused (title empty or unreadable, version not published, a plan of
    another body).
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_open_case(by, body):
        raise PermissionDenied
    title = clean_text(title)
    problems = list(rules.title_problems(title))
    if version.state != SpecificationVersion.State.PUBLISHED:
        problems.append(Problem("/version", "case_version_not_published"))
    if plan is not None and plan.contract.body_id != body.pk:
        problems.append(Problem("/plan", "case_plan_of_another_body"))
    if problems:
        raise Refused(problems)
    case = Case.objects.create(
        body=body,
        title=title,
        plan=plan,
        version=version,
        opened_by=by,
        opened_at=at,
        is_sample=is_sample,
    )
    trail.record(
        "cases.case_opened",
        on=case,
        by=by,
        at=at,
        data={
            "body": body.code,
            "title": title,
            "version": version.urn,
            "plan": plan.pk if plan else None,
        },
    )
    return case


@transaction.atomic
def lock_search(case: Case, *, query: str, edition: int, by: User, at: datetime) -> LockedSearch:
    """Freeze a search of the catalogue: its conditions, its order and every fact shown, for good.

    ``query`` is the query part of the catalogue's address. The offers found become the candidates.
    A case is locked once; another search is another case. Raises PermissionDenied, or Refused
    (locked already, nothing found, more than the catalogue lets anybody compare).
    """
    case = _locked(case)
    if not permissions.may_work_on_case(by, case):
        raise PermissionDenied
    problems = _edition_problems(case, edition)
    if LockedSearch.objects.filter(case=case).exists():
        problems = [Problem("", "case_search_locked_already")]
    problems += text_problems(query, "/query", longest=rules.LONGEST_QUERY)
    if problems:
        raise Refused(problems)
    on = timezone.localdate(at)
    facts = catalogue.locked(
        query,
        population=case.body.population,
        body_category=codelist.category_on(case.body_id, on),
        on=on,
        version=case.version,
    )
    digest = hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
    search = LockedSearch.objects.create(
        case=case, query=facts["query"], facts=facts, digest=digest, locked_by=by, locked_at=at
    )
    Candidate.objects.bulk_create(
        Candidate(search=search, position=position, offer_id=result["offer"]["id"], facts=result)
        for position, result in enumerate(facts["results"], 1)
    )
    _advance(case)
    trail.record(
        "cases.search_locked",
        on=case,
        by=by,
        at=at,
        data={
            "query": search.query,
            "sha256": digest,
            "offers": [result["offer"]["id"] for result in facts["results"]],
        },
    )
    return search


@transaction.atomic
def drop_candidate(
    candidate: Candidate, *, reason: str, edition: int, by: User, at: datetime
) -> Candidate:
    """Drop a candidate for a reason that is kept as evidence.

    A weak reason is allowed (``rules.reason_warnings`` names it). Raises PermissionDenied, or
    Refused (reason too short or unreadable).
    """
    return _decide(
        candidate, Candidate.Outcome.DROPPED, reason=reason, edition=edition, by=by, at=at
    )


@transaction.atomic
def choose_candidate(
    candidate: Candidate, *, reason: str, edition: int, by: User, at: datetime
) -> Candidate:
    """Choose one candidate, and say why.

    Raises PermissionDenied, or Refused (reason too short, another one is chosen already).
    """
    return _decide(
        candidate, Candidate.Outcome.CHOSEN, reason=reason, edition=edition, by=by, at=at
    )


@transaction.atomic
def reopen_candidate(candidate: Candidate, *, edition: int, by: User, at: datetime) -> Candidate:
    """Weigh a candidate again; the trail keeps the reason it had.

    Raises PermissionDenied, or Refused (it is open already).
    """
    return _decide(candidate, Candidate.Outcome.OPEN, reason="", edition=edition, by=by, at=at)


def _decide(
    candidate: Candidate,
    outcome: Candidate.Outcome,
    *,
    reason: str,
    edition: int,
    by: User,
    at: datetime,
) -> Candidate:
    case = _locked(Case.objects.get(locked_search__candidates=candidate))
    if not permissions.may_work_on_case(by, case):
        raise PermissionDenied
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    reason = clean_text(reason)
    problems = _edition_problems(case, edition)
    if outcome == Candidate.Outcome.OPEN:
        if candidate.outcome == Candidate.Outcome.OPEN:
            problems.append(Problem("/outcome", "case_candidate_open_already"))
    else:
        problems += rules.reason_problems(reason)
    others = Candidate.objects.filter(search_id=candidate.search_id).exclude(pk=candidate.pk)
    other = others.filter(outcome=Candidate.Outcome.CHOSEN).first()
    if other and outcome == Candidate.Outcome.CHOSEN:
        name = frozen.product_name(other.facts)
        problems.append(Problem("/outcome", "case_another_is_chosen", {"product": name}))
    if problems:
        raise Refused(problems)
    before = {"outcome": candidate.outcome, "reason": candidate.reason}
    candidate.outcome, candidate.reason = outcome, reason
    decided = outcome != Candidate.Outcome.OPEN
    candidate.decided_by = by if decided else None
    candidate.decided_at = at if decided else None
    candidate.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    _advance(case)
    done = {
        Candidate.Outcome.DROPPED: "cases.candidate_dropped",
        Candidate.Outcome.CHOSEN: "cases.candidate_chosen",
        Candidate.Outcome.OPEN: "cases.candidate_reopened",
    }[outcome]
    trail.record(
        done,
        on=case,
        by=by,
        at=at,
        data={
            "position": candidate.position,
            "offer": candidate.offer_id,
            "before": before,
            "reason": reason,
        },
    )
    return candidate


@transaction.atomic
def state_particulars(
    case: Case, *, changes: Mapping[str, Any], edition: int, by: User, at: datetime
) -> Case:
    """State what the papers need of the case; what is not named stays as it was.

    ``changes`` holds values of schemas/case-particulars.schema.json by key; None, an empty text or
    an empty list takes a value away. Raises PermissionDenied, or Refused with every problem.
    """
    case = _locked(case)
    if not permissions.may_work_on_case(by, case):
        raise PermissionDenied
    stated = {**case.particulars, **changes}
    stated = {key: value for key, value in stated.items() if value not in (None, "", [])}
    if problems := [*_edition_problems(case, edition), *particulars.problems(stated)]:
        raise Refused(problems)
    changed = sorted(
        key for key in {*stated, *case.particulars} if stated.get(key) != case.particulars.get(key)
    )
    case.particulars = stated
    _advance(case, "particulars")
    trail.record(
        "cases.particulars_stated",
        on=case,
        by=by,
        at=at,
        data={"changed": {key: stated.get(key) for key in changed}},
    )
    return case


@transaction.atomic
def decide_method(
    case: Case,
    *,
    contract_category: str,
    method: str,
    clause: str = "",
    reason: str = "",
    edition: int,
    by: User,
    at: datetime,
) -> Case:
    """Decide how to contract, by the law of the day and the body's own rules, with citations.

    ``contract_category`` is one of 別表第五, ``clause`` the item (号) where the method leaves it
    open. Where a paper that cites an earlier decision is issued already, ``reason`` says why it is
    decided again; that paper stays as it is, and the checklist asks to issue it once more. Raises
    PermissionDenied, or Refused (no locked search, no expected amount, what the law does not allow,
    no reason for deciding again).
    """
    case = _locked(case)
    if not permissions.may_work_on_case(by, case):
        raise PermissionDenied
    facts = grounds.law_facts(
        case,
        grounds.candidates_of(case),
        on=timezone.localdate(at),
        contract_category=contract_category,
    )
    reason = clean_text(reason)
    cited_in = grounds.citing_numbers(case)
    problems = _edition_problems(case, edition)
    problems += rules.change_problems(reason, numbers=cited_in)
    if not LockedSearch.objects.filter(case=case).exists():
        problems.append(Problem("/search", "case_search_not_locked"))
    if not facts.amount_yen:
        problems.append(Problem("/expected_amount_yen", "case_amount_missing"))
    if contract_category not in codelist.labels("contract_categories"):
        problems.append(
            Problem(
                "/contract_category",
                "threshold_category_unknown",
                {"category": contract_category[:30]},
            )
        )
    clause = clause or _default_clause(method)
    problems += [] if problems else law.choice_problems(facts, method=method, clause=clause)
    if problems:
        raise Refused(problems)
    case.contract_category, case.method, case.legal_clause = contract_category, method, clause
    case.method_grounds = {
        **grounds.grounds(facts, method=method, clause=clause),
        **({"changed_because": reason} if cited_in else {}),
        "decided_by": by.name or by.email,
        "decided_at": timezone.localtime(at).isoformat(timespec="seconds"),
    }
    _advance(case, "contract_category", "method", "legal_clause", "method_grounds")
    trail.record(
        "cases.method_decided",
        on=case,
        by=by,
        at=at,
        data={"method": method, "clause": clause, "grounds": case.method_grounds},
    )
    return case


@transaction.atomic
def issue_case_paper(case: Case, *, kind: str, edition: int, by: User, at: datetime) -> Paper:
    """Issue one paper of the case as it was previewed, for good.

    Offers are read from the locked search only. Raises PermissionDenied, or Refused with everything
    that is missing; the event is that of the paper (``procurement.paper_issued``).
    """
    case = _locked(case)
    if not permissions.may_issue_case_paper(by, case):
        raise PermissionDenied
    problems = _edition_problems(case, edition)
    problems += [] if problems else papers.problems(case, kind, at=at)
    if problems:
        raise Refused(problems)
    return issue_paper(case, kind=kind, context=papers.context(case, kind, at=at), by=by, at=at)


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("body", "version__specification__authority", "plan__contract")
        .get(pk=case.pk)
    )


def _edition_problems(case: Case, edition: int) -> list[Problem]:
    return [] if case.edition == edition else [Problem("", "changed_meanwhile")]


def _advance(case: Case, *changed: str) -> None:
    """Save the case as its next edition."""
    case.edition += 1
    case.save(update_fields=[*changed, "edition"])


def _default_clause(method: str) -> str:
    return next(
        (row.default_clause for row in codelist.contracting_methods() if row.code == method), ""
    )
