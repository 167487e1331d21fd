"""Where a quote stands on a page: its characters' places -> the rectangles to mark. Pure.

    locate(letters, Wanted("Tỷ lệ hộ nghèo là 2,1%.")) -> Located((Box(.12, .31, .88, .33), Box(.12, .33, .2, .35)), 1.0)

The page and the report's text come from the same file but differ in what reading made of it: line ends, hyphens, composed letters,
bars between cells, running heads cut out of a sentence. Compared are therefore letters, figures and points alone, without marks.
A quote that is not found is not marked: a box over the wrong line is worse than none.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.records import Box

MOST_LETTERS = 200_000  # on one page
LEAST_SHARE = 0.6  # of a quote's characters; below it, what was found may be something else
SHORTEST_PIECE = 8  # characters of a quote that is found in pieces
CONTEXT = 80  # characters on either side that tell equal quotes on one page apart
TALLEST_ROW = 0.35  # of the page: what is higher is not one row of a table
_SKIPPED = set(" \t\r\n\x02\u00a0\u00ad\u200b\ufeff\ufffe|/-‐‑‒–—−_·•\"'“”‘’«»")


class Letter(NamedTuple):
    """One character of a page; its box in fractions of the page's picture, y downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Wanted(NamedTuple):
    """What to look for: the quote, the report's text before and after it, and its cells where it is a table's row.

    `part`: the characters [first, last) of the quote that are the figure answered with; (0, 0) for none.
    """

    quote: str
    before: str = ""
    after: str = ""
    cells: tuple[str, ...] = ()
    part: tuple[int, int] = (0, 0)


class Located(NamedTuple):
    """`boxes` in reading order; `share` of the quote's characters found, 0..1; `part`: around the part, where it was found."""

    boxes: tuple[Box, ...]
    share: float
    part: tuple[Box, ...] = ()


NOWHERE = Located((), 0.0)


class _Page:
    """The page's comparable characters as one string, each with the letter it came from."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self.letters = letters[:MOST_LETTERS]
        keys: list[str] = []
        self.owner: list[int] = []
        self.starts: set[int] = set()  # where a word begins
        gap = True
        for number, letter in enumerate(self.letters):
            key = _key(letter.text)
            if not key:
                gap = gap or letter.text.isspace()
                continue
            if gap:
                self.starts.add(len(self.owner))
            gap = False
            keys.append(key)
            self.owner.extend([number] * len(key))
        self.text = "".join(keys)
        self.starts.add(len(self.text))

    def every(self, wanted: str) -> Iterator[int]:
        at = self.text.find(wanted)
        while at >= 0:
            yield at
            at = self.text.find(wanted, at + 1)

    def whole_words(self, wanted: str) -> list[int]:
        return [at for at in self.every(wanted) if at in self.starts and at + len(wanted) in self.starts]

    def places(self, wanted: str) -> list[Box]:
        """A rectangle around each place where `wanted` stands as whole words."""
        found = [self.boxes(at, at + len(wanted)) for at in self.whole_words(wanted)]
        return [_around(boxes) for boxes in found if boxes]

    def boxes(self, start: int, end: int) -> list[Box]:
        """A rectangle for each line of the characters [start, end) of `text`."""
        return lines_of([self.letters[number] for number in dict.fromkeys(self.owner[start:end])])


def locate(letters: Sequence[Letter], wanted: Wanted) -> Located:
    """The quote's place on a page, `NOWHERE` where less than `LEAST_SHARE` of it is found."""
    found = search(letters, wanted)
    return found if found.share >= LEAST_SHARE else NOWHERE


def search(letters: Sequence[Letter], wanted: Wanted) -> Located:
    """As `locate`, with whatever part of the quote is found: for a quote that runs over the end of a page."""
    page = _Page(letters)
    quote = _key(wanted.quote)
    if not quote or not page.text:
        return NOWHERE
    at = _best(page, quote, wanted)
    if at >= 0 and _stands_level(page, at, wanted):
        boxes = page.boxes(at, at + len(quote))
        first, last = (len(_key(wanted.quote[:edge])) for edge in wanted.part)
        part = page.boxes(at + first, at + last)
        return Located(tuple([_around(boxes)] if len(wanted.cells) > 1 and _is_row(boxes) else boxes), 1.0, tuple(part))
    return _row(page, wanted) if len(wanted.cells) > 1 else _pieces(page, quote)


def lines_of(letters: Sequence[Letter]) -> list[Box]:
    """Letters in reading order -> a rectangle for each run of them on one line."""
    lines: list[Box] = []
    for letter in letters:
        box = Box(letter.left, letter.top, letter.right, letter.bottom)
        if box.right <= box.left or box.bottom <= box.top:
            continue
        if lines:
            last = lines[-1]
            middle, height = (box.top + box.bottom) / 2, max(last.bottom - last.top, box.bottom - box.top)
            # superscripts and accents move a letter by less than half a line; a column break leads up again
            if last.top - 0.2 * height < middle < last.bottom + 0.2 * height and box.left > last.left - height:
                lines[-1] = _around((last, box))
                continue
        lines.append(box)
    return lines


def _best(page: _Page, quote: str, wanted: Wanted) -> int:
    """Where the whole quote stands: of several places the one with the report's own text around it; -1 for nowhere."""
    before, after = _key(wanted.before)[-CONTEXT:], _key(wanted.after)[:CONTEXT]
    places = page.whole_words(quote) or (list(page.every(quote)) if len(quote) >= SHORTEST_PIECE else [])
    if len(places) < 2:
        return places[0] if places else -1

    def context(at: int) -> int:
        end = at + len(quote)
        return _common(page.text[max(0, at - CONTEXT) : at][::-1], before[::-1]) + _common(page.text[end : end + CONTEXT], after)

    return max(places, key=lambda at: (context(at), -at))


def _pieces(page: _Page, quote: str) -> Located:
    """The quote in as few pieces as it takes: a running head or a column break may stand inside it, a page break after it."""
    boxes: list[Box] = []
    at = found = reached = 0
    while len(quote) - at >= SHORTEST_PIECE:
        longest = _longest(page, quote, at)
        where = page.text.find(quote[at : at + longest], reached)
        if longest < SHORTEST_PIECE or (where < 0 and longest < 2 * SHORTEST_PIECE):  # a few words alone stand anywhere
            at += 1
            continue
        where = where if where >= 0 else page.text.find(quote[at : at + longest])
        boxes += page.boxes(where, where + longest)
        found += longest
        at, reached = at + longest, where + longest
    return Located(tuple(boxes), found / len(quote))


def _longest(page: _Page, quote: str, at: int) -> int:
    """How many characters of the quote from `at` on stand together on the page."""
    lengths = range(1, len(quote) - at + 1)
    return bisect_left(lengths, True, key=lambda length: quote[at : at + length] not in page.text)


def _row(page: _Page, wanted: Wanted) -> Located:
    """A table's row whose cells the page holds apart: the place where most of them stand at one height."""
    cells = [key for cell in wanted.cells if (key := _key(cell))]
    answered = _cell_of(wanted)
    total = sum(map(len, cells))
    places = {
        key: [_around(boxes) for at in page.whole_words(key) if (boxes := page.boxes(at, at + len(key)))] for key in set(cells)
    }
    anchors = sorted((key for key in set(cells) if places[key]), key=lambda key: (len(places[key]), -len(key)))
    best = NOWHERE
    for anchor in anchors[:2]:
        for place in places[anchor][:200]:
            level = _beside(place, [places[key] for key in cells])
            held = [box for box in level if box is not None]
            share = sum(len(key) for key, box in zip(cells, level, strict=True) if box is not None) / total
            if held and share > best.share and _is_row(held):
                part = level[answered] if answered is not None else None
                best = Located((_around(held),), share, (part,) if part else ())
    return best


def _stands_level(page: _Page, at: int, wanted: Wanted) -> bool:
    """Whether a row's cells, found one after the other, stand beside each other: a file may hold its tables column by column."""
    if len(wanted.cells) < 2:
        return True
    cells = []
    for key in filter(None, map(_key, wanted.cells)):
        if boxes := page.boxes(at, at + len(key)):
            cells.append(_around(boxes))
        at += len(key)
    tallest = max(cells, key=lambda box: box.bottom - box.top, default=None)
    return tallest is not None and all(_level(tallest, cell) for cell in cells)


def _beside(place: Box, places: Sequence[Sequence[Box]]) -> list[Box | None]:
    """For each cell of a row, from left to right, the place at the height of `place`; equal figures take one each."""
    found: list[Box | None] = []
    reached = -1.0
    for choices in places:
        level = sorted((box for box in choices if box.left > reached and _level(place, box)), key=lambda box: box.left)
        found.append(level[0] if level else None)
        reached = level[0].left if level else reached
    return found


def _cell_of(wanted: Wanted) -> int | None:
    """Which of the row's cells, empty ones not counted, the wanted part stands in."""
    at, number = 0, -1
    for cell in wanted.cells:
        at = wanted.quote.find(cell, at)
        if not _key(cell) or at < 0:
            at = max(at, 0)
            continue
        number += 1
        if at <= wanted.part[0] < wanted.part[1] <= at + len(cell):
            return number
        at += len(cell)
    return None


def _level(one: Box, other: Box) -> bool:
    """Most of the lower of the two stands beside the other."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _is_row(boxes: Sequence[Box]) -> bool:
    around = _around(boxes)
    return around.bottom - around.top <= TALLEST_ROW


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes), max(box.bottom for box in boxes))


def _common(one: str, other: str) -> int:
    """Length of the beginning that two strings share."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length


def _key(text: str) -> str:
    """The comparable characters: lower case, no marks, no white space, hyphens, bars and quotation marks."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(
        "d" if char in "đĐðÐ" else char.lower() for char in plain if char not in _SKIPPED and not unicodedata.combining(char)
    )
