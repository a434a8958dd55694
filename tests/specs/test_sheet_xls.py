"""Damaged workbooks of the older format: refused or read, and the process lives."""

from __future__ import annotations

import random
import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.models import User
from schemas import xls
from schemas.problems import Refused
from schemas.workbook import damage_told
from specs.models import SpecificationVersion
from specs.sheets import read_sheets
from specs.sheets.workbooks import open_book
from tests.specs.files import make_xls
from tests.specs.sheet import HEADINGS, make_row
from tests.specs.test_sheet_doors import PAGE

ROWS = [HEADINGS, make_row(1), make_row(2)]
GOOD = make_xls(ROWS)
UNREADABLE = "workbook_is_unreadable_xls"


def far(row: int, column: int) -> bytes:
    """Move the last cell of the sheet far away."""
    data = bytearray(make_xls([["a", "b"]]))
    struct.pack_into("<HH", data, data.rindex(struct.pack("<HH", 0x0204, 11)) + 4, row, column)
    return bytes(data)


def wide() -> bytes:
    """Let the sheet say that it uses every row and column a record can name."""
    data = bytearray(GOOD)
    start = data.index(struct.pack("<HH", 0x0200, 14)) + 4
    struct.pack_into("<IIHH", data, start, 0, 0xFFFFFFFF, 0, 0xFFFF)
    return bytes(data)


def codes(data: bytes) -> list[str]:
    try:
        open_book(data, "要件.xls")
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    return []


def test_the_child_gives_the_cells() -> None:
    (sheet,) = xls.read_xls(make_xls([["番号", "a"], ["1", "一\n二"]]), "a.xls")

    assert sheet.rows == [["番号", "a"], ["1", "一\n二"]]


@pytest.mark.parametrize("data", [far(65535, 255), far(65535, 65535), wide()])
def test_cells_far_away_are_refused(data: bytes) -> None:
    assert [p.code for p in read_sheets(data, "要件.xls").problems] == [UNREADABLE]


def test_truncated_or_mutated_files_are_refused_or_read() -> None:
    chance = random.Random(20261123)
    damaged = [GOOD[:at] for at in range(600, len(GOOD), len(GOOD) // 10)]
    for _ in range(15):
        data = bytearray(GOOD)
        for _ in range(8):
            data[chance.randrange(2048, len(data))] = chance.choice((0, 1, 0x7F, 0xFF))
        damaged.append(bytes(data))

    assert {code for data in damaged for code in codes(data)} <= {
        UNREADABLE,
        "workbook_is_damaged",
        "workbook_has_no_sheet",
    }


@pytest.mark.django_db
def test_the_page_refuses_and_stores_nothing(client: Client, editor: User) -> None:
    client.force_login(editor)
    before = list(SpecificationVersion.objects.values())

    answer = client.post(PAGE, {"file": SimpleUploadedFile("要件.xls", wide()), "preview": "1"})

    assert answer.status_code == 422
    assert ".xlsx 形式で保存" in answer.content.decode()
    assert list(SpecificationVersion.objects.values()) == before


def test_without_limits_an_xls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "resource", None)

    assert codes(GOOD) == [UNREADABLE]


def test_a_panic_of_the_reader_is_told_as_damage() -> None:
    panic = type("PanicException", (BaseException,), {})

    with pytest.raises(Refused) as refused, damage_told("a.xlsx"):
        raise panic
    with pytest.raises(KeyboardInterrupt), damage_told("a.xlsx"):
        raise KeyboardInterrupt

    assert [p.code for p in refused.value.problems] == ["workbook_is_damaged"]
