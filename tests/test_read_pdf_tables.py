"""A real book of tables against ten of its pages written down by hand, and its page numbers. Of its cells, hashes are kept here."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from index.read import Document, read_file

BOOK = "gso_population_projection_2009-2049_en.pdf"
ANNOTATED = Path(__file__).parent / "data" / "pdf_tables.json"


def squeezed(parts: Iterable[str]) -> str:
    return "+".join(sorted({"".join(part.split()).lower() for part in parts if part.strip()}))


def cells(document: Document, page: int) -> set[str]:
    """Every value cell of a page, as the annotation has them."""
    found = set()
    for block in document.blocks:
        if block.kind != "table_row" or block.page != page:
            continue
        label, *values = block.cells
        row = squeezed([document.text[label.start : label.end], *label.header.split(" / ")])
        for cell in values:
            value = "".join(document.text[cell.start : cell.end].split())
            written = f"{page}|{row}|{squeezed(cell.header.split(' / '))}|{value}"
            found.add(hashlib.sha256(written.encode()).hexdigest()[:12])
    return found


@pytest.fixture(scope="module")
def book(shared: Path) -> Document:
    return read_file(shared / "reports" / "pdf" / BOOK)


@pytest.mark.data
def test_cells_of_ten_pages_are_in_their_place(book: Document, show_figures: Callable[[str], None]) -> None:
    pages: dict[str, list[str]] = json.loads(ANNOTATED.read_text(encoding="utf-8"))["pages"]
    shares = {}
    for page, wanted in pages.items():
        found = cells(book, int(page))
        shares[page] = sum(cell in found for cell in wanted) / len(wanted)
    count = sum(map(len, pages.values()))
    right = sum(share * len(pages[page]) for page, share in shares.items())
    show_figures(f"cells in place on 10 pages of a PDF of tables: {right:.0f} of {count} ({right / count:.1%})")
    assert len(pages) == 10
    assert min(shares.values()) >= 0.95, shares


@pytest.mark.data
def test_what_stands_on_a_page_is_read_as_that_page(book: Document, shared: Path) -> None:
    """Lines of the bare text that stand once in the book lie in a block of their page, or of the page before, where their paragraph
    began. Headers that are set again on every page are kept once."""
    import pypdfium2

    whole, starts = "", []
    for block in book.blocks:
        starts.append(len(whole))
        whole += "".join(book.text[block.start : block.end].replace(" | ", "").split())
    file = pypdfium2.PdfDocument(shared / "reports" / "pdf" / BOOK)
    own = earlier = other = 0
    plain = [page.get_textpage().get_text_range() for page in file]
    file.close()
    for number, text in enumerate(plain, 1):
        for line in text.splitlines():
            squeezed_line = "".join(line.split())
            if len(squeezed_line) < 45 or (at := whole.find(squeezed_line)) < 0 or whole.find(squeezed_line, at + 1) >= 0:
                continue
            block = book.blocks[bisect_right(starts, at) - 1]
            if block.kind == "table_header":
                continue
            own += block.page == number
            earlier += block.page == number - 1 and block.kind in ("paragraph", "item")
            other += block.page != number and not (block.page == number - 1 and block.kind in ("paragraph", "item"))
    assert own > 4_000
    assert other == 0
    assert earlier < 0.02 * own
