"""Which rows of a table stand under which: groups, parents by column, indent or number; units given for a group. Pure.

A. Hành khách    | Nghìn HK |          headers ("–", …)
  Tổng số        | 63737,2  |   ->     ("– / A. Hành khách", "… (Nghìn HK)")
    Đường sắt    | 780,0    |          ("– / A. Hành khách", …)       a total names no row below it
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.read.document import clean_cell
from index.read.grid import is_numeric
from index.read.sheet_header import Columns, is_year, with_unit
from index.read.sheet_rows import SheetCell, SheetRow

NO_HEADER = "–"  # stands for the missing header of the labels, so that what follows " / " is the row's group
MOST_PARENTS = 4
LONGEST_UNIT = 24  # characters
_DITTO = ('"', "''", "”", "“", "〃", "-nt-", "nt")
_TOTAL = re.compile(r"^(?:tổng|cộng|toàn|cả nước|cả tỉnh|chung|total|sum|all\b|whole)", re.IGNORECASE)
_LABEL_UNIT = re.compile(
    r"\(((?:nghìn|ngàn|triệu|tỷ|tỉ|thousand|million|billion|tấn|lượt|người|ha|kwh|usd|đồng|%)(?!\w)[^()\d]{0,20})\)$", re.IGNORECASE
)  # "I. Vận chuyển (Nghìn HK)"
_ROMAN, _CAPITAL, _WORDS = re.compile("[IVX]{1,5}"), re.compile("[A-ZĐ]"), re.compile(r"\w\s+[^\W\d_A-ZĐ]")
_UNIT_HEAD = re.compile(r"đơn vị|đvt|unit", re.IGNORECASE)


@dataclass(slots=True)
class _Parent:
    level: float
    style: str
    text: str
    is_head: bool  # a label without figures


class Outline:
    """Follows a table's rows from top to bottom."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._paths = columns.header_paths()
        self._label_at = (0 if columns.ordinal is None else 1) if columns.labels else 0
        self._open: list[_Parent] = []
        self._head_before = False
        self._units: dict[int, str] = {}  # column -> the unit its group gives it
        self._units_of: _Parent | None = None
        self._unit_at = next(
            (at for at, column in enumerate(columns.others) if _UNIT_HEAD.search(columns.paths.get(column, ""))), -1
        )
        self._unit = ""
        self._made: dict[tuple[str, str, bool], tuple[str, ...]] = {}

    def go_on_from(self, other: Outline) -> None:
        """Take the groups that were open where the other, the same table on the page before, was broken off."""
        if other._columns.labels == self._columns.labels and other._columns.others == self._columns.others:
            self._open = [parent for parent in other._open if parent.is_head]
            self._units, self._units_of, self._unit = dict(other._units), other._units_of, other._unit

    def headers(self, row: SheetRow, following: SheetRow | None) -> tuple[str, ...]:
        """The header path of each of the row's texts; its parents stand in the first."""
        label = self._label(row)
        level = self._level(row, label)
        others = [cell for cell in row.cells if cell.text and self._is_value_place(cell.column)]
        parents = self._parents(row, label, level, others, following)
        key = (parents, *self._row_unit(row))
        if key not in self._made or self._units:
            self._made[key] = self._with(*key)
        return self._made[key]

    def _is_value_place(self, column: int) -> bool:
        return column != self._columns.ordinal and column not in self._columns.labels

    def _label(self, row: SheetRow) -> SheetCell | None:
        """The deepest of the row's labels: the one that "Trong đó:" leads into."""
        return next((cell for cell in reversed(row.cells) if cell.column in self._columns.labels and cell.text), None)

    def _level(self, row: SheetRow, label: SheetCell | None) -> float:
        """Larger is deeper: by the row's own number where a column holds it, else by the label's column and indent."""
        if label is None:
            return 10_000.0
        if self._columns.ordinal is not None:
            mark = next((cell.text for cell in row.cells if cell.column == self._columns.ordinal), "")
            if not mark:
                return -1.0 if _TOTAL.match(label.text) else 60.0 + label.indent
            return _ordinal_level(mark)
        plain = 0.0 if label.bold else 0.25  # of two rows that stand alike the bold one heads the other
        return 100.0 * self._columns.labels.index(label.column) + label.indent + plain

    def _parents(
        self, row: SheetRow, label: SheetCell | None, level: float, others: list[SheetCell], following: SheetRow | None
    ) -> str:
        if label is None:
            above = self._open[:-1] if self._open and not self._open[-1].is_head else self._open
            return " / ".join(parent.text for parent in above[-MOST_PARENTS:])
        is_head = not any(cell.number or is_numeric(cell.text) for cell in others)
        text = clean_cell(label.text)
        own = level
        if is_head:
            below = self._label(following) if following is not None else None
            deeper = following is not None and below is not None and self._level(following, below) > level
            own = level if deeper else level - 0.1
        style = _style(text)
        while self._open and self._open[-1].level >= own:
            nested = self._open[-1].style != style or style == "words"
            if self._open[-1].level == level and self._open[-1].style in ("I", "A") and style == "words" and not _TOTAL.match(text):
                break  # "I. Vận chuyển", "Trong nước": what has no number of its own stands under the number
            if is_head and self._head_before and self._open[-1].level == own and nested:
                break  # two heads in a row: one in the other, or one broken into two lines
            self._open.pop()
        path = " / ".join(parent.text for parent in self._open[-MOST_PARENTS:])
        if self._units_of not in self._open:
            self._units = {}
        group = _Parent(own, style, text, is_head)
        if is_head and others and all(len(cell.text) <= 24 and not is_year(cell) for cell in others) and self._columns.has_figures:
            self._units, self._units_of = {cell.column: clean_cell(cell.text) for cell in others}, group
        elif style in ("I", "A") and (unit := _LABEL_UNIT.search(text)):
            self._units, self._units_of = dict.fromkeys(self._columns.figures, unit.group(1)), group
        if is_head or not _TOTAL.match(text):  # what stands below a total is not named by it
            self._open.append(group)
        self._head_before = is_head
        return path

    def _row_unit(self, row: SheetRow) -> tuple[str, bool]:
        """The unit that the row's own cell gives, and whether a ditto mark stands for it."""
        if self._unit_at < 0:
            return "", False
        column = self._columns.others[self._unit_at]
        text = next((cell.text for cell in row.cells if cell.column == column), "")
        ditto = text in _DITTO
        if not ditto:
            self._unit = clean_cell(text)
        return self._unit if len(self._unit) <= LONGEST_UNIT else "", ditto

    def _with(self, parents: str, unit: str, ditto: bool) -> tuple[str, ...]:
        headers = list(self._paths)
        if parents and headers:
            headers[0] = f"{headers[0] or NO_HEADER} / {parents}"
        first = len(headers) - len(self._columns.others)
        if ditto and unit:
            headers[first + self._unit_at] += f" / {unit}"
        for at, column in enumerate(self._columns.others):
            given = self._units.get(column, "") or (unit if at > self._unit_at and column in self._columns.figures else "")
            if given:
                headers[first + at] = with_unit(headers[first + at], given)
        return tuple(headers)


def _style(text: str) -> str:
    words = text.split(maxsplit=1)
    first = words[0].rstrip(".):") if words else ""
    if first.isdigit():
        return "1"
    if _ROMAN.fullmatch(first):
        return "I"
    if len(first) == 1 and _CAPITAL.match(first) and not _WORDS.match(text):  # "Y tế" is no number
        return "A"
    return "words"


def _ordinal_level(mark: str) -> float:
    bare = mark.rstrip(".)")
    if _ROMAN.fullmatch(bare):
        return 10.0
    if _CAPITAL.fullmatch(bare):
        return 0.0
    if bare[:1].isdigit():
        return 20.0 + bare.count(".") + bare.count(",")
    return 40.0 if bare[:1].isalpha() else 50.0
