"""Evidence units -> citations. Every quote is cut from the stored text by offset, so it is verbatim by construction. Pure."""

from __future__ import annotations

from index import Report
from index.language import clauses

from .answers import Citation, Evidence
from .evidence import Unit
from .judge import Judged

QUOTE_CHARACTERS = 420  # a longer sentence is quoted from the clause before the value to the clause after it


def cite(marker: int, judged: Judged) -> Citation:
    """The citation [marker] of a judged unit."""
    unit = judged.unit
    start, end = unit.start, unit.end
    if end - start > QUOTE_CHARACTERS and judged.candidate is not None and not unit.is_row:
        start, end = _clauses_around(unit, judged.candidate.start, judged.candidate.end)
    return Citation(
        marker=marker,
        report_id=unit.report.id,
        title=unit.report.title,
        source=unit.report.source,
        page=unit.page,
        start=start,
        end=end,
        quote=quote(unit.report, start, end),
        heading=unit.heading,
    )


def quote(report: Report, start: int, end: int) -> str:
    """`report.text[start:end]`. Raises ValueError for offsets outside the text: they did not come from this report."""
    if not 0 <= start < end <= len(report.text):
        raise ValueError(f"offsets {start}–{end} lie outside report {report.id} of {len(report.text)} characters")
    return report.text[start:end]


def _clauses_around(unit: Unit, start: int, end: int) -> tuple[int, int]:
    spans = [(unit.start + s, unit.start + e) for s, e in clauses(unit.text)]
    holding = [n for n, (s, e) in enumerate(spans) if s < end and start < e]
    if not holding:
        return unit.start, unit.end
    first, last = holding[0], holding[-1]
    while first > 0 and spans[last][1] - spans[first - 1][0] <= QUOTE_CHARACTERS // 2:
        first -= 1
    return spans[first][0], spans[last][1]


def evidence(judged: Judged) -> Evidence:
    """The unit as the reader sees it listed."""
    unit = judged.unit
    return Evidence(
        report_id=unit.report.id,
        start=unit.start,
        end=unit.end,
        text=quote(unit.report, unit.start, unit.end),
        page=unit.page,
        heading=unit.heading,
        title=unit.report.title,
        source=unit.report.source,
        score=round(max(0.0, min(1.0, judged.score)), 4),
    )
