"""The contract register as a sheet: what its columns are, how it is written and read. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import xlsxwriter
from python_calamine import CalamineWorkbook

from procurement.contracts.rules import ContractFacts, contract_problems
from schemas import codelist
from schemas.eras import parse_date
from schemas.problems import Problem, Refused
from schemas.workbook import open_workbook

LONGEST_TEXT = {"system": 120, "contractor": 120, "product_name": 120, "remarks": 2000}
MOST_ROWS = 5000
CREATED = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed time keeps the written bytes the same


@dataclass(frozen=True)
class Column:
    """One column of the sheet: the field, its heading, other headings it goes by."""

    field: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    width: int = 16


COLUMNS = (
    Column("system", "システム名", ("システム", "業務システム名"), width=28),
    Column("domain", "業務", ("業務区分", "業務名"), width=20),
    Column("product_name", "製品名", ("パッケージ名",), required=False, width=24),
    Column("contractor", "契約相手方", ("事業者", "ベンダ", "ベンダー"), width=28),
    Column("starts_on", "契約開始日", ("開始日",)),
    Column("ends_on", "契約終了日", ("終了日", "満了日")),
    Column("notice_months", "通知期限（月前）", ("通知期限", "解約予告")),
    Column("annual_cost_yen", "年額（円）", ("年額", "年間費用")),
    Column("tax_basis", "税込・税抜", ("税",), width=12),
    Column("remarks", "備考", (), required=False, width=36),
)
TAX_WORDS = {"税込": "INCLUDED", "税込み": "INCLUDED", "税抜": "EXCLUDED", "税抜き": "EXCLUDED"}


@dataclass(frozen=True)
class Row:
    """One row as it was understood: where it stood, and what it says."""

    place: str
    facts: ContractFacts


@dataclass(frozen=True)
class Register:
    """What a sheet was understood to say; nothing is imported while there are problems."""

    rows: list[Row]
    problems: list[Problem]


def written(contracts: Iterable[ContractFacts]) -> bytes:
    """Return the register as XLSX; with no contracts it is the empty form to fill in."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": "契約台帳", "created": CREATED})
    head = book.add_format(
        {"bold": True, "bg_color": "#E6E6E6", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    yen = book.add_format({"num_format": "#,##0"})
    sheet = book.add_worksheet("契約台帳")
    for at, column in enumerate(COLUMNS):
        sheet.write_string(0, at, column.heading, head)
        sheet.set_column(at, at, column.width)
    names = {domain.slug: domain.name for domain in codelist.business_domains()}
    words = {"INCLUDED": "税込", "EXCLUDED": "税抜"}
    number = 0
    for number, contract in enumerate(contracts, start=1):
        for at, column in enumerate(COLUMNS):
            value = getattr(contract, column.field)
            if isinstance(value, date):
                sheet.write_datetime(number, at, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, at, value, yen)
            elif column.field == "domain":
                sheet.write_string(number, at, names.get(value, value))
            else:
                sheet.write_string(number, at, words.get(value, value))
    last = max(number, 500)
    sheet.data_validation(1, 8, last, 8, {"validate": "list", "source": ["税込", "税抜"]})
    guide = book.add_worksheet("業務の一覧")
    guide.set_column(0, 0, 36)
    guide.write_string(0, 0, "「業務」の列に書ける名前", head)
    for at, domain in enumerate(codelist.business_domains(), start=1):
        guide.write_string(at, 0, domain.name)
    sheet.data_validation(
        1, 1, last, 1, {"validate": "list", "source": f"=業務の一覧!$A$2:$A${len(names) + 1}"}
    )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return buffer.getvalue()


def read(data: bytes, name: str) -> Register:
    """Read an XLSX, XLS, ODS or CSV register; every problem is found at once, with its cell.

    Raises Refused where the file cannot be read as a table at all.
    """
    if name.lower().endswith(".csv"):
        return _read_rows(_csv_rows(data, name), f"「{name}」")
    workbook: CalamineWorkbook = open_workbook(data, name)
    sheet_name = "契約台帳" if "契約台帳" in workbook.sheet_names else workbook.sheet_names[0]
    rows = workbook.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
    return _read_rows(rows, f"シート「{sheet_name}」")


def _csv_rows(data: bytes, name: str) -> list[list[object]]:
    """Decode UTF-8 (with or without BOM) or CP932, the two that Excel in Japan writes."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        try:
            return [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
        except csv.Error:
            break
    raise Refused([Problem("", "register_not_csv", {"file": name})])


def _read_rows(rows: Sequence[Sequence[object]], where: str) -> Register:
    """Find the heading row by its words, then read every row below that is not empty."""
    heading, places = _heading(rows)
    if heading is None:
        wanted = "・".join(column.heading for column in COLUMNS if column.required)
        raise Refused([Problem("", "register_without_heading", {"wanted": wanted}, where)])
    missing = [c.heading for c in COLUMNS if c.required and c.field not in places]
    if missing:
        raise Refused(
            [Problem("", "register_column_missing", {"column": m}, where) for m in missing]
        )
    read_rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, date], int] = {}
    for number, row in enumerate(rows[heading + 1 :], start=heading + 2):
        if not any(_text(cell) for cell in row):
            continue
        if len(read_rows) >= MOST_ROWS:
            problems.append(Problem("", "register_too_long", {"most": MOST_ROWS}, where))
            break
        cells = {field: row[at] if at < len(row) else "" for field, at in places.items()}
        facts, wrong = _facts(cells)
        if facts is not None:
            wrong += list(contract_problems(facts))
            first = seen.setdefault((facts.system, facts.starts_on), number)
            if first != number:
                wrong.append(Problem("/system", "register_row_twice", {"row": first}))
        for problem in wrong:
            at = places.get(problem.pointer.removeprefix("/"), 0)
            place = f"{where} {_letter(at)}{number}"
            problems.append(Problem(problem.pointer, problem.code, problem.params, place))
        if facts is not None and not wrong:
            read_rows.append(Row(f"{where} {number}", facts))
    if not read_rows and not problems:
        problems.append(Problem("", "register_empty", {}, where))
    return Register(read_rows, problems)


def _heading(rows: Sequence[Sequence[object]]) -> tuple[int | None, dict[str, int]]:
    words = {
        _word(name): column.field
        for column in COLUMNS
        for name in (column.heading, *column.aliases)
    }
    for number, row in enumerate(rows[:30]):
        places: dict[str, int] = {}
        for at, cell in enumerate(row):
            field = words.get(_word(_text(cell)))
            if field and field not in places:
                places[field] = at
        if len(places) >= 3:
            return number, places
    return None, {}


def _facts(cells: dict[str, object]) -> tuple[ContractFacts | None, list[Problem]]:
    problems: list[Problem] = []
    values: dict[str, object] = {}
    for field, longest in LONGEST_TEXT.items():
        text = _text(cells.get(field, ""))
        if not text and field in {"system", "contractor"}:
            problems.append(Problem(f"/{field}", "cell_empty"))
        if len(text) > longest:
            problems.append(Problem(f"/{field}", "cell_too_long", {"most": longest}))
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in text):
            problems.append(Problem(f"/{field}", "cell_has_control_character"))
        values[field] = text
    word = _text(cells["domain"])
    domain = codelist.domain_named(word)
    if domain is None:
        problems.append(Problem("/domain", "contract_domain_unknown", {"value": word[:60]}))
    else:
        values["domain"] = domain.slug
    for field in ("starts_on", "ends_on"):
        day = _day(cells[field])
        if day is None:
            code = "cell_empty" if not _text(cells[field]) else "cell_not_a_date"
            problems.append(Problem(f"/{field}", code, {"value": _text(cells[field])[:60]}))
        values[field] = day
    for field in ("notice_months", "annual_cost_yen"):
        number = _whole(cells[field])
        if number is None:
            code = "cell_empty" if not _text(cells[field]) else "cell_not_a_whole_number"
            problems.append(Problem(f"/{field}", code, {"value": _text(cells[field])[:60]}))
        values[field] = number
    basis = TAX_WORDS.get(_text(cells["tax_basis"]))
    if basis is None:
        problems.append(
            Problem("/tax_basis", "cell_not_a_tax_basis", {"value": _text(cells["tax_basis"])[:60]})
        )
    values["tax_basis"] = basis
    return (None, problems) if problems else (ContractFacts(**values), problems)  # type: ignore[arg-type]  # every value was read above


def _day(cell: object) -> date | None:
    """Return a day from a date cell or from text (2027-03-31, 令和9年3月31日), or None."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return parse_date(_text(cell))
    except Refused:
        return None


def _whole(cell: object) -> int | None:
    """Return a whole number from a cell, or None: 1,200円 and １２００ are read, 12.5 is not."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) and abs(cell) < 10**15 else None
    text = unicodedata.normalize("NFKC", _text(cell)).replace(",", "").removesuffix("円").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


def _word(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _letter(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def facts_of(values: Iterable[object]) -> Iterator[ContractFacts]:
    """Yield the stated facts of register rows, in their order."""
    for contract in values:
        yield ContractFacts(
            **{field: getattr(contract, field) for field in ContractFacts.__dataclass_fields__}
        )
