"""Word files (.docx): the body's paragraphs and tables in order, with what python-docx's `paragraph.text` leaves out: tracked
insertions, content controls, text boxes, footnotes, and the numbers Word makes before headings and list items.

Deleted and hidden text is left out. Pages are those Word laid out last, where it recorded them; else they are not known, and the
document has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.read.document import Document, RawBlock, compose
from index.read.grid import GridCell, is_layout, table_blocks
from index.read.structure import LONGEST_HEADING, classify, heading_level, is_caption, settle
from index.read.word_numbers import Numbers
from index.read.word_package import FALLBACK, Package, W
from index.read.word_text import (
    VAL,
    Style,
    Walk,
    is_bold,
    is_on,
    mark_of,
    number,
    read_notes,
    read_styles,
    style_of,
    words_of,
)

ONE_PAGE = 1_500  # characters that stand on one page at any size of type an office uses
NO_PAGES = "Word kept no page numbers in this file: places in it are given without a page."
MOST_HEADER_ROWS = 8  # rows of a table whose bold type is looked at
_P, _TBL, _TR, _TC, _DEL, _BOX = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}del", f"{W}txbxContent"
_OPENED = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_SPAN, _MERGE, _BEFORE = f"{W}tcPr/{W}gridSpan", f"{W}tcPr/{W}vMerge", f"{W}trPr/{W}gridBefore"
_HEADER, _ROW_DELETED, _CELL_DELETED = f"{W}trPr/{W}tblHeader", f"{W}trPr/{W}del", f"{W}tcPr/{W}cellDel"


def read_docx(data: bytes, name: str) -> Document:
    """A .docx file."""
    package = Package(data)
    walk = Walk(
        styles=read_styles(package.part("styles")),
        numbers=Numbers(package.part("numbering")),
        notes=read_notes({"footnote": package.part("footnotes"), "endnote": package.part("endnotes")}),
        breaks="rendered" if package.has_pages else "none",
        is_plain=package.is_plain,
    )
    text, blocks = compose(settle([block for node in package.body() for block in _blocks(node, walk)]))
    title, date = package.properties()
    unknown = not package.has_pages and len(text) > ONE_PAGE
    return Document(text, blocks, "docx", pages=walk.page, title=title, date=date, notes=(NO_PAGES,) if unknown else ())


def _blocks(root: Any, walk: Walk) -> Iterator[RawBlock]:
    """Paragraphs and tables in order, content controls opened."""
    waiting = [iter((root,))]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == _P:
            yield from _paragraph(node, walk)
        elif node.tag == _TBL:
            yield from _table(node, walk)
        elif node.tag in _OPENED:
            waiting.append(iter(node))


def _paragraph(node: Any, walk: Walk) -> Iterator[RawBlock]:
    text, page = words_of(node, walk)
    properties, style = style_of(node, walk)
    mark = mark_of(properties, style, walk)
    if text:
        yield _classified(f"{mark} {text}" if mark else text, node, style, properties, page)
    if walk.waiting:
        yield from walk.take_notes()
    if not walk.is_plain:
        for box in _text_boxes(node):
            for inner in box:
                yield from _blocks(inner, walk)


def _classified(text: str, node: Any, style: Style, properties: Any | None, page: int) -> RawBlock:
    numbered = properties is not None and properties.find(f"{W}numPr") is not None
    outline = properties.find(f"{W}outlineLvl") if properties is not None else None
    level = number(outline, 9) + 1 if outline is not None else style.level
    if is_caption(text):
        return RawBlock("caption", text, page)
    if level == -1:
        named = text.lower() not in ("mục lục", "contents", "table of contents")
        return RawBlock("title" if named else "heading", text, page, 0 if named else 1)
    if 0 < level < 10 and len(text) <= 300:
        return RawBlock("heading", text, page, level)
    bold = len(text) <= LONGEST_HEADING and is_bold(node, style)
    if (numbered or style.listed) and not heading_level(text, bold=bold):
        return RawBlock("item", text, page)
    return classify(text, page=page, bold=bold)


def _text_boxes(node: Any) -> Iterator[Any]:
    for box in node.iter(_BOX):
        if not any(parent.tag in (FALLBACK, _BOX) for parent in box.iterancestors()):
            yield box


def _table(node: Any, walk: Walk) -> Iterator[RawBlock]:
    rows: list[list[list[Any]]] = []  # cells as [text, bold, columns, rows]
    pages: list[int] = []
    open_cells: dict[int, list[Any]] = {}  # column -> the merged cell that goes on below
    header = 0
    for row in _inside(node, _TR, _ROW_DELETED):
        pages.append(0)
        at = min(number(row.find(_BEFORE), 0), 60)
        cells: list[list[Any]] = [["", False, 1, 1] for _ in range(at)]
        for cell in _inside(row, _TC, _CELL_DELETED):
            width = number(cell.find(_SPAN), 1)
            merge = cell.find(_MERGE)
            text, bold, page = _cell(cell, walk, with_bold=len(rows) < MOST_HEADER_ROWS)
            pages[-1] = pages[-1] or page
            if merge is not None and merge.get(VAL) != "restart" and at in open_cells:
                open_cells[at][3] += 1
                open_cells[at][0] = f"{open_cells[at][0]} {text}".strip()
            else:
                cells.append([text, bold, width, 1])
                open_cells.pop(at, None)
                if merge is not None:
                    open_cells[at] = cells[-1]
            at += width
        rows.append(cells)
        header += int(header == len(rows) - 1 and is_on(row.find(_HEADER)))
    yield from _records([[GridCell(*cell) for cell in row] for row in rows], pages, header, walk)
    yield from walk.take_notes()


def _records(grid: list[list[GridCell]], pages: list[int], header: int, walk: Walk) -> Iterator[RawBlock]:
    if is_layout(grid):
        for row, page in zip(grid, pages, strict=True):
            for cell in row:
                for line in cell.text.split("\n"):
                    if line.strip():
                        yield classify(line.strip(), page=page or walk.page)
        return
    walk.table += 1
    for at, row in enumerate(grid[:header]):  # an author marks the first row and forgets those its cells reach down to
        header = max(header, *(at + min(cell.rows, MOST_HEADER_ROWS) for cell in row), 0)
    yield from table_blocks(grid, table=walk.table, header_rows=header, pages=[page or walk.page for page in pages])


def _inside(node: Any, tag: str, deleted: str) -> Iterator[Any]:
    """A table's own rows or a row's own cells, content controls opened, deleted ones left out."""
    waiting = [iter(node)]
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
        elif part.tag == tag:
            if part.find(deleted) is None:
                yield part
        elif part.tag in _OPENED:
            waiting.append(iter(part))


def _cell(cell: Any, walk: Walk, *, with_bold: bool) -> tuple[str, bool, int]:
    """Words of a cell (its paragraphs on lines of their own, nested tables included), whether all are bold, and their page."""
    lines: list[str] = []
    bold = with_bold
    page = 0
    for paragraph in cell.iter(_P):
        if not walk.is_plain and any(parent.tag in (FALLBACK, _DEL) for parent in paragraph.iterancestors()):
            continue
        text, on = words_of(paragraph, walk)
        properties, style = style_of(paragraph, walk)
        mark = mark_of(properties, style, walk)
        if mark or text:  # a cell of the column "TT" may hold nothing but its number
            page = page or on
            lines.append(f"{mark} {text}".strip())
            bold = bold and is_bold(paragraph, style)
    return "\n".join(lines), bold and bool(lines), page
