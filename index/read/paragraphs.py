"""Lines of running text -> paragraphs; words that a line's end broke. Pure; places in points, y upwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.read.document import RawBlock
from index.read.page import Line, PageTable
from index.read.structure import heading_level, is_caption, is_contents_line, is_item, is_letterhead, is_upper

Piece = Line | PageTable

_SPACE = re.compile(r"[^\S\n]+")
_CLOSING = "”\"»)’'"
_STOPS = (".", "!", "?", ":", ";", "…")
_MARK = "\x02"  # pdfium's sign for a hyphen at the end of a line
_MARKS = (_MARK, "\u00ad")
_BROKEN = re.compile(rf"(\w+){_MARK}\s*(\w+)")
_NOTE_MARK = re.compile(r"^(?:\d{1,3}(?:\s+\D|$)|\(?[*†‡]+\)?)")
_WORD = re.compile(r"\w+(?:-\w+)*")


def _ends(text: str) -> bool:
    """The text stops where a sentence may."""
    return text[-4:].rstrip(_CLOSING).endswith(_STOPS)


def goes_on_overleaf(before: RawBlock, after: RawBlock) -> bool:
    """`after` at the top of a page continues `before` at the bottom of the last one."""
    if before.kind not in ("paragraph", "item") or after.kind != "paragraph" or _ends(before.text):
        return False
    first = after.text.lstrip("“\"'(")[:1]
    return first.islower() or first.isdigit() or not heading_level(after.text)


class Paragraph(NamedTuple):
    """Lines joined. `large`, `small`: set larger or smaller than running text. `full`: its last line reaches the margin, so it may
    go on overleaf."""

    text: str
    large: bool
    small: bool
    full: bool


def paragraphs(pieces: Sequence[Piece], body: float, margin: float) -> Iterator[Paragraph | PageTable]:
    """Lines put together, tables as they are. `body` is the usual height of lines, `margin` where full ones end."""
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
            text = joined(text, line.text)
        large = first.height > 1.15 * body and len(text) <= 200
        small = max(line.height for line in lines) < 0.93 * body
        yield Paragraph(_SPACE.sub(" ", text).strip(), large, small, lines[-1].right > margin - 4 * body)


def foot_notes(pieces: Sequence[Paragraph | PageTable]) -> int:
    """Where the notes at the foot of a page begin: its last paragraphs, in small letters, the first with a number or mark."""
    start = len(pieces)
    for at in range(len(pieces) - 1, -1, -1):
        piece = pieces[at]
        if isinstance(piece, PageTable) or not piece.small:
            break
        if _NOTE_MARK.match(piece.text):
            start = at
    return start


def full_width(rights: Iterable[float]) -> float:
    """Where full lines end: the right edge that nine tenths of the lines stay within."""
    edges = sorted(rights)
    return edges[min(len(edges) - 1, int(len(edges) * 0.9))] if edges else 0.0


def _continues(line: Line, following: Line, first: Line, margin: float, body: float) -> bool:
    """`following` goes on with the paragraph that `line` was broken in."""
    gap = line.bottom - following.top
    far = gap > 0.9 * body or gap < -1.5 * body or abs(line.height - following.height) > 0.15 * body
    if far and not (gap < 0.5 * line.height and is_upper(line.text)):  # most lines are told apart without reading them
        return False
    if is_item(following.text) or is_caption(following.text) or is_contents_line(line.text):
        return False
    if is_caption(first.text) and gap < 0.5 * line.height and is_upper(line.text) and is_upper(following.text):
        return True  # a caption in capitals, over several centred lines
    if far:
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


def joined(text: str, following: str) -> str:
    """One space between lines, none after a hyphen: `_Hyphens` decides what becomes of that."""
    if text.endswith(_MARKS) or (text.endswith("-") and text[-2:-1].isalnum()):
        return f"{text[:-1]}{_MARK}{following}"
    return f"{text} {following}"


def settled_hyphens(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The blocks with every hyphen at the end of a line kept or taken out."""
    marked = [
        at
        for at, block in enumerate(blocks)
        if (_MARK in "".join(block.cells) or _is_marked(block.headers) if block.cells else _MARK in block.text)
    ]
    if not marked:
        return list(blocks)
    hyphens = _Hyphens(blocks)
    settled = list(blocks)
    for at in marked:
        settled[at] = hyphens.settled(blocks[at])
    return settled


@lru_cache(1_000)
def _is_marked(headers: tuple[str, ...]) -> bool:
    """Rows of one table have the same."""
    return any(_MARK in header for header in headers)


class _Hyphens:
    """What a hyphen at the end of a line was: part of the word ("2021-2025", "one-third", "kinh tế-xã hội") or of the typesetting
    ("popula-tion"). Decided by the document's own words, and kept where they do not tell."""

    def __init__(self, blocks: Sequence[RawBlock]) -> None:
        texts = {text for block in blocks for text in (block.text, *block.cells[:2], *block.headers[1:2])}
        self._words = set(map(str.lower, _WORD.findall("\n".join(texts))))

    def settled(self, block: RawBlock) -> RawBlock:
        cells, headers = tuple(map(self._settle, block.cells)), tuple(map(self._settle, block.headers))
        return block._replace(text=self._settle(block.text), cells=cells, headers=headers)

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
