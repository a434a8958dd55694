"""The story's one case: a locked search, a reason for each candidate dropped, three papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from procurement.cases import actions
from procurement.cases.models import Candidate, Case
from procurement.demo import story
from procurement.documents.models import Paper
from procurement.switchover.models import SwitchoverPlan
from schemas.calendar import add_months
from vendors.models import ClaimAnswer

TITLE = "公共施設予約システム更改に係るサービス利用"
CHOSEN = "yoyaku-cloud"
NEEDED_OPTIONS = {
    "F9010950": "請求書による後納（市内のスポーツ団体等44団体が現に後納で利用している）",
    "F9011930": "空き状況のオープンデータ出力（市のオープンデータ推進方針で公開を定めている）",
}
KINDS = ("procurement_specification", "comparison_table", "negotiated_contract_justification")


def case(plan: SwitchoverPlan, at: datetime) -> Case:
    """Open the case from the plan and bring it to where papers can be issued."""
    found = story.case_of(plan)
    if found is not None:
        return found
    by = story.first_officer()
    made = actions.open_case(
        story.first_body(),
        title=TITLE,
        version=story.version(),
        plan=plan,
        is_sample=True,
        by=by,
        at=at,
    )
    actions.lock_search(made, query=f"domain={story.DOMAIN}", edition=_edition(made), by=by, at=at)
    for candidate in Candidate.objects.filter(search__case=made).order_by("position"):
        facts = candidate.facts
        if facts["offer"]["name"] == _chosen_offer():
            actions.choose_candidate(
                candidate,
                reason=(
                    "実装必須の要件をすべて満たし、本市に必要な標準オプション2件"
                    "（請求書による後納、空き状況のオープンデータ出力）も標準で提供する唯一の候補である。"
                ),
                edition=_edition(made),
                by=by,
                at=at,
            )
        else:
            actions.drop_candidate(
                candidate,
                reason=reason(candidate),
                edition=_edition(made),
                by=by,
                at=at,
            )
    total = _chosen_total(made)
    actions.state_particulars(
        made, changes=particulars(plan, total, at), edition=_edition(made), by=by, at=at
    )
    actions.decide_method(
        made,
        contract_category="other",
        method="direct_other",
        clause="2",
        edition=_edition(made),
        by=by,
        at=at,
    )
    made.refresh_from_db()
    return made


def papers(made: Case, at: datetime) -> list[Paper]:
    """Issue each of the three papers once, and return them."""
    by = story.first_officer()
    issued = []
    for kind in KINDS:
        paper = Paper.objects.filter(case=made, kind=kind).first()
        issued.append(
            paper or actions.issue_case_paper(made, kind=kind, edition=_edition(made), by=by, at=at)
        )
    return issued


def _edition(made: Case) -> int:
    return Case.objects.values_list("edition", flat=True).get(pk=made.pk)


def _chosen_offer() -> str:
    return str(next(row["name"] for row in story.country()["offers"] if row["id"] == CHOSEN))


def _chosen_total(made: Case) -> int:
    chosen = Candidate.objects.get(search__case=made, outcome=Candidate.Outcome.CHOSEN)
    return int(chosen.facts["cost"]["total_yen"])


def reason(candidate: Candidate) -> str:
    """Say why a candidate is dropped, from the facts that the locked search froze."""
    verdict: Mapping[str, Any] = candidate.facts["verdict"]
    outcome = verdict["outcome"]
    if outcome == "does_not_conform":
        numbers = _numbers(candidate)
        failing = "、".join(numbers[key] for key in verdict["failing"][:5])
        more = len(verdict["failing"]) - 5
        rest = f"ほか{more}件" if more > 0 else ""
        return f"固定した検索の時点で標準仕様に適合していない（満たさない要件：{failing}{rest}）。"
    if outcome == "conforms_with_transitional":
        return (
            "実装必須の要件の一部が提供予定にとどまり、更改日までに実際の機能を確かめられない"
            "（経過措置つきの適合）。"
        )
    lacking = [
        f"{_numbers(candidate)[key]} {why}"
        for key, why in NEEDED_OPTIONS.items()
        if key in _not_provided(candidate)
    ]
    return "本市に必要な標準オプションを提供していない：" + "；".join(lacking) + "。"


def _numbers(candidate: Candidate) -> dict[str, str]:
    """Return the requirements' official numbers by their keys, as the papers' annex names them."""
    version = candidate.search.case.version
    return dict(version.requirements.values_list("key", "official_id"))


def _not_provided(candidate: Candidate) -> set[str]:
    """Return the needed options that the offer's published claim does not provide."""
    answers = ClaimAnswer.objects.filter(
        claim__release__product=candidate.offer.product_id,
        claim__state="published",
        requirement__key__in=NEEDED_OPTIONS,
    )
    return set(answers.exclude(answer="provided").values_list("requirement__key", flat=True))


def particulars(plan: SwitchoverPlan, total: int, at: datetime) -> dict[str, Any]:
    """Return what the officer states for the papers; people and telephone are made up."""
    starts_on = plan.renewal_on
    ends_on = add_months(starts_on, 60)
    steps = {step.code: step for step in plan.steps.all()}
    today = timezone.localdate(at)

    def by(code: str) -> str:
        return max(steps[code].ends_by, today).isoformat()

    return {
        "department": "総務課 情報政策係",
        "contact_name": "会津 見本",
        "contact_phone": "000-0000-0000（見本）",
        "contact_email": "officer@aizuwakamatsu.example",
        "background": (
            "公共施設の予約は、庁内に設置した現行システムで受け付けている。"
            "現行契約の終了に合わせ、窓口に来なくても手続が終わる仕組みへ改める必要がある。"
        ),
        "purpose": (
            "標準仕様に適合するサービスを利用することにより、住民の利便と職員の事務の効率を高め、"
            "特定の事業者に依存しない調達を実現する。"
        ),
        "expected_effects": (
            "来庁せずに申込み・支払い・許可書の受領ができること。窓口の受付と月次集計の事務を"
            "年間およそ1,200時間減らすこと。"
        ),
        "overview": "体育施設、公民館、文化施設の空き照会、申込み、抽選、収納、許可及び統計。",
        "scope": "サービスの利用、初期設定、現行データの移行、研修、支援、終了時のデータ返却。",
        "scale": [
            {"label": "対象施設", "value": "42施設・186室場"},
            {"label": "年間の予約件数", "value": "約68,000件"},
            {"label": "登録利用者", "value": "約9,400人・1,150団体"},
            {"label": "職員の利用者", "value": "120人"},
        ],
        "starts_on": _months_before(starts_on, 3).isoformat(),
        "service_starts_on": starts_on.isoformat(),
        "ends_on": _day_before(ends_on).isoformat(),
        "multi_year_basis": "long_term_continuing",
        "place": "本市が指定する場所（移行作業及び研修）並びに受託者の事業所",
        "expected_amount_yen": total,
        "amount_lines": [{"label": "初期費用・60か月の利用料等（公開価格）", "amount_yen": total}],
        "schedule": [
            {"label": "契約の締結", "ends_on": by("evaluate_and_contract")},
            {"label": "設計・設定・連携", "ends_on": by("build")},
            {"label": "移行リハーサル", "ends_on": by("rehearse_migration")},
            {"label": "切替の判定", "ends_on": by("decide_go_live")},
            {"label": "サービスの開始", "ends_on": starts_on.isoformat()},
        ],
        "service_levels": [
            {
                "item": "稼働率",
                "target": "月間99.9％以上",
                "measure": "計画停止を除く月間の稼働時間の割合を、受託者が毎月報告する。",
            },
            {
                "item": "障害の一次回答",
                "target": "30分以内",
                "measure": "連絡を受けた時刻から最初の回答の時刻までを記録する。",
            },
        ],
        "exit_formats": "CSV（UTF-8）及び添付書類の元の形式。項目の定義書を添える。",
        "exit_scope": "施設・室場・利用者・予約・収納・減免の全件及び操作記録。",
        "exit_within_days": 30,
        "exit_free_deliveries": 2,
        "deliverables": [
            {"name": "設定書", "due": "サービス開始の前日", "form": "電子データ"},
            {"name": "移行結果報告書", "due": "サービス開始から10日以内", "form": "電子データ"},
            {"name": "操作手順書", "due": "研修の開始前", "form": "電子データ"},
        ],
        "qualifications": [
            "地方自治法施行令第167条の4の規定に該当しない者であること。",
            "本市の競争入札参加資格を有し、指名停止を受けていない者であること。",
            "情報セキュリティに関する第三者認証（ISO/IEC 27001等）を有する者であること。",
        ],
        "reason_product": (
            "固定した検索の候補のうち、実装必須の要件をすべて満たし、かつ、本市に必要な"
            "標準オプション2件（9010950 請求書による後納、9011930 空き状況の"
            "オープンデータ出力）を標準で提供する製品は、本製品のみである。"
        ),
        "reason_vendor": (
            "本製品を販売する登録事業者は、カタログの固定した検索の時点で本事業者のみである。"
        ),
        "reason_unsuitability": (
            "必要な要件を満たすサービスが一つに限られ、その提供者も一者であるため、価格の競争によって"
            "相手方を決める余地がない。"
        ),
        "reason_no_alternative": (
            "カタログの検索を固定し、候補ごとに適合表明の要件別の回答を確かめ、除外の理由を記録した"
            "（比較表のとおり）。除外した事業者にも、該当する要件の提供予定を確かめた。"
        ),
        "reason_price": (
            "公開された価格表による60か月の総額であり、同じ人口帯の他の候補の公開価格の範囲内にある。"
        ),
        "drafting_department": "総務課",
        "drafting_name": "会津 見本",
        "drafted_on": today.isoformat(),
        "approvals": ["市長", "副市長", "総務部長", "総務課長", "情報政策係長"],
    }


def _months_before(day: date, months: int) -> date:
    return add_months(day, -months)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
