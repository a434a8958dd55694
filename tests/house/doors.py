"""Every address of the marketplace, filled from the told story, and what one would send there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import schemas.specifications as documents
from marketplace.accounts.models import User
from marketplace.notices.actions import Message, deliver
from marketplace.notices.models import Notice
from procurement.models import Officer
from schemas.codes import corporate_number_check_digit
from specs import actions as spec_actions
from specs.consultation import actions as consulting
from specs.consultation.models import Comment, GoodPractice
from specs.following import actions as following
from specs.following.tokens import unsubscribe_path
from specs.models import Editor, Specification, SpecificationVersion
from specs.organisations import Organisation
from specs.proposals import actions as proposing
from specs.proposals.models import Proposal
from tests import make, world
from tests.proposals.test_rules import WISH
from tests.reader import day
from tests.world import World
from vendors.models import Representative

ROLES = (
    "visitor",  # nobody has signed in
    "nobody",  # signed in, with no role
    "viewer",  # officers of the body, by how far they may go
    "planner",
    "approver",
    "elsewhere",  # an officer of another body, who may approve there
    "vendor",  # a representative of the vendor
    "rival",  # a representative of another vendor
    "editor",  # an editor of the specification's authority
    "stranger",  # an editor of another authority
)
# Who works beside the vendor, the editor and the officer of the roles, and may be dismissed.
COLLEAGUES = {
    "officer": "second-officer@example.jp",
    "editor": "second-editor@example.jp",
    "representative": "second-representative@example.jp",
}
OF_A_DRAFT = " of a draft"
DRAFT = "1.2"
CONSULTED = "1.3"
SPECIFICATION = "public-facility-reservation"
TOLD = {"title": "1.1", "version": "1.1"}


def patterns() -> dict[str, str]:
    """Return every address pattern by its name; those of the API and of sign-in by address."""
    found: dict[str, str] = {}

    def walk(resolver: URLResolver, before: str, space: str) -> None:
        for each in resolver.url_patterns:
            address = before + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each, address, f"{each.namespace}:" if each.namespace else space)
            elif isinstance(each, URLPattern):
                plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", address)
                plain = re.sub(r"<\w+:(\w+)>", r"<\1>", plain).replace("^", "").replace("$", "")
                named = each.name and not plain.startswith(("api/", "accounts/"))
                found[f"{space}{each.name}" if named else plain] = plain

    walk(get_resolver(), "", "")
    return found


def people(told: World) -> dict[str, User | None]:
    """Return one person per role."""
    everybody = User.objects.order_by("pk")
    body = told.plan.contract.body
    viewer, planner = make.make_user("viewer@example.jp"), make.make_user("planner@example.jp")
    Officer.objects.create(user=viewer, body=body, level=Officer.Level.VIEW)
    Officer.objects.create(user=planner, body=body, level=Officer.Level.PLAN)
    elsewhere = everybody.exclude(offices__body=body).filter(offices__isnull=False)
    rivals = everybody.exclude(email=world.REPRESENTATIVE).filter(representations__isnull=False)
    second = {role: make.make_user(email) for role, email in COLLEAGUES.items()}
    Officer.objects.create(user=second["officer"], body=body, level=Officer.Level.PLAN)
    Editor.objects.create(
        user=second["editor"],
        authority=SpecificationVersion.objects.get(
            specification__slug=SPECIFICATION, number="1.1"
        ).specification.authority,
    )
    Representative.objects.create(
        user=second["representative"], vendor=told.draft.release.product.developer
    )
    other = make.make_authority(slug="other", name="ほかの府省", name_en="")
    return {
        "visitor": None,
        "nobody": make.make_user("nobody@example.jp"),
        "viewer": viewer,
        "planner": planner,
        "approver": everybody.get(email=world.OFFICER),
        "elsewhere": elsewhere[0],
        "vendor": everybody.get(email=world.REPRESENTATIVE),
        "rival": rivals[0],
        "editor": everybody.get(email=told.editor),
        "stranger": make.make_editor(other, "stranger@example.jp"),
    }


def make_draft(told: World, at: datetime) -> None:
    """Keep a draft of the specification's next version."""
    newest = SpecificationVersion.objects.get(specification__slug=SPECIFICATION, number="1.1")
    meta = documents.meta_of({**newest.document})
    stated = {**vars(meta), "version": DRAFT, "published_on": "2026-11-30"}
    document = documents.build_document(
        documents.SpecificationMeta(**stated), documents.requirements_of(newest.document)
    )
    spec_actions.draft_version(document, by=User.objects.get(email=told.editor), at=at)
    make_consultation(told, at)
    make_proposal(told, at)
    make_notice(told, at)


def make_proposal(told: World, at: datetime) -> Proposal:
    """Let another body propose a specification."""
    return proposing.submit_proposal(
        WISH, organisation=Organisation("body", "141003", "横浜市"), by=None, at=at
    )


def make_notice(told: World, at: datetime) -> Notice:
    """Tell the officer of the story something, who follows the specification."""
    officer = User.objects.get(email=world.OFFICER)
    specification = Specification.objects.get(slug=SPECIFICATION)
    following.follow_specification(specification, by=officer, at=at)
    message = Message(officer.pk, "notice_version_published", TOLD, "/", "doors")
    deliver([message], at=at)
    return Notice.objects.get(recipient=officer)


def _revised(rows: list[documents.Requirement]) -> list[documents.Requirement]:
    """Word one requirement anew, and demand another from a later day."""
    first, second, *others = rows
    later = replace(
        first,
        key="F9010015",
        official_id="9010015",
        title="登録の案内",
        text="利用者登録の方法を、窓口及び画面で案内できること。",
        obligation="mandatory",
        due_on="2028-04-01",
    )
    return [first, later, replace(second, text=f"{second.text}登録の日を記録すること。"), *others]


def make_consultation(told: World, at: datetime) -> Comment:
    """Lay one more draft before everybody; the body of the story comments and tells how it does."""
    newest = SpecificationVersion.objects.get(specification__slug=SPECIFICATION, number="1.1")
    stated = {**vars(documents.meta_of({**newest.document})), "version": CONSULTED}
    document = documents.build_document(
        documents.SpecificationMeta(**{**stated, "published_on": "2027-01-31"}),
        _revised(documents.requirements_of(newest.document)),
    )
    version = spec_actions.draft_version(document, by=None, at=at)
    today = consulting.day_of(at)
    consultation = consulting.open_consultation(
        version, opens_on=today, closes_on=today + timedelta(days=20), call="聞く。", by=None, at=at
    )
    body = told.plan.contract.body
    organisation = Organisation("body", body.code, body.name)
    consulting.attach_good_practice(
        version.specification,
        organisation=organisation,
        practice=consulting.Practice("端末を置いた。", "待ち時間が減った。"),
        by=None,
        at=at,
    )
    return consulting.submit_comment(
        consultation,
        organisation=organisation,
        opinion=consulting.Opinion("deletion", "F9010010", "", "使っていないため。"),
        by=None,
        at=at,
    )


def addresses(told: World) -> dict[str, str]:
    """Fill every pattern with something that stands in the told story."""
    offer = told.draft.release.product.developer.offers.order_by("pk").first()
    assert offer is not None
    candidate = told.case.locked_search.candidates.order_by("pk")[0]
    numbers = {
        "contracts": told.plan.contract_id,
        "plans": told.plan.pk,
        "cases": told.case.pk,
        "papers": told.papers[0].pk if told.papers else 1,
        "products": offer.product_id,
        "offers": offer.pk,
        "claims": told.draft.pk,
        "vendors": told.draft.release.product.developer_id,
        **_consulted(),
        **_told(),
    }
    officer = User.objects.get(email=world.OFFICER)
    specification = Specification.objects.get(slug=SPECIFICATION)
    values = {
        "token": unsubscribe_path(officer.pk, specification.pk).rstrip("/").rpartition("/")[2],
        "slug": SPECIFICATION,
        "number": "1.1",
        "older": "1.0",
        "newer": "1.1",
        "key": "F9010010",
        "contract_pk": told.plan.contract_id,
        "candidate_pk": candidate.pk,
        "section": "outline",
        "kind": "procurement_specification",
        "chapter": 1,
        "uidb36": "1",
        "code": told.plan.contract.body_id,
    }
    asked = {
        "specs:diff-choose": "?from=1.0&to=1.1",
        "catalogue:compare": f"?offer={offer.pk}&offer={offer.pk + 1}",
        "api/v1/catalogue/compare/": f"?offer={offer.pk}&offer={offer.pk + 1}",
        "api/v1/cases/<pk>/paper-problems/": "?kind=procurement_specification",
        "cases:case-open": f"?plan={told.plan.pk}",
    }
    filled = {}
    for name, plain in patterns().items():
        before = plain.partition("<pk>")[0].split("/")
        named = [numbers[part] for part in before if part in numbers]
        known = {**values, "pk": named[-1] if named else 1}
        if "authorities/" in plain:
            known["slug"] = told.authority
        filled[name] = f"/{fill(plain, known)}{asked.get(name, '')}"
        if "<number>" in plain:
            filled[name + OF_A_DRAFT] = f"/{fill(plain, {**known, 'number': DRAFT})}"
    return filled


def _consulted() -> dict[str, int]:
    """Number what stands of a consultation, where one was made."""
    comment = Comment.objects.order_by("pk").first()
    practice = GoodPractice.objects.order_by("pk").first()
    return {
        "consultations": comment.consultation_id if comment else 1,
        "comments": comment.pk if comment else 1,
        "consultation-comments": comment.pk if comment else 1,
        "good-practices": practice.pk if practice else 1,
    }


def _told() -> dict[str, int]:
    """Number a proposal and a notice, where they were made."""
    proposal, notice = Proposal.objects.first(), Notice.objects.first()
    return {
        "proposals": proposal.pk if proposal else 1,
        "notices": notice.pk if notice else 1,
    }


def fill(plain: str, known: dict[str, Any]) -> str:
    """Put values in the places of a pattern."""
    return re.sub(r"<(\w+)>", lambda place: str(known[place[1]]), plain)


def sent(told: World) -> dict[str, dict[str, Any]]:
    """Return, for doors that take something, what would do if one were allowed.

    An empty form proves only that it is looked at; these prove who is looked at.
    """
    plan, case, contract = told.plan, told.case, told.plan.contract
    product = told.draft.release.product
    offer = product.developer.offers.order_by("pk").first()
    assert offer is not None
    candidate = told.case.locked_search.candidates.order_by("pk")[0].pk
    case.refresh_from_db()
    edition = {"edition": case.edition}
    reason = "必須の要件を満たしていないことを確かめた。"
    of_contract = {
        "system": "会議録の公開",
        "domain": "facility-reservation",
        "contractor": "株式会社みほん",
        "notice_months": 3,
        "annual_cost_yen": 1_200_000,
        "tax_basis": "INCLUDED",
    }
    method = {
        **edition,
        "contract_category": "other",
        "method": "direct_other",
        "clause": "2",
        "reason": "予定金額の内訳を確かめ直したため。",
    }
    version = case.version
    certificate = {"scheme": "ismap", "number": "1"}
    of_offer = {"product": product.pk, "name": "もう一つのサービス", "hosting": "domestic_cloud"}
    of_product = {"name": "もう一つ", "summary": "予約を行う。", "domain": "facility-reservation"}
    renewed = {"template": plan.template}
    base = "070001001234"
    number = corporate_number_check_digit(base) + base
    new_vendor = {"corporate_number": number, "name": "株式会社なし"}
    opinion = {
        "requirement": "F9010010",
        "kind": "addition",
        "proposed": "予約の番号を示せること。",
        "reason": "窓口のため。",
    }
    practice = {
        "requirement": "F9010010",
        "product": "予約",
        "done": "端末を置いた。",
        "effect": "待ち時間が減った。",
    }
    successor = {"withdrawn": "F9010570", "successor": "F9010010"}
    wish = {
        "title": WISH.title,
        "domain": WISH.domain,
        "purpose": WISH.purpose,
        "scope": WISH.scope,
    }
    taken_up = {
        "title": "道路損傷通報システム標準仕様書",
        "slug": "road-damage-report",
        "id_prefix": "910",
        "reason": "案を作る。",
    }
    pages: dict[str, dict[str, Any]] = {
        "contracts:contract-register": {
            **of_contract,
            **day("starts_on", "2026-04-01"),
            **day("ends_on", "2029-03-31"),
        },
        "contracts:contract-change": {
            **of_contract,
            **day("starts_on", "2026-04-01"),
            **day("ends_on", "2029-03-31"),
            "edition": contract.edition,
        },
        "procurement:body-settings": {"population": 1, **day("population_as_of", "2026-01-01")},
        "procurement:body-officers": {"email": world.OFFICER, "level": "approve"},
        "procurement:body-choose": {"body": contract.body_id},
        "switchover:plan-make": {**renewed, **day("renewal_on", "2029-04-01")},
        "switchover:plan-change": {
            **renewed,
            **day("renewal_on", "2029-04-01"),
            "edition": plan.edition,
        },
        "switchover:plan-step-mark": {"code": plan.steps.all()[0].code, "done_on": "2026-11-20"},
        "cases:case-open": {"title": "更改業務", "version": version.pk, "plan": plan.pk},
        "cases:case-search-lock": {**edition, "query": ""},
        "cases:candidate-decide": {**edition, "decision": "reopen", "reason": ""},
        "cases:case-method-decide": method,
        "cases:case-particulars-state": {**edition, "department": "総務課"},
        "cases:case-paper-issue": edition,
        "vendors:vendor-register": new_vendor,
        "vendors:vendor-representatives": {"email": world.REPRESENTATIVE},
        "specs:authority-list": {"name": "なし庁"},
        "specs:authority-editors": {"email": told.editor},
        "specs:authority-editor-dismiss": {"email": COLLEAGUES["editor"]},
        "procurement:body-officer-dismiss": {"email": COLLEAGUES["officer"]},
        "vendors:vendor-representative-dismiss": {"email": COLLEAGUES["representative"]},
        "vendors:product-register": of_product,
        "vendors:release-add": {"number": "9.9", **day("released_on", "2026-10-01")},
        "vendors:certification-add": {
            **certificate,
            **day("valid_from", "2026-01-01"),
            **day("valid_to", "2028-01-01"),
        },
        "vendors:offer-register": {**of_offer, "minimum_months": 12},
        "vendors:price-list-edit": {
            "tax_basis": "EXCLUDED",
            **day("valid_from", "2027-01-01"),
            "prices-0-kind": "monthly",
            "prices-0-amount_yen": 1000,
        },
        "vendors:claim-start": {"release": told.draft.release_id, "version": version.pk},
        "specs:version-withdraw": {"reason": "誤りがあったため。"},
        "specs:successor-list": successor,
        "proposals:proposal-submit": {**wish, "essential": "受け付けられること。"},
        "proposals:proposal-change": {**wish, "essential": "受け付けられること。"},
        "proposals:proposal-endorse": {"note": "使いたい。"},
        "proposals:endorsement-withdraw": {"organisation": contract.body_id},
        "proposals:proposal-answer": {
            "authority": case.version.specification.authority_id,
            "outcome": "later",
            "reason": "来年度に検討する。",
        },
        "proposals:proposal-take-up": {
            **taken_up,
            "authority": case.version.specification.authority_id,
            **day("published_on", "2027-04-01"),
        },
        "consultation:consultation-open": {
            **day("opens_on", "2026-11-23"),
            **day("closes_on", "2026-12-20"),
            "call": "聞く。",
        },
        "consultation:consultation-extend": day("closes_on", "2027-01-15"),
        "consultation:consultation-close": {"reason": "出し直すため。"},
        "consultation:comment-submit": opinion,
        "consultation:comment-change": {**opinion, "edition": 1},
        "consultation:comment-answer": {"outcome": "later", "reason": "次の版で。", "changed": ""},
        "consultation:practice-attach": practice,
        "vendors:claim-withdraw": {"reason": "誤りがあったため。"},
    }
    calls: dict[str, dict[str, Any]] = {
        "specifications/<slug>/versions/<number>/withdraw/": {"reason": "誤りがあったため。"},
        "specifications/<slug>/versions/<number>/successors/": successor,
        "specifications/<slug>/versions/<number>/successors/remove/": successor,
        "specifications/<slug>/follow/": {"by_mail": True},
        "proposals/": {**wish, "essential": ["受け付けられること。"]},
        "proposals/<pk>/": {**wish, "essential": ["受け付けられること。"]},
        "proposals/<pk>/endorse/": {"note": "使いたい。"},
        "proposals/<pk>/endorse/withdraw/": {},
        "proposals/<pk>/answer/": {
            "authority": case.version.specification.authority.slug,
            "outcome": "later",
            "reason": "来年度に検討する。",
        },
        "proposals/<pk>/take-up/": {
            **taken_up,
            "authority": case.version.specification.authority.slug,
            "published_on": "2027-04-01",
        },
        "specifications/<slug>/versions/<number>/open-consultation/": {
            "opens_on": "2026-11-23",
            "closes_on": "2026-12-20",
            "call": "聞く。",
        },
        "consultations/<pk>/extend/": {"closes_on": "2027-01-15"},
        "consultations/<pk>/close/": {"reason": "出し直すため。"},
        "consultations/<pk>/comments/": opinion,
        "consultation-comments/<pk>/change/": {**opinion, "edition": 1},
        "consultation-comments/<pk>/answer/": {
            "outcome": "adopted",
            "reason": "反映する。",
            "changed": ["F9010010"],
            "version": CONSULTED,
        },
        "specifications/<slug>/good-practices/": practice,
        "contracts/": {**of_contract, "starts_on": "2026-04-01", "ends_on": "2029-03-31"},
        "contracts/<pk>/change/": {
            **of_contract,
            "starts_on": "2026-04-01",
            "ends_on": "2029-03-31",
            "edition": contract.edition,
        },
        "bodies/<code>/record-population/": {"population": 1, "population_as_of": "2026-01-01"},
        "bodies/<code>/set-threshold/": {
            "contract_category": "other",
            "amount_yen": 800_000,
            "effective_from": "2026-04-01",
            "source": "会津若松市契約規則",
        },
        "bodies/<code>/appoint-officer/": {"email": world.OFFICER, "level": "approve"},
        "bodies/<code>/dismiss-officer/": {"email": COLLEAGUES["officer"]},
        "plans/": {**renewed, "contract": contract.pk, "renewal_on": "2029-04-01"},
        "plans/<pk>/change/": {**renewed, "renewal_on": "2029-04-01", "edition": plan.edition},
        "plans/<pk>/mark-step/": {"code": plan.steps.all()[0].code, "done_on": "2026-11-20"},
        "cases/": {"title": "更改業務", "version": version.urn, "plan": plan.pk},
        "cases/<pk>/lock-search/": {**edition, "query": ""},
        "cases/<pk>/drop-candidate/": {**edition, "candidate": candidate, "reason": reason},
        "cases/<pk>/choose-candidate/": {**edition, "candidate": candidate, "reason": reason},
        "cases/<pk>/reopen-candidate/": {**edition, "candidate": candidate},
        "cases/<pk>/particulars/": {**edition, "particulars": {"department": "総務課"}},
        "cases/<pk>/decide-method/": method,
        "cases/<pk>/issue-paper/": {**edition, "kind": "comparison_table"},
        "vendors/": new_vendor,
        "vendors/<pk>/representatives/": {"email": world.REPRESENTATIVE},
        "authorities/": {"name": "なし庁"},
        "vendors/<pk>/dismiss-representative/": {"email": COLLEAGUES["representative"]},
        "authorities/<slug>/editors/": {"email": told.editor},
        "authorities/<slug>/dismiss-editor/": {"email": COLLEAGUES["editor"]},
        "products/": {**of_product, "developer": product.developer_id},
        "products/<pk>/releases/": {"number": "9.9", "released_on": "2026-10-01"},
        "products/<pk>/certifications/": {
            **certificate,
            "valid_from": "2026-01-01",
            "valid_to": "2028-01-01",
        },
        "offers/": {**of_offer, "seller": offer.seller_id},
        "offers/<pk>/price-lists/": {
            "tax_basis": "EXCLUDED",
            "valid_from": "2027-01-01",
            "prices": [{"kind": "monthly", "amount_yen": 1000}],
        },
        "claims/": make.make_document(told.draft),
        "claims/drafts/": {"release": told.draft.release_id, "specification": version.urn},
        "claims/<pk>/withdraw/": {"reason": "誤りがあったため。"},
    }
    return {**pages, **{f"api/v1/{name}": body for name, body in calls.items()}}
