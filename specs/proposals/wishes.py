"""What a proposal asks for, and the requirements that a draft begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.specifications import Requirement

#: Between the serial numbers of a draft's ids, so that others can be put between.
STEP = 10


@dataclass(frozen=True)
class Wish:
    """What is proposed: ``essential`` and ``desired`` name one function each."""

    title: str
    domain: str
    purpose: str
    scope: str
    essential: tuple[str, ...] = ()
    desired: tuple[str, ...] = ()


def lines(text: str) -> tuple[str, ...]:
    r"""Read one function a line; marks of a list before it and empty lines fall away.

    >>> lines("・予約を受け付けること。\n\n- 取り消せること。")
    ('予約を受け付けること。', '取り消せること。')
    """
    stripped = (line.strip().lstrip("・-‐－*●○ 　").strip() for line in text.splitlines())
    return tuple(line for line in stripped if line)


def requirements(
    essential: Iterable[str], desired: Iterable[str], prefix: str, chapter: str
) -> list[Requirement]:
    """Make a draft's first requirements of what was wished for, essential ones mandatory.

    ``prefix`` begins every id (機能ID: 業務IDの3桁); the serial numbers rise by ``STEP``.
    """
    wished = [("mandatory", text) for text in essential]
    wished += [("standard_option", text) for text in desired]
    made = []
    for place, (obligation, text) in enumerate(wished, start=1):
        official = f"{prefix}{place * STEP:04}"
        made.append(
            Requirement(
                key=f"F{official}",
                official_id=official,
                kind="function",
                obligation=obligation,
                chapter=chapter,
                text=text,
            )
        )
    return made
