"""A document as a few long columns instead of a million small records, for the way from one process to another. Pure.

unpacked(packed(document)) == document        packed(document) holds numbers, texts, bytes and lists of them, nothing else
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from itertools import chain
from operator import le
from typing import Any

from index.read.document import Document, cell_of, no_collections
from index.records import Block

_PLACES = ("start", "end", "page", "level", "table")  # whole numbers of a block


def packed(document: Document) -> dict[str, Any]:
    """The document's fields; of its blocks and of their cells a column for each field."""
    with no_collections():
        cells = list(chain.from_iterable(block.cells for block in document.blocks))
        starts, ends, headers = zip(*cells, strict=True) if cells else ((), (), ())
        known = {header: number for number, header in enumerate(dict.fromkeys(headers))}
        return {
            "text": document.text,
            "format": document.format,
            "pages": document.pages,
            "title": document.title,
            "date": document.date,
            "notes": list(document.notes),
            "scans": dict(document.scans),
            "kinds": [block.kind for block in document.blocks],
            "sums": [block.sums for block in document.blocks],
            **{place: _bytes(getattr(block, place) for block in document.blocks) for place in _PLACES},
            "sizes": _bytes(len(block.cells) for block in document.blocks),
            "cell_starts": _bytes(starts),
            "cell_ends": _bytes(ends),
            "cell_headers": _bytes(map(known.__getitem__, headers)),
            "headers": list(known),
        }


def unpacked(fields: Mapping[str, Any]) -> Document:
    """The document. Raises ValueError, KeyError, IndexError or TypeError where the columns do not fit together or the text."""
    text, known = fields["text"], list(fields["headers"])
    if not all(isinstance(one, str) for one in (text, *known)):
        raise TypeError("no text")
    starts, ends = _numbers(fields["cell_starts"]), _numbers(fields["cell_ends"])
    places = [_numbers(fields[place]) for place in _PLACES]
    for first, last in ((starts, ends), places[:2]):
        if not all(map(le, first, last)) or max(last, default=0) > len(text):
            raise ValueError("places outside the text")
    with no_collections():
        headers = map(known.__getitem__, _numbers(fields["cell_headers"]))
        cells = tuple(map(cell_of, zip(starts, ends, headers, strict=True)))
        blocks = []
        at = 0
        columns = zip(fields["kinds"], *places, _numbers(fields["sizes"]), fields["sums"], strict=True)
        for kind, start, end, page, level, table, size, sums in columns:
            blocks.append(Block(kind, start, end, page, level, table, cells[at : at + size], sums))
            at += size
    if at != len(cells):
        raise ValueError("cells of no block")
    return Document(
        text,
        tuple(blocks),
        fields["format"],
        fields["pages"],
        fields["title"],
        fields["date"],
        tuple(fields["notes"]),
        fields["scans"],
    )


def _bytes(numbers: Iterable[int]) -> bytes:
    return array("Q", numbers).tobytes()


def _numbers(data: bytes) -> array[int]:
    found = array("Q")
    found.frombytes(data)
    return found
