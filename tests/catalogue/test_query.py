"""What an address asks for: all that is readable is read, the rest is said, nothing breaks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue import search
from marketplace.catalogue.search import query_of
from specs.models import SpecificationVersion
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def version(db: None) -> SpecificationVersion:
    """Return the sample version, published."""
    return make.make_version()


def codes(query: search.Query) -> list[tuple[str, str]]:
    """Return where and what each problem is."""
    return [(problem.pointer, problem.code) for problem in query.problems]


@pytest.mark.parametrize(
    ("address", "population"),
    [
        ("", None),
        ("population=", None),
        ("population=110000", 110_000),
        ("population=110,000", 110_000),
        ("population=１１０，０００", 110_000),
        ("population= 110000 ", 110_000),
        ("population=1", 1),
        ("population=20000000", 20_000_000),
    ],
)
def test_a_population_is_read(address: str, population: int | None) -> None:
    query = query_of(address, on=TODAY)

    assert (query.population, query.problems) == (population, ())


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "1.5",
        "1e9",
        "20000001",
        "9" * 40,
        "9" * 5000,
        "十万",
        "٣",
        "0x10",
        "%00",
        "1%0A2",
    ],
)
@pytest.mark.parametrize("name", ["population", "price_most", "page"])
def test_a_number_that_is_none_is_left_out_and_said(name: str, text: str) -> None:
    if name == "price_most" and text == "20000001":
        return

    query = query_of(f"{name}={text}", on=TODAY)

    assert codes(query) == [(f"/{name}", "search_number_wrong")]
    assert (query.population, query.price_most, query.page) == (None, None, 1)


@pytest.mark.parametrize(
    ("parameter", "field", "known"),
    [
        ("hosting", "hosting", ("lgwan_asp", "domestic_cloud")),
        ("certification", "certifications", ("ismap", "iso27001")),
        ("network", "network_models", ("alpha", "beta")),
        ("outcome", "outcomes", ("conforms", "none")),
    ],
)
def test_values_of_a_facet(
    parameter: str, field: str, known: tuple[str, ...], version: SpecificationVersion
) -> None:
    first, second = known
    address = f"version=sample/1.0&{parameter}={second}&{parameter}=%00&{parameter}={first}"

    query = query_of(f"{address}&{parameter}=&{parameter}={first}", on=TODAY)

    assert getattr(query, field) == (second, first)
    assert codes(query) == [(f"/{parameter}", "search_value_unknown")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("q=%00", [("/q", "text_has_nul")]),
        ("q=%1B", [("/q", "text_has_control_character")]),
        (f"q={'あ' * 201}", [("/q", "text_too_long")]),
        ("domain=nowhere", [("/domain", "search_value_unknown")]),
        ("domain=%00", [("/domain", "text_has_nul")]),
        ("version=sample/9", [("/version", "search_version_unknown")]),
        ("version=sample", [("/version", "search_version_unknown")]),
        ("version=%00", [("/version", "text_has_nul")]),
        ("tax=NONE", [("/tax", "search_value_unknown")]),
        ("sort=seller", [("/sort", "search_value_unknown")]),
        ("body_category=kingdom", [("/body_category", "search_value_unknown")]),
        ("outcome=conforms", [("/outcome", "search_outcome_needs_version")]),
        ("price_most=1", [("/population", "search_price_needs_population")]),
        ("sort=price", [("/population", "search_price_needs_population")]),
        ("nothing=known&offer=1", []),
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(
    address: str, said: list[tuple[str, str]], version: SpecificationVersion
) -> None:
    assert codes(query_of(address, on=TODAY)) == said


def test_a_draft_version_is_unknown(db: None) -> None:
    make.make_version(state="draft")

    assert codes(query_of("version=sample/1.0", on=TODAY)) == [
        ("/version", "search_version_unknown")
    ]


@pytest.mark.parametrize(
    ("address", "population", "category"),
    [
        ("", 112_000, "core_city"),
        ("population=5000", 5000, "core_city"),
        ("population=", None, "core_city"),
        ("population=broken", None, "core_city"),
        ("body_category=designated_city", 112_000, "designated_city"),
    ],
)
def test_the_readers_own_body_stands_in_for_what_is_not_said(
    address: str, population: int | None, category: str
) -> None:
    own = {"population": 112_000, "body_category": "core_city", "body_name": "みほん市"}

    query = query_of(address, on=TODAY, defaults=own)

    assert (query.population, query.body_category) == (population, category)


def test_an_address_is_written_as_it_is_read(version: SpecificationVersion) -> None:
    address = (
        "q=%E4%BA%88%E7%B4%84+%E6%8A%BD%E9%81%B8&domain=facility-reservation&version=sample%2F1.0"
        "&outcome=conforms&outcome=none&hosting=lgwan_asp&certification=ismap&network=beta"
        "&population=110000&price_most=5000000&body_category=designated_city&tax=EXCLUDED&sort=price"
    )

    query = query_of(address, on=TODAY)

    assert query.querystring() == address
    assert query_of(query.querystring(), on=TODAY) == query


PARTS = st.sampled_from(
    ["q", "domain", "version", "outcome", "hosting", "certification", "network", "population",
     "price_most", "body_category", "tax", "sort", "page", "offer", "differences", "x"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers().map(str),
    st.sampled_from(["conforms", "ismap", "price", "EXCLUDED", "designated_city", "beta"]),
)


@given(st.lists(st.tuples(PARTS, TEXTS), max_size=12))
def test_whatever_is_typed_gives_a_query_that_reads_the_same_again(
    pairs: list[tuple[str, str]],
) -> None:
    data = QueryDict(mutable=True)
    for name, text in pairs:
        data.appendlist(name, text)

    query = query_of(data, on=TODAY, known=[])
    again: Any = query_of(query.querystring(), on=TODAY, known=[])

    assert again.querystring() == query.querystring()
    assert again.unread == ()
    assert all(problem.sentence("ja") and problem.sentence("en") for problem in query.problems)
