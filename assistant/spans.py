"""Periods of a claim against those of the evidence: whose year a figure is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Period
from index.figures.candidate import periods_in
from index.figures.values import number_candidates
from index.language import PeriodMention, fold, is_base

from .claims import Figure, context_of
from .evidence import Unit, heading_sets_target

_POINT = re.compile(r"\b(den|tinh den|cuoi|het|tai thoi diem|as of|by|at the end of|end of|end|until|up to)\b[^.;,]{0,18}$")
_BEFORE_LAST = re.compile(r"\b(nam truoc|nam ngoai|cung ky|the year before|previous year|last year|year earlier)\b")


def held_period(figure: Figure) -> Period | None:
    """The period a figure of the evidence belongs to: its own, that of its heading or lead, else its report's."""
    unit = figure.unit
    if figure.period:
        return figure.period
    if figure.kind == "previous":
        return None
    return unit.context_period or _report_period(figure)


def _report_period(figure: Figure) -> Period | None:
    """The report's period; for what it plans without naming a year, unknown unless the report is itself a plan."""
    unit = figure.unit
    period = unit.report.period
    if period is None or not unit.target or heading_sets_target(unit.report.title.split(" và ")[0]):
        return period
    ahead = str(period.last_year + 1)
    return Period(period.last_year + 1) if ahead in f"{unit.report.title} {unit.heading} {unit.lead}" else None


def period_problem(claim: Figure, held: Figure, asked: Period | None) -> bool:
    """Whether the claim gives the figure another period than the evidence does."""
    told = claim.period or _sentence_period(claim) or (asked if claim.kind != "previous" else None)
    if told is None:
        return claim.kind == "result" and held.kind == "previous" and not _BEFORE_LAST.search(fold(claim.unit.text))
    if held.period is None and told in _named(held.unit):
        return False
    says = held_period(held)
    if says is None:
        return not _mentions(told, held.unit)
    if told == says or _same_moment(told, says, claim, held):
        return False
    if told.year != told.last_year:
        return told not in [m.period for m in periods_in(context_of(held.unit))] and not told.contains(says)
    if says.year != says.last_year:
        return not _mentions(told, held.unit) and held.period is not None
    return True


def _sentence_period(claim: Figure) -> Period | None:
    """The one period that a sentence names, where it governs the figure: not "so với năm 2021", not one tied to another figure."""
    named = _named(claim.unit)
    return named[0] if len(set(named)) == 1 and claim.kind != "previous" else None


def _named(unit: Unit) -> list[Period]:
    """The periods that a unit's own words name, those compared with left out."""
    text = unit.text
    found = [m for m in periods_in(text) if not _compared(text, m)]
    tied = {f.period for f in number_candidates(unit) if f.period} if len(found) and not unit.is_row else set()
    return [m.period for m in found if m.period not in tied or (len(found) == 1 and not tied)]


def _same_moment(told: Period, says: Period, claim: Figure, held: Figure) -> bool:
    """ "tính đến tháng 12/2022" and "năm 2022"; "tháng 9" and "9 tháng đầu năm" where one of them names the end of a stretch."""
    if told.last == says.last and told.year == says.year:
        shorter, figure = (told, claim) if told.first > says.first else (says, held)
        if shorter.first == shorter.last:
            return (
                any(
                    m.period == shorter and _POINT.search(fold(text[: m.start])[-40:])
                    for text in (figure.unit.text, figure.unit.heading, figure.unit.lead)
                    for m in periods_in(text)
                )
                or shorter == figure.unit.report.period
            )
    return False


def _mentions(period: Period, unit: Unit) -> bool:
    """Whether a period is named round a unit."""
    text = f"{context_of(unit)} | {unit.report.title}"
    return any(m.period == period for m in periods_in(text)) or (
        unit.report.period is not None and unit.report.period.contains(period)
    )


def year_problem(claim: Unit, cited: Sequence[Unit]) -> list[tuple[int, int]]:
    """The periods of a sentence whose years no cited unit, heading or report has to do with, as (start, end)."""
    known: set[int] = set()
    for unit in cited:
        for mention in periods_in(f"{context_of(unit)} | {unit.report.title}"):
            known |= {mention.period.year, mention.period.last_year}
        if unit.report.period:
            known |= {unit.report.period.year, unit.report.period.last_year}
            if unit.report.period.is_whole_year or unit.report.period.year == unit.report.period.last_year:
                known |= {unit.report.period.year - 1} if _BEFORE_LAST.search(fold(unit.text)) else set()
        if unit.report.date[:4].isdigit():
            known.add(int(unit.report.date[:4]))
        known |= {int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", context_of(unit))}
    return [
        (m.start, m.end)
        for m in periods_in(claim.text)
        if m.period.year not in known
        or m.period.last_year not in known
        or (_compared(claim.text, m) and not _is_base(m.period, cited))
    ]


def _compared(text: str, mention: PeriodMention) -> bool:
    return is_base(text, mention.start)


def _is_base(base: Period, cited: Sequence[Unit]) -> bool:
    """Whether a period that a claim compares with is one that the evidence compares with, or has another cited figure of."""
    for unit in cited:
        around = f"{unit.text} | {' | '.join(c.header for c in unit.cells)}"
        mentions = periods_in(unit.text)
        bases = [m.period for m in mentions if _compared(unit.text, m)]
        if bases and base not in bases:
            continue
        if base in bases or (not bases and any(m.period == base for m in periods_in(around))):
            return True
        period = unit.context_period or unit.report.period
        if _BEFORE_LAST.search(fold(unit.text)) and period and period.year - 1 == base.year:
            return True
        if len(cited) > 1 and period and period.year == base.year:
            return True
    return False
