"""The words that pages use for what the demand says: changes, fields, bodies, answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from marketplace.templatetags.dmp import day
from schemas import codelist
from schemas.specifications import ROOT_CATEGORY, Requirement
from specs.models import Requirement as Row
from specs.models import Specification, SpecificationVersion

CHANGES = {
    "added": gettext_lazy("追加"),
    "withdrawn": gettext_lazy("廃止"),
    "tightened": gettext_lazy("強化"),
    "relaxed": gettext_lazy("緩和"),
    "redated": gettext_lazy("基準日の変更"),
    "reworded": gettext_lazy("文言の変更"),
    "editorial": gettext_lazy("字句の整理"),
}
CHANGE_MEANINGS = {
    "added": gettext_lazy("前の版になかった要件です。"),
    "withdrawn": gettext_lazy("新しい版から無くなった要件です。IDは再び使われません。"),
    "tightened": gettext_lazy("実装区分・基準値・連携の版が厳しくなりました。"),
    "relaxed": gettext_lazy("実装区分・基準値・連携の版が緩くなりました。"),
    "redated": gettext_lazy("適合基準日が変わりました。"),
    "reworded": gettext_lazy("要件・名称・理由・備考の言葉が変わりました。"),
    "editorial": gettext_lazy("空白や句読点、項目の置き場所だけの変更です。求める内容は同じです。"),
}
FIELDS = {
    "obligation": gettext_lazy("実装区分"),
    "obligations": gettext_lazy("団体区分ごとの実装区分"),
    "categories": gettext_lazy("対象の団体区分"),
    "bound": gettext_lazy("基準値"),
    "interface": gettext_lazy("連携の版"),
    "due_on": gettext_lazy("適合基準日"),
    "due_dates": gettext_lazy("団体区分ごとの適合基準日"),
    "text": pgettext_lazy("一つ", "要件"),
    "title": gettext_lazy("名称"),
    "rationale": gettext_lazy("要件の考え方・理由"),
    "remarks": gettext_lazy("備考"),
    "chapter": gettext_lazy("大項目"),
    "section": gettext_lazy("中項目"),
    "item": gettext_lazy("小項目"),
}
SHEET_COLUMNS = {
    "official_id": gettext_lazy("機能ID・帳票ID"),
    "obligation": gettext_lazy("実装区分"),
    "obligation_designated_city": gettext_lazy("実装区分（指定都市）"),
    "chapter": gettext_lazy("大項目"),
    "section": gettext_lazy("中項目"),
    "item": gettext_lazy("小項目"),
    "title": gettext_lazy("名称"),
    "text": pgettext_lazy("一つ", "要件"),
    "rationale": gettext_lazy("要件の考え方・理由"),
    "remarks": gettext_lazy("備考"),
    "due_on": gettext_lazy("適合基準日"),
    "due_on_designated_city": gettext_lazy("適合基準日（指定都市）"),
    "metric": gettext_lazy("指標"),
    "metric_en": gettext_lazy("指標（英語）"),
    "operator": gettext_lazy("条件（以上・以下）"),
    "value": gettext_lazy("基準値"),
    "unit": gettext_lazy("単位"),
    "unit_en": gettext_lazy("単位（英語）"),
    "interface_name": gettext_lazy("連携の名称"),
    "interface_version": gettext_lazy("連携の版"),
    "position": gettext_lazy("通し番号"),
    "categories": gettext_lazy("対象の団体区分"),
    "obligation_override": gettext_lazy("実装区分（指定都市で異なるとき）"),
    "due_on_override": gettext_lazy("適合基準日（指定都市で異なるとき）"),
    "source": gettext_lazy("出典"),
}
MEANINGS = {
    "mandatory": gettext_lazy("実装必須"),
    "standard_option": gettext_lazy("標準オプション"),
    "prohibited": gettext_lazy("実装不可"),
    "not_applicable": gettext_lazy("対象外（この区分の団体には求めない）"),
    "skipped": gettext_lazy("削除された行（読まない）"),
}
LEFT_OUT = {
    "note": gettext_lazy("注記"),
    "deleted": gettext_lazy("「削除」と書かれた行"),
    "struck": gettext_lazy("取消線の引かれた行"),
    "hidden": gettext_lazy("非表示の行"),
}


def language() -> str:
    """Give the reader's language: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def title(specification: Specification) -> str:
    """Name a specification in the reader's language, where it has a name in it."""
    return (specification.title_en if language() == "en" else "") or specification.title


def version_title(version: SpecificationVersion) -> str:
    """Name a version: the specification's title and the number."""
    return f"{title(version.specification)} {version.number}"


def joined(parts: Iterable[str]) -> str:
    """Write words side by side, as the language does."""
    return (", " if language() == "en" else "、").join(parts)


def obligation(code: str) -> str:
    """Write a class (実装区分)."""
    return str(dict(Row.Obligation.choices).get(code, code))


def category(code: str) -> str:
    """Write a body category, such as 指定都市."""
    return codelist.body_category(code).label(language())


def group_of_bodies(code: str) -> str:
    """Write a group of bodies whose rule is its own; the root's stands for all the others."""
    return _("一般の団体") if code == ROOT_CATEGORY else category(code)


def categories(codes: Sequence[str]) -> str:
    """Write body categories side by side."""
    return joined(category(code) for code in codes) if codes else _("すべての団体")


def bound(stated: Mapping[str, Any] | None) -> str:
    """Write a bound: 稼働率 99.5%以上."""
    if not stated:
        return _("なし")
    english = language() == "en"
    parts = {
        "metric": (stated.get("metric_en") if english else "") or stated["metric"],
        "unit": (stated.get("unit_en") if english else "") or stated["unit"],
        "value": stated["value"],
    }
    if stated["operator"] == "at_least":
        return _("%(metric)s %(value)s%(unit)s以上") % parts
    return _("%(metric)s %(value)s%(unit)s以下") % parts


def interface(stated: Mapping[str, Any] | None) -> str:
    """Write an interface: 連携API 第1.1版以降."""
    if not stated:
        return _("なし")
    return _("%(name)s 第%(version)s版以降") % {
        "name": stated["name"],
        "version": stated["version"],
    }


def by_category(values: Mapping[str, str], write: Any) -> str:
    """Write what differs for groups of bodies: 指定都市: 実装必須."""
    return joined(f"{category(group)}: {write(value)}" for group, value in values.items()) or _(
        "なし"
    )


def due(stated: str | None) -> str:
    """Write a due date (適合基準日)."""
    return day(date.fromisoformat(stated)) if stated else _("定めなし")


def field_value(requirement: Requirement | None, name: str) -> str:
    """Write one field of a requirement for people; empty where there is no requirement."""
    if requirement is None:
        return ""
    value = getattr(requirement, name)
    match name:
        case "obligation":
            return obligation(value)
        case "obligations":
            return by_category(value, obligation)
        case "categories":
            return categories(value)
        case "bound":
            return bound(value)
        case "interface":
            return interface(value)
        case "due_on":
            return due(value)
        case "due_dates":
            return by_category(value, due)
        case _:
            return str(value)


def accepted_answer(requirement: Requirement, body: str = ROOT_CATEGORY) -> str:
    """Say which answer conforms for a body of the category: the rule the schema states."""
    if not requirement.applies_to(body):
        return _("対象外です。どの回答でも適合します。")
    match requirement.obligation_for(body):
        case "prohibited":
            return _("「提供しない」と答えたときだけ適合します。")
        case "standard_option":
            return _("任意の機能です。どの回答でも適合します。")
        case _ if requirement.bound:
            limit = bound(requirement.bound)
            return _("「提供」と答え、%(limit)sであるとき適合します。") % {"limit": limit}
        case _ if requirement.interface:
            limit = interface(requirement.interface)
            return _("「提供」と答え、%(limit)sに対応するとき適合します。") % {"limit": limit}
        case _:
            return _("「提供」と答えたときだけ適合します。代替手段では適合しません。")
