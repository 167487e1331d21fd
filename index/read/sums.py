"""Rows that add up others: a table's total, and the subtotals of its groups. Pure; every reader's tables pass here.

    Tổng số          | 300      total
    I. Nông nghiệp   | 120      subtotal    (= 70 + 50)
    1. Lúa           |  70
    2. Ngô           |  50
    II. Thủy sản     | 180

A question for the total must not be answered with a subtotal, nor the other way round. Words say so ("Tổng số", "Cộng", "Total"),
figures decide which of several such rows is which; a numbered row without such a word is one only where its figures prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from index.read.document import RawBlock
from index.records import SumKind

MOST_PARTS = 2_000  # rows that one row can add up
_ALONE = re.compile(
    r"^(?:tổng(?:\s+(?:số|cộng|chung|giá trị|trị giá|kim ngạch))?|toàn (?:xã|huyện|tỉnh|quốc)|cả nước|"
    r"grand total|total(?: value| turnover)?|overall|whole country)"
    r"\s*(?:\(.*\))?[\s:]*$",
    re.IGNORECASE,
)
_AREA = re.compile(r"^(?:toàn (?:xã|huyện|tỉnh|quốc)|cả nước|whole country)", re.IGNORECASE)
_SUBTOTAL = re.compile(r"^(?:cộng\b(?!\s*(?:đồng|tác|hòa|hoà))|tiểu cộng|tổng (?:nhóm|mục|phần)\b|sub-?\s?total)", re.IGNORECASE)
_MARK = re.compile(r"^(?:([IVX]{1,5})|([A-HĐ])|(\d{1,2}(?:\.\d{1,2}){0,3}))(?:[.)]\s*|\s+|$)")
_FIGURE = re.compile(r"^-?\d[\d.,\s]*%?$")


def mark_sums(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The blocks of one table (header rows may be among them) with `sums` set on the rows that add up others."""
    marked = list(blocks)
    rows = [at for at, block in enumerate(blocks) if block.kind == "table_row"]
    named = [at for at in rows if _named(blocks[at])]
    for at in named:
        marked[at] = blocks[at]._replace(sums=_kind(blocks, rows, named, at))
    if rows and marked[rows[-1]].sums == "total" and marked[rows[-1]].headers:  # below all groups, and in none of them
        last = marked[rows[-1]]
        column = min((blocks[at].headers[0] for at in rows if blocks[at].headers), key=len)
        marked[rows[-1]] = last._replace(headers=(column, *last.headers[1:]))
    for at in _proved(blocks, rows):
        if not marked[at].sums:
            marked[at] = marked[at]._replace(sums="subtotal")
    return marked


def row_label(row: RawBlock) -> str:
    """The row's first cell that is neither a figure nor only its number."""
    return next(filter(_is_label, row.cells[:3]), "")


@lru_cache(10_000)
def _is_label(cell: str) -> bool:
    return bool(cell) and not _FIGURE.match(cell) and not _is_mark(cell)


def _is_mark(cell: str) -> bool:
    found = _MARK.match(cell)
    return bool(found) and found is not None and found.end() == len(cell)


def _named(row: RawBlock) -> bool:
    if not _names_sum(row_label(row)):
        return False
    return any("0" <= char <= "9" for cell in row.cells[1:] for char in cell[:2])


@lru_cache(10_000)
def _names_sum(label: str) -> bool:
    return bool(_ALONE.match(label) or _SUBTOTAL.match(label))


def _kind(blocks: Sequence[RawBlock], rows: Sequence[int], named: Sequence[int], at: int) -> SumKind:
    """Total or subtotal, of a row that says it is one of them."""
    label = row_label(blocks[at])
    if len(named) == 1:
        alone = bool(_ALONE.match(label)) or at == rows[-1] or at == rows[0]
        return "total" if alone else "subtotal"
    if _SUBTOTAL.match(label) and at not in (rows[0], rows[-1]):
        return "subtotal"
    if _AREA.match(label):  # of men, of women: no share of anything in this table
        return "total"
    own, others = _figures(blocks[at]), [_figures(blocks[other]) for other in named if other != at]
    parts = [figures for figures in others if figures != own]
    if parts and _adds_up(own, parts):
        return "total"
    grouped = any(_heads_group(blocks[other]) for other in range(rows[0], at))
    return "total" if not grouped and all(_not_smaller(own, figures) for figures in others) else "subtotal"


def _heads_group(row: RawBlock) -> bool:
    return row.kind == "table_row" and sum(map(bool, row.cells)) == 1


def _not_smaller(own: Sequence[float | None], other: Sequence[float | None]) -> bool:
    pairs = [(a, b) for a, b in zip(own, other, strict=False) if a is not None and b is not None]
    return bool(pairs) and all(a >= b for a, b in pairs)


def _proved(blocks: Sequence[RawBlock], rows: Sequence[int]) -> Iterator[int]:
    """Numbered rows whose figures are the sums of the rows below them, up to the next of their own style."""
    marks = [_style(blocks[at]) for at in rows]
    for place, (style, text) in enumerate(marks):
        if not style or place + 2 >= len(rows):
            continue
        parts: list[int] = []
        for below in range(place + 1, min(len(rows), place + 1 + MOST_PARTS)):
            if _ends_group(style, text, *marks[below]):
                break
            parts.append(below)
        children = _children(style, text, [(marks[below], rows[below]) for below in parts])
        if len(children) >= 2 and _adds_up(_figures(blocks[rows[place]]), [_figures(blocks[at]) for at in children]):
            yield rows[place]


def _style(row: RawBlock) -> tuple[str, str]:
    """("I", "II"), ("A", "B"), ("1", "1.2") or ("", "")."""
    first = row.cells[0] if row.cells else ""
    found = _MARK.match(first)
    if not found or not row_label(row):
        return "", ""
    roman, letter, number = found.groups()
    return ("I", roman) if roman else ("A", letter) if letter else ("1", number)


def _ends_group(style: str, text: str, other: str, other_text: str) -> bool:
    if style == "1":
        return other in ("I", "A") or (other == "1" and not other_text.startswith(text + "."))
    rank = {"A": 0, "I": 1, "1": 2, "": 3}
    return rank[other] <= rank[style]


def _children(style: str, text: str, below: Sequence[tuple[tuple[str, str], int]]) -> list[int]:
    """The rows one step below: those of the first style met, where it is numbered; all of them, where none is."""
    first = next((mark for (mark, _), _ in below if mark), "")
    if not first:
        return [at for _, at in below]
    depth = min(number.count(".") for (mark, number), _ in below if mark == first)
    return [at for (mark, number), at in below if mark == first and number.count(".") == depth]


def _figures(row: RawBlock) -> tuple[float | None, ...]:
    return _values(row.cells[1:])


@lru_cache(500)  # of one table, each sum is compared with the others
def _values(cells: tuple[str, ...]) -> tuple[float | None, ...]:
    return tuple(map(_value, cells))


def _value(cell: str) -> float | None:
    if not _FIGURE.match(cell):
        return None
    text = "".join(cell.rstrip("%").split())
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0 and (len({".", ","} & set(text)) == 2 or (text.count(text[last]) == 1 and len(text) - last != 4)):
        whole = re.sub(r"[.,]", "", text[:last])
        return float(f"{whole}.{text[last + 1 :] or '0'}")
    return float(re.sub(r"[.,]", "", text))


def _adds_up(own: Sequence[float | None], parts: Sequence[Sequence[float | None]]) -> bool:
    """At least half of the row's figures, one of them not zero, are the sums of the parts', rounding aside."""
    hits = tries = 0
    most = len(own) - own.count(None)
    for figure, values in zip(own, zip_longest(*parts), strict=False):
        if 2 * (tries - hits) > most:  # the others could not make up for it
            return False
        if not figure:
            continue
        given = [value for value in values if value]
        if len(given) < 2:
            continue
        tries += 1
        apart = abs(sum(given) - figure)
        if apart > 0.5 * len(given) + 1e-6 or apart > 0.01 * abs(figure) + 1e-6:
            continue
        step = 1.0 if all(value.is_integer() for value in (figure, *given)) else 0.1
        hits += apart <= 0.5 * step * len(given) + 1e-6
    return hits > 0 and 2 * hits >= tries
