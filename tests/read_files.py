"""Files made for the reader tests, a PDF writer small enough to read among them, and the one rule all documents must keep."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Sequence

from index.read import Document


def check(document: Document) -> Document:
    """Blocks lie in the text in order, apart by a blank line; cells lie in their rows, joined by bars."""
    text = document.text
    assert unicodedata.is_normalized("NFC", text)
    assert document.pages >= 1
    position = 0
    for block in document.blocks:
        assert block.start == position
        assert block.start < block.end <= len(text)
        assert 1 <= block.page <= document.pages
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        assert "\n\n" not in text[block.start : block.end]
        if block.cells:
            joined = " | ".join(text[cell.start : cell.end] for cell in block.cells)
            assert joined.lstrip() == text[block.start : block.end]
        position = block.end + 2
    assert position == len(text) + 2 or not document.blocks
    return document


def texts(document: Document, kind: str = "") -> list[str]:
    """The words of the blocks of one kind, or of all."""
    return [document.text[block.start : block.end] for block in document.blocks if kind in ("", block.kind)]


def rows(document: Document) -> list[list[tuple[str, str]]]:
    """Data rows as (cell, header) pairs."""
    return [
        [(document.text[cell.start : cell.end], cell.header) for cell in block.cells]
        for block in document.blocks
        if block.kind == "table_row"
    ]


Placed = tuple[float, float, str]  # x, y (from the bottom), text
Stroke = tuple[float, float, float, float]  # x, y, x, y


def pdf(pages: Sequence[Sequence[Placed]], *, strokes: Sequence[Sequence[Stroke]] = (), size: float = 10, info: str = "") -> bytes:
    """A PDF whose letters are each half as wide as `size`, so that places can be worked out by hand."""
    letters = sorted({letter for page in pages for _, _, text in page for letter in text})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    names = "\n".join(f"<{codes[x]:04x}> <{x.encode('utf-16-be').hex()}>" for x in letters)
    ranges = "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange"
    cmap = f"begincmap\n{ranges}\n{len(letters)} beginbfchar\n{names}\nendbfchar\nendcmap"
    count = len(pages)
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Plain /Flags 4 "
        "/FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 /ItalicAngle 0 /CapHeight 700 /StemV 80 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join(f"{a} {b} m {c} {d} l S" for a, b, c, d in (strokes[number] if number < len(strokes) else ()))
        shown = "\n".join(
            f"BT /F {size} Tf {x} {y} Td <{''.join(f'{codes[letter]:04x}' for letter in text)}> Tj ET" for x, y, text in page
        )
        content = f"0.5 w\n{drawn}\n{shown}"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {7 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects.append(f"<< {info} >>")
    return _assembled(objects)


def _assembled(objects: Sequence[str]) -> bytes:
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Stroke]:
    """All lines of a table whose columns begin at `xs` and whose rows begin at `ys`."""
    across = [(xs[0], y, xs[-1], y) for y in ys]
    down = [(x, ys[0], x, ys[-1]) for x in xs]
    return across + down


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    """A zip archive with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zipped({**parts, name: part})
