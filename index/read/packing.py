"""A document as a few long columns instead of a million small records, for the way from one process to another. Pure.

unpacked(packed(document)) == document        packed(document) holds numbers, texts, bytes and lists of them, nothing else
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from index.read.document import SEPARATOR, Document, block_of, cell_of, no_collections, sliced

_PLACES = ("start", "end", "page", "level", "table")  # whole numbers of a block


def packed(document: Document) -> dict[str, Any]:
    """The document's fields; of its blocks and of their cells a column for each field."""
    with no_collections():
        cells = list(chain.from_iterable(block.cells for block in document.blocks))
        headers = list(map(itemgetter(2), cells))
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
            **{place: _bytes(map(attrgetter(place), document.blocks)) for place in _PLACES},
            "sizes": _bytes(len(block.cells) for block in document.blocks),
            "cell_starts": _bytes(map(itemgetter(0), cells)),
            "cell_ends": _bytes(map(itemgetter(1), cells)),
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
        if len(first) != len(last) or (first > last).any() or last.max(initial=0) > len(text):
            raise ValueError("places outside the text")
    with no_collections():
        headers = map(known.__getitem__, _numbers(fields["cell_headers"]).tolist())
        cells = tuple(map(cell_of, zip(starts.tolist(), ends.tolist(), headers, strict=True)))
        sizes = _numbers(fields["sizes"])
        if sizes.max(initial=0) > len(cells) or sizes.sum() != len(cells):
            raise ValueError("cells of no block")
        columns = (*(column.tolist() for column in places), sliced(cells, sizes.tolist()), fields["sums"])
        blocks = tuple(map(block_of, zip(fields["kinds"], *columns, strict=True)))
    return Document(
        text,
        blocks,
        fields["format"],
        fields["pages"],
        fields["title"],
        fields["date"],
        tuple(fields["notes"]),
        fields["scans"],
    )


def joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns of one document with the blocks of all parts one below the other; a part's tables are numbered after those of the
    parts before it. Its other fields are those of the first part."""
    parts = [part for part in parts if part["text"]] or list(parts[:1])
    texts = [part["text"] for part in parts]
    after = list(accumulate((len(text) + len(SEPARATOR) for text in texts), initial=0))
    tables = list(accumulate((int(_numbers(part["table"]).max(initial=0)) for part in parts), initial=0))
    headers = list(accumulate((len(part["headers"]) for part in parts), initial=0))
    shifts = {**dict.fromkeys(("start", "end", "cell_starts", "cell_ends"), after), "cell_headers": headers}
    whole = dict(parts[0])
    whole["text"] = SEPARATOR.join(texts)
    for column in ("kinds", "sums", "headers"):
        whole[column] = list(chain.from_iterable(part[column] for part in parts))
    for column in (*_PLACES, "sizes", "cell_starts", "cell_ends", "cell_headers"):
        shift = shifts.get(column, [0] * len(parts))
        numbers = [_numbers(part[column]) + np.uint64(by) for part, by in zip(parts, shift, strict=False)]
        if column == "table":  # 0 stays 0: in no table
            numbers = [own + np.uint64(by) * (own > 0) for own, by in zip(numbers, tables, strict=False)]
        whole[column] = np.concatenate(numbers).tobytes()
    return whole


def _bytes(numbers: Iterable[int]) -> bytes:
    return array("Q", numbers).tobytes()


def _numbers(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint64)
