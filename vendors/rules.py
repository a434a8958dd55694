"""Pure rules of the wing: facts in, problems out. No database, no clock."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from schemas import codelist
from schemas.problems import Problem, Refused

MOST_MONTHS = 120

ALLOWED: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "withdrawn"}),
    "submitted": frozenset({"published", "withdrawn"}),
    "published": frozenset({"superseded", "withdrawn"}),
    "superseded": frozenset(),
    "withdrawn": frozenset(),
}
"""The life of a claim: from each state, where it may go. Nothing leads back to a draft: who wants
to change what was said adds a revision."""

REVISABLE = frozenset({"published", "superseded", "withdrawn"})
"""The states from which a new revision may be drawn up."""


def may_become(state: str, wanted: str) -> bool:
    """A claim goes its way draft, submitted, published, superseded; each may end withdrawn."""
    return wanted in ALLOWED[state]


def text_problems(
    pointer: str, text: str, longest: int, *, required: bool = False
) -> Iterator[Problem]:
    """A text is present where required, not too long, and holds nothing that cannot be stored.

    NUL cannot be stored by PostgreSQL, a lone surrogate by no database; other control characters
    would change the lines of a document.
    """
    if required and not text.strip():
        yield Problem(pointer, "text_is_required")
    if len(text) > longest:
        yield Problem(pointer, "text_is_too_long", {"limit": longest})
    if any(sign not in "\n\r\t" and unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        yield Problem(pointer, "text_has_control_characters")


def listed_problems(pointer: str, codes: Sequence[str], name: str) -> Iterator[Problem]:
    """Every code stands in the codelist."""
    known = codelist.labels(name)
    for at, code in enumerate(codes):
        if code not in known:
            place = pointer if len(codes) == 1 else f"{pointer}/{at}"
            yield Problem(place, "code_is_not_listed", {"value": str(code)[:60]})


def price_list_problems(
    tax_basis: str, valid_from: date, valid_to: date | None
) -> Iterator[Problem]:
    """A price list has one tax basis and does not end before it starts."""
    if tax_basis not in {"INCLUDED", "EXCLUDED"}:
        yield Problem("/tax_basis", "tax_basis_is_unknown")
    if valid_to is not None and valid_to < valid_from:
        yield Problem("/valid_to", "price_list_ends_before_it_starts")


def refuse(problems: Sequence[Problem]) -> None:
    """Raise ``Refused`` with all problems, if there are any."""
    if problems:
        raise Refused(problems)
