"""The pages of the square, through HTTP: find, look, compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from marketplace.accounts.models import LocalGovernment, User
from specs.models import SpecificationVersion
from tests import make
from tests.catalogue import square
from vendors.models import Offer

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LIST = "/catalogue/"
COMPARE = "/catalogue/compare/"
ASKED = "version=sample/1.0&population=110000"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def version(db: None) -> SpecificationVersion:
    """Return the sample version, published."""
    return make.make_version()


def text(client: Client, url: str, status: int = 200) -> str:
    """Return a page's main part, without markup."""
    html = main(client, url, status)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def main(client: Client, url: str, status: int = 200) -> str:
    """Return a page's main part."""
    response = client.get(url)
    assert (url, response.status_code) == (url, status)
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def offers_of(html: str) -> list[int]:
    """Return the offers whose cards a list shows, in order."""
    return [int(number) for number in re.findall(r'<h2><a href="/catalogue/offers/(\d+)/', html)]


def checked(html: str) -> list[tuple[str, str]]:
    """Return the boxes that are ticked."""
    return re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]*)" checked>', html)


def hidden(html: str) -> list[tuple[str, str]]:
    """Return what a form carries along unseen."""
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)


# List


def test_a_card_says_what_who_verdict_and_price(
    client: Client, version: SpecificationVersion
) -> None:
    square.put_up(1, version, outcome="does_not_conform", schemes=("ismap",))

    page = text(client, f"{LIST}?{ASKED}")

    for said in (
        "よやくん1 標準",
        "施設の予約",
        "株式会社みほん1",
        "不適合",
        "必須 3 / 4",
        "1,980,000円",
        "税込",
        "人口110,000人",
        "国内リージョンのクラウド",
        "ISMAP",
    ):
        assert said in page  # fmt: skip


def test_a_list_without_conditions_says_what_is_missing(
    client: Client, version: SpecificationVersion
) -> None:
    square.put_up(1, version)

    page = text(client, LIST)

    assert "仕様書の版を選ぶと、適合の判定が出ます。" in page
    assert "人口を入れると出ます" in page


def test_an_empty_catalogue_says_so(client: Client, db: None) -> None:
    assert "条件に合うサービスがありません" in text(client, LIST)


@pytest.mark.parametrize(
    "address",
    [
        "q=%ED%A0%80",
        "q=%FF",
        "population=-1",
        f"population={'9' * 400}",
        "population=1e400",
        "page=0",
        "page=99999999999999999999",
        "offer=x&offer=-1&offer=99999999999999",
        "sort=price",
        "&".join(f"hosting={each}" for each in range(500)),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_whatever_is_asked_the_list_answers(
    address: str, language: str, client: Client, version: SpecificationVersion
) -> None:
    offer = square.put_up(1, version)

    response = client.get(f"{LIST}?{address}", headers={"accept-language": language})

    assert (response.status_code, response.headers["Content-Language"]) == (200, language)
    assert offers_of(response.content.decode()) == ([] if address.startswith("q=") else [offer.pk])


@pytest.mark.parametrize("url", [f"{LIST}?q=%00", f"{COMPARE}?offer=%00", f"{LIST}?outcome=%00"])
def test_nul_in_an_address_is_refused(url: str, client: Client, db: None) -> None:
    assert client.get(url).status_code == 400


def test_what_was_left_out_is_said_on_the_page(client: Client, db: None) -> None:
    page = text(client, f"{LIST}?population=-5&sort=price")

    assert "「人口」は1以上20,000,000以下の整数で入力してください。その条件を外しました。" in page
    assert "総額で絞り込みや並べ替えをするには、人口を入力してください。" in page


def test_facets_keep_what_was_chosen(client: Client, version: SpecificationVersion) -> None:
    square.put_up(1, version, schemes=("ismap",), network_models=["beta"])

    html = main(
        client,
        f"{LIST}?{ASKED}&outcome=conforms&hosting=domestic_cloud&certification=ismap&network=beta",
    )

    assert set(checked(html)) == {
        ("outcome", "conforms"),
        ("hosting", "domestic_cloud"),
        ("certification", "ismap"),
        ("network", "beta"),
    }


def test_chosen_offers_stay_whatever_is_asked_next(client: Client, db: None) -> None:
    offers = [square.put_up(each) for each in range(1, 4)]
    first, second, _third = (offer.pk for offer in offers)

    html = main(client, f"{LIST}?q=よやくん3&offer={first}&offer={second}")
    both = main(client, f"{LIST}?offer={first}&offer={second}")

    assert hidden(html) == [("offer", str(first)), ("offer", str(second))]
    assert (checked(both), hidden(both)) == (checked(both), [])
    assert set(checked(both)) == {("offer", str(first)), ("offer", str(second))}
    assert f'formaction="{COMPARE}"' in html


def test_pages_keep_every_condition_and_choice(client: Client, db: None) -> None:
    product = square.put_up(1).product
    offers = [square.put_up_another(product, each) for each in range(2, 23)]

    html = main(client, f"{LIST}?q=よやくん&population=5000&offer={offers[0].pk}")
    (link,) = re.findall(r'rel="next" href="([^"]+)"', html)
    after = main(client, LIST + unescape(link).removeprefix(LIST))

    assert (len(offers_of(html)), len(offers_of(after))) == (20, 2)
    assert set(offers_of(html)).isdisjoint(offers_of(after))
    assert ("offer", str(offers[0].pk)) in hidden(after) + checked(after)
    assert 'value="5000"' in after


def test_an_officers_own_body_stands_in(
    client: Client, officer: User, body: LocalGovernment, version: SpecificationVersion
) -> None:
    square.put_up(1, version)
    client.force_login(officer)

    page = text(client, LIST)

    assert "会津若松市の人口を使っています。" in page
    assert "人口110,000人" in page
    assert "この検索で調達案件を始める" in page
    assert "人口を入れると出ます" in text(client, f"{LIST}?population=")


def test_an_officer_begins_a_case_above_the_results(
    client: Client, officer: User, version: SpecificationVersion
) -> None:
    begin = "この検索で調達案件を始める"
    assert begin not in text(client, "/catalogue/?sort=price")
    client.force_login(officer)

    html = client.get("/catalogue/?sort=price").content.decode()

    assert html.count(begin) == 1
    assert html.index(begin) < html.index('id="search"')


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_list_asks_the_database_as_often_whatever_there_is(
    size: int,
    client: Client,
    version: SpecificationVersion,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for each in range(size):
        square.put_up(each, version, schemes=("ismap",))

    with django_assert_num_queries(6):
        client.get(f"{LIST}?{ASKED}")


# One offer


def test_an_offer_is_shown_whole(client: Client, version: SpecificationVersion) -> None:
    offer = square.put_up(
        1,
        version,
        outcome="does_not_conform",
        schemes=("ismap",),
        exit_terms="全データを渡します。\n費用は不要です。",
        service_level="稼働率99.9%",
    )
    other = square.put_up_another(offer.product, 2)

    html = main(client, f"/catalogue/offers/{offer.pk}/?{ASKED}")
    page = text(client, f"/catalogue/offers/{offer.pk}/?{ASKED}")

    for said in (
        "必須の要件 3 / 4",
        "満たさない要件",
        "予約の登録",
        "1,980,000円",
        "稼働率99.9%",
        "費用は不要です。",
        "2026年12月31日（令和8年12月31日）まで有効",
        "なぜこの金額？",
    ):
        assert said in page  # fmt: skip
    assert "/specifications/sample/1.0/F0010001/" in html
    assert f"/catalogue/offers/{other.pk}/" in html


def test_chapters_count_what_is_met(client: Client, version: SpecificationVersion) -> None:
    offer = square.put_up(1, version, outcome="conforms_with_transitional")

    html = main(client, f"/catalogue/offers/{offer.pk}/?{ASKED}")

    rows = re.findall(r'<th scope="row">(予約|非機能)</th><td class="num">(\d+ / \d+)</td>', html)
    assert rows == [("予約", "3 / 4"), ("非機能", "2 / 2")]
    assert "経過措置 1件" in html


def test_the_newest_version_claimed_speaks_where_none_is_asked_for(
    client: Client, version: SpecificationVersion
) -> None:
    newer = make.make_version(number="1.1", published_on=date(2026, 10, 1))
    make.make_version(number="1.2", published_on=date(2026, 11, 1))
    offer = square.put_up(1, version)
    make.make_claim(offer.product.releases.get(), newer)

    html = main(client, f"/catalogue/offers/{offer.pk}/")

    assert 'href="/specifications/sample/1.1/"' in html


def test_an_offer_without_claim_or_price_is_shown(client: Client, db: None) -> None:
    offer = square.put_up(1)
    offer.price_lists.all().delete()

    page = text(client, f"/catalogue/offers/{offer.pk}/?population=5000")

    assert "公表された版への適合は表明されていません。" in page


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_published_is_seen_by_its_seller_only(
    state: str,
    client: Client,
    representative: User,
    other_representative: User,
    officer: User,
) -> None:
    seller = representative.representations.get().vendor
    offer = make.make_offer(make.make_product(seller), state=state)
    url = f"/catalogue/offers/{offer.pk}/"

    assert client.get(url).status_code == 404
    for user, status in ((other_representative, 404), (officer, 404), (representative, 200)):
        client.force_login(user)
        assert client.get(url).status_code == status


def test_no_such_offer(client: Client, db: None) -> None:
    assert client.get("/catalogue/offers/999/").status_code == 404
    assert client.get(f"/catalogue/offers/{'9' * 30}/").status_code == 404


# Comparison


def together(offers: list[Offer], rest: str = ASKED) -> str:
    """Return the address of a comparison."""
    return f"{COMPARE}?{'&'.join(f'offer={offer.pk}' for offer in offers)}&{rest}"


def test_offers_stand_side_by_side_in_the_order_of_the_address(
    client: Client, version: SpecificationVersion
) -> None:
    offers = [
        square.put_up(each, version, outcome=outcome)
        for each, outcome in enumerate(("conforms", "does_not_conform", "none"), 1)
    ]
    backwards = offers[::-1]

    html = main(client, together(backwards))

    heads = re.findall(r'<th scope="col"><a href="/catalogue/offers/(\d+)/', html)
    assert heads == [str(offer.pk) for offer in backwards]
    assert "6件の要件のうち、回答が違うものは6件です。" in html
    assert html.count("1,980,000円") >= 3


def test_only_the_differences_on_demand(client: Client, version: SpecificationVersion) -> None:
    offers = [
        square.put_up(each, version, outcome=outcome)
        for each, outcome in enumerate(("conforms", "does_not_conform", "conforms"), 1)
    ]

    def rows(rest: str) -> list[str]:
        html = main(client, together(offers, f"{ASKED}{rest}"))
        return re.findall(r"/specifications/sample/1.0/([\w.]+)/", html.partition("<table")[2])

    assert rows("") == ["F0010001", "F0010002", "F0010003", "F0010004", "NA.1", "I001"]
    assert rows("&differences=1") == ["F0010001"]


def test_no_difference_is_said(client: Client, version: SpecificationVersion) -> None:
    offers = [square.put_up(each, version) for each in (1, 2)]

    assert "違いはありません" in text(client, together(offers, f"{ASKED}&differences=1"))


def test_costs_stand_in_one_tax_basis(client: Client, version: SpecificationVersion) -> None:
    offers = [square.put_up(each, version) for each in (1, 2)]
    square.price(offers[1], 33_000, tax_basis="INCLUDED")

    included = main(client, together(offers))
    excluded = main(client, together(offers, f"{ASKED}&tax=EXCLUDED"))

    assert included.count("<b>1,980,000円</b>") == 2
    assert excluded.count("<b>1,800,000円</b>") == 2


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "2件以上選んで"), (1, "2件以上選んで"), (6, "5件まで"), (30, "5件まで")],
)
def test_too_few_and_too_many_are_an_error_that_keeps_the_choice(
    number: int, said: str, client: Client, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version) for each in range(1, number + 1)]

    html = main(client, together(offers), 422)

    assert said in html
    assert "<table" not in html
    assert [value for name, value in hidden(html) if name == "offer"][:number] == [
        str(offer.pk) for offer in offers[:10]
    ]


@pytest.mark.parametrize("unknown", ["999999", "x", "-1", "1.5", "９", "9" * 500])
def test_an_unknown_offer_is_left_out_and_said(
    unknown: str, client: Client, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version) for each in (1, 2)]

    page = text(client, f"{together(offers)}&offer={unknown}")

    assert "選んだサービスの一部は公開されていません。" in page
    assert "よやくん2 標準" in page


def test_an_unpublished_offer_is_not_compared(
    client: Client, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version) for each in (1, 2)]
    Offer.objects.filter(pk=offers[1].pk).update(state="withdrawn", name="ひみつ")

    assert "ひみつ" not in text(client, together(offers), 422)


def test_dropping_an_offer_keeps_the_rest_of_the_address(
    client: Client, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version) for each in (1, 2, 3)]
    asked = f"{ASKED}&tax=EXCLUDED&differences=1&body_category=core_city"

    html = main(client, together(offers, asked))
    drops = [unescape(link) for link in re.findall(r'compare__drop[^"]*" href="([^"]+)"', html)]

    assert drops[0] == (
        "?version=sample%2F1.0&population=110000&body_category=core_city&tax=EXCLUDED"
        f"&offer={offers[1].pk}&offer={offers[2].pk}&differences=1"
    )
    assert len(drops) == 3


def test_the_same_address_shows_everybody_the_same(
    client: Client, officer: User, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version) for each in (1, 2)]
    address = together(offers, f"{ASKED}&body_category=designated_city")
    before = text(client, address)

    client.force_login(officer)

    assert text(client, address) == before


@pytest.mark.parametrize("size", [2, 5])
def test_comparing_asks_the_database_as_often_however_many(
    size: int,
    client: Client,
    version: SpecificationVersion,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    offers = [square.put_up(each, version, schemes=("ismap",)) for each in range(size)]

    with django_assert_num_queries(9):
        client.get(together(offers))


# Whatever vendors write


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}{% now 'Y' %}"


def test_whatever_a_vendor_writes_stays_text(client: Client, version: SpecificationVersion) -> None:
    offers = []
    for each in (1, 2):
        offer = square.put_up(
            each,
            version,
            name=f"{HOSTILE}{each}"[:120],
            product=f"{HOSTILE}{each}"[:118] + str(each),
            about={"summary": HOSTILE, "description": HOSTILE},
            service_level=HOSTILE,
            support=HOSTILE,
            data_export=HOSTILE,
            exit_terms=HOSTILE,
        )
        square.certify(offer.product, "ismap").__class__.objects.update(
            scope=HOSTILE, number=HOSTILE[:60]
        )
        offers.append(offer)
        offer.seller.name = HOSTILE
        offer.seller.save()
        claim = version.claims.get(release__product=offer.product)
        square.price(offer, 1).prices.update(label=HOSTILE)
        assert claim.pk

    for url in (
        f"{LIST}?{ASKED}&q={HOSTILE.replace('%', '%25')[:60]}",
        f"{LIST}?{ASKED}&offer={offers[0].pk}",
        f"/catalogue/offers/{offers[0].pk}/?{ASKED}",
        together(offers),
        "/",
    ):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html
        assert "14" not in re.findall(r"alert\(1\)&gt;(\d*)", html)


def test_what_is_typed_stays_text(client: Client, db: None) -> None:
    html = client.get(LIST, {"q": HOSTILE, "domain": HOSTILE, "version": HOSTILE}).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


# Home


def test_visitors_see_the_newest_offers(client: Client, officer: User, db: None) -> None:
    for each in range(1, 8):
        square.put_up(each, published_at=datetime(2026, 7, each, tzinfo=UTC))

    page = text(client, "/")

    assert list(re.findall(r"よやくん\d", page)) == [f"よやくん{each}" for each in (7, 6, 5, 4, 3)]
    client.force_login(officer)
    assert "よやくん" not in text(client, "/")


def test_a_comparison_in_english_names_certificates_and_costs_in_english(
    client: Client, version: SpecificationVersion
) -> None:
    offers = [square.put_up(each, version, schemes=("privacy_mark",)) for each in (1, 2)]
    client.cookies["django_language"] = "en"

    page = text(client, together(offers))

    assert "PrivacyMark" in page
    assert "プライバシーマーク" not in page
    assert "端数" not in page


def test_the_conditions_are_reached_on_a_narrow_screen(
    client: Client, version: SpecificationVersion
) -> None:
    square.put_up(1, version)

    html = main(client, f"{LIST}?{ASKED}")

    assert 'href="#facets"' in html
    assert 'id="facets"' in html
    assert 'href="#results"' in html
    assert 'id="results"' in html


def test_nothing_found_offers_nothing_to_compare(
    client: Client, version: SpecificationVersion
) -> None:
    square.put_up(1, version)

    page = text(client, f"{LIST}?q=どこにもない")

    assert "条件に合うサービスがありません" in page
    assert "選んだサービスを比べる" not in page
