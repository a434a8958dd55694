"""The whole walk through HTTP: a ministry's sheet, a vendor's answers, an officer's papers."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tempfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from procurement.cases.models import Case
from procurement.demo import case as case_story
from procurement.documents.models import Paper
from procurement.switchover.models import SwitchoverPlan
from schemas.codes import corporate_number_check_digit
from specs.models import SpecificationVersion
from tests import make
from vendors.models import ConformanceClaim

pytestmark = pytest.mark.django_db
HEAD = ["大項目", "中項目", "機能名称", "機能ID", "実装区分", "機能要件", "適合基準日"]
ROWS = [
    ["1 予約", "1.1 申込", "空き照会", "9990010", "実装必須機能", "空きを照会できること。", ""],
    ["1 予約", "1.1 申込", "予約申込", "9990020", "実装必須機能", "予約を申し込めること。", ""],
    ["1 予約", "1.2 抽選", "抽選", "9990030", "標準オプション機能", "抽選ができること。", ""],
    ["2 共通", "2.1 公開", "氏名の公開", "9990040", "実装不可機能", "氏名を公開できること。", ""],
]


def workbook(rows: list[list[str]]) -> bytes:
    """Return a requirement sheet as a ministry lays it out: title rows above the heading."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("機能要件一覧")
    sheet.write(0, 0, "施設予約 標準仕様書【第1.0版】 機能要件")
    for at, row in enumerate([HEAD, *rows], start=2):
        sheet.write_row(at, 0, row)
    book.close()
    return buffer.getvalue()


def post(client: Client, address: str, body: Any = None, expected: int = 201) -> Any:
    """Post JSON and return what comes back; the answer must be the one expected."""
    response = client.post(
        f"/api/v1/{address}", json.dumps(body or {}), content_type="application/json"
    )
    assert response.status_code == expected, (address, response.content.decode()[:800])
    return response.json()


def signed_in(user: User) -> Client:
    """Return the browser of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return client


def publish_specification(editor: User, authority: str) -> None:
    """Send a broken sheet, read what is wrong, then publish the mended one."""
    ministry = signed_in(editor)
    stated = {
        "slug": "story-reservation",
        "version": "1.0",
        "title": "施設予約 標準仕様書",
        "authority": authority,
        "published_on": "2026-10-01",
        "domain": "facility-reservation",
    }
    broken = [row[:] for row in ROWS]
    broken[1][4] = "たぶん必須"

    refused = ministry.post(
        "/api/v1/specification-imports/",
        {**stated, "file": SimpleUploadedFile("仕様.xlsx", workbook(broken))},
    )
    accepted = ministry.post(
        "/api/v1/specification-imports/",
        {**stated, "file": SimpleUploadedFile("仕様.xlsx", workbook(ROWS))},
    )

    assert refused.status_code == 422
    assert "E5" in refused.json()["problems"][0]["place"]
    assert accepted.status_code == 201, accepted.content.decode()

    draft = SpecificationVersion.objects.get(specification__slug=stated["slug"])
    shown = ministry.post(
        "/specifications/story-reservation/1.0/publish/", {"digest": draft.digest}
    )
    assert shown.status_code == 302


def publish_offer(number: str, name: str) -> tuple[Client, int]:
    """Sign up, register, price and publish; return the vendor's browser and its release."""
    client = Client()
    client.post(
        "/accounts/signup/",
        {
            "email": f"{number}@vendor.example",
            "password1": "a long story of words",
            "password2": "a long story of words",
        },
    )
    vendor = post(
        client,
        "vendors/",
        {"corporate_number": number, "name": f"株式会社{name}", "address": "東京都見本区1番1号"},
    )
    product = post(
        client,
        "products/",
        {
            "developer": vendor["id"],
            "name": name,
            "summary": "施設予約のサービス。",
            "domain": "facility-reservation",
        },
    )
    release = post(
        client,
        f"products/{product['id']}/releases/",
        {"number": "1.0", "released_on": "2026-10-05"},
    )
    offer = post(
        client,
        "offers/",
        {
            "product": product["id"],
            "seller": vendor["id"],
            "name": f"{name} 標準",
            "hosting": "domestic_cloud",
            "exit_terms": "終了後30日以内に返却する。",
        },
    )
    post(
        client,
        f"offers/{offer['id']}/price-lists/",
        {
            "tax_basis": "EXCLUDED",
            "valid_from": "2026-10-01",
            "prices": [
                {"kind": "initial", "label": "初期費用", "amount_yen": 500_000},
                {"kind": "monthly", "label": "利用料", "amount_yen": 40_000},
            ],
        },
    )
    post(client, f"offers/{offer['id']}/publish/", expected=200)
    return client, release["id"]


def claim_by_sheet(client: Client, release: int, answers: dict[str, str]) -> None:
    """Download the answer sheet, fill it in, be refused for a bad cell, then publish."""
    claim = post(
        client,
        "claims/drafts/",
        {"release": release, "specification": "urn:dmp:spec:story-reservation:1.0"},
    )
    door = f"/api/v1/claims/{claim['id']}/answer-sheet/"
    book = openpyxl.load_workbook(io.BytesIO(client.get(door).content))
    sheet = book["回答"]
    head = next(row for row in sheet.iter_rows() if any(str(cell.value) == "回答" for cell in row))
    column = next(cell.column for cell in head if str(cell.value) == "回答")
    cells = {}
    for row in sheet.iter_rows(min_row=int(head[0].row or 1) + 1):
        for cell in row:
            if str(cell.value).removeprefix("F") in answers:
                cells[str(cell.value).removeprefix("F")] = sheet.cell(row=cell.row, column=column)
    assert set(cells) == set(answers)

    def send(values: dict[str, str]) -> Any:
        for key, value in values.items():
            cells[key].value = value
        buffer = io.BytesIO()
        book.save(buffer)
        edition = ConformanceClaim.objects.values_list("edition", flat=True).get(pk=claim["id"])
        return client.put(
            f"{door}?edition={edition}",
            buffer.getvalue(),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )

    refused = send({**answers, next(iter(answers)): "だいたいできる"})
    accepted = send(answers)

    assert refused.status_code == 422
    assert refused.json()["problems"][0]["place"]
    assert accepted.status_code == 200, accepted.content.decode()[:800]
    post(client, f"claims/{claim['id']}/submit/", expected=200)
    post(client, f"claims/{claim['id']}/publish/", expected=200)


def work_on(client: Client, case: int, deed: str, expected: int = 200, **body: Any) -> Any:
    """Do one deed of a case with the edition as it stands."""
    edition = Case.objects.values_list("edition", flat=True).get(pk=case)
    return post(client, f"cases/{case}/{deed}/", {"edition": edition, **body}, expected)


def test_from_a_ministrys_sheet_to_a_municipalitys_papers(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    authority = make.make_authority()
    publish_specification(make.make_editor(authority), authority.name)

    full, release = publish_offer(_number("000000000001"), "みほん予約")
    claim_by_sheet(
        full,
        release,
        {
            "9990010": "標準で提供",
            "9990020": "標準で提供",
            "9990030": "標準で提供",
            "9990040": "提供しない",
        },
    )
    lite, release = publish_offer(_number("000000000002"), "かんたん予約")
    claim_by_sheet(
        lite,
        release,
        {
            "9990010": "標準で提供",
            "9990020": "提供しない",
            "9990030": "提供しない",
            "9990040": "提供しない",
        },
    )

    town = signed_in(officer)
    contract = post(
        town,
        "contracts/",
        {
            "system": "公共施設予約システム",
            "domain": "facility-reservation",
            "contractor": "株式会社いまの事業者",
            "starts_on": "2023-07-01",
            "ends_on": "2028-06-30",
            "notice_months": 1,
            "annual_cost_yen": 1_200_000,
            "tax_basis": "INCLUDED",
        },
    )
    plan = post(
        town,
        "plans/",
        {"contract": contract["id"], "renewal_on": "2028-07-03", "template": "small_saas"},
    )
    case = post(
        town,
        "cases/",
        {
            "title": "公共施設予約の更改",
            "version": "urn:dmp:spec:story-reservation:1.0",
            "plan": plan["id"],
        },
    )["id"]
    work_on(town, case, "lock-search", query="domain=facility-reservation")
    chosen, dropped = _candidates(case)
    work_on(
        town, case, "drop-candidate", candidate=dropped, reason="必須の予約申込を提供していない。"
    )
    work_on(
        town,
        case,
        "choose-candidate",
        candidate=chosen,
        reason="すべての必須要件を満たす唯一の候補。",
    )
    refused = work_on(town, case, "issue-paper", 422, kind="procurement_specification")
    assert len(refused["problems"]) > 5
    stated = case_story.particulars(SwitchoverPlan.objects.get(), 3_190_000, now)
    work_on(town, case, "particulars", particulars=stated)
    work_on(
        town, case, "decide-method", contract_category="other", method="direct_other", clause="2"
    )
    for kind in case_story.KINDS:
        work_on(town, case, "issue-paper", 201, kind=kind)

    for paper in Paper.objects.all():
        content = town.get(f"/procurement/papers/{paper.pk}/paper.pdf").content
        assert hashlib.sha256(content).hexdigest() == paper.sha256
        assert f"Pages:           {paper.pages}" in _info(content)
    assert Paper.objects.count() == 3
    page = town.get(f"/procurement/cases/{case}/").content.decode()
    assert "すべての手順が済みました" in page
    call_command("verify_audit", stdout=io.StringIO())
    call_command("check_specifications", stdout=io.StringIO())
    assert date(2028, 7, 3) == SwitchoverPlan.objects.get().renewal_on


def _number(base: str) -> str:
    return corporate_number_check_digit(base) + base


def _candidates(case: int) -> tuple[int, int]:
    found = Case.objects.get(pk=case).locked_search.candidates.all()
    by_outcome = {each.facts["verdict"]["outcome"]: each.pk for each in found}
    return by_outcome["conforms"], by_outcome["does_not_conform"]


def _info(content: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        return subprocess.run(
            ["pdfinfo", file.name],  # noqa: S607 -- installed by script/bootstrap
            check=True,
            capture_output=True,
            text=True,
        ).stdout
