"""The codelists, read once and asked in the domain's words.

Every list is a file of ``schemas/codelists``; a bad row raises ``BadCodelist`` with file and line.
Questions about time take the day as an argument.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from schemas import searchtext
from schemas.codes import local_government_code_problems
from schemas.problems import Problem
from schemas.rows import (
    Blackout,
    BodyCategory,
    BusinessDomain,
    CategoryPeriod,
    CertificationScheme,
    ConsultationPractice,
    ContractCategory,
    ContractingMethod,
    CouncilSession,
    CrossCuttingSpecification,
    Dated,
    DomainAlias,
    Era,
    FiscalWindow,
    HostingType,
    LegalThreshold,
    LocalGovernment,
    MultiYearBasis,
    Named,
    NegotiatedClause,
    NetworkModel,
    PopulationBand,
    QuotationPractice,
    SwitchoverStep,
    SwitchoverTemplate,
    TaxRate,
    WtoThreshold,
)
from schemas.tables import CODELISTS, BadCodelist, MonthDay, read

__all__ = [
    "BadCodelist",
    "Blackout",
    "BodyCategory",
    "BusinessDomain",
    "CategoryPeriod",
    "CertificationScheme",
    "ConsultationPractice",
    "ContractCategory",
    "ContractingMethod",
    "CouncilSession",
    "CrossCuttingSpecification",
    "DomainAlias",
    "Era",
    "FiscalWindow",
    "HostingType",
    "LegalThreshold",
    "LocalGovernment",
    "MonthDay",
    "MultiYearBasis",
    "NegotiatedClause",
    "NetworkModel",
    "PopulationBand",
    "QuotationPractice",
    "SwitchoverStep",
    "SwitchoverTemplate",
    "TaxRate",
    "WtoThreshold",
]

Row = TypeVar("Row")
DatedRow = TypeVar("DatedRow", bound=Dated)


def _list(row_type: type[Row], name: str, *unique: str) -> tuple[Row, ...]:
    return read(row_type, CODELISTS / f"{name}.csv", unique=unique)


def _only(rows: Sequence[DatedRow], on: date) -> DatedRow | None:
    """Return the row that holds on the day; two at once are a fault of the list."""
    held = [row for row in rows if row.holds_on(on)]
    if len(held) > 1:
        raise ValueError(f"two rows hold on {on}: {held[0]} and {held[1]}")
    return held[0] if held else None


# Eras


@cache
def eras() -> tuple[Era, ...]:
    """Return the eras, the earliest first."""
    return _list(Era, "eras", "code")


# Local governments


@cache
def local_governments() -> tuple[LocalGovernment, ...]:
    """Return the 1,788 local governments by code (総務省「全国地方公共団体コード」)."""
    return _list(LocalGovernment, "local_governments", "code")


@cache
def _local_governments_by_code() -> Mapping[str, LocalGovernment]:
    return MappingProxyType({row.code: row for row in local_governments()})


def local_government(code: str) -> LocalGovernment | None:
    """Return the local government of a code, or None."""
    return _local_governments_by_code().get(code)


def listed_body_problems(value: object, pointer: str = "") -> list[Problem]:
    """Say why the value is not the code of one of the 1,788: shape, check digit, or not listed."""
    problems = local_government_code_problems(value, pointer)
    if not problems and isinstance(value, str) and local_government(value) is None:
        return [Problem(pointer, "local_government_is_not_listed", {"value": value})]
    return problems


@cache
def category_history() -> tuple[CategoryPeriod, ...]:
    """Return the known periods of bodies whose category changed."""
    return _list(CategoryPeriod, "category_history", "code", "effective_from")


def category_on(code: str, on: date) -> str:
    """Return the category that a body had on a day.

    A body without recorded changes has always had its category of today. Raises ``KeyError`` for a
    code that is not listed.
    """
    period = _only([row for row in category_history() if row.code == code], on)
    return period.category if period else _local_governments_by_code()[code].category


@cache
def prefectures() -> tuple[str, ...]:
    """Return the names of the 47 prefectures in the order of their codes."""
    return tuple(row.name for row in local_governments() if row.category == "prefecture")


@cache
def body_categories() -> tuple[BodyCategory, ...]:
    """Return the categories of local governments."""
    return _list(BodyCategory, "body_categories", "code")


def body_category(code: str) -> BodyCategory:
    """Return a category; raises ``KeyError`` for an unknown code."""
    return {row.code: row for row in body_categories()}[code]


@cache
def population_bands() -> tuple[PopulationBand, ...]:
    """Return the bands of population in use, the smallest first."""
    return _list(PopulationBand, "population_bands", "code")


def population_band(population: int) -> PopulationBand:
    """Return the band of a population; raises ``ValueError`` for a negative one."""
    if population < 0:
        raise ValueError(f"population {population} is negative")
    return next(row for row in reversed(population_bands()) if row.minimum <= population)


# Business domains


@cache
def business_domains() -> tuple[BusinessDomain, ...]:
    """Return the business domains: the 20 in the official order first, then the others."""
    return _list(BusinessDomain, "business_domains", "slug")


@cache
def cross_cutting_specifications() -> tuple[CrossCuttingSpecification, ...]:
    """Return the specifications that bind all businesses, in their order."""
    return _list(CrossCuttingSpecification, "cross_cutting_specifications", "code")


@cache
def business_domain_aliases() -> tuple[DomainAlias, ...]:
    """Return the other names under which business domains appear."""
    return _list(DomainAlias, "business_domain_aliases", "alias")


def business_domain(slug: str) -> BusinessDomain | None:
    """Return the business domain of a slug, or None."""
    return _domains_by_name().get(_folded(slug)) if slug else None


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def _domains_by_name() -> Mapping[str, BusinessDomain]:
    """Return the domains by every text that names one; two domains under one name are a fault."""
    by_slug = {domain.slug: domain for domain in business_domains()}
    named: dict[str, BusinessDomain] = {}

    def name(text: str, domain: BusinessDomain) -> None:
        if named.setdefault(_folded(text), domain) is not domain:
            raise ValueError(f"{text} names {named[_folded(text)].slug} and {domain.slug}")

    for domain in business_domains():
        for text in (domain.slug, domain.name, domain.name_en, *domain.business_ids):
            name(text, domain)
        for business_id in domain.business_ids:
            name(business_id.partition("-")[0], domain)
    for alias in business_domain_aliases():
        name(alias.alias, by_slug[alias.slug])
    return MappingProxyType(named)


def domain_named(text: str) -> BusinessDomain | None:
    """Return the business domain that a text names, or None.

    Understood are slug, Japanese and English name, aliases and 業務ID (``001``, ``019-0``); width,
    case and spaces do not matter.
    """
    return _domains_by_name().get(_folded(text))


def domains_called(word: str) -> frozenset[str]:
    """Return the slugs of the domains in one of whose names or aliases a folded word stands."""
    return frozenset(slug for slug, said in _said_of_domains().items() if word in said)


@cache
def _said_of_domains() -> Mapping[str, str]:
    said = {row.slug: [row.name, row.name_en] for row in business_domains()}
    for alias in business_domain_aliases():
        said[alias.slug].append(alias.alias)
    return MappingProxyType(
        {slug: searchtext.normalise("\n".join(names)) for slug, names in said.items()}
    )


def business_id_named(text: str) -> str:
    """Return the 業務ID that a name means, or "" when it means none or several."""
    folded = _folded(text)
    for alias in business_domain_aliases():
        if _folded(alias.alias) == folded:
            return alias.business_id
    domain = domain_named(text)
    return domain.business_ids[0] if domain and len(domain.business_ids) == 1 else ""


# Offers


@cache
def certification_schemes() -> tuple[CertificationScheme, ...]:
    """Return the certifications that the catalogue knows."""
    return _list(CertificationScheme, "certification_schemes", "code")


@cache
def hosting_types() -> tuple[HostingType, ...]:
    """Return the ways a service is hosted."""
    return _list(HostingType, "hosting_types", "code")


@cache
def network_models() -> tuple[NetworkModel, ...]:
    """Return the models of three-layer separation."""
    return _list(NetworkModel, "network_models", "code")


# Law


@cache
def contract_categories() -> tuple[ContractCategory, ...]:
    """Return the kinds of contract of 地方自治法施行令 別表第五."""
    return _list(ContractCategory, "contract_categories", "code")


@cache
def legal_thresholds() -> tuple[LegalThreshold, ...]:
    """Return 別表第五: ceilings by kind of contract, group of bodies and day."""
    return _list(
        LegalThreshold,
        "legal_thresholds",
        "contract_category",
        "group",
        "effective_from",
    )


def threshold_group(body_category_code: str) -> str:
    """Return the column of 別表第五 that a category reads, unless the body says otherwise."""
    return body_category(body_category_code).threshold_group


def legal_threshold(contract_category: str, group: str, on: date) -> LegalThreshold | None:
    """Return the ceiling for a kind of contract and group of bodies on a day.

    It is a ceiling only: the body's own rule decides, and may begin later. None for a kind or group
    that the table does not hold.
    """
    rows = [
        row
        for row in legal_thresholds()
        if row.contract_category == contract_category and row.group == group
    ]
    return _only(rows, on)


@cache
def wto_thresholds() -> tuple[WtoThreshold, ...]:
    """Return the amounts from which the rules of government procurement apply."""
    return _list(WtoThreshold, "wto_thresholds", "category", "group", "effective_from")


def wto_threshold(category: str, group: str, on: date) -> WtoThreshold | None:
    """Return the amount for goods or services and a group on a day; None where none is recorded."""
    rows = [row for row in wto_thresholds() if row.category == category and row.group == group]
    return _only(rows, on)


@cache
def negotiated_contract_clauses() -> tuple[NegotiatedClause, ...]:
    """Return the items of 地方自治法施行令 167条の2 第1項, past ones too."""
    return _list(NegotiatedClause, "negotiated_contract_clauses", "clause", "effective_from")


def negotiated_clauses(on: date) -> tuple[NegotiatedClause, ...]:
    """Return the items that hold on a day, in order."""
    return tuple(row for row in negotiated_contract_clauses() if row.holds_on(on))


def negotiated_clause(clause: str, on: date) -> NegotiatedClause | None:
    """Return one item ("2") as it holds on a day, or None."""
    return next((row for row in negotiated_clauses(on) if row.clause == clause), None)


@cache
def quotation_practices() -> tuple[QuotationPractice, ...]:
    """Return how many quotations bodies usually take, by item of 167条の2 第1項."""
    return _list(QuotationPractice, "quotation_practices", "clause", "effective_from")


def quotation_practice(clause: str, on: date) -> QuotationPractice | None:
    """Return the practice under an item ("1") on a day; None where none is recorded."""
    return _only([row for row in quotation_practices() if row.clause == clause], on)


@cache
def consultation_practices() -> tuple[ConsultationPractice, ...]:
    """Return how long consultations usually last, by what is consulted on."""
    return _list(ConsultationPractice, "consultation_practices", "code", "effective_from")


def consultation_practice(code: str, on: date) -> ConsultationPractice | None:
    """Return the practice for what is consulted on ("draft_version") on a day, or None."""
    return _only([row for row in consultation_practices() if row.code == code], on)


@cache
def consumption_tax_rates() -> tuple[TaxRate, ...]:
    """Return the rates of consumption tax by kind and day."""
    return _list(TaxRate, "consumption_tax_rates", "kind", "effective_from")


def tax_rate(on: date, kind: str = "standard") -> TaxRate:
    """Return the rate of consumption tax on a day.

    Raises ``LookupError`` for a day before the tax began (1989-04-01) or an unknown kind.
    """
    rate = _only([row for row in consumption_tax_rates() if row.kind == kind], on)
    if rate is None:
        raise LookupError(f"no {kind} rate of consumption tax on {on}")
    return rate


@cache
def contracting_methods() -> tuple[ContractingMethod, ...]:
    """Return the ways to contract (地方自治法 234条)."""
    return _list(ContractingMethod, "contracting_methods", "code")


@cache
def multi_year_bases() -> tuple[MultiYearBasis, ...]:
    """Return what allows a contract to bind later fiscal years."""
    return _list(MultiYearBasis, "multi_year_bases", "code")


# Planning


@cache
def switchover_templates() -> tuple[SwitchoverTemplate, ...]:
    """Return the templates of switchover plans, the longest first."""
    return _list(SwitchoverTemplate, "switchover_templates", "code")


def switchover_template(code: str) -> SwitchoverTemplate | None:
    """Return the template of a code, or None."""
    return next((row for row in switchover_templates() if row.code == code), None)


@cache
def _all_switchover_steps() -> tuple[SwitchoverStep, ...]:
    return _list(SwitchoverStep, "switchover_steps", "template", "code")


@cache
def switchover_steps(template: str) -> tuple[SwitchoverStep, ...]:
    """Return a template's steps in order; raises ``KeyError`` for an unknown template."""
    steps = tuple(row for row in _all_switchover_steps() if row.template == template)
    if not steps:
        raise KeyError(template)
    return tuple(sorted(steps, key=lambda row: row.order))


@cache
def council_sessions() -> tuple[CouncilSession, ...]:
    """Return the usual regular sessions of a council; a body's own days take their place."""
    return _list(CouncilSession, "council_sessions", "code")


@cache
def fiscal_windows() -> tuple[FiscalWindow, ...]:
    """Return the windows of the fiscal rhythm."""
    return _list(FiscalWindow, "fiscal_windows", "code")


def fiscal_window(code: str) -> FiscalWindow:
    """Return a window; raises ``KeyError`` for an unknown code."""
    return {row.code: row for row in fiscal_windows()}[code]


@cache
def all_blackouts() -> tuple[Blackout, ...]:
    """Return every time in which some domain's system should not, or should, be switched."""
    return _list(Blackout, "blackouts", "domain", "code")


def blackouts(domain: str) -> tuple[Blackout, ...]:
    """Return the times to avoid for a domain (slug); the good times are ``good_times``."""
    return tuple(row for row in all_blackouts() if row.domain == domain and row.kind != "good")


def good_times(domain: str) -> tuple[Blackout, ...]:
    """Return the times that suit a switchover of a domain (slug)."""
    return tuple(row for row in all_blackouts() if row.domain == domain and row.kind == "good")


# Labels

_NAMED: Mapping[str, tuple[Callable[[], Sequence[Named | NegotiatedClause]], str]] = {
    "body_categories": (body_categories, "code"),
    "business_domains": (business_domains, "slug"),
    "certification_schemes": (certification_schemes, "code"),
    "contract_categories": (contract_categories, "code"),
    "contracting_methods": (contracting_methods, "code"),
    "council_sessions": (council_sessions, "code"),
    "fiscal_windows": (fiscal_windows, "code"),
    "hosting_types": (hosting_types, "code"),
    "local_governments": (local_governments, "code"),
    "multi_year_bases": (multi_year_bases, "code"),
    "negotiated_contract_clauses": (negotiated_contract_clauses, "clause"),
    "network_models": (network_models, "code"),
    "population_bands": (population_bands, "code"),
    "switchover_templates": (switchover_templates, "code"),
}


@cache
def labels(list_name: str, language: str = "ja") -> Mapping[str, str]:
    """Return code → name of a list (its file's name without ``.csv``), in the list's order.

    Raises ``KeyError`` for a list without names.
    """
    rows, key = _NAMED[list_name]
    return MappingProxyType({getattr(row, key): row.label(language) for row in rows()})
