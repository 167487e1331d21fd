"""PDF files with a text layer. pypdfium2 lives here: it turns a file into pages of lines with their places; layout.py makes blocks of them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from index.errors import FileDamaged, FileEncrypted, FileTooLarge, NoTextFound
from index.read.document import Document, compose
from index.read.layout import Line, Page, page_blocks
from index.read.structure import mark_title

MOST_PAGES = 5_000
MOST_CHARACTERS = 2_000_000  # on one page
_LINE = re.compile(r"[^\r\n]+")
_DATE = re.compile(r"^D:(\d{4})(\d\d)(\d\d)")


def read_pdf(data: bytes, name: str) -> Document:
    """A PDF's text layer. Raises FileEncrypted, FileDamaged, NoTextFound (scans) and FileTooLarge (over 5,000 pages)."""
    import pypdfium2

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
        broken: list[int] = []
        pages = list(_pages(pdf, count, broken))
        properties = pdf.get_metadata_dict()
    finally:
        pdf.close()
    text, blocks = compose(mark_title(page_blocks(pages)))
    if len(broken) == count:
        raise FileDamaged(file=name, format="PDF", detail="none of its pages can be opened")
    if not text:
        raise NoTextFound(file=name, detail=f"{count} scanned pages without a text layer" if count > 1 else "one scanned page without a text layer")
    dated = _DATE.match(properties.get("CreationDate", ""))
    return Document(text, blocks, "pdf", pages=count, title=properties.get("Title", "").strip(), date="-".join(dated.groups()) if dated else "",
                    notes=_notes(pages, broken))


def _notes(pages: list[Page], broken: list[int]) -> tuple[str, ...]:
    notes = []
    if broken:
        notes.append(f"{_numbers(broken)} could not be opened and are missing.")
    empty = [page.number for page in pages if not page.lines and page.number not in broken and page.has_image]
    if empty:
        notes.append(f"{_numbers(empty)} hold pictures without text (scanned?) and are not searched.")
    return tuple(notes)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10])
    return f"Pages {shown}{' and more' if len(pages) > 10 else ''}"


def _pages(pdf: Any, count: int, broken: list[int]) -> Iterator[Page]:
    import pypdfium2

    for number in range(count):
        try:
            page = pdf[number]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            yield Page(number + 1, ())
            continue
        lines = tuple(_lines(text_page))
        yield Page(number + 1, lines, has_image=not lines and _has_image(page))
        text_page.close()
        page.close()


def _has_image(page: Any) -> bool:
    from pypdfium2 import raw

    return any(kind.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH) for kind in page.get_objects(max_depth=3))


def _lines(text_page: Any) -> Iterator[Line]:
    """The page's lines with the box of each: two calls into pdfium a line, none a character."""
    from pypdfium2 import raw

    count = text_page.count_chars()
    if count <= 0:
        return
    if count > MOST_CHARACTERS:
        raise MemoryError("more text on one page than a page can hold")
    text = text_page.get_text_range()
    same = len(text) == count
    first_box, last_box = raw.FS_RECTF(), raw.FS_RECTF()
    handle = text_page.raw
    for match in _LINE.finditer(text):
        piece = match.group()
        if piece.isspace():
            continue
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.end() - 1 - (len(piece) - len(piece.rstrip()))
        if not same:
            start, end = raw.FPDFText_GetCharIndexFromTextIndex(handle, start), raw.FPDFText_GetCharIndexFromTextIndex(handle, end)
        raw.FPDFText_GetLooseCharBox(handle, start, ctypes.byref(first_box))
        raw.FPDFText_GetLooseCharBox(handle, end, ctypes.byref(last_box))
        yield Line(piece.strip(), first_box.left, last_box.right, first_box.bottom, first_box.top)
