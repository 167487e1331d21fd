"""A document's way between two processes: it arrives as it was, or not at all."""

from __future__ import annotations

import pickle
from array import array
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read import Document, RawBlock, compose
from index.read.packing import joined, packed, unpacked
from index.read.worker import unpickled

ROWS = st.fixed_dictionaries(
    {
        "page": st.integers(1, 9),
        "table": st.integers(1, 3),
        "cells": st.lists(st.sampled_from(["", "Hộ nghèo", "2,1", "𝟙"]), max_size=4).map(tuple),
        "headers": st.lists(st.sampled_from(["", "Năm 2022", "Năm 2023 / Quý I"]), max_size=4).map(tuple),
        "sums": st.sampled_from(["", "total", "subtotal"]),
    }
).map(lambda fields: RawBlock("table_row", **fields))
WORDS = st.tuples(st.sampled_from(["heading", "paragraph", "note"]), st.text(max_size=20), st.integers(0, 6)).map(
    lambda one: RawBlock(one[0], one[1], level=one[2])  # type: ignore[arg-type]
)


def made() -> Document:
    row = RawBlock("table_row", cells=("Hộ nghèo", "2,1"), headers=("", "Năm 2022"), page=2, table=1, sums="total")
    return Document(
        *compose([RawBlock("heading", "I. Kết quả", level=2), row]), "pdf", 2, "Báo cáo", "2022-12-01", ("Một.",), {2: 0.8}
    )


def test_every_field_arrives() -> None:
    document = made()
    assert unpacked(unpickled(pickle.dumps(packed(document)))) == document
    assert type(unpacked(packed(document)).blocks[1].cells[1]) is type(document.blocks[1].cells[1])


@given(st.lists(ROWS | WORDS, max_size=8))
def test_blocks_arrive_in_order_with_their_cells(raw: list[RawBlock]) -> None:
    document = Document(*compose(raw), "txt")
    assert unpacked(packed(document)) == document


@given(st.lists(st.lists(ROWS | WORDS, max_size=4), min_size=1, max_size=4))
def test_parts_are_joined_as_if_they_had_been_composed_together(raw: list[list[RawBlock]]) -> None:
    parts = [Document(*compose(blocks), "xls") for blocks in raw]
    shifted, tables = [], 0
    for blocks, part in zip(raw, parts, strict=True):
        shifted += [block._replace(table=block.table + tables) if block.table else block for block in blocks]
        tables += max((block.table for block in part.blocks), default=0)
    assert unpacked(joined([packed(part) for part in parts])) == Document(*compose(shifted), "xls")


def places(*numbers: int) -> bytes:
    return array("Q", numbers).tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "I. Kết"},  # shorter than its blocks
        {"cell_ends": places(20, 10_000)},
        {"cell_ends": places(20, 1)},  # before its start
        {"cell_ends": places(20)},
        {"cell_headers": places(0, 7)},
        {"cell_starts": b"\x01\x02\x03"},
        {"sizes": places(0, 1)},  # a cell of no block
        {"sizes": places(0, 9)},
        {"kinds": ["heading"]},
        {"start": places(0, 2**63)},
        {"headers": 5},
        {"text": None},
    ],
)
def test_columns_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, IndexError, TypeError)):
        unpacked(packed(made()) | change)


def test_a_document_without_blocks_arrives() -> None:
    document = replace(made(), text="", blocks=())
    assert unpacked(packed(document)) == document
