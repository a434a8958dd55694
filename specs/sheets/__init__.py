"""Sheets of requirements: a ministry's workbook in, a version out as a workbook."""

from specs.sheets.reading import MOST_BYTES, Reading, Sheet, Worksheet, read_sheets
from specs.sheets.rows import LeftOut
from specs.sheets.writing import workbook_of

__all__ = [
    "MOST_BYTES",
    "LeftOut",
    "Reading",
    "Sheet",
    "Worksheet",
    "read_sheets",
    "workbook_of",
]
