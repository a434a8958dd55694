"""Codes that carry a check digit: local governments, corporations, invoice issuers.

Codes are strings of half-width digits; a leading zero counts. Checking never mends: whoever takes
text from a person may offer ``half_width(text)`` first.
"""

from __future__ import annotations

import re

from schemas.problems import Problem

_FIVE = re.compile(r"[0-9]{5}")
_SIX = re.compile(r"[0-9]{6}")
_TWELVE = re.compile(r"[0-9]{12}")
_THIRTEEN = re.compile(r"[0-9]{13}")
_INVOICE = re.compile(r"T[0-9]{13}")

_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Write full-width letters, digits and signs half-width, and drop outer white space.

    >>> half_width(" １３１０１６　")
    '131016'
    """
    return text.translate(_FULL_WIDTH).strip()


def local_government_check_digit(base: str) -> str:
    """Return the sixth digit of a 全国地方公共団体コード from its first five.

    The digits are weighted 6, 5, 4, 3, 2; the check digit is the last digit of 11 minus the
    remainder of their sum by 11 (総務省「全国地方公共団体コード」検査数字). Raises ``ValueError``
    unless ``base`` is five half-width digits.

    >>> local_government_check_digit("13101")
    '6'
    """
    if not _FIVE.fullmatch(base):
        raise ValueError(f"{base!r} is not five digits")
    total = sum(weight * int(digit) for weight, digit in zip(range(6, 1, -1), base, strict=True))
    return str((11 - total % 11) % 10)


def is_local_government_code(value: object) -> bool:
    """Say whether the value is six digits with a right check digit.

    It says nothing about whether such a body exists: ask ``codelist.local_government``.
    """
    return (
        isinstance(value, str)
        and _SIX.fullmatch(value) is not None
        and local_government_check_digit(value[:5]) == value[5]
    )


def local_government_code_problems(value: object, pointer: str = "") -> list[Problem]:
    """Say why the value is not a local government code: its shape, else its check digit."""
    if not isinstance(value, str) or not _SIX.fullmatch(value):
        return [Problem(pointer, "local_government_code_is_not_six_digits")]
    if not is_local_government_code(value):
        return [Problem(pointer, "local_government_code_check_digit_differs", {"value": value})]
    return []


def corporate_number_check_digit(base: str) -> str:
    """Return the first digit of a 法人番号 from the twelve digits that follow it.

    Counted from the right, the digits are weighted 1, 2, 1, 2 …; the check digit is 9 minus the
    remainder of their sum by 9 (法人番号の指定等に関する省令 2条). It is 1 to 9, and cannot tell 0
    from 9. Raises ``ValueError`` unless ``base`` is twelve half-width digits.

    >>> corporate_number_check_digit("123456789012")
    '7'
    """
    if not _TWELVE.fullmatch(base):
        raise ValueError(f"{base!r} is not twelve digits")
    total = sum(
        int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(base), start=1)
    )
    return str(9 - total % 9)


def is_corporate_number(value: object) -> bool:
    """Say whether the value is thirteen digits with a right check digit (法人番号)."""
    return (
        isinstance(value, str)
        and _THIRTEEN.fullmatch(value) is not None
        and corporate_number_check_digit(value[1:]) == value[0]
    )


def corporate_number_problems(value: object, pointer: str = "") -> list[Problem]:
    """Say why the value is not a corporate number: its shape, else its check digit."""
    if not isinstance(value, str) or not _THIRTEEN.fullmatch(value):
        return [Problem(pointer, "corporate_number_is_not_thirteen_digits")]
    if not is_corporate_number(value):
        return [Problem(pointer, "corporate_number_check_digit_differs", {"value": value})]
    return []


def corporate_number_of(local_government_code: str) -> str:
    """Return the corporate number of a local government: 000020 and its code, as base number.

    Raises ``ValueError`` for a code with a wrong shape or check digit. (国税庁「法人番号の構成」)

    >>> corporate_number_of("141003")
    '3000020141003'
    """
    if not is_local_government_code(local_government_code):
        raise ValueError(f"{local_government_code!r} is not a local government code")
    base = "000020" + local_government_code
    return corporate_number_check_digit(base) + base


def invoice_number_problems(
    value: object, pointer: str = "", *, corporation: bool
) -> list[Problem]:
    """Say why the value is not the number of a qualified invoice issuer (適格請求書の登録番号).

    A corporation's is T and its 法人番号. Others have T and thirteen digits of their own, whose
    check digit is not published and so is not judged (国税庁「登録番号の構成」).
    """
    if not isinstance(value, str) or not _INVOICE.fullmatch(value):
        return [Problem(pointer, "invoice_number_is_not_t_and_thirteen_digits")]
    if corporation and not is_corporate_number(value[1:]):
        return [Problem(pointer, "invoice_number_check_digit_differs", {"value": value})]
    return []


def is_invoice_number(value: object, *, corporation: bool) -> bool:
    """Say whether the value is the number of a qualified invoice issuer."""
    return not invoice_number_problems(value, corporation=corporation)
