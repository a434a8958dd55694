"""The deeds of the contract register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit import trail
from procurement.contracts import permissions
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts, contract_problems
from schemas.problems import Problem, Refused


def _recorded(facts: ContractFacts) -> dict[str, Any]:
    """Return the facts as the audit trail keeps them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(facts).items()
    }


@transaction.atomic
def register_contract(
    body: LocalGovernment,
    *,
    facts: ContractFacts,
    by: User,
    at: datetime,
    is_sample: bool = False,
) -> Contract:
    """Write one contract in the body's register.

    Raises PermissionDenied, or Refused with every rule the facts break.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_register_contract(by, body):
        raise PermissionDenied
    problems = list(contract_problems(facts))
    if Contract.objects.filter(body=body, system=facts.system, starts_on=facts.starts_on).exists():
        problems.append(Problem("/system", "contract_known", {"system": facts.system}))
    if problems:
        raise Refused(problems)
    contract = Contract.objects.create(body=body, is_sample=is_sample, **asdict(facts))
    trail.record(
        "contracts.contract_registered",
        on=contract,
        by=by,
        at=at,
        data={"body": body.code, **_recorded(facts)},
    )
    return contract


@transaction.atomic
def change_contract(
    contract: Contract, *, facts: ContractFacts, edition: int, by: User, at: datetime
) -> Contract:
    """Correct one contract; ``edition`` is the one the officer had before them.

    Raises PermissionDenied, or Refused; a contract that somebody else changed in between is
    refused, so that neither change is lost unseen.
    """
    contract = Contract.objects.select_for_update().select_related("body").get(pk=contract.pk)
    if not permissions.may_change_contract(by, contract):
        raise PermissionDenied
    if contract.edition != edition:
        raise Refused([Problem("", "changed_meanwhile")])
    problems = list(contract_problems(facts))
    same = Contract.objects.filter(
        body=contract.body, system=facts.system, starts_on=facts.starts_on
    ).exclude(pk=contract.pk)
    if same.exists():
        problems.append(Problem("/system", "contract_known", {"system": facts.system}))
    if problems:
        raise Refused(problems)
    for name, value in asdict(facts).items():
        setattr(contract, name, value)
    contract.edition += 1
    contract.save()
    trail.record(
        "contracts.contract_changed",
        on=contract,
        by=by,
        at=at,
        data={"edition": contract.edition, **_recorded(facts)},
    )
    return contract


@transaction.atomic
def import_contracts(
    body: LocalGovernment,
    *,
    rows: Sequence[ContractFacts],
    dry_run: bool = False,
    by: User,
    at: datetime,
) -> tuple[int, int]:
    """Write a whole sheet in the register, or nothing; return how many are new and changed.

    A row is the same contract where system and first day are the same. A dry run only counts.
    Raises PermissionDenied, or Refused with the row's number in the pointer.
    """
    body = LocalGovernment.objects.select_for_update().get(pk=body.pk)
    if not permissions.may_import_contracts(by, body):
        raise PermissionDenied
    problems = [
        Problem(f"/{number}{problem.pointer}", problem.code, problem.params)
        for number, facts in enumerate(rows)
        for problem in contract_problems(facts)
    ]
    if problems:
        raise Refused(problems)
    known = {
        (contract.system, contract.starts_on): contract
        for contract in Contract.objects.select_for_update().filter(body=body)
    }
    new: list[Contract] = []
    changed: list[Contract] = []
    for facts in rows:
        contract = known.get((facts.system, facts.starts_on))
        if contract is None:
            new.append(Contract(body=body, **asdict(facts)))
        elif any(getattr(contract, name) != value for name, value in asdict(facts).items()):
            for name, value in asdict(facts).items():
                setattr(contract, name, value)
            contract.edition += 1
            changed.append(contract)
    if dry_run:
        return len(new), len(changed)
    Contract.objects.bulk_create(new)
    if changed:
        names = [*ContractFacts.__dataclass_fields__, "edition"]
        Contract.objects.bulk_update(changed, names)
    trail.record(
        "contracts.contracts_imported",
        on=body,
        by=by,
        at=at,
        data={
            "new": len(new),
            "changed": [contract.pk for contract in changed],
            "rows": [_recorded(facts) for facts in rows],
        },
    )
    return len(new), len(changed)
