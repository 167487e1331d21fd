"""The source panel: opens a report at a cited sentence. Everything it is asked for comes from the page, so it is checked here.

A click on a citation reaches the server as `{"cid": "#cite-<report>-<start>-<end>"}`, "show more" adds
`{"first": 12, "last": 40, "direction": "up"}`. page.js sends both through the panel's `submit` event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import gradio as gr

from index.errors import ReportNotFound, ReportsError
from index.records import Language, Report
from ui.document import Window, blocks_of, heading_path, move_window, page_at, source_html
from ui.i18n import text
from ui.render import CiteTarget, escape_html, parse_cite, report_meta


class ReportShelf(Protocol):
    """What the panel needs of the library."""

    def report(self, id: str) -> Report: ...


def open_source(shelf: ReportShelf, asked: Mapping[str, object], language: Language) -> str:
    """The panel's HTML for what the page asks. A bad or outdated link gives the panel with one sentence that says so."""
    target = parse_cite(asked.get("cid"))
    if target is None:
        return _shell(language, problem=text(language, "source.bad_link"))
    try:
        report = shelf.report(target.report_id)
    except ReportNotFound:
        return _shell(language, problem=text(language, "source.gone"))
    except ReportsError as error:
        return _shell(language, problem=error.message(language))
    if target.end > len(report.text):
        return _shell(language, problem=text(language, "source.changed"))
    body = source_html(report, target.start, target.end, language, _asked_window(report, asked))
    return _shell(language, report=report, target=target, body=body)


def build_source_panel(shelf: ReportShelf, language_box: gr.Radio, read_language: Callable[[object], Language]) -> gr.HTML:
    """The panel's component, empty and hidden until page.js opens it."""
    panel = gr.HTML(
        value="",
        elem_id="ra-source",
        js_on_load="window.ra.sourcePanel(element, trigger, watch)",
        apply_default_css=False,
    )

    def opened(language: str, event: gr.EventData) -> str:
        asked = event._data if isinstance(event._data, dict) else {}
        return open_source(shelf, asked, read_language(language))

    panel.submit(opened, [language_box], [panel], show_progress="hidden", api_visibility="private", concurrency_limit=8)
    return panel


def _asked_window(report: Report, asked: Mapping[str, object]) -> Window | None:
    first, last, direction = asked.get("first"), asked.get("last"), asked.get("direction")
    if not isinstance(first, int) or not isinstance(last, int) or direction not in ("up", "down"):
        return None
    blocks = blocks_of(report)
    if not 0 <= first < last <= len(blocks):
        return None
    return move_window(blocks, Window(first, last), str(direction))


def _shell(
    language: Language, *, report: Report | None = None, target: CiteTarget | None = None, body: str = "", problem: str = ""
) -> str:
    """Title line, facts, buttons, then the text: one HTML string, everything escaped."""

    def word(key: str) -> str:
        return escape_html(text(language, f"source.{key}"))

    facts, cid = "", ""
    title = word("label")
    if report is not None and target is not None:
        cid = escape_html(f"#cite-{target.report_id}-{target.start}-{target.end}")
        title = escape_html(report.title or report.name)
        where = "" if target.start == target.end else text(language, "answer.page", page=page_at(report, target.start))
        heading = heading_path(report, target.start) if where else ""
        facts = f'<p class="ra-source-meta">{escape_html(report_meta(report, language))}</p>'
        place = " · ".join(part for part in (where, heading) if part)
        facts += f'<p class="ra-source-place">{escape_html(place)}</p>' if place else ""
    jump = f'<button type="button" class="ra-jump">{word("to_cited")}</button>' if target and target.start < target.end else ""
    body = body or f'<p class="ra-problem" role="alert">{escape_html(problem)}</p>'
    return f"""<div class="ra-panel" data-cid="{cid}"><div class="ra-source-head"><div class="ra-source-bar">
<button type="button" class="ra-close" aria-label="{word("close")}">
<span class="ra-back-word">‹ {word("back")}</span><span class="ra-close-sign" aria-hidden="true">×</span></button>
<span class="ra-steps"><button type="button" class="ra-prev" aria-label="{word("previous")}">‹</button>
<span class="ra-count" aria-live="polite"></span>
<button type="button" class="ra-next" aria-label="{word("next")}">›</button></span>{jump}</div>
<h2 class="ra-source-title">{title}</h2>{facts}</div>
<div class="ra-source-body" tabindex="0">{body}</div></div>"""
