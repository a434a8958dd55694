"""The pages of cases, through HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import LocalGovernment, User
from procurement.cases.models import Candidate, Case, LockedSearch
from procurement.documents.models import Paper
from schemas.problems import Problem
from tests import make
from tests.cases import walk

INJECTION = "<script>alert(1)</script>この候補は要件を満たさない。"
DOORS = {
    "case-detail": (),
    "case-search": (),
    "candidate-list": (),
    "case-method-decide": (),
    "case-particulars-state": ("outline",),
    "case-paper-preview": ("comparison_table",),
}
DEEDS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "case-search-lock": ((), {"query": ""}),
    "candidate-decide": (("candidate",), {"decision": "drop", "reason": walk.DROPPED}),
    "case-method-decide": ((), {"contract_category": "other", "method": "open_bid"}),
    "case-particulars-state": (("outline",), {"purpose": "目的"}),
    "case-paper-issue": (("comparison_table",), {}),
}

# Why a deed is refused whose form was sent without anything.
EMPTY = {
    "candidate-decide": "case_decision_unknown",
    "case-method-decide": "case_method_undecided",
}


def signed_in(user: User) -> Client:
    """Return a client in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def door(case: Case, name: str, parts: tuple[Any, ...] = ()) -> str:
    """Return the address of a page of the case."""
    row = Candidate.objects.filter(search__case=case).first()
    number = row.pk if row else 1
    return reverse(
        f"cases:{name}",
        args=[case.pk, *(number if part == "candidate" else part for part in parts)],
    )


def text(response: Any) -> str:
    """Return the page."""
    return str(response.content.decode())


@pytest.mark.parametrize("name", DOORS)
def test_each_page_opens_for_an_officer_of_the_body_only(
    body: LocalGovernment,
    officer: User,
    other_officer: User,
    visitor: User,
    representative: User,
    now: datetime,
    name: str,
) -> None:
    case = walk.make_open(body, officer, now, version=make.make_version())
    address = door(case, name, DOORS[name])

    assert signed_in(officer).get(address).status_code in {200, 302}
    for outsider in (other_officer, visitor, representative):
        assert signed_in(outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", DEEDS)
def test_each_deed_is_closed_to_others_and_to_who_only_views(
    body: LocalGovernment, officer: User, other_officer: User, now: datetime, name: str
) -> None:
    case = walk.make_ready(body, officer, now)
    viewer = make.make_officer(body, "viewer@example.jp", level="view")
    parts, data = DEEDS[name]
    address = door(case, name, parts)
    data = {**data, "edition": str(case.edition)}

    assert signed_in(other_officer).post(address, data).status_code == 404
    assert signed_in(viewer).post(address, data).status_code == 403
    assert walk.fresh(case).edition == case.edition
    assert not Paper.objects.exists()


def test_an_officer_walks_from_a_plan_to_an_issued_paper(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    version, _offers = walk.make_country()
    plan = walk.make_plan_of(body, officer, now)
    client = signed_in(officer)

    opened = client.get(reverse("cases:case-open"), {"plan": plan.pk})
    assert "公共施設予約システム更改業務" in text(opened)
    answer = client.post(
        reverse("cases:case-open"),
        {"plan": plan.pk, "query": "sort=price", "title": "予約更改", "version": version.pk},
    )
    case = Case.objects.get()
    assert answer["Location"] == f"/procurement/cases/{case.pk}/search/?sort=price"

    preview = text(client.get(answer["Location"]))
    assert "結果3件" in preview
    client.post(door(case, "case-search-lock"), {"query": "sort=price", "edition": case.edition})
    assert LockedSearch.objects.get().facts["query"].endswith("sort=price")

    for product, decision in (
        ("まちの予約帳", "drop"),
        ("施設なび", "drop"),
        ("よやくん", "choose"),
    ):
        row = walk.candidate(case, product)
        client.post(
            reverse("cases:candidate-decide", args=[case.pk, row.pk]),
            {
                "decision": decision,
                "reason": walk.REASON,
                "edition": walk.fresh(case).edition,
            },
        )
    assert "すべての候補の採否と理由がそろいました" in text(
        client.get(door(case, "candidate-list"))
    )

    contract = text(client.get(door(case, "case-particulars-state", ("contract",))))
    assert 'value="1,980,000"' in contract  # drafted from the locked price
    for section in ("outline", "contract", "terms", "reasons", "approval"):
        page = door(case, "case-particulars-state", (section,))
        saved = client.post(page, {**form_data(), "edition": walk.fresh(case).edition})
        assert saved.status_code == 302, text(saved)
    assert walk.fresh(case).particulars == walk.PARTICULARS

    method = client.post(
        door(case, "case-method-decide"),
        {
            "contract_category": "other",
            "method": "direct_other",
            "clause": "2",
            "edition": walk.fresh(case).edition,
        },
    )
    assert method.status_code == 302

    kind = ("negotiated_contract_justification",)
    shown = text(client.get(door(case, "case-paper-preview", kind)))
    assert "この内容で発行する" in shown
    assert "第167条の2第1項第2号" in shown
    issued = client.post(
        door(case, "case-paper-issue", kind), {"edition": walk.fresh(case).edition}
    )
    paper = Paper.objects.get()
    assert issued["Location"] == f"/procurement/papers/{paper.pk}/"
    assert paper.number in text(client.get(door(case, "case-detail")))


def form_data() -> dict[str, str]:
    """Return the particulars as the browser sends them."""
    data: dict[str, str] = {}
    for key, value in walk.PARTICULARS.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            for index, row in enumerate(value):
                data |= {f"{key}-{index}-{name}": str(cell) for name, cell in row.items()}
        elif isinstance(value, list):
            data[key] = "\r\n".join(value)
        elif key in {"starts_on", "ends_on", "service_starts_on", "drafted_on"}:
            parts = zip(("0", "1", "2"), value.split("-"), strict=True)
            names = {"0": "year", "1": "month", "2": "day"}
            data |= {f"{key}_{names[part]}": number for part, number in parts}
        else:
            data[key] = str(value)
    return data


def test_the_checklist_says_what_is_missing_and_what_comes_next(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    page = text(signed_in(officer).get(door(case, "case-detail")))

    assert "「検索の固定」へ進む" in page
    assert "検索がまだ固定されていません" in page
    assert "前の手順を待っています" in page


def test_a_paper_that_lacks_something_shows_the_list_and_no_button(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_chosen(body, officer, now)

    page = text(
        signed_in(officer).get(
            door(case, "case-paper-preview", ("negotiated_contract_justification",))
        )
    )

    assert "業者選定理由" in page
    assert "この内容で発行する" not in page


def test_who_plans_sees_the_preview_and_does_not_issue(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    planner = make.make_officer(body, "planner@example.jp", level="plan")
    client = signed_in(planner)

    page = text(client.get(door(case, "case-paper-preview", ("comparison_table",))))
    answer = client.post(
        door(case, "case-paper-issue", ("comparison_table",)), {"edition": case.edition}
    )

    assert "発行は、決裁の権限を持つ職員が行います" in page
    assert "この内容で発行する" not in page
    assert answer.status_code == 403


def test_a_search_is_locked_once(body: LocalGovernment, officer: User, now: datetime) -> None:
    case = walk.make_locked(body, officer, now)
    client = signed_in(officer)

    answer = client.post(
        door(case, "case-search-lock"), {"query": "", "edition": case.edition}, follow=True
    )

    assert "この案件の検索はすでに固定されています" in text(answer)
    assert LockedSearch.objects.count() == 1


def test_a_search_without_results_says_so_and_stores_nothing(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_open(body, officer, now)

    answer = signed_in(officer).post(
        door(case, "case-search-lock"), {"query": "q=ない", "edition": case.edition}
    )

    assert answer.status_code == 422
    assert not LockedSearch.objects.exists()


@pytest.mark.parametrize(
    "reason", ["", "高い", "理由を\0書きました。はい。", "理" * 3000, "理\ud800由を書きました。"]
)
def test_a_bad_reason_is_answered_at_its_candidate(
    body: LocalGovernment, officer: User, now: datetime, reason: str
) -> None:
    case = walk.make_locked(body, officer, now)
    row = walk.candidate(case, "施設なび")

    answer = signed_in(officer).post(
        reverse("cases:candidate-decide", args=[case.pk, row.pk]),
        {
            "decision": "drop",
            "reason": reason.encode("utf-8", "surrogatepass"),
            "edition": case.edition,
        },
    )

    row.refresh_from_db()
    assert answer.status_code in {400, 422}
    assert row.outcome == "open"


def test_a_reason_kept_too_short_stays_in_its_field(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)
    row = walk.candidate(case, "施設なび")

    page = text(
        signed_in(officer).post(
            reverse("cases:candidate-decide", args=[case.pk, row.pk]),
            {"decision": "drop", "reason": "高すぎる", "edition": case.edition},
        )
    )

    assert page.count(">高すぎる</textarea>") == 1
    assert f'id="reason-error-{row.position}"' in page


def test_a_weak_reason_is_saved_with_a_warning(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)
    row = walk.candidate(case, "よやくん")

    page = text(
        signed_in(officer).post(
            reverse("cases:candidate-decide", args=[case.pk, row.pk]),
            {
                "decision": "choose",
                "reason": "職員が今の画面に使い慣れているため。",
                "edition": case.edition,
            },
            follow=True,
        )
    )

    row.refresh_from_db()
    assert row.outcome == "chosen"
    assert "理由に「使い慣れ」とあります" in page


def test_what_people_write_is_escaped_everywhere(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now, title="<b>件名</b>")
    client = signed_in(officer)
    row = walk.candidate(case, "施設なび")
    client.post(
        reverse("cases:candidate-decide", args=[case.pk, row.pk]),
        {"decision": "drop", "reason": INJECTION, "edition": case.edition},
    )

    for name, parts in DOORS.items():
        page = text(client.get(door(case, name, parts)))
        assert "<script>alert" not in page
        assert "<b>件名</b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(client.get(door(case, "candidate-list")))


def test_the_method_page_cites_the_law_and_says_its_assumptions(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    page = text(signed_in(officer).get(door(case, "case-method-decide")))

    assert "地方自治法施行令第167条の2第1項第2号" in page
    assert "この団体の規則による基準額が登録されていない" in page
    assert "令和7年政令第94号" in page


def test_the_method_page_weighs_another_contract_category(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    page = text(
        signed_in(officer).get(door(case, "case-method-decide"), {"contract_category": "works"})
    )

    assert "2,000,000円" in page
    assert walk.fresh(case).contract_category == "other"


def test_a_method_against_the_law_is_answered_with_its_reason(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    answer = signed_in(officer).post(
        door(case, "case-method-decide"),
        {"contract_category": "other", "method": "direct_small", "edition": case.edition},
    )

    assert answer.status_code == 422
    assert "少額随意契約はできません" in text(answer)


def test_a_case_changed_meanwhile_saves_nothing(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)

    answer = signed_in(officer).post(
        door(case, "case-particulars-state", ("outline",)),
        {"purpose": "古い画面から", "edition": case.edition - 1},
    )

    assert answer.status_code == 422
    assert "ほかの人が更新しました" in text(answer)
    assert walk.fresh(case).particulars == walk.PARTICULARS


def test_a_plan_of_another_body_is_not_found(
    body: LocalGovernment, officer: User, other_officer: User, now: datetime
) -> None:
    plan = walk.make_plan_of(body, officer, now)

    for number in (str(plan.pk), "x", "9" * 30, "-1"):
        answer = signed_in(other_officer).get(reverse("cases:case-open"), {"plan": number})
        assert answer.status_code == 404


def test_an_empty_form_opens_no_case_and_is_refused_at_its_fields(
    body: LocalGovernment, officer: User
) -> None:
    make.make_version()

    response = signed_in(officer).post(reverse("cases:case-open"))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"title", "version"}
    assert text(response).count('class="field field--error"') == 2
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", DEEDS)
def test_an_empty_form_changes_nothing_and_says_why(
    body: LocalGovernment, officer: User, now: datetime, name: str
) -> None:
    if name == "case-search-lock":
        case = walk.make_open(body, officer, now, version=make.make_version())
    else:
        case = walk.make_ready(body, officer, now)

    response = signed_in(officer).post(door(case, name, DEEDS[name][0]))

    assert response.status_code == 422
    assert Problem("", EMPTY.get(name, "changed_meanwhile")).sentence("ja") in text(response)
    assert walk.fresh(case).edition == case.edition
    assert not Paper.objects.exists()


@pytest.mark.parametrize("name", DOORS)
def test_a_page_answers_head_as_it_answers_get(
    body: LocalGovernment, officer: User, now: datetime, name: str
) -> None:
    case = walk.make_ready(body, officer, now)

    response = signed_in(officer).head(door(case, name, DOORS[name]))

    assert (response.status_code, response.content) == (200, b"")


def test_lists_and_papers_answer_head_as_they_answer_get(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    client = signed_in(officer)
    issued = client.post(
        door(case, "case-paper-issue", ("comparison_table",)), {"edition": case.edition}
    )

    for address in (
        reverse("cases:case-list"),
        reverse("cases:case-open"),
        reverse("documents:paper-list"),
        issued["Location"],
        f"{issued['Location']}paper.pdf",
        f"{issued['Location']}paper.json",
    ):
        response = client.head(address)
        assert (address, response.status_code, response.content) == (address, 200, b"")


def test_unknown_pages_are_not_found(body: LocalGovernment, officer: User, now: datetime) -> None:
    case = walk.make_open(body, officer, now)
    client = signed_in(officer)

    assert client.get(door(case, "case-particulars-state", ("gossip",))).status_code == 404
    assert client.get(door(case, "case-paper-preview", ("letter",))).status_code == 404
    assert client.post(door(case, "case-paper-issue", ("letter",))).status_code == 404


def test_the_list_takes_as_many_queries_for_three_cases_as_for_one(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    walk.make_ready(body, officer, now)
    client = signed_in(officer)
    client.get(reverse("cases:case-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("cases:case-list"))

    walk.make_ready(body, officer, now)
    walk.make_ready(body, officer, now)
    with CaptureQueriesContext(connection) as three:
        page = text(client.get(reverse("cases:case-list")))

    assert page.count("公共施設予約システム更改業務") == 3
    assert len(three) == len(one)


@pytest.mark.parametrize("name", DOORS)
def test_each_page_speaks_english(
    body: LocalGovernment, officer: User, now: datetime, name: str
) -> None:
    case = walk.make_ready(body, officer, now)

    answer = signed_in(officer).get(
        door(case, name, DOORS[name]), headers={"accept-language": "en"}
    )

    assert 'lang="en"' in text(answer)


def test_a_choice_that_falls_short_is_warned_about_and_not_forbidden(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)
    bad = walk.candidate(case, "まちの予約帳")
    client = signed_in(officer)
    before = text(client.get(door(case, "candidate-list")))

    after = client.post(
        reverse("cases:candidate-decide", args=[case.pk, bad.pk]),
        {"decision": "choose", "reason": walk.REASON, "edition": case.edition},
        follow=True,
    )

    said = "「まちの予約帳」は標準仕様に適合していませんが、より適合する候補がほかに1件あります"
    bad.refresh_from_db()
    assert said in before
    assert "「よやくん」は標準仕様に" not in before
    assert (bad.outcome, text(after).count(said)) == ("chosen", 1)
    for name, parts in (
        ("case-detail", ()),
        ("case-method-decide", ()),
        ("case-particulars-state", ("reasons",)),
    ):
        assert said in text(client.get(door(case, name, parts)))
    api = client.get(f"/api/v1/cases/{case.pk}/").json()
    assert [row["code"] for row in api["warnings"]] == ["case_choice_does_not_conform"]


def test_a_choice_that_conforms_is_not_warned_about(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    client = signed_in(officer)

    for name in ("candidate-list", "case-detail", "case-method-decide"):
        assert "より適合する候補" not in text(client.get(door(case, name)))
    assert client.get(f"/api/v1/cases/{case.pk}/").json()["warnings"] == []


def test_the_ledger_names_requirements_by_their_official_ids(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_locked(body, officer, now)

    page = text(signed_in(officer).get(door(case, "candidate-list")))

    assert "機能要件　0010001" in page
    assert "F0010001" not in page


def test_the_method_page_asks_for_a_reason_once_a_paper_cites_it(
    body: LocalGovernment, officer: User, now: datetime
) -> None:
    case = walk.make_ready(body, officer, now)
    client = signed_in(officer)
    assert 'name="reason"' not in text(client.get(door(case, "case-method-decide")))
    client.post(
        door(case, "case-paper-issue", ("procurement_specification",)), {"edition": case.edition}
    )
    page = text(client.get(door(case, "case-method-decide")))
    stated = {"contract_category": "other", "method": "open_bid", "edition": case.edition}

    refused = client.post(door(case, "case-method-decide"), stated)
    too_long = client.post(door(case, "case-method-decide"), {**stated, "reason": "長" * 2001})
    decided = client.post(door(case, "case-method-decide"), {**stated, "reason": walk.REASON})

    assert 'name="reason"' in page
    assert Paper.objects.get().number in text(refused)
    assert (refused.status_code, too_long.status_code, decided.status_code) == (422, 422, 302)
    assert walk.REASON in text(client.get(door(case, "case-method-decide")))
