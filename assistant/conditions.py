"""Period and place of a unit or a value in it: how well they are the ones asked for, 0..1. Pure; knows nothing of terms and scores.

They are conditions, not preferences: what is told of another year or another place answers nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index import Period, Place, Report
from index.figures.candidate import Candidate
from index.language import YearPart, find_periods, find_places, find_year_parts, fold, fold_key, is_aside, is_base, same_place
from index.records import FieldName

from . import cues
from .evidence import Unit, heading_sets_target, named_places, row_label
from .kinds import WHOLE_YEAR
from .question import Question
from .rows import concept_of, concepts_in, names_country

_UP_TO = re.compile(  # "khách đến Việt Nam" and "by air" are not meant
    r"\b(?:den (?:het|cuoi|ngay|thang|nay|quy)|het (?:thang|quy)|cuoi (?:thang|quy)|luy ke|cong don|up to|until|by (?:the )?end|"
    r"by \w+ \d{4}|through|end of|as of|so far|cumulative)\b"
)
UNSAID = 0.55  # fits where nothing speaks against the period asked for
CARRIED = 0.8  # the text before says that it is
REACH = 1200  # characters before a sentence whose last word on the time is taken for its own
REACH_BASE = 45  # characters before "năm trước" in which it may be said that it is compared with
NEAR_BEHIND = 30  # characters
OPENING = 20  # characters of a sentence: "- Xã Nà Vường …" tells of another place, "38 em, chủ yếu ở xã Nà Vường" of its own
_COMPARES = re.compile(r"\b(?:so voi|cung ky|bang|tu|than|compared|from)\b(?:[^,;.]|(?<=\d)[.,](?=\d))*$")
_OF_PLAN = re.compile(  # "42,5% chỉ tiêu cả năm"
    r"\b(?:chi tieu|ke hoach|kh|du toan|muc tieu|target|plan)(?: (?:cua|cho|giao|for|of))*(?: the)?\s*$"
)
_NATION = re.compile(r"\b(viet ?nam|ca nuoc|toan quoc|nuoc ta|toan nganh|the country|nationwide|national)\b")
_ANOTHERS = re.compile(r"[\d,;]")  # between a value and what is told of the next one: "3.914 ca, trong đó tháng 3 chiếm 2.655"
_YEAR_BEFORE = re.compile(r"\b(?:cung ky|nam (?:truoc|ngoai)|previous year|year (?:before|earlier)|last year)\b")
LATER = 0.01  # a month: of a year's monthly reports the last one tells most of the year


def judge_period(question: Question, unit: Unit, candidate: Candidate | None) -> tuple[Period | None, float]:
    """The period the value belongs to and how well it is the one asked for (1.0 where none was)."""
    told, fit = _judge_period(question, unit, candidate)
    if not (question.whole_year and question.periods) or told is None or told.is_whole_year or WHOLE_YEAR.search(unit.folded):
        return told, fit
    return told, min(fit, 0.4)  # nine months, where "cả năm" is asked for


def _judge_period(question: Question, unit: Unit, candidate: Candidate | None) -> tuple[Period | None, float]:
    named = (candidate.period if candidate else None) or unit.context_period
    period = named or _default_period(unit, candidate)
    if not question.periods:
        return period, _fit_base(question, unit, period)
    asked = question.periods[0]
    if asked.year != asked.last_year and any(m.period == asked for m in find_periods(unit.text)):
        return asked, 1.0
    of_a_part = unit.is_row or (named is not None and not named.is_whole_year)
    part = None if of_a_part else _spoken_part(unit, candidate)
    if part is not None and period is not None:
        return _fit_spoken(asked, part, unit, candidate, period)
    told, fit = _fit(question, asked, unit, candidate, period)
    if fit > UNSAID or named or unit.is_row:
        return told, fit
    return told, max(fit, _fit_unsaid(asked, unit, candidate, period))


def _fit_base(question: Question, unit: Unit, period: Period | None) -> float:
    """Where the question names only what is compared with: told of where the sentence names it too, or of the year after it."""
    base = question.base
    if base is None:
        return 1.0
    if any(base.contains(m.period) for m in find_periods(unit.text)):
        return 1.0
    if period is None:
        return UNSAID
    if question.base_is == "before":
        return UNSAID if period.last < base.first else 0.0
    if period.last_year != base.last_year + 1:
        return UNSAID if question.base_is == "since" and period.last >= base.last else 0.0
    return CARRIED if _YEAR_BEFORE.search(unit.folded) else UNSAID


def _fit(
    question: Question, asked: Period, unit: Unit, candidate: Candidate | None, period: Period | None
) -> tuple[Period | None, float]:
    """By the period that sentence, column, heading or report name."""
    if period is not None and not asked.is_whole_year:
        if period.last == asked.last and period.first_month == 1 and asked.first_month == asked.last_month:
            explicit = unit.is_row and ((candidate is not None and candidate.period) or unit.context_period)
            if explicit and asked.last_month > 1 and not _UP_TO.search(fold(question.text)):
                return period, 0.4  # column or caption say "8 tháng": that is not August
            return period, 0.85  # "tính đến hết tháng 9": the first nine months
        within = period.contains(asked) and period.year == asked.last_year and asked.first_month == 1
        if within and f"{asked.last_month} thang" in fold(unit.surroundings):
            return asked, 0.9
    if period is None:
        return None, 0.6 if str(asked.year) in unit.text else 0.3
    if period == asked:
        return period, 1.0
    if asked.contains(period) and not asked.is_whole_year and (unit.is_row or period.last != asked.last):
        return period, 0.4  # the exports of November are not those of eleven months
    if asked.contains(period):
        return period, max(0.7, 0.85 - LATER * (asked.last - period.last))
    if period.contains(asked) and period.year != period.last_year:
        return period, 0.4  # told of several years together, or of none: the figure of one of them is another
    return period, 0.0


def _spoken_part(unit: Unit, candidate: Candidate | None) -> YearPart | None:
    """The part of a year that the sentence ties to the value without naming the year: the last one before it, else one right
    behind it. The base of a comparison is none."""
    parts = _parts(unit.text)
    if candidate is None:
        return parts[0] if parts else None
    start, end = candidate.start - unit.start, candidate.end - unit.start
    before = [p for p in parts if p.start < start and not is_aside(unit.text, p.start, p.end, start)]
    behind = [p for p in parts if 0 <= p.start - end <= NEAR_BEHIND and not _ANOTHERS.search(unit.text[end : p.start])]
    return before[-1] if before else behind[0] if behind else None


@lru_cache(maxsize=1024)
def _opening_places(text: str) -> tuple[Place, ...]:
    return tuple(m.place for m in find_places(text) if m.start <= OPENING and m.place.name[:1].isupper())


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[YearPart, ...]:
    """The parts of years told of, not those compared with."""
    found = [p for p in find_year_parts(text) if not is_base(text, p.start)]
    found = [p for p in found if not _OF_PLAN.search(fold(text[max(0, p.start - REACH_BASE) : p.start]))]
    return tuple(p for p in found if not p.shift or not _COMPARES.search(fold(text[max(0, p.start - REACH_BASE) : p.start])))


def _fit_spoken(
    asked: Period, part: YearPart, unit: Unit, candidate: Candidate | None, period: Period
) -> tuple[Period | None, float]:
    """Of a value with a part of a year that is not named: it is the report's, for "cùng kỳ" the one before it, or that of which
    the text has just spoken."""
    fits = [_fit_of_part(asked, part, period.last_year)]
    if candidate is not None and candidate.figure == "previous":
        told, fit = _fit_of_part(asked, part, period.last_year - 1)
        fits.append((told, min(fit, CARRIED)))
    said = _last_period(unit)
    if said is not None and said.year != period.last_year:
        told, fit = _fit_of_part(asked, part, said.year)
        fits.append((told, min(fit, UNSAID)))
    return max(fits, key=lambda one: one[1])


def _fit_of_part(asked: Period, part: YearPart, year: int) -> tuple[Period, float]:
    """`part` is spoken in a text on `year`."""
    told = part.of(year)
    so_far = Period(told.year, 1, told.year, told.last_month)
    if asked == told or (part.until and asked == so_far):
        return asked, 1.0
    if asked.is_whole_year and asked.contains(told):
        return told, max(0.7, 0.85 - LATER * (asked.last - told.last))
    if told.last == asked.last and told.first_month == 1 and asked.first_month == asked.last_month:
        return told, 0.85
    return told, 0.4 if told.year == asked.year else 0.0


def _fit_unsaid(asked: Period, unit: Unit, candidate: Candidate | None, period: Period | None) -> float:
    """Where the sentence says nothing of its time: by what the text before it last said, the figures of "cùng kỳ", and what is
    known of the report."""
    report = unit.report
    if period is None:
        return UNSAID if str(asked.year) in report.text else 0.0
    year = period.last_year
    if candidate is not None and candidate.figure == "previous":
        return UNSAID if asked.year == asked.last_year == year - 1 and not period.contains(asked) else 0.0
    planned = candidate is not None and candidate.figure in ("target", "estimate")
    if planned and asked.year == asked.last_year == year + 1:
        return UNSAID if _last_period(unit) == asked else 0.0
    if not (asked.year == asked.last_year == year):
        return 0.0
    before = report.text[max(0, unit.start - REACH) : unit.start]
    carried = [p for p in _parts(before) if not p.shift]
    if carried and _fit_of_part(asked, carried[-1], year)[1] > CARRIED:
        return CARRIED
    return UNSAID if _guessed(report, "period") and period.contains(asked) else 0.0


def _last_period(unit: Unit) -> Period | None:
    """The year, or part of one, that the text before the unit named last."""
    return _last_named(unit.report.text[max(0, unit.start - REACH) : unit.start])


@lru_cache(maxsize=1024)
def _last_named(before: str) -> Period | None:
    named = [m.period for m in find_periods(before) if m.period.year == m.period.last_year and not is_base(before, m.start)]
    return named[-1] if named else None


def _default_period(unit: Unit, candidate: Candidate | None) -> Period | None:
    """The report's period; for the targets that a year-end report sets, the year ahead if the report names it, else unknown."""
    period = unit.report.period
    target = unit.target and (candidate is None or candidate.figure in ("target", "change", "estimate"))
    if period is None or not target or heading_sets_target(unit.report.title.split(" và ")[0]):
        return period
    ahead = str(period.last_year + 1)
    return Period(period.last_year + 1) if ahead in f"{unit.report.title} {unit.heading} {unit.lead}" else None


def judge_place(question: Question, unit: Unit) -> float:
    if question.regions:
        said = cues.regions_in(" ".join(re.findall(r"\w+", fold(f"{unit.text} {unit.heading}"))))
        return 1.0 if said & question.regions else 0.0
    if question.hamlet and not _tells_of_hamlet(question.hamlet, unit):
        return 0.0
    if not question.places:
        return _nation_fit(unit) if question.nationwide else 1.0
    return _place_held(question.places[0], unit)


def _tells_of_hamlet(hamlet: str, unit: Unit) -> bool:
    """Its name, as fold_key makes it, stands in the sentence or row or above it."""
    said = (unit.text, unit.heading, unit.lead, unit.previous, unit.report.title)
    return any(f" {hamlet} " in f" {fold_key(text)} " for text in said)


def _nation_fit(unit: Unit) -> float:
    """For "cả nước": a report on no single place, or a sentence that speaks of the country."""
    place = unit.report.place
    if place is None or place.level == "country" or _NATION.search(fold(f"{unit.text} {unit.heading}")):
        return 1.0
    return UNSAID if _guessed(unit.report, "place") and not _names_any(unit) and _speaks_of_nation(unit.report.text) else 0.0


def _place_held(place: Place, unit: Unit) -> float:
    """How surely the unit speaks of the place: its report is about it and the unit names no other, or it names the place itself."""
    report = unit.report
    if report.place and same_place(report.place, place):
        return float(not names_other_place(unit))
    if _speaks_of(place, row_label(unit) if unit.is_row else unit.text):
        return 1.0
    if unit.is_row and named_places(row_label(unit)):
        return 0.0
    if _speaks_of(place, unit.heading) or _speaks_of(place, report.title):
        return 1.0
    if unit.is_row:
        return 0.0  # a row of a table on the whole country, which names the place in another row
    if report.place is None:
        return float(not names_other_place(unit) and _mentions(report.text, fold_key(place.name)) >= 2)
    if not _guessed(report, "place") or _names_any(unit):
        return 0.0
    before = named_places(report.text[max(0, unit.start - REACH) : unit.start])
    often = _mentions(report.text, fold_key(place.name)) >= max(2, _mentions(report.text, fold_key(report.place.name)))
    return UNSAID if often or (before and same_place(before[-1], place)) else 0.0


def _guessed(report: Report, field: FieldName) -> bool:
    """Whether a detail was only counted, as the one named most often."""
    origin = report.origin(field)
    return origin is not None and origin.kind == "counted"


def _names_any(unit: Unit) -> bool:
    return bool(named_places(unit.text))


@lru_cache(maxsize=256)
def _speaks_of_nation(text: str) -> bool:
    return _NATION.search(fold(text)) is not None


@lru_cache(maxsize=256)
def _mentions(text: str, key: str) -> int:
    """How often a report's text names a place. Kept by the text, whose hash is worked out once: a Report's is of all its blocks."""
    return f" {fold_key(text)} ".count(f" {key} ")


def _speaks_of(place: Place, text: str) -> bool:
    key = fold_key(place.name)
    if names_country(place.name):  # "South Korea" is "Hàn Quốc"
        return concept_of(place.name) in concepts_in(text)
    named = [p for p in named_places(text) if fold_key(p.name) == key]
    return any(same_place(p, place) for p in named) if named else f" {key} " in f" {fold_key(text)} "


def names_other_place(unit: Unit) -> bool:
    """A row of a table by commune, in a report on the district."""
    own = unit.report.place
    if unit.is_row:
        named = named_places(row_label(unit))
        return bool(named) and (own is None or not any(same_place(own, p) for p in named))
    opening = _opening_places(unit.text[:60])
    if not opening or own is None or any(same_place(own, p) for p in opening):
        return False
    return opening[0].level in ("commune", "ward", "township", "district")
