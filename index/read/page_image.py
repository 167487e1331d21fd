"""A page of a PDF or of a picture file as a small picture, with the places of a quote on it. pypdfium2 and Pillow are used here.

It runs in a process of its own (`python -m index.read.page_image`, started by index/page_views.py): pdfium is not safe between
threads, and a broken file may stop it. Standard input: one JSON object with the fields of `Asked`. Standard output: a line of JSON,
{"number": 3, "pages": 12, "width": 1240, "height": 1754, "media_type": "image/webp", "boxes": [[.1, .2, .9, .23]], "value": []} or
{"error": "…"}, then the picture's bytes.
"""

from __future__ import annotations

import ctypes
import io
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.read.locate import LEAST_SHARE, MOST_LETTERS, NOWHERE, Letter, Located, Wanted, search
from index.read.scan_places import kept_places
from index.records import PageView

WIDTH, PIXELS = 1240, 2_170_000  # at least one of them: A4 at 150 dots an inch, sharp on a panel half as wide
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 16_000  # pixels; WebP ends at 16,383
MOST_ENLARGED = 4.0  # pixels a point
MOST_POINTS = 1e7
MOST_SOURCE_PIXELS = 80_000_000  # of a picture file; A3 at 600 dots an inch has 70 million
QUALITY = 72
LEAST_PART = 0.12  # of a quote that goes on overleaf, to be marked on one of its pages
MEDIA_TYPE = "image/webp"


class CannotDraw(Exception):
    """The page cannot be drawn; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`number`: the page to draw, from 1; 0: the one that holds most of the quote, of the cited page and the one after it."""

    path: str
    cited: int
    number: int = 0
    quote: str = ""
    before: str = ""
    after: str = ""
    cells: tuple[str, ...] = ()
    part: tuple[int, int] = (0, 0)  # of the quote: the figure answered with
    scans: str = ""  # the folder with what OCR read of this file's pages


def page_view(asked: Asked) -> PageView:
    """The page as a picture. Raises CannotDraw."""
    with open(asked.path, "rb") as file:
        head = file.read(8)
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")):
        return _picture_view(asked)
    return _pdf_view(asked)


def _pdf_view(asked: Asked) -> PageView:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(asked.path)
    except pypdfium2.PdfiumError as exc:
        raise CannotDraw("the file cannot be opened") from exc
    try:
        count = len(pdf)
        sought: dict[int, Any] = {}

        def letters(number: int) -> list[list[Letter]]:
            sought[number], found = _lettered(pdf[number - 1], asked, number)
            return found

        number, found = _choose(letters, count, asked)
        if not 1 <= number <= count:
            raise CannotDraw(f"the file has {count} pages")
        page = sought.get(number) or _lettered(pdf[number - 1], asked, number)[0]
        image = page.render(scale=_scale(*page.get_size()), rev_byteorder=True, prefer_bgrx=False).to_pil()
        width, height = image.size
        return PageView(number, count, _webp(image), MEDIA_TYPE, width, height, found.boxes, found.part)
    except pypdfium2.PdfiumError as exc:
        raise CannotDraw("the page is broken") from exc
    finally:
        pdf.close()


def _choose(letters: Callable[[int], list[list[Letter]]], count: int, asked: Asked) -> tuple[int, Located]:
    """The page to draw and the quote's place on it. A sentence may begin on one page and end on the next.

    `letters` gives a page's letters, as often as they are known: as OCR read them, as the file has them.
    """
    if not asked.quote:
        return asked.number or asked.cited, NOWHERE
    wanted = Wanted(asked.quote, asked.before, asked.after, asked.cells, asked.part)
    places: dict[int, Located] = {}
    for number in (asked.cited, asked.cited + 1):
        if 1 <= number <= count:
            places[number] = max((search(one, wanted) for one in letters(number)), key=lambda found: found.share, default=NOWHERE)
            if places[number].share > 0.95:
                places = {number: places[number]}
                break
    if sum(place.share for place in places.values()) < LEAST_SHARE:
        return asked.number or asked.cited, NOWHERE
    best = asked.number or max(places, key=lambda number: places[number].share)
    place = places.get(best, NOWHERE)
    return best, place if place.share >= LEAST_PART else NOWHERE


def _lettered(page: Any, asked: Asked, number: int) -> tuple[Any, list[list[Letter]]]:
    """The page turned upright, with its letters: those that OCR read, where it did, and its own.

    The report's text may come from either, and line by line from both where some letters of a text layer lie (repair.py).
    Turning a page changes the open document: it is not to be done twice.
    """
    scanned = kept_places(Path(asked.scans), number) if asked.scans else None
    if scanned is None:
        page = _upright(page)
    else:
        page.set_rotation((page.get_rotation() + 90 * scanned.turns) % 360)
    own = [list(_letters(page))] if asked.quote else []
    return page, [scanned.letters, *own] if scanned is not None else own


def _upright(page: Any) -> Any:
    """The page turned so that most of its letters stand upright: wide tables are often set sideways."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    count = text_page.count_chars()
    angles = [raw.FPDFText_GetCharAngle(text_page.raw, at) for at in range(0, count, max(1, count // 50))]
    text_page.close()
    turns = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    if turns:  # of the letters, not of the page as it is shown; 3 is text that runs up
        page.set_rotation(90 * ((4 - turns.most_common(1)[0][0]) % 4))
    return page


def _letters(page: Any) -> Iterator[Letter]:
    """The page's characters with their boxes on its picture: cropped and turned as the picture is."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    handle = text_page.raw
    count = min(text_page.count_chars(), MOST_LETTERS)
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    x, y = ctypes.c_int(), ctypes.c_int()
    side = 100_000  # the picture's two sides, in units fine enough for its pixels

    def place(across: float, up: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page.raw, 0, 0, side, side, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        return x.value / side, y.value / side

    for at in range(count):
        code = raw.FPDFText_GetUnicode(handle, at)
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if char.isspace() or not raw.FPDFText_GetLooseCharBox(handle, at, pointer):
            yield Letter(" " if char.isspace() else char, 0.0, 0.0, 0.0, 0.0)
            continue
        (ax, ay), (bx, by) = place(box.left, box.bottom), place(box.right, box.top)
        left, right, top, bottom = (_inside(value) for value in (min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)))
        yield Letter(char, left, top, right, bottom)
    text_page.close()


def _inside(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)


def _scale(width: float, height: float) -> float:
    """Pixels a point, bounded whatever size the page claims."""
    if not (0 < width < MOST_POINTS and 0 < height < MOST_POINTS):
        raise CannotDraw("its size is out of bounds")
    area = width * height
    wanted = max(WIDTH / width, math.sqrt(PIXELS / area))
    return min(wanted, math.sqrt(MOST_PIXELS / area), LONGEST_SIDE / max(width, height), MOST_ENLARGED)


def _picture_view(asked: Asked) -> PageView:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_SOURCE_PIXELS
    try:
        with Image.open(asked.path, formats=("PNG", "JPEG", "TIFF")) as image:
            count = int(getattr(image, "n_frames", 1))
            number = asked.number or asked.cited
            if not 1 <= number <= count:
                raise CannotDraw(f"the file has {count} pages")
            image.seek(number - 1)
            width, height = image.size
            if width * height > MOST_SOURCE_PIXELS:
                raise CannotDraw("its size is out of bounds")
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, EOFError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise CannotDraw("the picture is broken or too large") from exc

    def letters(page: int) -> list[list[Letter]]:
        scanned = kept_places(Path(asked.scans), page) if asked.scans else None
        return [scanned.letters] if scanned else []

    _, found = _choose(letters, count, replace(asked, number=number))
    scanned = kept_places(Path(asked.scans), number) if asked.scans else None
    upright = upright.rotate(-90 * (scanned.turns if scanned else 0), expand=True)
    width, height = upright.size
    scale = min(1.0, _scale(width, height))
    small = upright.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
    width, height = small.size
    return PageView(number, count, _webp(small), MEDIA_TYPE, width, height, found.boxes, found.part)


def _webp(image: Any) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "WEBP", quality=QUALITY, method=1)
    return buffer.getvalue()


def main() -> None:
    """The child process: one page asked for on standard input, one picture on standard output."""
    out = sys.stdout.buffer
    given = json.loads(sys.stdin.buffer.read())
    try:
        view = page_view(Asked(**{**given, "cells": tuple(given["cells"]), "part": tuple(given["part"])}))
    except CannotDraw as problem:
        out.write(json.dumps({"error": str(problem)}).encode() + b"\n")
        return
    head = {name: getattr(view, name) for name in ("number", "pages", "width", "height", "media_type")}
    for name in ("boxes", "value"):
        head[name] = [[box.left, box.top, box.right, box.bottom] for box in getattr(view, name)]
    out.write(json.dumps(head).encode() + b"\n" + view.image)


if __name__ == "__main__":
    main()
