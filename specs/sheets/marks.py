"""What stands about the cells of a sheet beside their values, which a reader of values cannot see.

Hidden rows and columns, text that is struck through, formulas, percentages, and links with other
files. Nothing is parsed unless a quick look finds that there is something to find.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from schemas import workbook

Cell = tuple[int, int]
Unreadable = ET.ParseError

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: A formula, with or without a prefix; each begins with letters, which are searched for fastest.
_FORMULAS: Final = (re.compile(rb"<f[\s/>]"), re.compile(rb":f[\s/>]"))
_PERCENT_FORMATS: Final = {9, 10}  # 0% and 0.00% (ECMA-376 part 1, 18.8.30)
_NOTHING_STRUCK: Final = {"0", "false", "none"}


@dataclass(frozen=True)
class Marks:
    """Rows, columns and cells of one sheet by what is said about them; all count from 0.

    ``struck`` are cells whose whole text is struck through, ``partly_struck`` those where only a
    part is; ``percent`` cells hold a share of one and show it times a hundred.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Cell] = frozenset()
    partly_struck: frozenset[Cell] = frozenset()
    formulas: frozenset[Cell] = frozenset()
    percent: frozenset[Cell] = frozenset()


NO_MARKS: Final = Marks()


# -- .xlsx -------------------------------------------------------------------------------------


def of_workbook(data: bytes) -> tuple[dict[str, Marks], bool]:
    """Give the marks by sheet name, and whether the file is linked with other files.

    Call it only on bytes that ``schemas.workbook`` took. Raises ``Unreadable`` for broken parts.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        links = any(name.startswith("xl/externalLinks/") for name in names)
        struck, percent = _styles(archive, names)
        texts = _struck_texts(archive, names)
        found = {}
        for sheet, part in _sheets(archive, names):
            content = archive.read(part)
            told = struck or percent or texts or b"strike" in content or b"hidden=" in content
            if told or any(formula.search(content) for formula in _FORMULAS):
                found[sheet] = _sheet(content, struck, percent, texts)
    return found, links


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    for sheet in _tree(archive, "xl/workbook.xml").iterfind(".//{*}sheet"):
        target = targets.get(sheet.get(_RELATION, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield sheet.get("name", ""), part


def _styles(archive: zipfile.ZipFile, names: set[str]) -> tuple[set[int], set[int]]:
    """Give the numbers of the cell styles that strike through, and of those that show percent."""
    if "xl/styles.xml" not in names:
        return set(), set()
    tree = _tree(archive, "xl/styles.xml")
    fonts = [_is_struck(font) for font in tree.iterfind("{*}fonts/{*}font")]
    percent = set(_PERCENT_FORMATS)
    for form in tree.iterfind("{*}numFmts/{*}numFmt"):
        if "%" in form.get("formatCode", ""):
            percent.add(_number(form.get("numFmtId")))
    struck_styles, percent_styles = set(), set()
    for number, style in enumerate(tree.iterfind("{*}cellXfs/{*}xf")):
        font = _number(style.get("fontId"))
        if 0 <= font < len(fonts) and fonts[font]:
            struck_styles.add(number)
        if _number(style.get("numFmtId")) in percent:
            percent_styles.add(number)
    return struck_styles, percent_styles


def _is_struck(properties: ET.Element | None) -> bool:
    strike = None if properties is None else properties.find("{*}strike")
    return strike is not None and strike.get("val", "1") not in _NOTHING_STRUCK


def _struck_texts(archive: zipfile.ZipFile, names: set[str]) -> dict[int, bool]:
    """Give the shared texts that have struck runs: True where all of the text is struck."""
    if "xl/sharedStrings.xml" not in names:
        return {}
    content = archive.read("xl/sharedStrings.xml")
    if b"strike" not in content:
        return {}
    found = {}
    number = 0
    for _event, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 -- no DOCTYPE
        if _name(element) == "si":
            whole = _struck_runs(element)
            if whole is not None:
                found[number] = whole
            number += 1
            element.clear()
    return found


def _struck_runs(text: ET.Element) -> bool | None:
    """Tell whether all runs of a text are struck, some (False), or none (None)."""
    runs = [
        _is_struck(run.find("{*}rPr"))
        for run in text.iterfind("{*}r")
        if "".join(part.text or "" for part in run.iterfind("{*}t")).strip()
    ]
    return all(runs) if any(runs) else None


def _sheet(content: bytes, struck: set[int], percent: set[int], texts: dict[int, bool]) -> Marks:
    rows: set[int] = set()
    columns: set[int] = set()
    whole, part, formulas, shares = set[Cell](), set[Cell](), set[Cell](), set[Cell]()
    row = column = -1
    for event, element in ET.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314 -- no DOCTYPE
        name = _name(element)
        if event == "start":
            if name == "row":
                row, column = _number(element.get("r"), row + 2) - 1, -1
                if _is_hidden(element):
                    rows.add(row)
            elif name == "col" and _is_hidden(element):
                last = min(_number(element.get("max")), 16_384)
                columns.update(range(max(_number(element.get("min")) - 1, 0), last))
            continue
        if name == "row":
            element.clear()
        elif name == "c":
            column = _column(element.get("r", "")) if element.get("r") else column + 1
            at = (row, column)
            style = _number(element.get("s"))
            runs = _struck_cell(element, texts)
            if style in struck or runs:
                whole.add(at)
            elif runs is not None:
                part.add(at)
            if style in percent:
                shares.add(at)
            if element.find("{*}f") is not None:
                formulas.add(at)
    sets = (rows, columns, whole, part, formulas, shares)
    return Marks(*(frozenset(each) for each in sets))  # type: ignore[arg-type]


def _struck_cell(cell: ET.Element, texts: dict[int, bool]) -> bool | None:
    if cell.get("t") == "s" and texts:
        value = cell.find("{*}v")
        return texts.get(_number(None if value is None else value.text))
    inline = cell.find("{*}is")
    return None if inline is None else _struck_runs(inline)


def _is_hidden(element: ET.Element) -> bool:
    return element.get("hidden", "0") in {"1", "true"}


def _column(name: str) -> int:
    number = 0
    for letter in name:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


# -- .ods --------------------------------------------------------------------------------------

_TELLING: Final = (b"table:formula", b"table:visibility", b"line-through", b'"percentage"')


def is_well_formed(content: bytes) -> bool:
    """Tell whether a part is XML at all; the reader of cells may never end on one that is not."""
    try:
        for _event, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 -- no DOCTYPE
            element.clear()
    except (ET.ParseError, ValueError, LookupError):
        return False
    return True


def of_open_document(data: bytes) -> dict[str, Marks]:
    """Give the marks by sheet name; call it only on bytes whose area was measured."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    if not any(word in content for word in _TELLING):
        return {}
    tree = ET.fromstring(content)  # noqa: S314 -- a file with a DOCTYPE was refused
    struck = {
        _attribute(style, "name")
        for style in tree.iterfind("{*}automatic-styles/{*}style")
        for text in style.iterfind("{*}text-properties")
        if _attribute(text, "text-line-through-style") not in {"", *_NOTHING_STRUCK}
    }
    return {
        _attribute(table, "name"): _table(table, struck)
        for table in tree.iterfind(".//{*}body/{*}spreadsheet/{*}table")
    }


def _table(table: ET.Element, struck: set[str]) -> Marks:
    rows, columns = set[int](), set[int]()
    whole, part, formulas, shares = set[Cell](), set[Cell](), set[Cell](), set[Cell]()
    column = 0
    for element in table.iter():
        if _name(element) == "table-column":
            times = min(_times(element, "columns"), 16_384)
            if _attribute(element, "visibility") in {"collapse", "filter"}:
                columns.update(range(column, column + times))
            column += times
    row = 0
    for element in table.iter():
        if _name(element) != "table-row":
            continue
        times = min(_times(element, "rows"), workbook.MOST_CELLS)
        if _attribute(element, "visibility") in {"collapse", "filter"}:
            rows.update(range(row, row + times))
        column = 0
        for cell in element:
            said = _said(cell, struck)
            wide = _times(cell, "columns")
            for found, is_so in zip((whole, part, formulas, shares), said, strict=True):
                if is_so:
                    found.update(
                        (r, c)
                        for r in range(row, row + min(times, 1_000))
                        for c in range(column, column + min(wide, 1_000))
                    )
            column += wide
        row += times
    sets = (rows, columns, whole, part, formulas, shares)
    return Marks(*(frozenset(each) for each in sets))  # type: ignore[arg-type]


def _said(cell: ET.Element, struck: set[str]) -> tuple[bool, bool, bool, bool]:
    spans = [
        _attribute(span, "style-name") in struck for span in cell.iter() if _name(span) == "span"
    ]
    plain = any((paragraph.text or "").strip() for paragraph in cell.iterfind("{*}p"))
    whole = _attribute(cell, "style-name") in struck or (bool(spans) and all(spans) and not plain)
    formula = any(key.endswith("}formula") for key in cell.attrib)
    percent = _attribute(cell, "value-type") == "percentage"
    return whole, any(spans) and not whole, formula, percent


def _times(element: ET.Element, of: str) -> int:
    return max(_number(_attribute(element, f"number-{of}-repeated"), 1), 1)


def _attribute(element: ET.Element, name: str) -> str:
    return next((v for key, v in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _number(text: str | None, otherwise: int = -1) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError:
        return otherwise


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314 -- parts with a DOCTYPE were refused
