"""A revision through HTTP: a sheet, what two bodies said, what is published, whom it touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from schemas.specifications import Requirement, meta_of, requirements_of
from specs.consultation.models import Comment, Consultation
from specs.models import SpecificationVersion
from specs.sheets import workbook_of
from tests import make
from tests.conftest import NOW
from tests.consultation.test_story import AT, browser, comment
from tests.reader import day

IMPORT = "/specifications/import/"
VERSION = "/specifications/sample/1.1/"
API = "/api/v1/specifications/sample/"
LATER = NOW + timedelta(days=30)
DUE = date(2028, 4, 1)


def imported(client: Client, rows: list[Requirement]) -> SpecificationVersion:
    """Hand in a sheet of 1.1, look at what was understood, keep it; return the draft."""
    first = SpecificationVersion.objects.get(specification__slug="sample", number="1.0")
    meta = replace(meta_of(first.document), version="1.1", published_on="2027-01-15")
    sheet = SimpleUploadedFile("1.1.xlsx", workbook_of(meta, rows))
    looked = client.post(IMPORT, {"file": sheet, "preview": "1"})
    assert looked.status_code == 200, looked.content.decode()
    assert f"{len(rows)}件の要件を読み取りました" in looked.content.decode()
    form = looked.context["form"]
    kept = client.post(
        IMPORT,
        {
            **{name: form[name].value() for name in ("title", "slug", "domain", "number")},
            **day("published_on", "2027-01-15"),
            "extension_policy": form["extension_policy"].value(),
            "authority": form["authority"].value(),
            "file": SimpleUploadedFile("1.1.xlsx", workbook_of(meta, rows)),
        },
        follow=True,
    )
    assert kept.redirect_chain == [(VERSION, 302)], kept.content.decode()
    return SpecificationVersion.objects.get(specification__slug="sample", number="1.1")


def revised() -> list[Requirement]:
    """Return what the ministry means to ask: one more thing to do, another worded anew."""
    first, second, *others = make.make_requirements()
    notify = replace(
        first,
        key="F0010009",
        official_id="0010009",
        title="通知",
        text="利用者に通知できること。",
        due_on=DUE.isoformat(),
    )
    return [first, replace(second, text="予約を利用者が取り消せること。"), *others, notify]


@pytest.mark.django_db
def test_a_revision_from_the_sheet_to_those_it_touches(
    editor: User,
    officer: User,
    other_officer: User,
    representative: User,
    vendor: Any,
    body: LocalGovernment,
) -> None:
    version = make.make_version()
    claim = make.make_claim(make.make_release(make.make_product(vendor)), version)
    make.make_contract(body, product=claim.release.product, ends_on=date(2029, 3, 31))

    with time_machine.travel(NOW):
        ministry, aizu, yokohama = browser(editor), browser(officer), browser(other_officer)
        yokohama.post("/specifications/sample/follow/")
        draft = imported(ministry, revised())
        assert draft.is_draft
        assert aizu.get(VERSION).status_code == 404
        days = {**day("opens_on", "2026-11-23"), **day("closes_on", "2026-12-20")}
        ministry.post(f"{VERSION}consultation/", {**days, "call": "通知の期日について。"})
        consultation = Consultation.objects.get()
        new = f"{AT}{consultation.pk}/new/"
        first = comment(
            aizu,
            new,
            requirement="0010009",
            kind="correction",
            proposed="利用者に電子メールで通知できること。",
            reason="手段が分からないため。",
        )
        comment(yokohama, new, requirement="", kind="question", reason="いつからですか。")
        yokohama.post(f"{first}endorse/")
        refused = ministry.post(f"{VERSION}publish/", {"digest": draft.digest}, follow=True)
        assert "意見照会中" in refused.content.decode()
        assert "公表前の案です" in Client().get(VERSION).content.decode()

    with time_machine.travel(LATER):
        ministry = browser(editor)
        ministry.post(f"{AT}{consultation.pk}/close/")
        *others, notify = revised()
        draft = imported(
            ministry, [*others, replace(notify, text="利用者に電子メールで通知できること。")]
        )
        one, two = Comment.objects.order_by("number")
        ministry.post(
            f"{AT}comments/{one.pk}/answer/",
            {
                "outcome": "adopted",
                "reason": "ご意見のとおり改めます。",
                "changed": "0010009",
                "version": draft.pk,
            },
        )
        ministry.post(
            f"{AT}comments/{two.pk}/answer/",
            {"outcome": "explained", "reason": "令和10年4月です。"},
        )
        ministry.post(f"{AT}{consultation.pk}/results/publish/")
        ministry.post(f"{VERSION}publish/", {"digest": draft.digest})

        visitor = Client()
        assert visitor.get(VERSION).status_code == 200
        changes = visitor.get(f"{API}diff/1.0/1.1/").json()
        assert changes["counts"] == {"requirements": 2, "added": 1, "reworded": 1}
        assert changes == visitor.get("/specifications/sample/diff/1.0/1.1/changes.json").json()
        impact = visitor.get(f"{API}versions/1.1/impact/").json()
        assert impact["claims"]["stale"] == [{"stale_on": DUE.isoformat(), "claims": 1}]
        assert (impact["claims"]["reconfirm"], impact["claims"]["empty"]) == (1, 1)
        assert (impact["contracts"]["contracts"], impact["contracts"]["bodies"]) == (1, 1)
        assert impact["claims"]["named"] == impact["contracts"]["named"] == []
        own = browser(officer).get(f"{API}versions/1.1/impact/").json()
        assert [each["body"] for each in own["contracts"]["named"]] == ["会津若松市"]

        told = browser(representative).get("/notices/").content.decode()
        assert "よやくん 5.2" in told
        assert "第1.1版が公表されました" in browser(other_officer).get("/notices/").content.decode()
        call_command("send_notices", stdout=StringIO())
        addressed = {address for message in mail.outbox for address in message.to}
        assert {representative.email, other_officer.email} <= addressed

    with time_machine.travel(datetime(2028, 4, 1, 3, tzinfo=NOW.tzinfo)):
        call_command("notify_stale_claims", stdout=StringIO())
        call_command("notify_stale_claims", stdout=StringIO())
        told = browser(representative).get("/api/v1/notices/").json()

    assert [each["kind"] for each in told["results"]] == [
        "notice_claim_stale",
        "notice_claim_affected",
    ]
    assert requirements_of(draft.document)[-1].text == "利用者に電子メールで通知できること。"
