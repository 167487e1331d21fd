"""PowerPoint files (.pptx): each slide a page. python-pptx lives here.

A slide's title is a heading; below it stand its text, tables and charts in the order a reader's eye takes them: whole-width parts
from the top, then columns from the left, groups opened. A chart becomes a table of the values it was drawn from, rows for its
categories and a column for each series. Speaker notes follow their slide as notes. Footers, dates, slide numbers and hidden slides
are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from index.language.detect import detect_language
from index.read.document import Document, RawBlock, compose
from index.read.grid import GridCell, is_layout, table_blocks
from index.read.legacy import mended
from index.read.numbering import list_number
from index.read.structure import DOCUMENT_KINDS, classify, heading_level, is_caption, is_item, settle

MOST_DEPTH = 50  # groups inside groups
MOST_CHART_VALUES = 200_000
MOST_HEADER_ROWS = 8  # rows of a table whose bold type is looked at
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PML = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P, _T, _BR, _XFRM = f"{_A}p", f"{_A}t", f"{_A}br", f"{_A}xfrm"
_GROUP, _FRAME, _BODY, _FRAME_XFRM = f"{_PML}grpSp", f"{_PML}graphicFrame", f"{_PML}txBody", f"{_PML}xfrm"
_PLACEHOLDER, _NAMED = f"{_PML}ph", f"{_PML}cNvPr"
_ON = ("1", "true")
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NUMBERING = {  # ST_TextAutonumberScheme, ECMA-376 20.1.10.61 -> the number's format and what stands round it
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "arabic": "decimal",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}"}


@dataclass(slots=True)
class _Deck:
    """What the walk over the slides keeps: the last table's number, and how a chart's decimals are set off."""

    decimal_comma: bool
    table: int = 0


@dataclass(frozen=True, slots=True)
class _Box:
    """A shape and where it stands, in the units of its slide or group; a shape of no known place has no size."""

    shape: Any
    left: int
    top: int
    right: int
    bottom: int


def read_pptx(data: bytes, name: str) -> Document:
    """A .pptx file; `page` is the number of the slide."""
    import pptx

    presentation = pptx.Presentation(BytesIO(data))
    slides = list(presentation.slides)
    sample = " ".join(node.text or "" for slide in slides[:40] for node in slide._element.iter(f"{_A}t"))
    deck = _Deck(decimal_comma=detect_language(sample) == "vi")
    raw: list[RawBlock] = []
    hidden = 0
    for number, slide in enumerate(slides, 1):
        if slide._element.get("show") in ("0", "false"):
            hidden += 1
            continue
        raw.extend(_slide(slide, number, deck))
    text, blocks = compose(settle(raw))
    properties = presentation.core_properties
    created = properties.created or properties.modified
    template = properties.author == "Steve Canny" and created is not None and created.year == 2013  # python-pptx's own template
    return Document(
        text,
        blocks,
        "pptx",
        pages=max(len(slides), 1),
        title="" if template else (properties.title or "").strip(),
        date=created.date().isoformat() if created and not template else "",
        notes=(f"Hidden slides were left out: {hidden}.",) if hidden else (),
    )


def _slide(slide: Any, page: int, deck: _Deck) -> Iterator[RawBlock]:
    title = slide.shapes.title
    named = " ".join(mended(title.text_frame.text).split()) if title is not None and title.has_text_frame else ""
    if named and page == 1 and not DOCUMENT_KINDS.match(named):
        yield RawBlock("title", named, page)
    elif named:
        yield RawBlock("heading", named, page, heading_level(named) or 1)
    rest = [shape for shape in slide.shapes if title is None or shape._element is not title._element]
    for shape in _in_order(rest):
        yield from _shape(shape, page, deck, 0)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        for paragraph in frame.paragraphs if frame is not None else ():
            if said := _words(paragraph._p):
                yield RawBlock("note", said, page)


def _shape(shape: Any, page: int, deck: _Deck, depth: int) -> Iterator[RawBlock]:
    node = shape._element
    kind = _placeholder(node)
    if kind in ("ftr", "sldNum", "dt", "hdr") or depth > MOST_DEPTH or _is_hidden(node):
        return
    if node.tag == _GROUP:
        for inner in _in_order(list(shape.shapes)):
            yield from _shape(inner, page, deck, depth + 1)
    elif node.tag != _FRAME:
        body = node.find(_BODY)
        if body is not None:
            yield from _paragraphs(body, page, listed=kind in ("body", "obj"))
    elif shape.has_table:
        yield from _table(node, page, deck)
    elif shape.has_chart:
        yield from _chart(shape.chart, page, deck)
    else:
        yield from _diagram(shape, page)


def _placeholder(node: Any) -> str:
    """The kind of placeholder a shape fills: "title", "body", "obj", "ftr" …; "" for none."""
    found = next(node.iter(_PLACEHOLDER), None) if node.tag != _GROUP else None
    return (found.get("type") or "obj") if found is not None else ""


def _is_hidden(node: Any) -> bool:
    named = next(node.iter(_NAMED), None)
    return named is not None and named.get("hidden") in ("1", "true")


def _in_order(shapes: Sequence[Any]) -> list[Any]:
    """Reading order by recursive cuts (Nagy and Seth, "Hierarchical representation of optically scanned documents", ICPR 1984)."""
    placed: list[_Box] = []
    unplaced: list[Any] = []
    for shape in shapes:
        place = _place(shape)
        if place is None:
            unplaced.append(shape)
        else:
            left, top, width, height = place
            placed.append(_Box(shape, left, top, left + max(width, 1), top + max(height, 1)))
    return [box.shape for box in _cut(placed, 0)] + unplaced


def _place(shape: Any) -> tuple[int, int, int, int] | None:
    """Left, top, width and height; a placeholder without its own has those of its layout."""
    frame = next(shape._element.iter(_XFRM, _FRAME_XFRM), None)
    if frame is not None and len(frame) >= 2:
        texts = [frame[0].get("x"), frame[0].get("y"), frame[1].get("cx"), frame[1].get("cy")]
        if all(text and text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 16 for text in texts):
            left, top, width, height = map(int, texts)
            return left, top, width, height
    if not _placeholder(shape._element):
        return None
    place = (shape.left, shape.top, shape.width, shape.height)
    return None if None in place else place


def _cut(boxes: list[_Box], depth: int) -> list[_Box]:
    if len(boxes) < 2 or depth > 30:
        return sorted(boxes, key=lambda box: (box.top, box.left))
    parts = _parts(boxes, columns=True)
    if len(parts) < 2:
        parts = _bands(boxes)
    if len(parts) < 2:
        return sorted(boxes, key=lambda box: (box.top, box.left))
    return [box for part in parts for box in _cut(part, depth + 1)]


def _bands(boxes: Sequence[_Box]) -> list[list[_Box]]:
    """Boxes apart from top to bottom; bands that share their columns stay together, so that each column is read to its end."""
    bands: list[list[_Box]] = []
    for band in _parts(boxes, columns=False):
        if bands and len(band) > 1 and len(bands[-1]) > 1 and len(_parts([*bands[-1], *band], columns=True)) > 1:
            bands[-1] += band
        else:
            bands.append(band)
    return bands


def _parts(boxes: Sequence[_Box], *, columns: bool) -> list[list[_Box]]:
    """Boxes apart by a clear gap, from the left (`columns`) or from the top. They may overlap by a twentieth of the smaller one."""
    spans = sorted((((box.left, box.right) if columns else (box.top, box.bottom)), at) for at, box in enumerate(boxes))
    parts: list[list[_Box]] = []
    reach = 0
    for (start, end), at in spans:
        if not parts or start < reach - (end - start) // 20:
            parts[-1:] = [[*(parts[-1] if parts else []), boxes[at]]]
            reach = max(reach, end) if len(parts[-1]) > 1 else end
        else:
            parts.append([boxes[at]])
            reach = end
    return parts


def _paragraphs(body: Any, page: int, *, listed: bool) -> Iterator[RawBlock]:
    """Paragraphs with the numbers PowerPoint shows before them; those of a placeholder for a list are its items."""
    counts: dict[int, int] = {}
    paragraphs = [(node, _words(node)) for node in body.iter(_P)]
    several = len([words for _, words in paragraphs if words]) > 1
    for node, words in paragraphs:
        if not words:
            continue
        properties = node.find(f"{_A}pPr")
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        mark = _number(properties, level, counts)
        text = f"{mark} {words}" if mark else words
        plain = properties is not None and properties.find(f"{_A}buNone") is not None
        bullet = properties is not None and (mark or properties.find(f"{_A}buChar") is not None)
        if is_caption(words) or plain or not (bullet or (listed and several)):
            yield classify(text, page=page)
        else:
            yield RawBlock("item" if not heading_level(text) or is_item(text) else "heading", text, page, heading_level(text))


def _number(properties: Any, level: int, counts: dict[int, int]) -> str:
    """ "1.", "a)", "II." where the paragraph is numbered by itself. `counts`: numbers given so far, by level."""
    node = properties.find(f"{_A}buAutoNum") if properties is not None else None
    for deeper in [known for known in counts if known > level]:
        del counts[deeper]
    if node is None:
        counts.pop(level, None)
        return ""
    start = node.get("startAt") or "1"
    counts[level] = counts[level] + 1 if level in counts else (int(start) if start.isascii() and start.isdigit() else 1)
    scheme = node.get("type") or "arabicPeriod"
    for prefix, style in _NUMBERING.items():
        if scheme.startswith(prefix):
            return _AROUND.get(scheme.removeprefix(prefix), "{}.").format(list_number(counts[level], style))
    return f"{counts[level]}."


def _words(node: Any) -> str:
    """A paragraph's words; its line breaks part words, fields (slide numbers, dates) count as shown."""
    pieces = [(part.text or "") if part.tag == _T else " " for part in node.iter(_T, _BR)]
    return " ".join(mended("".join(pieces)).split())


def _table(frame: Any, page: int, deck: _Deck) -> Iterator[RawBlock]:
    rows: list[list[GridCell]] = []
    for row in frame.iter(f"{_A}tr"):
        cells: list[GridCell] = []
        for cell in row.iter(f"{_A}tc"):
            if cell.get("hMerge") in _ON or cell.get("vMerge") in _ON:
                continue
            words = "\n".join(line for paragraph in cell.iter(_P) if (line := _words(paragraph)))
            bold = [mark.get("b") for mark in cell.iter(f"{_A}rPr")] if len(rows) < MOST_HEADER_ROWS else []
            header = bool(words) and bool(bold) and all(mark in _ON for mark in bold)
            cells.append(GridCell(words, header, _span(cell, "gridSpan"), _span(cell, "rowSpan")))
        rows.append(cells)
    if is_layout(rows):
        for row_cells in rows:
            for cell in row_cells:
                yield from (classify(line, page=page) for line in cell.text.split("\n") if line)
        return
    deck.table += 1
    yield from table_blocks(rows, table=deck.table, page=page)


def _span(cell: Any, name: str) -> int:
    count = cell.get(name) or "1"
    return max(1, int(count)) if count.isascii() and count.isdigit() and len(count) < 6 else 1


def _chart(chart: Any, page: int, deck: _Deck) -> Iterator[RawBlock]:
    """The title as caption, and the values kept in the file, as its number format shows them, category by category."""
    if chart.has_title and chart.chart_title.has_text_frame and (title := " ".join(chart.chart_title.text_frame.text.split())):
        yield RawBlock("caption", mended(title), page)
    for plot in chart.plots:
        series = [one for one in plot.series if one is not None]
        categories = _categories(plot) if series else []
        if not series or len(categories) * len(series) > MOST_CHART_VALUES:
            continue
        columns = [_values(one, deck) for one in series]
        length = max(len(categories), max(map(len, columns)))
        rows = [[GridCell("", True), *(GridCell(mended(str(one.name or "")), True) for one in series)]]
        for at in range(length):
            label = mended(categories[at]) if at < len(categories) else ""
            rows.append([GridCell(label or str(at + 1)), *(GridCell(column.get(at, "")) for column in columns)])
        deck.table += 1
        yield from table_blocks(rows, table=deck.table, page=page, header_rows=1)


def _categories(plot: Any) -> list[str]:
    """The labels of a plot's categories, outer levels first; dates, which are stored as days since 1900, written out."""
    labels = [" / ".join(map(str, levels[::-1])) for levels in plot.categories.flattened_labels]
    node = next((part for part in plot._element.iter() if isinstance(part.tag, str) and part.tag.endswith("}cat")), None)
    code = next((part.text or "" for part in node.iter() if str(part.tag).endswith("}formatCode")), "") if node is not None else ""
    return [_date(label, code.lower()) for label in labels] if "y" in code.lower() else labels


def _date(days: str, code: str) -> str:
    if not days.replace(".", "", 1).isascii() or not days.replace(".", "", 1).isdigit() or not 0 < float(days) < 2_958_466:
        return days
    date = datetime(1899, 12, 30) + timedelta(days=float(days))
    return date.strftime("%d/%m/%Y" if "d" in code else "%m/%Y" if "m" in code else "%Y")


def _values(series: Any, deck: _Deck) -> dict[int, str]:
    """The values of a series by the number of their category, written as their format has them."""
    cache = next((node for node in series._element.iter() if isinstance(node.tag, str) and node.tag.endswith("}val")), None)
    if cache is None:
        cache = next((node for node in series._element.iter() if isinstance(node.tag, str) and node.tag.endswith("}yVal")), None)
    if cache is None:
        return {}
    space = cache.tag[: cache.tag.index("}") + 1]
    shared = next((node.text or "" for node in cache.iter(f"{space}formatCode")), "General")
    found: dict[int, str] = {}
    for point in cache.iter(f"{space}pt"):
        index, value = point.get("idx") or "", point.find(f"{space}v")
        if index.isascii() and index.isdigit() and value is not None and value.text:
            found[int(index)] = shown_value(value.text, point.get("formatCode") or shared, decimal_comma=deck.decimal_comma)
    return found


def shown_value(stored: str, format_code: str, *, decimal_comma: bool) -> str:
    """A chart's stored value as a reader sees it: ("0.851", "0.0%") -> "85,1%"; at most as many decimals as its format shows."""
    try:
        value = float(stored)
    except ValueError:
        return stored.strip()
    code = format_code.split(";")[0]
    percent = code.count("%") > 0
    if percent:
        value *= 100
    body = code.split("%")[0]
    if "General" in code or not any(mark in body for mark in "0#"):
        shown = f"{value:.10g}" if abs(value) < 1e15 else f"{value:g}"
        if "e" in shown:
            shown = f"{value:f}".rstrip("0").rstrip(".")
        grouped = False
    else:
        decimals = body.partition(".")[2]
        shown = f"{value:.{min(len([mark for mark in decimals if mark in '0#?']), 10)}f}"
        if "#" in decimals and "." in shown:
            shown = shown.rstrip("0").rstrip(".") if "0" not in decimals else shown
        grouped = "," in body.partition(".")[0]
    return _with_marks(shown, grouped=grouped, decimal_comma=decimal_comma) + ("%" if percent else "")


def _with_marks(shown: str, *, grouped: bool, decimal_comma: bool) -> str:
    whole, _, decimals = shown.partition(".")
    sign = "-" if whole.startswith("-") else ""
    digits = whole.lstrip("-")
    if grouped:
        digits = f"{int(digits):,}"
    if decimal_comma:
        digits = digits.replace(",", ".")
    return f"{sign}{digits}" + (f"{',' if decimal_comma else '.'}{decimals}" if decimals else "")


def _diagram(shape: Any, page: int) -> Iterator[RawBlock]:
    """The words of a SmartArt drawing, which lie in a part of their own, one point an item."""
    node = next(shape._element.iter(f"{{{_DIAGRAM}}}relIds"), None)
    relation = node.get(f"{_R}dm") if node is not None else None
    if not relation or relation not in shape.part.rels or shape.part.rels[relation].is_external:
        return
    from pptx.oxml import parse_xml

    for point in parse_xml(shape.part.rels[relation].target_part.blob).iter(f"{{{_DIAGRAM}}}pt"):
        if point.get("type") in (None, "node", "asst"):
            for paragraph in point.iter(f"{_A}p"):
                if words := _words(paragraph):
                    yield classify(words, page=page)._replace(kind="item", level=0)
