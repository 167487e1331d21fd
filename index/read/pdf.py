"""PDF files with a text layer. pypdfium2 lives here: a file becomes pages of lines and strokes with their places.

Asking pdfium for the box of every character would cost three times the text itself, so lines get two boxes each and words get
boxes only in lines that may belong to a table.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from index.errors import FileDamaged, FileEncrypted, FileTooLarge, NoTextFound
from index.read.document import Document, compose
from index.read.layout import page_blocks
from index.read.page import Line, Page, Rule, Word
from index.read.ruled import Frame, frames
from index.read.structure import settle

MOST_PAGES = 5_000
MOST_CHARACTERS = 2_000_000  # on one page
MOST_OBJECTS = 40_000  # on one page; drawings (maps) have more, and are not searched for tables
THICKEST = 3.0  # points; thicker strokes are areas
SHORTEST = 8.0  # points; shorter strokes are parts of letters and dashes
WIDE_CHARACTER = 0.46  # of the line's height; running text has narrower ones on average, gaps between cells make it more
_LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")  # pdfium runs the next line on after a hyphen, for which it puts one of these
_WORD = re.compile(r"\S+")
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
    text, blocks = compose(settle(page_blocks(pages)))
    if len(broken) == count:
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
        notes=_notes(pages, broken),
    )


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
        turn = _turn(text_page)
        rules = tuple(_turned(rule, turn) for rule in _rules(page)) if text_page.count_chars() > 0 else ()
        lines = tuple(_lines(text_page, frames(rules)))
        yield Page(number + 1, lines, rules, has_image=not lines and _has_image(page))
        text_page.close()
        page.close()


def _has_image(page: Any) -> bool:
    from pypdfium2 import raw

    kinds = {
        raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page.raw, number))
        for number in range(min(raw.FPDFPage_CountObjects(page.raw), 1000))
    }
    return bool(kinds & {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM})


def _lines(text_page: Any, tables: list[Frame]) -> Iterator[Line]:
    """The page's lines in file order, with the words' boxes where they may matter."""
    from pypdfium2 import raw

    count = text_page.count_chars()
    if count <= 0:
        return
    if count > MOST_CHARACTERS:
        raise MemoryError("more text on one page than a page can hold")
    text = text_page.get_text_range()
    handle = text_page.raw
    # The text may leave characters out that the list of characters has; pdfium translates between the two.
    place: Callable[[int], int] = _same if len(text) == count else partial(raw.FPDFText_GetCharIndexFromTextIndex, handle)
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    measure = raw.FPDFText_GetLooseCharBox
    for match in _LINE.finditer(text):
        piece = match.group()
        bare = piece.strip().replace("\ufffe", "\x02")
        if not bare:
            continue
        start = match.start() + len(piece) - len(piece.lstrip())
        measure(handle, place(start), pointer)
        first = Rule(box.left, box.bottom, box.right, box.top)
        measure(handle, place(start + len(bare) - 1), pointer)
        turn = _quarter(raw.FPDFText_GetCharAngle(handle, place(start)))
        left, bottom, _, top = _turned(first, turn)
        right = _turned(Rule(box.left, box.bottom, box.right, box.top), turn).right
        words: tuple[Word, ...] = ()
        inside = tables and any(frame.holds((left + right) / 2, (bottom + top) / 2) for frame in tables)
        if inside or _has_gaps(bare, right - left, top - bottom):
            words = tuple(_words(handle, bare, start, place, turn))
        yield Line(bare, left, right, bottom, top, words)


def _same(at: int) -> int:
    return at


def _words(handle: Any, text: str, start: int, place: Callable[[int], int], turn: int) -> Iterator[Word]:
    """Words with their two ends along the line. Digits are all of one width, which saves every second call in tables of figures."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    measure = raw.FPDFText_GetLooseCharBox
    digit = 0.0
    for match in _WORD.finditer(text):
        word = match.group()
        measure(handle, place(start + match.start()), pointer)
        left, right = _ends(box, turn)
        if word.isdigit():
            digit = digit or right - left
            right = left + digit * len(word)
        elif len(word) > 1:
            measure(handle, place(start + match.end() - 1), pointer)
            right = _ends(box, turn)[1]
        yield Word(word, left, right)


def _ends(box: Any, turn: int) -> tuple[float, float]:
    if turn == 0:
        return box.left, box.right
    if turn == 3:
        return box.bottom, box.top
    return (-box.top, -box.bottom) if turn == 1 else (-box.right, -box.left)


def _quarter(angle: float) -> int:
    """Quarter turns, clockwise as pdfium counts them, of a letter: 3 is text that runs up the page."""
    return round(angle / (math.pi / 2)) % 4 if angle >= 0 else 0


def _turn(text_page: Any) -> int:
    """The quarter turns most of a page's letters have: tables are often set sideways."""
    from pypdfium2 import raw

    count = text_page.count_chars()
    if count <= 0:
        return 0
    turns = Counter(_quarter(raw.FPDFText_GetCharAngle(text_page.raw, at)) for at in range(0, count, max(1, count // 25)))
    return turns.most_common(1)[0][0]


def _turned(box: Rule, turn: int) -> Rule:
    """The box on a page turned so that its text stands upright."""
    left, bottom, right, top = box
    if turn == 3:
        return Rule(bottom, -right, top, -left)
    if turn == 1:
        return Rule(-top, left, -bottom, right)
    return Rule(-right, -top, -left, -bottom) if turn == 2 else box


def _has_gaps(text: str, width: float, height: float) -> bool:
    """The line is wider than its letters, or mostly figures."""
    if " " not in text:
        return False
    if width > WIDE_CHARACTER * height * len(text):
        return True
    digits = sum(map(str.isdigit, text))
    return 2 * digits > len(text) - text.count(" ")


def _rules(page: Any) -> Iterator[Rule]:
    """Straight strokes drawn on the page: lines, thin bars, and the sides of drawn boxes."""
    from pypdfium2 import raw

    handle = page.raw
    count = raw.FPDFPage_CountObjects(handle)
    if count > MOST_OBJECTS:
        return
    sides = [ctypes.c_float() for _ in range(4)]
    pointers = [ctypes.byref(side) for side in sides]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    page_height = page.get_height()
    for number in range(count):
        item = raw.FPDFPage_GetObject(handle, number)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH or not raw.FPDFPageObj_GetBounds(item, *pointers):
            continue
        left, bottom, right, top = (side.value for side in sides)
        wide, tall = right - left, top - bottom
        if tall <= THICKEST and wide >= SHORTEST:
            middle = (top + bottom) / 2
            yield Rule(left, middle, right, middle)
        elif wide <= THICKEST and tall >= SHORTEST:
            middle = (left + right) / 2
            yield Rule(middle, bottom, middle, top)
        elif wide > SHORTEST and tall > SHORTEST and tall < 0.85 * page_height and raw.FPDFPath_CountSegments(item) <= 5:
            raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
            if stroke.value:
                yield from (
                    Rule(left, bottom, right, bottom),
                    Rule(left, top, right, top),
                    Rule(left, bottom, left, top),
                    Rule(right, bottom, right, top),
                )
