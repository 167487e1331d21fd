"""Report -> passages: whole sentences or whole table rows, in reading order, each with the path of headings above it.

A passage is one stretch of the text, so `passage.text == text[passage.start:passage.end]` holds by construction.
Paragraphs and items under one heading and on one page are gathered up to `target` characters; a longer paragraph is
cut at sentence ends into pieces of about equal size. Rows of one table are gathered the same way and never mix with prose.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .language.sentences import sentences
from .records import Block, Passage

SPLITTER = "2"  # part of the index format: raise it when the same report would give other passages
PATH = " › "
_DITTO = re.compile(r"[\"“”″'’]{1,2}|-nt-|nt")
_UNIT = re.compile(r" \([^()]{1,24}\)$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What cannot be cut further: the group it may be gathered in, and whole sentences or one row."""

    start: int
    end: int
    page: int
    heading: str
    table: int
    lone: bool = False  # part of a long paragraph: not gathered with its neighbours
    bare: str = ""  # of a row: the heading without units, which differ where the table has a column of them


def split(report_id: str, text: str, blocks: Sequence[Block], *, target: int = 700, maximum: int = 1000) -> list[Passage]:
    """The passages of a report, in order and without overlap. `target` and `maximum` are characters."""
    blocks = blocks or (Block("paragraph", 0, len(text)),)
    pieces = list(_pieces(text, blocks, target, maximum))
    if not pieces:  # headings only
        pieces = [piece for block in blocks for piece in _prose(text, block, "", target, maximum)]
    return [_passage(report_id, text, group) for group in _gather(pieces, target, maximum)]


def _pieces(text: str, blocks: Sequence[Block], target: int, maximum: int) -> Iterator[_Piece]:
    path: list[tuple[int, str]] = []
    caption = ""
    with_rows = {block.table for block in blocks if block.kind == "table_row"}
    for i, block in enumerate(blocks):
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        if block.kind == "title":
            continue
        if block.kind == "heading":
            level = block.level or 1
            path = [entry for entry in path if entry[0] < level]
            if _is_bare(level, following):  # nothing below it would carry its words
                yield from _prose(text, block, PATH.join(name for _, name in path), target, maximum)
            path.append((level, " ".join(text[block.start : block.end].split())))
            continue
        above = PATH.join(name for _, name in path)
        if block.kind == "caption" and following is not None and following.kind in ("table_header", "table_row"):
            caption = " ".join(text[block.start : block.end].split())
        elif block.kind in ("table_header", "table_row"):
            if block.kind == "table_row" or block.table not in with_rows:
                yield _row(text, block, above, caption)
        else:
            caption = ""
            yield from _prose(text, block, above, target, maximum)


def _is_bare(level: int, following: Block | None) -> bool:
    return following is None or (following.kind == "heading" and (following.level or 1) <= level)


def _row(text: str, block: Block, above: str, caption: str) -> _Piece:
    headers = dict.fromkeys(cell.header for cell in block.cells if cell.header)
    plain = (
        cell.header.partition(" / ")[0] if _DITTO.fullmatch(text[cell.start : cell.end]) else cell.header for cell in block.cells
    )
    bare = dict.fromkeys(_UNIT.sub("", header) for header in plain if header)
    heading, without = (PATH.join(part for part in (above, caption, "; ".join(names)) if part) for names in (headers, bare))
    return _Piece(block.start, block.end, block.page, heading, block.table or -1, bare=without)


def _prose(text: str, block: Block, heading: str, target: int, maximum: int) -> Iterator[_Piece]:
    """The block whole where it is not longer than `maximum`, else cut at sentence ends into about equal pieces."""
    spans = _sentence_spans(text, block)
    if not spans:
        return
    length = spans[-1][1] - spans[0][0]
    if length <= maximum:
        yield _Piece(spans[0][0], spans[-1][1], block.page, heading, 0)
        return
    size = length / math.ceil(length / target)
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        grown = next_end - start
        # Take the sentence in while that brings the piece nearer to its size and not past the maximum.
        if grown > maximum or grown - size > size - (end - start):
            yield _Piece(start, end, block.page, heading, 0, lone=True)
            start = next_start
        end = next_end
    yield _Piece(start, end, block.page, heading, 0, lone=True)


def _sentence_spans(text: str, block: Block) -> list[tuple[int, int]]:
    """Sentence spans that together hold every character of the block that is not white space."""
    within = text[block.start : block.end]
    starts = [start for start, _ in sentences(within)]
    bounds = [0, *starts[1:], len(within)]
    spans = []
    for start, end in pairwise(bounds):
        part = within[start:end]
        if stripped := part.strip():
            first = block.start + start + part.index(stripped)
            spans.append((first, first + len(stripped)))
    return spans


def _gather(pieces: Sequence[_Piece], target: int, maximum: int) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if group and not _belongs(group, piece, target, maximum):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _belongs(group: Sequence[_Piece], piece: _Piece, target: int, maximum: int) -> bool:
    last = group[-1]
    if (last.table, last.page) != (piece.table, piece.page) or last.lone or piece.lone:
        return False
    if last.heading != piece.heading and (not piece.bare or last.bare != piece.bare):
        return False
    length, grown = last.end - group[0].start, piece.end - group[0].start
    return grown <= target or (length < target // 2 and grown <= maximum)


def _passage(report_id: str, text: str, group: Sequence[_Piece]) -> Passage:
    start, end = group[0].start, group[-1].end
    heading = group[0].heading if all(piece.heading == group[0].heading for piece in group) else group[0].bare
    return Passage(report_id, start, end, text[start:end], group[0].page, heading)
