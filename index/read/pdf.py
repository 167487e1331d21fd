"""PDF files with a text layer -> text with blocks. How pages are got at is index/read/pdf_pages.py's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from index.errors import FileDamaged, NoTextFound, OcrFailed, OcrMissing
from index.read import ocr, pdf_pages
from index.read.damage import lying_lines
from index.read.document import Document, compose, no_collections
from index.read.layout import Steps, blocks_of, steps
from index.read.page import Page
from index.read.partner import Work
from index.read.pdf_picture import height, only, picture
from index.read.repair import bands, repaired, without
from index.read.scan import Scan, can_read, read_scans
from index.read.structure import settle

_DATE = re.compile(r"^D:(\d{4})(\d\d)(\d\d)")


def read_pdf(data: bytes, name: str) -> Document:
    """A PDF's text layer, and by OCR the pages that are scans.

    Raises FileEncrypted, FileDamaged, NoTextFound, OcrMissing and OcrFailed (scans) and FileTooLarge (over 5,000 pages).
    """
    seen: list[Page] = []  # without their lines
    with no_collections(), pdf_pages.opened(data, name) as pdf:
        raw = blocks_of(_loader(pdf), len(pdf), see=seen.append, elsewhere=Work(_elsewhere, data, (name,)), name=name)
        lying = {page.number: page.lying for page in seen if page.lying}
        properties = pdf_pages.properties(pdf)
        mended = _mended(pdf, lying) if lying and can_read() else {}
        wanted = [page.number for page in seen if page.has_image or page.number in lying.keys() - mended.keys()]
        scans = read_scans(wanted, lambda number: picture(pdf, number))
        if scans or mended:
            found = _Found(scans, mended, lying)
            raw = blocks_of(_loader(pdf, found), len(pdf), elsewhere=Work(_elsewhere, data, (name, found)), name=name)
        text, blocks = compose(settle(raw))
    count = len(seen)
    if all(page.broken for page in seen):
        raise FileDamaged(file=name, format="PDF", detail="none of its pages can be opened")
    if not text:
        raise _no_text(name, seen, scans)
    dated = _DATE.match(properties.get("CreationDate", ""))
    return Document(
        text,
        blocks,
        "pdf",
        pages=count,
        title=properties.get("Title", "").strip(),
        date="-".join(dated.groups()) if dated else "",
        notes=(*_notes(seen, scans), *_damage_notes(lying)),
        scans={number: round(scan.confidence, 3) for number, scan in scans.items() if scan.page.lines},
    )


class _Found(NamedTuple):
    """What OCR read, by page: whole pages, pages mended line by line; and the lines that lie."""

    scans: Mapping[int, Scan]
    mended: Mapping[int, Page]
    lying: Mapping[int, Set[int]]


def _loader(pdf: Any, found: _Found | None = None) -> Callable[[int], Page]:
    """Pages by number: as they are, or with what was found since."""
    if found is None:
        return lambda number: _sound(pdf_pages.page_at(pdf, number))
    return lambda number: _filled(pdf_pages.page_at(pdf, number), found)


@contextmanager
def _elsewhere(data: bytes, name: str, found: _Found | None = None) -> Iterator[Steps]:
    """In another process."""
    with no_collections(), pdf_pages.opened(data, name) as pdf:
        yield steps(_loader(pdf, found))


def _sound(page: Page) -> Page:
    """The page without the lines that do not say what is drawn: noise is not indexed."""
    lines = set() if page.sound else lying_lines([line.text for line in page.lines])
    return replace(without(page, lines), lying=frozenset(lines)) if lines else page


def _mended(pdf: Any, lying: Mapping[int, Set[int]]) -> dict[int, Page]:
    """The damaged pages whose lines could be read off the page, one by one, while their figures stand."""
    bands_of = {
        number: bands(pdf_pages.page_at(pdf, number), lines, height(pdf, number)) for number, lines in sorted(lying.items())
    }
    read = read_scans(sorted(lying), lambda number: only(picture(pdf, number), bands_of[number]), part="lines")
    mended = {}
    for number, scan in sorted(read.items()):
        whole = repaired(pdf_pages.page_at(pdf, number), lying[number], scan.page, height(pdf, number))
        if whole is not None:
            mended[number] = whole
    return mended


def _filled(page: Page, found: _Found) -> Page:
    """The page, or what OCR read in its place where it is a picture or damaged; else without lines that lie."""
    read = found.scans.get(page.number)
    if page.number in found.mended:
        return found.mended[page.number]
    if read is not None and read.page.lines:
        return read.page
    return without(page, found.lying[page.number]) if page.number in found.lying else page


def _damage_notes(lying: Mapping[int, Set[int]]) -> tuple[str, ...]:
    """What became of pages whose text layer lies."""
    if not lying:
        return ()
    numbers = _numbers(sorted(lying))
    if not can_read():
        return (
            f"{numbers} hold letters that are not those shown; they were left out. To read them, install tesseract: {ocr.INSTALL}",
        )
    return (f"{numbers} hold letters that are not those shown; these were read by OCR.",)


def _no_text(name: str, seen: list[Page], scans: Mapping[int, Scan]) -> Exception:
    """Why a file without text has none."""
    pictures = sum(page.has_image for page in seen)
    if not pictures:
        return NoTextFound(file=name, detail="its pages are empty")
    if not can_read():
        return OcrMissing(file=name, install=ocr.INSTALL)
    if not scans:
        return OcrFailed(file=name, detail=f"{pictures} of {len(seen)} pages")
    return NoTextFound(file=name, detail="its pages are pictures without letters or figures")


def _notes(pages: list[Page], scans: Mapping[int, Scan]) -> tuple[str, ...]:
    notes = []
    if broken := [page.number for page in pages if page.broken]:
        notes.append(f"{_numbers(broken)} could not be opened and are missing.")
    unread = [page.number for page in pages if page.has_image and not (page.number in scans and scans[page.number].page.lines)]
    if unread and can_read():
        notes.append(f"{_numbers(unread)} hold pictures in which OCR read no text; they are not searched.")
    elif unread:
        notes.append(f"{_numbers(unread)} are scans and are not searched. To read them, install tesseract: {ocr.INSTALL}")
    return tuple(notes)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10])
    return f"Pages {shown}{' and more' if len(pages) > 10 else ''}"
