"""A set's reports written anew in another format, and the same questions asked: `python -m eval.reissue seed --as docx pdf xlsx`.

A reader that loses a sentence, a cell or a letter loses the answer that stands in it. Each report is read as it is, written by
eval/report_files.py as a file of the other format in a temporary folder, and added to a fresh library. Answers are compared with
those from the reports as they are: the same value, or the same refusal. "Place": the passage shown first stands on the page of the
PDF, or in the row of the sheet, that holds the gold quote, found without our readers.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answers import Answer
from eval.formats import EvaluationSet, Question, find_quote, load_set
from eval.make_samples import Part
from eval.measures import mean, success
from eval.report_files import make, pages_of, rows_of
from eval.run import Outcome, evaluate_loaded
from index.read import Document, read_bytes
from index.settings import Settings, load_settings

FORMATS = ("docx", "pdf", "scan", "xlsx", "tcvn3", "pptx", "html", "md")
SUFFIXES = {"scan": "pdf", "tcvn3": "txt"}
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Compared:
    """One format's figures, shares of 1; None where nothing could be counted. `differing`: ids of questions answered otherwise."""

    format: str
    questions: int
    same: float
    evidence: float | None
    value: float | None
    refused_rightly: float | None
    place: float | None
    differing: tuple[str, ...]


def parts_of(document: Document) -> list[Part]:
    """A report's blocks as headings, paragraphs and tables. A header of several rows keeps its last: the others span columns."""
    made: list[Part] = []
    tables: dict[int, list[list[str]]] = {}
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.cells or block.kind in ("table_header", "table_row"):
            row = [document.text[cell.start : cell.end] for cell in block.cells]
            if block.table not in tables:
                tables[block.table] = []
                made.append(tables[block.table])
            tables[block.table].append(row)
        elif block.kind in ("title", "heading"):
            made.append((1 if block.kind == "title" else max(2, min(block.level, 3)), text.replace("\n", " ")))
        else:
            made.append((0, text.replace("\n", " ")))
    for rows in tables.values():
        width = max(map(len, rows))
        rows[:] = [[*row, *[""] * (width - len(row))] for row in rows]
    return made


def reissued(loaded: EvaluationSet, format: str, folder: Path) -> EvaluationSet:
    """The set with its reports rewritten as files in `folder`, and its questions naming those."""
    names: dict[str, str] = {}
    paths = []
    for report in loaded.reports:
        target = folder / f"{report.stem}.{SUFFIXES.get(format, format)}"
        target.write_bytes(make(format, parts_of(read_bytes(report.read_bytes(), name=report.name))))
        names[report.name] = target.name
        paths.append(target)
    questions = tuple(replace(question, report=names.get(question.report, question.report)) for question in loaded.questions)
    return replace(loaded, reports=tuple(paths), questions=questions)


def compare(name: str, formats: Sequence[str], settings: Settings, tell: Callable[[str], None] = print) -> Iterator[Compared]:
    """Each format's figures, the reports as they are ("as it is") first."""
    loaded = load_set(name)
    with tempfile.TemporaryDirectory(prefix="reissue-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        plain = _asked(loaded, folder / "plain", settings, tell)
        yield _compared("as it is", plain, plain, {})
        for format in formats:
            files = folder / format
            files.mkdir()
            other = reissued(loaded, format, files)
            places = {path.name: _places(loaded, path, format) for path in other.reports}
            yield _compared(format, plain, _asked(other, files / "library", settings, tell), places)


def _places(loaded: EvaluationSet, path: Path, format: str) -> list[str]:
    """The texts of a file's pages or rows, as its format's own library has them; none for formats without."""
    if format == "xlsx":
        return rows_of(path.read_bytes())
    if format == "scan":  # the pages of the PDF it is a picture of
        report = next(one for one in loaded.reports if one.stem == path.stem)
        return pages_of(make("pdf", parts_of(read_bytes(report.read_bytes(), name=report.name))))
    return pages_of(path.read_bytes()) if format == "pdf" else []


def _asked(loaded: EvaluationSet, folder: Path, settings: Settings, tell: Callable[[str], None]) -> tuple[Outcome, ...]:
    folder.mkdir()
    return evaluate_loaded(loaded, folder, settings, tell).outcomes


def _compared(format: str, plain: Sequence[Outcome], other: Sequence[Outcome], places: dict[str, list[str]]) -> Compared:
    answerable = [outcome for outcome in other if outcome.question.answerable]
    placed = [right for outcome in answerable if (right := _place_right(outcome, places)) is not None]
    return Compared(
        format,
        len(other),
        mean([float(_said(one) == _said(two)) for one, two in zip(plain, other, strict=True)]) or 0.0,
        mean([success(outcome.shown_hits, 1) for outcome in answerable]),
        mean([float(outcome.value_right) for outcome in answerable if outcome.question.values]),
        mean([float(outcome.refused) for outcome in other if not outcome.question.answerable]),
        mean([float(right) for right in placed]),
        tuple(one.question.id for one, two in zip(plain, other, strict=True) if _said(one) != _said(two)),
    )


def _said(outcome: Outcome) -> str:
    """What was answered, without where: the value, the refusal, or the words."""
    answer: Answer | None = outcome.answer
    if answer is None:
        return "failed"
    if answer.refusal is not None:
        return "refused"
    return "".join((answer.value.shown if answer.value else answer.text).split())


def _place_right(outcome: Outcome, places: dict[str, list[str]]) -> bool | None:
    """Whether the first evidence stands on a page, or in a row, that holds the gold quote; None where none was shown."""
    texts = places.get(outcome.question.report)
    if not texts or outcome.answer is None or outcome.refused or not any(outcome.shown_hits[:1]):
        return None
    shown = outcome.answer.shown[0]
    if outcome.question.report.endswith(".xlsx"):
        texts = [text for text in texts if find_quote(text, shown.text[:40])]
    else:
        texts = texts[shown.page - 1 : shown.page]
    return any(find_quote(text, quote) for text in texts for quote in _starts(outcome.question))


def _starts(question: Question) -> list[str]:
    """The beginnings of the quotes: a sentence may go on overleaf."""
    return [quote[:30] for quote in question.quotes]


def table(rows: Sequence[Compared]) -> str:
    """One line a format."""
    lines = [f"{'format':10} {'n':>4} {'same':>6} {'evidence':>9} {'value':>6} {'refusals':>9} {'place':>6}  answered otherwise"]
    for row in rows:
        shares = (row.same, row.evidence, row.value, row.refused_rightly, row.place)
        shown = ["–" if share is None else f"{share:.3f}" for share in shares]
        more = f" … {len(row.differing)}" if len(row.differing) > 8 else ""
        lines.append(
            f"{row.format:10} {row.questions:4} {shown[0]:>6} {shown[1]:>9} {shown[2]:>6} {shown[3]:>9} {shown[4]:>6}  "
            + " ".join(row.differing[:8])
            + more
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table; `--save` keeps it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("set", nargs="?", default="seed")
    parser.add_argument("--as", dest="formats", nargs="+", default=["docx", "pdf", "scan", "xlsx", "tcvn3"], choices=FORMATS)
    parser.add_argument("--save", action="store_true", help="keep the figures in eval/results/reissue_SET.json")
    chosen = parser.parse_args()
    rows = []
    for row in compare(chosen.set, chosen.formats, load_settings()):
        rows.append(row)
        print(table([row]))
    print(table(rows))
    if chosen.save:
        shape = [{name: getattr(row, name) for name in Compared.__dataclass_fields__} for row in rows]
        (RESULTS / f"reissue_{chosen.set}.json").write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
