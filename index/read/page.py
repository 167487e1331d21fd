"""A page as places: words, lines, ruled strokes. Coordinates in points, x to the right, y upwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from index.read.grid import Row

if TYPE_CHECKING:
    import numpy as np


class Word(NamedTuple):
    """A word of a line that may belong to a table."""

    text: str
    left: float
    right: float


class Rule(NamedTuple):
    """A thin straight stroke: horizontal where `bottom == top`, vertical where `left == right`."""

    left: float
    bottom: float
    right: float
    top: float


class Part(NamedTuple):
    """A piece of a line between wide gaps. Pieces of one line may stand a little higher or lower than others."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Cuts(NamedTuple):
    """The lines of a page cut at their wide gaps: the text and the sides (float32) of every piece, in the order of the lines."""

    texts: list[str]
    lefts: np.ndarray
    rights: np.ndarray
    bottoms: np.ndarray
    tops: np.ndarray


class Line(NamedTuple):
    """One line of text. `words` only where the line lies in a ruled table or has gaps like one, else empty.

    `piece` and `piece_end` are the line's range in the page's `cuts`, where it has them; there, a line has words only inside a
    ruled table.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    words: tuple[Word, ...] = ()
    piece: int = 0
    piece_end: int = 0

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Level(NamedTuple):
    """A level rule of a page without drawn columns."""

    y: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; lines in the order the file has them. `broken`: it could not be opened.

    `sound`: it is known that its text is what it shows (damage.py); otherwise one has to look. `lying`: numbers of the lines that
    were left out because they do not say what is drawn.
    `rules` are all strokes, where they can make a table with drawn columns; `levels` are level ones, where they cannot.
    """

    number: int
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...] = ()
    has_image: bool = False
    cuts: Cuts | None = None
    levels: tuple[Level, ...] = ()
    broken: bool = False
    sound: bool = False
    lying: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table found on a page; its edges and columns tell whether a table overleaf is its other half.

    A cell that is plain text stands in one slot. `places` are left and right of each column, () where lines are drawn.
    """

    rows: tuple[Row, ...]
    columns: int
    left: float
    right: float
    header_rows: int = 0  # known to be header; 0: not known
    places: tuple[tuple[float, float], ...] = ()
