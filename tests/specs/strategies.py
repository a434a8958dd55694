"""Random specifications with every field filled in every way that a document can hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from schemas.specifications import KIND_LETTERS, OBLIGATIONS, Requirement, SpecificationMeta
from tests.schemas.strategies import DAYS, VERSIONS

CATEGORIES = (
    "prefecture",
    "designated_city",
    "core_city",
    "special_ward",
    "city",
    "town",
    "village",
)
# What the product takes as text: no control characters but tabs and the ends of lines.
LETTERS = st.characters(
    exclude_categories=("Cc", "Cs"),
    exclude_characters="\ufffe\uffff",
    include_characters="\n\t\r",
)
STRANGE = (
    "=1+1",
    "+81",
    "-",
    "－",
    "@SUM(A1)",
    "削除",
    "※ 注",
    "対象外",
    " 前後 ",
    "　",
    "_x0041_",
    "_x000D_",
    "'",
    "\n",
    "1",
    "0010001",
    "1e5",
    "TRUE",
    "2026-04-01",
    "令和8年4月1日（経過措置あり）",
    "か\u3099",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "葛\U000e0100",
    "<b>&amp;</b>",
)
WORDS = st.text(LETTERS, max_size=12) | st.sampled_from(STRANGE)
LONG = st.builds(
    lambda text, times: (text * times)[:8000], st.text(LETTERS, min_size=1), st.just(8000)
)
FILLED = WORDS.filter(bool)
SOURCES = st.dictionaries(WORDS, WORDS | st.integers(-9, 9), max_size=2)


@st.composite
def bounds(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a bound (基準値)."""
    found: dict[str, Any] = {
        "metric": draw(FILLED),
        "operator": draw(st.sampled_from(["at_least", "at_most"])),
        "value": draw(
            st.integers(-(10**15), 10**15)
            | st.floats(-1e300, 1e300, allow_nan=False).filter(lambda x: abs(x) < 2**53)
        ),
        "unit": draw(WORDS),
    }
    for name in ("metric_en", "unit_en"):
        if text := draw(WORDS):
            found[name] = text
    return found


@st.composite
def requirement_lists(draw: st.DrawFn) -> list[Requirement]:
    """Draw one to eight requirements of all kinds, in any order."""
    ids = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,38}", fullmatch=True)
    listed = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(KIND_LETTERS)), ids),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    found = []
    for kind, official_id in listed:
        graded = draw(st.sampled_from(["", "bound", "interface"]))
        found.append(
            Requirement(
                key=KIND_LETTERS[kind] + official_id,
                official_id=official_id,
                kind=kind,
                obligation=draw(st.sampled_from(OBLIGATIONS)),
                text=draw(FILLED | LONG),
                chapter=draw(WORDS),
                section=draw(WORDS),
                item=draw(WORDS),
                title=draw(WORDS),
                rationale=draw(WORDS),
                remarks=draw(WORDS),
                due_on=draw(st.none() | DAYS),
                obligations=draw(
                    st.sampled_from([{}, *({"designated_city": o} for o in OBLIGATIONS)])
                ),
                due_dates=draw(st.just({}) | DAYS.map(lambda day: {"designated_city": day})),
                categories=tuple(
                    draw(st.lists(st.sampled_from(CATEGORIES), max_size=7, unique=True))
                ),
                bound=draw(bounds()) if graded == "bound" else None,
                interface=(
                    {"name": draw(FILLED), "version": draw(VERSIONS)}
                    if graded == "interface"
                    else None
                ),
                source=draw(SOURCES),
            )
        )
    return found


@st.composite
def metas(draw: st.DrawFn) -> SpecificationMeta:
    """Draw what a version says about itself."""
    return SpecificationMeta(
        slug="sample",
        version=draw(VERSIONS),
        title=draw(FILLED),
        title_en=draw(WORDS),
        description=draw(WORDS),
        authority=draw(FILLED),
        domain="resident-record",
        published_on=draw(DAYS),
        extension_policy=draw(st.sampled_from(["closed", "open"])),
        sample=draw(st.booleans()),
        source=draw(WORDS),
        in_force_on=draw(st.just("") | DAYS),
        transition=draw(WORDS),
        transition_until=draw(st.just("") | DAYS),
    )
