"""One file -> its text with blocks, whatever it is written in. Knows nothing of passages, libraries or questions.

    read_file(Path("bao-cao.docx")) -> Document(text="BÁO CÁO …\n\nI. Kết quả …", blocks=(Block("title", …), …), format="docx", …)

A new format is one reader function `(data, name) -> Document` in a file of its own, named in `reader_of` and in sniff.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.errors import FileDamaged, FileEmpty, FileForbidden, FileMissing, FileTooLarge, FormatUnsupported, NoTextFound, ReadError
from index.read.document import Document, RawBlock, compose
from index.read.sniff import BY_SUFFIX, READABLE, SUFFIXES, sniff

__all__ = ["LARGEST", "SUFFIXES", "Document", "RawBlock", "compose", "is_blank", "read_bytes", "read_file"]

LARGEST = 200_000_000  # bytes


def read_file(path: Path, *, name: str | None = None, max_bytes: int = LARGEST) -> Document:
    """Read one file. `name` (an upload's own name) gives the suffix and stands in messages. Raises subclasses of ReadError only."""
    shown = name or str(path)
    try:
        if path.is_dir():
            raise FormatUnsupported(file=shown, format="folder", allowed=READABLE)
        size = path.stat().st_size
        if size > max_bytes:
            raise FileTooLarge(file=shown, size=_megabytes(size), limit=_megabytes(max_bytes))
        if not path.is_file():
            raise FormatUnsupported(file=shown, format="special", allowed=READABLE)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise FileMissing(file=shown) from exc
    except PermissionError as exc:
        raise FileForbidden(file=shown) from exc
    except (OSError, ValueError) as exc:
        raise FileDamaged(file=shown, format="file", detail=_detail(exc)) from exc
    return read_bytes(data, name=shown, max_bytes=max_bytes)


def read_bytes(data: bytes, *, name: str, max_bytes: int = LARGEST) -> Document:
    """Read a file's bytes; `name` gives the suffix. Raises subclasses of ReadError only."""
    if len(data) > max_bytes:
        raise FileTooLarge(file=name, size=_megabytes(len(data)), limit=_megabytes(max_bytes))
    if is_blank(data):
        raise FileEmpty(file=name)
    format = sniff(data, name)
    try:
        document = reader_of(format)(data, name)
    except ReadError:
        raise
    except Exception as exc:  # parsers of broken files raise anything at all; each is this file's damage, not the batch's
        raise FileDamaged(file=name, format=format.upper(), detail=_detail(exc)) from exc
    if not any(char.isalnum() for char in document.text):
        raise NoTextFound(file=name, detail="it holds no letters or figures")
    expected = BY_SUFFIX.get(Path(name).suffix.lower(), format)
    if expected != format and {expected, format} != {"txt", "html"}:
        note = f"The file is named like {expected.upper()} but holds {format.upper()}; it was read as {format.upper()}."
        return replace(document, notes=(*document.notes, note))
    return document


def is_blank(data: bytes) -> bool:
    """Nothing, or a few blanks and byte-order marks."""
    return not data or (len(data) < 4096 and not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"))


def reader_of(format: str) -> Callable[[bytes, str], Document]:
    """Each format's library loads when its first file comes."""
    if format == "pdf":
        from index.read.pdf import read_pdf

        return read_pdf
    if format == "docx":
        from index.read.word import read_docx

        return read_docx
    if format == "pptx":
        from index.read.slides import read_pptx

        return read_pptx
    if format in ("doc", "odt", "rtf", "ppt", "odp", "ods"):
        from index.read.office import read_office

        return partial(read_office, format=format)
    if format == "html":
        from index.read.html import read_html

        return read_html
    if format == "md":
        from index.read.markdown import read_markdown

        return read_markdown
    if format in ("png", "jpg", "tiff"):
        from index.read.scanned import read_image

        return partial(read_image, format=format)
    if format == "xlsx":
        from index.read.workbook import read_xlsx

        return read_xlsx
    if format == "xls":
        from index.read.workbook import read_xls

        return read_xls
    if format == "csv":
        from index.read.sheet import read_csv

        return read_csv
    from index.read.text import read_text

    return read_text


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size < 100_000_000 else f"{size // 1_000_000} MB"


def _detail(exc: BaseException) -> str:
    """A foreign exception in a few words."""
    if isinstance(exc, RecursionError):
        return "it is nested too deeply"
    if isinstance(exc, MemoryError):
        return "it needs more memory than there is"
    text = " ".join(str(exc).split())
    return f"{type(exc).__name__}: {text[:100]}" if text else type(exc).__name__
