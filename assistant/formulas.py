"""Figures computed from cited ones: sum, difference, ratio, percent change, mean. Code computes; words only say which. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from index.language import fold

from .aspects import Matcher
from .claims import Figure
from .compare import Result
from .evidence import Unit
from .labels import misnamed, quotes_header, related, repeats
from .quantities import Quantity, quantity, same_amount, same_noun

MOST_FIGURES = 24  # of one dimension: pairs and runs beyond that are not searched, so that nothing is found by chance


@dataclass(frozen=True, slots=True)
class Input:
    """A cited figure that goes into a formula: `cited[unit].report.text[start:end]`."""

    unit: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that no report states: its amount, the formula with the inputs as written ("85,1% − 83,0%"), the inputs."""

    quantity: Quantity
    formula: str
    inputs: tuple[Input, ...]


_CHANGE = re.compile(
    r"\b(tang|giam|chenh|chenh lech|cach biet|cao hon|thap hon|nhieu hon|it hon|hon|kem|increas\w*|decreas\w*|"
    r"ris\w+|rose|fell|fall\w*|"
    r"drop\w*|declin\w*|differ\w*|gap|higher|lower|more|fewer|less|grew|up|down|change\w*|reduc\w*)\b"
)
_TOTAL = re.compile(
    r"\b(tong cong|tong cua|cong lai|ca hai|ca ba|gop lai|in total|total of|sum|altogether|together|combined|in all)\b"
)
_MEAN = re.compile(r"\b(trung binh|binh quan|average|mean)\b")
_RATIO = re.compile(r"\b(gap|bang|lan|times|ratio|ty so|ti so|ty le|chiem|share|of the|percent of|phan tram)\b")


def computed_of(result: Result, cited: Sequence[Unit]) -> Computed | None:
    """A tool's result for verify, where every figure that went into it stands in a cited unit; None elsewhere."""
    inputs = []
    for figure in result.inputs:
        at = next((n for n, u in enumerate(cited) if u.report.id == figure.report_id and u.start <= figure.start < u.end), None)
        if at is None:
            return None
        inputs.append(Input(at, figure.start, figure.end, cited[at].report.text[figure.start : figure.end]))
    return Computed(quantity(result.number), result.formula, tuple(inputs))


def derive(claim: Figure, held: Sequence[tuple[int, Figure]], matcher: Matcher) -> Computed | None:
    """The formula over cited figures that gives the claimed amount, where the sentence's words call for one; None where none
    does."""
    if claim.loose or claim.number is None:
        return None
    for computed in _beyond(claim, held, matcher):
        return computed
    if any(repeats(claim, f) for _, f in held):
        return None
    said = fold(claim.unit.text)
    figures = [
        (n, f)
        for n, f in held
        if f.number is not None and not f.loose and f.quantity.dimension != "ratio" and related(claim, f, matcher)
    ]
    columns = [(n, f) for n, f in figures if quotes_header(claim, f)]
    if len(columns) > 1:
        figures = columns
    if not claim.quantity.stated:
        figures = [(n, _as_written(f) if f.unit.is_row else f) for n, f in figures]
    for wanted, formulas in (
        (_CHANGE, (_differences, _changes)),
        (_TOTAL, (_sums,)),
        (_MEAN, (_means,)),
        (_RATIO, (_ratios,)),
    ):
        if not wanted.search(said):
            continue
        for formula in formulas:
            for computed in formula(claim, figures):
                return computed
    return None


_PLAN = r"(?:du toan|ke hoach|chi tieu|muc tieu|estimate|plan|target|budget)"
_EXCEEDS = re.compile(r"\b(?:(?P<up>vuot|cao hon|exceed\w*|surpass\w*)|(?P<down>thap hon|hut|kem|fell short))\b[^.;()\d]{0,40}$")
_BEYOND = re.compile(
    rf"\s*(?:(?P<up>above|over|higher than|more than|cao hon)|(?P<down>below|short of|lower than|thap hon))\b.{{0,20}}\b{_PLAN}"
)


def beyond_plan(figure: Figure) -> int:
    """+1 where a figure is told as how much more than the plan there was, -1 as how much less, 0 elsewhere: "vượt dự toán 4,5%",
    "4.5% above the estimate"."""
    before, after = fold(figure.before), fold(figure.label.removeprefix(figure.before).lstrip(" |"))
    told = _EXCEEDS.search(before)
    if told and re.search(rf"\b{_PLAN}", f"{told[0]} {after[:40]}"):
        return 1 if told["up"] else -1
    behind = _BEYOND.match(after)
    return (1 if behind["up"] else -1) if behind else 0


def _beyond(claim: Figure, figures: Sequence[tuple[int, Figure]], matcher: Matcher) -> Iterator[Computed]:
    """ "vượt 4,5% dự toán" where the evidence has "bằng 104,5% dự toán"."""
    way = beyond_plan(claim)
    for number, held in figures if way else ():
        of_plan = held.quantity.dimension == "%" and held.kind != "change" and re.search(rf"\b{_PLAN}", fold(held.label))
        over = way * (held.quantity.value - 100)
        result = Quantity(over, held.quantity.step, "%")
        if not of_plan or over <= 0 or not same_amount(claim.quantity, result, marked=claim.rounding):
            continue
        others = [f for _, f in figures if f is not held and not f.loose]
        if related(claim, held, matcher) and not misnamed(claim, held, others, matcher):
            sign = f"{held.text} − 100%" if way > 0 else f"100% − {held.text}"
            yield Computed(result, sign, _inputs((number, held)))


def _as_written(figure: Figure) -> Figure:
    """A cell's figure without the unit that its table states: a claim that names none is in the same."""
    value = figure.number.value if figure.number else figure.quantity.value
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return replace(figure, quantity=Quantity(value, step, "count", stated=False))


def _alike(figures: Sequence[tuple[int, Figure]]) -> list[list[tuple[int, Figure]]]:
    """The figures of one dimension and divisor, each group small enough to search."""
    groups: dict[tuple[str, str], list[tuple[int, Figure]]] = {}
    for pair in figures:
        q = pair[1].quantity
        groups.setdefault((q.dimension, q.per), []).append(pair)
    return [g[:MOST_FIGURES] for g in groups.values() if len(g) > 1]


def _levels(group: Sequence[tuple[int, Figure]]) -> list[tuple[int, Figure]]:
    return [(n, f) for n, f in group if f.kind != "change" or f.unit.is_row]


def _comparable(a: Figure, b: Figure, claim: Figure) -> bool:
    """Whether two figures may be set against each other: of cells, those of one column or of one row; counts of one noun."""
    nouns = same_noun(a.quantity.noun, b.quantity.noun) and same_noun(claim.quantity.noun, a.quantity.noun)
    if not nouns or not (a.unit.is_row and b.unit.is_row):
        return nouns
    if a.unit.start == b.unit.start and a.unit.report.id == b.unit.report.id:
        return a.period != b.period or a.period is None
    return _column(a) == _column(b)


def _column(figure: Figure) -> str:
    return next((c.header for c in figure.unit.cells if c.start <= figure.start < c.end), "")


def _differences(claim: Figure, figures: Sequence[tuple[int, Figure]]) -> Iterator[Computed]:
    for group in _alike(figures):
        for a, b in combinations(_levels(group), 2):
            if not _comparable(a[1], b[1], claim):
                continue
            high, low = (a, b) if a[1].quantity.value >= b[1].quantity.value else (b, a)
            value = high[1].quantity.value - low[1].quantity.value
            step = max(high[1].quantity.step, low[1].quantity.step)
            dimension = high[1].quantity.dimension
            wanted = "%" if claim.quantity.dimension == "%" and dimension == "%" else "pp" if dimension == "%" else dimension
            result = Quantity(value, step, wanted, high[1].quantity.noun, high[1].quantity.per)
            if value and same_amount(claim.quantity, result, marked=claim.rounding) and _way_fits(claim, high[1], low[1]):
                yield Computed(result, f"{high[1].text} − {low[1].text}", _inputs(high, low))


def _changes(claim: Figure, figures: Sequence[tuple[int, Figure]]) -> Iterator[Computed]:
    if claim.quantity.dimension != "%":
        return
    for group in _alike(figures):
        for a, b in combinations(_levels(group), 2):
            if a[1].quantity.dimension == "%" or not _comparable(a[1], b[1], claim):
                continue
            for new, old in ((a, b), (b, a)):
                base = old[1].quantity.value
                if not base:
                    continue
                value = 100 * (new[1].quantity.value - base) / base
                if _close(claim.quantity, abs(value), claim.rounding) and _way_fits(
                    claim, *((new[1], old[1]) if value > 0 else (old[1], new[1]))
                ):
                    result = Quantity(abs(value), claim.quantity.step, "%")
                    yield Computed(result, f"({new[1].text} − {old[1].text}) / {old[1].text}", _inputs(new, old))


def _way_fits(claim: Figure, high: Figure, low: Figure) -> bool:
    """Whether a rise told is a rise: the higher figure is the later one, where both have a period."""
    later, earlier = high.period or high.unit.report.period, low.period or low.unit.report.period
    if not claim.direction or later is None or earlier is None or later == earlier:
        return True
    return (later.last > earlier.last) == (claim.direction > 0)


def _sums(claim: Figure, figures: Sequence[tuple[int, Figure]]) -> Iterator[Computed]:
    yield from _runs(claim, figures, lambda values: sum(values, Decimal(0)), " + ", "")


def _means(claim: Figure, figures: Sequence[tuple[int, Figure]]) -> Iterator[Computed]:
    yield from _runs(claim, figures, lambda values: sum(values, Decimal(0)) / len(values), " + ", "mean")


def _runs(
    claim: Figure, figures: Sequence[tuple[int, Figure]], total: Callable[[list[Decimal]], Decimal], sign: str, form: str
) -> Iterator[Computed]:
    """All figures of a group, else two of them, in reading order."""
    for group in _alike(figures):
        levels = [(n, f) for n, f in _levels(group) if f.lower is None]
        if not form and levels and levels[0][1].quantity.dimension == "%":
            continue  # shares of different wholes have no sum
        for chosen in (levels, *(list(pair) for pair in combinations(levels, 2))):
            if len(chosen) < 2 or not all(_comparable(chosen[0][1], f, claim) for _, f in chosen[1:]):
                continue
            value = total([f.quantity.value for _, f in chosen])
            first = chosen[0][1].quantity
            step = max(f.quantity.step for _, f in chosen) if not form else claim.quantity.step
            result = Quantity(value, step, first.dimension, first.noun, first.per)
            same = (
                _close(claim.quantity, value, claim.rounding)
                if form
                else same_amount(claim.quantity, result, marked=claim.rounding)
            )
            if same and claim.quantity.dimension == first.dimension and claim.quantity.per == first.per:
                written = sign.join(f.text for _, f in chosen)
                yield Computed(result, f"({written}) / {len(chosen)}" if form else written, _inputs(*chosen))


def _ratios(claim: Figure, figures: Sequence[tuple[int, Figure]]) -> Iterator[Computed]:
    if claim.quantity.dimension not in ("%", "times", "ratio"):
        return
    for group in _alike(figures):
        for a, b in combinations(_levels(group), 2):
            if claim.quantity.dimension == "%" and a[1].quantity.dimension in ("%", "pp"):
                continue
            if a[1].unit.is_row and b[1].unit.is_row and not _comparable(a[1], b[1], a[1]):
                continue
            for part, whole in ((a, b), (b, a)):
                if not whole[1].quantity.value:
                    continue
                value = part[1].quantity.value / whole[1].quantity.value
                if claim.quantity.dimension == "%":
                    value *= 100
                if _close(claim.quantity, value, claim.rounding):
                    result = Quantity(value, claim.quantity.step, claim.quantity.dimension)
                    yield Computed(result, f"{part[1].text} / {whole[1].text}", _inputs(part, whole))


def _close(claim: Quantity, value: Decimal, marked: str) -> bool:
    """Whether the claim is `value`, which may have no end of digits, rightly rounded."""
    if marked in ("over", "under"):
        error = claim.value - value if marked == "under" else value - claim.value
        return 0 <= error <= claim.step
    return abs(claim.value - value) * 2 <= claim.step * (2 if marked else 1)


def _inputs(*figures: tuple[int, Figure]) -> tuple[Input, ...]:
    return tuple(Input(n, f.start, f.end, f.text) for n, f in figures)
