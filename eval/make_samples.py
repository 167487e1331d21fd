"""Make the .docx and .pdf reports of the bundled sets from their Markdown sources: `python eval/make_samples.py`.

The made files are committed, so this runs only when a source changes. Each `eval/sets/<set>/sources/<name>.md` becomes the
file that FORMATS names, in `eval/sets/<set>/reports/`. The same source gives the same bytes (fixed dates inside the files).

Sources hold four things: `#` headings, paragraphs of one line, and tables of `|` lines, parted by blank lines:

    ## II. Tình hình các xã          | Xã | Số hộ |
                                     |---|---|
    Bảng 1. Số hộ của các xã         | Xã Bản Sen | 1.124 |
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

SETS = Path(__file__).resolve().parent / "sets"
FORMATS = {
    "samples/phuong-ben-da-2023": "pdf",
    "samples/huyen-khe-vang-6-thang-2023": "docx",
    "samples/tinh-bac-lam-2022": "docx",
    "heldout/nong-nghiep-hong-son-2023": "docx",
    "heldout/nam-ruoc-health-2023": "pdf",
}
FONTS = Path("/usr/share/fonts/truetype/dejavu")  # Debian: fonts-dejavu-core; free to embed
FIXED_DATE = (2024, 1, 1, 0, 0, 0)

Part = tuple[int, str] | list[list[str]]  # (heading level or 0, text) or the rows of a table


def parts(source: str) -> Iterator[Part]:
    """Headings and paragraphs as (level, text), tables as rows of cells without their `|---|` line."""
    for chunk in source.strip().split("\n\n"):
        if chunk.startswith("|"):
            rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in chunk.splitlines()]
            yield [row for row in rows if set("".join(row)) != {"-"}]
        else:
            text = chunk.lstrip("#")
            yield len(chunk) - len(text), text.strip()


def make_docx(source: str) -> bytes:
    """A Word document with real headings and tables."""
    return docx_of(list(parts(source)))


def docx_of(parts: Sequence[Part]) -> bytes:
    """A Word document of these parts."""
    from docx import Document

    document = Document()
    for part in parts:
        if isinstance(part, list):
            table = document.add_table(rows=len(part), cols=len(part[0]), style="Table Grid")
            for row, cells in zip(table.rows, part, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        elif part[0]:
            document.add_heading(part[1], level=part[0] - 1)  # level 0 is Word's Title
        else:
            document.add_paragraph(part[1])
    properties: Any = document.core_properties
    properties.author = properties.comments = ""
    properties.created = properties.modified = datetime(*FIXED_DATE)
    buffer = io.BytesIO()
    document.save(buffer)
    return with_fixed_dates(buffer.getvalue())


def with_fixed_dates(archive: bytes) -> bytes:
    """The same zip archive with every member dated FIXED_DATE."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(member))
    return made.getvalue()


def make_pdf(source: str) -> bytes:
    """An A4 document with a text layer, page numbers and an embedded font that has every Vietnamese letter."""
    return pdf_of(list(parts(source)))


def pdf_of(parts: Sequence[Part]) -> bytes:
    """An A4 document of these parts."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    for name, file in (("DejaVu", "DejaVuSerif.ttf"), ("DejaVu-Bold", "DejaVuSerif-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, FONTS / file))
    body = ParagraphStyle("body", fontName="DejaVu", fontSize=10.5, leading=15, spaceAfter=7, alignment=4)
    space = {"spaceBefore": 6, "spaceAfter": 6, "keepWithNext": 1}
    sizes = enumerate((15, 12.5, 11))
    heads = [ParagraphStyle(f"h{n}", fontName="DejaVu-Bold", fontSize=size, leading=size * 1.4, **space) for n, size in sizes]
    flow: list[Any] = []
    for part in parts:
        if isinstance(part, list):
            style = TableStyle([("FONT", (0, 0), (-1, -1), "DejaVu", 9), ("GRID", (0, 0), (-1, -1), 0.5, "black")])
            flow.append(Table(part, style=style, repeatRows=1))
        else:
            flow.append(Paragraph(escape(part[1]), heads[part[0] - 1] if part[0] else body))

    def number_page(canvas: Any, document: Any) -> None:
        canvas.setFont("DejaVu", 9)
        canvas.drawCentredString(A4[0] / 2, 30, str(document.page))

    buffer = io.BytesIO()
    title = next(part[1] for part in parts if isinstance(part, tuple))
    document = SimpleDocTemplate(buffer, pagesize=A4, title=title, author="", invariant=1)
    document.build(flow, onFirstPage=number_page, onLaterPages=number_page)
    return buffer.getvalue()


def main() -> None:
    """Make every file of FORMATS and say what was written."""
    makers = {"docx": make_docx, "pdf": make_pdf}
    for name, suffix in FORMATS.items():
        folder, stem = name.split("/")
        source = SETS / folder / "sources" / f"{stem}.md"
        target = SETS / folder / "reports" / f"{stem}.{suffix}"
        target.write_bytes(makers[suffix](source.read_text(encoding="utf-8")))
        print(f"{target.relative_to(SETS.parent)}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
