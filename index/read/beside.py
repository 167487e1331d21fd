"""Tables side by side on one sheet -> the rows of each on their own, the left one's first; other sheets as they are. Pure.

Bảng 1. Số hộ |     |  | Bảng 2. Diện tích |            Bảng 1. Số hộ          Bảng 2. Diện tích
Thôn          | Hộ  |  | Cây               | Ha         Thôn | Hộ              Cây | Ha
Đông          | 120 |  | Lúa               | 35    ->   Đông | 120             Lúa | 35
Tây           | 98  |  |                   |            Tây  | 98

An empty column alone parts nothing: statistics offices set groups of columns apart by one, and labels in another language at the
right. A second table has labels of its own, unlike those at the left, with figures to the right of them, and something besides
that one table has once: a caption, a header, numbers of rows, a box, an end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from index.language.normalise import fold
from index.read.document import RawBlock
from index.read.sheet_header import is_ordinal
from index.read.sheet_layout import UNIT, can_caption, filled, find_head, is_data, is_figure, sheet_blocks
from index.read.sheet_rows import SheetCell, SheetRow
from index.read.structure import DOCUMENT_KINDS, is_caption

HELD = 1_000  # rows of a sheet among which tables side by side begin
FEWEST = 2  # rows with a label and figures, in each of two tables
DISTINCT = 0.6  # of the labels of a table at least; words that say what kind of thing a row is come back more often
UNLABELLED = 0.2  # of the rows with figures at most
SAME = 0.5  # of the labels at most stand at the left in the same row too
MOST_BESIDE = 20  # tables side by side
MOST_BELOW = 50  # times that tables stand side by side on one sheet; what comes after is read as it stands
MOST_SHARED = 4  # rows of title over both

# Heads of columns that say something more of the row's own thing.
_ATTRIBUTE = re.compile(
    r"nhà thầu|chủ đầu tư|đơn vị|cơ quan|người|họ (?:và )?tên|ghi chú|địa (?:chỉ|điểm|bàn)|ngày|thời (?:gian|điểm|hạn)|loại|xếp"
    r"|đánh giá|tình trạng|contractor|owner|agency|unit|responsible|notes?\b|address|date|type|kind|status|remarks?",
    re.IGNORECASE,
)


def sheet_tables(rows: Iterable[SheetRow], *, page: int, first_table: int) -> Iterator[RawBlock]:
    """The blocks of one sheet. Tables are numbered from `first_table`."""
    last = first_table - 1
    for part in parted(rows):
        for block in sheet_blocks(part, page=page, first_table=last + 1, after_table=last >= first_table):
            last = max(last, block.table)
            yield block


def parted(rows: Iterable[SheetRow], most: int = MOST_BESIDE) -> Iterator[Iterable[SheetRow]]:
    """The rows of a sheet, parted where tables stand side by side, at most `most`. A sheet without such is handed on as it
    streams in."""
    coming = iter(rows)
    held: list[SheetRow] = []
    for _ in range(MOST_BELOW if most > 1 else 0):
        held += islice(coming, max(0, HELD - len(held)))
        pair = _first_pair(held)
        if pair is None:
            break
        end = pair.end
        while end == len(held) and (row := next(coming, None)) is not None:  # they go on beyond what is held
            held.append(row)
            end += not _crosses(row, pair.column, pair.gap)
        end = _last_of(held, pair, end) + 1
        shared = _shared_titles(held[: pair.start])
        before = held[: pair.start - len(shared)]
        if any(map(filled, before)):
            yield before
        left, right = _cut(held[pair.start : end], pair.column)
        yield from parted(chain(shared, left), most - 1)
        over = shared or (_lent_titles(left, right) if pair.lends else [])
        yield from parted(chain((_moved(row, pair.column) for row in over), right), most - 1)
        held = held[end:]
    first = next(coming, None)
    if held or first is not None:
        yield chain(held, [] if first is None else [first], coming)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two tables in rows [start, end) of those held, the right one from `column`; `gap`: an empty column is before it.

    `lends`: the right one has no title of its own."""

    start: int
    end: int
    column: int
    gap: bool
    lends: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """One half of the rows. `body`: number of row -> label, for rows with a label and figures; `loose` rows have figures alone.

    `titles` and `header` are the lines above the first of them; `start` is the number of the row where the titles begin.
    """

    rows: Sequence[SheetRow]
    start: int
    titles: tuple[str, ...]
    header: tuple[tuple[str, ...], ...]
    label_head: str
    body: dict[int, str]
    loose: frozenset[int]
    numbered: bool


def _first_pair(held: Sequence[SheetRow]) -> _Pair | None:
    counts: Counter[int] = Counter()
    first: dict[int, int] = {}
    for number, row in enumerate(held):
        for column in _second_labels(row):
            counts[column] += 1
            first.setdefault(column, number)
    for column in sorted(column for column, count in counts.items() if count >= FEWEST)[:MOST_BESIDE]:
        at = first[column]
        gap = all(cell.column != column - 1 for cell in filled(held[at]))
        start, end = at, at + 1
        while start and not _crosses(held[start - 1], column, gap):
            start -= 1
        while end < len(held) and not _crosses(held[end], column, gap):
            end += 1
        left, right = (_side(half, held[start:end]) for half in _cut(held[start:end], column))
        if left is not None and right is not None and _are_two(left, right, held[start:end], column, gap=gap):
            return _Pair(start + min(left.start, right.start), end, column, gap, not right.titles)
    return None


def _second_labels(row: SheetRow) -> Iterator[int]:
    """Columns where words, or the number of a row before them, come after a label with a figure, and figures after them; those
    where a caption stands beside something else, twice."""
    if len(row.cells) < 2:
        return
    label = figure = False
    waiting: list[int] = []
    before: SheetCell | None = None
    for cell in row.cells:
        text = cell.text
        if not text:
            continue
        if cell.number or not _is_words(text):
            figure = figure or label
            yield from waiting
            waiting = []
        else:
            if before is not None and is_caption(text):
                yield from (cell.column, cell.column)
            if figure:
                if before is not None and is_ordinal(before.text):
                    waiting.append(before.column)
                waiting.append(cell.column)
            label = True
        before = cell


def _is_words(text: str) -> bool:
    return len(text) > 1 and any(map(str.isalpha, text)) and not text[0].isdigit()


def _crosses(row: SheetRow, column: int, gap: bool) -> bool:
    """Something stands on both sides of where `column` begins, or in the empty column before it."""
    for cell in row.cells:
        if cell.column >= column:
            return False
        if cell.text and (cell.column + cell.columns > column or (gap and cell.column == column - 1)):
            return True
    return False


def _cut(rows: Sequence[SheetRow], column: int) -> tuple[list[SheetRow], list[SheetRow]]:
    left = [SheetRow(row.number, [cell for cell in row.cells if cell.column < column]) for row in rows]
    return left, [SheetRow(row.number, [cell for cell in row.cells if cell.column >= column]) for row in rows]


def _side(half: Sequence[SheetRow], rows: Sequence[SheetRow]) -> _Side | None:
    """None where the half holds no table."""
    places = [at for at, row in enumerate(half) if filled(row)]
    written = [half[at] for at in places]
    head = find_head(written) if written else None
    if head is None:
        return None
    top = head.before
    while top and head.before - top < MOST_SHARED and can_caption(written[top - 1]):
        top -= 1
    titles = [cell.text for row in written[top : head.before] for cell in filled(row)]
    header = written[head.before : head.before + head.header]
    body: dict[int, str] = {}
    columns: Counter[int] = Counter()
    loose = set()
    numbers = 0
    for at in places[head.before + head.header :]:
        cells = filled(half[at])
        if not any(map(is_figure, cells)):
            continue
        numbered = len(cells) > 1 and is_ordinal(cells[0].text) and _is_words(cells[1].text)
        label = cells[1] if numbered else cells[0]
        if _is_words(label.text) and not is_figure(label):
            if is_data(half[at]):
                body[at] = fold(label.text)
                columns[label.column] += 1
                numbers += numbered
        else:
            loose.add(at)
    usual = columns.most_common(1)[0][0] if columns else 0
    label_head = " ".join(cell.text for row in header for cell in filled(row) if cell.column == usual)
    return _Side(
        half,
        places[top],
        tuple(text for text in titles if not UNIT.match(text)),
        tuple(tuple(" ".join(cell.text.split()) for cell in filled(row)) for row in header),
        label_head,
        body,
        frozenset(loose),
        numbers > len(body) / 2,
    )


def _are_two(left: _Side, right: _Side, rows: Sequence[SheetRow], column: int, *, gap: bool) -> bool:
    """Whether the right half is a table of its own."""
    if min(len(left.body), len(right.body)) < FEWEST:
        return False
    begin = min(*left.body, *right.body)
    if sum(at >= begin for at in right.loose) > UNLABELLED * len(right.body):
        return False
    labels = list(right.body.values())
    same = sum(left.body.get(at) == label for at, label in right.body.items())
    units = sum(bool(UNIT.match(_text_of(right.rows[at]))) for at in right.body)
    if len(set(labels)) < DISTINCT * len(labels) or same > SAME * len(labels) or 2 * units > len(labels):
        return False
    repeated = bool(left.header) and left.header == right.header and len(right.header[-1]) > 1
    captions = any(map(is_caption, left.titles)) and any(map(is_caption, right.titles))
    if not gap:
        return repeated or captions
    return (
        repeated
        or any(map(is_caption, right.titles))
        or (bool(left.titles) and bool(right.titles))
        or (left.numbered and right.numbered)
        or _same_columns(left, right)
        or _boxed_apart(left, right, rows, column)
        or any(at > max(left.body) and not filled(left.rows[at]) for at in right.body)
        or _plainly_two(left, right)
    )


def _text_of(row: SheetRow) -> str:
    return next(cell.text for cell in filled(row) if _is_words(cell.text))


def _same_columns(left: _Side, right: _Side) -> bool:
    """The same heads stand over the figures of both."""
    own = {text for row in right.header for text in row} - {right.label_head}
    return bool(own) and own <= {text for row in left.header for text in row}


def _boxed_apart(left: _Side, right: _Side, rows: Sequence[SheetRow], column: int) -> bool:
    """Lines are drawn over or under the rows of both, and none in the empty column between."""
    both = [at for at in left.body if at in right.body]
    for at in both:
        drawn = {cell.column for cell in rows[at].cells if cell.over or cell.under}
        edge = filled(left.rows[at])[-1].column
        if edge not in drawn or column not in drawn or any(between in drawn for between in range(edge + 1, column)):
            return False
    return bool(both)


def _plainly_two(left: _Side, right: _Side) -> bool:
    """Labels under a head of their own on both sides, of things, no two alike, with a figure in every row."""
    labels = list(right.body.values())
    return (
        bool(left.label_head)
        and bool(right.label_head)
        and not _ATTRIBUTE.search(right.label_head)
        and len(set(labels)) == len(labels)
        and not right.loose
    )


def _last_of(held: Sequence[SheetRow], pair: _Pair, end: int) -> int:
    """The last row that belongs to one of the two: what stands below may be notes, and the title of what comes next."""
    left, right = _cut(held[pair.start : end], pair.column)
    return pair.start + max(at for at, row in enumerate(right) if filled(row) or is_data(left[at]))


def _shared_titles(before: Sequence[SheetRow]) -> list[SheetRow]:
    """The lines right above both tables that stand alone: the title of both."""
    shared: list[SheetRow] = []
    for row in reversed(before):
        cells = filled(row)
        text = cells[0].text if cells else ""
        named = DOCUMENT_KINDS.match(text) or text.startswith("BÁO CÁO ")
        if len(cells) != 1 or len(shared) == MOST_SHARED or named or not can_caption(row):
            break
        shared.insert(0, row)
    return shared


def _moved(row: SheetRow, column: int) -> SheetRow:
    """A title as it would stand over the right table."""
    return SheetRow(row.number, [cell._replace(column=column, columns=1) for cell in filled(row)])


def _lent_titles(left: Sequence[SheetRow], right: Sequence[SheetRow]) -> list[SheetRow]:
    """The left table's titles, without its unit, where the right one has none."""
    lines = []
    for row, beside in zip(left, right, strict=True):
        cells = filled(row)
        if not cells:
            continue
        if len(cells) > 1 or filled(beside):
            break
        if not UNIT.match(cells[0].text):
            lines.append(row)
    return lines


__all__ = ["parted", "sheet_tables"]
