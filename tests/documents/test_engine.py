"""The engine: all or nothing, strict, and the same bytes for the same context."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.template import Template

from procurement.documents import engine, kinds
from procurement.documents.facts import Outline, RequirementFacts
from procurement.documents.layout import in_groups_of
from schemas.problems import Refused
from tests.documents import facts

ROOT = Path(__file__).parents[2]
KINDS = list(kinds.KINDS)


@pytest.fixture(scope="module")
def rendered() -> dict[str, engine.Rendered]:
    """Return each kind, issued once."""
    return {kind: engine.issue(kind, facts.context(kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_same_context_gives_same_bytes_in_another_process(
    kind: str, rendered: dict[str, engine.Rendered]
) -> None:
    code = (
        "from tests.documents import facts; from procurement.documents import engine;"
        f"print(engine.issue({kind!r}, facts.context({kind!r})).sha256)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"DJANGO_SETTINGS_MODULE": "marketplace.settings", "PYTHONHASHSEED": "7", "PATH": ""},
    ).stdout.strip()

    assert printed == rendered[kind].sha256
    assert hashlib.sha256(rendered[kind].pdf).hexdigest() == rendered[kind].sha256


@pytest.mark.parametrize("kind", KINDS)
def test_another_number_gives_other_bytes(kind: str, rendered: dict[str, engine.Rendered]) -> None:
    context = facts.context(kind)
    context["issue"]["number"] += "-2"

    assert engine.issue(kind, context).sha256 != rendered[kind].sha256


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_archival_tagged_and_embeds_only_our_fonts(
    kind: str, rendered: dict[str, engine.Rendered]
) -> None:
    with pikepdf.open(io.BytesIO(rendered[kind].pdf)) as pdf:
        root = pdf.Root
        with pdf.open_metadata() as xmp:
            claimed = (xmp["pdfaid:part"], xmp["pdfaid:conformance"])
        fonts = {str(name) for name in font_names(pdf)}

        assert claimed == ("3", "A")
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        assert str(root.Lang) == "ja"
        assert "/Encrypt" not in pdf.trailer
        assert len(pdf.pages) == rendered[kind].pages
        assert fonts
        assert all(re.match(r"/[A-Z]{6}\+(BIZ-UD|Noto-S)", name) for name in fonts)
        assert all(is_embedded(font) for font in all_fonts(pdf))


@pytest.mark.parametrize("kind", KINDS)
def test_attachment_is_the_context(kind: str, rendered: dict[str, engine.Rendered]) -> None:
    with pikepdf.open(io.BytesIO(rendered[kind].pdf)) as pdf:
        attached = list(pdf.Root.AF)
        stored = attached[0].EF.F.read_bytes()

        assert len(attached) == 1
        assert str(attached[0].AFRelationship) == "/Data"
        assert str(attached[0].UF) == f"{kind}.json"
        assert json.loads(stored) == facts.context(kind)
        assert stored == rendered[kind].context_json


def test_times_in_the_file_are_those_of_the_issue(rendered: dict[str, engine.Rendered]) -> None:
    with pikepdf.open(io.BytesIO(rendered["comparison_table"].pdf)) as pdf:
        dates = {str(pdf.docinfo[name]) for name in ("/CreationDate", "/ModDate")}
        about = pdf.Root.AF[0].EF.F.Params

        assert dates == {"D:20261123120000+09'00"}
        assert str(about.CreationDate) == str(about.ModDate)
        assert "20261123" in str(about.CreationDate)


@pytest.mark.parametrize("kind", KINDS)
def test_structure_holds_headings_and_table_heads(
    kind: str, rendered: dict[str, engine.Rendered], tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(rendered[kind].pdf)

    structure = subprocess.run(
        ["/usr/bin/pdfinfo", "-struct", str(path)], check=True, capture_output=True, text=True
    ).stdout
    checked = subprocess.run(
        ["/usr/bin/qpdf", "--check", str(path)], check=False, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert structure.index("H1") < structure.index("H2") < structure.index("H3")
    assert "TH" in structure


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_sample_and_carries_number_and_version(
    kind: str, rendered: dict[str, engine.Rendered], tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(rendered[kind].pdf)
    number = facts.context(kind)["issue"]["number"]

    pages = subprocess.run(
        ["/usr/bin/pdftotext", "-layout", str(path), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\f")[:-1]

    assert len(pages) == rendered[kind].pages
    for place, page in enumerate(pages, 1):
        assert "サンプル（見本データ）" in page
        assert number in page
        assert "第1.1版" in page
        assert f"{place}/{len(pages)}" in page.replace(" ", "")


def test_paper_without_sample_data_does_not_say_sample() -> None:
    context = facts.context("comparison_table")
    context["case"]["sample"] = context["specification"]["sample"] = False

    assert "サンプル（見本データ）" not in engine.issue("comparison_table", context).html


@pytest.mark.parametrize("kind", KINDS)
def test_every_missing_value_is_listed_at_once(kind: str) -> None:
    context = facts.context(kind)
    context["body"]["department"] = None
    context["case"]["title"] = "  "
    del context["specification"]["authority"]

    with pytest.raises(Refused) as refused:
        engine.issue(kind, context)

    assert [problem.pointer for problem in refused.value.problems] == [
        "/body/department",
        "/case/title",
        "/specification/authority",
    ]
    assert refused.value.problems[0].sentence() == (
        "「担当課」が入力されていません。案件の「記載事項」で入力してください。"
    )
    assert refused.value.problems[0].sentence("en") == (
        "“department” is missing. Enter it under “Particulars” of the case."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_required_value_can_be_left_out(kind: str) -> None:
    """Take each value away in turn: it is missing, or its schema says that it may be."""
    whole = facts.context(kind)
    missed = []
    for path in leaves(whole):
        context = copy.deepcopy(whole)
        holder: Any = context
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = None
        if not engine.context_problems(kind, context):
            missed.append("/" + "/".join(map(str, path)))

    assert sorted({re.sub(r"/\d+", "/*", pointer) for pointer in missed}) == MAY_BE_NONE[kind]


MAY_BE_NONE = {
    "procurement_specification": [
        "/ceiling",
        "/requirements/*/bound",
        "/requirements/*/due_on",
        "/requirements/*/interface",
        "/requirements/*/section",
        "/schedule/*/starts_on",
    ],
    "comparison_table": [
        "/basis/population",
        "/candidates/*/adopters",
        "/candidates/*/decided_by",
        "/candidates/*/decided_on",
        "/candidates/*/exit_terms",
        "/candidates/*/migration",
        "/candidates/*/population_band",
        "/conclusion",
    ],
    "negotiated_contract_justification": ["/reasons/shortfall", "/threshold/effective_from"],
}


def test_missing_value_in_a_list_is_named_with_its_row() -> None:
    context = facts.context("procurement_specification", total=12)
    context["schedule"][1]["ends_on"] = ""

    problem = engine.context_problems("procurement_specification", context)[0]

    assert problem.sentence() == (
        "「作業スケジュール 2行目の期限」が入力されていません。"
        "案件の「記載事項」で入力してください。"
    )


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        engine.issue("memo", {})

    assert [problem.code for problem in refused.value.problems] == ["paper_kind_unknown"]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/contract/starts_on", "2027-02-30"),
        ("/contract/starts_on", 20270401),
        ("/exit/within_days", 30.5),
        ("/exit/within_days", True),
        ("/body/code", "72028"),
        ("/specification/sha256", "x" * 64),
        ("/case/title", "題\x00"),
        ("/case/title", "題\ud800"),
        ("/case/title", "題" * 121),
    ],
)
def test_value_of_another_form_is_refused(pointer: str, value: object) -> None:
    context = facts.context("procurement_specification")
    section, name = pointer.split("/")[1:]
    context[section][name] = value

    problems = engine.context_problems("procurement_specification", context)

    assert [(problem.pointer, problem.code) for problem in problems] == [
        (pointer, "paper_value_wrong")
    ]


def test_unknown_value_is_refused() -> None:
    context = facts.context("comparison_table")
    context["planned_price"] = 1

    assert [problem.code for problem in engine.context_problems("comparison_table", context)] == [
        "paper_value_wrong"
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{{ nothing }}",
        "{{ case.nothing }}",
        "{% if nothing %}x{% endif %}",
        "{% if case.nothing %}x{% endif %}",
        "{% for row in case.nothing %}x{% endfor %}",
        "{{ nothing|era }}",
        "{{ case.title.nothing }}",
    ],
)
def test_undefined_value_in_a_template_is_a_fault(source: str) -> None:
    scope = engine._scope(kinds.kind_of("comparison_table"), facts.context("comparison_table"))
    template = Template(source, engine=engine._templates())

    with pytest.raises(engine.UndefinedValueError):
        template.render(scope)


def test_html_in_every_text_is_shown_as_text() -> None:
    attack = '<script>alert(1)</script><img src="file:///etc/passwd">&"\'</td>'
    context = facts.context("procurement_specification", total=12)
    for path in leaves(context):
        holder: Any = context
        for part in path[:-1]:
            holder = holder[part]
        if path[0] in {"outline", "requirements"} and path[-1] in {"background", "text", "title"}:
            holder[path[-1]] = attack
    context["case"]["title"] = context["body"]["name"] = attack[:60]

    html = engine.issue("procurement_specification", context).html

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_rare_characters_and_long_cells_are_printed() -> None:
    long = RequirementFacts(
        "9999901",
        "function",
        "mandatory",
        "異体字",
        "髙﨑𠮷 ㈱①Ⅲ㎡ 神\u2011社",
        "長い要件である。" * 250,
    )
    endless = RequirementFacts("9999902", "function", "mandatory", "異体字", "x" * 300, "y" * 2000)
    context = facts.context("procurement_specification", requirements=[long, endless])

    rendered = engine.issue("procurement_specification", context)

    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        assert any("Noto" in str(name) for name in font_names(pdf))
    assert rendered.pages > 10


def test_character_that_no_font_of_ours_has_is_named() -> None:
    outline = facts.specification_facts().outline
    context = facts.context(
        "procurement_specification",
        total=12,
        outline=Outline(**{**outline.__dict__, "purpose": "笑顔😀で"}),
    )

    with pytest.raises(Refused) as refused:
        engine.issue("procurement_specification", context)

    assert [problem.code for problem in refused.value.problems] == ["paper_characters_unprintable"]
    assert refused.value.problems[0].params["characters"] == "😀（U+1F600）"


def test_preview_shows_the_body_without_a_number() -> None:
    context = facts.context("comparison_table")
    del context["issue"]

    preview = engine.previewed("comparison_table", context, at=facts.AT)

    assert engine.UNNUMBERED in preview.html
    assert preview.html.lstrip().startswith("<article")
    assert "style=" not in preview.html
    assert [problem.code for problem in preview.warnings] == ["paper_sample_data"]


def test_preview_of_an_incomplete_paper_shows_what_is_missing() -> None:
    context = facts.context("comparison_table", conclusion="")
    del context["issue"]
    context["search"] = None

    preview = engine.previewed("comparison_table", context, at=facts.AT)

    assert preview.html == ""
    assert [problem.pointer for problem in preview.problems] == [
        "/search/conditions",
        "/search/locked_at",
        "/search/locked_by",
        "/search/sha256",
        "/search/found",
        "/conclusion",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_template_that_changed_has_a_new_version(kind: str) -> None:
    """When this fails: add the next version with the digest below to versions.json."""
    history = kinds.versions()[kind]

    assert history[kinds.kind_of(kind).version] == kinds.template_digest(kind)
    assert len(set(history.values())) == len(history)


@pytest.mark.parametrize(
    ("count", "most", "sizes"),
    [(0, 5, []), (1, 5, [1]), (5, 5, [5]), (6, 5, [3, 3]), (7, 5, [4, 3]), (11, 5, [4, 4, 3])],
)
def test_groups_are_even(count: int, most: int, sizes: list[int]) -> None:
    assert [len(group) for group in in_groups_of(list(range(count)), most)] == sizes


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value that holds no others (of lists, the first item only)."""
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in leaves(part, (*path, key))]
    if isinstance(value, list):
        return leaves(value[0], (*path, 0)) if value else []
    return [path]


def all_fonts(pdf: pikepdf.Pdf) -> list[Any]:
    """Return every font of the file."""
    return [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
    ]


def font_names(pdf: pikepdf.Pdf) -> list[Any]:
    """Return the name of every font of the file."""
    return [font.BaseFont for font in all_fonts(pdf)]


def is_embedded(font: Any) -> bool:
    """Say whether the font's outlines stand in the file."""
    if "/DescendantFonts" in font:
        font = font.DescendantFonts[0]
    return any(name in font.FontDescriptor for name in ("/FontFile2", "/FontFile3"))
