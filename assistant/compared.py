"""A computed comparison -> the parts of an answer: its sentence, citations of every input, the value, the evidence shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index import Language, Report
from index.figures.record import Figure
from index.lexicon.glossary import Glossary

from .answers import Citation, Evidence, Value
from .compare import show
from .comparison import Compared, sentence
from .question import Question


@dataclass(frozen=True, slots=True)
class Told:
    """What goes into an Answer."""

    text: str
    value: Value
    citations: tuple[Citation, ...]
    shown: tuple[Evidence, ...]


def told(answer: Compared, question: Question, glossary: Glossary, report_of: Callable[[str], Report]) -> Told:
    """The parts of the answer. `report_of` gives a report by its id."""
    name = glossary.concepts[answer.comparison.indicator].terms(question.language)[0]
    figures = answer.figures
    reports = [report_of(f.report_id) for f in figures]
    citations = tuple(_citation(n, f, r) for n, (f, r) in enumerate(zip(figures, reports, strict=True), 1))
    shown = tuple(_evidence(f, r) for f, r in zip(figures, reports, strict=True))
    text = sentence(answer, name, question.language)
    return Told(text, _value(answer, question, reports), citations, shown)


def _value(answer: Compared, question: Question, reports: Sequence[Report]) -> Value:
    """The place that leads a ranking, as its report writes it; the first of several figures told; else the computed amount, which
    stands nowhere."""
    cell = answer.cells[0]
    if answer.comparison.form == "each":
        return _stated(answer.figures[0], question.language, reports[0])
    if answer.result is None and cell.place is not None:
        figure, report = answer.figures[0], reports[0]
        at = report.text.find(cell.place.name, figure.unit_start, figure.unit_end)
        start, end = (at, at + len(cell.place.name)) if at >= 0 else (figure.start, figure.end)
        label = cell.place.label(question.language)
        text = report.text[start:end]
        return Value(text=text, shown=label, start=start, end=end, kind="place", period=cell.period, place=cell.place)
    assert answer.result is not None
    result = answer.result
    kind = "percentage" if result.number.kind == "percentage" else "count" if result.number.kind == "count" else "measure"
    if result.number.kind == "money":
        kind = "money"
    return Value(
        text="", shown=result.shown(question.language), start=0, end=0, kind=kind,  # type: ignore[arg-type]
        number=result.value, unit=result.number.unit, figure="change", period=cell.period, place=cell.place,
    )  # fmt: skip


def _stated(figure: Figure, language: Language, report: Report) -> Value:
    """A figure as it stands in its report."""
    return Value(
        text=report.text[figure.start : figure.end], shown=show(figure, language), start=figure.start, end=figure.end,
        kind=figure.sort, number=figure.value, unit=figure.unit, figure="target" if figure.kind == "plan" else "result",  # type: ignore[arg-type]
        period=figure.period, place=figure.place,
    )  # fmt: skip


def _citation(marker: int, figure: Figure, report: Report) -> Citation:
    return Citation(
        marker=marker, report_id=report.id, title=report.title, source=report.source, page=figure.page, start=figure.unit_start,
        end=figure.unit_end, quote=report.text[figure.unit_start : figure.unit_end], poor=figure.page in report.poor_pages,
    )  # fmt: skip


def _evidence(figure: Figure, report: Report) -> Evidence:
    return Evidence(
        report_id=report.id, start=figure.unit_start, end=figure.unit_end, text=report.text[figure.unit_start : figure.unit_end],
        page=figure.page, heading="", title=report.title, source=report.source, score=1.0,
    )  # fmt: skip
