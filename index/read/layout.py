"""Lines with their places on pages -> paragraphs, headings, items. Pure; coordinates in points, y upwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.read.document import RawBlock
from index.read.structure import classify, heading_level, is_caption, is_item

_PAGE_NUMBER = re.compile(r"^(?:(?:trang|page|p\.)\s*)?[-–—|\s]*(\d{1,4}|[ivxlc]{1,7})[-–—|\s]*(?:(?:/|of|trên)\s*\d{1,4})?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"[^\S\n]+")
_ENDS = re.compile(r"[.!?:;…][”\"»)]*$")
_HYPHENS = ("\x02", "\ufffe", "\u00ad")
EDGE_LINES = 3  # lines at top and bottom of a page that can be a running head or foot


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. `left`, `right`, `bottom`, `top` in points."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; lines in the order the file has them."""

    number: int
    lines: tuple[Line, ...]
    has_image: bool = False


def page_blocks(pages: Sequence[Page]) -> list[RawBlock]:
    """Blocks of all pages in order, running heads and page numbers dropped, sentences that run over a page break joined."""
    body = _body_height(pages)
    blocks: list[RawBlock] = []
    open_end = False
    for page in _without_running_lines(pages):
        fresh = list(_page(page, body))
        if not fresh:
            continue
        if open_end and blocks and _goes_on(blocks[-1], fresh[0][0]):
            blocks[-1] = replace(blocks[-1], text=_join(blocks[-1].text, fresh[0][0].text))
            open_end = fresh[0][1] if len(fresh) == 1 else fresh[-1][1]
            fresh = fresh[1:]
        elif fresh:
            open_end = fresh[-1][1]
        blocks.extend(block for block, _ in fresh)
    return blocks


def _goes_on(before: RawBlock, after: RawBlock) -> bool:
    """`after` at the top of a page continues `before` at the bottom of the last one."""
    if before.kind not in ("paragraph", "item") or after.kind != "paragraph" or _ENDS.search(before.text):
        return False
    first = after.text.lstrip("“\"'(")[:1]
    return first.islower() or first.isdigit() or not heading_level(after.text)


def _body_height(pages: Sequence[Page]) -> float:
    heights = Counter[float]()
    for page in pages[:200]:
        for line in page.lines:
            heights[round(line.height, 1)] += len(line.text)
    return heights.most_common(1)[0][0] if heights else 10.0


def _without_running_lines(pages: Sequence[Page]) -> Iterator[Page]:
    """Lines at the edges that come back on many pages (digits aside), and page numbers, are not the report's text."""
    seen = Counter[str]()
    for page in pages:
        seen.update({_key(line.text) for line in _edges(page)})
    often = max(3, 0.3 * len(pages)) if len(pages) > 4 else 3 if len(pages) > 2 else 99
    offsets = Counter[int](int(match.group(1)) - page.number for page in pages for line in _edges(page)
                           if (match := _PAGE_NUMBER.match(line.text)) and match.group(1).isdigit())
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        kept = tuple(line for line in page.lines if id(line) not in edges or not (_is_page_number(line.text, page.number, offsets, len(pages)) or _is_running(line.text, seen, often)))
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


def _page(page: Page, body: float) -> Iterator[tuple[RawBlock, bool]]:
    """Blocks of a page, each with whether its last line is full (so that it may go on overleaf)."""
    lines = page.lines
    if not lines:
        return
    margin = _right_margin(lines)
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _continues(lines[end - 1], lines[end], lines[at], margin, body):
            end += 1
        text = lines[at].text
        for line in lines[at + 1:end]:
            text = _join(text, line.text)
        large = lines[at].height > 1.15 * body and len(text) <= 200
        yield classify(_SPACE.sub(" ", text).strip(_HYPHENS[0]), page=page.number, bold=large), lines[end - 1].right > margin - 4 * body
        at = end


def _right_margin(lines: Sequence[Line]) -> float:
    """Where full lines end: the right edge that nine tenths of the lines stay within."""
    edges = sorted(line.right for line in lines)
    return edges[min(len(edges) - 1, int(len(edges) * 0.9))]


def _continues(line: Line, following: Line, first: Line, margin: float, body: float) -> bool:
    """`following` goes on with the paragraph that `line` was broken in."""
    if is_item(following.text) or is_caption(following.text):
        return False
    gap = line.bottom - following.top
    if gap > 0.9 * body or gap < -1.5 * body or abs(line.height - following.height) > 0.25 * body:
        return False
    if following.text[:1].islower() or line.text.endswith(_HYPHENS):
        return True
    room = margin - line.right
    first_word = len(following.text.split(maxsplit=1)[0]) * 0.5 * line.height
    if room > max(first_word, 2 * body) + body:
        return False
    if heading_level(line.text) and heading_level(following.text) > 1:
        return False
    if following.left > max(line.left, first.left if line is not first else line.left) + body and _ENDS.search(line.text):
        return False  # indented first line
    return not (_ENDS.search(line.text) and following.left > line.left + 0.8 * body)


def _join(text: str, following: str) -> str:
    """One space between lines, none where a word was hyphenated."""
    if text.endswith(_HYPHENS):
        return text[:-1] + following
    if text.endswith("-") and len(text) > 2 and text[-2].islower() and following[:1].islower() and text[-2].isascii() and following[:1].isascii():
        return text[:-1] + following
    return f"{text} {following}"
