"""A frozen context and a template version give HTML, bytes and a hash.

``issue`` is all or nothing: a context that lacks a value, breaks its schema or contradicts itself
is refused with every problem at once. The same context gives the same bytes, in any process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NoReturn

import jsonschema_rs
import rfc8785
from django.template import Context, Engine
from django.template.base import Node
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from marketplace.pdf import Attached, Metadata, render_pdf
from procurement.documents import rules
from procurement.documents.completeness import missing_values, named, told
from procurement.documents.kinds import HERE, STYLES, Kind, kind_of
from procurement.documents.layout import TOKYO
from schemas import registry
from schemas.problems import Problem, Refused, pointer

UNNUMBERED = "（発行時に付番）"


class UndefinedValueError(Exception):
    """A template names a value that the context does not hold: a fault of the template."""


class _Raising(str):
    """What Django puts in the place of an undefined value; it refuses to be put."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, name: object) -> NoReturn:
        raise UndefinedValueError(str(name))


class _Strict(dict[str, Any]):
    """A part of the context in which an unknown key is a fault, in ``if`` and ``for`` too."""

    def __missing__(self, key: str) -> NoReturn:
        if key == "items":
            raise KeyError(key)  # Django then takes the method
        raise UndefinedValueError(key)


class StrictContext(Context):
    """A template context in which an unknown name is a fault, in ``if`` and ``for`` too."""

    def __getitem__(self, key: str | int | Node) -> Any:
        """Return the value of a name; raises ``UndefinedValueError`` for an unknown one."""
        try:
            return super().__getitem__(key)
        except KeyError:
            raise UndefinedValueError(str(key)) from None


@dataclass(frozen=True)
class Rendered:
    """An issued paper: what was written, and how to know it again."""

    kind: str
    html: str
    pdf: bytes
    sha256: str
    pages: int
    template_version: str
    sample: bool
    context: Mapping[str, Any]
    context_json: bytes


@dataclass(frozen=True)
class Preview:
    """A paper before its issue: its body as HTML, or what still keeps it from being made."""

    kind: str
    html: SafeString
    problems: Sequence[Problem]
    warnings: Sequence[Problem]

    def warning_sentences(self) -> list[str]:
        """Say, in the reader's language, what should be thought about before the issue."""
        return [warning.sentence(get_language() or "ja") for warning in self.warnings]


def issue(kind: str, context: Mapping[str, Any]) -> Rendered:
    """Make a paper, or raise ``Refused`` with everything that is missing or wrong."""
    chosen = kind_of(kind)
    if problems := context_problems(kind, context):
        raise Refused(problems)
    data = canonical(context)
    html = whole_page(chosen, context)
    pdf, pages = render_pdf(
        html,
        css=styles(),
        attachments=[Attached(f"{kind}.json", data, f"{chosen.title_ja}の記載事項（JSON）")],
        metadata=Metadata(
            title=f"{chosen.title_ja}　{context['case']['title']}",
            author=f"{context['body']['name']} {context['body']['department']}",
            subject=f"{context['issue']['number']}　{specification_line(context)}",
            created=datetime.fromisoformat(context["issue"]["issued_at"]),
            identifier=hashlib.sha256(data).digest(),
        ),
    )
    return Rendered(
        kind=kind,
        html=html,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=pages,
        template_version=chosen.version,
        sample=is_sample(context),
        context=context,
        context_json=data,
    )


def previewed(kind: str, context: Mapping[str, Any], *, at: datetime) -> Preview:
    """Show a paper as it would be issued at a time, still without its number.

    ``problems`` not empty: nothing is shown but what is missing and where to enter it.
    """
    chosen = kind_of(kind)
    shown = {"issue": issue_facts(UNNUMBERED, at), **context}
    if problems := context_problems(kind, shown):
        return Preview(kind, SafeString(""), problems, [])
    return Preview(kind, body_html(chosen, shown), [], rules.warnings(kind, shown))


def issue_facts(number: str, at: datetime) -> dict[str, str]:
    """Return the part of a context that the issue itself adds: number, time, day in Japan."""
    local = at.astimezone(TOKYO)
    return {
        "number": number,
        "issued_at": local.isoformat(timespec="seconds"),
        "issued_on": local.date().isoformat(),
    }


def context_problems(kind: str, context: Mapping[str, Any]) -> list[Problem]:
    """Say everything that keeps a context from becoming a paper.

    First what is missing; then, of a whole context, what does not have its form; then what
    contradicts itself or the law.
    """
    schema = kind_of(kind).schema
    if missing := list(missing_values(schema, context)):
        return missing
    if wrong := list(_wrong_values(kind, context)):
        return wrong
    return rules.contradictions(kind, context)


def canonical(context: Mapping[str, Any]) -> bytes:
    """Return the context's one spelling as JSON (RFC 8785): what is hashed and attached."""
    return rfc8785.dumps(dict(context))


def whole_page(kind: Kind, context: Mapping[str, Any]) -> str:
    """Render the whole HTML document from which the file is made."""
    return _templates().get_template("papers/document.html").render(_scope(kind, context))


def body_html(kind: Kind, context: Mapping[str, Any]) -> SafeString:
    """Render the paper's body alone, to stand inside a page."""
    rendered = _templates().get_template(kind.template).render(_scope(kind, context))
    return mark_safe(rendered)  # noqa: S308 -- the engine escapes every value


@cache
def styles() -> str:
    """Return the paper's style sheet, the same for the file and for the preview."""
    return STYLES.read_text(encoding="utf-8")


def specification_line(context: Mapping[str, Any]) -> str:
    """Name the specification and its version, for the foot of every page."""
    specification = context["specification"]
    return f"{specification['title']} 第{specification['version']}版"


def is_sample(context: Mapping[str, Any]) -> bool:
    """Say whether the case or the specification is made-up; every page then says so."""
    return bool(context["case"]["sample"] or context["specification"]["sample"])


def _scope(kind: Kind, context: Mapping[str, Any]) -> StrictContext:
    return StrictContext(
        {
            **_strict(context),
            "paper": _Strict(
                title=kind.title_ja,
                code=kind.code,
                template=kind.template,
                version=kind.version,
                specification=specification_line(context),
                sample=is_sample(context),
            ),
        },
        use_l10n=False,  # the same paper whatever language the officer reads
    )


def _strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _Strict({key: _strict(part) for key, part in value.items()})
    if isinstance(value, list):
        return [_strict(part) for part in value]
    return value


@cache
def _templates() -> Engine:
    return Engine(
        dirs=[str(HERE / "templates")],
        builtins=["procurement.documents.layout"],
        loaders=[
            (
                "django.template.loaders.cached.Loader",
                ["django.template.loaders.filesystem.Loader"],
            )
        ],
        string_if_invalid=_Raising("%s"),  # an empty one would not be asked
        debug=False,
    )


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        dict(kind_of(kind).schema), registry=registry.fast_registry(), validate_formats=True
    )


def _wrong_values(kind: str, context: Mapping[str, Any]) -> list[Problem]:
    found: dict[str, Problem] = {}
    for error in _validator(kind).iter_errors(dict(context)):
        where = pointer(*error.instance_path)
        names, place = named(kind_of(kind).schema, where)
        found.setdefault(where, told("paper_value_wrong", where, names, place))
    return list(found.values())
