"""Random specifications and answers, whole and broken, for property tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from schemas.specifications import (
    KIND_LETTERS,
    OBLIGATIONS,
    Requirement,
    SpecificationMeta,
    build_document,
)

CATEGORIES = ("prefecture", "designated_city", "core_city", "city", "town")
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31)).map(date.isoformat)
NUMBERS = st.integers(0, 12) | st.sampled_from([99, 100, 999, 1000, 9999])
VERSIONS = st.lists(NUMBERS, min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
BOUNDS = st.builds(
    lambda operator, value: {"metric": "m", "operator": operator, "value": value, "unit": "%"},
    st.sampled_from(["at_least", "at_most"]),
    st.sampled_from([1, 50, 99.5]),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.5, 1.0, 1e300]) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def requirement_lists(draw: st.DrawFn) -> list[Requirement]:
    """Draw one to six requirements with distinct keys."""
    return [draw(requirements(f"{number:07}")) for number in range(1, draw(st.integers(2, 7)))]


@st.composite
def requirements(draw: st.DrawFn, official_id: str) -> Requirement:
    """Draw a requirement with this official id."""
    kind = draw(st.sampled_from(sorted(KIND_LETTERS)))
    named = VERSIONS.map(lambda version: {"name": "n", "version": version})
    return Requirement(
        key=KIND_LETTERS[kind] + official_id,
        official_id=official_id,
        kind=kind,
        obligation=draw(st.sampled_from(OBLIGATIONS)),
        text="要件",
        due_on=draw(st.none() | DAYS),
        obligations=draw(
            st.just({}) | st.sampled_from(OBLIGATIONS).map(lambda name: {"designated_city": name})
        ),
        due_dates=draw(st.just({}) | DAYS.map(lambda day: {"designated_city": day})),
        categories=tuple(draw(st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True))),
        bound=draw(BOUNDS) if kind == "non_functional" else None,
        interface=draw(named) if kind == "interface" else None,
    )


def documents(policy: str = "closed") -> st.SearchStrategy[dict[str, Any]]:
    """Draw specification documents."""
    meta = SpecificationMeta(
        slug="drawn",
        version="1.0",
        title="例",
        authority="例示省",
        domain="d",
        published_on="2026-04-01",
        extension_policy=policy,
        sample=True,
    )
    return requirement_lists().map(lambda drawn: build_document(meta, drawn))


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one well-formed answer, whatever the requirement."""
    word = draw(
        st.sampled_from(
            ["provided", "not_provided", "planned", "alternative", "paid_option", "not_applicable"]
        )
    )
    answer: dict[str, Any] = {"answer": word}
    if word == "alternative" or draw(st.booleans()):
        answer["note"] = "代替" + draw(TEXTS)
    if word == "planned":
        answer["planned_on"] = draw(DAYS)
    if word == "paid_option":
        answer["price_yen"] = draw(st.integers(0, 10**6))
    if word == "provided" or draw(st.booleans()):
        answer["value"] = draw(st.sampled_from([0, 1, 50, 99, 99.5, 100]))
        answer["version"] = draw(VERSIONS)
    return answer


@st.composite
def broken_answers(draw: st.DrawFn) -> Any:
    """Draw an answer with any member changed, added or taken away, or no answer at all."""
    answer = dict(draw(answers()))
    members = [*answer, "evidence", "price_yen", "planned_on", "version", "value", "x/~y", "07"]
    for member in draw(st.lists(st.sampled_from(members), max_size=3)):
        if draw(st.booleans()):
            answer.pop(member, None)
        else:
            answer[member] = draw(ANYTHING | st.sampled_from(["2.1\n", "2027-02-30", "01.2"]))
    return draw(st.just(answer) | st.just(answer) | st.just(answer) | ANYTHING)


@st.composite
def claims(draw: st.DrawFn, *, broken: bool, policy: str = "closed") -> Any:
    """Draw a document and answers to it, well-formed or with anything wrong."""
    document = draw(documents(policy))
    one = answers() | broken_answers() if broken else answers()
    given = {key: draw(one) for key in document["required"]}
    if broken:
        for key in draw(st.lists(st.sampled_from(document["required"]), max_size=2)):
            given.pop(key, None)
        given.update(draw(st.dictionaries(TEXTS.filter(_is_no_number), one, max_size=2)))
    return document, given


def _is_no_number(name: str) -> bool:
    """Leave out names that the fast engine loses: the empty one, and 01 beside 1."""
    return name != "" and not name.isdigit()


def day_after(document: dict[str, Any]) -> date:
    """Return a day on which everything in the document is due."""
    days = ["2026-01-01"]
    for found in document["properties"].values():
        said = found["x-requirement"]
        days += [said["due_on"]] if "due_on" in said else []
        days += said.get("due_dates", {}).values()
    return date.fromisoformat(max(days))
