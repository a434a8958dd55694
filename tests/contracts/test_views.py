"""The contract register through HTTP: pages and REST."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.contracts import sheets
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts
from tests import make

FORM = {
    "system": "公共施設予約システム",
    "domain": "facility-reservation",
    "product_name": "",
    "contractor": "株式会社サンプル",
    "starts_on_year": "２０２３",
    "starts_on_month": "4",
    "starts_on_day": "1",
    "ends_on_year": "2028",
    "ends_on_month": "3",
    "ends_on_day": "31",
    "notice_months": "3",
    "annual_cost_yen": "2,400,000円",
    "tax_basis": "INCLUDED",
    "remarks": "",
}


@pytest.fixture
def signed_in(client: Client, officer: User) -> Client:
    """Return a client that acts for the officer."""
    client.force_login(officer)
    return client


def test_a_contract_is_registered_by_form(signed_in: Client) -> None:
    response = signed_in.post(reverse("contracts:contract-register"), FORM)

    contract = Contract.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("contracts:contract-detail", args=[contract.pk])
    assert (contract.starts_on, contract.annual_cost_yen) == (date(2023, 4, 1), 2_400_000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"ends_on_year": "2020"},
            "契約終了日（令和2年3月31日）が契約開始日（令和5年4月1日）より前です",
        ),
        ({"ends_on_month": "2", "ends_on_day": "30"}, "暦にない日付です"),
        ({"annual_cost_yen": "1.5"}, "円単位の整数で入力してください"),
        ({"system": "\x00"}, "使えない文字（NUL）"),
        ({"notice_months": "99999999999999999999"}, "通知の期限"),
        ({"domain": "space"}, "業務"),
    ],
)
def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(
    signed_in: Client, changes: dict[str, str], said: str
) -> None:
    response = signed_in.post(reverse("contracts:contract-register"), {**FORM, **changes})

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "株式会社サンプル" in page
    assert not Contract.objects.exists()


@pytest.mark.parametrize("name", ["contract-register", "contract-change", "contract-import"])
def test_an_empty_form_is_refused_at_its_fields(
    signed_in: Client, body: LocalGovernment, name: str
) -> None:
    contract = make.make_contract(body)
    parts = [contract.pk] if name == "contract-change" else []

    response = signed_in.post(reverse(f"contracts:{name}", args=parts))

    form = response.context["form"]
    needed = {field.name for field in form if field.field.required}
    assert response.status_code == 422
    assert set(form.errors) == needed
    assert response.content.decode().count('class="field field--error"') == len(needed)
    assert Contract.objects.get().edition == 1


def test_what_the_register_refuses_is_said_at_its_field(
    signed_in: Client, body: LocalGovernment
) -> None:
    make.make_contract(body)

    response = signed_in.post(reverse("contracts:contract-register"), FORM)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["system"]
    assert "すでに台帳にあります" in response.context["form"].errors["system"][0]


@pytest.mark.parametrize("edition", ["", "0", "x", "²", "9" * 5000])
def test_a_change_on_another_edition_is_refused_above_the_form(
    signed_in: Client, body: LocalGovernment, edition: str
) -> None:
    contract = make.make_contract(body)

    response = signed_in.post(
        reverse("contracts:contract-change", args=[contract.pk]), {**FORM, "edition": edition}
    )

    assert response.status_code == 422
    assert "ほかの人が更新しました" in response.context["form"].non_field_errors()[0]
    assert not AuditEvent.objects.exists()


def test_a_contract_is_changed_by_form(
    signed_in: Client, officer: User, body: LocalGovernment
) -> None:
    contract = make.make_contract(body)

    response = signed_in.post(
        reverse("contracts:contract-change", args=[contract.pk]),
        {**FORM, "notice_months": "6", "edition": "1"},
    )

    event = AuditEvent.objects.about(contract).get()
    assert response.status_code == 302
    assert (event.action, event.actor, event.data) == (
        "contracts.contract_changed",
        officer.email,
        {
            "edition": 2,
            "system": "公共施設予約システム",
            "domain": "facility-reservation",
            "contractor": "株式会社サンプル",
            "starts_on": "2023-04-01",
            "ends_on": "2028-03-31",
            "notice_months": 6,
            "annual_cost_yen": 2_400_000,
            "tax_basis": "INCLUDED",
            "product_name": "",
            "remarks": "",
        },
    )


@pytest.mark.parametrize(
    "name",
    [
        "contract-list",
        "contract-timeline",
        "contract-sheet",
        "contract-register",
        "contract-import",
        "contract-detail",
        "contract-change",
    ],
)
def test_a_page_answers_head_as_it_answers_get(
    signed_in: Client, body: LocalGovernment, name: str
) -> None:
    parts = [make.make_contract(body).pk] if name in {"contract-detail", "contract-change"} else []

    response = signed_in.head(reverse(f"contracts:{name}", args=parts))

    assert (response.status_code, response.content) == (200, b"")


def test_markup_in_a_contract_is_shown_as_text(signed_in: Client, body: LocalGovernment) -> None:
    contract = make.make_contract(body, system="<script>alert(1)</script>", remarks="<b>a\nb")

    page = signed_in.get(reverse("contracts:contract-detail", args=[contract.pk])).content.decode()

    assert "<script>alert" not in page
    assert "&lt;b&gt;a<br>b" in page


def upload(client: Client, data: bytes, name: str = "台帳.xlsx") -> tuple[int, str, str]:
    """Send a sheet; return status, page and the signed preview."""
    response = client.post(
        reverse("contracts:contract-import"), {"file": SimpleUploadedFile(name, data)}
    )
    signed = response.context.get("signed", "") if response.context else ""
    return response.status_code, response.content.decode(), signed or ""


def test_a_sheet_is_looked_at_before_it_is_imported(signed_in: Client) -> None:
    facts = ContractFacts(
        system="財務会計システム",
        domain="financial-accounting",
        contractor="株式会社サンプル",
        starts_on=date(2022, 4, 1),
        ends_on=date(2027, 3, 31),
        notice_months=6,
        annual_cost_yen=12_000_000,
        tax_basis="EXCLUDED",
    )

    status, page, signed = upload(signed_in, sheets.written([facts]))

    assert (status, "財務会計システム" in page) == (200, True)
    assert not Contract.objects.exists()

    confirm = signed_in.post(reverse("contracts:contract-import-confirm"), {"signed": signed})
    assert confirm.status_code == 302
    assert Contract.objects.get().system == "財務会計システム"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"not a workbook", "台帳.xlsx"),
        (b"PK\x03\x04" + b"\x00" * 40, "台帳.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "台帳.xls"),
        ("システム名\n".encode(), "台帳.csv"),
    ],
    ids=["text", "broken zip", "broken ole", "no heading"],
)
def test_a_file_that_cannot_be_read_is_answered_kindly(
    signed_in: Client, data: bytes, name: str
) -> None:
    status, page, signed = upload(signed_in, data, name)

    assert (status, signed) == (422, "")
    assert "何も保存していません" in page


def test_a_preview_made_for_another_body_or_changed_is_refused(
    signed_in: Client, other_officer: User
) -> None:
    _status, _page, signed = upload(signed_in, sheets.written([]))
    other = Client()
    other.force_login(other_officer)

    for client, value in ((signed_in, signed + "x"), (other, signed), (signed_in, "")):
        response = client.post(reverse("contracts:contract-import-confirm"), {"signed": value})
        assert response.status_code == 422


def test_another_bodys_contract_is_not_found(
    client: Client, body: LocalGovernment, other_officer: User
) -> None:
    contract = make.make_contract(body)
    client.force_login(other_officer)

    for name in ("contract-detail", "contract-change"):
        assert client.get(reverse(f"contracts:{name}", args=[contract.pk])).status_code == 404
    assert client.get(f"/api/v1/contracts/{contract.pk}/").status_code == 404
    assert client.get("/api/v1/contracts/").json()["results"] == []


def test_who_only_views_may_not_write(client: Client, body: LocalGovernment) -> None:
    client.force_login(make.make_officer(body, "view@example.jp", level="view"))

    assert client.get(reverse("contracts:contract-list")).status_code == 200
    assert client.post(reverse("contracts:contract-register"), FORM).status_code == 403
    assert client.get(reverse("contracts:contract-import")).status_code == 403


@pytest.mark.parametrize("name", ["contract-list", "contract-timeline"])
def test_pages_ask_as_much_for_three_contracts_as_for_one(
    signed_in: Client, body: LocalGovernment, name: str
) -> None:
    counts = []
    for number in range(3):
        make.make_contract(body, system=f"システム{number}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            signed_in.get(reverse(f"contracts:{name}"))
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]


def test_the_register_is_filtered_and_downloaded(signed_in: Client, body: LocalGovernment) -> None:
    make.make_contract(body)
    make.make_contract(body, system="図書館システム", domain="library")

    page = signed_in.get(reverse("contracts:contract-list"), {"q": "図書館"}).content.decode()
    sheet = signed_in.get(reverse("contracts:contract-sheet")).content

    assert ("図書館システム" in page, "公共施設予約システム" in page) == (True, False)
    assert len(sheets.read(io.BytesIO(sheet).read(), "a.xlsx").rows) == 2


def test_the_api_registers_and_refuses_like_the_page(signed_in: Client) -> None:
    stated = {
        "system": "図書館システム",
        "domain": "library",
        "contractor": "株式会社サンプル",
        "starts_on": "2023-04-01",
        "ends_on": "2028-03-31",
        "notice_months": 3,
        "annual_cost_yen": 100,
        "tax_basis": "INCLUDED",
    }

    made = signed_in.post("/api/v1/contracts/", stated, content_type="application/json")
    refused = signed_in.post(
        "/api/v1/contracts/",
        {**stated, "ends_on": "2020-03-31", "starts_on": "2023-04-02"},
        content_type="application/json",
    )
    broken = signed_in.post(
        "/api/v1/contracts/",
        {**stated, "annual_cost_yen": 1.5, "ends_on": "2027-02-29"},
        content_type="application/json",
    )

    assert (made.status_code, made.json()["notice_on"]) == (201, "2027-12-31")
    assert refused.status_code == 422
    assert [p["code"] for p in refused.json()["problems"]] == ["contract_ends_before_it_starts"]
    assert broken.status_code == 422
    assert {p["pointer"] for p in broken.json()["problems"]} == {"/annual_cost_yen", "/ends_on"}
