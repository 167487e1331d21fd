"""Which row of a table a question is about: the one it names, the total, or the subtotal of a group. Pure.

    "Thôn Nam có bao nhiêu hộ?"          the row "Thôn Nam", no other row of its table
    "Tổng số hộ của xã?"                 the row that adds up the table, not one that adds up a part
    "Diện tích cây lương thực?"          the row that adds up the group "I. Cây lương thực"

Judged is a row beside the rows of its table, so that figures of another row are not taken because their words are alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from index import Report
from index.language import fold, fold_key, nfc

from .evidence import Unit

MOST_ROWS = 400  # of a table that are looked at, on either side of the row
LONGEST_LABEL = 80  # characters
SHORTEST = 3  # letters of a label that a question without marks can name
_BETWEEN = re.compile(r"[\W_]+")
_TOTAL = re.compile(
    r"\b(tong (?:so|cong|dien tich|san luong|dan so|chi|thu|von|gia tri|dan)|tong|toan (?:xa|huyen|tinh)|ca (?:xa|huyen|tinh|nuoc)|"
    r"total|overall|altogether|in all|whole (?:commune|district|province|country))\b"
)
_NUMBERING = re.compile(r"^(?:[ivxlc]{1,5}|[a-h]|\d{1,2}(?:\.\d{1,2})*)[.)]?\s+")
_SUM_WORDS = re.compile(
    r"^(?:tong so|tong cong|tong|cong|tieu cong|total|sub ?total|grand total|ca nuoc|whole country|toan \w+)\b\s*"
)


@dataclass(frozen=True)
class Row:
    """A row beside the others of its table. `names`: its label without numbering and words for a sum, `group`: that of the group it
    stands in, both in small letters with their marks; `sums`: as in `Block`."""

    start: int
    names: str
    group: str
    sums: str


@dataclass(frozen=True)
class _Table:
    """A table's key, for remembering; the report itself is not compared."""

    report_id: str
    content: str
    first: int
    report: Report = field(compare=False, repr=False)


def row_fit(question: str, unit: Unit) -> float:
    """-1 where another row of the table is meant, 1 where this one is, 0 where the question does not tell. Sentences: 0."""
    rows = _rows_beside(unit)
    own = next((row for row in rows if row.start == unit.start), None)
    if own is None or len(rows) < 2:
        return 0.0
    asked = _Asked(question)
    named = [row for row in rows if asked.names(row.names)]
    if named:
        longest = max(len(row.names) for row in named)
        return 1.0 if own in named and len(own.names) == longest else -1.0 if own not in named else 0.0
    groups = [row for row in rows if asked.names(row.group)]
    if groups and any(row.sums for row in groups):
        return 1.0 if own in groups and own.sums else -1.0
    if _TOTAL.search(fold(question)):
        if any(row.sums == "total" for row in rows):
            return 1.0 if own.sums == "total" else -1.0
    elif own.sums == "subtotal" and not groups:
        return -0.5
    return 0.0


class _Asked:
    """A question, asked whether it names a row: with marks where it is written with marks, else "năm" would name the row "Nam"."""

    def __init__(self, question: str) -> None:
        self._marked = f" {_words(question)} "
        self._folded = f" {fold_key(question)} "
        self._bare = self._marked == self._folded

    def names(self, label: str) -> bool:
        if not label:
            return False
        if self._bare:
            return (len(label) > SHORTEST or " " in label) and f" {fold_key(label)} " in self._folded
        return f" {label} " in self._marked


def _words(text: str) -> str:
    return _BETWEEN.sub(" ", nfc(text).lower()).strip()


def stands_for(unit: Unit) -> str:
    """What a row that adds up others is the sum of: the group it closes, the table's caption."""
    own = next((row for row in _rows_beside(unit) if row.start == unit.start), None)
    if own is None or not own.sums:
        return ""
    above = unit.heading.rpartition(" › ")[0]
    group = own.group if own.sums == "subtotal" else ""
    return f"{group} | {above.rpartition(' › ')[2]}".strip(" |")


def _rows_beside(unit: Unit) -> tuple[Row, ...]:
    if not unit.is_row:
        return ()
    blocks = unit.report.blocks
    at = bisect_left(blocks, unit.start, key=lambda block: block.start)
    if at >= len(blocks) or not blocks[at].table:
        return ()
    first = at
    while first and blocks[first - 1].table == blocks[at].table and at - first < MOST_ROWS:
        first -= 1
    return _rows(_Table(unit.report.id, unit.report.content_hash, first, unit.report))


@lru_cache(64)
def _rows(table: _Table) -> tuple[Row, ...]:
    report, found = table.report, []
    for block in report.blocks[table.first : table.first + 2 * MOST_ROWS]:
        if block.table != report.blocks[table.first].table:
            break
        if block.kind != "table_row" or len(block.cells) < 2:
            continue
        texts = [report.text[cell.start : cell.end] for cell in block.cells[:3]]
        label = next((text for text in texts if sum(map(str.isalpha, text)) > 1 and len(text) <= LONGEST_LABEL), "")
        names = _bare(label)
        if sum_words := _SUM_WORDS.match(fold(names)):
            names = names[sum_words.end() :]
        group = _bare(block.cells[0].header.rpartition(" / ")[2]) if " / " in block.cells[0].header else ""
        found.append(Row(block.start, names, group, block.sums))
    return tuple(found)


def _bare(label: str) -> str:
    words = _words(label)
    numbering = _NUMBERING.match(fold(nfc(label).strip()))
    return _words(nfc(label).strip()[numbering.end() :]) if numbering else words
