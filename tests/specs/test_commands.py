"""The command line of the demand."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from schemas import engine, registry
from schemas.specifications import shipped, specification_problems
from specs.models import Requirement, Specification, SpecificationVersion
from tests.specs.sheet import make_row, make_sheet

REAL = settings.BASE_DIR.parent / "shared" / "data" / "resident-record-1.0.xlsx"
pytestmark = pytest.mark.django_db


def run(*args: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(*map(str, args), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def import_(path: Path, *more: Any) -> tuple[str, str]:
    return run(
        "import_specification", path, "--slug", "resident-record", "--version", "1.0",
        "--title", "住民記録システム標準仕様書", "--authority", "総務省",
        "--published-on", "2020-09-11", *more,
    )  # fmt: skip


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "要件.xlsx"
    path.write_bytes(make_sheet([make_row(1), make_row(2, obligation="実装不可機能")]))
    return path


@pytest.mark.skipif(not REAL.exists(), reason="the ministry's file is not here")
def test_import_specification_reads_the_ministry_s_own_file() -> None:
    out, err = import_(REAL)

    version = SpecificationVersion.objects.get()
    assert err == ""
    assert "要件 197件: 実装必須 132、標準オプション 18、実装不可 47" in out
    assert f"urn:dmp:spec:resident-record:1.0 sha256 {version.digest}" in out
    assert version.specification.domain == "resident-record"
    assert version.requirements.count() == 197


def test_import_specification_twice_changes_nothing(sheet: Path) -> None:
    import_(sheet)
    before = SpecificationVersion.objects.values().get()

    _out, err = import_(sheet)

    assert err == ""
    assert SpecificationVersion.objects.values().get() == before


def test_import_specification_dry_run_keeps_nothing(sheet: Path, tmp_path: Path) -> None:
    written = tmp_path / "out.json"

    out, err = import_(sheet, "--dry-run", "--out", written)

    assert err == ""
    assert "要件 2件: 実装必須 1、標準オプション 0、実装不可 1" in out
    assert specification_problems(json.loads(written.read_text(encoding="utf-8"))) == []
    assert Specification.objects.count() == 0


def test_import_specification_tells_every_problem_by_sheet_and_cell(tmp_path: Path) -> None:
    path = tmp_path / "要件.xlsx"
    path.write_bytes(make_sheet([make_row(1, obligation="謎"), make_row(2, text=None)]))

    _out, err = import_(path, "--dry-run")

    assert "シート「機能要件一覧」 F2: 実装区分「謎」は知らない語です。" in err
    assert "シート「機能要件一覧」 G3: 要件の内容が空です。" in err
    assert "2件の問題があります" in err


def test_import_specification_takes_a_mapping(tmp_path: Path) -> None:
    path, mapping = tmp_path / "要件.xlsx", tmp_path / "mapping.json"
    path.write_bytes(make_sheet([make_row(1, obligation="要")]))
    mapping.write_text('{"obligations": {"要": "mandatory"}}', encoding="utf-8")

    assert import_(path, "--mapping", mapping)[1] == ""

    version = SpecificationVersion.objects.get()
    assert version.mapping["obligations"] == {"要": "mandatory"}
    assert engine.problems(registry.load("sheet-mapping"), version.mapping) == []


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("{", "JSONとして読めません"), ('{"colour": 1}', "という項目はありません")],
)
def test_import_specification_refuses_a_bad_mapping(
    written: str, sentence: str, sheet: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(written, encoding="utf-8")

    assert sentence in import_(sheet, "--mapping", mapping)[1]
    assert Specification.objects.count() == 0


def test_import_specification_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "開けません" in import_(tmp_path / "none.xlsx")[1]


def test_import_specification_refuses_a_published_number(sheet: Path) -> None:
    import_(sheet)
    sheet.write_bytes(make_sheet([make_row(1)]))

    assert "別の内容で公表済みです" in import_(sheet)[1]
    assert Requirement.objects.count() == 2


def test_load_shipped_specifications_publishes_them_once() -> None:
    first = run("load_shipped_specifications")
    held = list(SpecificationVersion.objects.order_by("id").values())

    assert run("load_shipped_specifications") == first
    assert list(SpecificationVersion.objects.order_by("id").values()) == held
    assert len(held) == len(shipped())
    assert run("check_specifications") == (
        f"{len(held)} version(s) agree with their documents\n",
        "",
    )


def test_the_shipped_versions_hold_every_kind_of_change() -> None:
    run("load_shipped_specifications")

    out, _err = run("diff_specification", "public-facility-reservation", "1.0", "1.1", "--json")

    found = json.loads(out)
    assert engine.problems(registry.load("specification-diff"), found) == []
    assert [kind for kind, number in found["counts"].items() if number] == [
        "requirements",
        "added",
        "withdrawn",
        "tightened",
        "relaxed",
        "redated",
        "reworded",
        "editorial",
    ]


def test_diff_specification_in_words() -> None:
    run("load_shipped_specifications")

    out, _err = run("diff_specification", "public-facility-reservation", "1.0", "1.1")

    assert "9012210" in out
    assert "{+" in out
    assert "[-" in out


def test_diff_specification_names_the_version_that_is_not_there() -> None:
    assert (
        "仕様書「sample」の第1.0版は公表されていません"
        in run("diff_specification", "sample", "1.0", "1.1")[1]
    )


def test_check_specifications_tells_a_difference() -> None:
    run("load_shipped_specifications")
    Requirement.objects.filter(key="F9010010").update(obligation="prohibited")

    _out, err = run("check_specifications")

    assert "F9010010 differs in obligation" in err
