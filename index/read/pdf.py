"""PDF files with a text layer -> text with blocks. How pages are got at is index/read/pdf_pages.py's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.errors import FileDamaged, NoTextFound
from index.read import pdf_pages
from index.read.document import Document, compose
from index.read.layout import page_blocks
from index.read.page import Page
from index.read.structure import settle

_DATE = re.compile(r"^D:(\d{4})(\d\d)(\d\d)")


def read_pdf(data: bytes, name: str) -> Document:
    """A PDF's text layer. Raises FileEncrypted, FileDamaged, NoTextFound (scans) and FileTooLarge (over 5,000 pages)."""
    seen: list[Page] = []  # without their lines

    def bare(pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            seen.append(replace(page, lines=page.lines[:1], cuts=None))
            yield page

    with pdf_pages.opened(data, name) as pdf:
        raw = page_blocks(bare(pdf_pages.pages(pdf)))
        properties = pdf_pages.properties(pdf)
    text, blocks = compose(settle(raw))
    count = len(seen)
    if all(page.broken for page in seen):
        raise FileDamaged(file=name, format="PDF", detail="none of its pages can be opened")
    if not text:
        raise NoTextFound(
            file=name,
            detail=f"{count} scanned pages without a text layer" if count > 1 else "one scanned page without a text layer",
        )
    dated = _DATE.match(properties.get("CreationDate", ""))
    return Document(
        text,
        blocks,
        "pdf",
        pages=count,
        title=properties.get("Title", "").strip(),
        date="-".join(dated.groups()) if dated else "",
        notes=_notes(seen),
    )


def _notes(pages: list[Page]) -> tuple[str, ...]:
    notes = []
    if broken := [page.number for page in pages if page.broken]:
        notes.append(f"{_numbers(broken)} could not be opened and are missing.")
    if empty := [page.number for page in pages if not page.lines and page.has_image]:
        notes.append(f"{_numbers(empty)} hold pictures without text (scanned?) and are not searched.")
    return tuple(notes)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10])
    return f"Pages {shown}{' and more' if len(pages) > 10 else ''}"
