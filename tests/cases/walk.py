"""A case at every point of its way, made by its own deeds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marketplace.accounts.models import LocalGovernment, User
from procurement.cases import actions
from procurement.cases.models import Candidate, Case
from procurement.switchover.actions import make_plan
from procurement.switchover.models import SwitchoverPlan
from specs.models import SpecificationVersion
from tests import make
from vendors.models import Offer

REASON = "実装必須の要件をすべて満たし、総額が最も低い。"
DROPPED = "実装必須の要件1件を満たさないため。"
PARTICULARS: dict[str, Any] = {
    "department": "総務部 情報戦略課",
    "contact_name": "情報政策グループ 髙﨑",
    "contact_phone": "0242-00-0000",
    "contact_email": "joho@example.jp",
    "background": "現行の契約が令和10年3月31日に満了する。",
    "purpose": "標準仕様に適合したサービスに切り替える。",
    "expected_effects": "窓口の事務を年間4,200時間減らす。",
    "overview": "施設の予約と使用料の収納を行う。",
    "scope": "サービスの提供、データ移行、研修。",
    "scale": [{"label": "対象施設", "value": "42施設"}],
    "starts_on": "2027-07-01",
    "service_starts_on": "2028-04-01",
    "ends_on": "2033-03-31",
    "multi_year_basis": "long_term_continuing",
    "place": "会津若松市役所",
    "expected_amount_yen": 1_980_000,
    "amount_lines": [{"label": "月額利用料（33,000円×60か月）", "amount_yen": 1_980_000}],
    "schedule": [{"label": "契約締結", "ends_on": "2027-07-01"}],
    "service_levels": [{"item": "稼働率", "target": "99.5％以上", "measure": "月間の稼働率"}],
    "exit_formats": "CSV（UTF-8）",
    "exit_scope": "すべてのデータ",
    "exit_within_days": 30,
    "exit_free_deliveries": 3,
    "deliverables": [{"name": "操作手引書", "due": "開始1か月前", "form": "PDF"}],
    "qualifications": ["施行令第167条の4に該当しない者であること。"],
    "reason_product": "実装必須の要件をすべて満たす。",
    "reason_vendor": "開発者自身が販売し、保守を一体で行う。",
    "reason_unsuitability": "要件を満たす製品が1つだけで、販売者も1者である。",
    "reason_no_alternative": "検索を固定し、候補のすべてについて適合表明を確かめた。",
    "reason_price": "公開された価格表のとおりである。",
    "drafting_department": "総務部 情報戦略課",
    "drafting_name": "渡部 花子",
    "drafted_on": "2026-11-23",
    "approvals": ["部長", "課長", "係長"],
}


def make_country() -> tuple[SpecificationVersion, list[Offer]]:
    """Make a version and three offers: one conforms, one does not, one claims nothing."""
    version = make.make_version()
    good, bad, silent = (
        make.make_vendor(name="株式会社みほん", address="福島県会津若松市東栄町1番1号"),
        make.make_vendor(
            corporate_number="5060001002844", name="株式会社べつ", address="栃木県宇都宮市1番1号"
        ),
        make.make_vendor(corporate_number="1234567890128", name="株式会社だんまり"),
    )
    first, second, third = (
        make.make_product(good, name="よやくん"),
        make.make_product(bad, name="まちの予約帳"),
        make.make_product(silent, name="施設なび"),
    )
    make.make_claim(make.make_release(first), version)
    lacking = make.make_answers(F0010001={"answer": "not_provided"})
    make.make_claim(make.make_release(second), version, answers=lacking)
    return version, [
        make.make_offer(first, monthly_yen=30_000),
        make.make_offer(second, monthly_yen=20_000),
        make.make_offer(third, monthly_yen=40_000),
    ]


def make_plan_of(body: LocalGovernment, by: User, at: datetime) -> SwitchoverPlan:
    """Make the plan that leads away from the body's reservation system."""
    return make_plan(
        make.make_contract(body), renewal_on=date(2028, 4, 1), template="small_saas", by=by, at=at
    )


def make_open(body: LocalGovernment, by: User, at: datetime, **changes: Any) -> Case:
    """Open a case; the country is made where it does not stand yet."""
    version = SpecificationVersion.objects.first() or make_country()[0]
    fields = {"title": "公共施設予約システム更改業務", "version": version, **changes}
    return actions.open_case(body, by=by, at=at, **fields)


def make_locked(body: LocalGovernment, by: User, at: datetime, **changes: Any) -> Case:
    """Open a case and lock a search that finds every offer."""
    case = make_open(body, by, at, **changes)
    actions.lock_search(case, query="", edition=case.edition, by=by, at=at)
    return fresh(case)


def candidate(case: Case, product: str) -> Candidate:
    """Return the candidate of a product."""
    return next(
        row
        for row in Candidate.objects.filter(search__case=case)
        if row.facts["product"]["name"] == product
    )


def make_chosen(body: LocalGovernment, by: User, at: datetime, **changes: Any) -> Case:
    """Lock a case, choose よやくん and drop the others."""
    case = make_locked(body, by, at, **changes)
    for product in ("まちの予約帳", "施設なび"):
        actions.drop_candidate(
            candidate(case, product), reason=DROPPED, edition=fresh(case).edition, by=by, at=at
        )
    actions.choose_candidate(
        candidate(case, "よやくん"), reason=REASON, edition=fresh(case).edition, by=by, at=at
    )
    return fresh(case)


def make_ready(body: LocalGovernment, by: User, at: datetime, **changes: Any) -> Case:
    """Make a case from which every paper can be issued."""
    case = make_chosen(body, by, at, **changes)
    case = actions.state_particulars(case, changes=PARTICULARS, edition=case.edition, by=by, at=at)
    return actions.decide_method(
        case,
        contract_category="other",
        method="direct_other",
        clause="2",
        edition=case.edition,
        by=by,
        at=at,
    )


def fresh(case: Case) -> Case:
    """Return the case as it stands in the database."""
    return Case.objects.get(pk=case.pk)
