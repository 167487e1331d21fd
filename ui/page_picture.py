"""A page of a report as a picture with the cited place marked: the source panel's other view. Pure: a `PageView` in, HTML out."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace

from index.records import Box, Language, PageView
from ui.i18n import text
from ui.render import escape_html

MARGIN = 0.004  # of the page's width, left free before and after the letters in their box


def tools_html(view: PageView, language: Language) -> str:
    """Buttons that turn the page and make it larger or smaller."""

    def word(key: str, **fields: object) -> str:
        return escape_html(text(language, f"source.{key}", **fields))

    before, after = _turn(view, -1, word("page_before"), "‹"), _turn(view, 1, word("page_after"), "›")
    return f"""<div class="ra-page-tools" role="group" aria-label="{word("page_tools")}">{before}
<span class="ra-page-number" aria-live="polite">{word("page_of", page=view.number, pages=view.pages)}</span>{after}
<span class="ra-zooms"><button type="button" class="ra-zoom" data-by="-1" aria-label="{word("smaller")}">−</button>
<button type="button" class="ra-zoom" data-by="1" aria-label="{word("larger")}">+</button></span></div>"""


def picture_html(view: PageView, title: str, quote: str, language: Language) -> str:
    """The page's picture. `quote` is the cited text, "" where nothing is cited; screen readers are told it.

    The first box has the id "ra-cited". The picture travels inside the HTML: no address of the server leads to a report's file.
    """

    def word(key: str, **fields: object) -> str:
        return escape_html(text(language, f"source.{key}", **fields))

    about = {"page": view.number, "title": title}
    cited = " ".join(quote.split())
    if not quote:
        label = word("picture_of", **about)
    else:
        label = word("picture_marked", **about, quote=cited) if view.boxes else word("picture_unmarked", **about, quote=cited)
    source = f"data:{escape_html(view.media_type)};base64,{base64.b64encode(view.image).decode()}"
    boxes = "".join(_box(box, number == 0) for number, box in enumerate(_apart(view.boxes)))
    boxes += "".join(_box(box, False, " ra-value-box") for box in view.value)
    note = f'<p class="ra-hint" role="status">{word("not_marked")}</p>' if quote and not view.boxes else ""
    return f"""{note}<figure class="ra-picture" style="aspect-ratio: {view.width} / {view.height}">
<img src="{source}" width="{view.width}" height="{view.height}" alt="{label}">{boxes}</figure>"""


def _turn(view: PageView, step: int, label: str, sign: str) -> str:
    number = view.number + step
    off = "" if 1 <= number <= view.pages else " disabled"
    return f'<button type="button" class="ra-turn" data-page="{number}" aria-label="{label}"{off}>{sign}</button>'


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of lines set close to one another, so that the edge of one does not strike through the next."""
    apart: list[Box] = []
    for box in boxes:
        if apart and apart[-1].top < box.top < apart[-1].bottom < box.bottom:
            middle = (apart[-1].bottom + box.top) / 2
            apart[-1], box = replace(apart[-1], bottom=middle), replace(box, top=middle)
        apart.append(box)
    return apart


def _box(box: Box, first: bool, look: str = "") -> str:
    margin = 0.0 if look else MARGIN
    left, right = max(0.0, box.left - margin), min(1.0, box.right + margin)
    top, bottom = box.top, box.bottom
    place = f"left: {left:.3%}; top: {top:.3%}; width: {right - left:.3%}; height: {bottom - top:.3%}"
    identity = ' id="ra-cited" tabindex="-1"' if first else ""
    return f'<span class="ra-box{look}"{identity} style="{place}" aria-hidden="true"></span>'
