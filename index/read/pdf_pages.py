"""PDF files -> pages of lines and strokes with their places. pypdfium2 lives here.

    with opened(data, "bao-cao.pdf") as pdf:
        page_at(pdf, 1)            # Page(1, lines=(Line("I. Kết quả", 85.0, 160.2, …), …), rules=(…))

Places are asked for in bulk, and only where they may matter (pdf_text.py), which makes this fast.
pdfium must not be entered by two threads at once: `opened` holds a lock from opening to closing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from index.errors import FileDamaged, FileEncrypted, FileTooLarge
from index.read.page import Page
from index.read.pdf_calls import address, calls, handle
from index.read.pdf_picture import is_scan
from index.read.pdf_text import RawPage, page_of, placed

MOST_PAGES = 5_000
MOST_CHARACTERS = 2_000_000  # on one page
FEW_LETTERS = 200  # a page with more text than a stamp and a running foot is no bare scan

_PDFIUM = threading.Lock()


def _unlocked() -> None:
    """In a process forked while a file was open, whoever held the lock is not there any more."""
    global _PDFIUM
    _PDFIUM = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlocked)


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """The open file, to be handed to the functions here. Raises FileEncrypted, FileDamaged, FileTooLarge (over 5,000 pages)."""
    import pypdfium2

    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as exc:
            if "password" in str(exc).lower() or "security" in str(exc).lower():
                raise FileEncrypted(file=name) from exc
            raise FileDamaged(file=name, format="PDF", detail="its structure is broken or cut off") from exc
        try:
            count = len(pdf)
            if count > MOST_PAGES:
                raise FileTooLarge(file=name, size=f"{count} pages", limit=f"{MOST_PAGES} pages")
            if not count:
                raise FileDamaged(file=name, format="PDF", detail="it has no pages")
            yield pdf
        finally:
            pdf.close()


def properties(pdf: Any) -> dict[str, str]:
    """Title, CreationDate and others, as the file states them."""
    return dict(pdf.get_metadata_dict())


def page_at(pdf: Any, number: int) -> Page:
    """Page `number`, from 1; one that cannot be opened is without lines and `broken`."""
    return page_of(_raw_page(pdf, number))


def _raw_page(pdf: Any, number: int) -> RawPage:
    import pypdfium2

    try:
        page = pdf[number - 1]
        try:
            return _loaded(page, number)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return RawPage(number, broken=True)


def _loaded(page: Any, number: int) -> RawPage:
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if count > MOST_CHARACTERS:
            raise MemoryError("more text on one page than a page can hold")
        text = text_page.get_text_range() if count > 0 else ""
        if not text.strip():
            return RawPage(number, has_image=_has_image(page))
        own = placed(page, handle(text_page.raw), text.replace("\ufffe", "\x02"), count)
        return RawPage(number, own, len(text) < FEW_LETTERS and is_scan(page))
    finally:
        text_page.close()


def _has_image(page: Any) -> bool:
    from pypdfium2 import raw

    objects = map(calls().page_object, repeat(address(page.raw)), range(min(raw.FPDFPage_CountObjects(page.raw), 1000)))
    return bool(set(map(calls().object_type, objects)) & {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM})
