"""Import and export through page, REST and command: the same words, and nothing half-kept."""

from __future__ import annotations

import json
import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEvent
from schemas import engine, registry
from schemas.problems import Problem
from specs.models import Requirement, Specification, SpecificationVersion
from tests import make
from tests.specs.files import edited, make_csv, with_part
from tests.specs.sheet import HEADINGS, make_row, make_sheet

PAGE = "/specifications/import/"
REST = "/api/v1/specification-imports/"
pytestmark = pytest.mark.django_db

SHEET = "シート「機能要件一覧」"
GOOD = make_sheet([make_row(1), make_row(2, obligation="実装不可機能")])
SHIFTED = make_sheet([[*make_row(n)[:4], None, *make_row(n)[4:9]] for n in range(1, 6)])
MILLION = make_csv([HEADINGS, make_row(1, text="あ" * 1_000_001)])
PASSWORD = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
)


def formula(sheet: Any) -> None:
    sheet["H2"] = "=1+1"


def rows(*changes: dict[str, Any]) -> bytes:
    return make_sheet([make_row(number, **each) for number, each in enumerate(changes, start=1)])


LINKED = with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<a/>")
TWO_HEADINGS = make_sheet([make_row(1), HEADINGS, make_row(2)])
OTHER_WORDS = {"obligations": {"要": "mandatory"}}
OTHER_SHEET = {"sheets": [{"sheet": "別紙"}]}
#: What is wrong, the file, its mapping, and the problem's code and place; a bare cell is of SHEET.
BAD = {
    "wrong sheet": (make_sheet([], headings=("目次",)), {}, "sheet_has_no_heading_row", "a.xlsx"),
    "shifted columns": (SHIFTED, {}, "sheet_columns_are_shifted", "E1"),
    "two heading rows": (TWO_HEADINGS, {}, "sheet_has_two_heading_rows", "E3"),
    "O for 0": (rows({"official_id": "OO10001"}), {}, "sheet_id_has_letter_for_digit", "E2"),
    "unknown class": (rows({"obligation": "謎"}), {}, "sheet_class_not_known", "F2"),
    "no date": (rows({"due_on": "近日"}), {}, "sheet_due_date_not_a_date", "J2"),
    "a million characters": (MILLION, {}, "sheet_text_too_long", "シート「CSV」 G2"),
    "formula": (edited(rows({}), formula), {}, "sheet_cell_is_formula", "H2"),
    "external link": (LINKED, {}, "workbook_has_external_link", "a.xlsx"),
    "password": (PASSWORD, {}, "workbook_is_encrypted", "a.xlsx"),
    "mapping of other words": (GOOD, OTHER_WORDS, "sheet_mapping_matches_nothing", ""),
    "mapping of another file": (GOOD, OTHER_SHEET, "sheet_is_not_in_workbook", ""),
}


def upload(name: str, data: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile(name, data),
        "authority": make.make_authority().pk,
        "title": "住民記録システム標準仕様書",
        "slug": "resident-record",
        "domain": "resident-record",
        "number": "1.0",
        "published_on_year": "2020",
        "published_on_month": "9",
        "published_on_day": "11",
        "extension_policy": "closed",
        **changes,
    }


def sent(name: str, data: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile(name, data),
        "slug": "resident-record",
        "version": "1.0",
        "title": "住民記録システム標準仕様書",
        "authority": "総務省",
        "published_on": "2020-09-11",
        "domain": "resident-record",
        **changes,
    }


def imported(path: Path, *more: object) -> tuple[str, str, int]:
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command(
            "import_specification", str(path), "--slug", "resident-record", "--version", "1.0",
            "--title", "住民記録システム標準仕様書", "--authority", "総務省",
            "--published-on", "2020-09-11", *map(str, more), stdout=out, stderr=err,
        )  # fmt: skip
    except CommandError as error:
        err.write(str(error))
        status = error.returncode
    return out.getvalue(), err.getvalue(), status


def kept() -> tuple[int, int, int]:
    events = AuditEvent.objects.filter(action__startswith="specs.version").count()
    return Specification.objects.count(), Requirement.objects.count(), events


@pytest.mark.parametrize("what", BAD)
def test_a_bad_sheet_is_told_alike_by_page_rest_and_command(
    what: str, client: Client, editor: User, tmp_path: Path
) -> None:
    data, mapping, code, place = BAD[what]
    name = "a.csv" if data is MILLION else "a.xlsx"
    place = f"{SHEET} {place}" if len(place) == 2 else place
    client.force_login(editor)
    text = json.dumps(mapping) if mapping else ""
    path, asked = tmp_path / name, tmp_path / "mapping.json"
    path.write_bytes(data)
    asked.write_text(text or "{}", encoding="utf-8")

    rest = client.post(REST, sent(name, data, mapping=text))
    found = [p for p in rest.json()["problems"] if p["code"] == code]
    assert (rest.status_code, len(found)) == (422, 1)
    assert found[0].get("place", "") == place
    params = found[0].get("params", {})
    sentence = Problem("", code, params).sentence()

    for preview in ("1", ""):
        page = client.post(PAGE, upload(name, data, mapping=text, preview=preview))
        shown = unescape(page.content.decode())
        assert page.status_code == 422
        assert sentence in shown
        assert (place or "列の対応") in shown

    for dry in ([], ["--dry-run"]):
        _out, err, status = imported(path, "--mapping", asked, *dry)
        assert status == 1
        assert f"{place}: {sentence}" in err if place else sentence in err

    assert kept() == (0, 0, 0)


# -- the page ----------------------------------------------------------------------------------


def fields_of(page: str) -> dict[str, str]:
    """Read what a browser would send of the page's form, its file aside."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        said = dict(re.findall(r'([a-z_]+)="([^"]*)"', tag))
        chosen = said.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if "name" in said and chosen and said.get("type") != "file":
            found[said["name"]] = unescape(said.get("value", ""))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen_option = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen_option.group(1)) if chosen_option else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_what_was_understood_is_looked_at_and_then_kept_without_choosing_the_file_again(
    client: Client, editor: User
) -> None:
    client.force_login(editor)

    looked = client.post(PAGE, upload("要件.xlsx", GOOD, preview="1"))

    page = looked.content.decode()
    assert looked.status_code == 200
    assert "2件の要件を読み取りました。まだ保存していません" in page
    assert kept() == (0, 0, 0)

    drafted = client.post(PAGE, fields_of(page))

    version = SpecificationVersion.objects.get()
    assert drafted.headers["Location"] == "/specifications/resident-record/1.0/"
    assert (version.state, version.source_name) == ("draft", "要件.xlsx")
    assert version.requirements.count() == 2
    assert engine.problems(registry.load("sheet-mapping"), version.mapping) == []
    assert version.mapping["sheets"][0]["heading_row"] == 1
    assert version.mapping["sheets"][0]["columns"]["text"] == {
        "column": "G",
        "heading": "機能要件",
    }


def test_an_unknown_word_and_column_are_explained_on_the_page(client: Client, editor: User) -> None:
    client.force_login(editor)
    headings = ("番号", "要否", "中身", "章")
    data = make_sheet([("0010001", "要", "できること。", "一")], headings=headings)

    first = client.post(PAGE, upload("要件.xlsx", data, preview="1"))
    assert first.status_code == 422
    asked = fields_of(first.content.decode()) | {
        "sheet-0-column-official_id": "A",
        "sheet-0-column-obligation": "B",
        "sheet-0-column-text": "C",
        "sheet-0-column-chapter": "D",
        "preview": "1",
    }

    second = client.post(PAGE, asked)

    assert second.status_code == 422
    assert "実装区分「要」は知らない語です" in second.content.decode()
    words = fields_of(second.content.decode()) | {"word-0-means": "mandatory"}
    assert client.post(PAGE, words).status_code == 302
    version = SpecificationVersion.objects.get()
    row = version.requirements.get()
    assert (row.official_id, row.obligation, row.text, row.chapter) == (
        "0010001",
        "mandatory",
        "できること。",
        "一",
    )
    assert version.mapping["obligations"] == {"要": "mandatory"}


def test_a_sheet_may_be_left_out_on_the_page(client: Client, editor: User) -> None:
    client.force_login(editor)

    def add(sheet: Any) -> None:
        other = sheet.parent.create_sheet("参考")
        for row in (["機能ID", "実装区分", "機能要件"], ["0010001", "◎", "重なる。"]):
            other.append(row)

    first = client.post(PAGE, upload("要件.xlsx", edited(GOOD, add), preview="1"))
    assert first.status_code == 422
    asked = fields_of(first.content.decode())
    del asked["sheet-1-read"]

    assert client.post(PAGE, asked).status_code == 302
    assert SpecificationVersion.objects.get().requirements.count() == 2


def test_a_sheet_with_no_choice_of_sheets_is_refused(client: Client, editor: User) -> None:
    client.force_login(editor)
    first = client.post(PAGE, upload("要件.xlsx", GOOD, preview="1"))
    asked = fields_of(first.content.decode())
    del asked["sheet-0-read"]

    answer = client.post(PAGE, asked)

    assert answer.status_code == 422
    assert "読むシートを一つ以上選んでください" in answer.content.decode()
    assert kept() == (0, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"held": "%%%"},
        {"held": "AAAA"},
        {"sheets": "999999"},
        {"sheets": "x"},
        {"sheet-0-heading_row": "x"},
        {"sheet-0-heading_row": "9999999"},
        {"sheet-0-kind": "x"},
        {"sheet-0-column-text": "../../etc"},
        {"sheet-0-column-text": "\0"},
        {"sheet-0-name": ""},
        {"word-0-word": "要", "word-0-means": "x"},
    ],
)
def test_fields_that_no_browser_sends_are_refused(
    changes: dict[str, str], client: Client, editor: User
) -> None:
    client.force_login(editor)
    first = client.post(PAGE, upload("要件.xlsx", GOOD, preview="1"))
    asked = fields_of(first.content.decode()) | {"sheet-0-heading_row_was": "1"}

    answer = client.post(PAGE, asked | changes)

    assert answer.status_code == 422
    assert kept() == (0, 0, 0)


def test_the_name_of_a_carried_file_keeps_what_can_be_printed(client: Client, editor: User) -> None:
    client.force_login(editor)
    first = client.post(PAGE, upload("要件.xlsx", GOOD, preview="1"))

    client.post(PAGE, fields_of(first.content.decode()) | {"held_name": "\0要\n件.xlsx\u202e"})

    assert SpecificationVersion.objects.get().source_name == "要件.xlsx"


def test_the_same_file_twice_changes_nothing(client: Client, editor: User) -> None:
    client.force_login(editor)
    client.post(PAGE, upload("要件.xlsx", GOOD))
    before = SpecificationVersion.objects.values().get()
    events, rows = AuditEvent.objects.count(), list(Requirement.objects.values())

    client.post(PAGE, upload("要件.xlsx", GOOD))
    client.post(REST, sent("要件.xlsx", GOOD))

    assert SpecificationVersion.objects.values().get() == before
    assert (AuditEvent.objects.count(), list(Requirement.objects.values())) == (events, rows)


def test_a_newer_file_replaces_the_draft(client: Client, editor: User) -> None:
    client.force_login(editor)
    client.post(PAGE, upload("要件.xlsx", GOOD))

    client.post(PAGE, upload("要件2.xlsx", make_sheet([make_row(1), make_row(2), make_row(3)])))

    version = SpecificationVersion.objects.get()
    assert (version.source_name, version.requirements.count()) == ("要件2.xlsx", 3)


# -- export ------------------------------------------------------------------------------------


def test_an_exported_version_imports_as_the_same_version_without_typing(
    client: Client, editor: User, tmp_path: Path
) -> None:
    client.force_login(editor)
    client.post(PAGE, upload("要件.xlsx", GOOD))
    digest = SpecificationVersion.objects.get().digest
    client.post("/specifications/resident-record/1.0/publish/", {"digest": digest})

    sheet = client.get("/specifications/resident-record/1.0/sheet.xlsx")
    rest = client.get("/api/v1/specifications/resident-record/versions/1.0/sheet/")
    path = tmp_path / "out.xlsx"
    call_command("export_specification", "resident-record", "1.0", str(path), stdout=StringIO())

    assert sheet.content == rest.content == path.read_bytes()
    looked = client.post(
        PAGE, {"file": SimpleUploadedFile("out.xlsx", path.read_bytes()), "preview": "1"}
    )
    assert looked.status_code == 200
    call_command("import_specification", str(path), stdout=StringIO())
    assert SpecificationVersion.objects.get().digest == digest
