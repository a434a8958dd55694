"""What a version means for claims and contracts: counts to all, names to those entitled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from specs.models import SpecificationVersion
from tests import make
from vendors.models import ConformanceClaim

PAGE = "/specifications/sample/1.1/impact/"
API = "/api/v1/specifications/sample/versions/1.1/impact/"
NEW = replace(
    make.make_requirements()[0],
    key="F0010009",
    official_id="0010009",
    title="通知",
    text="利用者に通知できること。",
    due_on="2028-04-01",
)


@pytest.fixture
def newer(db: None) -> SpecificationVersion:
    """Return 1.1, which words one requirement anew, demands another and drops a third."""
    make.make_version()
    first, second, _third, *others = make.make_requirements()
    rows = [first, replace(second, text="予約を本人が取り消せること。"), *others, NEW]
    return make.make_version(number="1.1", requirements=rows, published_on=date(2026, 10, 1))


def claim_on_first(vendor: Any, **changes: Any) -> ConformanceClaim:
    """Publish a claim on 1.0 for a product of the vendor."""
    release = make.make_release(make.make_product(vendor, **changes))
    return make.make_claim(
        release, SpecificationVersion.objects.get(specification__slug="sample", number="1.0")
    )


def impact(client: Client, query: str = "") -> Any:
    """Ask over REST."""
    answer = client.get(API + query)
    assert answer.status_code == 200
    return answer.json()


def test_a_claim_goes_stale_on_the_due_date(
    client: Client, newer: SpecificationVersion, vendor: Any
) -> None:
    claim_on_first(vendor)

    assert impact(client)["claims"] == {
        "claims": 1,
        "staying": 0,
        "renewed": 0,
        "kept": 4,
        "reconfirm": 1,
        "empty": 1,
        "dropped": 1,
        "stale": [{"stale_on": "2028-04-01", "claims": 1}],
        "named": [],
    }
    page = client.get(PAGE).content.decode()
    assert "2028年4月1日（令和10年4月1日）に古くなるもの" in page
    assert "よやくん" not in page


def test_names_are_for_those_entitled(
    client: Client,
    newer: SpecificationVersion,
    vendor: Any,
    representative: User,
    other_representative: User,
    editor: User,
) -> None:
    claim = claim_on_first(vendor)
    wanted = {
        "name": "よやくん 5.2",
        "vendor": vendor.name,
        "number": "1.0",
        "url": f"/vendors/claims/{claim.pk}/",
        "kept": 4,
        "reconfirm": 1,
        "empty": 1,
        "dropped": 1,
        "stale_on": "2028-04-01",
    }

    for person, named in (
        (representative, [wanted]),
        (editor, [wanted]),
        (other_representative, []),
    ):
        client.force_login(person)
        assert impact(client)["claims"]["named"] == named
        assert ("よやくん 5.2" in client.get(PAGE).content.decode()) is bool(named)


def test_a_contract_that_runs_on_is_exposed(
    client: Client,
    newer: SpecificationVersion,
    vendor: Any,
    body: LocalGovernment,
    officer: User,
    other_officer: User,
) -> None:
    product = claim_on_first(vendor).release.product
    long = make.make_contract(body, product=product, ends_on=date(2029, 3, 31))
    make.make_contract(body, product=product, ends_on=date(2028, 3, 31), system="短い契約")
    make.make_contract(body, product=None, product_name="よそのもの", system="不明")

    counted = impact(client)["contracts"]
    client.force_login(officer)
    own = impact(client)["contracts"]
    page = client.get(PAGE).content.decode()
    client.force_login(other_officer)
    others = impact(client)["contracts"]

    assert counted == {"contracts": 1, "bodies": 1, "unknown": 1, "named": []}
    assert others == counted
    assert [each["url"] for each in own["named"]] == [f"/procurement/contracts/{long.pk}/"]
    assert own["named"][0]["stale_on"] == "2028-04-01"
    assert "公共施設予約システム" in page


def test_a_product_that_states_the_version_itself_is_counted_apart(
    client: Client, newer: SpecificationVersion, vendor: Any
) -> None:
    claim = claim_on_first(vendor)
    answers = {**make.make_answers(F0010003=None), "F0010009": {"answer": "provided"}}
    make.make_claim(make.make_release(claim.release.product, number="6.0"), newer, answers=answers)

    found = impact(client)["claims"]

    assert (found["claims"], found["renewed"], found["stale"]) == (0, 1, [])
    assert "公表済み" in client.get(PAGE).content.decode()


def test_a_draft_is_weighed_for_its_editors_alone(
    client: Client, newer: SpecificationVersion, vendor: Any, editor: User
) -> None:
    claim_on_first(vendor)
    make.make_version(
        number="1.2",
        requirements=[*make.make_requirements(), NEW],
        published_on=date(2026, 12, 1),
        state="draft",
    )
    draft = PAGE.replace("1.1", "1.2")

    assert client.get(draft).status_code == 404
    client.force_login(editor)
    page = client.get(draft)
    assert page.status_code == 200
    assert "この案がこのまま公表されると" in page.content.decode()


def test_the_category_of_body_is_chosen(
    client: Client, newer: SpecificationVersion, vendor: Any
) -> None:
    claim_on_first(vendor)

    assert impact(client, "?body_category=designated_city")["claims"]["claims"] == 1
    assert client.get(API + "?body_category=planet").status_code == 422
    assert client.get(PAGE + "?body_category=planet").status_code == 422
    assert client.get(PAGE + "?body_category=designated_city").status_code == 200


def test_without_claims_nothing_is_touched(client: Client, newer: SpecificationVersion) -> None:
    assert impact(client)["claims"]["claims"] == 0
    page = client.get(PAGE).content.decode()
    assert "前の版について公表された適合表明はありません。" in page


@pytest.mark.parametrize("number", [1, 6])
def test_queries_do_not_grow_with_claims_and_contracts(
    number: int,
    client: Client,
    newer: SpecificationVersion,
    vendor: Any,
    body: LocalGovernment,
    now: datetime,
    django_assert_num_queries: Any,
) -> None:
    for each in range(number):
        product = claim_on_first(vendor, name=f"製品{each}").release.product
        make.make_contract(
            body, product=product, ends_on=date(2029, 3, 31), system=f"システム{each}"
        )

    with django_assert_num_queries(7):
        client.get(PAGE)
