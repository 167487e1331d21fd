"""Pages of kept files as pictures: each drawn by a process of its own with limits, the last ones remembered.

PageViews().view(path, report, 0, 100, 180) -> PageView(number=3, …, boxes=(Box(.1, .2, .9, .23),))
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from .errors import PageNotDrawn
from .records import Block, Box, PageView, Report

PICTURED = ("pdf", "png", "jpg", "tiff")  # formats whose pages can be drawn
SECONDS = 20.0
MEMORY_BYTES = 2_000_000_000  # address space of the process that draws
KEPT_BYTES = 32_000_000  # of pictures remembered
CONTEXT = 120  # characters of the report on either side of a quote
AT_ONCE = 2

_Key = tuple[object, ...]


class PageViews:
    """Draws pages and remembers the last ones. Safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, PageView] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def view(
        self,
        path: Path,
        report: Report,
        number: int,
        start: int,
        end: int,
        *,
        value: tuple[int, int] = (0, 0),
        scans: Path | None = None,
    ) -> PageView:
        """Page `number` (from 1; 0: the one that characters [start, end) stand on) of the file the report was read from.

        `value`: the characters of the figure answered with, between `start` and `end`; (0, 0) for none. `scans`: the folder where
        what OCR read of its pages is kept (read/scan.py).

        Raises PageNotDrawn.
        """
        asked = _asked(path, report, number, start, end, value, scans)
        key = (report.content_hash, number, start, end, value)
        with self._lock:
            if held := self._kept.get(key):
                self._kept.move_to_end(key)
                return held
        with self._turns:
            view = _drawn(asked, report.name)
        with self._lock:
            self._kept[key] = view
            while len(self._kept) > 1 and sum(len(one.image) for one in self._kept.values()) > KEPT_BYTES:
                self._kept.popitem(last=False)
        return view


def block_at(report: Report, start: int) -> Block | None:
    """The block that holds a character, or the last one before it."""
    found = None
    for block in report.blocks:
        if block.start > start:
            break
        found = block
    return found


def _asked(
    path: Path, report: Report, number: int, start: int, end: int, value: tuple[int, int], scans: Path | None
) -> dict[str, Any]:
    """The fields of page_image.Asked."""
    block = block_at(report, start)
    page = block.page if block else 1
    cells = [report.text[cell.start : cell.end] for cell in block.cells if cell.start < end and start < cell.end] if block else []
    return {
        "path": str(path),
        "cited": page,
        "number": number,
        "quote": report.text[start:end],
        "before": report.text[max(0, start - CONTEXT) : start],
        "after": report.text[end : end + CONTEXT],
        "cells": cells,
        "part": (value[0] - start, value[1] - start) if start <= value[0] < value[1] <= end else (0, 0),
        "scans": str(scans) if scans else "",
    }


def _drawn(asked: dict[str, Any], name: str) -> PageView:
    shown = asked["number"] or asked["cited"]
    command = [sys.executable, "-P", "-c", _PROGRAM]
    try:
        done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise PageNotDrawn(page=shown, name=name, detail=f"not done after {SECONDS:.0f} s") from error
    head, _, image = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise PageNotDrawn(page=shown, name=name, detail="the file made the drawing stop")
    answer: dict[str, Any] = json.loads(head)
    if "error" in answer:
        raise PageNotDrawn(page=shown, name=name, detail=answer["error"])
    boxes, value = (tuple(Box(*box) for box in answer.pop(field)) for field in ("boxes", "value"))
    return PageView(**answer, image=image, boxes=boxes, value=value)


# The limit stands before the libraries are loaded; systems without it draw without it.
_PROGRAM = f"""
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from index.read.page_image import main
main()
"""
