"""Where the words of a scanned page stand on its picture: what scan.py kept of a reading -> letters with their places. Pure but for
the file it reads.

The reading was made on a picture turned upright and level; the page is shown turned upright only, so words are turned back by
the few degrees it lay askew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from index.read.locate import Letter


class ScanPlaces(NamedTuple):
    """`letters` in fractions of the picture once it is turned by 90 degrees clockwise `turns` times."""

    letters: list[Letter]
    turns: int


def kept_places(folder: Path, number: int) -> ScanPlaces | None:
    """Of page `number`, from 1; None where nothing, or something unusable, is kept. `folder` holds the readings of one file."""
    try:
        newest = max(folder.glob(f"{number}-*.json"), key=lambda path: path.stat().st_mtime, default=None)
        if newest is None:
            return None
        shape = json.loads(newest.read_text(encoding="utf-8"))
        width, height = float(shape["width"]), float(shape["height"])
        if not (width > 0 and height > 0):
            return None
        words = [(str(word[0]), float(word[1]), float(word[2]), float(word[3]), float(word[4])) for word in shape["words"]]
        return ScanPlaces(list(_letters(words, width, height, float(shape["degrees"]))), int(shape["turns"]) % 4)
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # cut off by a crash, or of another version
        return None


def _letters(words: list[tuple[str, float, float, float, float]], width: float, height: float, degrees: float) -> Iterator[Letter]:
    """Words (text, left, top, width, height in dots) as letters of equal width, each turned back about the picture's middle."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for text, left, top, wide, high in words:
        step = wide / max(1, len(text))
        for at, char in enumerate(text):
            x, y = left + step * (at + 0.5) - width / 2, top + high / 2 - height / 2
            across, down = x * cos - y * sin + width / 2, x * sin + y * cos + height / 2
            sides = (
                (across - step / 2) / width,
                (down - high / 2) / height,
                (across + step / 2) / width,
                (down + high / 2) / height,
            )
            yield Letter(char, *(min(max(side, 0.0), 1.0) for side in sides))
        yield Letter(" ", 0.0, 0.0, 0.0, 0.0)
