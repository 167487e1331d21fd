"""Lines with their places on pages -> paragraphs, headings, items. Pure; coordinates in points, y upwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.read.columns import loose_tables
from index.read.document import RawBlock
from index.read.grid import MOST_HEADER_ROWS, is_layout, table_blocks
from index.read.page import Line, Page, PageTable
from index.read.ruled import fill, frames
from index.read.structure import classify, heading_level, is_caption, is_contents_line, is_item, is_letterhead, is_upper

_PAGE_NUMBER = re.compile(
    r"^(?:(?:trang|page|p\.)\s*)?[-–—|\s]*(\d{1,4}|[ivxlc]{1,7})[-–—|\s]*(?:(?:/|of|trên)\s*\d{1,4})?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"[^\S\n]+")
_CLOSING = "”\"»)’'"
_STOPS = (".", "!", "?", ":", ";", "…")
_MARK = "\x02"  # pdfium's sign for a hyphen at the end of a line
_MARKS = (_MARK, "\u00ad")
_BROKEN = re.compile(rf"(\w+){_MARK}\s*(\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")
FEWEST_LINES = 8  # of a page, for its right margin to be told from them
EDGE_LINES = 3  # lines at top and bottom of a page that can be a running head or foot


Piece = Line | PageTable


def page_blocks(pages: Sequence[Page]) -> list[RawBlock]:
    """Blocks of all pages in order, without running heads and page numbers; what runs over a page break is joined."""
    body = _body_height(pages)
    usual = _right_margin([line for page in pages[:200] for line in page.lines])
    blocks: list[RawBlock] = []
    waiting: list[tuple[PageTable, int]] = []  # a table that may go on overleaf
    tables = 0
    open_end = False
    for page in _without_running_lines(pages):
        pieces = list(_pieces(page))
        for number, piece in enumerate(_paragraphs(pieces, body, usual)):
            if isinstance(piece, PageTable):
                if waiting and not (number == 0 and _same_columns(waiting[-1][0], piece)):
                    tables += 1
                    blocks.extend(_emit(waiting, tables))
                    waiting = []
                waiting.append((piece, page.number))
                open_end = False
                continue
            if waiting:
                tables += 1
                blocks.extend(_emit(waiting, tables))
                waiting = []
            block = classify(piece.text, page=page.number, bold=piece.large)
            if number == 0 and open_end and blocks and _goes_on(blocks[-1], block):
                blocks[-1] = replace(blocks[-1], text=_join(blocks[-1].text, block.text))
            else:
                blocks.append(block)
            open_end = piece.full
    if waiting:
        blocks.extend(_emit(waiting, tables + 1))
    hyphens = _Hyphens(blocks)
    return [hyphens.settled(block) for block in blocks]


def _same_columns(above: PageTable, below: PageTable) -> bool:
    return above.columns == below.columns and abs(above.left - below.left) < 12 and abs(above.right - below.right) < 12


def _emit(parts: Sequence[tuple[PageTable, int]], number: int) -> list[RawBlock]:
    """One table from its parts on following pages; header rows repeated overleaf are left out."""
    first = parts[0][0].rows
    rows = list(first)
    pages = [parts[0][1]] * len(first)
    for part, page in parts[1:]:
        texts = [tuple(cell.text for cell in row) for row in part.rows]
        repeated = 0
        while repeated < min(len(texts), len(first), MOST_HEADER_ROWS) and texts[repeated] == tuple(
            cell.text for cell in first[repeated]
        ):
            repeated += 1
        rows.extend(part.rows[repeated:])
        pages.extend([page] * (len(part.rows) - repeated))
    if is_layout(rows):
        return [classify(cell.text, page=page) for row, page in zip(rows, pages, strict=True) for cell in row if cell.text.strip()]
    return table_blocks(rows, table=number, pages=pages, header_rows=parts[0][0].header_rows)


def _pieces(page: Page) -> Iterator[Piece]:
    """The page's lines with those of tables replaced by the table, where its first line stood."""
    rest: list[Line] = []
    owners = frames(page.rules)
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
        yield from _loose(rest)
        rest = []
        yield fill(owners[item], held[item])
    yield from _loose(rest)


def _loose(lines: Sequence[Line]) -> Iterator[Piece]:
    at = 0
    for found in loose_tables(lines):
        yield from lines[at : found.first]
        yield found.table
        at = found.last
    yield from lines[at:]


def _ends(text: str) -> bool:
    """The text stops where a sentence may."""
    return text[-4:].rstrip(_CLOSING).endswith(_STOPS)


def _goes_on(before: RawBlock, after: RawBlock) -> bool:
    """`after` at the top of a page continues `before` at the bottom of the last one."""
    if before.kind not in ("paragraph", "item") or after.kind != "paragraph" or _ends(before.text):
        return False
    first = after.text.lstrip("“\"'(")[:1]
    return first.islower() or first.isdigit() or not heading_level(after.text)


def _body_height(pages: Sequence[Page]) -> float:
    heights = Counter[float]()
    for page in pages[:200]:
        for line in page.lines:
            heights[round(line.height, 1)] += sum(map(str.isalpha, line.text))  # tables are often set smaller
    return heights.most_common(1)[0][0] if heights else 10.0


def _without_running_lines(pages: Sequence[Page]) -> Iterator[Page]:
    """Lines at the edges that come back on many pages (digits aside), and page numbers, are not the report's text."""
    seen = Counter[str]()
    for page in pages:
        seen.update({_key(line.text) for line in _edges(page)})
    often = max(3, 0.3 * len(pages)) if len(pages) > 4 else 3 if len(pages) > 2 else 99
    offsets = Counter[int](
        int(match.group(1)) - page.number
        for page in pages
        for line in _edges(page)
        if (match := _PAGE_NUMBER.match(line.text)) and match.group(1).isdigit()
    )
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        kept = tuple(
            line
            for line in page.lines
            if id(line) not in edges
            or not (_is_page_number(line.text, page.number, offsets, len(pages)) or _is_running(line.text, seen, often))
        )
        yield replace(page, lines=kept)


def _edges(page: Page) -> tuple[Line, ...]:
    by_height = sorted(page.lines, key=lambda line: line.top)
    return tuple(by_height[:EDGE_LINES] + by_height[-EDGE_LINES:])


def _key(text: str) -> str:
    return _DIGITS.sub("#", text)


def _is_running(text: str, seen: Counter[str], often: float) -> bool:
    return seen[_key(text)] >= often and sum(char.isalpha() for char in text) >= 3


def _is_page_number(text: str, page: int, offsets: Counter[int], pages: int) -> bool:
    match = _PAGE_NUMBER.match(text)
    if not match:
        return False
    if not match.group(1).isdigit():
        return pages > 3 and match.group(1).islower()
    worded = not text.strip("-–—| ").isdigit()
    return worded or (pages > 1 and offsets[int(match.group(1)) - page] > max(1, 0.2 * pages)) or text.startswith("-")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines joined. `full`: its last line reaches the margin, so it may go on overleaf."""

    text: str
    large: bool
    full: bool


def _paragraphs(pieces: Sequence[Piece], body: float, usual: float) -> Iterator[_Paragraph | PageTable]:
    lines_here = [piece for piece in pieces if isinstance(piece, Line)]
    margin = _right_margin(lines_here) if len(lines_here) >= FEWEST_LINES else usual
    at = 0
    while at < len(pieces):
        first = pieces[at]
        if isinstance(first, PageTable):
            yield first
            at += 1
            continue
        lines = [first]
        at += 1
        while (
            at < len(pieces) and isinstance(following := pieces[at], Line) and _continues(lines[-1], following, first, margin, body)
        ):
            lines.append(following)
            at += 1
        text = first.text
        for line in lines[1:]:
            text = _join(text, line.text)
        large = first.height > 1.15 * body and len(text) <= 200
        yield _Paragraph(_SPACE.sub(" ", text).strip(), large, lines[-1].right > margin - 4 * body)


def _right_margin(lines: Sequence[Line]) -> float:
    """Where full lines end: the right edge that nine tenths of the lines stay within."""
    edges = sorted(line.right for line in lines)
    if not edges:
        return 0.0
    return edges[min(len(edges) - 1, int(len(edges) * 0.9))]


def _continues(line: Line, following: Line, first: Line, margin: float, body: float) -> bool:
    """`following` goes on with the paragraph that `line` was broken in."""
    if is_item(following.text) or is_caption(following.text) or is_contents_line(line.text):
        return False
    gap = line.bottom - following.top
    if is_caption(first.text) and gap < 0.5 * line.height and is_upper(line.text) and is_upper(following.text):
        return True  # a caption in capitals, over several centred lines
    if gap > 0.9 * body or gap < -1.5 * body or abs(line.height - following.height) > 0.15 * body:
        return False
    if _ends(line.text) and heading_level(following.text):
        return False
    if is_letterhead(line.text) or is_letterhead(following.text):
        return False
    if following.text[:1].islower() or line.text.endswith((*_MARKS, "-")):
        return True
    room = margin - line.right
    first_word = len(following.text.split(maxsplit=1)[0]) * 0.5 * line.height
    if room > max(first_word, 2 * body) + body:
        return False
    if heading_level(line.text) and (
        heading_level(following.text) > 1
        or (line is first and following.text[:1].isupper() and (room > body or gap > 0.35 * line.height))
    ):
        return False
    if following.left > max(line.left, first.left if line is not first else line.left) + body and _ends(line.text):
        return False  # indented first line
    return not (_ends(line.text) and following.left > line.left + 0.8 * body)


def _join(text: str, following: str) -> str:
    """One space between lines, none after a hyphen: `_Hyphens` decides what becomes of that."""
    if text.endswith(_MARKS) or (text.endswith("-") and text[-2:-1].isalnum()):
        return f"{text[:-1]}{_MARK}{following}"
    return f"{text} {following}"


class _Hyphens:
    """What a hyphen at the end of a line was: part of the word ("2021-2025", "one-third", "kinh tế-xã hội") or of the typesetting
    ("popula-tion"). Decided by the document's own words, and kept where they do not tell."""

    def __init__(self, blocks: Sequence[RawBlock]) -> None:
        self._words = {word.lower() for block in blocks for text in (block.text, *block.cells) for word in _WORD.findall(text)}

    def settled(self, block: RawBlock) -> RawBlock:
        if _MARK not in block.text and not any(_MARK in cell for cell in (*block.cells, *block.headers)):
            return block
        cells, headers = tuple(map(self._settle, block.cells)), tuple(map(self._settle, block.headers))
        return replace(block, text=self._settle(block.text), cells=cells, headers=headers)

    def _settle(self, text: str) -> str:
        return _BROKEN.sub(self._whole, text).replace(_MARK, "-")

    def _whole(self, match: re.Match[str]) -> str:
        first, second = match.groups()
        joined = first + second
        if not (first.isalpha() and second.isalpha() and joined.isascii() and second.islower()):
            return f"{first}-{second}"
        if joined.lower() in self._words:
            return joined
        known = first.lower() in self._words and second.lower() in self._words
        return f"{first}-{second}" if known or f"{first}-{second}".lower() in self._words else joined
