"""Period and place of a unit or a value in it: how well they are the ones asked for, 0..1. Pure; knows nothing of terms and scores.

They are conditions, not preferences: what is told of another year or another place answers nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index import Period, Place, Report
from index.figures.values import Candidate
from index.language import find_periods, fold, fold_key, same_place

from . import cues
from .evidence import Unit, heading_sets_target, named_places, row_label
from .question import Question
from .rows import concept_of, concepts_in, names_country

_UP_TO = re.compile(  # "khách đến Việt Nam" and "by air" are not meant
    r"\b(?:den (?:het|cuoi|ngay|thang|nay|quy)|het (?:thang|quy)|cuoi (?:thang|quy)|luy ke|cong don|up to|until|by (?:the )?end|"
    r"by \w+ \d{4}|through|end of|as of|so far|cumulative)\b"
)
LATER = 0.01  # a month: of a year's monthly reports the last one tells most of the year


def judge_period(question: Question, unit: Unit, candidate: Candidate | None) -> tuple[Period | None, float]:
    """The period the value belongs to and how well it is the one asked for (1.0 where none was)."""
    period = (candidate.period if candidate else None) or unit.context_period or _default_period(unit, candidate)
    if not question.periods:
        return period, 1.0
    asked = question.periods[0]
    if asked.year != asked.last_year and any(m.period == asked for m in find_periods(unit.text)):
        return asked, 1.0
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
    if not question.places:
        return _nation_fit(unit) if question.nationwide else 1.0
    if all(_place_held(place, unit) for place in question.places[:1]):
        return 1.0
    return 0.0


def _nation_fit(unit: Unit) -> float:
    """For "cả nước": a report on no single place, or a sentence that speaks of the country."""
    if unit.report.place is None or unit.report.place.level == "country":
        return 1.0
    near = fold(f"{unit.text} {unit.heading}")
    return 1.0 if re.search(r"\b(viet ?nam|ca nuoc|toan quoc|nuoc ta|the country|nationwide|national)\b", near) else 0.0


def _place_held(place: Place, unit: Unit) -> bool:
    """The unit speaks of the place: its report is about it and the unit names no other, or it names the place itself."""
    if unit.report.place and same_place(unit.report.place, place):
        return not names_other_place(unit)
    if _speaks_of(place, row_label(unit) if unit.is_row else unit.text):
        return True
    if unit.is_row and named_places(row_label(unit)):
        return False
    if _speaks_of(place, unit.heading) or _speaks_of(place, unit.report.title):
        return True
    if unit.is_row:
        return False  # a row of a table on the whole country, which names the place in another row
    return unit.report.place is None and not names_other_place(unit) and _mentions(unit.report, fold_key(place.name)) >= 2


@lru_cache(maxsize=256)
def _mentions(report: Report, key: str) -> int:
    """How often a report names a place."""
    return f" {fold_key(report.text)} ".count(f" {key} ")


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
    opening = named_places(unit.text[:60])
    if not opening or own is None or any(same_place(own, p) for p in opening):
        return False
    return opening[0].level in ("commune", "ward", "township", "district")
