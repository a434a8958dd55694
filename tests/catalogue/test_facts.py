"""What is shown of an offer, and what a case keeps of a search."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from marketplace.accounts.models import User
from marketplace.catalogue import facts, notes, search
from schemas import engine, registry
from schemas.problems import Refused
from specs.models import SpecificationVersion
from tests import make
from tests.catalogue import square
from vendors import actions
from vendors.models import Offer

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def version(db: None) -> SpecificationVersion:
    """Return the sample version, published."""
    return make.make_version()


def lock(querystring: str, version: SpecificationVersion, **changes: Any) -> dict[str, Any]:
    """Lock a search for 会津若松市 today."""
    asked = {"population": 110_000, "body_category": "city", "on": TODAY, "version": version}
    return facts.locked(querystring, **{**asked, **changes})


def state(offer: Offer, version: SpecificationVersion | None, **changes: Any) -> dict[str, Any]:
    """State the facts of one offer for 会津若松市 today."""
    asked = {"population": 110_000, "on": TODAY, "body_category": "city"}
    return facts.offer_facts([offer], version=version, **{**asked, **changes})[0]


def test_an_offer_is_stated_whole(version: SpecificationVersion) -> None:
    offer = square.put_up(
        1,
        version,
        outcome="does_not_conform",
        schemes=("ismap",),
        network_models=["beta"],
        exit_terms="全データを無償で渡します。",
    )
    claim = version.claims.get()

    stated = state(offer, version)

    vendor = {
        "id": offer.seller_id,
        "name": "株式会社みほん1",
        "corporate_number": square.corporate_number(1),
        "address": "",
    }
    totals = stated["verdict"].pop("totals")
    line = stated["cost"]["lines"].pop()
    assumptions = stated["cost"].pop("assumptions")
    assert stated == {
        "offer": {"id": offer.pk, "name": "よやくん1 標準", "minimum_months": 12, "sample": False},
        "product": {
            "id": offer.product_id,
            "name": "よやくん1",
            "release": "5.2",
            "summary": "施設の予約",
        },
        "developer": vendor,
        "seller": vendor,
        "hosting": {"code": "domestic_cloud", "name": "国内リージョンのクラウド"},
        "network_models": [{"code": "beta", "name": "βモデル"}],
        "certifications": [
            {
                "scheme": "ismap",
                "name": "政府情報システムのためのセキュリティ評価制度（ISMAP）",
                "number": "ismap-1",
                "scope": "施設予約",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        ],
        "claim": {
            "id": claim.pk,
            "revision": 1,
            "digest": claim.digest,
            "stated_on": "2026-11-01",
            "published_on": "2026-11-01",
        },
        "verdict": {"outcome": "does_not_conform", "failing": ["F0010001"]},
        "cost": {
            "total_yen": 1_980_000,
            "tax_basis": "INCLUDED",
            "months": 60,
            "population": 110_000,
            "lines": [],
            "problems": [],
        },
        "service_level": "",
        "support": "",
        "data_export": "",
        "exit_terms": "全データを無償で渡します。",
    }
    assert (totals["mandatory_met"], totals["mandatory_total"]) == (3, 4)
    assert (line["unit_yen"], line["times"], line["total_yen"]) == (33_000, 60, 1_980_000)
    assert "33,000" in line["explanation"]
    assert any("10" in said for said in assumptions)


def test_what_is_not_known_is_null(version: SpecificationVersion) -> None:
    offer = square.put_up(1)
    offer.price_lists.all().delete()

    stated = state(offer, version)

    assert (stated["claim"], stated["verdict"], stated["cost"]) == (None, None, None)
    assert stated["product"]["release"] is None
    assert state(offer, None, population=None)["cost"] is None


def test_a_population_without_a_band_has_no_total_and_a_reason(
    version: SpecificationVersion,
) -> None:
    offer = square.put_up(1, version)
    square.price(offer, 30_000, population_to=110_000)

    cost = state(offer, version)["cost"]

    assert cost["total_yen"] is None
    assert "110,000" in cost["problems"][0]
    assert state(offer, version, population=109_999)["cost"]["total_yen"] == 1_980_000


def test_the_verdict_is_that_for_the_bodys_category_on_the_day(
    version: SpecificationVersion,
) -> None:
    offer = square.put_up(1, version, outcome="conforms_with_transitional")

    def outcome(**changes: Any) -> tuple[str, list[str]]:
        verdict = state(offer, version, **changes)["verdict"]
        return verdict["outcome"], verdict["failing"]

    assert outcome() == ("conforms_with_transitional", [])
    assert outcome(on=date(2027, 4, 1)) == ("does_not_conform", ["F0010002"])
    assert outcome(body_category="designated_city") == ("does_not_conform", ["F0010003"])


@pytest.mark.parametrize("size", [1, 3, 30])
def test_facts_ask_the_database_as_often_whatever_there_is(
    size: int, version: SpecificationVersion, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for each in range(size):
        square.put_up(each, version, schemes=("ismap",))
    numbers = [row.offer for row in search.found(search.query_of("", on=TODAY)).rows]
    offers = search.offers_in_order(numbers)

    with django_assert_num_queries(3):
        stated = facts.offer_facts(
            offers, version=version, population=110_000, on=TODAY, body_category="city"
        )

    assert [each["offer"]["id"] for each in stated] == numbers


# A locked search


def test_a_locked_search_keeps_its_schema_and_its_order(version: SpecificationVersion) -> None:
    for each, outcome in enumerate(search.OUTCOMES * 2):
        square.put_up(each, version, outcome=outcome, schemes=("ismap",) * (each % 2))
    square.put_up(8, about={"domain": "resident-record"})

    kept = lock("domain=facility-reservation&population=5&page=3", version)

    found = search.found(search.query_of(kept["query"], on=TODAY))
    assert engine.problems(registry.load("locked-search"), kept) == []
    assert json.loads(json.dumps(kept)) == kept
    assert [each["offer"]["id"] for each in kept["results"]] == [row.offer for row in found.rows]
    assert len(kept["results"]) == 8
    assert kept["query"] == (
        "domain=facility-reservation&version=sample%2F1.0&population=110000&body_category=city"
    )
    assert kept["version"]["urn"] == "urn:dmp:spec:sample:1.0"
    assert kept["version"]["digest"] == version.digest
    assert kept["conditions"] == [
        {"label": "業務", "value": "公共施設予約"},
        {"label": "仕様書の版", "value": str(version)},
        {"label": "人口", "value": "110,000人"},
        {"label": "団体区分", "value": "市"},
    ]


def test_every_condition_is_said_in_words(version: SpecificationVersion) -> None:
    square.put_up(
        1, version, schemes=("ismap", "iso27001"), hosting="lgwan_asp", network_models=["alpha"]
    )

    kept = lock(
        "q=よやくん&outcome=conforms&outcome=none&hosting=lgwan_asp&certification=ismap"
        "&certification=iso27001&network=alpha&price_most=3000000&tax=EXCLUDED&sort=price",
        version,
    )

    said = {each["label"]: each["value"] for each in kept["conditions"]}
    assert said == {
        "言葉": "よやくん",
        "仕様書の版": str(version),
        "判定": "適合、未表明",
        "提供形態": "LGWAN-ASP",
        "認証": "政府情報システムのためのセキュリティ評価制度（ISMAP）、"
        "情報セキュリティマネジメントシステム（ISO/IEC 27001）",
        "三層分離モデル": "αモデル",
        "人口": "110,000人",
        "60か月総額の上限": "3,000,000円（税抜）",
        "団体区分": "市",
        "並び順": "60か月総額の安い順",
    }
    assert kept["tax_basis"] == "EXCLUDED"


@pytest.mark.parametrize(
    ("querystring", "code"),
    [
        ("q=なにもない", "search_finds_nothing"),
        ("q=%00", "text_has_nul"),
        ("hosting=moon", "search_value_unknown"),
        ("price_most=-1", "search_number_wrong"),
        ("version=sample/9", "search_version_unknown"),
    ],
)
def test_a_search_that_cannot_stand_is_refused(
    querystring: str, code: str, version: SpecificationVersion
) -> None:
    square.put_up(1, version)

    with pytest.raises(Refused) as refused:
        lock(querystring, version)

    assert [problem.code for problem in refused.value.problems] == [code]


def test_prices_cannot_be_asked_for_without_a_population(version: SpecificationVersion) -> None:
    square.put_up(1, version)

    with pytest.raises(Refused) as refused:
        lock("sort=price", version, population=None)

    assert [problem.code for problem in refused.value.problems] == ["search_price_needs_population"]


@pytest.mark.parametrize(("size", "fits"), [(30, True), (31, False)])
def test_more_than_can_be_weighed_is_refused(
    size: int, fits: bool, version: SpecificationVersion
) -> None:
    offer = square.put_up(1, version)
    for each in range(2, size + 1):
        square.put_up_another(offer.product, each)

    if fits:
        assert len(lock("", version)["results"]) == size
    else:
        with pytest.raises(Refused) as refused:
            lock("", version)
        (problem,) = refused.value.problems
        assert (problem.code, dict(problem.params)) == (
            "search_too_wide",
            {"found": 31, "most": 30},
        )


def test_a_case_locks_what_the_page_showed(version: SpecificationVersion, officer: User) -> None:
    for each in range(1, 6):
        square.put_up(each, version, outcome=search.OUTCOMES[each % 4])
    asked = "version=sample/1.0&population=110000&outcome=conforms&outcome=none"

    page = search.found(search.query_of(asked, on=TODAY))
    kept = lock("outcome=conforms&outcome=none", version)

    assert [row.offer for row in page.rows] == [each["offer"]["id"] for each in kept["results"]]
    assert [row.profile.outcomes[0] for row in page.rows] == [
        each["verdict"]["outcome"] if each["verdict"] else "none" for each in kept["results"]
    ]


# Notes on requirements


def test_requirements_say_how_many_claims_provide_them(
    version: SpecificationVersion, django_assert_num_queries: Callable[[int], Any]
) -> None:
    square.put_up(1, version, outcome="does_not_conform")
    withdrawn = square.put_up(2, version)
    square.put_up(3, version, outcome="conforms_with_transitional")
    drafted = square.put_up(4)
    make.make_claim(make.make_release(drafted.product), version, state="submitted")
    claim = version.claims.get(release__product=withdrawn.product)
    actions.withdraw_claim(claim, by=None, at=AT)

    with django_assert_num_queries(1):
        counted = notes.provided_counts(version.pk)

    assert counted == {
        "F0010001": (1, 2),
        "F0010002": (1, 2),
        "F0010003": (0, 2),
        "F0010004": (0, 2),
        "NA.1": (2, 2),
        "I001": (2, 2),
    }


def test_a_version_without_claims_has_no_counts(version: SpecificationVersion) -> None:
    assert notes.provided_counts(version.pk) == {}
