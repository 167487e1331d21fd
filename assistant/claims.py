"""A sentence -> the figures it claims, and a unit of evidence -> the figures it holds, both read in the same way. Pure.

An answer's sentence is read as if it stood in a report of its own, so that what decides whether a figure is a result, a target or a
change, and of which year, is one rule for both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from index import Language, Period, Place, Report
from index.figures.candidate import VALUE_KINDS, Candidate, FigureKind, numbers_in, periods_in
from index.figures.values import none_candidates, number_candidates
from index.language import Number, find_places, fold, lower

from .evidence import TARGET, Unit, heading_sets_target, named_places, row_label
from .quantities import Quantity, per_in_words, quantity

_UP = (
    r"tang(?! truong| cuong)|tang truong|vuot|cao hon|nhieu hon|lon hon|increas\w*|up|rise|rises|rising|risen|rose|grew|grow|grown|"
    r"growth|growing|higher|more|gain(?:ed|s)?|exceed\w*|expand\w*|climb\w*|rais(?:e|ed)"
)
_DOWN = (
    r"giam(?! ngheo| thieu)|thap hon|it hon|kem hon|nho hon|decreas\w*|down|fall|falls|fallen|falling|fell|drop\w*|declin\w*|lower|"
    r"lost|loss|losses|reduc\w*|fewer|less|shrank|shrunk|cut|cuts|contract(?:ed|ion)"
)
_DIRECTION = re.compile(rf"(?<!\bat )(?<!\bno )(?<!\bonce )\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b(?! than \d| or less| or more)")
_ANY = re.compile(rf"\b(?:{_UP}|{_DOWN})\b")
_MARKS = {
    "about": re.compile(r"\b(khoảng|khoang|xấp xỉ|xap xi|chừng|about|around|approximately|roughly|some|close to|circa)\s*$"),
    "over": re.compile(r"\b(hơn|trên|hon|tren|over|more than|above|at least|exceeding|ít nhất|it nhat|tối thiểu|toi thieu)\s*$"),
    "under": re.compile(
        r"\b(gần|dưới|gan|duoi|nearly|almost|under|less than|below|just under|at most|tối đa|toi da|không quá|up to)\s*$"
    ),
}
_FUTURE = re.compile(r"(?<!\w)sẽ(?!\w)")
_PAST = re.compile(r"\b(so voi|cung ky|da|ket qua|compared|year earlier|was|were|vuot|van dat)\b")
_FORECAST = re.compile(r"\b(du kien|du bao|expected|projected|forecast|ke hoach)\b")
_MARKER = re.compile(r"\s*[\[【［](?:\s*\^?\d+\s*[,;–-]?\s*)+[\]】］]|\*\*|__|`")


@dataclass(frozen=True)
class Figure:
    """One figure of a sentence or row at `unit.report.text[start:end]`. `direction` is +1 where the words say it rose, -1 fell, 0
    neither. `rounding` is the word class that goes before it. `clause` is the text that labels it."""

    unit: Unit
    start: int
    end: int
    number: Number | None
    quantity: Quantity
    kind: FigureKind
    period: Period | None
    label: str
    before: str = ""
    direction: int = 0
    rounding: str = ""
    lower: Quantity | None = None
    loose: bool = False  # a duration, an age, a rank: it labels rather than measures

    @property
    def text(self) -> str:
        return self.unit.report.text[self.start : self.end]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places that the figure's own words name."""
        return named_places(self.label)


def plain(sentence: str) -> str:
    """`sentence` without citation markers and emphasis."""
    return unmarked(sentence)[0]


def unmarked(sentence: str) -> tuple[str, list[int]]:
    """`sentence` without citation markers and emphasis, and for each of its characters the offset in `sentence`; one more at the
    end."""
    offsets: list[int] = []
    position = 0
    for marker in _MARKER.finditer(sentence):
        offsets += range(position, marker.start())
        position = marker.end()
    offsets += range(position, len(sentence))
    return "".join(sentence[i] for i in offsets), [*offsets, len(sentence)]


@lru_cache(maxsize=512)
def sentence_unit(text: str, language: Language) -> Unit:
    """`text`, free of markers, as a unit of a report that says nothing else."""
    report = Report(id="", title="", source="", name="", format="txt", language=language, text=text)
    return Unit(report, 0, len(text), 1, "", "", False, 1.0)


def figures_of(unit: Unit) -> list[Figure]:
    """Every figure of a unit: those that measure something first, in reading order, then those that only label."""
    found = [figure for candidate in number_candidates(unit) if (figure := _figure(unit, candidate))]
    taken = [(f.start, f.end) for f in found]
    found += _loose(unit, taken)
    for none in none_candidates(unit):
        zero = Quantity(Decimal(0), Decimal(1), "count")
        planned = none.figure == "target" or TARGET.search(fold(unit.text[: none.start - unit.start]))
        found.append(Figure(unit, none.start, none.end, None, zero, "target" if planned else "result", None, none.after))
    return found


def _figure(unit: Unit, candidate: Candidate) -> Figure | None:
    number = candidate.number
    if number is None:
        return None
    so_far = lower(unit.text[: candidate.start - unit.start]) if not unit.is_row else ""
    kind = _kind(candidate, so_far)
    label = f"{candidate.before} | {candidate.after}"
    direction = _cell_direction(candidate) if unit.is_row else _direction(fold(candidate.before), fold(candidate.after))
    read = quantity(number)
    if unit.is_row and not read.stated:
        read = _with_table_unit(unit, number, read)
    if not unit.is_row and not read.per and read.dimension not in ("%", "pp", "ratio"):
        read = replace(read, per=per_in_words(unit.text[number.end : number.end + 40]))
    if read.value < 0:
        read = replace(read, value=-read.value)
        direction = -1
        kind = "change"
    lowest = quantity(candidate.lower._replace(unit=number.unit, kind=number.kind)) if candidate.lower else None
    rounding = next((name for name, pattern in _MARKS.items() if pattern.search(so_far.rstrip())), "")
    return Figure(
        unit,
        candidate.start,
        candidate.end,
        number,
        read,
        kind,
        candidate.period,
        label,
        candidate.before,
        direction,
        rounding,
        lowest,
    )


def _kind(candidate: Candidate, so_far: str) -> FigureKind:
    """`candidate.figure`, with what is forecast or said to come read as planned; "" where a paragraph about plans holds a sentence
    that compares with the past."""
    unit = candidate.unit
    if candidate.figure == "estimate" and _FORECAST.search(fold(f"{candidate.before} {candidate.after if unit.is_row else ''}")):
        return "target"
    if candidate.figure == "result" and _FUTURE.search(so_far[-120:]):
        return "target"
    carried = candidate.figure == "target" and unit.previous and unit.lead and unit.lead in unit.report.text
    if carried and not heading_sets_target(unit.heading) and not TARGET.search(unit.folded) and _PAST.search(unit.folded):
        return ""
    return candidate.figure


def _loose(unit: Unit, taken: list[tuple[int, int]]) -> Iterator[Figure]:
    """Numbers that `values` passes over: ages, durations, ranks, a number inside a row's label."""
    mentions = periods_in(unit.text)
    for number in numbers_in(unit.text, unit.report.language):
        start, end = unit.start + number.start, unit.start + number.end
        if any(s < end and start < e for s, e in taken) or number.kind in ("date", "year", "code"):
            continue
        if any(m.start <= number.start < m.end for m in mentions):
            continue
        kind = number.kind if number.kind in VALUE_KINDS else "count"
        read = quantity(number._replace(kind=kind))
        if read.value < 0:
            read = replace(read, value=-read.value)
        near = unit.text[max(0, number.start - 60) : number.start]
        yield Figure(unit, start, end, number, read, "", None, near, near, loose=True)


def _direction(before: str, after: str) -> int:
    """Which way the words beside a figure say it went: the last such word before it, else one right behind it."""
    hits = list(_DIRECTION.finditer(before))
    if hits:
        return 1 if hits[-1]["up"] else -1
    following = _DIRECTION.search(after[:28])
    if following:
        return 1 if following["up"] else -1
    return 0


def _cell_direction(candidate: Candidate) -> int:
    header = fold(candidate.after)
    ways = {1 if m["up"] else -1 for m in _DIRECTION.finditer(header)}
    if len(ways) == 1:
        return ways.pop()
    return 1 if ways and candidate.text.strip().startswith("+") else 0


def directions_in(text: str) -> set[int]:
    """Every direction that a text tells, nouns too ("tốc độ tăng trưởng")."""
    return {1 if m["up"] else -1 for m in _DIRECTION.finditer(fold(text))}


_TABLE_UNIT = re.compile(r"(?:đơn vị(?: tính)?|đvt|unit)\s*:\s*([^)\n|›;]{1,24})", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(\s*([^()]{1,18})\s*\)")


def _with_table_unit(unit: Unit, number: Number, read: Quantity) -> Quantity:
    """The unit that a table's caption states for all of it, where cell, header and row state none."""
    stated = _TABLE_UNIT.search(f"{unit.heading} | {unit.lead}")
    if not stated:
        return read
    probe = numbers_in(f"{number.text} {stated[1].strip()}", unit.report.language)
    if probe and probe[0].unit:
        return quantity(number._replace(unit=probe[0].unit, kind=probe[0].kind))
    return read


def places_of(text: str) -> list[Place]:
    """The places a sentence names."""
    return [m.place for m in find_places(text) if m.place.name[:1].isupper()]


def context_of(unit: Unit) -> str:
    """All that stands round a unit and tells what it is about."""
    headers = " | ".join(cell.header for cell in unit.cells)
    label = row_label(unit) if unit.is_row else ""
    return f"{unit.text} | {unit.lead} | {unit.heading} | {unit.previous} | {headers} | {label}"
