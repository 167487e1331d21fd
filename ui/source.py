"""The source panel: opens a report at a cited sentence. Everything it is asked for comes from the page, so it is checked here.

A click on a citation reaches the server as `{"cid": "#cite-<report>-<start>-<end>", "view": ""}`. "show more" adds
`{"first": 12, "last": 40, "direction": "up"}`; the reader's choice of view is "page" (a picture of it) or "text", and `{"page": 4}`
turns to a page. page.js sends all of it through the panel's `submit` event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import gradio as gr

from index.errors import ReportNotFound, ReportsError
from index.records import Language, PageView, Report, ReportInfo
from ui.document import Window, blocks_of, heading_path, move_window, page_at, source_html
from ui.i18n import text
from ui.notes import note_text
from ui.page_picture import picture_html, tools_html
from ui.render import PAGE_KINDS, CiteTarget, cite_link, escape_html, parse_cite, place_label, report_meta


class ReportShelf(Protocol):
    """What the panel needs of the library."""

    def report(self, id: str) -> Report: ...

    def has_pages(self, report: ReportInfo) -> bool: ...

    def page(
        self, report_id: str, number: int = 0, *, start: int = 0, end: int = 0, value: tuple[int, int] = (0, 0)
    ) -> PageView: ...


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
    window = _asked_window(report, asked)
    pictured = shelf.has_pages(report)
    note = ""
    if pictured and window is None and _wants_picture(asked, target):
        try:
            view = shelf.page(report.id, _asked_page(asked, report), start=target.start, end=target.end, value=target.value)
        except ReportsError as error:
            note = f'<p class="ra-hint" role="status">{escape_html(error.message(language))}</p>'
        else:
            quote = report.text[target.start : target.end]
            body = picture_html(view, report.title or report.name, quote, language)
            return _shell(language, report=report, target=target, body=body, view="page", page=view)
    body = note + source_html(report, target.start, target.end, language, window, target.value)
    return _shell(language, report=report, target=target, body=body, view="text" if pictured else "")


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


def _wants_picture(asked: Mapping[str, object], target: CiteTarget) -> bool:
    """A citation opens its page; a whole report opens as text. The reader's choice comes before either."""
    chosen = asked.get("view")
    return target.start < target.end if chosen not in ("page", "text") else chosen == "page"


def _asked_page(asked: Mapping[str, object], report: Report) -> int:
    """The page to turn to; 0: the cited one."""
    number = asked.get("page")
    return number if isinstance(number, int) and 1 <= number <= report.pages else 0


def _asked_window(report: Report, asked: Mapping[str, object]) -> Window | None:
    first, last, direction = asked.get("first"), asked.get("last"), asked.get("direction")
    if not isinstance(first, int) or not isinstance(last, int) or direction not in ("up", "down"):
        return None
    blocks = blocks_of(report)
    if not 0 <= first < last <= len(blocks):
        return None
    return move_window(blocks, Window(first, last), str(direction))


def _shell(
    language: Language,
    *,
    report: Report | None = None,
    target: CiteTarget | None = None,
    body: str = "",
    problem: str = "",
    view: str = "",
    page: PageView | None = None,
) -> str:
    """Title line, facts, buttons, then the text or the picture: one HTML string, everything escaped.

    `view` is the one shown, "page" or "text"; "" where there is no choice. `page`: the one shown as a picture.
    """

    def word(key: str) -> str:
        return escape_html(text(language, f"source.{key}"))

    facts, cid = "", ""
    title = word("label")
    if report is not None and target is not None:
        cid = escape_html(cite_link(*target))
        title = escape_html(report.title or report.name)
        facts = _facts(report, target, page.number if page else 0, language)
    jump = f'<button type="button" class="ra-jump">{word("to_cited")}</button>' if target and target.start < target.end else ""
    body = body or f'<p class="ra-problem" role="alert">{escape_html(problem)}</p>'
    return f"""<div class="ra-panel" data-cid="{cid}" data-view="{view}"><div class="ra-source-head"><div class="ra-source-bar">
<button type="button" class="ra-close" aria-label="{word("close")}">
<span class="ra-back-word">‹ {word("back")}</span><span class="ra-close-sign" aria-hidden="true">×</span></button>
<span class="ra-steps"><button type="button" class="ra-prev" aria-label="{word("previous")}">‹</button>
<span class="ra-count" aria-live="polite"></span>
<button type="button" class="ra-next" aria-label="{word("next")}">›</button></span>{jump}{_views(view, language)}</div>
<h2 class="ra-source-title">{title}</h2>{facts}{tools_html(page, language) if page else ""}</div>
<div class="ra-source-body" tabindex="0">{body}</div></div>"""


def _facts(report: Report, target: CiteTarget, page: int, language: Language) -> str:
    """What report it is, and where in it the cited text stands."""
    cited = target.start != target.end
    heading = heading_path(report, target.start) if cited else ""
    is_sheet = PAGE_KINDS.get(report.format) == "sheet"  # its name is the first of the headings
    where = (
        place_label(report.format, page or page_at(report, target.start), heading, language) if cited and report.pages > 1 else ""
    )
    place = heading if is_sheet and heading else " · ".join(part for part in (where, heading) if part)
    facts = f'<p class="ra-source-meta">{escape_html(report_meta(report, language))}</p>'
    facts += f'<p class="ra-source-place">{escape_html(place)}</p>' if place else ""
    confidence = report.scans.get(page or page_at(report, target.start))
    if confidence is not None and (page or cited):
        poor = (page or page_at(report, target.start)) in report.poor_pages
        said = text(language, "source.scan_poor" if poor else "source.scan", share=f"{confidence:.0%}")
        facts += f'<p class="ra-scan{" ra-poor" if poor else ""}">{escape_html(said)}</p>'
    if report.notes:
        notes = "".join(f"<li>{escape_html(note_text(note, language))}</li>" for note in report.notes)
        head = escape_html(text(language, "source.notes", count=len(report.notes)))
        facts += f'<details class="ra-notes"><summary>{head}</summary><ul>{notes}</ul></details>'
    return facts


def _views(shown: str, language: Language) -> str:
    """The switch between the page's picture and its text."""
    if not shown:
        return ""

    def button(view: str, label: str) -> str:
        pressed = "true" if view == shown else "false"
        return f'<button type="button" class="ra-view" data-view="{view}" aria-pressed="{pressed}">{escape_html(label)}</button>'

    pair = button("page", text(language, "source.view_page")) + button("text", text(language, "source.view_text"))
    return f'<span class="ra-views" role="group" aria-label="{escape_html(text(language, "source.views"))}">{pair}</span>'
