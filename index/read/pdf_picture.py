"""A page of a PDF as a picture, for OCR, and whether it is one picture anyway. pypdfium2 is used here, beside pdf_pages.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.errors import FileDamaged
from index.read.picture import DPI, Picture

SCANNED = 0.5  # of the page, under one picture: it is a scan, whatever is stamped on it
MOST_DOTS = 40_000_000  # of a drawn page; A2 at 300 dots an inch has 35 million
POINTS = 72


def is_scan(page: Any) -> bool:
    """One picture covers most of the page."""
    from pypdfium2 import raw

    whole = max(1.0, page.get_width() * page.get_height())
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > SCANNED * whole:
            return True
    return False


def height(pdf: Any, number: int) -> float:
    """Of page `number`, from 1, as it is seen, in points."""
    return float(pdf.get_page_size(number - 1)[1])


def only(drawn: Picture, bands: Sequence[tuple[float, float]]) -> Picture:
    """The picture with nothing but what lies between (bottom, top) of each band, in points from its lower edge."""
    grey, dpi = drawn
    bare = np.full_like(grey, 255)
    for bottom, top in bands:
        rows = slice(max(0, len(grey) - round(top * dpi / POINTS)), max(0, len(grey) - round(bottom * dpi / POINTS)))
        bare[rows] = grey[rows]
    return Picture(bare, dpi)


def picture(pdf: Any, number: int) -> Picture:
    """Page `number`, from 1, as it is seen, grey. No other function of pdfium may be under way. Raises FileDamaged."""
    import pypdfium2

    try:
        page = pdf[number - 1]
        try:
            dots = max(1.0, page.get_width() * page.get_height()) * (DPI / POINTS) ** 2
            scale = DPI / POINTS * min(1.0, (MOST_DOTS / dots) ** 0.5)
            drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False)
            try:
                return Picture(np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width), max(1, round(scale * POINTS)))
            finally:
                drawn.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError as exc:
        raise FileDamaged(file="", format="PDF", detail=f"page {number} cannot be drawn") from exc
