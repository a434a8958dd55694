"""A small plausible country, made by the same deeds that the pages call. All of it is a sample.

``country.json`` holds the made-up vendors, offers and contracts. Every part looks first whether it
stands already, so the story can be told again on the same database.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from marketplace.accounts.models import LocalGovernment, User
from marketplace.people import confirm_address
from procurement.actions import appoint_officer, record_population
from procurement.cases.models import Case
from procurement.contracts.actions import register_contract
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts
from procurement.models import Officer
from procurement.switchover.actions import make_plan
from procurement.switchover.models import SwitchoverPlan
from procurement.switchover.timeline import Facts, earliest_renewal
from schemas import codelist
from schemas.calendar import add_months
from specs.actions import appoint_editor
from specs.models import Authority, SpecificationVersion
from vendors import actions as vendor_actions
from vendors.models import ConformanceClaim, Offer, Product, Vendor
from vendors.pricing import PriceLine

PASSWORD = "dmp-demo-2026"  # noqa: S105 -- the made-up people's, printed by the demo
DOMAIN = "facility-reservation"


@cache
def country() -> dict[str, Any]:
    """Return the made-up facts."""
    text = (Path(__file__).parent / "country.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@dataclass(frozen=True)
class Login:
    """Somebody one can sign in as."""

    role: str
    organisation: str
    email: str


def person(email: str, name: str, at: datetime) -> User:
    """Make a person who signs in with the demo's password, or return them."""
    user = User.objects.filter(email=email).first()
    user = user or User.objects.create_user(email, PASSWORD, name=name)
    confirm_address(user, by=None, at=at)
    return user


def years_since(today: date) -> int:
    """Return by how many years the contracts' dates are moved, so that they always lie ahead."""
    return max(0, (today - date.fromisoformat(country()["as_of"])).days // 365)


def moved(day: str, today: date) -> date:
    """Return a date of the story, moved by whole years."""
    return add_months(date.fromisoformat(day), 12 * years_since(today))


def version() -> SpecificationVersion:
    """Return the sample version that the offers claim to conform to."""
    named = country()["specification"]
    return SpecificationVersion.objects.select_related("specification").get(
        specification__slug=named["slug"], number=named["version"]
    )


def editors(at: datetime) -> list[Login]:
    """Give every authority of a specification one editor."""
    logins = []
    for authority in Authority.objects.filter(specifications__isnull=False).distinct():
        user = person(f"editor-{authority.pk}@dmp.example", "編集 見本", at)
        appoint_editor(authority, user=user, by=None, at=at)
        logins.append(Login("editor", authority.name, user.email))
    return logins


def vendors(at: datetime) -> list[Login]:
    """Register the vendors, each with its representative."""
    logins = []
    for facts in country()["vendors"]:
        stated = facts["representative"]
        user = person(stated["email"], stated["name"], at)
        if not Vendor.objects.filter(corporate_number=facts["corporate_number"]).exists():
            vendor_actions.register_vendor(
                corporate_number=facts["corporate_number"],
                name=facts["name"],
                name_en=facts["name_en"],
                address=facts["address"],
                email=stated["email"],
                is_sample=True,
                by=user,
                at=at,
            )
        logins.append(Login("representative", facts["name"], user.email))
    return logins


def offers(at: datetime) -> list[Offer]:
    """Register products, releases, certificates and offers with prices, and publish them."""
    numbers = {facts["id"]: facts["corporate_number"] for facts in country()["vendors"]}
    made = []
    for facts in country()["offers"]:
        vendor = Vendor.objects.get(corporate_number=numbers[facts["vendor"]])
        offer = Offer.objects.filter(seller=vendor, name=facts["name"]).first()
        made.append(offer or _offer(vendor, facts, at))
    return made


def _offer(vendor: Vendor, facts: dict[str, Any], at: datetime) -> Offer:
    by = vendor.representatives.select_related("user").get().user
    stated = facts["product"]
    product = vendor_actions.register_product(
        vendor,
        name=stated["name"],
        name_en=stated["name_en"],
        summary=stated["summary"],
        domain=DOMAIN,
        is_sample=True,
        by=by,
        at=at,
    )
    vendor_actions.add_release(
        product,
        number=stated["release"],
        released_on=date.fromisoformat(stated["released_on"]),
        by=by,
        at=at,
    )
    for certificate in facts["certifications"]:
        days = {name: date.fromisoformat(certificate[name]) for name in ("valid_from", "valid_to")}
        vendor_actions.add_certification(product, **{**certificate, **days}, by=by, at=at)
    offer = vendor_actions.register_offer(
        product,
        seller=vendor,
        is_sample=True,
        by=by,
        at=at,
        **{
            name: facts[name]
            for name in (
                "name",
                "hosting",
                "network_models",
                "service_level",
                "support",
                "data_export",
                "exit_terms",
                "minimum_months",
            )
        },
    )
    basis = facts["price_list"]["tax_basis"]
    vendor_actions.set_prices(
        offer,
        tax_basis=basis,
        valid_from=date.fromisoformat(facts["price_list"]["valid_from"]),
        lines=[PriceLine(tax_basis=basis, **line) for line in facts["price_list"]["prices"]],
        by=by,
        at=at,
    )
    return vendor_actions.publish_offer(offer, by=by, at=at)


def claims(at: datetime) -> list[ConformanceClaim]:
    """Submit and publish one claim a product, as the JSON document a vendor's own tools would send.

    Requirements that the story does not name are answered in the usual way: provided, and for a
    prohibited one not provided.
    """
    against = version()
    usual = {
        row.key: {"answer": "not_provided" if row.obligation == "prohibited" else "provided"}
        for row in against.requirements.all()
    }
    made = []
    for facts in country()["offers"]:
        product = Product.objects.select_related("developer").get(
            name=facts["product"]["name"], is_sample=True
        )
        by = product.developer.representatives.select_related("user").get().user
        document = {
            "specification": against.urn,
            "vendor": {
                "corporate_number": product.developer.corporate_number,
                "name": product.developer.name,
            },
            "product": {"name": product.name, "release": facts["product"]["release"]},
            "stated_on": facts["stated_on"],
            "answers": {**usual, **facts["answers_other_than_usual"]},
        }
        if facts["extra_functions"]:
            document["extra_functions"] = facts["extra_functions"]
        claim = vendor_actions.submit_claim_document(document, by=by, at=at).claim
        if claim is not None and claim.state == ConformanceClaim.State.SUBMITTED:
            claim = vendor_actions.publish_claim(claim, by=by, at=at)
        if claim is not None:
            made.append(claim)
    return made


def bodies(at: datetime) -> list[Login]:
    """Appoint officers, record populations and fill the contract registers."""
    today = timezone.localdate(at)
    logins = []
    for facts in country()["bodies"]:
        body = LocalGovernment.objects.get(code=facts["code"])
        stated = facts["officer"]
        user = person(stated["email"], stated["name"], at)
        if not Officer.objects.filter(user=user, body=body).exists():
            appoint_officer(
                body,
                user=user,
                level=Officer.Level.APPROVE,
                department="総務課",
                by=None,
                at=at,
            )
        if body.population is None:
            record_population(
                body,
                population=facts["population"],
                as_of=date.fromisoformat(facts["population_as_of"]),
                by=user,
                at=at,
            )
        for contract in facts["contracts"]:
            _contract(body, contract, user, at, today)
        logins.append(Login("officer", body.name, user.email))
    return logins


def _contract(
    body: LocalGovernment, stated: dict[str, Any], by: User, at: datetime, today: date
) -> None:
    days = {name: moved(stated[name], today) for name in ("starts_on", "ends_on")}
    known = Contract.objects.filter(body=body, system=stated["system"], starts_on=days["starts_on"])
    if not known.exists():
        facts = ContractFacts(**{**stated, **days})
        register_contract(body, facts=facts, is_sample=True, by=by, at=at)


def first_body() -> LocalGovernment:
    """Return the body whose plan and case the story tells."""
    return LocalGovernment.objects.get(code=country()["bodies"][0]["code"])


def first_officer() -> User:
    """Return the officer who plans and decides."""
    return User.objects.get(email=country()["bodies"][0]["officer"]["email"])


def plan(at: datetime) -> SwitchoverPlan:
    """Plan the switchover of the facility reservation system from its contract's end."""
    contract = Contract.objects.filter(body=first_body(), domain=DOMAIN).order_by("ends_on").last()
    if contract is None:
        message = "the story's contract is missing"
        raise LookupError(message)
    found = SwitchoverPlan.objects.filter(contract=contract).first()
    if found:
        return found
    today = timezone.localdate(at)
    renewal_on = contract.ends_on + timedelta(days=1)
    if renewal_on <= today:
        facts = Facts("small_saas", renewal_on, contract.ends_on, contract.notice_months, DOMAIN)
        renewal_on = earliest_renewal(facts, today) or add_months(today, 24)
    return make_plan(
        contract, renewal_on=renewal_on, template="small_saas", by=first_officer(), at=at
    )


def domain_name() -> str:
    """Return the name of the story's business domain."""
    domain = codelist.business_domain(DOMAIN)
    return domain.name if domain else DOMAIN


def case_of(plan: SwitchoverPlan) -> Case | None:
    """Return the case that the story opened from the plan, if it did."""
    return Case.objects.filter(plan=plan).first()
