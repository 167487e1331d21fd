"""pdfium's functions for calling in bulk, a loop in C instead of one in Python: places of characters, bounds of objects."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, NamedTuple

import numpy as np


class Calls(NamedTuple):
    """pdfium's functions for calling in bulk: without letting go of the interpreter at every call, with addresses as numbers."""

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
        return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, pointer).value or 0)

    return Calls(
        call(raw.FPDFText_GetLooseCharBox, number, pointer, number, pointer),
        call(raw.FPDFText_GetCharAngle, ctypes.c_float, pointer, number),
        call(raw.FPDFText_GetCharIndexFromTextIndex, number, pointer, number),
        call(raw.FPDFPage_GetObject, pointer, pointer, number),
        call(raw.FPDFPageObj_GetType, number, pointer),
        call(raw.FPDFPageObj_GetBounds, number, pointer, pointer, pointer, pointer, pointer),
    )


def address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def turned(boxes: np.ndarray, turn: int) -> np.ndarray:
    """Boxes [n, 4] (left, bottom, right, top) on the page turned so that text of this quarter turn stands upright."""
    left, bottom, right, top = boxes.T
    if turn == 3:
        return np.stack((bottom, -right, top, -left), axis=1)
    if turn == 1:
        return np.stack((-top, left, -bottom, right), axis=1)
    return np.stack((-right, -top, -left, -bottom), axis=1) if turn == 2 else boxes
