"""Lines with their places on pages -> paragraphs, headings, items, tables, page after page. Pure; points, y upwards."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from index.read.ahead import in_turns
from index.read.columns import loose_tables
from index.read.document import RawBlock
from index.read.grid import GridCell, Row, is_layout, table_blocks
from index.read.gutter import in_reading_order
from index.read.overleaf import goes_on, repeated_rows
from index.read.page import Line, Page, PageTable
from index.read.paragraphs import Paragraph, Piece, foot_notes, full_width, goes_on_overleaf, joined, paragraphs, settled_hyphens
from index.read.partner import Work
from index.read.ruled import fill, frames
from index.read.running import Edge, edge_of, running_lines, without_running
from index.read.structure import classify

FEWEST_LINES = 8  # of a page, for its right margin to be told from them
MOST_SIZED = 200  # pages whose lines tell what is usual
_CONTINUED = re.compile(r"[(\[]?\b(?:continued|cont\.|cont['’]d|tiếp theo|tiếp)[)\].:]*", re.IGNORECASE)


def page_blocks(pages: Sequence[Page]) -> list[RawBlock]:
    """Blocks of pages that are at hand."""
    return blocks_of(lambda number: pages[number - 1], len(pages))


Steps = tuple[Callable[[int], "tuple[Page, _Told]"], Callable[["Page", "_Answer"], "list[Paragraph | PageTable]"]]


def steps(load: Callable[[int], Page]) -> Steps:
    """How pages are begun and finished, in whatever process: ahead.in_turns."""

    def begin(number: int) -> tuple[Page, _Told]:
        page = load(number)
        return page, _told(page)

    return begin, _pieces_of


def blocks_of(
    load: Callable[[int], Page],
    count: int,
    *,
    see: Callable[[Page], None] = lambda page: None,
    elsewhere: Work | None = None,
    name: str = "",
) -> list[RawBlock]:
    """Blocks of the pages load(1) … load(count) in order, without running heads and page numbers; what runs over a page break is
    joined. `see` is told of each page, which has lost its lines by then. `name` is the file's, for messages.

    Pages are loaded one by one and not kept, but for the few that tell what comes back at the edge of every page. That and what
    can be done with each page on its own is shared with another process where there is one; `elsewhere` opens `steps` there.
    """
    writer = _Writer()
    begin, finish = steps(load)
    pages = in_turns(begin, partial(_answers, see=see), finish, count, elsewhere=elsewhere, name=name)
    for number, pieces in enumerate(pages, 1):
        writer.write(number, pieces)
    return writer.finished()


class _Told(NamedTuple):
    """What has to be known of a page before those around it can be laid out."""

    page: Page  # without its lines
    edge: Edge
    heights: dict[float, int]  # height of running text -> letters of it
    rights: list[float]
    lines: int


class _Answer(NamedTuple):
    """What the others tell of a page: its running lines; the height of running text and, for a page that has too few lines to tell
    it by, where its lines end."""

    running: frozenset[int]
    body: float
    margin: float | None


def _told(page: Page) -> _Told:
    texts: dict[float, list[str]] = {}
    rights = []
    for line in page.lines if page.number <= MOST_SIZED else ():
        if line.piece_end - line.piece < 2:  # tables are often set smaller
            texts.setdefault(round(line.top - line.bottom, 1), []).append(line.text)
            rights.append(line.right)
    joined = {height: "".join(own) for height, own in texts.items()}
    heights = {height: len(text) - sum(map(text.count, "0123456789")) for height, text in joined.items()}
    bare = Page(page.number, (), has_image=page.has_image, broken=page.broken, lying=page.lying)
    return _Told(bare, edge_of(page), heights, rights, len(page.lines))


def _answers(told: Iterator[_Told], see: Callable[[Page], None]) -> Iterator[_Answer]:
    sizes = _Sizes()
    lines: deque[int] = deque()  # of the pages without an answer

    def edges() -> Iterator[Edge]:
        for page in told:
            see(page.page)
            sizes.see(page)
            lines.append(page.lines)
            yield page.edge

    for running in running_lines(edges()):
        few = lines.popleft() - len(running) < FEWEST_LINES
        yield _Answer(running, sizes.body(), sizes.margin() if few else None)


def _pieces_of(page: Page, answer: _Answer) -> list[Paragraph | PageTable]:
    page = without_running(page, answer.running)
    rights = [line.right for line in page.lines if line.text]
    margin = full_width(rights) if len(rights) >= FEWEST_LINES or answer.margin is None else answer.margin
    return list(paragraphs(list(_pieces(in_reading_order(page))), answer.body, margin))


class _Sizes:
    """What is usual in a report, by the pages seen so far: the height of running text, and where its lines end."""

    def __init__(self) -> None:
        self._heights = Counter[float]()
        self._rights: list[float] = []

    def see(self, page: _Told) -> None:
        self._heights.update(page.heights)
        self._rights += page.rights

    def body(self) -> float:
        return self._heights.most_common(1)[0][0] if self._heights else 10.0

    def margin(self) -> float:
        return full_width(self._rights)


class _Writer:
    """Pieces of page after page -> blocks. A table waits until it is known that it does not go on overleaf."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self._waiting: list[tuple[PageTable, int]] = []
        self._tables = 0
        self._open_end = False
        self._captions: list[str] = []  # of the last table: its caption, its unit

    def write(self, number: int, pieces: Sequence[Paragraph | PageTable]) -> None:
        first = True
        notes = foot_notes(pieces)
        for at, piece in enumerate(pieces):
            if isinstance(piece, PageTable):
                if self._waiting and not (first and goes_on(self._waiting[0][0], self._waiting[-1][0], piece)):
                    self._flush()
                self._waiting.append((piece, number))
                self._open_end = first = False
                continue
            if at >= notes:
                self._note(piece.text, number)
                continue
            block = classify(piece.text, page=number, bold=piece.large)
            if first and block.kind == "caption" and self._repeats(block.text):
                continue  # "Table 3 (continued)"
            self._flush()
            if block.kind == "caption":
                self._captions = [*self._captions[-3:], block.text]
            before = self._last_of_text() if first and self._open_end else -1
            if before >= 0 and goes_on_overleaf(self.blocks[before], block):
                self.blocks[before] = self.blocks[before]._replace(text=joined(self.blocks[before].text, block.text))
            else:
                self.blocks.append(block)
            self._open_end = piece.full
            first = False

    def _note(self, text: str, page: int) -> None:
        """A note at the foot; its mark alone on a line belongs to the text after it."""
        last = self.blocks[-1] if self.blocks else None
        if last and last.kind == "note" and last.page == page and last.text.isdigit():
            self.blocks[-1] = last._replace(text=f"{last.text} {text}")
        else:
            self._flush()
            self.blocks.append(RawBlock("note", text, page))

    def _last_of_text(self) -> int:
        """Number of the last block that is no note at the foot of its page, -1 where there is none."""
        return next((at for at in range(len(self.blocks) - 1, -1, -1) if self.blocks[at].kind != "note"), -1)

    def _repeats(self, caption: str) -> bool:
        """A caption at the top of a page says again what stands over the table that goes on here."""
        if not self._waiting or not self._captions:
            return False
        if _CONTINUED.search(caption):
            return any(_caption_number(caption) == _caption_number(known) for known in self._captions)
        return caption in self._captions

    def _flush(self) -> None:
        if self._waiting:
            self._tables += 1
            self.blocks.extend(_emit(self._waiting, self._tables))
            self._waiting = []

    def finished(self) -> list[RawBlock]:
        self._flush()
        return settled_hyphens(self.blocks)


def _caption_number(caption: str) -> str:
    """ "TABLE A.1.1. (CONTINUED)" -> "table a.1.1"."""
    return _CONTINUED.sub("", " ".join(caption.split()[:2])).rstrip(".:–-( ").lower()


def _emit(parts: Sequence[tuple[PageTable, int]], number: int) -> list[RawBlock]:
    """One table from its parts on following pages; header rows repeated overleaf are left out."""
    first = parts[0][0].rows
    rows: list[Row] = list(first)
    pages = [parts[0][1]] * len(first)
    for part, page in parts[1:]:
        again = repeated_rows(parts[0][0], part)
        rows.extend(part.rows[again:])
        pages.extend([page] * (len(part.rows) - again))
    if is_layout(rows):
        return [
            classify(text, page=page)
            for row, page in zip(rows, pages, strict=True)
            for cell in row
            if (text := _text(cell)).strip()
        ]
    return table_blocks(rows, table=number, pages=pages, header_rows=parts[0][0].header_rows)


def _pieces(page: Page) -> Iterator[Piece]:
    """The page's lines with those of tables replaced by the table, where its first line stood."""
    owners = frames(page.rules)
    if not owners:
        yield from _loose(page.lines, page)
        return
    rest: list[Line] = []
    held: dict[int, list[Line]] = {}
    order: list[Line | int] = []
    for line in page.lines:
        number = next((at for at, frame in enumerate(owners) if frame.holds((line.left + line.right) / 2, line.middle)), -1)
        if number < 0:
            order.append(line)
            continue
        if number not in held:
            order.append(number)
        held.setdefault(number, []).append(line)
    for item in order:
        if isinstance(item, Line):
            rest.append(item)
            continue
        yield from _loose(rest, page)
        rest = []
        yield fill(owners[item], held[item])
    yield from _loose(rest, page)


def _loose(lines: Sequence[Line], page: Page) -> Iterator[Piece]:
    at = 0
    tables = loose_tables(lines, page.cuts, page.levels)
    heads = frozenset[int]().union(*(found.head for found in tables))
    for found in tables:
        yield from (lines[n] for n in range(at, found.first) if n not in heads)
        yield found.table
        at = found.last
    yield from (lines[n] for n in range(at, len(lines)) if n not in heads)


def _text(cell: GridCell | str) -> str:
    return cell if isinstance(cell, str) else cell.text
