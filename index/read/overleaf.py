"""Whether a table at the top of a page is the other half of the one that ended the page before. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from index.read.grid import MOST_HEADER_ROWS, GridCell
from index.read.page import PageTable

SHIFTED = 20.0  # points that columns may differ in, after what left and right pages are set apart
WIDTHS = 12.0  # points that the widths of two drawn tables may differ in


def goes_on(first: PageTable, above: PageTable, below: PageTable) -> bool:
    """`below` has the columns of `above`, the last part of the table that began with `first`, and no other header."""
    if above.columns != below.columns:
        return False
    if above.places and below.places:
        apart = [sum(theirs) / 2 - sum(ours) / 2 for ours, theirs in zip(above.places, below.places, strict=True)]
        if max(apart) - min(apart) > SHIFTED:
            return False
    elif abs((above.right - above.left) - (below.right - below.left)) > WIDTHS:
        return False
    return not below.header_rows or repeated_rows(first, below) >= below.header_rows


def repeated_rows(first: PageTable, below: PageTable) -> int:
    """How many rows at the top of `below` are the first ones of the table, set again overleaf."""
    again = 0
    for ours, theirs in zip(first.rows[:MOST_HEADER_ROWS], below.rows[:MOST_HEADER_ROWS], strict=False):
        if _texts(ours) != _texts(theirs):
            break
        again += 1
    return again


def _texts(row: Sequence[GridCell | str]) -> list[str]:
    return [" ".join((cell if isinstance(cell, str) else cell.text).split()) for cell in row]
