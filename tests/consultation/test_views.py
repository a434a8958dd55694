"""The pages of consultations, through HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from specs.consultation import actions
from specs.consultation.actions import Practice
from specs.consultation.models import Comment, Consultation, GoodPractice
from specs.organisations import Organisation
from tests import make
from tests.conftest import NOW
from tests.consultation.asked import (
    AIZU,
    TEXT,
    YOKOHAMA,
    make_comment,
    make_consultation,
    make_draft,
)
from tests.reader import day

pytestmark = pytest.mark.django_db
AT = "/specifications/consultations/"
OF_VERSION = "/specifications/sample/1.1/"


@pytest.fixture(autouse=True)
def _stand_still() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def said(client: Client, address: str, body: dict[str, Any]) -> str:
    """Post, follow, and return the page one lands on."""
    response = client.post(address, body, follow=True)
    assert response.status_code in {200, 422}, (address, response.status_code)
    return response.content.decode()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# -- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_a_consultation_takes_the_same_queries_for_one_and_for_three_comments(
    number: int, client: Client, now: datetime, django_assert_num_queries: Any
) -> None:
    consultation = make_consultation(now)
    for each in range(number):
        comment = make_comment(consultation, now, reason=f"理由{each}")
        for other in range(each + 1):
            code = f"10000{other}"
            actions.endorse_comment(
                comment, organisation=Organisation("body", code, code), by=None, at=now
            )

    with django_assert_num_queries(7):
        read(client, f"{AT}{consultation.pk}/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    number: int, client: Client, now: datetime, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        make_consultation(now, version=make_draft(now, version=f"1.{each}", title="見本"))

    with django_assert_num_queries(2):
        read(client, AT)


@pytest.mark.parametrize("number", [1, 3])
def test_the_result_takes_the_same_queries_for_one_and_for_three(
    number: int, client: Client, now: datetime, django_assert_num_queries: Any
) -> None:
    consultation = make_consultation(now)
    for each in range(number):
        comment = make_comment(consultation, now, reason=f"理由{each}")
        actions.answer_comment(
            comment, outcome="adopted", reason="反映", changed=["0010001"], by=None, at=now
        )
    actions.close_consultation(consultation, reason="終わり", by=None, at=now)
    actions.publish_results(consultation, by=None, at=now)

    with django_assert_num_queries(5):
        read(client, f"{AT}{consultation.pk}/results/")
    with django_assert_num_queries(3):
        client.get(f"{AT}{consultation.pk}/results.xlsx")


# -- what everybody reads ----------------------------------------------------------------------


def test_everybody_reads_comments_with_the_organisation_and_without_the_author(
    client: Client, officer: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    actions.submit_comment(
        consultation,
        organisation=AIZU,
        opinion=actions.Opinion("question", "", "", "<b>いつから</b>"),
        by=officer,
        at=now,
    )

    page = read(client, f"{AT}{consultation.pk}/")

    assert "会津若松市" in page
    assert officer.email not in page
    assert "&lt;b&gt;いつから&lt;/b&gt;" in page
    assert "受付中" in page
    assert "あと27日" in page
    assert "サインインして意見を出す" in page


def test_a_correction_is_marked_against_what_was_asked(client: Client, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)

    page = read(client, f"{AT}comments/{comment.pk}/")

    assert "<ins>" in page
    assert TEXT[:2] in page


def test_comments_are_narrowed(client: Client, now: datetime) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    make_comment(consultation, now, YOKOHAMA, kind="question", key="I001", proposed="")

    for query, names in (
        ("kind=question", ["横浜市"]),
        ("requirement=F0010001", ["会津若松市"]),
        ("requirement=0010001", ["会津若松市"]),
        ("chapter=非機能", ["横浜市"]),
        ("speaker=body", ["会津若松市", "横浜市"]),
        ("speaker=vendor", []),
        ("q=窓口で番号", ["会津若松市", "横浜市"]),
        ("q=横浜", ["横浜市"]),
        ("answered=yes", []),
    ):
        page = read(client, f"{AT}{consultation.pk}/?{query}")
        assert [name for name in ("会津若松市", "横浜市") if name in page] == names, query
    assert "制御文字" in read(client, f"{AT}{consultation.pk}/?q=a%1Bb")


def test_progress_is_counted_by_chapter(client: Client, now: datetime) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now)
    make_comment(consultation, now, reason="別の理由")
    make_comment(consultation, now, kind="question", key="", proposed="")
    actions.answer_comment(comment, outcome="not", reason="理由", by=None, at=now)

    page = read(client, f"{AT}{consultation.pk}/")

    cells = '<td class="num">4</td><td class="num">1</td><td class="num">2</td>'
    assert f'{cells}<td class="num">1</td>' in page
    assert "3件（うち回答ができたもの1件）" in page


def test_an_answer_is_hidden_until_the_results_are_published(
    client: Client, editor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now)
    actions.answer_comment(comment, outcome="not", reason="財源がない。", by=None, at=now)
    pages = [f"{AT}{consultation.pk}/", f"{AT}comments/{comment.pk}/"]

    for page in pages:
        assert "財源がない。" not in read(client, page)
        assert "財源がない。" in read(signed_in(editor), page)
    read(client, f"{AT}{consultation.pk}/results/", 404)
    read(client, f"{AT}{consultation.pk}/results.xlsx", 404)
    assert "財源がない。" in read(signed_in(editor), f"{AT}{consultation.pk}/results/")

    actions.close_consultation(consultation, reason="終わり", by=None, at=now)
    actions.publish_results(consultation, by=None, at=now)
    for page in [*pages, f"{AT}{consultation.pk}/results/"]:
        assert "財源がない。" in read(client, page)


def test_a_withdrawn_comment_is_there_for_its_own_body_only(
    client: Client, officer: User, now: datetime
) -> None:
    comment = make_comment(make_consultation(now), now)
    actions.withdraw_comment(comment, by=None, at=now)

    read(client, f"{AT}comments/{comment.pk}/", 404)
    assert "窓口で番号" not in read(client, f"{AT}{comment.consultation_id}/")
    assert "窓口で番号" in read(signed_in(officer), f"{AT}{comment.consultation_id}/own/")


# -- the pages of specifications ---------------------------------------------------------------


def test_the_version_and_its_requirements_lead_to_the_consultation(
    client: Client, officer: User, editor: User, now: datetime
) -> None:
    version = make_draft(now)
    assert f"{OF_VERSION}consultation/" in read(signed_in(editor), OF_VERSION)
    read(client, OF_VERSION, 404)

    consultation = make_consultation(now, version=version)

    assert f"{AT}{consultation.pk}/" in read(client, OF_VERSION)
    page = read(signed_in(officer), f"{OF_VERSION}F0010001/")
    assert f"{AT}{consultation.pk}/new/?requirement=F0010001" in page
    assert f"{AT}{consultation.pk}/" in read(client, "/specifications/sample/")


def test_a_draft_with_unanswered_comments_asks_why_it_is_published(
    editor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    actions.close_consultation(consultation, reason="終わり", by=None, at=now)
    browser = signed_in(editor)

    assert 'name="reason"' in read(browser, OF_VERSION)
    page = said(browser, f"{OF_VERSION}publish/", {})
    assert "回答していない意見が1件あります" in page

    said(browser, f"{OF_VERSION}publish/", {"reason": "施行日のため"})
    consultation.version.refresh_from_db()
    assert consultation.version.state == "published"


def test_home_shows_officers_what_is_open_and_editors_what_waits(
    officer: User, representative: User, editor: User, visitor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)

    for person in (officer, representative):
        page = read(signed_in(person), "/")
        assert f"{AT}{consultation.pk}/" in page
        assert "あと27日" in page
    assert "意見1件、未回答1件" in read(signed_in(editor), "/")
    assert AT not in read(signed_in(visitor), "/")


# -- deeds by page -----------------------------------------------------------------------------


def test_an_editor_opens_extends_and_closes(editor: User, now: datetime) -> None:
    make_draft(now)
    browser = signed_in(editor)
    address = f"{OF_VERSION}consultation/"
    assert "30日以上" in read(browser, address)
    days = {**day("opens_on", "2026-11-23"), **day("closes_on", "2026-11-30")}

    page = said(browser, address, {**days, "call": ""})
    assert "照会の趣旨" in page
    assert not Consultation.objects.exists()
    page = said(browser, address, {**days, **day("opens_on", "2026-11-01"), "call": "聞く"})
    assert "受付開始日は今日" in page

    page = said(browser, address, {**days, "call": "聞く"})
    assert "受付期間は8日間です" in page
    consultation = Consultation.objects.get()
    page = said(browser, f"{AT}{consultation.pk}/extend/", day("closes_on", "2026-11-20"))
    assert "より後にしてください" in page
    said(browser, f"{AT}{consultation.pk}/extend/", day("closes_on", "2026-12-15"))
    consultation.refresh_from_db()
    assert consultation.closes_on == date(2026, 12, 15)

    page = said(browser, f"{AT}{consultation.pk}/close/", {})
    assert "早く締め切る理由を書いてください" in page
    said(browser, f"{AT}{consultation.pk}/close/", {"reason": "出し直すため"})
    consultation.refresh_from_db()
    assert consultation.standing(now.date()) == "closed"


def test_what_is_sent_was_looked_at_first(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)
    browser = signed_in(officer)
    address = f"{AT}{consultation.pk}/new/"
    assert TEXT in read(browser, f"{address}?requirement=F0010001")
    body = {
        "requirement": "００１０００１",
        "kind": "correction",
        "proposed": "予約を登録し、取り消せること。",
        "reason": "窓口のため。",
    }

    page = said(browser, address, body)
    assert "この内容でよいですか" in page
    assert "<ins>" in page
    assert not Comment.objects.exists()
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    page = said(browser, address, {**body, "reason": "別の理由。", "seen": seen})
    assert "この内容でよいですか" in page
    assert not Comment.objects.exists()

    page = said(browser, address, {**body, "seen": seen})
    assert "意見1を提出しました" in page
    comment = Comment.objects.get()
    assert (comment.key, comment.organisation_code, comment.author) == (
        "F0010001",
        "072028",
        officer,
    )


def test_a_present_wording_left_in_a_deletion_says_nothing(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)
    browser = signed_in(officer)
    address = f"{AT}{consultation.pk}/new/"
    body = {"requirement": "0010001", "kind": "deletion", "proposed": TEXT, "reason": "不要。"}

    page = said(browser, address, body)
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    said(browser, address, {**body, "seen": seen})

    assert Comment.objects.get().proposed == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "理由を書いてください"),
        ({"proposed": TEXT}, "修正案が、いまの文と同じです"),
        ({"requirement": "9999999"}, "この意見照会の案にありません"),
        ({"requirement": ""}, "対象の要件を選んでください"),
        ({"kind": "deletion"}, "修正案は要りません"),
        ({"kind": "praise"}, "praise"),
        ({"reason": "a\x1bb"}, "制御文字"),
        ({"proposed": "長" * 5001}, "5000文字以内"),
    ],
)
def test_a_bad_comment_is_told_at_its_field(
    changes: dict[str, str], sentence: str, officer: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    body = {
        "requirement": "0010001",
        "kind": "correction",
        "proposed": "新しい文。",
        "reason": "理由",
        **changes,
    }

    response = signed_in(officer).post(f"{AT}{consultation.pk}/new/", body)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Comment.objects.exists()


def test_who_speaks_for_two_chooses(officer: User, now: datetime) -> None:
    from procurement.models import Officer

    yokohama = make.make_body("141003", "designated_city", "横浜市", "神奈川県")
    Officer.objects.create(user=officer, body=yokohama, level="plan")
    comment = make_comment(make_consultation(now), now)
    browser = signed_in(officer)

    page = read(browser, f"{AT}{comment.consultation_id}/new/")
    assert '<select name="organisation"' in page
    page = read(browser, f"{AT}comments/{comment.pk}/")
    assert "横浜市として賛同する" in page
    assert "会津若松市として賛同する" not in page
    page = said(browser, f"{AT}comments/{comment.pk}/endorse/", {"organisation": "141003"})
    assert "意見1に横浜市として賛同しました" in page
    assert browser.post(f"{AT}comments/{comment.pk}/endorse/").status_code == 404


def test_a_comment_is_changed_and_withdrawn_by_page(officer: User, now: datetime) -> None:
    comment = make_comment(make_consultation(now), now)
    browser = signed_in(officer)
    address = f"{AT}comments/{comment.pk}/"
    body = {"requirement": "", "kind": "question", "proposed": "", "reason": "なぜですか。"}

    page = read(browser, f"{address}change/")
    assert "予約を登録し、番号を示せること。" in page
    page = said(browser, f"{address}change/", {**body, "edition": 1})
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    said(browser, f"{address}change/", {**body, "edition": 1, "seen": seen})
    comment.refresh_from_db()
    assert (comment.kind, comment.asked, comment.edition) == ("question", None, 2)
    page = said(browser, f"{address}change/", {**body, "edition": 1, "seen": seen})
    assert "同じ団体の人がこの意見を変更しました" in page

    page = said(browser, f"{address}withdraw/", {})
    assert "意見1を撤回しました" in page


def test_an_editor_answers_one_after_another(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)
    first = make_comment(consultation, now)
    second = make_comment(consultation, now, YOKOHAMA, reason="別の理由")
    browser = signed_in(editor)
    address = f"{AT}comments/{first.pk}/answer/"
    body = {"outcome": "adopted", "reason": "反映する。", "changed": "0010001、００１０００２"}
    version = {"version": consultation.version_id}

    assert "質問に回答する" not in read(browser, address)
    page = said(browser, address, {**body, **version, "reason": ""})
    assert "回答（理由）を書いてください" in page
    page = said(browser, address, {**body, **version, "changed": "7777777"})
    assert "どちらの版にもありません：7777777" in page
    response = browser.post(address, {**body, **version})
    assert response["Location"] == f"{AT}comments/{second.pk}/answer/"
    first.refresh_from_db()
    assert first.answer.changed_keys == ["F0010001", "F0010002"]
    response = browser.post(
        f"{AT}comments/{second.pk}/answer/", {"outcome": "later", "reason": "次の版で。"}
    )
    assert response["Location"] == f"{AT}{consultation.pk}/answers/"
    assert "未回答0件、回答済み2件" in read(browser, f"{AT}{consultation.pk}/answers/")


def test_results_with_an_unanswered_comment_are_not_published(editor: User, now: datetime) -> None:
    consultation = make_consultation(now)
    make_comment(consultation, now)
    actions.close_consultation(consultation, reason="終わり", by=None, at=now)

    page = said(signed_in(editor), f"{AT}{consultation.pk}/results/publish/", {})

    assert "回答していない意見が1件あります" in page


def test_others_stay_outside(
    client: Client, visitor: User, officer: User, other_editor: User, now: datetime
) -> None:
    consultation = make_consultation(now)
    comment = make_comment(consultation, now, YOKOHAMA)
    own = f"{AT}{consultation.pk}/"
    editors = [
        f"{own}extend/",
        f"{own}close/",
        f"{own}answers/",
        f"{AT}comments/{comment.pk}/answer/",
        f"{OF_VERSION}consultation/",
    ]

    for address in [*editors, f"{own}new/", f"{own}own/"]:
        assert client.get(address)["Location"].startswith("/accounts/login/")
        read(signed_in(visitor), address, 403)
    for address in editors:
        read(signed_in(officer), address, 403)
        read(signed_in(other_editor), address, 403)
    for deed in ("change", "withdraw"):
        body = {"kind": "question", "reason": "理由"}
        response = signed_in(officer).post(f"{AT}comments/{comment.pk}/{deed}/", body)
        assert response.status_code == 403
    assert signed_in(other_editor).post(f"{own}results/publish/").status_code == 403
    events = AuditEvent.objects.filter(action__startswith="consultation.")
    assert events.count() == 2


def test_after_the_last_day_the_form_is_closed(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)
    browser = signed_in(officer)

    with time_machine.travel(NOW + timedelta(days=40)):
        browser.force_login(officer)
        response = browser.get(f"{AT}{consultation.pk}/new/", follow=True)
        body = {"kind": "question", "reason": "理由"}
        late = browser.post(f"{AT}{consultation.pk}/new/", body)
        seen = late.content.decode().partition('name="seen" value="')[2].partition('"')[0]
        late = browser.post(f"{AT}{consultation.pk}/new/", {**body, "seen": seen})

    assert "いまは意見を受け付けていません" in response.content.decode()
    assert "受付終了" in response.content.decode()
    assert late.status_code == 422
    assert "受付期間は終わりました" in late.content.decode()


# -- good practices ----------------------------------------------------------------------------


def test_a_good_practice_stands_at_the_requirement_and_at_the_specification(
    client: Client, officer: User, representative: User, now: datetime
) -> None:
    make.make_version("sample", "1.0")
    browser = signed_in(officer)
    address = "/specifications/sample/good-practices/"
    page = read(browser, f"{address}new/?requirement=F0010001")
    assert 'value="0010001"' in page

    page = said(browser, f"{address}new/", {"requirement": "0010001", "done": "", "effect": "効果"})
    assert "取組の内容を書いてください" in page
    page = said(
        browser,
        f"{address}new/",
        {
            "requirement": "0010001",
            "product": "よやくん",
            "done": "端末を置いた。",
            "effect": "早い。",
        },
    )
    assert "好事例を公開しました" in page

    for each in (address, "/specifications/sample/1.0/F0010001/"):
        page = read(client, each)
        assert "端末を置いた。" in page
        assert officer.email not in page
    assert "端末を置いた。" not in read(client, f"{address}?requirement=F0010002")
    assert "団体の好事例1件" in read(client, "/specifications/sample/")
    read(signed_in(representative), f"{address}new/", 403)
    practice = GoodPractice.objects.get()
    withdraw = f"{AT}good-practices/{practice.pk}/withdraw/"
    assert signed_in(representative).post(withdraw).status_code == 403
    assert "端末を置いた。" not in said(browser, withdraw, {})
    assert browser.post(withdraw).status_code == 404


def test_a_good_practice_is_attached_to_a_consultation(officer: User, now: datetime) -> None:
    consultation = make_consultation(now)

    said(
        signed_in(officer),
        f"/specifications/sample/good-practices/new/?consultation={consultation.pk}",
        {"done": "端末を置いた。", "effect": "早い。"},
    )

    assert GoodPractice.objects.get().consultation == consultation


@pytest.mark.parametrize("number", [1, 3])
def test_good_practices_take_the_same_queries_for_one_and_for_three(
    number: int, client: Client, now: datetime, django_assert_num_queries: Any
) -> None:
    specification = make.make_version("sample", "1.0").specification
    for each in range(number):
        actions.attach_good_practice(
            specification,
            organisation=AIZU,
            practice=Practice(f"取組{each}", "効果"),
            by=None,
            at=now,
        )

    with django_assert_num_queries(3):
        read(client, "/specifications/sample/good-practices/")
