"""Arrange a version's requirements as a reader turns its pages: by chapter and section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from specs.models import Requirement


@dataclass
class Section:
    """A section (中項目) of the page: its requirements, and an anchor."""

    anchor: str
    title: str
    requirements: list[Requirement] = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter (大項目) of the page."""

    anchor: str
    title: str
    sections: list[Section] = field(default_factory=list)
    count: int = 0


def contents(requirements: Iterable[Requirement]) -> list[Chapter]:
    """Arrange requirements, which are in the document's order, by chapter and section."""
    chapters: list[Chapter] = []
    for each in requirements:
        if not chapters or chapters[-1].title != each.chapter:
            chapters.append(Chapter(f"c{len(chapters) + 1}", each.chapter))
        chapter = chapters[-1]
        if not chapter.sections or chapter.sections[-1].title != each.section:
            anchor = f"{chapter.anchor}-{len(chapter.sections) + 1}"
            chapter.sections.append(Section(anchor, each.section))
        chapter.sections[-1].requirements.append(each)
        chapter.count += 1
    return chapters
