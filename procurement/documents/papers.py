"""What each paper says: plain facts become the context that its schema describes. No layout.

A context is what is stored, hashed and attached to the file. The issue itself (number and time)
is added by the deed that issues.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from procurement.documents.facts import (
    ComparisonPaper,
    Deliverable,
    Exit,
    JustificationPaper,
    RequirementFacts,
    ServiceLevel,
    SpecificationPaper,
)
from schemas.specifications import Requirement

ORDER = ("function", "form", "non_functional", "interface")
OBLIGATIONS = ("mandatory", "standard_option", "prohibited")
UNNAMED = "（名称なし）"
OPERATORS = {"at_least": "以上", "at_most": "以下"}

STANDARD_EXIT = Exit(
    formats="CSV（UTF-8、1行目に項目名）とし、項目定義書（項目名、型、桁数、コード値の意味）を添える。"
    "添付ファイルは登録時の形式とする。",
    scope="受託者が本業務で取り扱う発注者のすべてのデータ（コード表、操作の記録及び添付ファイルを含む。）",
    within_days=30,
    free_deliveries=3,
)
"""Terms at the end of a contract that a body may take over as they are."""

STANDARD_DELIVERABLES = (
    Deliverable("業務実施計画書", "契約締結後10日以内", "PDF及び編集可能な形式"),
    Deliverable("設定仕様書（設定値一覧を含む。）", "設定作業完了時", "PDF及び編集可能な形式"),
    Deliverable("データ移行計画書及び移行結果報告書", "移行着手前及び移行完了後", "PDF"),
    Deliverable("テスト計画書及びテスト結果報告書", "各テストの着手前及び完了後", "PDF"),
    Deliverable(
        "操作手引書（職員用・管理者用）", "サービス開始日の1か月前", "PDF及び編集可能な形式"
    ),
    Deliverable("研修実施報告書", "研修完了後10日以内", "PDF"),
    Deliverable("サービス水準報告書", "サービス開始後、毎月10日まで", "PDF"),
)
"""The usual deliverables of a service that is configured, not built."""

STANDARD_QUALIFICATIONS = (
    "地方自治法施行令（昭和22年政令第16号）第167条の4の規定に該当しない者であること。",
    "発注者から指名停止の措置を受けている期間中でない者であること。",
    (
        "暴力団員による不当な行為の防止等に関する法律（平成3年法律第77号）に規定する暴力団又は"
        "暴力団員と関係を有しない者であること。"
    ),
    (
        "会社更生法（平成14年法律第154号）又は民事再生法（平成11年法律第225号）に基づく手続開始の"
        "申立てがなされていない者であること（手続開始の決定後に再度の資格認定を受けた者を除く。）。"
    ),
    "国税及び地方税を滞納していない者であること。",
    "ISO/IEC 27001の認証又はプライバシーマークの付与を受け、契約期間中これを維持する者であること。",
)
"""Conditions of participation that nearly every notice holds (地方自治法施行令 第167条の4 ほか)."""


def annex(requirements: Iterable[Requirement], *, category: str) -> list[RequirementFacts]:
    """Return the requirements that concern a body of this category, as they bind it."""
    return [
        requirement_facts(requirement, category=category)
        for requirement in requirements
        if requirement.applies_to(category)
    ]


def requirement_facts(requirement: Requirement, *, category: str) -> RequirementFacts:
    """Return one requirement as it binds a body of this category, with a name for every column."""
    interface = requirement.interface
    return RequirementFacts(
        id=requirement.official_id,
        kind=requirement.kind,
        obligation=requirement.obligation_for(category),
        chapter=requirement.chapter or UNNAMED,
        section=requirement.section or None,
        title=requirement.title or requirement.item or requirement.section or UNNAMED,
        text=requirement.text,
        due_on=requirement.due_for(category),
        bound=bound_text(requirement.bound) if requirement.bound else None,
        interface=f"{interface['name']} 第{interface['version']}版以降" if interface else None,
    )


def bound_text(bound: Mapping[str, Any]) -> str:
    """Write a numeric level in words: 稼働率 99.5％以上."""
    unit = str(bound["unit"]).replace("%", "％")
    return f"{bound['metric']} {bound['value']:g}{unit}{OPERATORS[bound['operator']]}"


def service_levels(requirements: Iterable[Requirement], *, category: str) -> list[ServiceLevel]:
    """Make the lines of the service level agreement from the mandatory levels for a body."""
    return [
        ServiceLevel(
            item=requirement.title,
            target=bound_text(requirement.bound),
            measure=f"{requirement.text}（要件ID {requirement.official_id}）",
        )
        for requirement in requirements
        if requirement.bound
        and requirement.applies_to(category)
        and requirement.obligation_for(category) == "mandatory"
    ]


def procurement_specification(facts: SpecificationPaper) -> dict[str, Any]:
    """Build the context of a 調達仕様書 (schemas/papers/procurement_specification.schema.json).

    Chapters follow デジタル・ガバメント推進標準ガイドライン 第3編第6章, ア to サ.
    """
    in_order = sorted(facts.requirements, key=lambda row: ORDER.index(row.kind))
    return {
        "kind": "procurement_specification",
        **plain(facts),
        "requirements": [plain(row) for row in in_order],
        "counts": counts(facts.requirements),
    }


def comparison_table(facts: ComparisonPaper) -> dict[str, Any]:
    """Build the context of a 候補比較表 (schemas/papers/comparison_table.schema.json)."""
    return {"kind": "comparison_table", **plain(facts)}


def negotiated_contract_justification(facts: JustificationPaper) -> dict[str, Any]:
    """Build the context of a 随意契約理由書.

    Shape: schemas/papers/negotiated_contract_justification.schema.json. Law: 地方自治法施行令
    第167条の2 第1項.
    """
    return {"kind": "negotiated_contract_justification", **plain(facts)}


def counts(requirements: Sequence[RequirementFacts]) -> dict[str, int]:
    """Count the requirements by class and by kind."""
    of_class = Counter(row.obligation for row in requirements)
    of_kind = Counter(row.kind for row in requirements)
    return {
        "total": len(requirements),
        **{name: of_class[name] for name in OBLIGATIONS},
        **{name: of_kind[name] for name in ORDER},
    }


def plain(value: Any) -> Any:
    """Turn facts into plain JSON: dataclasses into objects, days and moments into ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    return value
