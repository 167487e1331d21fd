"""The rows of a sheet as every spreadsheet reader hands them over; columns counted from 0, rows from 1 as the file counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class SheetCell(NamedTuple):
    """A cell as a person sees it. `text` has no space at its ends and may be "" where only the borders matter; `columns` and
    `rows` count what it spans.

    `over`, `under`, `left`: a line is drawn at its top, bottom, left. `indent` counts steps of indentation, two leading spaces one.
    """

    column: int
    text: str
    number: bool = False  # stored as a number or date, whatever it looks like
    bold: bool = False
    indent: int = 0
    over: bool = False
    under: bool = False
    left: bool = False
    columns: int = 1
    rows: int = 1


class SheetRow(NamedTuple):
    number: int
    cells: list[SheetCell]


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows` can be walked once and holds only rows with something in them; `cells` they have at most, 0: not known."""

    name: str
    rows: Iterator[SheetRow]
    cells: int = 0


@dataclass(slots=True)
class Findings:
    """What the list of reports should say of a workbook; filled while its rows are walked."""

    hidden_sheets: list[str] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)  # sheets with rows that are hidden, by a filter or an outline
    hidden_columns: list[str] = field(default_factory=list)  # sheets with something written in hidden columns
    uncomputed: int = 0  # formulas without a stored result
    undecodable: set[tuple[str, str]] = field(default_factory=set)  # texts in no known encoding, and their fonts
    decoded: set[str] = field(default_factory=set)  # old encodings that were read
    unread_rows: list[str] = field(default_factory=list)  # sheets cut off at the limit of cells

    def notes(self) -> tuple[str, ...]:
        found = []
        if self.hidden_sheets:
            found.append(f"Hidden sheets were not read: {_listed(self.hidden_sheets)}.")
        if self.hidden_columns:
            found.append(f"Hidden columns were not read, on: {_listed(self.hidden_columns)}.")
        if self.hidden_rows:
            found.append(f"Hidden rows were read like the others, on: {_listed(self.hidden_rows)}.")
        if self.uncomputed:
            found.append(
                f"{self.uncomputed} formulas hold no stored result and were left empty. Open and save the file once in Excel."
            )
        if self.decoded:
            found.append(f"Letters were converted from {', '.join(sorted(self.decoded))} where cells hold it.")
        if self.undecodable:
            found.append(f"{len(self.undecodable)} cells hold letters of an unknown encoding and were left out.")
        if self.unread_rows:
            found.append(
                f"The file holds more cells than can be kept; the last rows were not read, on: {_listed(self.unread_rows)}."
            )
        return tuple(found)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} … ({len(names)})" if len(names) > 8 else shown
