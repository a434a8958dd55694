"""The PDF maker by itself: nothing is fetched, nothing is left behind, the same bytes."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from weasyprint.urls import FatalURLFetchingError

from marketplace.pdf import Attached, Metadata, glued, render_pdf
from schemas.problems import Refused

ABOUT = Metadata(
    title="件名",
    author="会津若松市",
    subject="文書番号",
    created=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    identifier=b"0123456789abcdef",
)
CSS = 'body { font-family: "BIZ UDPGothic" }'


def page(body: str) -> str:
    """Return a whole document."""
    return f'<!DOCTYPE html><html lang="ja"><head><title>x</title></head><body>{body}</body></html>'


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="file:///etc/hostname">',
        '<img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="https://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<object data="file:///etc/hostname"></object>',
        '<svg><image href="file:///etc/hostname"/></svg>',
    ],
)
def test_nothing_is_loaded_from_outside(body: str) -> None:
    try:
        content, _pages = render_pdf(page(body), css=CSS, metadata=ABOUT)
    except FatalURLFetchingError:
        return

    assert b"/EmbeddedFile" not in content
    assert b"/Image" not in content


def test_style_sheet_may_not_load_either() -> None:
    with pytest.raises(FatalURLFetchingError):
        render_pdf(page("本文"), css='@import "file:///etc/hostname";', metadata=ABOUT)


def test_same_input_gives_same_bytes_and_the_collector_is_left_as_it_was() -> None:
    before = gc.get_threshold()
    attachments = [Attached("a.json", b"{}", "説明")]

    first, pages = render_pdf(page("本文"), css=CSS, attachments=attachments, metadata=ABOUT)
    second, _ = render_pdf(page("本文"), css=CSS, attachments=attachments, metadata=ABOUT)

    assert (first, pages) == (second, 1)
    assert gc.get_threshold() == before


def test_units_stay_with_their_figure_and_rare_hyphens_are_replaced() -> None:
    assert glued("99.5％、50℃、1\u20112") == "99.5\u2060％、50\u2060℃、1\u20102"


def test_characters_without_a_glyph_are_named() -> None:
    with pytest.raises(Refused) as refused:
        render_pdf(page("\U000f1234"), css=CSS, metadata=ABOUT)

    assert str(refused.value.problems[0].params["characters"]).endswith("（U+F1234）")
