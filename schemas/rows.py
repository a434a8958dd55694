"""The rows of the codelists: one frozen type per file of ``schemas/codelists``.

Fields are the columns in order; what each means, where it comes from and how a body states its own
value instead stands in ``schemas/codelists/README.md``. ``effective_from`` and ``effective_to`` are
the first and the last day on which a row holds; None means that no such day is recorded.
``confirmed`` says that the row was checked against the source named in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.codes import is_local_government_code
from schemas.tables import MonthDay


@dataclass(frozen=True, slots=True)
class Named:
    """A row that people see by a name in either language."""

    def label(self, language: str = "ja") -> str:
        """Return the name in the language; Japanese where there is no English one."""
        japanese: str = getattr(self, "name_ja", "") or getattr(self, "name", "")
        english: str = getattr(self, "name_en", "")
        return (english if language == "en" else "") or japanese


class Dated:
    """A row of law: it holds from one day to another."""

    __slots__ = ()
    effective_from: date | None
    effective_to: date | None

    def holds_on(self, on: date) -> bool:
        """Say whether the row holds on that day; both end days count."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )


def _in_order(row: Dated) -> None:
    if row.effective_from and row.effective_to and row.effective_from > row.effective_to:
        raise ValueError(f"{row.effective_from} is after {row.effective_to}")


@dataclass(frozen=True, slots=True)
class Era(Named):
    """An era (元号)."""

    code: str
    name_ja: str
    name_en: str
    letter: str
    first_day: date
    last_day: date | None
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class LocalGovernment(Named):
    """A local government (地方公共団体) as it stands today; names are proper and untranslated."""

    code: str
    category: str
    prefecture: str
    name: str
    kana: str

    def __post_init__(self) -> None:
        """Refuse a code with a wrong check digit."""
        if not is_local_government_code(self.code):
            raise ValueError(f"{self.code} has a wrong check digit")


@dataclass(frozen=True, slots=True)
class CategoryPeriod(Dated):
    """A category (団体区分) that a local government had or has, from one day to another."""

    code: str
    category: str
    effective_from: date | None
    effective_to: date | None
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class BodyCategory(Named):
    """A category of local government, and the groups that laws and specifications put it in."""

    order: int
    code: str
    name_ja: str
    name_en: str
    obligation_group: str
    threshold_group: str
    government_procurement: bool
    law: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class BusinessDomain(Named):
    """A kind of municipal work (業務): one of the 20, a part beside them, or work beyond them."""

    order: int
    slug: str
    group: str
    business_ids: tuple[str, ...]
    name: str
    name_en: str
    owner: str
    owner_en: str
    statutory: bool
    specification_title: str
    latest_version: str
    latest_on: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a group that is not known."""
        if self.group not in {"standard", "tax", "common", "beyond"}:
            raise ValueError(f"group: {self.group!r} is not known")


@dataclass(frozen=True, slots=True)
class CrossCuttingSpecification(Named):
    """A specification that binds all businesses: data and interfaces, common functions, quality."""

    order: int
    code: str
    name_ja: str
    name_en: str
    owner: str
    owner_en: str
    latest_version: str
    latest_on: date
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class DomainAlias:
    """Another name of a business domain, and the 業務ID of the part it means, if one."""

    alias: str
    slug: str
    business_id: str


@dataclass(frozen=True, slots=True)
class PopulationBand(Named):
    """A band of population, both ends within it; no maximum means open."""

    order: int
    code: str
    minimum: int
    maximum: int | None
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CertificationScheme(Named):
    """A certification that a product or its operation may hold."""

    order: int
    code: str
    name_ja: str
    name_en: str
    abbreviation: str
    issuer_ja: str
    issuer_en: str
    has_scope: bool


@dataclass(frozen=True, slots=True)
class HostingType(Named):
    """Where a service runs."""

    order: int
    code: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NetworkModel(Named):
    """A model of the three-layer separation of municipal networks (三層分離)."""

    order: int
    code: str
    name_ja: str
    name_en: str
    description_ja: str
    description_en: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ContractCategory(Named):
    """A kind of contract in 地方自治法施行令 別表第五."""

    order: int
    code: str
    name_ja: str
    name_en: str
    usual_for_services: bool


@dataclass(frozen=True, slots=True)
class LegalThreshold(Dated):
    """The ceiling under which a body's rule may allow small negotiated contracts (別表第五).

    ``amount_yen`` includes tax and is compared with the planned price (予定価格): an equal amount
    is within it.
    """

    contract_category: str
    group: str
    amount_yen: int
    effective_from: date | None
    effective_to: date | None
    law: str
    clause: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class WtoThreshold(Named, Dated):
    """The amount from which the rules of government procurement (特定調達) apply."""

    category: str
    group: str
    name_ja: str
    name_en: str
    sdr: int
    amount_yen: int
    effective_from: date | None
    effective_to: date | None
    law: str
    clause: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class NegotiatedClause(Dated):
    """An item (号) of 地方自治法施行令 167条の2 第1項, summed up in our own words."""

    clause: str
    summary_ja: str
    summary_en: str
    needs_publication: bool
    effective_from: date | None
    effective_to: date | None
    law: str
    article: str
    source: str
    confirmed: bool

    @property
    def citation(self) -> str:
        """Cite it: 地方自治法施行令第167条の2第1項第2号."""
        return self.law + self.article

    def label(self, language: str = "ja") -> str:
        """Return item and summary, for choosing among them."""
        if language == "en":
            return f"Item {self.clause}: {self.summary_en}"
        return f"第{self.clause}号 {self.summary_ja}"


@dataclass(frozen=True, slots=True)
class QuotationPractice(Dated):
    """How many quotations bodies usually take under an item (号), in our own words.

    ``usual`` is what their rules ask for, ``fewest`` what may hold in a paper without a word.
    """

    clause: str
    usual: int
    fewest: int
    practice_ja: str
    practice_en: str
    effective_from: date | None
    effective_to: date | None
    law: str
    article: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class ConsultationPractice(Dated):
    """How many days a consultation (意見照会) of a kind should last, in our own words."""

    code: str
    minimum_days: int
    practice_ja: str
    practice_en: str
    effective_from: date | None
    effective_to: date | None
    law: str
    article: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class TaxRate(Dated):
    """A rate of consumption tax, national and local together, in whole percent."""

    kind: str
    percent: int
    effective_from: date | None
    effective_to: date | None
    law: str
    clause: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        _in_order(self)


@dataclass(frozen=True, slots=True)
class ContractingMethod(Named):
    """A way to contract; ``default_clause`` is the item a negotiated one usually stands on."""

    order: int
    code: str
    name_ja: str
    name_en: str
    law: str
    clause: str
    is_negotiated: bool
    default_clause: str
    note_ja: str
    note_en: str
    confirmed: bool

    @property
    def citation(self) -> str:
        """Cite it."""
        return self.law + self.clause


@dataclass(frozen=True, slots=True)
class MultiYearBasis(Named):
    """What allows a contract to bind later fiscal years."""

    order: int
    code: str
    name_ja: str
    name_en: str
    law: str
    clause: str
    note_ja: str
    note_en: str
    confirmed: bool

    @property
    def citation(self) -> str:
        """Cite it."""
        return self.law + self.clause


@dataclass(frozen=True, slots=True)
class SwitchoverTemplate(Named):
    """A template of steps counted back from the renewal date (更改日, D)."""

    order: int
    code: str
    name_ja: str
    name_en: str
    description_ja: str
    description_en: str


@dataclass(frozen=True, slots=True)
class SwitchoverStep(Named):
    """A step of a template: from ``offset_start_months`` to ``offset_end_months`` before D (minus).

    ``after`` names the step that must be finished before this one begins. ``constraint`` is one of
    ``fiscal_window`` (``constraint_value``: its code), ``council_vote``, ``tender_period``
    (``constraint_value``: least days), ``contract_notice``, ``not_in_blackout`` or empty.
    """

    template: str
    order: int
    code: str
    name_ja: str
    name_en: str
    offset_start_months: int
    offset_end_months: int
    kind: str
    after: str
    constraint: str
    constraint_value: str
    advice_ja: str
    advice_en: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse a step that ends before it begins, and kinds and constraints not known."""
        if self.offset_start_months > self.offset_end_months:
            raise ValueError(f"{self.code} ends before it begins")
        if self.kind not in STEP_KINDS:
            raise ValueError(f"kind: {self.kind!r} is not known")
        if self.constraint not in STEP_CONSTRAINTS:
            raise ValueError(f"constraint: {self.constraint!r} is not known")

    def advice(self, language: str = "ja") -> str:
        """Say what can still be done when the step's latest date is past."""
        return self.advice_en if language == "en" else self.advice_ja


STEP_KINDS = frozenset(
    [
        "research",
        "budget",
        "document",
        "tender",
        "contract",
        "build",
        "migration",
        "training",
        "notice",
        "decision",
        "go_live",
        "after",
    ]
)
STEP_CONSTRAINTS = frozenset(
    [
        "",
        "fiscal_window",
        "council_vote",
        "tender_period",
        "contract_notice",
        "not_in_blackout",
    ]
)


@dataclass(frozen=True, slots=True)
class CouncilSession(Named):
    """A regular session of a council: when it usually opens and votes.

    ``request_closes`` is the last day of the year on which the finance section usually takes
    requests for the budget that the session votes.
    """

    order: int
    code: str
    name_ja: str
    name_en: str
    opens: MonthDay
    adopts: MonthDay
    request_closes: MonthDay
    votes_initial_budget: bool
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class FiscalWindow(Named):
    """A stretch of every year in which a deed of the fiscal rhythm is done.

    ``years_before`` counts the fiscal years between the window and the one whose budget it serves.
    """

    order: int
    code: str
    name_ja: str
    name_en: str
    opens: MonthDay
    closes: MonthDay
    years_before: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which a domain's system should not be switched (繁忙期), or a good one for it.

    ``kind`` is ``annual`` (from ``opens`` to ``closes`` every year, over the year's end when
    ``closes`` is earlier), ``event`` (``days_before`` to ``days_after`` an event whose day the body
    states), or ``good`` (annual, and recommended).
    """

    domain: str
    code: str
    kind: str
    opens: MonthDay | None
    closes: MonthDay | None
    days_before: int | None
    days_after: int | None
    reason_ja: str
    reason_en: str
    source: str
    confirmed: bool

    def __post_init__(self) -> None:
        """Refuse an annual row without its days, and an event without its distances."""
        annual = self.opens is not None and self.closes is not None
        event = self.days_before is not None and self.days_after is not None
        if (self.kind, annual, event) not in {
            ("annual", True, False),
            ("good", True, False),
            ("event", False, True),
        }:
            raise ValueError(f"{self.code}: {self.kind!r} does not fit the days stated")

    def reason(self, language: str = "ja") -> str:
        """Say why."""
        return self.reason_en if language == "en" else self.reason_ja
