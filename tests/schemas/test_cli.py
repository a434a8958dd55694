"""The command gives the same verdict with no Django, no database and no network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.__main__ import main
from schemas.specifications import build_document, bundled
from tests.schemas.test_claims import CLAIM, DOCUMENT, OPTION
from tests.schemas.test_specifications import FUNCTION, META

ROOT = Path(__file__).parents[2]
GOOD: dict[str, Any] = {
    **CLAIM,
    "answers": {
        "F0010001": {"answer": "provided"},
        "F0010002": {"answer": "not_provided"},
        "N0010001": {"answer": "provided", "value": 99.9},
        "I0010001": {"answer": "provided", "version": "2.1"},
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "specification.json", bundled(DOCUMENT))
    write(tmp_path / "good.json", GOOD)
    write(tmp_path / "bad.json", CLAIM)
    return tmp_path


def write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def check(folder: Path, claim: str, *options: str) -> int:
    specification = str(folder / "specification.json")
    return main(["check", str(folder / claim), "--specification", specification, *options])


def shown(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_conforming_claim_gives_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder, "good.json", "--on", "2026-11-23") == 0

    assert capsys.readouterr().out.splitlines() == [
        "よやくん 5.2　urn:dmp:spec:example:1.0",
        "2026-11-23現在・市",
        "判定: 適合",
        "  実装必須　　　　 3 / 3（うち経過措置 0）",
        "  標準オプション　 0 / 1",
        "  実装不可の違反　 0 / 0",
    ]


def test_failing_claim_gives_1_and_what_would_satisfy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(folder, "bad.json", "--on", "2026-11-23", "--language", "en") == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "Verdict: does not conform"
    assert lines[7:] == [
        "Failing requirements (3) and what would satisfy them",
        "  F0010001",
        "    “受付” is mandatory: only “provided” conforms.",
        "    /answers/F0010001/answer",
        "  N0010001",
        "    “稼働率” conforms with 99.5% or more.",
        "    /answers/N0010001/value",
        "  I0010001",
        "    “宛名連携” is mandatory: only “provided” conforms.",
        "    /answers/I0010001/answer",
    ]


def test_json_gives_the_whole_verdict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder, "bad.json", "--on", "2026-11-23", "--json") == 1

    said = shown(capsys)
    assert said["well_formed"] is True
    assert said["verdict"]["outcome"] == "does_not_conform"
    assert said["verdict"]["on"] == "2026-11-23"
    assert [r["status"] for r in said["verdict"]["results"]] == [
        "not_met",
        "option_provided",
        "not_met",
        "not_met",
    ]


def test_planned_item_conforms_until_it_is_due(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    due = json.loads(json.dumps(DOCUMENT))
    due["properties"]["F0010001"]["x-requirement"]["due_on"] = "2027-04-01"
    write(folder / "specification.json", due)
    planned = {"answer": "planned", "planned_on": "2027-03-31"}
    write(folder / "planned.json", {**GOOD, "answers": {**GOOD["answers"], "F0010001": planned}})

    assert check(folder, "planned.json", "--on", "2027-03-31") == 0
    assert "判定: 適合（経過措置あり）" in capsys.readouterr().out
    assert check(folder, "planned.json", "--on", "2027-04-01") == 1


def test_body_category_chooses_the_rule(folder: Path) -> None:
    heavier = replace(OPTION, obligations={"designated_city": "mandatory"})
    write(folder / "specification.json", build_document(META, [FUNCTION, heavier]))
    answers = {key: GOOD["answers"][key] for key in ("F0010001", "F0010002")}
    write(folder / "good.json", {**GOOD, "answers": answers})

    assert check(folder, "good.json") == 0
    assert check(folder, "good.json", "--body-category", "designated_city") == 1
    with pytest.raises(SystemExit) as unknown:
        check(folder, "good.json", "--body-category", "county")
    assert unknown.value.code == 2


BROKEN: dict[str, tuple[bytes, str]] = {
    "text": (b"conforms", "json_not_json"),
    "brackets": (b"[" * 5000, "json_too_deep"),
    "surrogate": (b'{"a": "\\ud800"}', "json_lone_surrogate"),
    "NUL": (b'{"a": "\\u0000"}', "json_nul"),
    "50 MB": (b" " * 50_000_000, "json_too_large"),
    "list": (b"[]", "value_is_not_object"),
    "number": (b"1", "value_is_not_object"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_claim_gives_2(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, code = BROKEN[name]
    (folder / "broken.json").write_bytes(data)

    assert check(folder, "broken.json", "--json") == 2

    said = shown(capsys)
    assert said["well_formed"] is False
    assert said["verdict"] is None
    assert [p["code"] for p in said["problems"]] == [code]


def test_ill_formed_claim_gives_2_with_every_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "ill.json", {**GOOD, "answers": {"F0010001": {"answer": "○"}}})

    assert check(folder, "ill.json") == 2

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "適合表明として受け取れません（4件）"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "/answers/F0010001/answer",
        "/answers/F0010002",
        "/answers/N0010001",
        "/answers/I0010001",
    ]


def test_absent_file_and_unknown_specification_give_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(folder, "absent.json", "--json") == 2
    assert [p["code"] for p in shown(capsys)["problems"]] == ["claim_file_not_readable"]
    assert main(["check", str(folder), "--json"]) == 2
    assert [p["code"] for p in shown(capsys)["problems"]] == ["claim_file_not_readable"]
    assert main(["check", str(folder / "good.json"), "--json"]) == 2
    assert [p["code"] for p in shown(capsys)["problems"]] == ["claim_specification_not_found"]
    write(folder / "empty.json", {})
    assert main(["check", str(folder / "empty.json"), "--json"]) == 2
    assert [p["code"] for p in shown(capsys)["problems"]] == ["specification_name_not_urn"]


@pytest.mark.parametrize("reference", ["https://example.com/x", "file:///etc/passwd"])
def test_specification_with_a_foreign_reference_gives_2(
    reference: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = json.loads(json.dumps(DOCUMENT))
    foreign["properties"]["F0010001"]["$ref"] = reference
    write(folder / "specification.json", foreign)

    assert check(folder, "good.json", "--json") == 2

    (problem,) = shown(capsys)["problems"]
    assert problem["code"] == "reference_refused"
    assert problem["pointer"] == "/properties/F0010001/$ref"
    assert problem["place"] == str(folder / "specification.json")


def test_texts_cannot_steer_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "good.json", {**GOOD, "product": {"name": "\x1b[31m赤", "release": "1\r2"}})

    assert check(folder, "good.json") == 0

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\r" not in out


def test_command_runs_without_django_or_network(folder: Path) -> None:
    program = f"""
import socket, sys
def refuse(*a, **k): raise SystemExit("network")
socket.socket.connect = refuse
from schemas.__main__ import main
status = main(["check", {str(folder / "good.json")!r},
               "--specification", {str(folder / "specification.json")!r}])
import schemas.calendar, schemas.codelist, schemas.eras, schemas.money, schemas.workbook
assert not [name for name in sys.modules if name.partition(".")[0] == "django"]
sys.exit(status)
"""

    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert run.returncode == 0


def test_command_needs_the_package_and_a_downloaded_schema_only(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = tmp_path_factory.mktemp("package")
    shutil.copytree(
        ROOT / "schemas", alone / "schemas", ignore=shutil.ignore_patterns("specifications")
    )

    run = subprocess.run(
        [sys.executable, "-m", "schemas", "check", "good.json",
         "--specification", "specification.json"],
        cwd=folder, capture_output=True, check=False,
        env={"PYTHONPATH": str(alone), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip

    assert (run.returncode, run.stderr) == (0, b"")


def test_command_is_called_as_documented(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "schemas", "check", str(folder / "bad.json"), "--on", "2026-11-23",
         "--specification", str(folder / "specification.json")],
        cwd=ROOT, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip

    assert run.returncode == 1
    assert "判定: 不適合" in run.stdout.decode()
    assert run.stderr == b""
