"""Plain text: lines -> headings, items, captions, paragraphs; tab-separated lines -> a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.read.document import Document, RawBlock, compose
from index.read.encoding import decode
from index.read.grid import GridCell, table_blocks
from index.read.structure import classify, heading_level, is_caption, is_item, settle

_SENTENCE_END = re.compile(r"[.!?:;…”\"»)]$")
_FORM_FEED = "\f"
SHORTEST_WRAP = 55  # characters; narrower columns are not taken for wrapped text


def read_text(data: bytes, name: str) -> Document:
    """A .txt file. A form feed starts a new page."""
    decoded = decode(data, name=name)
    raw: list[RawBlock] = []
    pages = decoded.text.split(_FORM_FEED)
    for number, page in enumerate(pages, 1):
        raw.extend(_blocks(page, number))
    text, blocks = compose(settle(raw))
    notes = (decoded.doubt,) if decoded.doubt else ()
    return Document(text, blocks, "txt", pages=len(pages), notes=notes)


def _blocks(page: str, number: int) -> Iterator[RawBlock]:
    lines = [line.rstrip() for line in page.split("\n")]
    width = wrap_width(lines)
    table = 0
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and "\t" in lines[end].strip():
            end += 1
        if end - at >= 2:
            table += 1
            yield from table_blocks(
                [[GridCell(cell.strip()) for cell in line.split("\t")] for line in lines[at:end]], table=table, page=number
            )
            at = end
            continue
        if not lines[at].strip():
            at += 1
            continue
        end = at + 1
        while width and end < len(lines) and _continues(lines[end - 1], lines[end], width):
            end += 1
        yield classify(" ".join(line.strip() for line in lines[at:end]), page=number)
        at = end


def wrap_width(lines: list[str]) -> int:
    """The column at which lines were broken, 0 where every line is a paragraph of its own."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < 6 or lengths[-1] > 130:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = sum(1 for length in lengths if length > width * 0.8)
    return width if width >= SHORTEST_WRAP and full >= 0.4 * len(lengths) else 0


def _continues(line: str, following: str, width: int) -> bool:
    """`following` goes on where `line` was broken: it was full, and the next line opens nothing new."""
    text = following.strip()
    if not text or is_item(text) or is_caption(text) or "\t" in text:
        return False
    if following[:1].isspace() and not line[:1].isspace():
        return False
    first = len(text.split(maxsplit=1)[0])
    if len(line.rstrip()) + 1 + first <= width * 0.9 and (_SENTENCE_END.search(line) or text[0].isupper()):
        return False
    if heading_level(line.strip()) and text[0].isupper():
        return False
    return not (heading_level(text) and _SENTENCE_END.search(line))
