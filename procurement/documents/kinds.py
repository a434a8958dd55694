"""The kinds of paper, the versions of their templates, and the schemas of their contexts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas import registry
from schemas.problems import Problem, Refused

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates" / "papers"
STYLES = HERE / "static" / "documents" / "paper.css"
SHARED = (TEMPLATES / "document.html", TEMPLATES / "_parts", STYLES, HERE / "layout.py")


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its code, its titles, its template and the schema of its context."""

    code: str
    title_ja: str
    title_en: str

    @property
    def template(self) -> str:
        """The name of the template of the paper's body."""
        return f"papers/{self.code}/paper.html"

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema that a context satisfies."""
        return registry.load(f"papers/{self.code}")

    @property
    def version(self) -> str:
        """The version of the template: the last one that ``versions.json`` names."""
        return list(versions()[self.code])[-1]


KINDS = {
    kind.code: kind
    for kind in (
        Kind("procurement_specification", "調達仕様書", "Procurement specification"),
        Kind("comparison_table", "候補比較表", "Comparison table"),
        Kind(
            "negotiated_contract_justification",
            "随意契約理由書",
            "Justification of a negotiated contract",
        ),
    )
}
CHOICES = [(kind.code, kind.title_ja) for kind in KINDS.values()]


def kind_of(code: str) -> Kind:
    """Return the kind of a code; raises ``Refused`` for a code that is none."""
    if code not in KINDS:
        raise Refused([Problem("/kind", "paper_kind_unknown", {"kind": code[:60]})])
    return KINDS[code]


@cache
def versions() -> Mapping[str, Mapping[str, str]]:
    """Return, by kind, every version that the template has had and the digest it had then."""
    history: Mapping[str, Mapping[str, str]] = json.loads(
        (TEMPLATES / "versions.json").read_text(encoding="utf-8")
    )
    return history


def template_digest(code: str) -> str:
    """Return the SHA-256 of everything that shapes the paper besides its context.

    A change here without a new version in ``versions.json`` is a fault: papers of one version look
    alike.
    """
    digest = hashlib.sha256()
    for root in (*SHARED, TEMPLATES / code):
        for path in [root] if root.is_file() else sorted(root.rglob("*.*")):
            digest.update(path.relative_to(HERE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
