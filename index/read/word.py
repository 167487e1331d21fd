"""Word files (.docx). python-docx lives here: it opens the package; the body is walked as XML, because its `paragraph.text`
leaves out inserted (tracked) text, content controls and text boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from index.read.document import Document, RawBlock, compose
from index.read.grid import GridCell, is_layout, table_blocks
from index.read.legacy import mended
from index.read.structure import classify, heading_level, is_caption, settle

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset(
    (
        f"{_W}del",
        f"{_W}moveFrom",
        f"{_W}txbxContent",
        f"{_W}pPr",
        f"{_W}rPr",
        f"{_W}tcPr",
        f"{_W}instrText",
        f"{_W}delText",
        _FALLBACK,
    )
)
_HEADING_STYLE = re.compile(r"^(?:heading|tiêu đề|đề mục)\s*(\d)", re.IGNORECASE)
_NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph style says: heading level (0 none, -1 title), bold, part of a list."""

    level: int = 0
    bold: bool = False
    listed: bool = False


@dataclass(slots=True)
class _Place:
    """Where the walk is: the page, and which marks count as page breaks."""

    page: int
    breaks: str  # "rendered": Word's own record of its last layout; "explicit": breaks typed by the author
    table: int = 0


def read_docx(data: bytes, name: str) -> Document:
    """A .docx file. Pages are those Word laid out last, where it recorded them, else those its explicit breaks make."""
    import docx

    document = docx.Document(BytesIO(data))
    body = document.element.body
    rendered = next(body.iter(f"{_W}lastRenderedPageBreak"), None) is not None
    place = _Place(1, "rendered" if rendered else "explicit")
    styles = _styles(document)
    raw = list(_blocks(body, styles, place))
    raw.extend(_footnotes(document, place.page))
    text, blocks = compose(settle(raw))
    properties = document.core_properties
    created = properties.created or properties.modified
    template = properties.author == "python-docx" and created is not None and created.year == 2013
    return Document(
        text,
        blocks,
        "docx",
        pages=place.page,
        title=(properties.title or "").strip(),
        date=created.date().isoformat() if created and not template else "",
    )


def _styles(document: Any) -> dict[str, Style]:
    """Style id -> what it says, its base styles included."""
    nodes = {node.get(f"{_W}styleId"): node for node in document.styles.element.iter(f"{_W}style")}
    found: dict[str, Style] = {}
    for key in nodes:
        chain: list[str | None] = []
        at = key
        while at in nodes and at not in chain and len(chain) < 20:
            chain.append(at)
            based = nodes[at].find(f"{_W}basedOn")
            at = based.get(f"{_W}val") if based is not None else None
        found[key or ""] = _style([nodes[link] for link in chain])
    return found


def _style(chain: list[Any]) -> Style:
    level = 0
    bold: bool | None = None
    listed = False
    for node in chain:
        named = node.find(f"{_W}name")
        label = (named.get(f"{_W}val") or "") if named is not None else ""
        heading = _HEADING_STYLE.match(label)
        outline = node.find(f"{_W}pPr/{_W}outlineLvl")
        if not level and label.lower() == "title":
            level = -1
        elif not level and heading:
            level = int(heading.group(1))
        elif not level and outline is not None and (outline.get(f"{_W}val") or "9") < "9":
            level = int(outline.get(f"{_W}val")) + 1
        mark = node.find(f"{_W}rPr/{_W}b")
        bold = _is_on(mark) if bold is None and mark is not None else bold
        listed = listed or label.lower().startswith("list") or node.find(f"{_W}pPr/{_W}numPr") is not None
    return Style(level, bool(bold), listed)


def _is_on(mark: Any) -> bool:
    return mark is not None and (mark.get(f"{_W}val") or "1") not in ("0", "false", "off")


def _blocks(body: Any, styles: dict[str, Style], place: _Place) -> Iterator[RawBlock]:
    """Paragraphs and tables in order, content controls opened."""
    waiting = [iter(body)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == f"{_W}p":
            yield from _paragraph(node, styles, place)
        elif node.tag == f"{_W}tbl":
            yield from _table(node, styles, place)
        elif node.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"):
            waiting.append(iter(node))


def _paragraph(node: Any, styles: dict[str, Style], place: _Place) -> Iterator[RawBlock]:
    text, page = _text(node, place)
    properties = node.find(f"{_W}pPr")
    style = Style()
    if properties is not None:
        named = properties.find(f"{_W}pStyle")
        style = styles.get(named.get(f"{_W}val") if named is not None else "", style)
    if text.strip():
        yield _classified(text.strip(), node, style, properties, page)
    for box in _text_boxes(node):
        yield from _blocks(box, styles, place)


def _classified(text: str, node: Any, style: Style, properties: Any, page: int) -> RawBlock:
    numbered = properties is not None and properties.find(f"{_W}numPr") is not None
    outline = properties.find(f"{_W}outlineLvl") if properties is not None else None
    level = int(outline.get(f"{_W}val") or 9) + 1 if outline is not None else style.level
    if is_caption(text):
        return RawBlock("caption", text, page)
    if level == -1:
        named = text.lower() not in ("mục lục", "contents", "table of contents")
        return RawBlock("title" if named else "heading", text, page, 0 if named else 1)
    if 0 < level < 10 and len(text) <= 300:
        return RawBlock("heading", text, page, level)
    bold = _is_bold(node, style)
    if (numbered or style.listed) and not heading_level(text, bold=bold):
        return RawBlock("item", text, page)
    return classify(text, page=page, bold=bold)


def _text(node: Any, place: _Place) -> tuple[str, int]:
    """A paragraph's words and the page they begin on; `place.page` moves past the breaks inside."""
    pieces: list[str] = []
    page = 0
    waiting = [iter(node)]
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
            continue
        tag = part.tag
        if tag == f"{_W}t":
            page = page or place.page
            pieces.append(part.text or "")
        elif tag == f"{_W}tab":
            pieces.append("\t")
        elif tag == f"{_W}lastRenderedPageBreak":
            place.page += place.breaks == "rendered"
        elif tag == f"{_W}br":
            if part.get(f"{_W}type") == "page":
                place.page += place.breaks == "explicit"
            pieces.append("\n")
        elif tag == f"{_W}cr":
            pieces.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif tag not in _SKIPPED:
            waiting.append(iter(part))
    return mended("".join(pieces)), page or place.page


def _text_boxes(node: Any) -> Iterator[Any]:
    for box in node.iter(f"{_W}txbxContent"):
        inner = any(parent.tag in (_FALLBACK, f"{_W}txbxContent") for parent in box.iterancestors())
        if not inner:
            yield box


def _is_bold(node: Any, style: Style) -> bool:
    """Every run that shows a letter is bold."""
    seen = False
    for run in node.iter(f"{_W}r"):
        if not any((part.text or "").strip() for part in run.findall(f"{_W}t")):
            continue
        seen = True
        mark = run.find(f"{_W}rPr/{_W}b")
        if not (_is_on(mark) if mark is not None else style.bold):
            return False
    return seen


def _table(node: Any, styles: dict[str, Style], place: _Place) -> Iterator[RawBlock]:
    rows: list[list[list[Any]]] = []  # cells as [text, bold, columns, rows]
    pages: list[int] = []
    open_cells: dict[int, list[Any]] = {}  # column -> the merged cell that goes on below
    repeated = 0
    for row in _rows(node):
        pages.append(0)
        cells: list[list[Any]] = []
        skipped = row.find(f"{_W}trPr/{_W}gridBefore")
        at = min(int(skipped.get(f"{_W}val") or 0), 60) if skipped is not None else 0
        cells.extend(["", False, 1, 1] for _ in range(at))
        for cell in _cells(row):
            width = _int(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            text, bold, page = _cell_text(cell, styles, place)
            pages[-1] = pages[-1] or page
            if merge is not None and merge.get(f"{_W}val") != "restart" and at in open_cells:
                open_cells[at][3] += 1
                open_cells[at][0] = f"{open_cells[at][0]} {text}".strip()
            else:
                cells.append([text, bold, width, 1])
                open_cells.pop(at, None)
                if merge is not None:
                    open_cells[at] = cells[-1]
            at += width
        rows.append(cells)
        mark = row.find(f"{_W}trPr/{_W}tblHeader")
        repeated += int(mark is not None and _is_on(mark) and repeated == len(rows) - 1)
    yield from _emit(rows, pages, repeated, place)


def _emit(rows: list[list[list[Any]]], pages: list[int], repeated: int, place: _Place) -> Iterator[RawBlock]:
    grid = [[GridCell(*cell) for cell in ([text, bold, width, height] for text, bold, width, height in row)] for row in rows]
    if is_layout(grid):
        for row, page in zip(grid, pages, strict=True):
            for cell in row:
                for line in cell.text.split("\n"):
                    if line.strip():
                        yield classify(line.strip(), page=page or place.page)
        return
    place.table += 1
    yield from table_blocks(grid, table=place.table, header_rows=repeated, pages=[page or place.page for page in pages])


def _rows(table: Any) -> Iterator[Any]:
    for node in table.iter(f"{_W}tr"):
        if next(node.iterancestors(f"{_W}tbl")) is table:
            yield node


def _cells(row: Any) -> Iterator[Any]:
    for node in row.iter(f"{_W}tc"):
        if next(node.iterancestors(f"{_W}tr")) is row:
            yield node


def _cell_text(cell: Any, styles: dict[str, Style], place: _Place) -> tuple[str, bool, int]:
    """Words of a cell (its paragraphs on lines of their own, nested tables included), whether all are bold, and their page."""
    lines: list[str] = []
    bold = True
    page = 0
    for paragraph in cell.iter(f"{_W}p"):
        if any(parent.tag in (_FALLBACK, f"{_W}del") for parent in paragraph.iterancestors()):
            continue
        text, on = _text(paragraph, place)
        if text.strip():
            page = page or on
            lines.append(text.strip())
            bold = bold and _is_bold(paragraph, Style())
    return "\n".join(lines), bold and bool(lines), page


def _int(node: Any, default: int) -> int:
    value = node.get(f"{_W}val") or "" if node is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _footnotes(document: Any, page: int) -> Iterator[RawBlock]:
    """Footnotes after the body: their marks in the text carry no words."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype != _NOTES or relation.is_external:
            continue
        for note in parse_xml(relation.target_part.blob).iter(f"{_W}footnote"):
            if note.get(f"{_W}type") in ("separator", "continuationSeparator", "continuationNotice"):
                continue
            text = " ".join(_text(paragraph, _Place(page, "none"))[0].strip() for paragraph in note.iter(f"{_W}p")).strip()
            if text:
                yield RawBlock("note", text, page)
