"""Whether every number, date and named unit of an answer's sentence is borne out by the evidence it cites. Pure; code decides,
no model.

    verify("Xã có 85,1% số hộ dùng nước sạch [1].", [unit], "vi")
    -> (Check(text="85,1%", verdict="match", sources=(Source(0, 812, 817),)),)

Four verdicts: "match" (the cited figure, as exact or rightly rounded), "computed" (a sum, difference, ratio, change or mean of
cited figures, with its formula), "mismatch" (the evidence says something else: another value, unit, year, place, plan for
result, fall for rise) and "unverified" (the evidence does not say; never a guess). Only the first two may be shown: `passes`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from index import Language, Period, Place
from index.figures.candidate import numbers_in, periods_in
from index.language import Number, find_numbers, fold, fold_key, same_place

from .aspects import default_matcher
from .claims import Figure, context_of, directions_in, figures_of, places_of, sentence_unit, unmarked
from .evidence import Unit, named_places, row_label
from .formulas import Computed, Input, beyond_plan, derive
from .labels import misnamed, other_column, other_row, quotes_header, subject_differs
from .quantities import Quantity, same_amount, same_noun
from .spans import period_problem, year_problem

Verdict = Literal["match", "computed", "mismatch", "unverified"]
Reason = Literal["", "value", "unit", "period", "place", "figure", "direction", "subject", "indicator", "date", "code", "uncited"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the evidence bears a claim out: `cited[unit].report.text[start:end]`."""

    unit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Check:
    """One number, date, year or place at `sentence[start:end]` and what became of it. `reason` is "" for a match; `formula` and the
    inputs' `sources` are set for a computed one. `said` is what the evidence says instead, as written, where one figure is
    meant."""

    start: int
    end: int
    text: str
    verdict: Verdict
    reason: Reason = ""
    sources: tuple[Source, ...] = ()
    formula: str = ""
    said: str = ""


def passes(checks: Sequence[Check]) -> bool:
    """Whether a sentence with these checks may be shown."""
    return all(check.verdict in ("match", "computed") for check in checks)


def verify(
    sentence: str,
    cited: Sequence[Unit],
    language: Language,
    *,
    computed: Sequence[Computed] = (),
    period: Period | None = None,
    place: Place | None = None,
) -> tuple[Check, ...]:
    """The checks of one sentence, in reading order; () where it states no number, date, year or place.

    `cited` are the units of evidence whose markers the sentence bears, `computed` the results of tools called for this answer.
    `period` and `place` are those of the question: a figure told without its own must fit them.
    """
    text, offsets = unmarked(sentence)
    claim = sentence_unit(text, language)
    held = [(number, figure) for number, unit in enumerate(cited) for figure in figures_of(unit)]
    checks = []
    for figure in figures_of(claim):
        checks.append(_check(figure, held, cited, computed, period, place))
    taken = [(c.start, c.end) for c in checks]
    spans = periods_in(claim.text)
    for number in find_numbers(claim.text, language):
        if number.kind not in ("date", "code") or any(s < number.end and number.start < e for s, e in taken):
            continue
        period_named = next((m.period for m in spans if m.start < number.end and number.start < m.end), None)
        checks.append(_written(number, period_named, cited))
    checks += _years(claim, cited)
    checks += _places(claim, cited)
    placed = (replace(c, start=offsets[c.start], end=offsets[max(c.start, c.end - 1)] + 1) for c in checks)
    return tuple(sorted(placed, key=lambda c: (c.start, c.end)))


def _check(
    claim: Figure,
    held: Sequence[tuple[int, Figure]],
    cited: Sequence[Unit],
    computed: Sequence[Computed],
    period: Period | None,
    place: Place | None,
) -> Check:
    """The verdict on one figure of the sentence: the best of the cited figures that have its amount, else a formula, else none."""
    at = (claim.start, claim.end, claim.text)
    if not cited:
        return Check(*at, "unverified", "uncited")
    best: tuple[int, Reason, int, Figure] | None = None
    for number, figure in held:
        if not _amounts_meet(claim, figure):
            continue
        problem = _problem(claim, figure, held, number, cited, period, place)
        rank = (_RANK.index(problem), problem, number, figure)
        if best is None or rank[0] < best[0]:
            best = rank
    if best is not None and not best[1]:
        return Check(*at, "match", sources=(Source(best[2], best[3].start, best[3].end),))
    derived = next((c for c in computed if _meets_computed(claim, c)), None)
    if not derived and (best is None or best[1] == "indicator" or best[3].unit.is_row):
        derived = derive(claim, held, default_matcher())
    if derived:
        sources = tuple(Source(i.unit, i.start, i.end) for i in derived.inputs)
        return Check(*at, "computed", sources=sources, formula=derived.formula)
    if best is not None:
        verdict: Verdict = "unverified" if best[1] in ("indicator",) else "mismatch"
        return Check(*at, verdict, best[1], (Source(best[2], best[3].start, best[3].end),), said=best[3].text)
    return _missed(at, claim, held, cited)


_RANK: tuple[Reason, ...] = ("", "indicator", "subject", "place", "period", "direction", "figure")


def _amounts_meet(claim: Figure, held: Figure) -> bool:
    if claim.loose and not held.loose and claim.number is not None and claim.number.kind == "ordinal":
        return False
    a, b = claim.quantity, held.quantity
    if not a.stated and held.unit.is_row and held.number is not None and claim.number is not None:
        return claim.number.value == abs(held.number.value)  # told as the cell has it, its unit left to the header
    if a.dimension == "%" and b.dimension == "pp" and held.kind == "change":
        b = Quantity(b.value, b.step, "%")  # "tăng 2 điểm %" told as "tăng 2%" is the slip judged by `_problem`
    if a.dimension == "pp" and b.dimension == "%" and held.kind == "change":
        b = Quantity(b.value, b.step, "pp")
    if a.per != b.per and _per_meets(claim, held):
        a = replace(a, per=b.per)
    if claim.lower and not (held.lower and same_amount(claim.lower, held.lower)):
        return False
    marked = claim.rounding
    if same_amount(a, b, marked=marked):
        return True
    return bool(held.lower and same_amount(a, held.lower, marked=marked))


_PER_CAPITA = re.compile(r"\b(?:binh quan|dau nguoi|moi nguoi|trung binh|per[ -]capita|per head|per person|average)\b")


def _per_meets(claim: Figure, held: Figure) -> bool:
    """Whether what one side divides by and the other does not goes without saying: a year always, a person where the sentence says
    itself that it is a mean; never a month, a hectare or a household."""
    odd = set(claim.quantity.per.split("/")) ^ set(held.quantity.per.split("/"))
    return odd - {""} <= {"person", "year"} and ("person" not in odd or bool(_PER_CAPITA.search(fold(claim.unit.text))))


def _problem(
    claim: Figure,
    held: Figure,
    all_held: Sequence[tuple[int, Figure]],
    number: int,
    cited: Sequence[Unit],
    period: Period | None,
    place: Place | None,
) -> Reason:
    """The worst thing wrong with taking `held` for what `claim` tells, "" where nothing is."""
    if claim.loose or held.loose:
        return "" if claim.loose else "figure" if held.number is not None and held.number.kind == "ordinal" else ""
    matcher = default_matcher()
    others = [f for _, f in all_held if f is not held and not f.loose]
    if other_column(claim, held) or other_row(claim, held, others, matcher):
        return "indicator"
    quoted = quotes_header(claim, held)
    if not quoted and (not _kinds_meet(claim, held) or _level_as_excess(claim, held)):
        return "figure"
    if not quoted and not _directions_meet(claim, held):
        return "direction"
    if (claim.quantity.dimension == "pp") != (held.quantity.dimension == "pp") and "pp" in (
        claim.quantity.dimension,
        held.quantity.dimension,
    ):
        return "figure"
    if not quoted and period_problem(claim, held, period):
        return "period"
    if _place_problem(claim, held, place):
        return "place"
    if not same_noun(claim.quantity.noun, held.quantity.noun) or subject_differs(claim, held, matcher):
        return "subject"
    if misnamed(claim, held, others, matcher):
        return "indicator"
    return ""


def _kinds_meet(claim: Figure, held: Figure) -> bool:
    told, says = claim.kind, held.kind
    if told == says or "" in (told, says):
        return True
    pair = {told, says}
    if "target" in pair:
        return told == "estimate" and says == "target"
    if "change" in pair:
        return bool(directions_in(held.label if told == "change" else claim.label))
    return True  # a result, an estimate of one, last year's result: `period_problem` tells those apart


def _level_as_excess(claim: Figure, held: Figure) -> bool:
    """ "vượt dự toán 104,5%" where the evidence has "bằng 104,5% dự toán"."""
    return bool(beyond_plan(claim)) and not beyond_plan(held) and held.kind != "change"


def _directions_meet(claim: Figure, held: Figure) -> bool:
    if not claim.direction:
        return True
    if held.direction:
        return claim.direction == held.direction
    told = directions_in(context_of(held.unit))
    return not told or claim.direction in told


def _place_problem(claim: Figure, held: Figure, asked: Place | None) -> bool:
    told = list(claim.places) or places_of(claim.unit.text)
    if not told and asked is not None:
        told = [asked]
    return bool(told) and not any(_place_held(place, held) for place in told)


def _place_held(place: Place, held: Figure) -> bool:
    """Whether the figure is one of `place`: its own words name it; else the nearest text round it that names any."""
    unit = held.unit
    if unit.is_row:
        nearest = [row_label(unit), " | ".join([held.label]), unit.heading, unit.lead]
    else:
        nearest = [held.label, unit.text]
    for text in nearest:
        named = named_places(text)
        if any(same_place(place, p) for p in named) or _named_in(place, text):
            return True
        if any(p.level == place.level for p in named):
            return False
    if unit.report.place and same_place(unit.report.place, place):
        return True
    around = f"{unit.heading} | {unit.lead} | {unit.previous} | {unit.report.title}"
    return _named_in(place, around)


def _named_in(place: Place, text: str) -> bool:
    return f" {fold_key(place.name)} " in f" {fold_key(text)} "


def _years(claim: Unit, cited: Sequence[Unit]) -> list[Check]:
    return [
        Check(start, end, claim.text[start:end], "mismatch" if cited else "unverified", "period" if cited else "uncited")
        for start, end in year_problem(claim, cited)
    ]


def _places(claim: Unit, cited: Sequence[Unit]) -> list[Check]:
    """Places that none of the cited units has to do with."""
    found = []
    for place in places_of(claim.text):
        known = any(
            (u.report.place and same_place(u.report.place, place))
            or _named_in(place, f"{context_of(u)} | {u.report.title} | {u.report.issuer}")
            for u in cited
        )
        if known:
            continue
        at = claim.text.find(place.name)
        start = max(0, at)
        end = start + len(place.name) if at >= 0 else len(claim.text)
        verdict: Verdict = "mismatch" if cited else "unverified"
        found.append(Check(start, end, claim.text[start:end], verdict, "place" if cited else "uncited"))
    return found


def _written(number: Number, named: Period | None, cited: Sequence[Unit]) -> Check:
    """Dates by their day, month and year, or by the period `named` that they are part of; document numbers by letters and
    digits."""
    at = (number.start, number.end, number.text)
    if not cited:
        return Check(*at, "unverified", "uncited")
    for position, unit in enumerate(cited):
        for other in numbers_in(unit.text, unit.report.language):
            if _same_writing(number, other):
                return Check(*at, "match", sources=(Source(position, unit.start + other.start, unit.start + other.end),))
        around = f"{context_of(unit)} | {unit.report.title}"
        whole_day = number.kind == "date" and int(number.value) % 100 > 0
        if named and not whole_day and any(m.period == named for m in periods_in(around)):
            return Check(*at, "match", sources=(Source(position, unit.start, unit.end),))
        if any(_same_writing(number, other) for other in numbers_in(around, unit.report.language)):
            return Check(*at, "match", sources=(Source(position, unit.start, unit.end),))
        if _same_day(number, unit):
            return Check(*at, "match", sources=(Source(position, unit.start, unit.end),))
    return Check(*at, "mismatch", "date" if number.kind == "date" else "code")


def _same_writing(a: Number, b: Number) -> bool:
    if a.kind == "date":
        return b.kind == "date" and _same_date(a.value, b.value)
    return re.sub(r"\W", "", fold(a.text)) == re.sub(r"\W", "", fold(b.text))


def _same_date(a: Decimal, b: Decimal) -> bool:
    """Dates as yyyymmdd with 0 for what is not written: equal where both are, and something is."""
    one = (int(a) // 10000, int(a) // 100 % 100, int(a) % 100)
    two = (int(b) // 10000, int(b) // 100 % 100, int(b) % 100)
    both = [(x, y) for x, y in zip(one, two, strict=True) if x and y]
    return bool(both) and all(x == y for x, y in both) and not (one[2] and not two[2] and one[2] != two[2])


def _same_day(number: Number, unit: Unit) -> bool:
    """Whether a date is the report's own, or a month within the period that governs the unit."""
    if number.kind != "date":
        return False
    if unit.report.date and unit.report.date.replace("-", "") == str(int(number.value)):
        return True
    year, month, day = int(number.value) // 10000, int(number.value) // 100 % 100, int(number.value) % 100
    held = unit.context_period or unit.report.period
    if day or held is None or not year:
        return False
    return held.year == year and (not month or held.first_month <= month <= held.last_month)


def _missed(at: tuple[int, int, str], claim: Figure, held: Sequence[tuple[int, Figure]], cited: Sequence[Unit]) -> Check:
    """No cited figure has the amount: tell a wrong unit or scale from a wrong value."""
    if claim.loose and claim.number is not None and claim.number.kind == "ordinal" and not claim.unit.text[: claim.start].strip():
        return Check(*at, "match")  # the number of a list item
    if claim.loose:
        for number, unit in enumerate(cited):
            if re.search(rf"(?<![\d.,]){re.escape(claim.text)}(?!\d|[.,]\d)", context_of(unit)):
                return Check(*at, "match", sources=(Source(number, unit.start, unit.end),))
    for number, figure in held:
        if claim.number and figure.number and claim.number.value == figure.number.value:
            return Check(*at, "mismatch", "unit", (Source(number, figure.start, figure.end),), said=figure.text)
    return Check(*at, "mismatch", "value")


def _meets_computed(claim: Figure, result: Computed) -> bool:
    """A computed difference is told by its size and a direction: "−2,1" is "giảm 2,1"."""
    amount = result.quantity
    if amount.value >= 0:
        return claim.direction >= 0 and same_amount(claim.quantity, amount, marked=claim.rounding)
    return claim.direction < 0 and same_amount(claim.quantity, replace(amount, value=-amount.value), marked=claim.rounding)


__all__ = ["Check", "Computed", "Input", "Reason", "Source", "Verdict", "passes", "verify"]
