"""Check a conformance claim with no Django, no database and no network.

    python -m schemas check CLAIM.json [--on DATE] [--json] [--body-category C]
                                       [--specification FILE] [--language ja|en]

Exit status: 0 the claim conforms (also with transitional items), 1 it does not, 2 it is not a
well-formed claim, or it or its specification cannot be read.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from schemas import codelist, jsontext
from schemas.assessment import Verdict, conformance
from schemas.claims import claim_problems
from schemas.problems import Problem, Refused
from schemas.specifications import (
    ROOT_CATEGORY,
    Requirement,
    requirements_of,
    shipped_document,
    specification_problems,
)

CONFORMS: Final = 0
DOES_NOT_CONFORM: Final = 1
NOT_A_CLAIM: Final = 2
JAPAN: Final = timezone(timedelta(hours=9), "JST")

LABELS: Final[dict[str, dict[str, str]]] = {
    "ja": {
        "not_a_claim": "適合表明として受け取れません（{number}件）",
        "about": "{product} {release}　{specification}",
        "as_of": "{on}現在・{category}",
        "conforms": "判定: 適合",
        "conforms_with_transitional": "判定: 適合（経過措置あり）",
        "does_not_conform": "判定: 不適合",
        "mandatory": "実装必須　　　　 {met} / {total}（うち経過措置 {transitional}）",
        "options": "標準オプション　 {met} / {total}",
        "prohibited": "実装不可の違反　 {violated} / {total}",
        "failing": "適合しない要件（{number}件）と、適合の条件",
        "transitional": "適合基準日前の要件（{number}件）",
        "due": "適合基準日 {due}",
    },
    "en": {
        "not_a_claim": "This is not a well-formed claim ({number} problems)",
        "about": "{product} {release}  {specification}",
        "as_of": "As of {on}, {category}",
        "conforms": "Verdict: conforms",
        "conforms_with_transitional": "Verdict: conforms, with transitional items",
        "does_not_conform": "Verdict: does not conform",
        "mandatory": "Mandatory             {met} / {total} (and transitional: {transitional})",
        "options": "Standard options      {met} / {total}",
        "prohibited": "Prohibited, violated  {violated} / {total}",
        "failing": "Failing requirements ({number}) and what would satisfy them",
        "transitional": "Not yet due ({number})",
        "due": "due {due}",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    on = options.on or datetime.now(JAPAN).date()
    try:
        claim = _read(options.claim)
        document = _specification(claim, options.specification)
        problems = claim_problems(document, claim)
    except Refused as refused:
        problems = refused.problems
    if problems:
        _say_problems(problems, options)
        return NOT_A_CLAIM
    assert isinstance(claim, dict)  # noqa: S101 -- a claim without problems is an object
    verdict = conformance(document).assess(
        claim["answers"], on=on, body_category=options.body_category
    )
    _say_verdict(verdict, claim, requirements_of(document), options)
    return DOES_NOT_CONFORM if verdict.outcome == "does_not_conform" else CONFORMS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m schemas", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check a claim against its specification")
    check.add_argument("claim", type=Path, metavar="CLAIM.json")
    check.add_argument("--on", type=_day, metavar="DATE", help="as of this day; today if absent")
    check.add_argument("--json", action="store_true", help="print the verdict as JSON")
    check.add_argument(
        "--body-category",
        default=ROOT_CATEGORY,
        choices=[category.code for category in codelist.body_categories()],
        help="category of the body for which conformance is asked (%(default)s)",
    )
    check.add_argument(
        "--specification", type=Path, metavar="FILE", help="document, if it is not shipped"
    )
    check.add_argument("--language", choices=sorted(LABELS), default="ja")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD") from None


def _read(path: Path) -> object:
    """Read a JSON file; raises ``Refused`` with the file's name as the place."""
    try:
        with path.open("rb") as file:
            data = file.read(jsontext.MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            [Problem("", "claim_file_not_readable", {"reason": reason}, str(path))]
        ) from None
    try:
        return jsontext.parse(data)
    except Refused as refused:
        raise Refused(
            Problem(p.pointer, p.code, p.params, str(path)) for p in refused.problems
        ) from None


def _specification(claim: object, path: Path | None) -> dict[str, Any]:
    """Find the document: the given file, else the shipped one that the claim names."""
    if path is not None:
        document = _read(path)
        if problems := specification_problems(document):
            raise Refused(
                Problem(p.pointer, p.code, p.params, p.place or str(path)) for p in problems
            )
        assert isinstance(document, dict)  # noqa: S101 -- held by the meta-schema
        return document
    urn = claim.get("specification") if isinstance(claim, dict) else None
    if not isinstance(urn, str):
        raise Refused([Problem("/specification", "specification_name_not_urn")])
    if (shipped := shipped_document(urn)) is None:
        raise Refused([Problem("/specification", "claim_specification_not_found", {"urn": urn})])
    return shipped


def _say_problems(problems: Sequence[Problem], options: argparse.Namespace) -> None:
    language = options.language
    if options.json:
        said = [problem.as_dict(language) for problem in problems]
        _print_json({"well_formed": False, "problems": said, "verdict": None})
        return
    lines = [LABELS[language]["not_a_claim"].format(number=len(problems))]
    for problem in problems:
        where = " ".join(part for part in (problem.place, problem.pointer) if part) or "/"
        lines.append(f"  {where}: {problem.sentence(language)}")
    _print(lines)


def _say_verdict(
    verdict: Verdict,
    claim: dict[str, Any],
    requirements: Sequence[Requirement],
    options: argparse.Namespace,
) -> None:
    language = options.language
    if options.json:
        said = {"specification": claim["specification"], "well_formed": True, "problems": []}
        _print_json({**said, "verdict": verdict.as_dict(language)})
        return
    labels, totals = LABELS[language], verdict.totals
    category = codelist.body_category(verdict.body_category)
    name = category.name_ja if language == "ja" else category.name_en
    about = {"specification": claim["specification"], **claim["product"]}
    about["product"] = about.pop("name")
    titles = {r.key: r.title for r in requirements}
    lines = [
        labels["about"].format(**about),
        labels["as_of"].format(on=verdict.on.isoformat(), category=name),
        labels[verdict.outcome],
        "  "
        + labels["mandatory"].format(
            met=totals.mandatory_met,
            total=totals.mandatory_total,
            transitional=totals.mandatory_transitional,
        ),
        "  " + labels["options"].format(met=totals.options_met, total=totals.options_total),
        "  "
        + labels["prohibited"].format(
            violated=totals.prohibited_violated, total=totals.prohibited_total
        ),
    ]
    waiting = [result for result in verdict.results if result.status == "transitional"]
    for label, results in (("failing", verdict.failing), ("transitional", waiting)):
        if results:
            lines += ["", labels[label].format(number=len(results))]
        for result in results:
            due = labels["due"].format(due=result.due_on) if result.due_on else ""
            title = titles[result.key]
            lines.append("  " + " ".join(part for part in (result.key, title, due) if part))
            if result.problem is not None:
                lines.append(f"    {result.problem.sentence(language)}")
                lines.append(f"    {result.problem.pointer}")
    _print(lines)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{_printable(line)}\n" for line in lines))


def _printable(line: str) -> str:
    """Keep a claim's texts from steering the terminal."""
    return "".join(c if c.isprintable() or c == "\u3000" else "\ufffd" for c in line)


if __name__ == "__main__":
    sys.exit(main())
