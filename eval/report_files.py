"""The same report as files of many formats, made when they are needed: nothing of them is kept.

    make("docx", parts)  ->  bytes           parts: eval/make_samples.py's headings, paragraphs and tables

Makers need the packages of the test extra (reportlab, python-docx, python-pptx, openpyxl); .doc, .odt, .rtf, .xls need LibreOffice.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from eval.make_samples import Part, docx_of, pdf_of
from index.read.legacy import reading
from index.read.office import find_soffice

DPI = 200  # of scans


def make(format: str, parts: Sequence[Part]) -> bytes:
    """The report as a file. Raises KeyError for a format without a maker, RuntimeError where LibreOffice is needed and missing."""
    return MAKERS[format](parts)


def text_of(parts: Sequence[Part]) -> str:
    """Paragraphs and rows on lines of their own, as typists set them."""
    return "\n\n".join(part[1] if isinstance(part, tuple) else "\n".join(" | ".join(row) for row in part) for part in parts)


def make_md(parts: Sequence[Part]) -> bytes:
    pieces = []
    for part in parts:
        if isinstance(part, tuple):
            pieces.append(f"{'#' * part[0]} {part[1]}".strip())
        else:
            rows = [f"| {' | '.join(row)} |" for row in part]
            pieces.append("\n".join([rows[0], "|" + "---|" * len(part[0]), *rows[1:]]))
    return "\n\n".join(pieces).encode()


def make_html(parts: Sequence[Part]) -> bytes:
    """A page with a menu and a footer round the report."""
    pieces = []
    for part in parts:
        if isinstance(part, tuple):
            tag = f"h{part[0]}" if part[0] else "p"
            pieces.append(f"<{tag}>{escape(part[1])}</{tag}>")
        else:
            rows = [
                "".join(f"<{'td' if at else 'th'}>{escape(cell)}</{'td' if at else 'th'}>" for cell in row)
                for at, row in enumerate(part)
            ]
            pieces.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
    menu = "<nav><ul><li><a href='/'>Trang chủ</a></li><li><a href='/lien-he'>Liên hệ</a></li></ul></nav>"
    foot = "<footer>Bản quyền thuộc về cổng thông tin</footer>"
    head = "<!doctype html><html><head><meta charset='utf-8'></head>"
    return f"{head}<body>{menu}<main>{''.join(pieces)}</main>{foot}</body></html>".encode()


def make_csv(parts: Sequence[Part]) -> bytes:
    import csv

    out = io.StringIO()
    writer = csv.writer(out)
    for part in parts:
        writer.writerows(part if isinstance(part, list) else [[part[1]]])
    return out.getvalue().encode("utf-8-sig")


def make_xlsx(parts: Sequence[Part]) -> bytes:
    """One sheet; a paragraph is a row of one wrapped cell, as offices keep reports in workbooks."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Báo cáo"
    sheet.column_dimensions["A"].width = 80
    for part in parts:
        if isinstance(part, tuple):
            sheet.append([part[1]])
            cell = sheet.cell(sheet.max_row, 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=bool(part[0]))
        else:
            for row in part:
                sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_pptx(parts: Sequence[Part]) -> bytes:
    """A heading begins a slide."""
    import pptx
    from pptx.util import Inches

    deck: Any = pptx.Presentation()
    slide: Any = None
    for part in parts:
        if slide is None or (isinstance(part, tuple) and part[0]):
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            top = 1.5
            if isinstance(part, tuple) and part[0]:
                slide.shapes.title.text = part[1]
                continue
        if isinstance(part, tuple):
            box = slide.shapes.add_textbox(Inches(0.5), Inches(top), Inches(9), Inches(0.4))
            box.text_frame.word_wrap = True
            box.text_frame.text = part[1]
            top += 0.5
        else:
            table = slide.shapes.add_table(
                len(part), len(part[0]), Inches(0.5), Inches(top), Inches(9), Inches(0.3 * len(part))
            ).table
            for row, cells in zip(table.rows, part, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words
            top += 0.4 * len(part)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def make_scan(parts: Sequence[Part]) -> bytes:
    """The PDF's pages as pictures in a PDF without a text layer."""
    pages = _pictures(pdf_of(parts))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DPI)
    return out.getvalue()


def make_picture(parts: Sequence[Part], *, format: str) -> bytes:
    """The first page; all of them in a TIFF."""
    pages = _pictures(pdf_of(parts))
    out = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:], "compression": "tiff_deflate"} if format == "TIFF" else {}
    pages[0].save(out, format, dpi=(DPI, DPI), **more)
    return out.getvalue()


def make_tcvn3(parts: Sequence[Part]) -> bytes:
    """Plain text in the encoding of .VnTime fonts (TCVN 5712)."""
    return encoded(text_of(parts))


def encoded(text: str) -> bytes:
    """Text in TCVN3; what the encoding lacks (dashes, curly quotes) as its nearest ASCII sign."""
    table = _tcvn3_bytes()
    plain = {"–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "•": "-", "\u00a0": " "}
    return b"".join(
        table.get(char) or plain.get(char, char).encode("ascii", "replace") for char in unicodedata.normalize("NFC", text)
    )


@lru_cache(1)
def _tcvn3_bytes() -> dict[str, bytes]:
    letters = {
        reading("tcvn3", bytes((code,))): bytes((code,))
        for code in (*range(1, 0x18), *range(0x80, 0x100))
        if code not in (9, 10, 13)
    }
    return {letter: code for letter, code in letters.items() if len(letter) == 1 and letter.isalpha() and not letter.isascii()}


def make_zip(parts: Sequence[Part]) -> bytes:
    """A folder with the report as Markdown and as a Word file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xa/bao-cao.md", make_md(parts))
        archive.writestr("xa/phu-luc/bao-cao.docx", docx_of(parts))
    return out.getvalue()


def make_by_office(parts: Sequence[Part], *, source: str, target: str) -> bytes:
    """A file that LibreOffice makes of one of ours."""
    program = find_soffice()
    if not program:
        raise RuntimeError(f"LibreOffice is needed to make a .{target} file")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / f"a.{source}").write_bytes(make(source, parts))
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", target]
        subprocess.run(
            [*command, "--outdir", str(folder), str(folder / f"a.{source}")], capture_output=True, timeout=180, check=True
        )
        return (folder / f"a.{target}").read_bytes()


def _pictures(pdf: bytes) -> list[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


MAKERS: dict[str, Callable[[Sequence[Part]], bytes]] = {
    "txt": lambda parts: text_of(parts).encode(),
    "tcvn3": make_tcvn3,
    "md": make_md,
    "html": make_html,
    "csv": make_csv,
    "docx": docx_of,
    "pdf": pdf_of,
    "scan": make_scan,
    "xlsx": make_xlsx,
    "pptx": make_pptx,
    "zip": make_zip,
    "png": partial(make_picture, format="PNG"),
    "jpg": partial(make_picture, format="JPEG"),
    "tiff": partial(make_picture, format="TIFF"),
    "doc": partial(make_by_office, source="docx", target="doc"),
    "odt": partial(make_by_office, source="docx", target="odt"),
    "rtf": partial(make_by_office, source="docx", target="rtf"),
    "xls": partial(make_by_office, source="xlsx", target="xls"),
    "ods": partial(make_by_office, source="xlsx", target="ods"),
    "ppt": partial(make_by_office, source="pptx", target="ppt"),
    "odp": partial(make_by_office, source="pptx", target="odp"),
}
BY_OFFICE = ("doc", "odt", "rtf", "ods", "ppt", "odp")  # read through LibreOffice


def pages_of(pdf: bytes) -> list[str]:
    """The text layer of each page, as the PDF library itself has it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def rows_of(workbook: bytes) -> list[str]:
    """The text of each row of each sheet, as openpyxl has it."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook), read_only=True)
    return [
        " ".join(str(value) for value in row if value is not None) for sheet in book for row in sheet.iter_rows(values_only=True)
    ]
