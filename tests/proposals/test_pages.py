"""From a body's wish to a ministry's draft, by page and over REST."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.models import Officer
from specs.models import SpecificationVersion
from specs.organisations import Organisation
from specs.proposals import actions
from specs.proposals.models import Proposal
from tests import make
from tests.proposals.test_rules import WISH
from vendors.models import Representative

LIST = "/specifications/proposals/"
API = "/api/v1/proposals/"
TYPED = {
    "title": WISH.title,
    "domain": WISH.domain,
    "purpose": WISH.purpose,
    "scope": WISH.scope,
    "essential": "・通報を受け付けられること。\n・位置を地図で示せること。",
    "desired": "写真を添付できること。",
}
SENT = {
    **TYPED,
    "essential": ["通報を受け付けられること。", "位置を地図で示せること。"],
    "desired": ["写真を添付できること。"],
}
START = {
    "title": "道路損傷通報システム標準仕様書",
    "slug": "road-damage-report",
    "id_prefix": "910",
    "reason": "来月の意見照会に向けて案を作ります。",
}
DAY = {"published_on_year": "2027", "published_on_month": "4", "published_on_day": "1"}


@pytest.fixture
def proposal(now: datetime, body: LocalGovernment) -> Proposal:
    """Return a proposal of 会津若松市."""
    return actions.submit_proposal(
        WISH, organisation=Organisation("body", body.code, body.name), by=None, at=now
    )


def at(proposal: Proposal, what: str = "") -> str:
    """Return an address of a proposal's pages."""
    return f"{LIST}{proposal.pk}/{what}"


def send(client: Client, url: str, body: object, method: str = "post") -> Any:
    """Send JSON."""
    return getattr(client, method)(url, json.dumps(body), content_type="application/json")


def deeds() -> list[tuple[str, str, Any]]:
    """Return the trail, whole."""
    return list(AuditEvent.objects.order_by("id").values_list("action", "actor", "data"))


def codes(answer: Any) -> list[tuple[str, str]]:
    """Return pointer and code of each problem."""
    return [(each["pointer"], each["code"]) for each in answer.json()["problems"]]


def test_from_a_wish_to_a_draft(
    client: Client, officer: User, other_officer: User, representative: User, editor: User
) -> None:
    client.force_login(officer)
    answer = client.post(f"{LIST}new/", TYPED, follow=True)
    proposal = Proposal.objects.get()
    assert answer.redirect_chain == [(at(proposal), 302)]
    assert (proposal.organisation_code, proposal.proposed_by) == ("072028", officer)
    assert proposal.essential == SENT["essential"]

    client.force_login(other_officer)
    client.post(at(proposal, "endorse/"), {"note": "令和10年度の更改で使いたい。"})
    client.force_login(representative)
    client.post(at(proposal, "endorse/"), {"note": ""})
    client.logout()
    page = client.get(at(proposal)).content.decode()
    assert "横浜市" in page
    assert "令和10年度の更改で使いたい。" in page
    assert "other@example.jp" not in page
    assert "1団体" in page
    assert "ほかに事業者1社" in page

    client.force_login(editor)
    authority = editor.editorships.get().authority
    answer = client.post(
        at(proposal, "take-up/"), {**START, **DAY, "authority": authority.pk}, follow=True
    )
    assert answer.redirect_chain == [("/specifications/road-damage-report/0.1/", 302)]
    draft = SpecificationVersion.objects.get(specification__slug="road-damage-report")
    assert draft.is_draft
    assert list(draft.requirements.values_list("official_id", "obligation", "text")) == [
        ("9100010", "mandatory", "通報を受け付けられること。"),
        ("9100020", "mandatory", "位置を地図で示せること。"),
        ("9100030", "standard_option", "写真を添付できること。"),
    ]
    client.logout()
    page = client.get(at(proposal)).content.decode()
    assert "この提案から案が作られました" in page
    assert START["reason"] in page
    assert "road-damage-report" not in page  # a draft is for its editors alone
    assert [action for action, _actor, _data in deeds()] == [
        "proposals.proposal_submitted",
        "proposals.proposal_endorsed",
        "proposals.proposal_endorsed",
        "specs.specification_registered",
        "specs.version_drafted",
        "proposals.proposal_answered",
    ]


def test_the_same_over_rest(
    client: Client, officer: User, other_officer: User, editor: User
) -> None:
    client.force_login(officer)
    made = send(client, API, SENT)
    assert made.status_code == 201
    url = f"{API}{made.json()['id']}/"
    changed = send(client, url, {**SENT, "title": "通報受付の標準仕様"}, "put")
    assert changed.json()["title"] == "通報受付の標準仕様"

    client.force_login(other_officer)
    assert send(client, f"{url}endorse/", {"note": "賛成"}).json()["bodies"] == 1
    assert send(client, f"{url}endorse/", {"note": "大いに賛成"}).json()["bodies"] == 1
    assert send(client, f"{url}endorse/withdraw/", {}).json()["bodies"] == 0

    client.force_login(editor)
    authority = editor.editorships.get().authority.slug
    said = {"authority": authority, "outcome": "later", "reason": "来年度に検討します。"}
    assert send(client, f"{url}answer/", said).json()["answers"][0]["outcome"] == "later"
    taken = {**START, "authority": authority, "published_on": "2027-04-01"}
    done = send(client, f"{url}take-up/", taken)
    assert (done.status_code, done.json()["state"]) == (200, "taken_up")
    assert [each["outcome"] for each in done.json()["answers"]] == ["taken_up"]
    assert client.get(API).json()["results"][0]["draft_slug"] == ""
    draft = SpecificationVersion.objects.filter(specification__slug="road-damage-report")
    draft.update(state="in_consultation")
    assert client.get(API).json()["results"][0]["draft_slug"] == "road-damage-report"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": ""}, [("/title", "request_field_empty")]),
        ({"domain": "resident-record"}, [("/domain", "proposal_domain_is_statutory")]),
        ({"essential": []}, [("/essential", "proposal_needs_a_function")]),
        ({"organisation": "141003"}, [("/organisation", "proposal_organisation_not_yours")]),
    ],
)
def test_a_wish_that_is_refused_leaves_nothing(
    changes: dict[str, Any], found: list[tuple[str, str]], client: Client, officer: User
) -> None:
    client.force_login(officer)

    answer = send(client, API, {**SENT, **changes})

    assert codes(answer) == found
    assert not Proposal.objects.exists()
    assert deeds() == []


def test_a_page_says_what_is_wrong_at_its_field(client: Client, officer: User) -> None:
    client.force_login(officer)

    answer = client.post(f"{LIST}new/", {**TYPED, "essential": "一\n一", "purpose": "\x07"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "制御文字" in page
    assert WISH.title in page
    assert not Proposal.objects.exists()


def test_nobody_endorses_the_own_proposal(
    client: Client, officer: User, proposal: Proposal
) -> None:
    client.force_login(officer)

    page = client.post(at(proposal, "endorse/"), {"note": ""}, follow=True).content.decode()

    assert "自分の団体・会社の提案には賛同できません。" in page
    assert 'id="endorse"' not in page
    assert not proposal.endorsements.exists()


def test_who_speaks_for_several_says_for_which(
    client: Client, other_officer: User, proposal: Proposal, vendor: Any
) -> None:
    Representative.objects.create(user=other_officer, vendor=vendor)
    client.force_login(other_officer)

    page = client.get(at(proposal)).content.decode()
    client.post(
        at(proposal, "endorse/"), {"organisation": vendor.corporate_number, "note": "作ります"}
    )
    unsaid = send(client, f"{API}{proposal.pk}/endorse/", {"note": ""})

    assert "どの団体・会社として" in page
    assert [each.organisation_name for each in proposal.endorsements.all()] == [vendor.name]
    assert codes(unsaid) == [("/organisation", "proposal_organisation_not_yours")]


def test_what_was_withdrawn_stays_readable_and_takes_no_more(
    client: Client, officer: User, other_officer: User, editor: User, proposal: Proposal
) -> None:
    client.force_login(officer)
    client.post(at(proposal, "withdraw/"))
    again = client.post(at(proposal, "withdraw/"), follow=True).content.decode()
    client.force_login(other_officer)
    endorsed = send(client, f"{API}{proposal.pk}/endorse/", {})
    client.force_login(editor)
    slug = editor.editorships.get().authority.slug
    said = {"authority": slug, "outcome": "not", "reason": "検討しない。"}
    answered = send(client, f"{API}{proposal.pk}/answer/", said)

    assert "この提案は取り下げられています。" in again
    assert codes(endorsed) == codes(answered) == [("/state", "proposal_is_withdrawn")]
    assert "この提案は取り下げられました" in client.get(at(proposal)).content.decode()
    assert WISH.title not in client.get(LIST).content.decode()
    assert WISH.title in client.get(f"{LIST}?state=withdrawn").content.decode()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"slug": "sample"}, ["/slug"]),
        ({"slug": "Not A Slug"}, ["/slug"]),
        ({"id_prefix": "9a"}, ["/id_prefix"]),
        ({"reason": " "}, ["/reason"]),
        ({"title": "\x07"}, ["/title"]),
        ({"number": "one"}, ["/number"]),
    ],
)
def test_a_draft_that_cannot_be_drawn_up_leaves_the_proposal_open(
    changes: dict[str, str],
    found: list[str],
    client: Client,
    editor: User,
    proposal: Proposal,
) -> None:
    make.make_version()
    client.force_login(editor)
    slug = editor.editorships.get().authority.slug
    taken = {**START, "authority": slug, "published_on": "2027-04-01", **changes}

    answer = send(client, f"{API}{proposal.pk}/take-up/", taken)

    assert answer.status_code in {400, 422}
    assert [pointer for pointer, _code in codes(answer)] == found
    proposal.refresh_from_db()
    assert proposal.is_open
    assert not SpecificationVersion.objects.exclude(specification__slug="sample").exists()


def test_who_may_not_is_refused(
    client: Client, proposal: Proposal, other_officer: User, visitor: User, body: LocalGovernment
) -> None:
    viewer = make.make_user("viewer@example.jp")
    Officer.objects.create(user=viewer, body=body, level=Officer.Level.VIEW)
    doors = ["change/", "withdraw/", "endorse/", "endorse/withdraw/", "answer/", "take-up/"]

    for person in (visitor, viewer):
        client.force_login(person)
        assert client.get(f"{LIST}new/").status_code == 403
        assert {client.post(at(proposal, door)).status_code for door in doors} == {403}
    client.force_login(other_officer)
    mine = [client.post(at(proposal, door)).status_code for door in ("change/", "withdraw/")]
    assert mine == [403, 403]
    client.logout()
    assert send(client, API, {}).status_code == 401
    assert client.get(f"{LIST}new/").status_code == 302


def test_the_form_shows_first_what_stands_already(
    client: Client, officer: User, proposal: Proposal
) -> None:
    make.make_version()
    client.force_login(officer)

    page = client.get(f"{LIST}new/?domain=roads-parks").content.decode()
    other = client.get(f"{LIST}new/?domain=facility-reservation").content.decode()

    assert at(proposal) in page
    assert "見本業務標準仕様書" in other


@pytest.mark.parametrize("number", [1, 8])
def test_the_list_takes_the_same_queries(
    number: int, client: Client, now: datetime, db: None, django_assert_num_queries: Any
) -> None:
    for each in range(number):
        made = actions.submit_proposal(
            WISH, organisation=Organisation("body", f"{each:06}", "団体"), by=None, at=now
        )
        for other in range(number):
            actions.endorse_proposal(
                made, organisation=Organisation("body", f"9{other:05}", "他"), by=None, at=now
            )

    with django_assert_num_queries(2):
        client.get(LIST)
    with django_assert_num_queries(5):
        client.get(at(made))


def test_those_with_most_bodies_behind_them_come_first(
    client: Client, now: datetime, db: None, proposal: Proposal
) -> None:
    one = Organisation("body", "011002", "札幌市")
    wanted = actions.submit_proposal(WISH, organisation=one, by=None, at=now)
    for code in ("041009", "111007"):
        actions.endorse_proposal(
            proposal, organisation=Organisation("body", code, "市"), by=None, at=now
        )
    for code in ("5060001002844", "7010401022916", "5010001006767"):
        actions.endorse_proposal(
            wanted, organisation=Organisation("vendor", code, "社"), by=None, at=now
        )

    found = [each["id"] for each in client.get(API).json()["results"]]

    assert found == [proposal.pk, wanted.pk]


def test_pages_speak_english(client: Client, officer: User, proposal: Proposal) -> None:
    client.force_login(officer)
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        pages = [client.get(url).content.decode() for url in (LIST, at(proposal), f"{LIST}new/")]

    assert "Proposals of specifications" in pages[0]
    assert "Withdraw the proposal" in pages[1]
    assert "Essential functions" in pages[2]
