"""Deeds of the contract register: who may, what is refused, what the trail says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.contracts import actions
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts
from schemas.problems import Refused
from tests import make

FACTS = ContractFacts(
    system="公共施設予約システム",
    domain="facility-reservation",
    contractor="株式会社サンプル",
    starts_on=date(2023, 4, 1),
    ends_on=date(2028, 3, 31),
    notice_months=3,
    annual_cost_yen=2_400_000,
    tax_basis="INCLUDED",
)


def test_a_contract_is_registered_with_its_event(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    contract = actions.register_contract(body, facts=FACTS, by=officer, at=now)

    event = AuditEvent.objects.about(contract).get()
    assert Contract.objects.get().ends_on == date(2028, 3, 31)
    assert (event.action, event.actor, event.at) == (
        "contracts.contract_registered",
        officer.email,
        now,
    )
    assert event.data["ends_on"] == "2028-03-31"
    assert event.data["annual_cost_yen"] == 2_400_000


@pytest.mark.parametrize(("level", "may"), [("view", False), ("plan", True), ("approve", True)])
def test_officers_who_plan_keep_the_register(
    body: LocalGovernment, now: datetime, level: str, *, may: bool
) -> None:
    by = make.make_officer(body, f"{level}@example.jp", level=level)

    if may:
        actions.register_contract(body, facts=FACTS, by=by, at=now)
        actions.import_contracts(body, rows=[FACTS], by=by, at=now)
    else:
        with pytest.raises(PermissionDenied):
            actions.register_contract(body, facts=FACTS, by=by, at=now)
        with pytest.raises(PermissionDenied):
            actions.import_contracts(body, rows=[FACTS], by=by, at=now)

    assert Contract.objects.exists() is may


def test_an_officer_of_another_body_changes_nothing(
    body: LocalGovernment, other_officer: User, now: datetime
) -> None:
    contract = make.make_contract(body)

    with pytest.raises(PermissionDenied):
        actions.register_contract(body, facts=FACTS, by=other_officer, at=now)
    with pytest.raises(PermissionDenied):
        actions.change_contract(contract, facts=FACTS, edition=1, by=other_officer, at=now)
    assert list(Contract.objects.visible_to(other_officer)) == []


def test_the_same_contract_twice_is_refused(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    actions.register_contract(body, facts=FACTS, by=officer, at=now)

    with pytest.raises(Refused) as refused:
        actions.register_contract(body, facts=FACTS, by=officer, at=now)

    assert [problem.code for problem in refused.value.problems] == ["contract_known"]
    assert AuditEvent.objects.count() == 1


def test_a_change_made_meanwhile_is_not_lost(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    contract = actions.register_contract(body, facts=FACTS, by=officer, at=now)
    mine, theirs = replace(FACTS, notice_months=6), replace(FACTS, notice_months=1)

    actions.change_contract(contract, facts=theirs, edition=1, by=officer, at=now)
    with pytest.raises(Refused) as refused:
        actions.change_contract(contract, facts=mine, edition=1, by=officer, at=now)

    contract.refresh_from_db()
    assert [problem.code for problem in refused.value.problems] == ["changed_meanwhile"]
    assert (contract.notice_months, contract.edition) == (1, 2)


def test_an_import_is_whole_or_nothing(body: LocalGovernment, officer: User, now: datetime) -> None:
    bad = replace(FACTS, system="財務会計", ends_on=date(2020, 1, 1))

    with pytest.raises(Refused) as refused:
        actions.import_contracts(body, rows=[FACTS, bad], by=officer, at=now)

    assert [problem.pointer for problem in refused.value.problems] == ["/1/ends_on"]
    assert not Contract.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_import_adds_and_changes_and_a_second_one_does_nothing(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    actions.register_contract(body, facts=FACTS, by=officer, at=now)
    rows = [replace(FACTS, annual_cost_yen=1), replace(FACTS, system="財務会計")]

    first = actions.import_contracts(body, rows=rows, by=officer, at=now)
    second = actions.import_contracts(body, rows=rows, by=officer, at=now)

    assert (first, second) == ((1, 1), (0, 0))
    assert list(Contract.objects.values_list("system", "annual_cost_yen", "edition")) == [
        ("公共施設予約システム", 1, 2),
        ("財務会計", 2_400_000, 1),
    ]


def test_an_import_leaves_its_event(body: LocalGovernment, officer: User, now: datetime) -> None:
    known = make.make_contract(body)
    rows = [replace(FACTS, annual_cost_yen=1), replace(FACTS, system="財務会計")]

    counted = actions.import_contracts(body, rows=rows, by=officer, at=now)

    event = AuditEvent.objects.about(body).get()
    stated = {
        "domain": "facility-reservation",
        "contractor": "株式会社サンプル",
        "starts_on": "2023-04-01",
        "ends_on": "2028-03-31",
        "notice_months": 3,
        "tax_basis": "INCLUDED",
        "product_name": "",
        "remarks": "",
    }
    assert counted == (1, 1)
    assert (event.action, event.actor, event.at, event.data) == (
        "contracts.contracts_imported",
        officer.email,
        now,
        {
            "new": 1,
            "changed": [known.pk],
            "rows": [
                {**stated, "system": "公共施設予約システム", "annual_cost_yen": 1},
                {**stated, "system": "財務会計", "annual_cost_yen": 2_400_000},
            ],
        },
    )


def test_a_dry_run_counts_and_stores_nothing(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    known = make.make_contract(body)
    rows = [replace(FACTS, annual_cost_yen=1), replace(FACTS, system="財務会計")]

    counted = actions.import_contracts(body, rows=rows, dry_run=True, by=officer, at=now)

    assert counted == (1, 1)
    assert Contract.objects.get().annual_cost_yen == known.annual_cost_yen
    assert not AuditEvent.objects.exists()


def test_the_database_itself_refuses_an_end_before_the_start(body: LocalGovernment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_contract(body, ends_on=date(2020, 1, 1))
