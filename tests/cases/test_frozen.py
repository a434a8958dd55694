"""What a locked search keeps, in words."""

from __future__ import annotations

import pytest

from procurement.cases import frozen


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ([], ""),
        (["F9010950"], "機能要件　9010950"),
        (["F0010001", "F0010002"], "機能要件　0010001、0010002"),
        (["P0010001", "F0010001"], "機能要件　0010001\n帳票要件　0010001"),
        (["N0000001", "I0010001"], "非機能要件　0000001\n連携要件　0010001"),
    ],
)
def test_requirements_are_named_by_kind_and_official_id(keys: list[str], written: str) -> None:
    assert frozen.requirements(keys) == written
