"""The table of two versions as page, workbook, PDF and data; successors of what was withdrawn."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl.cell.rich_text import CellRichText

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from schemas.specifications import Requirement
from specs import rules, successors
from specs.models import SpecificationVersion, Successor
from tests import make

DIFF = "/specifications/sample/diff/1.0/1.1/"
SUCCESSORS = "/specifications/sample/1.1/successors/"
API = "/api/v1/specifications/sample/"
MOVED = "F0010012"
PAIR = {"withdrawn": "F0010002", "successor": MOVED}


def revised() -> list[Requirement]:
    """Return 1.1: one reworded, one withdrawn and come back under another id, one formula-like."""
    first, second, third, *others = make.make_requirements()
    return [
        replace(first, text=first.text.replace("登録", "変更")),
        replace(second, key=MOVED, official_id="0010012", text="予約を必ず取り消せること。"),
        replace(third, remarks='=HYPERLINK("http://example.jp")'),
        *others,
    ]


@pytest.fixture
def newer(db: None) -> SpecificationVersion:
    """Publish 1.0 and 1.1."""
    older = make.make_version()
    made = make.make_version(
        number="1.1", requirements=revised(), published_on=date(2026, 10, 1), previous=older
    )
    return SpecificationVersion.objects.get(pk=made.pk)


def sheet(client: Client) -> Any:
    """Return the workbook's sheet with its rich text."""
    answer = client.get(f"{DIFF}table.xlsx")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content), rich_text=True).worksheets[0]


def lines(client: Client) -> dict[tuple[str, str], list[Any]]:
    """Return the lines of the workbook by id and field."""
    return {(row[0], row[4]): row for row in sheet(client).iter_rows(min_row=4, values_only=True)}


def text_of(content: bytes, folder: Path) -> str:
    """Return the text of a PDF."""
    file = folder / "table.pdf"
    file.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-layout", str(file), "-"],  # noqa: S607 -- installed by script/bootstrap
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_workbook_marks_words_and_holds_no_formula(
    client: Client, newer: SpecificationVersion
) -> None:
    found = lines(client)

    old, new = found["0010001", "要件"][5:7]
    assert isinstance(old, CellRichText)
    assert str(old) == "予約を登録できること。"
    assert str(new) == "予約を変更できること。"
    struck = [part.text for part in old if getattr(part, "font", None) and part.font.strike]
    assert struck == ["登録"]
    assert found["0010003", "備考"][6] == '=HYPERLINK("http://example.jp")'
    cells = sheet(client).iter_rows(min_row=3)
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}


def test_the_pdf_shows_both_sides(
    client: Client, newer: SpecificationVersion, tmp_path: Path
) -> None:
    answer = client.get(f"{DIFF}table.pdf")
    said = text_of(answer.content, tmp_path)

    assert answer["Content-Type"] == "application/pdf"
    assert "新旧対照表（第1.0版・第1.1版）" in said
    assert "（廃止）" in said
    assert "（新設）" in said
    assert client.get(f"{DIFF}table.pdf").content == answer.content


def test_page_rest_and_command_give_the_same_data(
    client: Client, newer: SpecificationVersion, editor: User
) -> None:
    client.force_login(editor)
    client.post(SUCCESSORS, PAIR)
    printed = StringIO()
    call_command("diff_specification", "sample", "1.0", "1.1", json=True, stdout=printed)

    served = client.get(f"{DIFF}changes.json").json()

    assert served == client.get(f"{API}diff/1.0/1.1/").json() == json.loads(printed.getvalue())
    assert served["successors"] == [PAIR]


@pytest.mark.parametrize("name", ["changes.json", "table.xlsx", "table.pdf"])
def test_what_is_handed_out_has_a_name_that_changes_with_it(
    name: str, client: Client, newer: SpecificationVersion, editor: User
) -> None:
    first = client.get(DIFF + name)
    unchanged = client.get(DIFF + name, headers={"If-None-Match": first["ETag"]})
    Successor.objects.create(
        newer=newer, withdrawn_key="F0010002", successor_key=MOVED, confirmed_at="2026-11-23T00:00Z"
    )
    changed = client.get(DIFF + name, headers={"If-None-Match": first["ETag"]})

    assert (unchanged.status_code, changed.status_code) == (304, 200)
    assert first["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("name", ["", "changes.json", "table.xlsx", "table.pdf"])
def test_a_draft_is_compared_by_its_editors_alone(
    name: str, client: Client, db: None, editor: User
) -> None:
    make.make_version()
    make.make_version(
        number="1.1", requirements=revised(), published_on=date(2026, 12, 1), state="draft"
    )

    assert client.get(DIFF + name).status_code == 404
    client.force_login(editor)
    assert client.get(DIFF + name).status_code == 200


def test_a_drafts_successors_stay_with_its_editors(
    client: Client, newer: SpecificationVersion
) -> None:
    draft = make.make_version(
        number="1.2",
        requirements=revised()[1:],
        published_on=newer.published_on,
        state="draft",
        previous=newer,
    )
    Successor.objects.create(
        newer=draft,
        withdrawn_key="F0010001",
        successor_key=MOVED,
        confirmed_at="2026-11-23T00:00Z",
    )

    assert client.get(f"{DIFF}changes.json").json()["successors"] == []
    assert "後継" not in client.get("/specifications/sample/1.1/F0010001/").content.decode()


def test_a_requirement_names_what_it_followed_and_what_followed_it(
    client: Client, newer: SpecificationVersion
) -> None:
    Successor.objects.create(
        newer=newer, withdrawn_key="F0010002", successor_key=MOVED, confirmed_at="2026-11-23T00:00Z"
    )

    old = client.get("/specifications/sample/1.0/F0010002/").content.decode()
    new = client.get(f"/specifications/sample/1.1/{MOVED}/").content.decode()

    assert f'<a href="/specifications/sample/1.1/{MOVED}/">第1.1版 0010012</a>' in old
    assert '<a href="/specifications/sample/1.0/F0010002/">第1.0版 0010002</a>' in new


# -- successors --------------------------------------------------------------------------------


def requirement(text: str, kind: str = "function", title: str = "") -> Requirement:
    """Return a requirement of some words."""
    letter = {"function": "F", "form": "P"}[kind]
    official = f"{abs(hash((text, kind))) % 10**7:07}"
    return Requirement(f"{letter}{official}", official, kind, "mandatory", text, title=title)


@pytest.mark.parametrize(
    ("gone", "come", "like"),
    [
        ("予約を取り消せること。", "予約を必ず取り消せること。", True),
        ("予約を、取り消せること", "予約を取り消せること。", True),
        ("予約を取り消せること。", "統計を出力できること。", False),
    ],
)
def test_near_words_are_likely(gone: str, come: str, like: bool) -> None:
    found = successors.likely(requirement(gone), [requirement(come)])

    assert bool(found) is like
    assert successors.likely(requirement(gone), [requirement(come, "form")]) == []


def test_the_nearest_come_first_and_are_few() -> None:
    texts = [
        "予約を取り消せる。",
        "予約を取り消せること",
        "予約を取消せること。",
        "予約の取り消し。",
    ]
    found = successors.likely(
        requirement("予約を取り消せること。"), [requirement(each) for each in texts]
    )

    assert found[0].requirement.text == "予約を取り消せること"
    assert len(found) <= successors.MOST_LIKELY
    assert [each.likeness for each in found] == sorted(
        (each.likeness for each in found), reverse=True
    )


@pytest.mark.parametrize(
    ("withdrawn", "successor", "found"),
    [
        ("F1", "F3", []),
        ("F2", "F3", ["successor_of_what_is_not_withdrawn"]),
        ("F9", "F3", ["successor_of_what_is_not_withdrawn"]),
        ("F1", "F1", ["successor_stands_in_no_version"]),
        ("F1", "F9", ["successor_stands_in_no_version"]),
    ],
)
def test_a_successor_takes_the_place_of_what_is_withdrawn(
    withdrawn: str, successor: str, found: list[str]
) -> None:
    problems = rules.successor_takes_its_place(
        withdrawn, successor, before={"F1", "F2"}, after={"F2", "F3"}
    )

    assert [each.code for each in problems] == found


def test_an_editor_confirms_what_is_likely_and_takes_it_back(
    client: Client, newer: SpecificationVersion, editor: User, tmp_path: Path
) -> None:
    client.force_login(editor)
    page = client.get(SUCCESSORS).content.decode()
    assert "文が近い、加わった要件" in page
    assert f'name="successor" value="{MOVED}"' in page

    client.post(SUCCESSORS, PAIR)
    client.post(SUCCESSORS, PAIR)
    assert "<b>0010012</b>" in client.get(DIFF).content.decode()
    assert lines(client)["0010002", "要件"][7] == "0010012"
    assert "後継：0010012" in text_of(client.get(f"{DIFF}table.pdf").content, tmp_path)
    client.post(SUCCESSORS, {**PAIR, "remove": "1"})
    client.post(SUCCESSORS, {**PAIR, "remove": "1"})

    assert not Successor.objects.exists()
    facts = {"urn": newer.urn, **PAIR}
    assert list(AuditEvent.objects.order_by("id").values_list("action", "data")) == [
        ("specs.successor_confirmed", facts),
        ("specs.successor_removed", facts),
    ]


def test_what_cannot_be_a_successor_is_refused(
    client: Client, newer: SpecificationVersion, editor: User
) -> None:
    client.force_login(editor)

    page = client.post(SUCCESSORS, {**PAIR, "withdrawn": "F0010001"})
    answer = client.post(
        f"{API}versions/1.1/successors/",
        json.dumps({**PAIR, "successor": "F0010002"}),
        content_type="application/json",
    )

    assert page.status_code == 422
    assert "この版で廃止された要件ではありません" in page.content.decode()
    assert [each["code"] for each in answer.json()["problems"]] == [
        "successor_stands_in_no_version"
    ]
    assert not Successor.objects.exists()


def test_who_does_not_edit_for_the_authority_confirms_nothing(
    client: Client, newer: SpecificationVersion, officer: User
) -> None:
    assert client.get(SUCCESSORS).status_code == 302
    client.force_login(officer)
    assert client.get(SUCCESSORS).status_code == 403
    assert client.post(SUCCESSORS, PAIR).status_code == 403
    for door in ("successors/", "successors/remove/"):
        answer = client.post(
            f"{API}versions/1.1/{door}", json.dumps(PAIR), content_type="application/json"
        )
        assert answer.status_code == 403
    assert not AuditEvent.objects.exists()
