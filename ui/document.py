"""A report as HTML with one place in it marked: the source panel. Pure.

A long report is shown as a window of whole blocks around the citation, at most `WINDOW` characters of its text at once;
`move_window` shifts it up or down. Blocks keep their pages (separators), headings and tables (real tables).
"""

from __future__ import annotations

from typing import NamedTuple

from index.records import Block, Language, Report
from ui.i18n import text
from ui.render import PAGE_KINDS, escape_html

WINDOW = 60_000  # characters of report text in one view; with its tags about 200 kB
STEP = 30_000  # characters that "show more" brings in
LONG_TABLE = 12  # rows; a longer one scrolls inside itself, under its header
WIDE_TABLE = 4  # columns; of a wider one the first stays in view

_TABLE_KINDS = ("table_header", "table_row")


class Window(NamedTuple):
    """Blocks [first, last) of a report."""

    first: int
    last: int


class Cited(NamedTuple):
    """Characters [start, end) of a report's text, and those of the figure among them, (0, 0) for none."""

    start: int
    end: int
    value: tuple[int, int] = (0, 0)


NOT_CITED = Cited(-1, -1)


def blocks_of(report: Report) -> tuple[Block, ...]:
    """The report's blocks; paragraphs between blank lines where it has none."""
    if report.blocks:
        return report.blocks
    blocks, at = [], 0
    for piece in report.text.split("\n\n"):
        if piece.strip():
            blocks.append(Block("paragraph", at, at + len(piece)))
        at += len(piece) + 2
    return tuple(blocks)


def window_around(blocks: tuple[Block, ...], start: int, end: int, size: int = WINDOW) -> Window:
    """The blocks that hold [start, end), and as many on either side as fit into `size` characters."""
    touched = [number for number, block in enumerate(blocks) if block.start < end and start < block.end]
    first = (
        touched[0]
        if touched
        else next((number for number, block in enumerate(blocks) if block.end > start), max(len(blocks) - 1, 0))
    )
    last = touched[-1] + 1 if touched else min(first + 1, len(blocks))
    return _grow(blocks, Window(first, last), size)


def move_window(blocks: tuple[Block, ...], window: Window, direction: str, step: int = STEP, size: int = WINDOW) -> Window:
    """The window grown by about `step` characters "up" or "down", and cut at its other end where it passes twice `size`."""
    first, last = max(0, min(window.first, len(blocks))), max(0, min(window.last, len(blocks)))
    room = step
    while room > 0 and (first > 0 if direction == "up" else last < len(blocks)):
        if direction == "up":
            first -= 1
            room -= blocks[first].end - blocks[first].start
        else:
            room -= blocks[last].end - blocks[last].start
            last += 1
    while last - first > 1 and blocks[last - 1].end - blocks[first].start > 2 * size:
        first, last = (first, last - 1) if direction == "up" else (first + 1, last)
    return Window(first, last)


def source_html(
    report: Report, start: int, end: int, language: Language, window: Window | None = None, value: tuple[int, int] = (0, 0)
) -> str:
    """The body of the source panel: the report's text in a window, characters [start, end) inside `<mark>` (none if start == end),
    those of `value` among them set off.

    The first mark has the id "ra-cited". Needs 0 <= start <= end <= len(report.text), else ValueError.
    """
    if not 0 <= start <= end <= len(report.text):
        raise ValueError(f"[{start}, {end}) is outside the report's {len(report.text)} characters")
    blocks = blocks_of(report)
    cited = Cited(start, end, value)
    window = window or window_around(blocks, start, end)
    first, last = max(0, window.first), min(len(blocks), window.last)
    parts = [_edge(first == 0, "up", language)]
    page, number = 0, first
    while number < last:
        block = blocks[number]
        if block.page != page and report.pages > 1:
            page = block.page
            parts.append(_page_edge(report, blocks, number, language))
        if block.kind in _TABLE_KINDS:
            stop = _table_end(blocks, number, last)
            parts.append(_table(report, blocks[number:stop], _header_above(blocks, number), cited))
            number = stop
        else:
            parts.append(_paragraph(report, block, cited))
            number += 1
    parts.append(_edge(last == len(blocks), "down", language))
    body = "".join(parts).replace("<mark>", '<mark id="ra-cited" tabindex="-1">', 1)
    return f'<div class="ra-text" lang="{report.language}" data-first="{first}" data-last="{last}">{body}</div>'


def heading_path(report: Report, start: int) -> str:
    """The headings above a character, joined by " › "; "" above the first."""
    path: list[Block] = []
    for block in report.blocks:
        if block.start > start:
            break
        if block.kind == "heading":
            path = [held for held in path if held.level < block.level] + [block]
    return " › ".join(report.text[block.start : block.end] for block in path)


def page_at(report: Report, start: int) -> int:
    """The page, from 1, on which a character stands."""
    page = 1
    for block in report.blocks:
        if block.start > start:
            break
        page = block.page
    return page


def _grow(blocks: tuple[Block, ...], window: Window, size: int) -> Window:
    first, last = window
    room = size - sum(block.end - block.start for block in blocks[first:last])
    while room > 0 and (first > 0 or last < len(blocks)):
        if first > 0:
            first -= 1
            room -= blocks[first].end - blocks[first].start
        if last < len(blocks):
            room -= blocks[last].end - blocks[last].start
            last += 1
    return Window(first, last)


def _marked(whole: str, low: int, high: int, cited: Cited) -> str:
    """Characters [low, high) of the text as HTML, those that are cited too marked, the figure among them set off."""
    left, right = max(low, cited.start), min(high, cited.end)
    if left >= right:
        return escape_html(whole[low:high])
    first, last = (min(max(edge, left), right) for edge in cited.value)
    inside = escape_html(whole[left:right])
    if first < last:
        inside = f"{escape_html(whole[left:first])}<b>{escape_html(whole[first:last])}</b>{escape_html(whole[last:right])}"
    return f"{escape_html(whole[low:left])}<mark>{inside}</mark>{escape_html(whole[right:high])}"


def _paragraph(report: Report, block: Block, cited: Cited) -> str:
    content = _marked(report.text, block.start, block.end, cited).replace("\n", "<br>")
    if block.kind == "title":
        return f'<p class="ra-doc-title">{content}</p>'
    if block.kind == "heading":
        return f'<p class="ra-doc-heading" role="heading" aria-level="{min(max(block.level, 1) + 2, 6)}">{content}</p>'
    return f'<p class="ra-doc-{block.kind}">{content}</p>'


def _page_edge(report: Report, blocks: tuple[Block, ...], number: int, language: Language) -> str:
    """The line between two pages; between two sheets it bears the sheet's name."""
    block = blocks[number]
    kind = PAGE_KINDS.get(report.format, "page")
    if kind == "sheet" and (heading := heading_path(report, block.start)):
        label = text(language, "source.sheet", name=heading.split(" › ")[0])
    else:
        label = (
            text(language, "source.slide", page=block.page) if kind == "slide" else text(language, "source.page", page=block.page)
        )
    shown = escape_html(label)
    return f'<div class="ra-page" role="separator" aria-label="{shown}"><span>{shown}</span></div>'


def _table_end(blocks: tuple[Block, ...], number: int, last: int) -> int:
    """One after the last row of the table that begins at `number`, on its page and before `last`."""
    first = blocks[number]
    stop = number + 1
    while (
        stop < last and blocks[stop].kind in _TABLE_KINDS and (blocks[stop].table, blocks[stop].page) == (first.table, first.page)
    ):
        stop += 1
    return stop


def _header_above(blocks: tuple[Block, ...], number: int) -> tuple[Block, ...]:
    """The header rows of a table that is shown from its middle on: it began overleaf, or above the window."""
    first = blocks[number]
    if first.kind == "table_header" or not first.table:
        return ()
    rows: list[Block] = []
    at = number - 1
    while at >= 0 and (blocks[at].table in (0, first.table)):  # notes and page edges may stand between
        if blocks[at].table and blocks[at].kind == "table_header":
            rows.insert(0, blocks[at])
        elif rows:
            break
        at -= 1
    return tuple(rows)


def _table(report: Report, rows: tuple[Block, ...], above: tuple[Block, ...], cited: Cited) -> str:
    """A table whose header stays in view while it is scrolled; `above`: header rows that stand before what is shown."""
    heads = [row for row in rows if row.kind == "table_header"] if not above else []
    heads = heads if list(rows[: len(heads)]) == heads else []  # header rows in the middle of a table stay there
    top = "".join(_row(report, row, NOT_CITED) for row in above) + "".join(_row(report, row, cited) for row in heads)
    body = "".join(_row(report, row, cited) for row in rows[len(heads) :])
    wide = max((len(row.cells) for row in (*above, *rows)), default=0)
    looks = (" ra-long" if len(rows) > LONG_TABLE else "") + (" ra-wide" if wide > WIDE_TABLE else "")
    head = f"<thead>{top}</thead>" if top else ""
    return f'<div class="ra-table{looks}" tabindex="0"><table>{head}<tbody>{body}</tbody></table></div>'


def _row(report: Report, row: Block, cited: Cited) -> str:
    tag = "th" if row.kind == "table_header" else "td"
    is_cited = row.kind == "table_row" and row.start < cited.end and cited.start < row.end
    look = ' class="ra-cited-row"' if is_cited else ""
    cells = "".join(f"<{tag}>{_marked(report.text, low, high, cited)}</{tag}>" for low, high in _cell_spans(report, row))
    return f"<tr{look}>{cells}</tr>"


def _cell_spans(report: Report, row: Block) -> list[tuple[int, int]]:
    if row.cells:
        return [(cell.start, cell.end) for cell in row.cells]
    spans, at = [], row.start
    for piece in report.text[row.start : row.end].split(" | "):
        spans.append((at, at + len(piece)))
        at += len(piece) + 3
    return spans


def _edge(reached: bool, direction: str, language: Language) -> str:
    if reached:
        key = "source.start" if direction == "up" else "source.end"
        return f'<p class="ra-edge">{escape_html(text(language, key))}</p>'
    key = "source.more_above" if direction == "up" else "source.more_below"
    words = escape_html(text(language, key))
    return f'<p class="ra-edge"><button type="button" class="ra-more" data-direction="{direction}">{words}</button></p>'
