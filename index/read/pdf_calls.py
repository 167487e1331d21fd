"""pdfium's functions for calling in bulk, a loop in C instead of one in Python: places of characters, bounds of objects."""

from __future__ import annotations

import ctypes
from collections import deque
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

ROOM = 4096  # characters asked for in one go


class Calls(NamedTuple):
    """pdfium's functions for calling in bulk: without letting go of the interpreter at every call.

    Those of characters take a page's text as `handle` gives it, and numbers and places in `_room` as they are, which halves what
    a call costs; those of objects take addresses as numbers.
    """

    loose_box: Any
    angle: Any
    char_index: Any
    page_object: Any
    object_type: Any
    object_bounds: Any


@cache
def calls() -> Calls:
    from pypdfium2 import raw

    pointer, number = ctypes.c_void_p, ctypes.c_int

    def call(function: Any, result: Any, *arguments: Any) -> Any:
        return ctypes.PYFUNCTYPE(result, *arguments)(address(function))

    return Calls(
        call(raw.FPDFText_GetLooseCharBox, number),
        call(raw.FPDFText_GetCharAngle, ctypes.c_float),
        call(raw.FPDFText_GetCharIndexFromTextIndex, number),
        call(raw.FPDFPage_GetObject, pointer, pointer, number),
        call(raw.FPDFPageObj_GetType, number, pointer),
        call(raw.FPDFPageObj_GetBounds, number, pointer, pointer, pointer, pointer, pointer),
    )


def address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def handle(text_page: Any) -> ctypes.c_void_p:
    """A page's text, for the functions that take characters."""
    return ctypes.c_void_p(address(text_page))


@cache
def _room() -> tuple[np.ndarray, list[Any]]:
    """Room for the boxes of many characters, float32 [ROOM, 4], and where each of them goes."""
    room = (ctypes.c_float * (4 * ROOM))()
    return np.frombuffer(memoryview(room), np.float32).reshape(ROOM, 4), [ctypes.byref(room, 16 * at) for at in range(ROOM)]


def loose_boxes(text: ctypes.c_void_p, characters: list[int]) -> np.ndarray:
    """float32 [n, 4]: left, top, right, bottom of each character, 0 where it has none. Not for two threads at once."""
    found = np.empty((len(characters), 4), np.float32)
    room, places = _room()
    for at in range(0, len(characters), ROOM):
        some = characters[at : at + ROOM]
        room[: len(some)] = 0
        deque(map(calls().loose_box, repeat(text), some, places), maxlen=0)
        found[at : at + ROOM] = room[: len(some)]
    return found


def turned(boxes: np.ndarray, turn: int) -> np.ndarray:
    """Boxes [n, 4] (left, bottom, right, top) on the page turned so that text of this quarter turn stands upright."""
    left, bottom, right, top = boxes.T
    if turn == 3:
        return np.stack((bottom, -right, top, -left), axis=1)
    if turn == 1:
        return np.stack((-top, left, -bottom, right), axis=1)
    return np.stack((-right, -top, -left, -bottom), axis=1) if turn == 2 else boxes
