"""The rows of a sheet -> titles, tables with their header paths, notes; a stream in, a stream out. Pure.

2. Giá trị sản xuất công nghiệp                caption      2. Giá trị sản xuất công nghiệp / Đơn vị tính: Tỷ đồng
            Đơn vị tính: Tỷ đồng
         | Chính thức | Ước tính               table_header | Chính thức | Ước tính
         | tháng 12   | tháng 1        ->      table_header | tháng 12 | tháng 1
Tổng số  |   17149,8  | 16720,6                table_row    Tổng số | 17149,8 | 16720,6    headers ("", "Chính thức tháng 12", …)
  Hà Nội |    1699,9  |  1238,0                table_row    Hà Nội | 1699,9 | 1238,0       headers ("– / Tổng số", …)
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.read.document import RawBlock
from index.read.grid import is_numeric
from index.read.sheet_header import Columns, columns_of, is_ordinal, is_year
from index.read.sheet_outline import Outline
from index.read.sheet_rows import SheetCell, SheetRow
from index.read.structure import DOCUMENT_KINDS, classify, is_caption, is_letterhead
from index.read.sums import mark_sums

WINDOW = 400  # rows looked at before a table's columns are settled
MOST_SUMMED = 2_000  # rows of a table whose sums are looked for
AHEAD = 24  # rows looked at to tell a note or a group from the title of the next table
MOST_HEADER_ROWS = 14
LONGEST_NAME = 100  # characters; a longer line that ends like a sentence names no table
LONGEST_LABEL = 160  # characters; a longer line alone is a note or a paragraph

UNIT = re.compile(
    r"^[(\[]?\s*(?:(?:đơn vị(?: tính)?|đvt|units?)\s*[:.]?\s*\S.{0,60}|%|‰"
    r"|(?:1\.?000|nghìn|ngàn|triệu|tỷ|tỉ|trăm)?\s*(?:ha|tấn|người|đồng|usd|đô la|m2|m3|m²|m³|lít|kg|con|cái|lượt người|kwh|hộ|dự án"
    r"|thousand|million|billion|tonnes|tons|persons|people|households|vnd)(?:\s*[,;/]\s*\S.{0,40})?)\s*[)\]]?$",
    re.IGNORECASE,
)
_UNIT_WORDS = re.compile(r"^[(\[]?\s*(?:đơn vị(?: tính)?|đvt|units?)\s*[:.]?\s*", re.IGNORECASE)
_CONTINUED = re.compile(r"tiếp theo|\((?:tiếp|cont)\b|continued", re.IGNORECASE)
_MULTIPLE = re.compile(r"^(?:1\.?000|nghìn|ngàn|triệu|tỷ|tỉ|%|thousand|million|billion)\b", re.IGNORECASE)
_GROUP = re.compile(r"^(?:[A-HĐ]|[IVX]{1,5}|\d{1,2})[.)]\s")
_NOTE = re.compile(
    r"^(?:ghi chú|chú thích|nguồn|lưu ý|notes?\b|sources?\b|\(?\*+\)?|\(?\d{1,2}\)\s|\d{1,2}/\s|[¹²³⁴])", re.IGNORECASE
)
_WORKED_OUT = re.compile(r"\d{1,2}\s*=[\d\s()+\-*/x:%]+")
_LABEL_HEADS = re.compile(
    r"^(?:stt|tt|số tt|no\.?|chỉ tiêu|nội dung|tên|đơn vị|danh mục|hạng mục|loại|items?|indicators?|name)\b", re.IGNORECASE
)


class _Stream:
    """Rows with something written in them, some of which can be looked at before they are taken."""

    def __init__(self, rows: Iterable[SheetRow]) -> None:
        self._rows = (row for row in rows if any(cell.text for cell in row.cells))
        self._held: deque[SheetRow] = deque()

    def peek(self, count: int) -> list[SheetRow]:
        while len(self._held) < count and (row := next(self._rows, None)) is not None:
            self._held.append(row)
        return list(islice(self._held, count))

    def take(self) -> SheetRow | None:
        if self._held:
            return self._held.popleft()
        return next(self._rows, None)


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the next table begins: so many rows of titles, so many of header, then its first row."""

    before: int
    header: int


def sheet_blocks(rows: Iterable[SheetRow], *, page: int, first_table: int, after_table: bool = False) -> Iterator[RawBlock]:
    """The blocks of one sheet, or of a part of it. Tables are numbered from `first_table`; `after_table`: one came before."""
    stream = _Stream(rows)
    table = first_table
    last: Outline | None = None
    while window := stream.peek(WINDOW):
        head = find_head(window)
        if head is None:
            for _ in range(len(window)):
                if (row := stream.take()) is not None:
                    yield from _prose(row, page, after_table)
            continue
        before = [stream.take() for _ in range(head.before)]
        yield from _preamble([row for row in before if row is not None], page, after_table)
        header = [row for row in (stream.take() for _ in range(head.header)) if row is not None]
        units = _units_of([row for row in before if row is not None])
        columns = columns_of(header, window[head.before + head.header :], units)
        yield from (RawBlock("table_header", page=page, table=table, cells=cells) for cells in columns.header_cells(header))
        outline = Outline(columns)
        if last is not None and any(_CONTINUED.search(cell.text) for row in before if row is not None for cell in row.cells):
            outline.go_on_from(last)
        yield from _summed(_body(stream, columns, outline, header, page, table))
        last = outline
        table += 1
        after_table = True


def _units_of(titles: Sequence[SheetRow]) -> tuple[str, ...]:
    """The unit that the lines above a table give for all of it, or both of "Nghìn tấn; Triệu USD"; () where they give none."""
    texts = [cell.text for row in titles[-5:] for cell in filled(row) if UNIT.match(cell.text)]
    unit = " ".join(_UNIT_WORDS.sub("", texts[-1]).strip("()[] ").split()) if texts else ""
    parts = tuple(part.strip() for part in re.split(r"[,;]|\bvà\b|\band\b", unit))
    return parts if unit and len(parts) <= 2 and all(0 < len(part) <= 24 and "/" not in part for part in parts) else ()


def filled(row: SheetRow) -> list[SheetCell]:
    return [cell for cell in row.cells if cell.text]


def is_figure(cell: SheetCell) -> bool:
    """A value: a number that is no year, or text that reads as one."""
    return not is_year(cell) if cell.number else is_numeric(cell.text)


def is_data(row: SheetRow) -> bool:
    """A row that can only be a table's data: a figure with a label, or several figures that do not number the columns."""
    cells = filled(row)
    figures = [cell for cell in cells if is_figure(cell)]
    if not figures or _numbers_columns(cells) or (is_figure(cells[0]) and _in_a_row(figures)):
        return False
    if len(figures) > 1:
        return True
    label = cells[0]
    return len(cells) > 1 and not is_figure(label) and len(label.text) <= LONGEST_LABEL


def _in_a_row(figures: Sequence[SheetCell]) -> bool:
    """6, 7, 8, 9: the classes, ages or months that columns stand for."""
    texts = [cell.text for cell in figures]
    if len(texts) < 3 or not all(text.isascii() and text.isdigit() and len(text) < 5 for text in texts):
        return False
    return [int(text) for text in texts] == list(range(int(texts[0]), int(texts[0]) + len(texts)))


def _numbers_columns(cells: Sequence[SheetCell]) -> bool:
    """ "A | B | 1 | 2 | 3=2/1"."""
    marks = [cell.text.strip("()[]") for cell in cells]
    digits = [int(mark) for mark in marks if mark.isascii() and mark.isdigit() and len(mark) < 4]
    if len(marks) < 3 or digits[:1] not in ([1], [2], [3]) or digits != list(range(digits[0], digits[0] + len(digits))):
        return False
    return all(len(mark) <= 2 or _WORKED_OUT.fullmatch(mark) for mark in marks)


def find_head(window: Sequence[SheetRow]) -> _Head | None:
    """The first table of the window; None where it holds none."""
    left = min((filled(row)[0].column for row in window), default=0)
    data = next((at for at, row in enumerate(window) if _begins_data(window, at, left)), -1)
    if data < 0:
        return _find_words_table(window)
    start = filled(window[data])[0].column
    groups = data
    while groups and _heads_group(window, groups - 1, start):
        groups -= 1
    top = _header_top(window, groups, start)
    if top == groups:  # no header: what stands above is its title
        own = filled(window[data])
        is_table = len(own) > 2 or (data + 1 < len(window) and is_data(window[data + 1]))
        return _Head(data, 0) if is_table else _past(window, data)
    return _Head(top, groups - top)


def _begins_data(window: Sequence[SheetRow], at: int, left: int) -> bool:
    """Data, and not a row of the header beside which somebody has worked something out."""
    if not is_data(window[at]):
        return _follows_header(window, at)
    cells = filled(window[at])
    figures = sum(map(is_figure, cells))
    words = len(cells) - figures
    return not (words > 2 and words >= 2 * figures and cells[0].column > left)


def _past(window: Sequence[SheetRow], data: int) -> _Head | None:
    """A lone figure with a label is no table; look on below it."""
    rest = find_head(window[data + 1 :])
    return None if rest is None else _Head(rest.before + data + 1, rest.header)


def _follows_header(window: Sequence[SheetRow], at: int) -> bool:
    """A labelled row of years alone, below a row that heads them ("Founded | 1998 | 2004"), is data."""
    cells = filled(window[at])
    years = [cell for cell in cells if is_year(cell)]
    if not at or not years or len(years) + 1 != len(cells) or cells[0].number:
        return False
    above = {cell.column for cell in filled(window[at - 1])}
    return {cell.column for cell in cells} <= above


def _find_words_table(window: Sequence[SheetRow]) -> _Head | None:
    """A table without any figure: three or more rows of several cells that stand in the same columns."""
    for at in range(len(window) - 2):
        cells = [filled(row) for row in window[at : at + 3]]
        if any(is_letterhead(cell.text) for row in cells for cell in row):
            continue
        if all(len(row) > 1 for row in cells) and {cell.column for cell in cells[1]} <= {cell.column for cell in cells[0]}:
            return _Head(at, 1)
    return None


def _heads_group(window: Sequence[SheetRow], at: int, start: int) -> bool:
    """A row between header and data that heads a group: a label alone, with its number, or with the units of its columns."""
    cells = filled(window[at])
    first = cells[0].text
    if cells[0].column > start or len(first) > LONGEST_LABEL or window[at + 1].number - window[at].number > 3:
        return False
    if len(cells) == 1:
        return not UNIT.match(first)
    if not at or _numbers_columns(cells):
        return False
    if len(cells) == 2 and is_ordinal(first):
        return not is_figure(cells[1])
    return bool(_GROUP.match(first)) and all(_is_unit(cell.text) for cell in cells[1:])


def _is_unit(text: str) -> bool:
    return bool(UNIT.match(text)) or (len(text) <= 20 and bool(_MULTIPLE.match(text)))


def _header_top(window: Sequence[SheetRow], end: int, start: int) -> int:
    """The first of the header rows that end before `end`; `start` is the first column of the rows below."""
    top = end
    while top and end - top < MOST_HEADER_ROWS and _is_header(window, top - 1, end, start):
        top -= 1
    return top


def _is_header(window: Sequence[SheetRow], at: int, end: int, start: int) -> bool:
    """Whether this row belongs to the header whose last row is `end` - 1, all rows between the two being part of it."""
    row, cells = window[at], filled(window[at])
    if at + 1 < end and window[at + 1].number - row.number > 2:
        return False
    if len(cells) <= 3 and any(is_letterhead(cell.text) for cell in cells):
        return False
    last = cells[-1].text
    if len(cells) == 2 and UNIT.match(last) and len(cells[0].text) > 30:  # title and unit on one line
        return False
    if len(cells) > 1:
        return True
    if UNIT.match(last) or (at + 1 < end and _stands_outside(cells[0], window[at + 1])):
        return _is_under(window, at)  # "(%)" ends a header's words; above them it is the table's unit
    return _heads_values(window, at, end, start)


def _stands_outside(cell: SheetCell, below: SheetRow) -> bool:
    """A cell alone above a box that is drawn round the header: the unit in the corner."""
    return not cell.over and cell.columns == 1 and cell.text != "" and sum(other.over for other in below.cells) > 1


def _is_under(window: Sequence[SheetRow], at: int) -> bool:
    """A row of several cells stands right above."""
    return at > 0 and window[at].number - window[at - 1].number == 1 and len(filled(window[at - 1])) > 1


def _heads_values(window: Sequence[SheetRow], at: int, end: int, start: int) -> bool:
    """A cell alone in its row that heads columns of values: right of the labels, or between two rows of the header."""
    cell = filled(window[at])[0]
    if cell.column > start:
        return True
    near = at + 1 < end and window[at + 1].number - window[at].number == 1
    return near and _is_under(window, at) and len(cell.text) <= 40 and cell.columns == 1


def _body(
    stream: _Stream, columns: Columns, outline: Outline, header: Sequence[SheetRow], page: int, table: int
) -> Iterator[RawBlock]:
    down: dict[int, tuple[SheetCell, int]] = {}  # merged cells that reach into rows below: column -> cell, last row
    last = 0  # the number of the row before
    while ahead := stream.peek(2):
        row = ahead[0]
        goes_on = row.number - last <= 2 and any(is_figure(cell) and cell.column in columns.others for cell in filled(row))
        if last and not goes_on and not is_data(row) and _ends_table(stream, columns, header):
            return
        last = row.number
        stream.take()
        whole = _with_reaching(row, down)
        following = ahead[1] if len(ahead) > 1 else None
        headers = outline.headers(whole, following)
        yield RawBlock("table_row", page=page, table=table, cells=columns.texts(whole), headers=headers)


def _summed(rows: Iterator[RawBlock]) -> Iterator[RawBlock]:
    """The rows with totals and subtotals marked; of a table longer than a report prints, as they are."""
    first = list(islice(rows, MOST_SUMMED))
    yield from mark_sums(first) if len(first) < MOST_SUMMED else first
    yield from rows


def _with_reaching(row: SheetRow, down: dict[int, tuple[SheetCell, int]]) -> SheetRow:
    """The row with the cells that reach into it from above, as a person sees it."""
    own = {cell.column for cell in row.cells if cell.text}
    added = [cell for column, (cell, last) in down.items() if row.number <= last and column not in own]
    for cell in row.cells:
        if cell.rows > 1 and cell.text:
            down[cell.column] = (cell._replace(rows=1), row.number + cell.rows - 1)
    if not added:
        return row
    kept = [cell for cell in row.cells if cell.text]
    return SheetRow(row.number, sorted([*kept, *added], key=lambda cell: cell.column))


def _ends_table(stream: _Stream, columns: Columns, header: Sequence[SheetRow]) -> bool:
    """Whether the row that comes next, which holds no data, begins something else: a note, a paragraph, the next table's title."""
    ahead = stream.peek(AHEAD)
    cells = filled(ahead[0])
    if not any(is_data(row) for row in ahead):
        words_only = not columns.has_figures
        return len(cells) == 1 and not (words_only and cells[0].columns > 1 and len(ahead) > 1)
    if len(cells) == 1 and len(cells[0].text) > 60 and _NOTE.match(cells[0].text):
        return True
    head = find_head(ahead)
    if head is None or not head.header:
        return False
    return _begins_anew(ahead[: head.before], ahead[head.before : head.before + head.header], columns, header)


def _begins_anew(titles: Sequence[SheetRow], begins: Sequence[SheetRow], columns: Columns, header: Sequence[SheetRow]) -> bool:
    """Whether rows that look like a header are one, and not words among the rows of the table that is being read."""
    if [_words(row) for row in begins[:2]] == [_words(row) for row in header[:2]]:
        return True
    first = filled(begins[0])
    if _LABEL_HEADS.match(first[0].text) and len(first) > 2:
        return True
    if not titles:
        return False
    if any(is_caption(text) or UNIT.match(text) for row in titles for text in (cell.text for cell in filled(row))):
        return True
    boxed = all(cell.over or cell.under or cell.bold for cell in first)
    gap = begins[0].number - titles[-1].number
    unlabelled = all(cell.column not in columns.labels for row in begins for cell in filled(row))
    tall = len(begins) > 1
    return (unlabelled and (boxed or tall or gap > 1)) or (boxed and tall)


def _words(row: SheetRow) -> tuple[str, ...]:
    return tuple(" ".join(cell.text.split()) for cell in filled(row))


def _preamble(rows: Sequence[SheetRow], page: int, after_table: bool) -> Iterator[RawBlock]:
    """Lines above a table: the last ones that stand alone are its caption, with the unit; the others are what they read as."""
    first = len(rows)
    while first and len(rows) - first < 5 and can_caption(rows[first - 1]):
        if first < len(rows) and rows[first].number - rows[first - 1].number > 4:
            break
        first -= 1
    lines = [" ".join(cell.text.split()) for row in rows[first:] for cell in filled(row)]
    named = next((at for at, line in enumerate(lines) if DOCUMENT_KINDS.match(line) or line.startswith("BÁO CÁO ")), -1)
    for row in rows[:first]:
        yield from _prose(row, page, after_table)
    if named >= 0:
        end = len(lines) - 1 if len(lines) > 1 and UNIT.match(lines[-1]) else len(lines)
        for at, line in enumerate(lines[:end]):
            yield RawBlock("title", line, page) if named <= at < named + 3 else classify(line, page=page)
        lines = lines[end:]
    if lines:
        yield RawBlock("caption", "\n".join(lines), page)


def can_caption(row: SheetRow) -> bool:
    cells = filled(row)
    texts = [cell.text for cell in cells]
    if any(is_letterhead(text) and not UNIT.match(text) for text in texts) or any(len(text) > 300 for text in texts):
        return False
    if any(len(text) > LONGEST_NAME and text.endswith((".", ";")) for text in texts):  # a sentence of a report kept in a sheet
        return False
    if len(texts) == 1:
        return not _NOTE.match(texts[0]) or bool(UNIT.match(texts[0])) or texts[0][:1].isdigit()
    return len(texts) == 2 and (bool(UNIT.match(texts[1])) or is_caption(texts[0]))


def _prose(row: SheetRow, page: int, after_table: bool) -> Iterator[RawBlock]:
    for cell in filled(row):
        text = "\n".join(" ".join(line.split()) for line in cell.text.split("\n") if line.strip())
        if after_table and _NOTE.match(text):
            yield RawBlock("note", text, page)
            continue
        block = classify(text, page=page, bold=cell.bold)
        yield block._replace(level=block.level + 1) if block.kind == "heading" else block


__all__ = ["UNIT", "can_caption", "filled", "find_head", "is_data", "is_figure", "is_ordinal", "sheet_blocks"]
