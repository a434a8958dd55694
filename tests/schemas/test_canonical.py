"""The canonical form is that of the reference implementation, byte for byte."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas import canonical, specifications

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_is_written_as_the_reference_writes_it(value: object) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_names_are_ordered_by_utf_16() -> None:
    members = {"\U0001f600": 1, "\uff21": 2, "a": 3}

    assert canonical.dumps(members) == '{"a":3,"\U0001f600":1,"\uff21":2}'.encode()
    assert canonical.dumps(members) == rfc8785.dumps(members)


@pytest.mark.parametrize(
    "value", ["\ud800", {"a": "\udfff"}, {"\ud800": 1}, {1: 2}, 2**60, [float("nan")], {"a": {1}}]
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical.dumps(value)


def test_the_shipped_specifications_keep_their_digests() -> None:
    for path in specifications.shipped():
        document = specifications.shipped_document(f"urn:dmp:spec:{path.parent.name}:{path.stem}")
        assert document is not None
        assert canonical.dumps(document) == rfc8785.dumps(document)
