"""Arrange a version's requirements as a reader turns its pages: by chapter and section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from specs.models import Requirement

#: A version with more requirements than this is read a chapter at a time.
MOST_AT_ONCE: Final = 300


@dataclass
class Section:
    """A section (中項目) of the page: its requirements, and an anchor."""

    anchor: str
    title: str
    requirements: list[Requirement] = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter (大項目) of the page.

    ``start`` counts the requirements before it. One that ``waits`` is named, counted and linked,
    but its requirements are left for a request of their own.
    """

    anchor: str
    title: str
    sections: list[Section] = field(default_factory=list)
    count: int = 0
    start: int = 0
    waits: bool = False


def contents(requirements: Iterable[Requirement]) -> list[Chapter]:
    """Arrange requirements, which are in the document's order, by chapter and section."""
    chapters: list[Chapter] = []
    for position, each in enumerate(requirements):
        if not chapters or chapters[-1].title != each.chapter:
            chapters.append(Chapter(f"c{len(chapters) + 1}", each.chapter, start=position))
        chapter = chapters[-1]
        if not chapter.sections or chapter.sections[-1].title != each.section:
            anchor = f"{chapter.anchor}-{len(chapter.sections) + 1}"
            chapter.sections.append(Section(anchor, each.section))
        chapter.sections[-1].requirements.append(each)
        chapter.count += 1
    return chapters


def opened(chapters: Sequence[Chapter], at: str) -> Chapter:
    """Return the chapter of an anchor (``c3``) or of a requirement's key, else the first."""
    for chapter in chapters:
        keys = (each.key for section in chapter.sections for each in section.requirements)
        if at and (at == chapter.anchor or at in keys):
            return chapter
    return chapters[0]


def one_opened(
    chapters: Sequence[Chapter], chapter: Chapter, requirements: Iterable[Requirement]
) -> list[Chapter]:
    """Let every chapter wait but one, which takes its requirements with all their facts."""
    (full,) = contents(requirements)
    return [
        replace(each, sections=_named(full.sections, each.sections))
        if each is chapter
        else replace(each, waits=True)
        for each in chapters
    ]


def _named(sections: Iterable[Section], like: Iterable[Section]) -> list[Section]:
    return [
        replace(section, anchor=known.anchor) for section, known in zip(sections, like, strict=True)
    ]
