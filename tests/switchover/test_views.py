"""Switchover plans: deeds and their faces."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from marketplace.accounts.models import LocalGovernment, User
from marketplace.audit.models import AuditEvent
from procurement.switchover import actions
from procurement.switchover.models import SwitchoverPlan
from schemas import codelist
from schemas.problems import Refused
from tests import make


@pytest.fixture
def plan(body: LocalGovernment, officer: User, now: datetime) -> SwitchoverPlan:
    """Return the plan of a contract that ends on 2028-03-31."""
    return actions.make_plan(
        make.make_contract(body),
        renewal_on=date(2028, 7, 3),
        template="small_saas",
        by=officer,
        at=now,
    )


def test_a_plan_is_stored_with_its_steps_and_event(plan: SwitchoverPlan) -> None:
    steps = list(plan.steps.values_list("code", "ends_by"))

    assert len(steps) == 15
    assert steps[0][0] == "take_stock"
    assert dict(steps)["go_live"] == date(2028, 7, 3)
    assert AuditEvent.objects.about(plan).get().data == {
        "contract": plan.contract_id,
        "renewal_on": "2028-07-03",
        "template": "small_saas",
    }


@pytest.mark.parametrize(
    ("renewal_on", "template", "codes"),
    [
        (date(2026, 11, 23), "small_saas", ["plan_renewal_out_of_range"]),
        (date(2100, 1, 1), "small_saas", ["plan_renewal_out_of_range"]),
        (date(2028, 4, 1), "huge", ["plan_template_unknown"]),
    ],
)
def test_a_plan_that_cannot_be_counted_is_refused(
    body: LocalGovernment,
    officer: User,
    now: datetime,
    renewal_on: date,
    template: str,
    codes: list[str],
) -> None:
    contract = make.make_contract(body)

    with pytest.raises(Refused) as refused:
        actions.make_plan(contract, renewal_on=renewal_on, template=template, by=officer, at=now)

    assert [problem.code for problem in refused.value.problems] == codes
    assert not SwitchoverPlan.objects.exists()


def test_a_contract_has_one_plan(plan: SwitchoverPlan, officer: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        actions.make_plan(
            plan.contract, renewal_on=date(2028, 4, 3), template="mid_saas", by=officer, at=now
        )

    assert [problem.code for problem in refused.value.problems] == ["plan_known"]


def test_counting_again_keeps_what_is_done(
    plan: SwitchoverPlan, officer: User, now: datetime
) -> None:
    actions.mark_step(plan, code="take_stock", done_on=date(2026, 11, 20), by=officer, at=now)

    changed = actions.change_plan(
        plan, renewal_on=date(2028, 10, 2), template="mid_saas", edition=1, by=officer, at=now
    )

    assert changed.edition == 2
    assert changed.steps.get(code="take_stock").done_on == date(2026, 11, 20)
    assert changed.steps.get(code="go_live").ends_by == date(2028, 10, 2)
    with pytest.raises(Refused) as refused:
        actions.change_plan(
            plan, renewal_on=date(2028, 11, 1), template="mid_saas", edition=1, by=officer, at=now
        )
    assert [problem.code for problem in refused.value.problems] == ["changed_meanwhile"]


@pytest.mark.parametrize(
    ("code", "done_on", "problem"),
    [
        ("no_such_step", date(2026, 11, 20), "plan_step_unknown"),
        ("take_stock", date(2026, 11, 24), "plan_step_done_in_future"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(
    plan: SwitchoverPlan, officer: User, now: datetime, code: str, done_on: date, problem: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.mark_step(plan, code=code, done_on=done_on, by=officer, at=now)

    assert [found.code for found in refused.value.problems] == [problem]


def test_only_officers_of_the_body_who_plan_may(
    plan: SwitchoverPlan, body: LocalGovernment, other_officer: User, now: datetime
) -> None:
    viewer = make.make_officer(body, "view@example.jp", level="view")

    for by in (other_officer, viewer):
        with pytest.raises(PermissionDenied):
            actions.mark_step(plan, code="take_stock", done_on=None, by=by, at=now)
        with pytest.raises(PermissionDenied):
            actions.change_plan(
                plan, renewal_on=date(2028, 10, 2), template="mid_saas", edition=1, by=by, at=now
            )


def test_a_plan_is_made_on_the_page_and_shows_when_to_start(
    client: Client, body: LocalGovernment, officer: User
) -> None:
    contract = make.make_contract(body)
    client.force_login(officer)

    response = client.post(
        reverse("switchover:plan-make", args=[contract.pk]),
        {
            "renewal_on_year": "2028",
            "renewal_on_month": "7",
            "renewal_on_day": "3",
            "template": "small_saas",
        },
        follow=True,
    )

    page = response.content.decode()
    plan = SwitchoverPlan.objects.get()
    starts_by = min(plan.steps.values_list("starts_by", flat=True))
    assert response.status_code == 200
    assert f"{starts_by.year}年{starts_by.month}月{starts_by.day}日" in page
    assert "公告から提案締切まで" in page


def test_a_late_plan_names_what_was_missed_and_the_ways_out(
    client: Client, body: LocalGovernment, officer: User, now: datetime
) -> None:
    contract = make.make_contract(body, ends_on=date(2027, 9, 30))
    plan = actions.make_plan(
        contract, renewal_on=date(2027, 10, 1), template="small_saas", by=officer, at=now
    )
    client.force_login(officer)

    page = client.get(reverse("switchover:plan-detail", args=[plan.pk])).content.decode()

    assert "補正予算" in page
    assert "今の契約を1年延ばす" in page


def test_an_empty_form_is_refused_at_its_fields(
    client: Client, plan: SwitchoverPlan, body: LocalGovernment, officer: User
) -> None:
    other = make.make_contract(body, system="図書館システム")
    client.force_login(officer)

    for address in (
        reverse("switchover:plan-make", args=[other.pk]),
        reverse("switchover:plan-change", args=[plan.pk]),
    ):
        response = client.post(address)

        page = response.content.decode()
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"renewal_on", "template"}
        assert page.count('class="field field--error"') == 2
    assert SwitchoverPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"renewal_on_year": "2020"}, "renewal_on", "今日より後"),
        ({"edition": "0"}, "__all__", "ほかの人が更新しました"),
        ({"edition": "9" * 5000}, "__all__", "ほかの人が更新しました"),
    ],
)
def test_what_a_plan_refuses_is_said_at_its_field(
    client: Client,
    plan: SwitchoverPlan,
    officer: User,
    changes: dict[str, str],
    field: str,
    said: str,
) -> None:
    client.force_login(officer)
    form = {
        "renewal_on_year": "2028",
        "renewal_on_month": "7",
        "renewal_on_day": "3",
        "template": "small_saas",
        "edition": "1",
    }

    response = client.post(reverse("switchover:plan-change", args=[plan.pk]), {**form, **changes})

    errors = response.context["form"].errors
    assert response.status_code == 422
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_pages_answer_head_as_they_answer_get(
    client: Client, plan: SwitchoverPlan, body: LocalGovernment, officer: User
) -> None:
    other = make.make_contract(body, system="図書館システム")
    client.force_login(officer)

    for address in (
        reverse("switchover:plan-list"),
        reverse("switchover:plan-make", args=[other.pk]),
        reverse("switchover:plan-detail", args=[plan.pk]),
        reverse("switchover:plan-change", args=[plan.pk]),
    ):
        response = client.head(address)
        assert (response.status_code, response.content) == (200, b"")


def test_another_bodys_plan_is_not_found(
    client: Client, plan: SwitchoverPlan, other_officer: User
) -> None:
    client.force_login(other_officer)

    for name in ("plan-detail", "plan-change"):
        assert client.get(reverse(f"switchover:{name}", args=[plan.pk])).status_code == 404
    mark = reverse("switchover:plan-step-mark", args=[plan.pk])
    assert client.post(mark, {"code": "take_stock"}).status_code == 404
    assert client.get(f"/api/v1/plans/{plan.pk}/").status_code == 404


def test_the_api_makes_changes_and_marks(
    client: Client, body: LocalGovernment, officer: User
) -> None:
    contract = make.make_contract(body)
    client.force_login(officer)
    stated = {"contract": contract.pk, "renewal_on": "2028-07-03", "template": "small_saas"}
    json = "application/json"

    made = client.post("/api/v1/plans/", stated, content_type=json)
    twice = client.post("/api/v1/plans/", stated, content_type=json)
    number = made.json()["id"]
    changed = client.post(
        f"/api/v1/plans/{number}/change/",
        {"renewal_on": "2028-10-02", "template": "small_saas", "edition": 1},
        content_type=json,
    )
    marked = client.post(
        f"/api/v1/plans/{number}/mark-step/",
        {"code": "take_stock", "done_on": "2026-11-02"},
        content_type=json,
    )

    assert (made.status_code, len(made.json()["steps"])) == (201, 15)
    assert (twice.status_code, twice.json()["problems"][0]["code"]) == (422, "plan_known")
    assert (changed.status_code, changed.json()["edition"]) == (200, 2)
    assert (marked.status_code, marked.json()["done_on"]) == (200, "2026-11-02")


def test_the_chart_names_every_step_in_full(officer: User, plan: SwitchoverPlan) -> None:
    client = Client()
    client.force_login(officer)

    page = client.get(
        reverse("switchover:plan-detail", args=[plan.pk]), headers={"accept-language": "en"}
    ).content.decode()

    names = [row.label("en") for row in codelist.switchover_steps(plan.template)]
    drawn = page.split('class="plan-chart"')[1].split('class="legend"')[0]
    assert [escape(name) in drawn for name in names] == [True] * len(names)
    assert "…" not in drawn
