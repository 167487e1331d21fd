"""Running heads, running feet and page numbers: lines at the edges of pages that come back on the pages around. Pure.

They are told from the six pages before and after, so pages can be taken one by one, and heads may change with every chapter.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from index.read.page import Line, Page

FEWEST_LINES = 8  # of a page, for the usual distance between lines to be told from them
FEWEST_LETTERS = 3  # of a running head
EDGE_LINES = 3  # lines at top and bottom of a page that can be a running head or foot
AROUND = 6  # pages before and after
OFTEN = 0.3  # of the pages around, and at least three, have a running line; left and right pages may have two different ones
_PAGE_NUMBER = re.compile(
    r"^(?:(?:trang|page|p\.)\s*)?[-–—|\s]*(\d{1,4}|[ivxlc]{1,7})[-–—|\s]*(?:(?:/|of|trên)\s*\d{1,4})?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_top = attrgetter("top")


class EdgeLine(NamedTuple):
    """A line at the edge of a page: its place among the page's lines, its text, that without numbers, and those.

    `can_run`: it has enough letters to be told by, and is no table's header that comes back on its every page.
    """

    at: int
    text: str
    key: str
    numbers: tuple[int, ...]
    can_run: bool


class Edge(NamedTuple):
    """What the pages around must know of one: the lines at its edges; those without numbers; how far off its own number is."""

    number: int
    lines: tuple[EdgeLine, ...]
    keys: dict[str, tuple[int, ...]]
    offsets: frozenset[int]


def running_lines(edges: Iterable[Edge]) -> Iterator[frozenset[int]]:
    """The numbers of each page's running lines. Up to six pages more are taken before a page is answered for."""
    around: deque[Edge] = deque(maxlen=2 * AROUND + 1)
    count = done = 0
    for edge in edges:
        around.append(edge)
        count += 1
        if count - done > AROUND:
            yield _running(around[len(around) - (count - done)], around)
            done += 1
    while done < count:
        while len(around) > AROUND + (count - done):  # pages long past
            around.popleft()
        yield _running(around[len(around) - (count - done)], around)
        done += 1


def edge_of(page: Page) -> Edge:
    lines = page.lines
    chosen: Sequence[int] = range(len(lines))
    if len(lines) > 2 * EDGE_LINES:
        tops, lefts = [line.top for line in lines], [line.left for line in lines]
        by_height = sorted(chosen, key=tops.__getitem__)
        chosen = by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]
        near = [lines[at] for at in chosen]
        aside = (lefts.index(min(lefts)), lefts.index(max(lefts)))  # on pages set sideways
        chosen += [at for at in aside if lines[at].text.isdigit() and lines[at] not in near]
    found = [_PAGE_NUMBER.match(lines[at].text) for at in chosen]
    offsets = frozenset(int(match.group(1)) - page.number for match in found if match and match.group(1).isdigit())
    marked = tuple(_edge_line(page, at) for at in chosen)
    return Edge(page.number, marked, {line.key: line.numbers for line in marked}, offsets)


def _edge_line(page: Page, at: int) -> EdgeLine:
    line = page.lines[at]
    key = _DIGITS.sub("#", line.text)
    can_run = sum(map(str.isalpha, key)) >= FEWEST_LETTERS and not (line.piece_end - line.piece > 1 and _joins_on(line, page))
    return EdgeLine(at, line.text, key, _numbers(line.text), can_run)


def without_running(page: Page, running: frozenset[int]) -> Page:
    """The page without the lines with these numbers, but for those that are a part of its text."""
    if not running:
        return page
    gone = {id(page.lines[at]) for at in running}
    gone -= _joined_to_text(page.lines, gone)
    return replace(page, lines=tuple(line for line in page.lines if id(line) not in gone))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple([int(digits) for digits in _DIGITS.findall(text)[:8] if len(digits) < 12])


def _comes_back(own: tuple[int, ...], other: tuple[int, ...] | None, apart: int) -> bool:
    """The same numbers, or such as count the pages."""
    return other is not None and all(b - a in (0, apart) for a, b in zip(own, other, strict=False))


def _running(edge: Edge, around: Iterable[Edge]) -> frozenset[int]:
    near = list(around)
    lines = (line for line in edge.lines if _is_page_number(line.text, edge, near) or _comes_back_often(line, edge, near))
    return frozenset(line.at for line in lines)


def _comes_back_often(line: EdgeLine, edge: Edge, near: Sequence[Edge]) -> bool:
    if not line.can_run or [line.key in other.keys for other in near].count(True) < 3:
        return False
    hits = sum(_comes_back(line.numbers, other.keys.get(line.key), other.number - edge.number) for other in near)
    return hits >= max(3, OFTEN * len(near))


def _joined_to_text(lines: Sequence[Line], gone: set[int]) -> set[int]:
    """Those of the lines `gone` that stand as near to the text as its lines to each other: paragraphs may well end alike."""
    rows = sorted(lines, key=_top, reverse=True)
    gaps = sorted(above.bottom - below.top for above, below in pairwise(rows))
    if len(rows) < FEWEST_LINES:
        return set()
    usual = gaps[len(gaps) // 2]
    kept = set()
    for above, below in pairwise(rows):
        inner, outer = (below, above) if id(above) in gone else (above, below)
        if id(outer) not in gone or id(inner) in gone or _PAGE_NUMBER.match(outer.text):
            continue
        if above.bottom - below.top <= usual + 0.15 * outer.height and abs(inner.height - outer.height) < 0.1 * outer.height:
            kept.add(id(outer))
    return kept


def _joins_on(line: Line, page: Page) -> bool:
    """Cells with a line right below them: the header of a table, which comes back on its every page."""
    return any(0 < line.bottom - other.bottom < 2 * line.height for other in page.lines)


def _is_page_number(text: str, edge: Edge, near: Sequence[Edge]) -> bool:
    match = _PAGE_NUMBER.match(text)
    if not match:
        return False
    if not match.group(1).isdigit():
        return len(near) > 3 and match.group(1).islower()
    if not text.strip("-–—| ").isdigit() or text.startswith("-"):
        return True
    offset = int(match.group(1)) - edge.number
    return len(near) > 1 and sum(offset in other.offsets for other in near) > max(1, 0.2 * len(near))
