"""The reports panel: what the library holds, adding files, removing a report.

Adding runs in a process of its own (`report-assistant add`): reading and indexing hold the interpreter for seconds at a time,
and the page has to go on answering. The child writes progress to stderr, one JSON object a line, and its result to stdout:

    {"file": "/tmp/…/report.pdf", "name": "report.pdf", "step": "read", "done": 2, "total": 5}
    {"results": [{"path": "…", "status": "failed", "report": null,
                  "error": {"code": "FileEmpty", "message": "…", "message_vi": "…"}}]}
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import gradio as gr
from gradio.events import Dependency

from index.archives import INSIDE
from index.details import field_named
from index.errors import ReportsError
from index.records import FieldName, Language, Report, ReportInfo
from ui.details import details_form
from ui.i18n import text
from ui.reading import SHOW_SECONDS, reading_html
from ui.render import AddRow, adding_html, escape_html, reports_html

_STEPS = ("read", "split", "embed", "store")
_SUCCESS = ("added", "updated", "unchanged")
MOST_SENTENCES = 5  # of an archive's members that could not be read


class Shelf(Protocol):
    """What the panel needs of the library."""

    def reports(self) -> Sequence[ReportInfo]: ...

    def report(self, id: str) -> Report: ...

    def remove(self, id: str) -> object: ...

    def set_details(self, report_id: str, changes: Mapping[FieldName, str]) -> object: ...


class Upload(NamedTuple):
    """A file the browser sent: where it lies now and what it was called there."""

    path: Path
    name: str


@dataclass
class AddJob:
    """One run of the child process that adds `uploads`; `rows` is what is known so far, a row a file."""

    command: Sequence[str]
    uploads: Sequence[Upload]
    language: Language
    rows: list[AddRow] = field(init=False)
    _at: int | None = field(init=False, default=None)  # the file that the child last spoke of
    _last_words: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.rows = [AddRow(upload.name, "waiting") for upload in self.uploads]

    def run(self) -> Iterator[list[AddRow]]:
        """Yields `rows` after every change; the last ones are final (added, updated, unchanged or failed).

        Where the child ends without a word, the file it was at is named and another child adds the rest.
        """
        yield self.rows
        while True:
            self._at = None
            yield from self._run_child()
            rest = [row for row in self.rows if row.state not in (*_SUCCESS, "failed")]
            if not rest:
                return
            if self._at is None:  # it ended before any file: another one would too
                yield self._crashed(self._last_words)
                return
            sentence = text(self.language, "add.crashed", detail=self._last_words)
            self.rows[self._at] = AddRow(self.uploads[self._at].name, "failed", 1.0, sentence)
            yield self.rows

    def _run_child(self) -> Iterator[list[AddRow]]:
        """One child for the files that have no outcome yet."""
        uploads = [one for one, row in zip(self.uploads, self.rows, strict=True) if row.state not in (*_SUCCESS, "failed")]
        if not uploads:
            return
        arguments = [*self.command, "add", "--json", "--progress-json", "--later"]
        for upload in uploads:
            arguments += ["--name", f"{upload.path}={upload.name}"]
        arguments += [str(upload.path) for upload in uploads]
        try:
            child = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
            )
        except OSError as problem:
            yield self._crashed(str(problem))
            return
        output: list[str] = []
        assert child.stdout is not None
        assert child.stderr is not None
        reader = threading.Thread(target=lambda stream: output.append(stream.read()), args=(child.stdout,), daemon=True)
        reader.start()
        last_words = ""
        with child:
            try:
                for line in child.stderr:
                    last_words = line.strip() or last_words
                    if self._progress(line):
                        yield self.rows
            finally:
                reader.join()
        said = "" if _json_object(last_words) else last_words[:300]
        self._last_words = said or f"exit {child.returncode}"
        yield self._finish("".join(output))

    def _progress(self, line: str) -> bool:
        event = _json_object(line)
        if event is None:
            return False
        number = self._number(event.get("file"), event.get("name"))
        if number is None:
            return False
        self._at = number
        step = "store" if event.get("step") == "done" else event.get("step")
        done, total = event.get("done"), event.get("total")
        share = done / total if isinstance(done, (int, float)) and isinstance(total, (int, float)) and total else 0.0
        page, pages = event.get("page"), event.get("pages")
        scanned = isinstance(page, int) and isinstance(pages, int) and page < pages
        detail = text(self.language, "add.page", page=int(page or 0) + 1, pages=pages) if scanned else ""
        state = str(step) if step in _STEPS else "working"
        self.rows[number] = AddRow(self.uploads[number].name, state, min(max(share, 0.0), 1.0), detail)
        return True

    def _finish(self, output: str) -> list[AddRow]:
        result = _json_object(output)
        results = result.get("results") if result else None
        if not isinstance(results, list):
            sentence = _sentence(result.get("error") if result else None, self.language)
            return self._crashed(sentence, whole=True) if sentence else self.rows
        outcomes: dict[int, list[AddRow]] = {}
        for entry in results:
            if not isinstance(entry, dict):
                continue
            number = self._number(entry.get("path"), None)
            if number is None:
                continue
            status = entry.get("status")
            state = status if status in _SUCCESS else "failed"
            outcome = AddRow(self.uploads[number].name, str(state), 1.0, _sentence(entry.get("error"), self.language))
            outcomes.setdefault(number, []).append(outcome)
        for number, found in outcomes.items():
            self.rows[number] = found[0] if len(found) == 1 else _whole_archive(found)
        return self._crashed(self._last_words)

    def _crashed(self, detail: str, whole: bool = False) -> list[AddRow]:
        """Rows without an outcome become failures; `whole` says that `detail` is the full sentence."""
        sentence = detail if whole else text(self.language, "add.crashed", detail=detail)
        self.rows = [row if row.state in (*_SUCCESS, "failed") else AddRow(row.name, "failed", 1.0, sentence) for row in self.rows]
        return self.rows

    def _number(self, path: object, name: object) -> int | None:
        for number, upload in enumerate(self.uploads):
            if str(upload.path) == path:
                return number
        shown = str(path), str(name)
        matching = [
            number
            for number, upload in enumerate(self.uploads)
            if upload.name == name or any(one.startswith(upload.name + INSIDE) for one in shown)
        ]
        return matching[0] if matching else None


def _whole_archive(members: Sequence[AddRow]) -> AddRow:
    """An archive's members as one row: how many of them are there now, and what was wrong with the others."""
    good = [row for row in members if row.state in _SUCCESS]
    state = next((state for state in _SUCCESS if any(row.state == state for row in good)), "failed")
    wrong = [row.detail for row in members if row.state == "failed"]
    more = f" … ({len(wrong)})" if len(wrong) > MOST_SENTENCES else ""
    return AddRow(f"{members[0].name} ({len(good)}/{len(members)})", state, 1.0, " ".join(wrong[:MOST_SENTENCES]) + more)


class ReportsPanel(NamedTuple):
    """The panel's components, and the events after which the library holds something else."""

    head: gr.HTML
    upload: gr.File
    adding: gr.HTML
    reading: gr.HTML
    listing: gr.HTML
    added: Dependency
    changed: Dependency


def reports_head(language: Language) -> str:
    """The panel's heading, with what can be added."""
    return f"<h2>{escape_html(text(language, 'reports.label'))}</h2><p>{escape_html(text(language, 'reports.formats'))}</p>"


def list_reports(shelf: Shelf, language: Language, forms: Mapping[str, str] | None = None) -> str:
    """The list as HTML, or the sentence of the error that kept it from being read. `forms`: a form under the report of this id."""
    try:
        return reports_html(shelf.reports(), language, forms or {})
    except ReportsError as error:
        return f'<p class="ra-problem" role="alert">{escape_html(error.message(language))}</p>'


def remove_report(shelf: Shelf, identity: str, language: Language) -> tuple[str, str]:
    """Removes one report; (list, what happened) as HTML."""
    try:
        titles = {report.id: report.title or report.name for report in shelf.reports()}
        shelf.remove(identity)
        said = text(language, "reports.removed", title=titles.get(identity, identity))
        note = f'<p class="ra-said" role="status">{escape_html(said)}</p>'
    except ReportsError as error:
        note = f'<p class="ra-problem" role="alert">{escape_html(error.message(language))}</p>'
    return list_reports(shelf, language), note


def edit_report(shelf: Shelf, identity: str, language: Language) -> tuple[str, str]:
    """Opens the form of one report; (list, "") as HTML."""
    try:
        return list_reports(shelf, language, {identity: details_form(shelf.report(identity), language)}), ""
    except ReportsError as error:
        return list_reports(shelf, language), f'<p class="ra-problem" role="alert">{escape_html(error.message(language))}</p>'


def save_report(shelf: Shelf, identity: str, given: object, language: Language) -> tuple[str, str]:
    """Sets what the form holds; (list, what happened). A value that is refused leaves the form open with the reason in it."""
    typed = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    try:
        shelf.set_details(identity, {field_named(name): value for name, value in typed.items()})
        said = text(language, "details.saved", title=shelf.report(identity).title)
        return list_reports(shelf, language), f'<p class="ra-said" role="status">{escape_html(said)}</p>'
    except ReportsError as error:
        problem = error.message(language)
    try:
        return list_reports(shelf, language, {identity: details_form(shelf.report(identity), language, typed, problem)}), ""
    except ReportsError:  # the report itself is gone
        return list_reports(shelf, language), f'<p class="ra-problem" role="alert">{escape_html(problem)}</p>'


def build_reports_panel(
    shelf: Shelf, command: Sequence[str], language_box: gr.Radio, read_language: Callable[[object], Language], first: Language
) -> ReportsPanel:
    """The panel's components and their events."""
    head = gr.HTML(value=reports_head(first), elem_id="ra-reports-head", apply_default_css=False)
    upload = gr.File(
        label=text(first, "reports.upload"),
        file_count="multiple",
        height=96,
        elem_id="ra-upload",
    )
    adding = gr.HTML(value="", elem_id="ra-adding", apply_default_css=False)
    reading = gr.HTML(value=reading_html(shelf, first), elem_id="ra-reading", apply_default_css=False)
    listing = gr.HTML(
        value=list_reports(shelf, first),
        elem_id="ra-list",
        js_on_load="window.ra.reportList(element, trigger, watch)",
        apply_default_css=False,
    )

    def add_files(files: list[str] | None, language: str) -> Iterator[tuple[Any, ...]]:
        chosen = read_language(language)
        uploads = [Upload(Path(file), Path(file).name) for file in files or []]
        if not uploads:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        for number, rows in enumerate(AddJob(command, uploads, chosen).run()):
            yield gr.File(value=None) if number == 0 else gr.skip(), adding_html(rows, chosen), gr.skip()
        yield gr.skip(), gr.skip(), list_reports(shelf, chosen)

    def act(language: str, event: gr.EventData) -> tuple[str, str]:
        asked = event._data if isinstance(event._data, dict) else {}
        chosen = read_language(language)
        if "edit" in asked:
            return edit_report(shelf, str(asked["edit"]), chosen)
        if "save" in asked:
            return save_report(shelf, str(asked["save"]), asked.get("fields"), chosen)
        if "list" in asked:
            return list_reports(shelf, chosen), ""
        return remove_report(shelf, str(asked.get("remove", "")), chosen)

    added = upload.upload(
        add_files,
        [upload, language_box],
        [upload, adding, listing],
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=2,
    )
    slow = gr.Timer(SHOW_SECONDS)
    slow.tick(
        lambda language: reading_html(shelf, read_language(language)),
        [language_box],
        [reading],
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    changed = listing.submit(act, [language_box], [listing, adding], show_progress="hidden", api_visibility="private")
    return ReportsPanel(head, upload, adding, reading, listing, added, changed)


def _json_object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _sentence(error: object, language: Language) -> str:
    """The reader's sentence of an error object {code, message, message_vi}."""
    if not isinstance(error, dict):
        return ""
    return str((error.get("message_vi") if language == "vi" else None) or error.get("message") or error.get("code") or "")
