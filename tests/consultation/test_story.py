"""A consultation through HTTP, from the draft to the published results."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import User
from specs.actions import draft_version
from specs.consultation.models import Comment, Consultation
from tests import make
from tests.conftest import NOW
from tests.consultation.asked import document, make_draft, make_yokohama
from tests.reader import day

AT = "/specifications/consultations/"


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def comment(client: Client, address: str, **body: str) -> str:
    """Fill in, look at it, submit; return the page of the comment."""
    page = client.post(address, body).content.decode()
    assert "この内容でよいですか" in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    response = client.post(address, {**body, "seen": seen})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


@pytest.mark.django_db
def test_two_bodies_comment_and_the_editor_answers(
    editor: User, officer: User, now: datetime
) -> None:
    make_draft(now)
    yokohama = make.make_officer(make_yokohama(), "yokohama@example.jp")

    with time_machine.travel(NOW):
        ministry = browser(editor)
        days = {**day("opens_on", "2026-11-23"), **day("closes_on", "2026-12-20")}
        ministry.post("/specifications/sample/1.1/consultation/", {**days, "call": "聞く。"})
        consultation = Consultation.objects.get()
        new = f"{AT}{consultation.pk}/new/"
        aizu, yoko = browser(officer), browser(yokohama)
        assert "意見照会" in aizu.get("/").content.decode()
        first = comment(
            aizu,
            new,
            requirement="0010001",
            kind="correction",
            proposed="予約を登録し、番号を示せること。",
            reason="=SUM(A1) と書いても式にならないこと。",
        )
        comment(yoko, new, requirement="", kind="question", proposed="", reason="いつからですか。")
        yoko.post(f"{first}endorse/", {"organisation": "141003"})
        assert "1団体が賛同" in Client().get(first).content.decode()

    with time_machine.travel(NOW + timedelta(days=30)):
        ministry = browser(editor)
        ministry.post(f"{AT}{consultation.pk}/close/", {})
        changed = [
            each
            if each.key != "F0010001"
            else type(each)(**{**vars(each), "text": "予約を登録し、番号を示せること。"})
            for each in make.make_requirements()
        ]
        version = draft_version(document(changed), by=editor, at=NOW + timedelta(days=30))
        one, two = Comment.objects.order_by("number")
        ministry.post(
            f"{AT}comments/{one.pk}/answer/",
            {
                "outcome": "adopted",
                "reason": "ご意見のとおり反映しました。",
                "changed": "0010001",
                "version": version.pk,
            },
        )
        ministry.post(
            f"{AT}comments/{two.pk}/answer/",
            {"outcome": "explained", "reason": "令和9年4月からです。"},
        )
        ministry.post("/specifications/sample/1.1/publish/", {"digest": version.digest})
        ministry.post(f"{AT}{consultation.pk}/results/publish/")
        page = Client().get(f"{AT}{consultation.pk}/results/").content.decode()
        sheet = Client().get(f"{AT}{consultation.pk}/results.xlsx")
        result = Client().get(f"/api/v1/consultations/{consultation.pk}/results/").json()

    assert "ご意見のとおり反映しました。" in page
    assert 'href="/specifications/sample/1.1/F0010001/"' in page
    assert [each["number"] for each in result["comments"]] == [1, 2]
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    heading, first_row, second_row = rows
    found = dict(zip(heading, first_row, strict=True))
    assert found["団体名・事業者名"] == "会津若松市"
    assert found["照会時の文"] == "予約を登録できること。"
    assert found["理由"] == "=SUM(A1) と書いても式にならないこと。"
    assert (found["賛同数"], found["賛同した団体"]) == (1, "横浜市")
    assert (found["対応"], found["反映した版"], found["反映した要件"]) == (
        "反映する",
        "1.1",
        "0010001",
    )
    assert second_row[1] == "横浜市"
    cells = openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0]
    assert {cell.data_type for row in cells.iter_rows() for cell in row} <= {"s", "n"}
