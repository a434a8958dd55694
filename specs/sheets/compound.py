"""Prove that the chains of a compound file ([MS-CFB]) end: .xls is read by following them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

_LAST: Final = (
    0xFFFFFFFA  # sectors are numbered below; above stand marks such as the end of a chain
)
_HEADER: Final = 512
_SHIFTS: Final = (9, 12)  # sectors of 512 or 4,096 bytes


def chains_end(data: bytes) -> bool:
    """Tell whether every chain of sectors, of both tables, comes to its end."""
    if len(data) < _HEADER:
        return False
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        return False
    size = 1 << shift
    located = _table_sectors(data, size)
    if located is None:
        return False
    table = [entry for number in located for entry in _sector(data, size, number)]
    if not _all_end(table):
        return False
    small: list[int] = []
    (number,) = struct.unpack_from("<I", data, 60)
    while number < len(table):
        small += _sector(data, size, number)
        number = table[number]
    return _all_end(small)


def _table_sectors(data: bytes, size: int) -> list[int] | None:
    """Give the sectors of the table of chains; None where their list runs in a circle."""
    found = [*struct.unpack_from("<109I", data, 76)]
    (number,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while number < _LAST:
        if number in seen or number * size > len(data):
            return None
        seen.add(number)
        *listed, number = _sector(data, size, number) or (_LAST,)
        found += listed
    return [each for each in found if each < _LAST]


def _sector(data: bytes, size: int, number: int) -> tuple[int, ...]:
    part = data[(number + 1) * size : (number + 2) * size]
    return struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])


def _all_end(table: Sequence[int]) -> bool:
    """Tell whether no chain runs in a circle: each sector is looked at once."""
    ended = bytearray(len(table))
    for start in range(len(table)):
        path = []
        number = start
        while number < len(table) and not ended[number]:
            ended[number] = 2
            path.append(number)
            number = table[number]
        if number < len(table) and ended[number] == 2:
            return False
        for each in path:
            ended[each] = 1
    return True
