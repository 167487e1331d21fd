"""Report -> its figures: every sentence and table row read, each figure with what it measures, of when and where. Pure.

"Tỷ lệ hộ nghèo còn 2,1%, giảm 0,9% so với năm 2021."
-> Figure(value=2.1, unit="%", kind="actual", indicator="poor_household", period=2022, …)
   Figure(value=0.9, unit="%", kind="change", indicator="poor_household", period=2022, …)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.figures.candidate import Candidate
from index.figures.record import Figure, Kind
from index.figures.units import Unit, heading_sets_target, named_places, row_label, stretch_units
from index.figures.values import number_candidates
from index.language import fold, lower, same_place
from index.lexicon.glossary import Glossary
from index.records import Passage, Period, Place, PlaceLevel, Report

LEDGER = 6  # raise it when the same report would give other figures
MEASURES = frozenset(("output", "area", "yield", "funding", "number_of_units"))
"""Concepts that say how much of something: they need the thing."""
_NAMING = ("indicator", "crop", "facility")
_ALSO = ("subject", "sector", "status", "event", "other")
_KIND: dict[str, Kind] = {"result": "actual", "target": "plan", "estimate": "estimate", "previous": "previous", "change": "change"}
_MARKS = {
    "about": re.compile(r"\b(khoảng|xấp xỉ|chừng|about|around|approximately|roughly|some)\s*$"),
    "over": re.compile(r"\b(hơn|trên|over|more than|above|at least|ít nhất|tối thiểu)\s*$"),
    "under": re.compile(r"\b(gần|dưới|nearly|almost|under|less than|below|at most|tối đa|không quá|up to)\s*$"),
}
_PLACE_HEADER: dict[str, PlaceLevel] = {
    "xa": "commune", "commune": "commune", "communes": "commune", "phuong": "ward", "ward": "ward", "huyen": "district",
    "district": "district", "districts": "district", "tinh": "province", "province": "province", "provinces": "province",
    "xa, phuong": "other", "dia phuong": "other", "don vi": "other", "dia ban": "other", "locality": "other", "area": "other",
    "ten xa": "commune", "ten huyen": "district", "thon": "other", "village": "other",
}  # fmt: skip
_WHEN = re.compile(r"\b(nam|thang|quy|year|month|thuc hien|ke hoach|uoc|ket qua|actual|plan|result|ty le|rate|share|don vi|\d+)\b")
_OF_PLAN = re.compile(
    r"\W*(so voi |of )?(the |annual |yearly |year's )*"
    r"(du toan|ke hoach|kh nam|chi tieu|muc tieu|plan|target|so voi|cung ky|so cung ky)\b"
)
_WHOLE_YEAR = re.compile(r"\b(ca nam|trong nam|whole year|full year|for the year)\b")
_SAYS_WHAT = re.compile(r"[a-z]{2}")  # a header that is more than a year or "thực hiện" names its column itself
_FUTURE = re.compile(r"(?<!\w)sẽ(?!\w)")


def figures_of(report: Report, passages: Sequence[Passage]) -> list[Figure]:
    """The figures of a report, in reading order. `passages` are its own: they give the headings."""
    glossary = Glossary.load()
    found: dict[int, Figure] = {}
    for passage in passages:
        for unit in stretch_units(report, passage.start, passage.end, passage.heading):
            for candidate in number_candidates(unit):
                if candidate.number is not None and candidate.start not in found:
                    found[candidate.start] = _figure(unit, candidate, glossary)
    return [found[start] for start in sorted(found)]


def _figure(unit: Unit, candidate: Candidate, glossary: Glossary) -> Figure:
    number = candidate.number
    assert number is not None
    kind = _kind(unit, candidate)
    words = _label(unit, candidate)
    concepts = tuple(dict.fromkeys(_concepts(words, glossary)))
    so_far = lower(unit.text[: candidate.start - unit.start]).rstrip()
    return Figure(
        report_id=unit.report.id,
        start=candidate.start,
        end=candidate.end,
        page=unit.page,
        value=number.value,
        unit=number.unit,
        sort=candidate.kind,
        kind=kind,
        indicator=_indicator(unit, candidate, glossary),
        raw_indicator=" ".join(words.split())[:160],
        concepts=concepts,
        qualifier="" if unit.is_row else next((name for name, mark in _MARKS.items() if mark.search(so_far)), ""),
        period=period_of(unit, candidate, kind),
        place=place_of(unit, candidate),
        of=number.of,
        lower=candidate.lower.value if candidate.lower else None,
        unit_start=unit.start,
        unit_end=unit.end,
    )


def _kind(unit: Unit, candidate: Candidate) -> Kind:
    if candidate.figure == "result" and not unit.is_row and _FUTURE.search(lower(unit.text[: candidate.start - unit.start])[-120:]):
        return "plan"
    if candidate.kind == "percentage" and not unit.is_row and _OF_PLAN.match(fold(candidate.after)):
        return "change"  # "bằng 104,6% dự toán" relates the figure before it to a plan or a period
    return _KIND.get(candidate.figure, "actual")


def _label(unit: Unit, candidate: Candidate) -> str:
    """The words that name the figure: its row and column, or its own stretch of the sentence."""
    if unit.is_row:
        return f"{row_label(unit)} | {candidate.after}"
    return f"{candidate.before.strip()} … {candidate.after.strip()}" if candidate.after.strip(" .;,") else candidate.before.strip()


@lru_cache(50_000)
def _found(text: str) -> tuple[str, ...]:
    """The concepts of a text in reading order; a table's rows and columns come again and again."""
    return tuple(mention.concept for mention in Glossary.load().find(text))


def _concepts(text: str, glossary: Glossary) -> Iterator[str]:
    return (concept for concept in _found(text) if glossary.kind(concept) in (*_NAMING, *_ALSO))


def _indicator(unit: Unit, candidate: Candidate, glossary: Glossary) -> str:
    """The concept nearest to the figure on the side that names it; then on the other; then the last before it in the sentence."""
    if unit.is_row:
        sides = [row_label(unit), candidate.after, unit.heading.rsplit(" › ", 1)[-1]]
        if _row_place(unit):
            sides = [candidate.after] if _SAYS_WHAT.search(_WHEN.sub(" ", fold(candidate.after))) else [unit.heading]
        return next((named[-1] for side in sides if (named := _naming(side, glossary))), "")
    before, after = _naming(candidate.before, glossary), _naming(" ".join(candidate.after.split()[:10]), glossary)
    if candidate.before_trust >= candidate.after_trust:
        chosen = before[-1:] or after[:1]
    else:
        chosen = after[:1] or before[-1:]
    earlier = _naming(unit.text[: candidate.start - unit.start], glossary)
    found = (chosen or earlier[-1:] or [""])[0]
    if found == "poverty_reduction" and "ho ngheo" in fold(unit.text):
        return "poor_household"  # "tỷ lệ hộ nghèo giảm còn 1,2%" reads like "giảm nghèo"
    return found


def _naming(text: str, glossary: Glossary) -> list[str]:
    found = [concept for concept in _found(text) if glossary.kind(concept) in _NAMING]
    return [c for c in found if c not in MEASURES] or found


def period_of(unit: Unit, candidate: Candidate | None, kind: Kind) -> Period | None:
    """The period a figure belongs to: the one its own words tie to it, that of its heading or lead, else its report's; for a plan
    the year ahead where the report names it; for an earlier figure without a year, the year before."""
    if candidate is not None and candidate.period:
        return candidate.period
    general = unit.context_period or default_period(unit, planned=unit.target and kind in ("plan", "change", "estimate"))
    in_year = general is not None and general.year == general.last_year and candidate is not None and not unit.is_row
    if in_year and general and candidate and _WHOLE_YEAR.search(fold(candidate.before)):
        general = Period(general.year)
    if kind == "previous":
        return Period(general.year - 1, general.first_month, general.last_year - 1, general.last_month) if general else None
    return general


def default_period(unit: Unit, *, planned: bool) -> Period | None:
    """The report's period; for the plans that a year-end report makes, the year ahead if the report names it, else unknown."""
    period = unit.report.period
    if period is None or not planned or heading_sets_target(unit.report.title.split(" và ")[0]):
        return period
    ahead = str(period.last_year + 1)
    return Period(period.last_year + 1) if ahead in f"{unit.report.title} {unit.heading} {unit.lead}" else None


def place_of(unit: Unit, candidate: Candidate) -> Place | None:
    """The place a figure is of: the one its row or its own words name, else its report's."""
    own = unit.report.place
    if unit.is_row:
        return _row_place(unit) or own
    named = [p for p in named_places(f"{candidate.before} {candidate.after}") if p.level not in ("country", "other")]
    if not named:
        return own
    if own is not None and any(same_place(own, p) for p in named):
        return own
    return named[-1] if named[-1].level in ("commune", "ward", "township", "district") or own is None else own


def _row_place(unit: Unit) -> Place | None:
    """The place that a row is about: named with its level, or in a column headed "Xã", "District" …"""
    for cell in unit.cells[:2]:
        text = unit.report.text[cell.start : cell.end].strip()
        level = _PLACE_HEADER.get(fold(cell.header).strip(" .:").split(" / ")[-1])
        if level and text[:1].isupper() and not any(c.isdigit() for c in text) and not re.match(r"(?i)tổng|cộng|total|toàn", text):
            return Place(text, level)
    named = named_places(row_label(unit))
    return named[0] if named else None
