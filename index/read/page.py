"""A page as places: words, lines, ruled strokes. Coordinates in points, x to the right, y upwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index.read.grid import GridCell


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `words` only where the line lies in a ruled table or has gaps like one, else empty."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    words: tuple[Word, ...] = ()

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; lines in the order the file has them."""

    number: int
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...] = ()
    has_image: bool = False


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table found on a page; its edges tell whether a table overleaf is its other half."""

    rows: tuple[tuple[GridCell, ...], ...]
    columns: int
    left: float
    right: float
    header_rows: int = 0  # known to be header; 0: not known
