"""The whole walk by pages alone: every form as it is shown, without scripts, tokens included.

A ministry publishes a sheet, two vendors answer it, a municipality plans, chooses and issues its
papers. Nobody touches the database but the operator's two commands.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import call_command

from marketplace.accounts.models import LocalGovernment
from schemas.codes import corporate_number_check_digit
from tests import make
from tests.conftest import NOW
from tests.reader import Reader, day
from tests.specs.sheet import make_sheet

pytestmark = pytest.mark.django_db

PASSWORD = "長い言葉を四つ並べた合言葉"
HEAD = ("大項目", "中項目", "機能名称", "機能ID", "実装区分", "機能要件", "適合基準日")
ROWS = [
    ("1 予約", "1.1 申込", "空き照会", "9990010", "実装必須機能", "空きを照会できること。", ""),
    ("1 予約", "1.1 申込", "予約申込", "9990020", "実装必須機能", "予約を申し込めること。", ""),
    ("1 予約", "1.2 抽選", "抽選", "9990030", "標準オプション機能", "抽選ができること。", ""),
    ("2 共通", "2.1 公開", "氏名の公開", "9990040", "実装不可機能", "氏名を公開できること。", ""),
]
FULL = {
    "9990010": "標準で提供",
    "9990020": "標準で提供",
    "9990030": "標準で提供",
    "9990040": "提供しない",
}
# What the case can draft itself, such as the amount and its lines, is left as it is shown.
PARTICULARS: dict[str, dict[str, Any]] = {
    "outline": {
        "department": "総務部 情報戦略課",
        "contact_name": "情報政策グループ 髙﨑",
        "contact_phone": "0242-00-0000",
        "contact_email": "joho@example.jp",
        "background": "現行の契約が満了する。",
        "purpose": "標準仕様に適合したサービスに切り替える。",
        "expected_effects": "窓口の事務を年間1,200時間減らす。",
        "overview": "施設の予約と使用料の収納を行う。",
        "scope": "サービスの提供、データ移行、研修。",
        "scale-0-label": "対象施設",
        "scale-0-value": "42施設",
    },
    "contract": {
        **day("starts_on", "2027-07-01"),
        **day("service_starts_on", "2028-07-03"),
        **day("ends_on", "2033-06-30"),
        "multi_year_basis": "long_term_continuing",
        "place": "会津若松市役所",
    },
    "terms": {
        "schedule-0-label": "契約の締結",
        "schedule-0-ends_on": "2027-07-01",
        "service_levels-0-item": "稼働率",
        "service_levels-0-target": "99.5％以上",
        "service_levels-0-measure": "月間の稼働率",
        "exit_formats": "CSV（UTF-8）",
        "exit_scope": "すべてのデータ",
        "exit_within_days": "30",
        "exit_free_deliveries": "3",
        "deliverables-0-name": "操作手引書",
        "deliverables-0-due": "開始1か月前",
        "deliverables-0-form": "PDF",
        "qualifications": "施行令第167条の4に該当しない者であること。",
    },
    "reasons": {
        "reason_product": "実装必須の要件をすべて満たす。",
        "reason_vendor": "開発者自身が販売し、保守を一体で行う。",
        "reason_unsuitability": "要件を満たす製品が1つだけで、販売者も1者である。",
        "reason_no_alternative": "検索を固定し、候補のすべてについて適合表明を確かめた。",
        "reason_price": "公開された価格表のとおりである。",
    },
    "approval": {
        "drafting_department": "総務部 情報戦略課",
        "drafting_name": "渡部 花子",
        **day("drafted_on", "2026-11-23"),
        "approvals": "部長\n課長\n係長",
    },
}
PAPERS = ("調達仕様書", "候補比較表", "随意契約理由書")


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    """Let the walk take place on the day that its dates were written for."""
    with time_machine.travel(NOW, tick=False):
        yield


def test_from_a_ministrys_sheet_to_a_municipalitys_papers(
    body: LocalGovernment, tmp_path: Path
) -> None:
    authority = make.make_authority()
    ministry = somebody_new("editor@ministry.example", "編集 花子")
    call_command("appoint_editor", "editor@ministry.example", authority.name, stdout=io.StringIO())
    publish_a_version(ministry)

    full = a_vendor(1, "みほん予約")
    claim_by_sheet(full, "みほん予約 1.0", FULL, tmp_path)
    offer_for(full, "みほん予約", monthly="40,000")
    lite = a_vendor(2, "かんたん予約")
    claim_page_by_page(lite, "かんたん予約 1.0")
    offer_for(lite, "かんたん予約", monthly="20,000")
    everybody_compares()

    officer = somebody_new("officer@town.example", "渡部 花子")
    arguments = ("officer@town.example", body.code, "--level", "approve")
    call_command("appoint_officer", *arguments, stdout=io.StringIO())
    plan_the_switchover(officer)
    decide_the_case(officer)
    issue_the_papers(officer, tmp_path)

    call_command("verify_audit", stdout=io.StringIO())
    call_command("check_specifications", stdout=io.StringIO())
    strangers_see_nothing(officer.address, full)


def somebody_new(email: str, name: str) -> Reader:
    """Sign up by the page."""
    person = Reader()
    person.open("/accounts/signup/")
    person.send("アカウントを作る", email=email, name=name, password1=PASSWORD, password2=PASSWORD)
    return person


# -- the ministry ------------------------------------------------------------------------------


def publish_a_version(ministry: Reader) -> None:
    """Send a sheet with a wrong word, read where it stands, send the mended one, publish."""
    stated: dict[str, Any] = {
        "title": "施設予約 標準仕様書",
        "slug": "story-reservation",
        "domain": "facility-reservation",
        "number": "1.0",
        **day("published_on", "2026-10-01"),
    }
    wrong = [row if row[3] != "9990020" else (*row[:4], "たぶん必須", *row[5:]) for row in ROWS]
    above = [("施設予約 標準仕様書【第1.0版】",)]
    ministry.open("/specifications/import/")

    broken = make_sheet(wrong, headings=HEAD, above=above)
    ministry.upload("読み取って確かめる", "仕様.xlsx", broken, expected=422, **stated)
    ministry.says("E4", "たぶん必須")
    Reader().open("/specifications/story-reservation/1.0/", expected=404)

    mended = make_sheet(ROWS, headings=HEAD, above=above)
    ministry.upload("直した対応で読み直す", "仕様.xlsx", mended, **stated)
    ministry.says("4件の要件を読み取りました", "まだ保存していません")
    ministry.send("この内容で案にする")
    ministry.says("4件の要件を読み取りました", "E列「実装区分」")
    Reader().open("/specifications/story-reservation/1.0/", expected=404)
    ministry.send("第1.0版として公表する")

    anybody = Reader().open("/specifications/story-reservation/1.0/")
    anybody.says("施設予約 標準仕様書", "予約を申し込めること。", "氏名の公開")


# -- the vendors -------------------------------------------------------------------------------


def a_vendor(number: int, product: str) -> Reader:
    """Sign up, register a vendor (once with a wrong number), a product and a release."""
    vendor = somebody_new(f"sales{number}@vendor.example", "営業 太郎")
    vendor.open("/vendors/").follow("事業者を登録する")
    base = f"{number:012d}"
    right = corporate_number_check_digit(base) + base
    wrong = str(int(right[0]) % 9 + 1) + base
    stated: dict[str, Any] = {"name": f"株式会社{product}", "address": "東京都千代田区1-1"}
    vendor.send("登録する", corporate_number=wrong, expected=422, **stated)
    vendor.says("検査数字")
    vendor.send("登録する", corporate_number=right, **stated)

    vendor.open("/vendors/").follow("製品を登録する")
    vendor.send(
        "登録する",
        name=product,
        domain="facility-reservation",
        summary="公共施設の予約と抽選を住民と窓口のどちらからも行う。",
    )
    vendor.follow("リリースを追加する")
    stated = {"number": "1.0", **day("released_on", "2027-02-29")}
    vendor.send("追加する", expected=422, **stated)
    vendor.send("追加する", **{**stated, **day("released_on", "2026-10-05")})
    return vendor


def offer_for(vendor: Reader, product: str, *, monthly: str) -> None:
    """Register an offer with its prices and show it in the catalogue."""
    vendor.open("/vendors/").follow(product).follow("サービスを登録する")
    vendor.send(
        "登録して価格表へ進む",
        name=f"{product} 標準",
        hosting="domestic_cloud",
        exit_terms="終了後30日以内に返却する。",
    )
    vendor.send(
        "価格表を保存する",
        **{
            **day("valid_from", "2026-10-01"),
            "prices-0-kind": "initial",
            "prices-0-amount_yen": "５００，０００円",
            "prices-1-kind": "monthly",
            "prices-1-amount_yen": monthly,
        },
    )
    vendor.send("公開する").says("公開")


def claim_by_sheet(vendor: Reader, release: str, answers: dict[str, str], folder: Path) -> None:
    """Download the answer sheet, be refused for one cell, then submit and publish."""
    start_claim(vendor)
    vendor.open(re.sub("edit/.*", "upload/", vendor.address))
    sheet = vendor.download("回答票（Excel）を出力")
    (folder / "sheet.xlsx").write_bytes(sheet)

    wrong, cell = filled(folder / "sheet.xlsx", {**answers, "9990020": "だいたいできる"})
    vendor.upload("読み込む", "回答票.xlsx", wrong, expected=422)
    vendor.says("何も保存していません", cell, "F9990020")
    right, _cell = filled(folder / "sheet.xlsx", answers)
    vendor.upload("読み込む", "回答票.xlsx", right)
    vendor.says("変わった回答4件、未回答0件")

    vendor.send("提出する")
    vendor.send("公開する").says("適合表明を公開しました", "適合")


def start_claim(vendor: Reader) -> None:
    """Start a claim of the only release on the only version."""
    vendor.open("/vendors/claims/new/")
    only: dict[str, Any] = {
        name: max(vendor.choices("回答を始める", name)) for name in ("release", "version")
    }
    vendor.send("回答を始める", **only)


def filled(path: Path, answers: dict[str, str]) -> tuple[bytes, str]:
    """Fill in an answer sheet by its printed numbers; return it and the cell of 9990020."""
    book = openpyxl.load_workbook(path)
    sheet = book["回答"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "要件番号")
    column = next(cell.column for cell in head if cell.value == "回答")
    where = ""
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        number = str(row[0].value).removeprefix("F")
        if number in answers:
            cell = sheet.cell(row=row[0].row, column=column, value=answers[number])
            where = cell.coordinate if number == "9990020" else where
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue(), where


def claim_page_by_page(vendor: Reader, release: str) -> None:
    """Answer chapter by chapter; one answer lacks what it needs and is asked for."""
    start_claim(vendor)
    first: dict[str, Any] = {
        "F9990010-answer": "provided",
        "F9990020-answer": "planned",
        "F9990030-answer": "not_provided",
    }
    vendor.send("保存して次の章へ", expected=422, **first).says("予定日")
    vendor.send("保存して次の章へ", **{**first, "F9990020-answer": "not_provided"})
    second: dict[str, Any] = {"F9990040-answer": "not_provided"}
    vendor.send("保存して確認へ進む", **second)
    vendor.says("不適合", "9990020")
    vendor.send("提出する")
    vendor.send("公開する").says("不適合")


def everybody_compares() -> None:
    """Find both offers in the catalogue and compare them, without signing in."""
    anybody = Reader()
    anybody.open("/catalogue/?version=story-reservation/1.0&population=112000")
    anybody.says("みほん予約", "かんたん予約", "適合", "不適合")
    compare = "選んだサービスを比べる"
    anybody.send(compare, offer=sorted(anybody.choices(compare, "offer")))
    anybody.says("予約申込", "初期費用：550,000円")


# -- the municipality --------------------------------------------------------------------------


def plan_the_switchover(officer: Reader) -> None:
    """Register the contract that runs today (once with dates the wrong way round) and plan."""
    officer.open("/procurement/contracts/new/")
    stated: dict[str, Any] = {
        "system": "公共施設予約システム",
        "domain": "facility-reservation",
        "contractor": "株式会社いまの事業者",
        **day("starts_on", "2023-07-01"),
        **day("ends_on", "2028-06-30"),
        "notice_months": "1",
        "annual_cost_yen": "1,200,000",
        "tax_basis": "INCLUDED",
    }
    backwards = {**stated, **day("ends_on", "2022-06-30")}
    officer.send("登録する", expected=422, **backwards)
    officer.send("登録する", **stated).says("契約を台帳に登録しました", "あと585日")

    officer.follow("切替計画を作る")
    officer.send("計画を作る", template="small_saas", **day("renewal_on", "2028-07-03"))
    officer.says("から逆算した工程です")


def decide_the_case(officer: Reader) -> None:
    """Open a case from the plan, lock the search, choose, state the particulars, decide."""
    officer.follow("この計画で調達案件を始める")
    version = next(iter(officer.choices("案件を始める", "version")))
    officer.send("案件を始める", title="公共施設予約システム更改業務", version=version)
    case = officer.address.removesuffix("search/").split("search/")[0]
    officer.open(f"{case}papers/procurement_specification/").says("背景")
    assert "この内容で発行する" not in officer.text

    officer.open(f"{case}search/")
    officer.send("この条件で探す", domain="facility-reservation")
    officer.says("みほん予約", "かんたん予約").send("検索を固定する")
    first, second = officer.doors("この候補を除外する")
    chosen, dropped = (
        (first, second) if product_at(officer, first) == "みほん予約" else (second, first)
    )
    officer.send("この候補を除外する", at=dropped, reason="高い", expected=422).says("文字以上")
    officer.send("この候補を除外する", at=dropped, reason="必須の予約申込を提供していない。")
    officer.send(
        "この候補を選定する", at=chosen, reason="実装必須の要件をすべて満たす唯一の候補である。"
    )

    for section, stated in PARTICULARS.items():
        officer.open(f"{case}particulars/{section}/")
        officer.send("保存して案件に戻る", **stated).says("保存しました")
        if section == "terms":
            officer.open(f"{case}method/")
            officer.says("第167条の2第1項第2号", "この団体の規則による基準額が登録されていない")
            officer.send("この方法に決定する", method="direct_other", clause="2")
    officer.open(case).says("6つのうち5つが済みました")


def product_at(officer: Reader, door: str) -> str:
    """Return the product whose candidate is decided on at a door."""
    shown = re.findall(r"「([^」]+)」の採否の理由", officer.text)
    return str(shown[officer.doors("この候補を除外する").index(door)])


def issue_the_papers(officer: Reader, folder: Path) -> None:
    """Look at each paper, issue it, download it, and compare bytes, hash and pages."""
    case = officer.address
    for name in PAPERS:
        officer.open(case).follow(name)
        officer.send("この内容で発行する").says("文書を発行しました")
        pages = re.search(r"PDFを保存する（([0-9]+)ページ）", officer.text)
        stated = re.search(r"[0-9a-f]{64}", officer.text)
        assert pages
        assert stated
        content = officer.download(pages[0])
        assert hashlib.sha256(content).hexdigest() == stated[0]
        (folder / "paper.pdf").write_bytes(content)
        assert re.search(rf"Pages:\s+{pages[1]}\n", run("pdfinfo", folder / "paper.pdf"))
        text = run("pdftotext", folder / "paper.pdf", "-")
        assert "story-reservation 1.0" in text or "施設予約 標準仕様書" in text
        assert "令和8年11月23日" in text
    officer.open(case).says("すべての手順が済みました")


def run(*command: str | Path) -> str:
    """Run one of the PDF tools and return what it says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def strangers_see_nothing(case: str, vendor: Reader) -> None:
    """The body's case is no page for a vendor, and a visitor is asked to sign in."""
    vendor.open(case, expected=404)
    visitor = Reader().open(case)
    assert visitor.address.startswith("/accounts/login/")
