"""PNG, JPEG and TIFF scans -> text with blocks, through OCR. The pages go the way of PDF pages: index/read/layout.py."""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import NoTextFound, OcrFailed, OcrMissing
from index.read import ocr
from index.read.document import Document, compose
from index.read.layout import page_blocks
from index.read.page import Page
from index.read.picture import Picture, count_pictures, pictures
from index.read.scan import can_read, read_scans
from index.read.structure import settle


def read_image(data: bytes, name: str, *, format: str) -> Document:
    """A scan, a page a frame. Raises FileDamaged, FileTooLarge, OcrMissing, OcrFailed, NoTextFound."""
    count = count_pictures(data, name)
    if not can_read():
        raise OcrMissing(file=name, install=ocr.INSTALL)
    numbers = range(1, count + 1)
    read = read_scans(numbers, _frames(data, name))
    if not read:
        raise OcrFailed(file=name, detail=f"{count} of {count} pages")
    pages = [read[number].page if number in read else Page(number, ()) for number in numbers]
    text, blocks = compose(settle(page_blocks(pages)))
    if not text:
        raise NoTextFound(file=name, detail="the picture shows no letters or figures")
    unread = [number for number in numbers if number not in read]
    return Document(
        text,
        blocks,
        format,
        pages=count,
        notes=(unread_note(unread),) if unread else (),
        scans={number: round(scan.confidence, 3) for number, scan in read.items()},
    )


def unread_note(numbers: Sequence[int]) -> str:
    """What the list of reports says of scanned pages that could not be read."""
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"Pages {shown}{' and more' if len(numbers) > 10 else ''}: OCR could not read them; they are not searched."


class _frames:
    """The picture of a page, asked for in any order."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name

    def __call__(self, number: int) -> Picture:
        return next(picture for _, picture in pictures(self._data, self._name, frozenset((number,))))
