"""Read what a locked search keeps (schemas/locked-search.schema.json). Pure; no Django.

Everything here comes from the stored facts alone: nothing is asked of the catalogue, nothing is
counted afresh but sums of stored amounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from procurement.documents.facts import (
    Basis,
    CandidateFacts,
    Claim,
    Counterparty,
    Labelled,
    Line,
    Met,
    Price,
    Violated,
)
from schemas.eras import era
from schemas.specifications import KIND_LETTERS

Facts = Mapping[str, Any]

MONTHS = 60
COSTS = {
    "initial": "初期費用",
    "migration": "移行費用",
    "monthly": "月額利用料",
    "option_initial": "オプション初期費用",
    "option_monthly": "オプション月額",
    "exit": "契約終了時費用",
}
ONCE = ("initial", "migration", "option_initial")
EVERY_MONTH = ("monthly", "option_monthly")
BASES = {"INCLUDED": "税込", "EXCLUDED": "税抜"}
KINDS = {
    "function": "機能要件",
    "form": "帳票要件",
    "non_functional": "非機能要件",
    "interface": "連携要件",
}
VERDICTS = {
    "conforms": "適合",
    "conforms_with_transitional": "経過措置つき適合",
    "does_not_conform": "不適合",
}


def conditions(search: Facts) -> list[Labelled]:
    """Return the conditions of the search in words."""
    return [Labelled(row["label"], row["value"]) for row in search["conditions"]]


def basis(search: Facts) -> Basis:
    """Return on what the comparison stands: day, population, months, tax basis."""
    months = next(
        (result["cost"]["months"] for result in search["results"] if result["cost"]), MONTHS
    )
    return Basis(
        data_on=date.fromisoformat(search["on"]),
        population=search["population"],
        months=months,
        tax_basis=search["tax_basis"],
    )


def candidate(
    result: Facts,
    *,
    position: int,
    outcome: str = "open",
    reason: str | None = None,
    decided_on: date | None = None,
    decided_by: str | None = None,
) -> CandidateFacts:
    """Return one result as papers and pages show it, with what became of it."""
    return CandidateFacts(
        position=position,
        product=product_name(result),
        offer=result["offer"]["name"],
        vendor=result["seller"]["name"],
        corporate_number=result["seller"]["corporate_number"],
        hosting=result["hosting"]["name"],
        outcome=outcome,
        claim=claim(result),
        price=price(result),
        network_models=[row["name"] for row in result["network_models"]],
        certifications=[certificate(row) for row in result["certifications"]],
        population_band=population_band(result),
        exit_terms=result["exit_terms"] or None,
        reason=reason,
        decided_on=decided_on,
        decided_by=decided_by,
    )


def product_name(result: Facts) -> str:
    """Return the product's name."""
    return str(result["product"]["name"])


def claim(result: Facts) -> Claim | None:
    """Return the claim and its verdict on the day of the data; None where nothing is claimed."""
    stated, verdict = result["claim"], result["verdict"]
    if stated is None or verdict is None:
        return None
    totals = verdict["totals"]
    return Claim(
        revision=stated["revision"],
        published_on=date.fromisoformat(stated["published_on"] or stated["stated_on"]),
        verdict=verdict["outcome"],
        mandatory=Met(totals["mandatory_met"], totals["mandatory_total"]),
        options=Met(totals["options_met"], totals["options_total"]),
        prohibited=Violated(totals["prohibited_violated"], totals["prohibited_total"]),
        graded=Met(totals["graded_met"], totals["graded_total"]),
        interfaces=Met(totals["interfaces_met"], totals["interfaces_total"]),
    )


def failing(result: Facts) -> int:
    """Return how many requirements the claim does not meet; 0 where nothing is claimed."""
    return len(result["verdict"]["failing"]) if result["verdict"] else 0


def requirements(keys: Sequence[str]) -> str:
    """Name requirements by kind and official id, a line a kind: 機能要件　0010001、0010002.

    A key is the kind's letter and the official id. The letter is ours, and the same id may stand in
    two kinds: the word takes its place, as the annexes of a specification do.
    """
    lines = []
    for kind, letter in KIND_LETTERS.items():
        if found := [key.removeprefix(letter) for key in keys if key.startswith(letter)]:
            lines.append(f"{KINDS[kind]}　{_listed(found)}")
    return "\n".join(lines)


def price(result: Facts) -> Price | None:
    """Return what the offer costs this body; None where a price for it is not stated."""
    cost = result["cost"]
    if cost is None or cost["total_yen"] is None:
        return None
    lines = cost["lines"]
    return Price(
        initial_yen=sum(row["total_yen"] for row in lines if row["kind"] in ONCE),
        monthly_yen=sum(row["unit_yen"] for row in lines if row["kind"] in EVERY_MONTH),
        total_yen=cost["total_yen"],
        tax_basis=cost["tax_basis"],
        lines=[Line(cost_label(row), row["total_yen"]) for row in lines],
    )


def cost_label(line: Facts) -> str:
    """Name a line of a cost: 月額利用料（24,000円×60か月）."""
    name = COSTS.get(line["kind"], line["kind"])
    if line["label"]:
        name = f"{name}　{line['label']}"
    if line["kind"] in EVERY_MONTH:
        name = f"{name}（{line['unit_yen']:,}円×{line['times']}か月）"
    return str(name)[:120]


def population_band(result: Facts) -> str | None:
    """Return the population band of the monthly price in words; None without a price."""
    cost = result["cost"]
    lines = [row for row in cost["lines"] if row["kind"] == "monthly"] if cost else []
    if not lines:
        return None
    least, most = lines[0]["population_from"], lines[0]["population_to"]
    if not least and most is None:
        return "人口によらない"
    lower = f"{least:,}人以上" if least else ""
    return f"{lower}{f'{most:,}人未満' if most is not None else ''}"


def certificate(row: Facts) -> str:
    """Write a certificate in words, with number and last day."""
    until = era(date.fromisoformat(row["valid_to"]))
    return f"{row['name']}（{row['number']}、{until}まで）"


def product_and_offer(result: Facts) -> str:
    """Return the product's and the offer's name; the offer's alone where it begins with it."""
    product, offer = product_name(result), str(result["offer"]["name"])
    return offer if offer.startswith(product) else f"{product}　{offer}"


def counterparty(result: Facts) -> Counterparty:
    """Return the seller of a result as the party of a contract."""
    seller = result["seller"]
    return Counterparty(
        name=seller["name"],
        corporate_number=seller["corporate_number"],
        address=seller["address"] or None,
        product=product_and_offer(result)[:200],
    )


def is_sample(result: Facts) -> bool:
    """Say whether the result is made up."""
    return bool(result["offer"]["sample"])


def shown(result: Facts) -> list[tuple[str, str]]:
    """Return every fact that the search kept of a result, in words, in the order of the page."""
    return [(label, text) for label, text in _shown(result) if text]


def _shown(result: Facts) -> Iterator[tuple[str, str]]:
    product, offer, cost = result["product"], result["offer"], result["cost"]
    yield "製品", f"{product['name']} {product['release'] or ''}".strip()
    yield "説明", product["summary"]
    yield "提供サービス", offer["name"]
    yield "開発者", _party(result["developer"])
    yield "販売者", _party(result["seller"])
    yield "提供形態", result["hosting"]["name"]
    yield "対応する三層分離モデル", _listed([row["name"] for row in result["network_models"]])
    yield "認証", _listed([certificate(row) for row in result["certifications"]])
    yield "最低利用期間", f"{offer['minimum_months']}か月"
    yield from _claim_shown(result)
    if cost is None:
        yield "価格", "表明なし"
    else:
        total = cost["total_yen"]
        amount = f"{total:,}円" if total is not None else "計算できません"
        yield f"{cost['months']}か月の総額", f"{amount}（{BASES[cost['tax_basis']]}）"
        yield (
            "総額の内訳",
            "\n".join(f"{cost_label(row)}　{row['total_yen']:,}円" for row in cost["lines"]),
        )
        yield "価格の人口区分", population_band(result) or ""
        yield "価格の前提", "\n".join(cost["assumptions"])
        yield "価格の注意", "\n".join(cost["problems"])
    yield "サービス水準", result["service_level"]
    yield "サポート", result["support"]
    yield "データの出力", result["data_export"]
    yield "契約終了時の取扱い", result["exit_terms"]


def _claim_shown(result: Facts) -> Iterator[tuple[str, str]]:
    stated, verdict = result["claim"], result["verdict"]
    if stated is None or verdict is None:
        yield "適合表明", "表明なし"
        return
    totals = verdict["totals"]
    published = stated["published_on"] or stated["stated_on"]
    yield "適合表明", f"第{stated['revision']}改版（{era(date.fromisoformat(published))}公表）"
    yield "判定", VERDICTS.get(verdict["outcome"], verdict["outcome"])
    yield "実装必須の適合", f"{totals['mandatory_met']} / {totals['mandatory_total']}"
    yield "標準オプションの提供", f"{totals['options_met']} / {totals['options_total']}"
    yield "実装不可への抵触", f"{totals['prohibited_violated']} / {totals['prohibited_total']}"
    yield "非機能（数値水準）", f"{totals['graded_met']} / {totals['graded_total']}"
    yield "連携", f"{totals['interfaces_met']} / {totals['interfaces_total']}"
    yield "満たさない要件", requirements(verdict["failing"]) or "なし"
    yield "適合表明のSHA-256", stated["digest"]


def _party(party: Facts) -> str:
    return f"{party['name']}（法人番号 {party['corporate_number']}）"


def _listed(parts: Sequence[str]) -> str:
    return "、".join(parts)
