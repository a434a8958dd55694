"""Which offers are found, in which order, and what every facet counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalogue import cards, facts, search
from specs.models import SpecificationVersion
from tests import make
from tests.catalogue import square
from vendors import actions
from vendors.models import ConformanceClaim, Offer, Product

TODAY = date(2026, 11, 23)
POPULATION = "population=110000"


@pytest.fixture
def version(db: None) -> SpecificationVersion:
    """Return the sample version, published."""
    return make.make_version()


def ask(address: str = "", on: date = TODAY) -> search.Found:
    """Ask the catalogue."""
    return search.found(search.query_of(address, on=on))


def numbers(address: str = "", on: date = TODAY) -> list[int]:
    """Return the offers found, in order."""
    return [row.offer for row in ask(address, on).rows]


def counts(found: search.Found) -> dict[str, dict[str, int]]:
    """Return what every facet counts."""
    return {
        facet.name: {choice.value: choice.count for choice in facet.choices}
        for facet in found.facets
    }


# Text


@pytest.mark.parametrize(
    "words",
    [
        "くらうど", "クラウド", "ｸﾗｳﾄﾞ", "税", "lgwan", "ＬＧＷＡＮ", "サーバ", "サーバー",
        "高橋", "髙橋", "㈱", "(株)", "税 クラウド", "税　クラウド", "100%", "a_b",
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(words: str, db: None) -> None:
    text = "髙橋㈱のクラウドで動く税の予約。LGWANのサーバーで100%、a_b"
    offer = square.put_up(1, about={"summary": text})
    square.put_up(2, hosting="on_premises", about={"summary": "別のもの。1000、axb"})

    assert numbers(f"q={words.replace('%', '%25')}") == [offer.pk]


@pytest.mark.parametrize("words", ["予約 会計", "住民票", "%25", "_", "'; DROP TABLE x; --"])
def test_every_word_must_be_there(words: str, db: None) -> None:
    square.put_up(1, about={"summary": "公共施設の予約"})

    assert numbers(f"q={words}") == []


def test_seller_developer_product_and_domain_are_found_by(db: None) -> None:
    offer = square.put_up(1, name="サービス名")
    other = square.put_up_another(offer.product, 2)

    assert numbers("q=サービス名") == [offer.pk]
    assert set(numbers("q=よやくん1")) == {offer.pk, other.pk}
    assert numbers("q=販売2") == [other.pk]
    assert set(numbers("q=公共施設予約")) == {offer.pk, other.pk}


def test_a_business_is_found_by_its_aliases_behind_what_is_called_so(db: None) -> None:
    resident = square.put_up(1, about={"domain": "resident-record"})
    called = square.put_up(2, about={"summary": "住民記録と連携できる施設の予約"})
    square.put_up(3, about={"domain": "seal-registration"})

    assert numbers("q=住民記録") == [called.pk, resident.pk]
    assert numbers("q=住基") == [resident.pk]


def test_the_earlier_a_word_stands_the_earlier_the_offer(db: None) -> None:
    late = [square.put_up(each, about={"summary": "ほかに抽選も行えます"}) for each in range(1, 6)]
    early = [square.put_up(each, name=f"抽選サービス{each}") for each in range(6, 11)]

    found = numbers("q=抽選")

    assert set(found[:5]) == {offer.pk for offer in early}
    assert set(found[5:]) == {offer.pk for offer in late}


# Order


def stall(size: int) -> list[Offer]:
    """Put up many offers of one seller, without claims and prices."""
    vendor = make.make_vendor()
    product = make.make_product(vendor)
    return Offer.objects.bulk_create(
        Offer(
            product=product,
            seller=vendor,
            name=f"サービス{each}",
            state="published",
            hosting="domestic_cloud",
            published_at=datetime(2026, 7, 1, tzinfo=UTC),
        )
        for each in range(size)
    )


def test_order_stays_whatever_else_is_asked_or_changed(db: None) -> None:
    offers = [square.put_up(each) for each in range(1, 9)]
    first = numbers()

    for offer in offers:
        Offer.objects.filter(pk=offer.pk).update(
            name=f"あ{offer.pk}", hosting="lgwan_asp", published_at=datetime(2026, 8, 1, tzinfo=UTC)
        )
        square.price(offer, 1)
    Offer.objects.filter(pk=first[0]).update(state="withdrawn")

    assert numbers() == first[1:]
    assert numbers("hosting=lgwan_asp&page=1") == first[1:]


@pytest.mark.parametrize("size", [10, 100, 400])
def test_neither_early_nor_late_offers_stand_ahead(size: int, db: None) -> None:
    early = {offer.pk for offer in stall(size)[: size // 2]}

    ranks = [rank for rank, number in enumerate(numbers()) if number in early]

    middle = (size - 1) / 2
    assert abs(sum(ranks) / len(ranks) - middle) < size * 0.16


def test_only_published_offers_are_found(version: SpecificationVersion) -> None:
    offers = [square.put_up(each, version, state=state) for each, state in enumerate(Offer.State)]

    assert numbers("version=sample/1.0") == [offers[1].pk]


def test_pages_hold_every_offer_once(db: None) -> None:
    stall(search.PAGE_SIZE * 2 + 1)
    everything = numbers()

    pages = [ask(f"page={page}") for page in (1, 2, 3, 4)]

    assert [row.offer for page in pages[:3] for row in page.page_rows()] == everything
    assert [page.pages for page in pages] == [3, 3, 3, 3]
    assert pages[3].query.page == 3  # beyond the end is the last one


def test_nothing_found_has_one_empty_page(db: None) -> None:
    found = ask("q=なにもない")

    assert (found.total, found.pages, found.page_rows()) == (0, 1, [])


# Prices


def test_the_cheapest_stand_first_and_those_without_a_price_last(db: None) -> None:
    offers = [square.put_up(each) for each in range(1, 6)]
    for offer, monthly in zip(offers, (50_000, 10_000, 30_000, 20_000, 1), strict=True):
        square.price(offer, monthly)
    square.price(offers[3], 20_000, population_to=50_000)  # not for this body
    square.price(offers[4], 1, valid_to=date(2026, 10, 31))  # not any more

    found = ask(f"sort=price&{POPULATION}")

    assert [row.offer for row in found.rows[:3]] == [offers[1].pk, offers[2].pk, offers[0].pk]
    assert {row.offer for row in found.rows[3:]} == {offers[3].pk, offers[4].pk}
    assert [row.total_yen for row in found.rows] == [660_000, 1_980_000, 3_300_000, None, None]


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("price_most=1980000", 2),
        ("price_most=1979999", 1),
        ("price_most=1800000&tax=EXCLUDED", 2),
        ("price_most=1799999&tax=EXCLUDED", 1),
        ("price_most=1", 0),
    ],
)
def test_a_ceiling_holds_what_costs_as_much(address: str, number: int, db: None) -> None:
    for each, monthly in enumerate((10_000, 30_000, 50_000)):
        square.price(square.put_up(each), monthly)
    Offer.objects.create(
        product=Product.objects.all()[0],
        seller=Product.objects.all()[0].developer,
        name="価格なし",
        state="published",
        hosting="on_premises",
    )

    assert len(numbers(f"{address}&{POPULATION}")) == number


def test_the_price_list_that_began_last_holds(db: None) -> None:
    offer = square.put_up(1)
    square.price(offer, 10_000)
    for day, amount in ((date(2026, 11, 23), 20_000), (date(2026, 11, 24), 40_000)):
        price_list = offer.price_lists.create(tax_basis="INCLUDED", valid_from=day)
        price_list.prices.create(kind="monthly", amount_yen=amount)

    def total(on: date) -> int | None:
        return ask(f"sort=price&{POPULATION}", on).rows[0].total_yen

    assert total(date(2026, 11, 22)) == 660_000
    assert total(date(2026, 11, 23)) == 1_200_000
    assert total(date(2026, 11, 24)) == 2_400_000


# Verdicts and certificates


@pytest.mark.parametrize("category", ["city", "designated_city", "prefecture", "core_city"])
@pytest.mark.parametrize("outcome", ["conforms", "conforms_with_transitional", "does_not_conform"])
@pytest.mark.parametrize("on", [TODAY, date(2027, 3, 31), date(2027, 4, 1), date(2028, 1, 1)])
def test_the_stored_outcome_is_the_verdict_of_the_day(
    on: date, outcome: str, category: str, version: SpecificationVersion
) -> None:
    offer = square.put_up(1, version, outcome=outcome)
    query = search.query_of(f"version=sample/1.0&body_category={category}", on=on)

    (row,) = search.found(query).rows
    (stated,) = facts.offer_facts(
        [offer], version=version, population=None, on=on, body_category=category
    )

    assert row.profile.outcomes == (stated["verdict"]["outcome"],)


def test_what_is_due_no_longer_conforms(version: SpecificationVersion) -> None:
    square.put_up(1, version, outcome="conforms_with_transitional")

    def outcome(on: date) -> str:
        return cards.cards(ask("version=sample/1.0", on))[0].outcome

    assert outcome(date(2027, 3, 31)) == "conforms_with_transitional"
    assert outcome(date(2027, 4, 1)) == "does_not_conform"


def test_the_claim_of_the_newest_release_speaks(version: SpecificationVersion) -> None:
    offer = square.put_up(1, version, outcome="conforms")
    newer = make.make_release(offer.product, number="5.3", released_on=date(2026, 9, 1))
    claim = make.make_claim(newer, version, answers=make.make_answers(
        F0010001={"answer": "not_provided"}
    ))  # fmt: skip

    assert numbers("version=sample/1.0&outcome=does_not_conform") == [offer.pk]

    actions.withdraw_claim(claim, by=None, at=datetime(2026, 11, 20, tzinfo=UTC))
    assert numbers("version=sample/1.0&outcome=conforms") == [offer.pk]


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_claim_counts_once_it_is_published(state: str, version: SpecificationVersion) -> None:
    offer = square.put_up(1)
    make.make_claim(make.make_release(offer.product), version, state=state)

    assert numbers("version=sample/1.0&outcome=none") == [offer.pk]
    assert ConformanceClaim.objects.count() == 1


def test_a_claim_on_another_version_does_not_count(version: SpecificationVersion) -> None:
    offer = square.put_up(1, version)
    make.make_version(number="1.1", published_on=date(2026, 10, 1))

    assert numbers("version=sample/1.1&outcome=none") == [offer.pk]
    assert numbers("version=sample/1.1&outcome=conforms") == []


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_certificate_counts_while_it_is_valid(on: date, holds: bool, db: None) -> None:
    offer = square.put_up(1, schemes=("ismap",))

    found = ask("", on)

    assert numbers("certification=ismap", on) == [offer.pk] * holds
    assert counts(found)["certifications"] == ({"ismap": 1} if holds else {})
    assert cards.cards(found)[0].schemes == ["ismap"] * holds


def test_of_certificates_all_must_be_held(db: None) -> None:
    both = square.put_up(1, schemes=("ismap", "iso27001"))
    square.put_up(2, schemes=("ismap",))

    assert numbers("certification=ismap&certification=iso27001") == [both.pk]


# Facets

HOSTING = ("lgwan_asp", "domestic_cloud", "on_premises")
MODELS = ("alpha", "beta")
SCHEMES = ("ismap", "iso27001")


def subsets(values: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return every choice among the values, none and all included."""
    return [each for size in range(len(values) + 1) for each in combinations(values, size)]


ASKED = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(subsets(search.OUTCOMES)),
        "hosting": st.sampled_from(subsets(HOSTING)),
        "network": st.sampled_from(subsets(MODELS)),
        "certification": st.sampled_from(subsets(SCHEMES)),
    }
)


@pytest.fixture
def stock(version: SpecificationVersion) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return, by offer, what each of 24 offers holds of every facet."""
    held = {}
    for each in range(24):
        outcome = search.OUTCOMES[each % 4]
        traits = {
            "outcome": (outcome,),
            "hosting": (HOSTING[each * 5 % 3],),
            "network": subsets(MODELS)[each * 7 // 3 % 4],
            "certification": subsets(SCHEMES)[each // 5 % 4],
        }
        offer = square.put_up(
            each,
            version,
            outcome=outcome,
            hosting=traits["hosting"][0],
            network_models=list(traits["network"]),
            schemes=traits["certification"],
        )
        held[offer.pk] = traits
    return held


def passes(
    traits: dict[str, tuple[str, ...]], asked: dict[str, tuple[str, ...]], without: str = ""
) -> bool:
    """Say plainly whether an offer answers every facet asked for but one."""
    return all(
        not wanted
        or name == without
        or (set(wanted) <= set(traits[name]) if name == "certification" else
            bool(set(wanted) & set(traits[name])))
        for name, wanted in asked.items()
    )  # fmt: skip


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=ASKED)
def test_facets_count_what_each_choice_would_leave(
    stock: dict[int, dict[str, tuple[str, ...]]], asked: dict[str, tuple[str, ...]]
) -> None:
    address = "&".join(f"{name}={value}" for name, values in asked.items() for value in values)

    found = ask(f"version=sample/1.0&{address}")

    assert {row.offer for row in found.rows} == {
        number for number, traits in stock.items() if passes(traits, asked)
    }
    for facet in found.facets:
        name = facet.parameter
        without = "" if name == "certification" else name
        expected = {
            value: sum(
                value in traits[name] and passes(traits, asked, without)
                for traits in stock.values()
            )
            for value in {value for traits in stock.values() for value in traits[name]}
        }
        shown = {value: n for value, n in expected.items() if n or value in asked[name]}
        assert {choice.value: choice.count for choice in facet.choices} == shown
        assert {choice.value for choice in facet.choices if choice.chosen} == set(asked[name])


def test_a_choice_leaves_as_many_as_it_counted(
    stock: dict[int, dict[str, tuple[str, ...]]],
) -> None:
    start = "version=sample/1.0&hosting=lgwan_asp"

    for facet in ask(start).facets:
        for choice in facet.choices:
            if facet.name != "hosting":
                address = f"{start}&{facet.parameter}={choice.value}"
                assert (address, ask(address).total) == (address, choice.count)


def test_without_a_version_no_verdict_is_counted(stock: Any) -> None:
    found = ask("outcome=conforms")

    assert found.total == 24
    assert counts(found)["outcomes"] == {}


def test_facets_speak_the_readers_language(db: None) -> None:
    square.put_up(1, hosting="domestic_data_centre")

    def label() -> list[str]:
        return [c.label for facet in ask().facets if facet.name == "hosting" for c in facet.choices]

    assert label() == ["国内データセンター"]
    with translation.override("en"):
        assert label() == ["Data centre in Japan"]


@pytest.mark.parametrize("address", ["", "q=よやくん", f"sort=price&{POPULATION}"])
@pytest.mark.parametrize("size", [1, 3, 30])
def test_searching_asks_the_database_as_often_whatever_there_is(
    size: int,
    address: str,
    version: SpecificationVersion,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for each in range(size):
        square.put_up(each, version, schemes=("ismap",))
    query = search.query_of(f"version=sample/1.0&{address}", on=TODAY)

    with django_assert_num_queries(3 + ("sort" in address)):
        found = search.found(query)

    assert found.total == size
