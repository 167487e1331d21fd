"""Running heads, running feet and page numbers: lines at the edges of pages that come back on the pages around. Pure.

They are told from the six pages before and after, so pages can be taken one by one, and heads may change with every chapter.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from index.read.page import Line, Page

FEWEST_LINES = 8  # of a page, for the usual distance between lines to be told from them
EDGE_LINES = 3  # lines at top and bottom of a page that can be a running head or foot
AROUND = 6  # pages before and after
OFTEN = 0.3  # of the pages around, and at least three, have a running line; left and right pages may have two different ones
_PAGE_NUMBER = re.compile(
    r"^(?:(?:trang|page|p\.)\s*)?[-–—|\s]*(\d{1,4}|[ivxlc]{1,7})[-–—|\s]*(?:(?:/|of|trên)\s*\d{1,4})?$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_top, _left = attrgetter("top"), attrgetter("left")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A page with the lines at its edges, each with its text without numbers and with those; and how far off its own number is."""

    page: Page
    lines: tuple[tuple[Line, str, tuple[int, ...]], ...]
    keys: dict[str, tuple[int, ...]]
    offsets: frozenset[int]


def without_running_lines(pages: Iterable[Page], see: Callable[[Page], None] = lambda page: None) -> Iterator[Page]:
    """The pages without those lines. `see` is told of each page as it comes, before pages up to six earlier are handed on."""
    around: deque[_Edge] = deque(maxlen=2 * AROUND + 1)
    count = done = 0
    for page in pages:
        see(page)
        around.append(_edge(page))
        count += 1
        if count - done > AROUND:
            yield _bare(around[len(around) - (count - done)], around)
            done += 1
    while done < count:
        while len(around) > AROUND + (count - done):  # pages long past
            around.popleft()
        yield _bare(around[len(around) - (count - done)], around)
        done += 1


def _edge(page: Page) -> _Edge:
    lines = page.lines
    if len(lines) > 2 * EDGE_LINES:
        by_height = sorted(lines, key=_top)
        aside = (min(lines, key=_left), max(lines, key=_left))  # on pages set sideways
        apart = [line for line in aside if line.text.isdigit() and line not in by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]]
        lines = (*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:], *apart)
    found = (_PAGE_NUMBER.match(line.text) for line in lines)
    offsets = frozenset(int(match.group(1)) - page.number for match in found if match and match.group(1).isdigit())
    marked = tuple((line, _key(line.text), _numbers(line.text)) for line in lines)
    return _Edge(page, marked, {key: numbers for _, key, numbers in marked}, offsets)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple([int(digits) for digits in _DIGITS.findall(text)[:8] if len(digits) < 12])


def _comes_back(own: tuple[int, ...], other: tuple[int, ...] | None, apart: int) -> bool:
    """The same numbers, or such as count the pages."""
    return other is not None and all(b - a in (0, apart) for a, b in zip(own, other, strict=False))


def _key(text: str) -> str:
    return _DIGITS.sub("#", text)


def _bare(edge: _Edge, around: Iterable[_Edge]) -> Page:
    """The page without its running lines."""
    near = list(around)
    gone = {id(line) for line, *_ in edge.lines if _is_page_number(line, edge, near)}
    gone |= {id(line) for line, key, own in edge.lines if id(line) not in gone and _is_running(line, key, own, edge, near)}
    if not gone:
        return edge.page
    gone -= _joined_to_text(edge.page.lines, gone)
    return replace(edge.page, lines=tuple(line for line in edge.page.lines if id(line) not in gone))


def _is_running(line: Line, key: str, own: tuple[int, ...], edge: _Edge, near: list[_Edge]) -> bool:
    if sum(map(str.isalpha, key)) < 3 or [key in other.keys for other in near].count(True) < 3:
        return False
    hits = sum(_comes_back(own, other.keys.get(key), other.page.number - edge.page.number) for other in near)
    if hits < max(3, OFTEN * len(near)):
        return False
    return not (line.piece_end - line.piece > 1 and _joins_on(line, edge.page))


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


def _is_page_number(line: Line, edge: _Edge, near: list[_Edge]) -> bool:
    match = _PAGE_NUMBER.match(line.text)
    if not match:
        return False
    if not match.group(1).isdigit():
        return len(near) > 3 and match.group(1).islower()
    if not line.text.strip("-–—| ").isdigit() or line.text.startswith("-"):
        return True
    offset = int(match.group(1)) - edge.page.number
    return len(near) > 1 and sum(offset in other.offsets for other in near) > max(1, 0.2 * len(near))
