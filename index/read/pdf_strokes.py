"""The straight strokes drawn on a page of a PDF, of which tables are made. pypdfium2 is used here, beside pdf_pages.py."""

from __future__ import annotations

import ctypes
from collections import deque
from itertools import repeat
from typing import Any

import numpy as np

from index.read.page import Rule
from index.read.pdf_calls import address, calls, turned

MOST_OBJECTS = 40_000  # on one page; drawings (maps) have more, and are not searched for tables
THICKEST = 3.0  # points; thicker strokes are areas
SHORTEST = 8.0  # points; shorter strokes are parts of letters and dashes
FEWEST_UPRIGHT = 3  # strokes of a table with two columns
SAMPLED = 4  # on pages of many objects, one in so many is looked at; strokes are drawn one after the other


def strokes(page: Any, turn: int) -> tuple[tuple[Rule, ...], np.ndarray]:
    """Straight strokes drawn on the page: lines, thin bars, and the sides of drawn boxes, turned as the text is; where they cannot
    make a table with drawn columns, the level ones alone: float64 [n, 3], height, left, right."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page.raw)
    paths = _paths(address(page.raw), count) if count <= MOST_OBJECTS else []
    if not paths:
        return (), np.empty((0, 3))
    bounds = np.zeros((len(paths), 4), np.float32)
    at = bounds.ctypes.data
    sides = (range(at + side, at + side + 16 * len(paths), 16) for side in (0, 4, 8, 12))
    deque(map(calls().object_bounds, paths, *sides), maxlen=0)
    bounds = turned(bounds, turn)
    left, bottom, right, top = bounds.T
    wide, tall = right - left, top - bottom
    level = (tall <= THICKEST) & (wide >= SHORTEST)
    upright = ~level & (wide <= THICKEST) & (tall >= SHORTEST)
    area = ~level & ~upright & (wide > SHORTEST) & (tall > SHORTEST) & (tall < 0.85 * page.get_height())
    boxes = [at for at in np.flatnonzero(area).tolist() if _is_drawn_box(paths[at])]
    if upright.sum() + 2 * len(boxes) < FEWEST_UPRIGHT:
        own = bounds[level].astype(np.float64)
        return (), np.stack(((own[:, 1] + own[:, 3]) / 2, own[:, 0], own[:, 2]), axis=1)
    rules = [Rule(a, (b + d) / 2, c, (b + d) / 2) for a, b, c, d in bounds[level].tolist()]
    rules += [Rule((a + c) / 2, b, (a + c) / 2, d) for a, b, c, d in bounds[upright].tolist()]
    for a, b, c, d in bounds[boxes].tolist():
        rules += (Rule(a, b, c, b), Rule(a, d, c, d), Rule(a, b, a, d), Rule(c, b, c, d))
    return tuple(rules), np.empty((0, 3))


def _paths(handle: int, count: int) -> list[int]:
    """Addresses of the path objects. On pages of many objects, runs of paths are found by looking at one object in four."""
    from pypdfium2 import raw

    own = calls()
    step = SAMPLED if count > 200 else 1
    objects = list(map(own.page_object, repeat(handle), range(0, count, step)))
    kinds = list(map(own.object_type, objects))
    hits = [at * step for at, kind in enumerate(kinds) if kind == raw.FPDF_PAGEOBJ_PATH]
    if step == 1:
        return [objects[at] for at in hits]
    near = sorted({other for at in hits for other in range(max(0, at - step + 1), min(count, at + step))})
    objects = list(map(own.page_object, repeat(handle), near))
    return [item for item in objects if own.object_type(item) == raw.FPDF_PAGEOBJ_PATH]


def _is_drawn_box(path: int) -> bool:
    from pypdfium2 import raw

    shape = ctypes.cast(path, raw.FPDF_PAGEOBJECT)
    if raw.FPDFPath_CountSegments(shape) > 5:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(shape, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)
