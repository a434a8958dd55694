"""The contract register over REST: correct a contract, import a sheet, take the sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.contracts import sheets, uploads
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractFacts
from procurement.models import Officer
from tests import make

IMPORT = "/api/v1/contracts/import/"
SHEET = "/api/v1/contracts/sheet/"
STATED: dict[str, Any] = {
    "system": "公共施設予約システム",
    "domain": "facility-reservation",
    "product_name": "",
    "contractor": "株式会社サンプル",
    "starts_on": "2023-04-01",
    "ends_on": "2028-03-31",
    "notice_months": 6,
    "annual_cost_yen": 2_400_000,
    "tax_basis": "INCLUDED",
    "remarks": "",
}
DAYS = {"starts_on": date(2023, 4, 1), "ends_on": date(2028, 3, 31)}
FACTS = ContractFacts(**{**STATED, **DAYS})
CSV_HEAD = "システム名,業務,契約相手方,契約開始日,契約終了日,通知期限,年額,税\n"
CSV_ROW = "図書館システム,図書館,株式会社サンプル,2023-04-01,2028-03-31,3,1200000,税込\n"


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def change(client: Client, contract: Contract, **changes: Any) -> Any:
    """Correct a contract; return the response."""
    return client.post(
        f"/api/v1/contracts/{contract.pk}/change/",
        {**STATED, "edition": 1, **changes},
        content_type="application/json",
    )


def send(client: Client, data: bytes, name: str = "台帳.xlsx", **fields: str) -> Any:
    """Import a sheet; return the response."""
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **fields})


def recorded() -> list[tuple[str, str, dict[str, Any]]]:
    """Return the trail: what was done, by whom, with what facts."""
    return [(event.action, event.actor, event.data) for event in AuditEvent.objects.order_by("pk")]


def test_a_contract_is_changed(body: LocalGovernment, officer: User) -> None:
    contract = make.make_contract(body)

    response = change(signed_in(officer), contract)

    assert (response.status_code, response.json()) == (
        200,
        {
            **STATED,
            "id": contract.pk,
            "body": "072028",
            "notice_on": "2027-09-30",
            "edition": 2,
            "is_sample": False,
        },
    )
    assert recorded() == [
        ("contracts.contract_changed", officer.email, {"edition": 2, **STATED}),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"edition": 2}, [("", "changed_meanwhile")]),
        ({"edition": None}, [("/edition", "request_field_empty")]),
        ({"ends_on": "2020-03-31"}, [("/ends_on", "contract_ends_before_it_starts")]),
        ({"system": "図書館システム"}, [("/system", "contract_known")]),
        ({"domain": "space"}, [("/domain", "contract_domain_unknown")]),
        ({"remarks": "長" * 2001}, [("/remarks", "text_too_long")]),
        (
            {"annual_cost_yen": 1.5, "ends_on": "2027-02-29"},
            [("/ends_on", "request_not_valid"), ("/annual_cost_yen", "request_not_valid")],
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_place(
    body: LocalGovernment, officer: User, changes: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    make.make_contract(body, system="図書館システム")
    contract = make.make_contract(body)

    response = change(signed_in(officer), contract, **changes)

    problems = response.json()["problems"]
    assert response.status_code == 422
    assert [(problem["pointer"], problem["code"]) for problem in problems] == said
    assert recorded() == []


def test_a_dry_run_says_what_was_understood_and_stores_nothing(
    body: LocalGovernment, officer: User
) -> None:
    make.make_contract(body)
    sheet = sheets.written([FACTS, replace(FACTS, system="図書館システム", domain="library")])

    response = send(signed_in(officer), sheet, dry_run="true")

    assert (response.status_code, response.json()) == (
        200,
        {
            "new": 1,
            "changed": 1,
            "rows": [
                {**STATED, "place": "シート「契約台帳」 2"},
                {
                    **STATED,
                    "place": "シート「契約台帳」 3",
                    "system": "図書館システム",
                    "domain": "library",
                },
            ],
        },
    )
    assert Contract.objects.count() == 1
    assert recorded() == []


def test_a_sheet_is_imported(body: LocalGovernment, officer: User) -> None:
    known = make.make_contract(body)
    library = {**STATED, "system": "図書館システム", "domain": "library"}
    sheet = sheets.written([FACTS, replace(FACTS, system="図書館システム", domain="library")])

    response = send(signed_in(officer), sheet)

    assert (response.status_code, response.json()["new"], response.json()["changed"]) == (201, 1, 1)
    assert list(
        Contract.objects.order_by("pk").values_list("system", "notice_months", "edition")
    ) == [("公共施設予約システム", 6, 2), ("図書館システム", 6, 1)]
    assert recorded() == [
        (
            "contracts.contracts_imported",
            officer.email,
            {"new": 1, "changed": [known.pk], "rows": [STATED, library]},
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_is_imported(body: LocalGovernment, officer: User, encoding: str) -> None:
    response = send(signed_in(officer), (CSV_HEAD + CSV_ROW).encode(encoding), "台帳.csv")

    assert response.status_code == 201
    assert Contract.objects.get().system == "図書館システム"


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_problems_are_the_pages_own_by_sheet_and_cell(
    body: LocalGovernment, officer: User, dry_run: str
) -> None:
    bad = CSV_ROW.replace("2028-03-31", "いつか").replace("税込", "無税")
    data = (CSV_HEAD + CSV_ROW + bad.replace("図書館システム", "")).encode()
    client = signed_in(officer)

    response = send(client, data, "台帳.csv", dry_run=dry_run)
    page = client.post(
        "/procurement/contracts/import/", {"file": SimpleUploadedFile("台帳.csv", data)}
    )

    problems = response.json()["problems"]
    assert (response.status_code, page.status_code) == (422, 422)
    assert [(row["pointer"], row["code"], row["place"]) for row in problems] == [
        ("/system", "cell_empty", "「台帳.csv」 A3"),
        ("/ends_on", "cell_not_a_date", "「台帳.csv」 E3"),
        ("/tax_basis", "cell_not_a_tax_basis", "「台帳.csv」 H3"),
    ]
    assert [(row["place"], row["message"]) for row in problems] == [
        (problem.place, problem.sentence("ja")) for problem in page.context["problems"]
    ]
    assert not Contract.objects.exists()
    assert recorded() == []


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"not a workbook", "台帳.xlsx", None),
        (b"PK\x03\x04" + b"\x00" * 40, "台帳.xlsx", None),
        ("表題\n".encode(), "台帳.csv", "register_without_heading"),
        (CSV_HEAD.encode(), "台帳.csv", "register_empty"),
        (b"\xff\xff\x00", "台帳.csv", "register_not_csv"),
    ],
    ids=["text", "broken zip", "no heading", "no row", "no csv"],
)
def test_a_file_that_cannot_be_read_is_refused(
    officer: User, data: bytes, name: str, code: str | None
) -> None:
    response = send(signed_in(officer), data, name)

    problems = response.json()["problems"]
    assert response.status_code == 422
    assert len(problems) == 1
    assert code in (None, problems[0]["code"])
    assert recorded() == []


def test_a_file_beyond_the_limit_is_refused(officer: User) -> None:
    data = (CSV_HEAD + CSV_ROW * 20).encode()

    with override_settings(UPLOAD_LIMIT_BYTES=len(data) + 1000):
        assert send(signed_in(officer), data, "台帳.csv").json()["problems"]
    with override_settings(UPLOAD_LIMIT_BYTES=1000):
        assert send(signed_in(officer), data, "台帳.csv").status_code == 413


def test_without_a_file_the_missing_field_is_named(officer: User) -> None:
    client = signed_in(officer)

    nothing = client.post(IMPORT, {"dry_run": "true"})
    as_json = client.post(IMPORT, {"file": "x"}, content_type="application/json")

    assert [(row["pointer"], row["code"]) for row in nothing.json()["problems"]] == [
        ("/file", "request_field_missing")
    ]
    assert (nothing.status_code, as_json.status_code) == (422, 415)


def test_the_sheet_is_what_is_imported_again(
    body: LocalGovernment, officer: User, other_officer: User
) -> None:
    make.make_contract(body)
    make.make_contract(Officer.objects.get(user=other_officer).body, system="よその契約")
    client = signed_in(officer)

    sheet = client.get(SHEET)
    again = send(client, sheet.content)

    assert sheet.headers["Content-Disposition"] == 'attachment; filename="contracts-072028.xlsx"'
    assert (again.json()["new"], again.json()["changed"]) == (0, 0)
    assert [row["system"] for row in again.json()["rows"]] == ["公共施設予約システム"]


def test_the_empty_sheet_is_the_form_to_fill_in(body: LocalGovernment, officer: User) -> None:
    make.make_contract(body)

    sheet = signed_in(officer).get(SHEET, {"empty": "true"}).content

    assert [problem.code for problem in sheets.read(sheet, "a.xlsx").problems] == ["register_empty"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", uploads.XLSX, "text/html"])
def test_the_sheet_is_given_whatever_is_accepted_and_an_error_is_json(
    officer: User, accept: str
) -> None:
    given = signed_in(officer).get(SHEET, headers={"Accept": accept})
    refused = Client().get(SHEET, headers={"Accept": accept})

    assert (given.status_code, given.headers["Content-Type"]) == (200, uploads.XLSX)
    assert (refused.status_code, refused.headers["Content-Type"]) == (401, "application/json")


def test_who_only_views_changes_nothing(body: LocalGovernment) -> None:
    contract = make.make_contract(body)
    client = signed_in(make.make_officer(body, "view@example.jp", level="view"))

    assert change(client, contract).status_code == 403
    assert change(client, contract, system=None).status_code == 403
    assert send(client, sheets.written([FACTS])).status_code == 403
    assert send(client, sheets.written([FACTS]), dry_run="true").status_code == 403
    assert client.get(SHEET).status_code == 200
    assert recorded() == []


def test_another_bodys_contract_is_not_found(
    body: LocalGovernment, other_officer: User, visitor: User
) -> None:
    contract = make.make_contract(body)

    assert change(signed_in(other_officer), contract).status_code == 404
    assert change(signed_in(visitor), contract).status_code == 404
    assert send(signed_in(visitor), sheets.written([FACTS])).status_code == 404
    assert signed_in(visitor).get(SHEET).status_code == 404
    assert recorded() == []


def test_an_officer_of_another_body_imports_into_their_own_register(
    body: LocalGovernment, other_officer: User
) -> None:
    make.make_contract(body)

    response = send(signed_in(other_officer), sheets.written([FACTS]))

    assert (response.json()["new"], response.json()["changed"]) == (1, 0)
    assert list(Contract.objects.order_by("pk").values_list("body_id", flat=True)) == [
        "072028",
        "141003",
    ]


def test_who_is_not_signed_in_is_asked_to(body: LocalGovernment) -> None:
    contract = make.make_contract(body)

    assert change(Client(), contract).status_code == 401
    assert send(Client(), sheets.written([FACTS])).status_code == 401
    assert Client().get(SHEET).status_code == 401


def test_the_document_names_every_door_with_its_answers(client: Client, db: None) -> None:
    document = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    paths = document["paths"]
    refusals = {"400", "401", "403", "404", "405", "406"}
    with_body = {*refusals, "413", "415", "422"}

    said = {
        "change": set(paths["/api/v1/contracts/{id}/change/"]["post"]["responses"]),
        "import": set(paths[IMPORT]["post"]["responses"]),
        "sheet": set(paths[SHEET]["get"]["responses"]),
    }
    assert said == {
        "change": {"200", *with_body},
        "import": {"200", "201", *with_body},
        "sheet": {"200", *refusals},
    }
    assert list(paths[IMPORT]["post"]["requestBody"]["content"]) == ["multipart/form-data"]
    assert [row["name"] for row in paths[SHEET]["get"]["parameters"]] == ["empty"]
