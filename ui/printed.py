"""Records -> lines of the terminal: an answer, a report, what became of a file, how far a long job is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.errors import ReportsError
from ui.checks import checked_line, tool_lines
from ui.json_shapes import report_json
from ui.terminal import Output

if TYPE_CHECKING:
    from assistant import Answer, Citation
    from index.adding import AddProgress
    from index.records import AddResult, Language, Report, ReportInfo


def print_answer(out: Output, answer: Answer, reports: Mapping[str, ReportInfo]) -> None:
    """The answer, then each citation with where it stands. `reports`: by id, those of the library."""
    out.text(answer.text)
    for line in (answer.note, checked_line(answer), *tool_lines(answer)):
        if line:
            out.text(f"({line})")
    for citation in answer.citations:
        place = f"{citation.title or citation.source}, {_where(citation, reports.get(citation.report_id), answer.language)}"
        out.text(f"\n[{citation.marker}] {place}\n    {citation.source} [{citation.start}:{citation.end}]")
        out.text(f"    “{' '.join(citation.quote.split())}”")
        if citation.poor:
            out.text("    " + out.say(
                en="This page is a scan that was read poorly: compare the figures with the page itself.",
                vi="Trang này là bản quét đọc kém: hãy đối chiếu số liệu với chính trang đó.",
            ))  # fmt: skip


def _where(citation: Citation, report: ReportInfo | None, language: Language) -> str:
    """ "p. 3"; of a spreadsheet its sheet's name and of slides their number, in the page's words."""
    from ui.render import PAGE_KINDS, place_label

    if report is not None and report.format in PAGE_KINDS:
        return place_label(report.format, citation.page, citation.heading, language)
    return f"{'trang' if language == 'vi' else 'p.'} {citation.page}"


def show_report(out: Output, report: Report, language: str) -> None:
    """A report's details, one a line, with where each was read; then what its reader noted."""
    from ui.details import detail_lines
    from ui.notes import note_text, poor_text

    if out.as_json:
        out.json({"report": report_json(report)})
        return
    lines_language: Language = "vi" if language == "vi" else "en"
    lines = detail_lines(report, lines_language)
    wide = max(len(line.name) for line in lines)
    out.text(report_line(report, language))
    for line in lines:
        out.text(f"  {line.name:<{wide}}  {line.value or '–'}" + (f"   ({line.where})" if line.where else ""))
    if report.poor_pages:
        out.text("  " + poor_text(report, lines_language))
    for note in report.notes:
        out.text(f"  {out.say(en='Note', vi='Lưu ý')}: {note_text(note, lines_language)}")


def report_line(report: ReportInfo, language: str) -> str:
    period = report.period.label(language) if report.period else ""
    place = report.place.label(language) if report.place else ""
    facts = ", ".join(fact for fact in (place, period, f"{report.pages} p.", report.format) if fact)
    return f"{report.id}  {report.title}  ({facts})  {report.source}"


def note_result(out: Output, result: AddResult) -> None:
    if isinstance(result.error, ReportsError):
        out.mistake(result.error)
    elif result.error is not None:
        out.note(f"{result.path}: {type(result.error).__name__}: {result.error}")
    else:
        from ui.notes import note_text

        notes = (
            "; ".join(note_text(note, "vi" if out.language == "vi" else "en") for note in result.report.notes)
            if result.report
            else ""
        )
        out.note(f"{result.status}: {result.path}" + (f" ({notes})" if notes else ""))


_STEPS = {"reading": "read", "splitting": "split", "embedding": "embed", "writing": "store", "done": "done"}


def step_lines(out: Output) -> Callable[[AddProgress], None]:
    """A callback for `Library.add` that tells every step of a file: {file, step, done, total, files_done, files_total}, and
    {page, pages} while scanned pages are read."""

    def tell(event: AddProgress) -> None:
        step = list(_STEPS).index(event.step)
        read = {"page": event.page, "pages": event.pages} if event.pages else {}
        done = round(step + event.page / event.pages, 3) if event.pages else step
        shape = {"file": event.path, "step": _STEPS[event.step], "done": done, "total": len(_STEPS) - 1, **read}
        out.note(json.dumps({**shape, "files_done": event.done, "files_total": event.total}, ensure_ascii=False))

    return tell


def page_notes(out: Output) -> Callable[[AddProgress], None]:
    """A callback for `Library.add` that tells which page of a scan is being read: that takes seconds each."""

    def tell(event: AddProgress) -> None:
        if event.pages and event.page < event.pages:
            page = {"file": event.path, "page": event.page + 1, "pages": event.pages}
            out.note(out.say(
                en="{file}: reading scanned page {page} of {pages}", vi="{file}: đang đọc trang quét {page} trên {pages}"
            ).format(**page))  # fmt: skip

    return tell


def close_notes(out: Output) -> Callable[[int, int], None]:
    """For `Library.read_closely`: a line for every tenth that is read."""
    told = -1

    def tell(read: int, passages: int) -> None:
        nonlocal told
        if (tenth := 10 * read // max(passages, 1)) != told:
            told = tenth
            out.note(out.say(
                en=f"Read closely: {read} of {passages} passages (they can be searched already; Ctrl-C leaves the rest for later)",
                vi=f"Đã đọc kỹ {read} trên {passages} đoạn (đã tìm được ngay; Ctrl-C để phần còn lại làm sau)",
            ))  # fmt: skip

    return tell


def close_state(counts: tuple[int, int] | None) -> str:
    """For `doctor`: "1200 of 1400 passages"; "off"."""
    return "off" if counts is None else f"{counts[0]} of {counts[1]} passages"
