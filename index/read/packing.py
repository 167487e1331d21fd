"""A document as a few long columns instead of a million small records, for the way from one process to another. Pure.

unpacked(packed(document)) == document        packed(document) holds numbers, texts, bytes and lists of them, nothing else
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np

from index.read.block_columns import Columns, columns_of
from index.read.document import SEPARATOR, Document, no_collections

_PLACES = ("start", "end", "page", "level", "table")  # whole numbers of a block
_OF_CELLS = ("cell_starts", "cell_ends", "cell_headers")


def packed(document: Document) -> dict[str, Any]:
    """The document's fields; of its blocks and of their cells a column for each field."""
    with no_collections():
        columns = columns_of(document.blocks)
        return {
            "text": document.text,
            "format": document.format,
            "pages": document.pages,
            "title": document.title,
            "date": document.date,
            "notes": list(document.notes),
            "scans": dict(document.scans),
            "kinds": columns.kinds,
            "sums": columns.sums,
            **{place: row.tobytes() for place, row in zip(_PLACES, columns.places, strict=True)},
            "sizes": columns.sizes.tobytes(),
            **{place: row.tobytes() for place, row in zip(_OF_CELLS, columns.cells, strict=True)},
            "headers": columns.headers,
        }


def unpacked(fields: Mapping[str, Any]) -> Document:
    """The document. Raises ValueError, KeyError, IndexError or TypeError where the columns do not fit together or the text."""
    text, headers = fields["text"], list(fields["headers"])
    if not all(isinstance(one, str) for one in (text, *headers)):
        raise TypeError("no text")
    places = np.stack([_numbers(fields[place]) for place in _PLACES])
    cells = np.stack([_numbers(fields[place]) for place in _OF_CELLS])
    for first, last in (places[:2], cells[:2]):
        if (first < 0).any() or (first > last).any() or last.max(initial=0) > len(text):
            raise ValueError("places outside the text")
    sizes = _numbers(fields["sizes"])
    if sizes.min(initial=0) < 0 or sizes.max(initial=0) > cells.shape[1] or sizes.sum() != cells.shape[1]:
        raise ValueError("cells of no block")
    if cells[2].min(initial=0) < 0:
        raise ValueError("no such header")
    with no_collections():
        blocks = Columns(fields["kinds"], fields["sums"], places, sizes, cells, headers).blocks()
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
    for column in (*_PLACES, "sizes", *_OF_CELLS):
        shift = shifts.get(column, [0] * len(parts))
        numbers = [_numbers(part[column]) + by for part, by in zip(parts, shift, strict=False)]
        if column == "table":  # 0 stays 0: in no table
            numbers = [own + by * (own > 0) for own, by in zip(numbers, tables, strict=False)]
        whole[column] = np.concatenate(numbers).tobytes()
    return whole


def _numbers(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.int64)
