"""`Answer` and `Report` as Markdown and HTML. Pure: records and a language in, a string out.

Every character that comes from a report, a file name or a question is data. `escape_html` makes it harmless in HTML,
`escape_markdown` in the chat's Markdown (which lets HTML, images and links through). Nothing else of this package writes such text.

A citation is a link that carries its own target, so that it still works after a reload: `#cite-<report_id>-<start>-<end>`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from assistant.answers import Answer, Citation, Evidence, Value
from index.records import Language, ReportInfo
from ui.checks import checked_line, number_marks, tool_lines
from ui.i18n import text
from ui.notes import note_text, poor_text

# What the "pages" of a format are; pages elsewhere.
PAGE_KINDS = dict.fromkeys(("xlsx", "xls", "ods"), "sheet") | dict.fromkeys(("pptx", "ppt", "odp"), "slide")
MAX_CITE_DIGITS = 9  # offsets into a report: under a thousand million characters

_CITE = re.compile(
    rf"#?cite-([A-Za-z0-9._:-]{{1,128}})-(\d{{1,{MAX_CITE_DIGITS}}})-(\d{{1,{MAX_CITE_DIGITS}}})"
    rf"(?:~(\d{{1,{MAX_CITE_DIGITS}}})~(\d{{1,{MAX_CITE_DIGITS}}}))?"
)
# All ASCII punctuation that Markdown, its GitHub extensions (bare links, tables, strike-through) or HTML give a meaning.
_MARKDOWN_PUNCTUATION = re.compile(r"[!\"#$&'()*+\-./:;<=>?@\[\\\]^_`{|}~]")
_ANSWER_MARK = re.compile(r"\*\*(?P<value>[^*\n]+)\*\*|\[(?P<marker>\d{1,3})\]")
_SPACE = re.compile(r"\s+")


class CiteTarget(NamedTuple):
    """Where a citation link points: characters [start, end) of the report's text; among them the figure that answers, if any."""

    report_id: str
    start: int
    end: int
    value: tuple[int, int] = (0, 0)


def escape_html(value: str) -> str:
    """Text for HTML content and double-quoted attributes. Control characters other than white space go."""
    return html.escape(_without_controls(value), quote=True)


def escape_markdown(value: str) -> str:
    """One line of text for Markdown: white space runs become one space, punctuation with a meaning becomes a character reference.

    A character reference never opens or closes Markdown structure (CommonMark 0.31, section 2.5), so nothing here needs to know
    what is dangerous where.
    """
    line = _SPACE.sub(" ", _without_controls(value)).strip()
    return _MARKDOWN_PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", line)


def cite_link(report_id: str, start: int, end: int, value: tuple[int, int] = (0, 0)) -> str:
    """The link of a citation: "#cite-ab12-100-180", or "#cite-ab12-100-180~120~125" with the figure that answers."""
    return f"#cite-{report_id}-{start}-{end}" + (f"~{value[0]}~{value[1]}" if value[0] < value[1] else "")


def parse_cite(link: object) -> CiteTarget | None:
    """The target of a link made by `cite_link`, None for anything else. Bounds are for the caller, who has the report.

    An empty span, "#cite-<id>-0-0", opens the report without marking anything.
    """
    match = _CITE.fullmatch(link) if isinstance(link, str) else None
    if match is None:
        return None
    target = CiteTarget(match[1], int(match[2]), int(match[3]))
    if match[4] is not None:
        target = target._replace(value=(int(match[4]), int(match[5])))
    inside = match[4] is None or target.start <= target.value[0] < target.value[1] <= target.end
    return target if target.start <= target.end and inside else None


def question_markdown(question: str) -> str:
    """The reader's own words in the chat, line breaks kept."""
    return "<br>".join(escape_markdown(line) for line in question.strip().splitlines()) or "&nbsp;"


def plain_markdown(value: str) -> str:
    """A text that is all data (an error's sentence), for the chat."""
    return "\n\n".join(escape_markdown(line) for line in value.splitlines() if line.strip())


def text_markdown(value: str, citations: Sequence[Citation] = (), figure: Value | None = None) -> str:
    """An answer's text, whole or still streaming in: only `**value**` and the `[n]` of a known citation keep a meaning."""
    links = {citation.marker: citation for citation in citations}
    lines = []
    for line in value.splitlines():
        if not line.strip():
            continue
        item = re.match(r"\s*[-*•]\s+", line)
        lines.append(("- " if item else "") + _answer_line(line[item.end() if item else 0 :], links, figure))
    return "\n\n".join(lines).replace("\n\n- ", "\n- ")


def answer_markdown(
    answer: Answer, language: Language | None = None, turn: int = 0, reports: Mapping[str, ReportInfo] | None = None
) -> str:
    """The whole answer for the chat: sentence, what kind of figure it is, then each quote with its source line.

    `language` is that of the words around the quotes (default: the answer's own); `turn` numbers the answer in its chat, for ids;
    `reports` lends place and period to the source lines.
    """
    language = language or answer.language
    if answer.refusal is not None:
        refused = [_refusal_markdown(answer, language, reports or {}), _note(answer), _tools(answer, language)]
        return "\n\n".join(part for part in refused if part) + _words(answer, language, "\n\n")
    parts = [text_markdown(answer.text, answer.citations, answer.value)]
    parts += [_note(answer), _chips(answer, language), _checks(answer, language)]
    value = answer.value
    for citation in answer.citations:
        parts.append(_quote_markdown(citation, value))
        parts.append(_source_line(citation, language, (reports or {}).get(citation.report_id), value))
    if answer.standalone and _key(answer.standalone) != _key(answer.question):
        parts.append(_searched(answer.standalone, language))
    parts.append(_words(answer, language))
    return "\n\n".join(part for part in parts if part)


def place_label(format: str, page: int, heading: str, language: Language) -> str:
    """ "page 3", "slide 3", "sheet “2. Công nghiệp”": a sheet goes by its name, the first of the headings above."""
    kind = PAGE_KINDS.get(format, "page")
    if kind == "sheet" and heading:
        return text(language, "answer.sheet", name=heading.split(" › ")[0])
    return text(language, "answer.slide", page=page) if kind == "slide" else text(language, "answer.page", page=page)


def report_meta(report: ReportInfo, language: Language) -> str:
    """ "Hải Đông commune · 2022 · 3 pages · TXT", plain text; what is not known is left out."""
    kind = PAGE_KINDS.get(report.format, "page")
    pages = text(language, f"reports.{kind}_one") if report.pages == 1 else text(language, f"reports.{kind}s", count=report.pages)
    parts = [
        report.place.label(language) if report.place else "",
        report.period.label(language) if report.period else report.date[:4],
        pages,
        report.format.upper(),
    ]
    return " · ".join(part for part in parts if part)


def report_item_html(report: ReportInfo, language: Language, form: str = "") -> str:
    """One row of the list of reports: tick box, title, facts, a link to read it, buttons to edit its details and to remove it.

    `form` is ready HTML that stands below (details.py).
    """

    def word(key: str, **fields: object) -> str:
        return escape_html(text(language, f"reports.{key}", **fields))

    name = report.title or report.name
    identity, title, file = escape_html(report.id), escape_html(name), escape_html(report.name)
    find = escape_html(_key(f"{report.title} {report.name} {report_meta(report, language)}"))
    whole = escape_html(cite_link(report.id, 0, 0))
    poor = poor_text(report, language)
    notes = f'<p class="ra-note ra-poor">{escape_html(poor)}</p>' if poor else ""
    notes += "".join(f'<p class="ra-note">{word("note", note=note_text(note, language))}</p>' for note in report.notes[:3])
    expanded = "true" if form else "false"
    edit, edit_short = (escape_html(text(language, key, title=name)) for key in ("details.edit_of", "details.edit_short"))
    return f"""<li class="ra-report" data-report="{identity}" data-find="{find}">
<label class="ra-tick"><input type="checkbox" class="ra-pick" value="{identity}" checked>
<span class="ra-title">{title}</span></label>
<p class="ra-meta">{escape_html(report_meta(report, language))}</p>{notes}
<p class="ra-actions"><a class="ra-read" href="{whole}" title="{file}" aria-label="{word("read", title=name)}">{file}</a>
<span class="ra-buttons"><button type="button" class="ra-edit" aria-expanded="{expanded}" aria-label="{edit}">{edit_short}</button>
<button type="button" class="ra-remove" aria-label="{word("remove", title=name)}">{word("remove_short")}</button></span></p>
<p class="ra-confirm" hidden><span>{word("confirm")}</span>
<button type="button" class="ra-confirm-yes">{word("confirm_yes")}</button>
<button type="button" class="ra-confirm-no">{word("confirm_no")}</button></p>{form}</li>"""


def reports_html(reports: Iterable[ReportInfo], language: Language, forms: Mapping[str, str] | None = None) -> str:
    """The list of reports, or the sentence that says there is none. `forms`: HTML to stand below the report of this id."""

    def word(key: str) -> str:
        return escape_html(text(language, f"reports.{key}"))

    rows = [report_item_html(report, language, (forms or {}).get(report.id, "")) for report in reports]
    if not rows:
        return f'<p class="ra-empty">{word("empty")}</p>'
    find = f'<input type="search" class="ra-find" aria-label="{word("filter")}" placeholder="{word("filter")}">'
    return f"""<div class="ra-list-head"><span id="ra-pick-label">{word("search_in")}</span>
<span><button type="button" class="ra-all">{word("all")}</button>
<button type="button" class="ra-none">{word("none")}</button></span></div>{find if len(rows) > 8 else ""}
<ul class="ra-reports" aria-labelledby="ra-pick-label">{"".join(rows)}</ul>"""


class AddRow(NamedTuple):
    """One file being added. `state` is an `add.*` key, `share` 0..1 of the work done, `detail` an error's sentence."""

    name: str
    state: str
    share: float = 0.0
    detail: str = ""


def adding_html(rows: Sequence[AddRow], language: Language) -> str:
    """Progress and outcome, a line a file; "" for no files."""
    if not rows:
        return ""
    final = ("added", "updated", "unchanged", "failed")
    lines = []
    for row in rows:
        bar = (
            ""
            if row.state in final
            else f'<progress max="100" value="{round(100 * row.share)}" aria-label="{escape_html(row.name)}"></progress>'
        )
        detail = f'<p class="ra-detail">{escape_html(row.detail)}</p>' if row.detail else ""
        lines.append(
            f'<li class="ra-add ra-add-{escape_html(row.state)}"><span class="ra-add-name">{escape_html(row.name)}</span> '
            f'<span class="ra-add-state">{escape_html(text(language, f"add.{row.state}"))}</span>{bar}{detail}</li>'
        )
    finished = all(row.state in final for row in rows)
    bad = sum(row.state == "failed" for row in rows)
    if finished:
        head = text(language, "add.done" if bad else "add.done_all", good=len(rows) - bad, bad=bad)
    else:
        head = text(language, "add.busy_one") if len(rows) == 1 else text(language, "add.busy", count=len(rows))
    status = f'<p role="status">{escape_html(head)}</p>'
    return f'<div class="ra-adding" data-finished="{int(finished)}">{status}<ul>{"".join(lines)}</ul></div>'


def earlier_html(titles: Sequence[str], language: Language) -> str:
    """Chats put away before: a button to open each, one to forget it; "" for none."""
    if not titles:
        return ""
    rows = []
    for number, title in enumerate(titles):
        forget = escape_html(text(language, "chat.forget", title=title))
        rows.append(
            f'<li><button type="button" class="ra-chat-open" data-chat="{number}">{escape_html(title)}</button>'
            f'<button type="button" class="ra-chat-forget" data-chat="{number}" aria-label="{forget}">×</button></li>'
        )
    head = escape_html(text(language, "chat.earlier", count=len(titles)))
    return f'<details class="ra-earlier"><summary>{head}</summary><ul>{"".join(rows)}</ul></details>'


def _answer_line(line: str, links: Mapping[int, Citation], figure: Value | None) -> str:
    pieces, at = [], 0
    for match in _ANSWER_MARK.finditer(line):
        pieces.append(_keep_edges(line[at : match.start()]))
        at = match.end()
        if match["value"]:
            pieces.append(f'<strong class="ra-value">{escape_markdown(match["value"])}</strong>')
        elif int(match["marker"]) in links:
            pieces.append(_marker(links[int(match["marker"])], figure))
        else:
            pieces.append(escape_markdown(match[0]))
    pieces.append(_keep_edges(line[at:]))
    return "".join(pieces).strip()


def _marker(citation: Citation, figure: Value | None) -> str:
    return f"[[{citation.marker}]]({_link(citation, figure)})"


def _link(citation: Citation, figure: Value | None) -> str:
    """The citation's link, with the figure in it where it stands in the quote."""
    value = (0, 0)
    if figure is not None and citation.start <= figure.start < figure.end <= citation.end:
        low, high = figure.start - citation.start, figure.end - citation.start
        value = (figure.start, figure.end) if citation.quote[low:high] == figure.text else value
    return cite_link(citation.report_id, citation.start, citation.end, value)


def _quote_markdown(citation: Citation, value: Value | None) -> str:
    """The quote word for word; the answer's value inside it in bold, by offset, never by looking for the same digits."""
    quote = citation.quote
    inside = value is not None and citation.start <= value.start < value.end <= citation.end
    if value is not None and inside:
        low, high = value.start - citation.start, value.end - citation.start
        inside = quote[low:high] == value.text
    if value is None or not inside:
        return "\n".join(f"> {escape_markdown(line)}" for line in quote.splitlines() if line.strip())
    marked = (
        f'{_keep_edges(quote[:low])}<strong class="ra-value">{escape_markdown(quote[low:high])}</strong>{_keep_edges(quote[high:])}'
    )
    return f"> {marked.strip()}"


def _source_line(citation: Citation, language: Language, report: ReportInfo | None, figure: Value | None) -> str:
    facts = [citation.title or citation.source]
    if report is not None:
        facts += [report.place.label(language) if report.place else "", report.period.label(language) if report.period else ""]
    if _has_pages(report):
        facts.append(place_label(report.format if report else "", citation.page, citation.heading, language))
    line = ", ".join(escape_markdown(fact) for fact in facts if fact)
    link = _link(citation, figure)
    poor = citation.poor or (report is not None and citation.page in report.poor_pages)
    mark = _poor_mark(language) if poor else ""
    return f'<span class="ra-source">— [{line}]({link})</span>&nbsp;{_marker(citation, figure)}{mark}'


def _chips(answer: Answer, language: Language) -> str:
    """What kind of figure it is, of whom, where and when: what the sentence has not said already."""
    value = answer.value
    if value is None:
        return ""
    figure = value.figure if not value.base else ""  # what stands beside the plan is no change, and its sentence says beside what
    words = [text(language, f"answer.{figure}") if figure else "", value.subject]
    words += [value.place.label(language) if value.place else "", value.period.label(language) if value.period else ""]
    said = _key(answer.text)
    chips = [f'<span class="ra-chip">{escape_markdown(word)}</span>' for word in words if word and _key(word) not in said]
    return f'<span class="ra-chips">{" ".join(chips)}</span>' if chips else ""


def _searched(standalone: str, language: Language) -> str:
    """The question as it was searched, and a link that puts it into the box to be changed (page.js)."""
    before, _, after = text(language, "answer.searched", question="\0").partition("\0")
    told = f'{_keep_edges(before)}<span class="ra-standalone">{escape_markdown(standalone)}</span>{_keep_edges(after)}'.strip()
    return f'<span class="ra-searched">{told}</span> [{escape_markdown(text(language, "answer.edit"))}](#edit-question)'


def _words(answer: Answer, language: Language, before: str = "") -> str:
    """What was looked for in place of the question's words, folded away: a reader sees why a passage in other words was found."""
    from index.search import explain

    lines = [
        f"<li>{escape_html(asked.text)} → {escape_html(', '.join(term for term, _ in asked.terms))}</li>"
        for asked in explain(answer.standalone or answer.question)
    ]
    if not lines:
        return ""
    title = escape_html(text(language, "answer.words"))
    return f'{before}<details class="ra-words"><summary>{title}</summary><ul>{"".join(lines)}</ul></details>'


def _note(answer: Answer, before: str = "") -> str:
    """Why a language model's answer is missing or shortened; in the answer's language, as all that is said of it."""
    return f'{before}<span class="ra-model-note">{escape_markdown(answer.note)}</span>' if answer.note else ""


def _checks(answer: Answer, language: Language) -> str:
    """What was checked of a language model's answer: one line, then a mark for every figure; and its calls of tools,
    whoever's words the answer has in the end."""
    line = checked_line(answer, language)
    marks = [f'<span class="ra-chip ra-checked">{escape_markdown(mark)}</span>' for mark in number_marks(answer)]
    told = f'<span class="ra-checks">{escape_markdown(line)}</span>' if line else ""
    listed = f'<span class="ra-chips">{" ".join(marks)}</span>' if marks else ""
    return "\n\n".join(part for part in (told, listed, _tools(answer, language)) if part)


def _tools(answer: Answer, language: Language) -> str:
    """The model's calls of the ledger's tools, arguments and all, folded away."""
    lines = "".join(f"<li>{escape_html(line)}</li>" for line in tool_lines(answer))
    title = escape_html(text(language, "answer.tools", count=len(answer.tools)))
    return f'<details class="ra-words"><summary>{title}</summary><ul>{lines}</ul></details>' if lines else ""


def _refusal_markdown(answer: Answer, language: Language, reports: Mapping[str, ReportInfo]) -> str:
    assert answer.refusal is not None
    parts = [f'<span class="ra-refusal">{plain_markdown(answer.refusal.message or answer.text)}</span>']
    nearest = answer.shown[:3]
    if nearest:
        parts.append(f'<span class="ra-nearest">{escape_markdown(text(language, "answer.nearest"))}</span>')
        parts.append("\n".join(_nearest_item(evidence, language, reports.get(evidence.report_id)) for evidence in nearest))
    return "\n\n".join(parts)


def _nearest_item(evidence: Evidence, language: Language, report: ReportInfo | None) -> str:
    shown = _SPACE.sub(" ", evidence.text).strip()
    shown = shown if len(shown) <= 240 else shown[:239].rsplit(" ", 1)[0] + " …"
    where = [evidence.title or evidence.source, report.period.label(language) if report and report.period else ""]
    if _has_pages(report):
        where.append(place_label(report.format if report else "", evidence.page, evidence.heading, language))
    line = ", ".join(escape_markdown(fact) for fact in where if fact)
    link = cite_link(evidence.report_id, evidence.start, evidence.end)
    poor = _poor_mark(language) if report is not None and evidence.page in report.poor_pages else ""
    return f'- [{escape_markdown(shown)}]({link}) <span class="ra-source">— {line}</span>{poor}'


def _poor_mark(language: Language) -> str:
    return f' <span class="ra-poor">{escape_markdown(text(language, "answer.poor"))}</span>'


def _has_pages(report: ReportInfo | None) -> bool:
    """Whether a page tells where to look: web pages and texts have none, and Word files keep them only at times."""
    return report is None or report.pages > 1


def _keep_edges(value: str) -> str:
    """`escape_markdown` for a piece of a line: a space at either end stays one space."""
    return (" " if value[:1].isspace() else "") + escape_markdown(value) + (" " if value.strip() and value[-1:].isspace() else "")


def _key(value: str) -> str:
    return _SPACE.sub(" ", value).strip().casefold()


def _without_controls(value: str) -> str:
    return "".join(char for char in value if char in "\t\n\r" or not (ord(char) < 32 or 127 <= ord(char) < 160))
