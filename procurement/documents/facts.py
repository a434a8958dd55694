"""The plain facts from which papers are built. Whoever knows them fills them in.

A fact that nobody has stated yet is ``None`` (or an empty text or list): the engine then refuses
the paper and says what is missing and where it is entered. Days are ``date``, moments are aware
``datetime``, amounts are integer yen beside their tax basis (``INCLUDED`` or ``EXCLUDED``).
Facts marked *may stay None* are printed as 「なし」 or 「表明なし」.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Body:
    """The body that issues: its code and name, the department in charge and whom to ask."""

    code: str
    name: str
    department: str | None
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None


@dataclass(frozen=True)
class CaseFacts:
    """The case: its title (件名), and whether it is made of sample data."""

    title: str
    sample: bool


@dataclass(frozen=True)
class SpecificationFacts:
    """The published version that is demanded; ``sha256`` is its document's digest."""

    slug: str
    version: str
    title: str
    authority: str
    published_on: date
    sha256: str
    sample: bool


@dataclass(frozen=True)
class Money:
    """An amount in yen with its tax basis."""

    amount_yen: int
    tax_basis: str


@dataclass(frozen=True)
class Law:
    """A legal term and its clause: 公募型プロポーザル, 地方自治法施行令第167条の2第1項第2号."""

    label: str
    law: str


@dataclass(frozen=True)
class Line:
    """One line of a cost (費目)."""

    label: str
    amount_yen: int


# 調達仕様書


@dataclass(frozen=True)
class CurrentSystem:
    """What the body runs today."""

    name: str
    contractor: str
    ends_on: date


@dataclass(frozen=True)
class Labelled:
    """A line of two columns: 「施設数」 「42施設」."""

    label: str
    value: str


@dataclass(frozen=True)
class Outline:
    """What the procurement is about, in the officer's words; ``current_system`` may stay None."""

    background: str | None
    purpose: str | None
    expected_effects: str | None
    overview: str | None
    scope: str | None
    scale: Sequence[Labelled]
    current_system: CurrentSystem | None = None


@dataclass(frozen=True)
class ContractFacts:
    """The contract to be made: period, method, category of 別表第五, basis over several years."""

    starts_on: date | None
    ends_on: date | None
    service_starts_on: date | None
    place: str | None
    method: Law | None
    category: str | None
    multi_year_basis: Law | None


@dataclass(frozen=True)
class Step:
    """One step of the work schedule; ``starts_on`` may stay None."""

    label: str
    ends_on: date
    starts_on: date | None = None


@dataclass(frozen=True)
class Related:
    """A procurement that hangs together with this one."""

    title: str
    method: str
    timing: str


@dataclass(frozen=True)
class ServiceLevel:
    """One line of the service level agreement."""

    item: str
    target: str
    measure: str


@dataclass(frozen=True)
class Exit:
    """What happens to the data when the contract ends (契約終了時のデータ返却)."""

    formats: str | None
    scope: str | None
    within_days: int | None
    free_deliveries: int | None


@dataclass(frozen=True)
class Deliverable:
    """One thing to be delivered (成果物)."""

    name: str
    due: str
    form: str


@dataclass(frozen=True)
class RequirementFacts:
    """One requirement as the annex prints it, for this body's category.

    ``bound`` is a level in words (「99.5％以上」), ``interface`` an interface and version.
    """

    id: str
    kind: str
    obligation: str
    chapter: str
    title: str
    text: str
    section: str | None = None
    due_on: date | None = None
    bound: str | None = None
    interface: str | None = None


@dataclass(frozen=True)
class SpecificationPaper:
    """Everything that a 調達仕様書 says. ``ceiling`` (提案上限額) may stay None.

    The ceiling is published; the planned price (予定価格) never stands in a paper.
    """

    body: Body
    case: CaseFacts
    specification: SpecificationFacts
    outline: Outline
    contract: ContractFacts
    schedule: Sequence[Step]
    service_levels: Sequence[ServiceLevel]
    exit: Exit
    deliverables: Sequence[Deliverable]
    qualifications: Sequence[str]
    requirements: Sequence[RequirementFacts]
    related: Sequence[Related] = ()
    ceiling: Money | None = None


# 候補比較表


@dataclass(frozen=True)
class Met:
    """n of N requirements of a class are met."""

    met: int
    total: int


@dataclass(frozen=True)
class Violated:
    """n of N prohibited functions are there all the same."""

    violated: int
    total: int


@dataclass(frozen=True)
class Claim:
    """A published claim and its verdict on the day of the data."""

    revision: int
    published_on: date
    verdict: str
    mandatory: Met
    options: Met
    prohibited: Violated
    graded: Met
    interfaces: Met


@dataclass(frozen=True)
class Price:
    """What an offer costs this body over the months compared, with the lines that add up to it."""

    initial_yen: int
    monthly_yen: int
    total_yen: int
    tax_basis: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class CandidateFacts:
    """One candidate as the locked search showed it, and what became of it.

    ``outcome`` is ``open``, ``dropped`` or ``chosen``; the last two need a ``reason``. None means
    that the vendor has not stated it.
    """

    position: int
    product: str
    offer: str
    vendor: str
    corporate_number: str
    hosting: str
    outcome: str
    claim: Claim | None = None
    price: Price | None = None
    network_models: Sequence[str] = ()
    certifications: Sequence[str] = ()
    population_band: str | None = None
    adopters: int | None = None
    migration: str | None = None
    exit_terms: str | None = None
    reason: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None


@dataclass(frozen=True)
class Search:
    """The locked search: its conditions in words, when and by whom it was locked, its hash."""

    conditions: Sequence[Labelled]
    locked_at: datetime | None
    locked_by: str | None
    sha256: str | None
    found: int


@dataclass(frozen=True)
class Basis:
    """On what the comparison stands: the day of the data, population, months and tax basis."""

    data_on: date | None
    population: int | None
    months: int
    tax_basis: str


@dataclass(frozen=True)
class ComparisonPaper:
    """Everything that a 候補比較表 says. ``conclusion`` may stay None."""

    body: Body
    case: CaseFacts
    specification: SpecificationFacts
    search: Search
    basis: Basis
    candidates: Sequence[CandidateFacts]
    conclusion: str | None = None


# 随意契約理由書


@dataclass(frozen=True)
class Counterparty:
    """With whom the contract is to be made, and for which product."""

    name: str | None
    corporate_number: str | None
    address: str | None
    product: str | None


@dataclass(frozen=True)
class Amount:
    """The intended amount (予定金額) and the lines that add up to it."""

    amount_yen: int | None
    tax_basis: str | None
    lines: Sequence[Line]


@dataclass(frozen=True)
class NegotiatedTerms:
    """Period, method, category of 別表第五, and the basis over several years."""

    starts_on: date | None
    ends_on: date | None
    method: Law | None
    category: str | None
    multi_year_basis: Law | None


@dataclass(frozen=True)
class ClauseFacts:
    """The item (号) that is applied, from ``schemas/codelists/negotiated_contract_clauses.csv``."""

    number: str | None
    law: str | None
    article: str | None
    text: str | None
    source: str | None


@dataclass(frozen=True)
class ThresholdFacts:
    """The threshold used, its source and its day; ``effective_from`` may stay None (before 2025).

    ``own_rule`` False: the body's rule is not recorded, so the ceiling of 別表第五 was used, and
    the paper says so.
    """

    amount_yen: int | None
    source: str | None
    effective_from: date | None
    group: str
    own_rule: bool


@dataclass(frozen=True)
class Reasons:
    """Why: this product, this vendor, not by bidding, nobody else, at a fair price.

    ``shortfall``: why less than another candidate's conformity is accepted, where that is so.
    """

    product: str | None
    vendor: str | None
    unsuitability: str | None
    no_alternative: str | None
    price: str | None
    shortfall: str | None = None


@dataclass(frozen=True)
class Quotation:
    """A quotation that was taken."""

    vendor: str
    amount_yen: int
    tax_basis: str
    quoted_on: date


@dataclass(frozen=True)
class Drafting:
    """Who drafts the decision, and when."""

    department: str | None
    name: str | None
    drafted_on: date | None


@dataclass(frozen=True)
class JustificationPaper:
    """Everything that a 随意契約理由書 says; ``approvals`` are the posts of the stamp boxes."""

    body: Body
    case: CaseFacts
    specification: SpecificationFacts
    counterparty: Counterparty
    amount: Amount
    contract: NegotiatedTerms
    clause: ClauseFacts
    threshold: ThresholdFacts
    reasons: Reasons
    drafting: Drafting
    approvals: Sequence[str]
    evidence: Sequence[str] = ()
    quotations: Sequence[Quotation] = field(default=())
