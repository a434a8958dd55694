"""HTML and CSS of ours become a PDF/A-3a file: the same input, the same bytes.

The file is tagged (ISO 14289 order of reading), archival (ISO 19005-3, conformance level A) and
carries its machine-readable data as an attachment. Nothing is fetched: no file, no address. The
clock is never read: every time in the file comes from ``Metadata``.
"""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from schemas.problems import Problem, Refused

FAMILIES = ("BIZ UD", "Noto Sans CJK JP", "Noto Serif CJK JP")
NON_BREAKING_HYPHEN = "\u2011"  # no font of ours has it, and looking for one costs seconds
HYPHEN = "\u2010"
WORD_JOINER = "\u2060"
SHOWN_CHARACTERS = 20
_UNIT = re.compile(r"(?<=[0-9０-９])(?=[％℃])")


@dataclass(frozen=True)
class Metadata:
    """What the file says about itself.

    ``created`` is the paper's own time of issue, aware of its zone. ``identifier`` is 16 bytes or
    more that differ between papers and never between two renderings of one.
    """

    title: str
    author: str
    subject: str
    created: datetime
    identifier: bytes


@dataclass(frozen=True)
class Attached:
    """A file inside the file: machine-readable data from which the paper was made."""

    name: str
    content: bytes
    description: str


def glued(html: str) -> str:
    """Keep ％ and ℃ with their figure, and replace the non-breaking hyphen.

    Pango lets the two signs begin a line, which Japanese typesetting forbids (JIS X 4051).
    """
    return _UNIT.sub(WORD_JOINER, html.replace(NON_BREAKING_HYPHEN, HYPHEN))


def render_pdf(
    html: str,
    *,
    css: str,
    attachments: Sequence[Attached] = (),
    metadata: Metadata,
    language: str = "ja",
) -> tuple[bytes, int]:
    """Render a whole HTML document and return the file and its number of pages.

    One at a time in a process, so that memory stays bounded. Raises ``Refused`` when a character
    is in none of our fonts (a paper never falls back to whatever font is installed), and
    ``FatalURLFetchingError`` when the HTML names anything outside itself.
    """
    with _RENDERING:
        document = _laid_out(html, css)
        _describe(document, metadata, attachments, language)
        content: bytes = document.write_pdf(
            finisher=_finish, pdf_identifier=metadata.identifier.hex().encode(), **_OPTIONS
        )
        return content, len(document.pages)


_RENDERING = Lock()
_LAYOUT_THRESHOLDS = (20_000, 5, 5)
_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "output_intent": "srgb"}


def _laid_out(html: str, css: str) -> Any:
    """Lay the document out on pages.

    Layout makes millions of boxes, many of them in circles: Python's collector runs less often
    meanwhile, and once before the file is written. That is faster than leaving it alone, and takes
    a fifth less memory.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import
    from weasyprint.css.counters import CounterStyle  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    fetcher = _refusing_fetcher()
    fonts, counters = FontConfiguration(), CounterStyle()
    usual = gc.get_threshold()
    gc.set_threshold(*_LAYOUT_THRESHOLDS)
    try:
        document = HTML(string=glued(html), url_fetcher=fetcher).render(
            font_config=fonts,
            counter_style=counters,
            stylesheets=[
                CSS(string=css, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
            ],
            **_OPTIONS,
        )
    finally:
        gc.set_threshold(*usual)
    gc.collect()
    return document


def _describe(
    document: Any, metadata: Metadata, attachments: Sequence[Attached], language: str
) -> None:
    from weasyprint import Attachment  # noqa: PLC0415 -- slow import

    about = document.metadata
    about.title = metadata.title
    about.authors = [metadata.author]
    about.description = metadata.subject
    about.created = about.modified = metadata.created.isoformat(timespec="seconds")
    about.lang = language
    about.attachments = [
        Attachment(
            file_obj=io.BytesIO(attached.content),
            url_fetcher=document.url_fetcher,
            name=attached.name,
            description=attached.description,
            created=metadata.created,
            modified=metadata.created,
            relationship="Data",
        )
        for attached in attachments
    ]


def _refusing_fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415 -- slow import

    class RefusingFetcher(URLFetcher):  # type: ignore[misc]  # the library carries no types
        """Refuse every address: what a paper needs is in its HTML and its CSS."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            raise FatalURLFetchingError(f"A paper may not load {url[:200]}")

    return RefusingFetcher(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)


def _finish(document: Any, pdf: Any) -> None:
    """Name each attachment once, and let no foreign font and no missing glyph into the file."""
    unprintable: set[str] = set()
    for font in document.fonts.values():
        if not font.family.startswith(FAMILIES):
            unprintable.update(font.to_unicode.values())
        unprintable.update(chr(codepoint) for codepoint in font.missing)
    if unprintable:
        named = _named(sorted(unprintable))
        raise Refused([Problem("", "paper_characters_unprintable", {"characters": named})])
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def _named(characters: Sequence[str]) -> str:
    shown = [
        f"{text}（{' '.join(f'U+{ord(character):04X}' for character in text)}）"
        for text in characters[:SHOWN_CHARACTERS]
    ]
    return "、".join(shown) + ("…" if len(characters) > SHOWN_CHARACTERS else "")
