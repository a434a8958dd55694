"""Rules of the contract register. Pure: facts in, problems out; no Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from marketplace.text import text_problems
from schemas import codelist
from schemas.calendar import add_months
from schemas.problems import Problem

LAST_DAY = date(2099, 12, 31)  # public holidays are known, and plans allowed, until here
LONGEST_NOTICE_MONTHS = 36
LONGEST_TEXTS = {"system": 120, "product_name": 120, "contractor": 120, "remarks": 2000}


@dataclass(frozen=True)
class ContractFacts:
    """What an officer states of one contract. Money in yen a year, in the named tax basis."""

    system: str
    domain: str
    contractor: str
    starts_on: date
    ends_on: date
    notice_months: int
    annual_cost_yen: int
    tax_basis: str
    product_name: str = ""
    remarks: str = ""


def contract_problems(contract: ContractFacts) -> Iterator[Problem]:
    """Yield everything that keeps a contract out of the register."""
    for name, longest in LONGEST_TEXTS.items():
        yield from text_problems(getattr(contract, name), f"/{name}", longest=longest)
    if contract.ends_on < contract.starts_on:
        yield Problem(
            "/ends_on",
            "contract_ends_before_it_starts",
            {"starts_on": contract.starts_on.isoformat(), "ends_on": contract.ends_on.isoformat()},
        )
    if contract.ends_on > LAST_DAY or contract.starts_on.year < 1950:
        yield Problem("/ends_on", "contract_date_out_of_range")
    if not 0 <= contract.notice_months <= LONGEST_NOTICE_MONTHS:
        yield Problem("/notice_months", "notice_out_of_range", {"most": LONGEST_NOTICE_MONTHS})
    if contract.annual_cost_yen < 0:
        yield Problem("/annual_cost_yen", "contract_cost_negative")
    if contract.domain not in {domain.slug for domain in codelist.business_domains()}:
        yield Problem("/domain", "contract_domain_unknown", {"value": contract.domain})


def notice_deadline(ends_on: date, notice_months: int) -> date | None:
    """Return the last day to tell the contractor, or None where the contract asks no notice.

    Months are counted back from the last day of the contract; where the month is shorter, its last
    day counts (2028-02-29 twelve months back is 2027-02-28).
    """
    return add_months(ends_on, -notice_months) if notice_months else None
