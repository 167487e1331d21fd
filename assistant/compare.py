"""Figures of the ledger -> tables over places and periods, and what is computed from them. Code selects and computes, no model.

    table = tables(library.figures("tỷ lệ hộ nghèo"))[0]
    table.at(Place("Tân Lâm Thượng", "commune"), Period(2023))   -> its cell, or None where none or several are told
    difference(later, earlier)                                   -> Result(value=-2.6, formula="5,1% − 7,7%", …)

A cell whose reports disagree is a contradiction: it is shown as one and never computed with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from index import Language, Period, Place
from index.figures.record import Figure, Kind
from index.language import Number, format_number, same_place, show_number
from index.language.units import unit_in
from index.lexicon.glossary import Glossary

from .quantities import Quantity, quantity

Operation = Literal["difference", "ratio", "percent_change", "sum", "mean"]
SYMBOLS: dict[Operation, str] = {"difference": "−", "ratio": "/", "percent_change": "%", "sum": "+", "mean": "mean"}
_ANYBODY = frozenset(("household", "resident", "person", "citizen"))
_DIGITS, _TIMES = Decimal("0.0001"), Decimal("0.01")  # what a mean, or a ratio over 1, without end is cut to before it is shown


@dataclass(frozen=True, slots=True)
class Cell:
    """What the reports say of one place and period: `figures` of one amount, more than one amount where they disagree."""

    place: Place | None
    period: Period | None
    figures: tuple[Figure, ...]

    @property
    def contradicts(self) -> bool:
        return len({amount_of(f).value for f in self.figures}) > 1

    @property
    def figure(self) -> Figure | None:
        """The figure to compute with; None where the reports disagree."""
        return None if self.contradicts else self.figures[0]


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one indicator, one sort of figure and one kind. `unit` is the base they are compared in."""

    indicator: str
    dimension: str
    kind: Kind
    cells: tuple[Cell, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(dict.fromkeys(c.place for c in self.cells if c.place))

    @property
    def periods(self) -> tuple[Period, ...]:
        return tuple(sorted({c.period for c in self.cells if c.period}))

    @property
    def contradictions(self) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells if c.contradicts)

    def at(self, place: Place | None, period: Period | None) -> Cell | None:
        """The cell of a place and a period; of the only one there is where None. None where it is not told."""
        found = [
            c
            for c in self.cells
            if (place is None or (c.place is not None and same_place(c.place, place))) and (period is None or c.period == period)
        ]
        return found[0] if len(found) == 1 else None

    def missing(self) -> list[tuple[Place, Period]]:
        """The pairs of a place and a period of this table that no report tells."""
        told = {(c.place, c.period) for c in self.cells}
        return [(place, period) for place in self.places for period in self.periods if (place, period) not in told]


@dataclass(frozen=True, slots=True)
class Result:
    """A computed amount in the unit of its first input. `formula` has the inputs as the reports write them."""

    operation: Operation
    value: Decimal
    number: Number
    formula: str
    inputs: tuple[Figure, ...]

    def shown(self, language: Language) -> str:
        """The amount without sign, as a reader of `language` writes it."""
        return show_number(self.number._replace(value=abs(self.number.value)), language)


def amount_of(figure: Figure) -> Quantity:
    """The figure's amount in the base of its dimension."""
    return quantity(_number(figure))


def _number(figure: Figure) -> Number:
    return Number(figure.start, figure.end, "", figure.value, figure.unit, figure.sort, figure.of)  # type: ignore[arg-type]


def tables(figures: Sequence[Figure]) -> list[Table]:
    """The figures by indicator, dimension and kind, the largest table first. Ranges and changes have no table."""
    groups: dict[tuple[str, str, Kind], list[Figure]] = {}
    for figure in figures:
        if figure.kind != "change" and figure.lower is None and not figure.qualifier:
            amount = amount_of(figure)
            told: Kind = "actual" if figure.kind == "previous" else figure.kind
            groups.setdefault((figure.indicator, f"{amount.dimension}/{amount.per}", told), []).append(figure)
    made = [Table(name, dimension, kind, _cells(group)) for (name, dimension, kind), group in groups.items()]
    return sorted(made, key=lambda t: -len(t.cells))


def _cells(figures: Sequence[Figure]) -> tuple[Cell, ...]:
    """One cell a place and period, of the figures that name nothing beside what the others name: a part is not the whole."""
    groups: list[tuple[Place | None, Period | None, list[Figure]]] = []
    for figure in figures:
        for place, period, group in groups:
            if period == figure.period and _same(place, figure.place):
                group.append(figure)
                break
        else:
            groups.append((figure.place, figure.period, [figure]))
    return tuple(Cell(place, period, _plainest(group)) for place, period, group in groups)


def _same(one: Place | None, other: Place | None) -> bool:
    return one is other or (one is not None and other is not None and same_place(one, other))


def _plainest(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Those with the fewest concepts beside the indicator: "44,3% of ethnic minority households" is one of a part."""
    parts = [_parts(f) for f in figures]
    least = min(parts, key=len)
    plainest = [f for f, part in zip(figures, parts, strict=True) if part == least or not part]
    return tuple(sorted(plainest, key=lambda f: not f.unit))  # first those that say what they count


def _parts(figure: Figure) -> frozenset[str]:
    """Whom a figure is confined to: "ethnic_minority" in "44,3% số hộ dân tộc thiểu số"."""
    glossary = Glossary.load()
    return frozenset(c for c in figure.concepts if c != figure.indicator and glossary.kind(c) == "subject" and c not in _ANYBODY)


def difference(first: Figure, second: Figure) -> Result | None:
    """`first` − `second`, None where they are not of one dimension. Shares differ by percentage points."""
    a, b = amount_of(first), amount_of(second)
    if not _comparable(a, b):
        return None
    number = _in_unit(first, a.value - b.value)
    if a.dimension == "%":
        number = number._replace(unit="điểm %")
    return Result("difference", number.value, number, f"{_written(first)} − {_written(second)}", (first, second))


def ratio(first: Figure, second: Figure) -> Result | None:
    """`first` / `second`, None where they are not of one dimension or the second is 0."""
    a, b = amount_of(first), amount_of(second)
    if not _comparable(a, b) or not b.value:
        return None
    value = _short(a.value / b.value, _TIMES if a.value >= b.value else _DIGITS)
    number = Number(0, 0, "", value, "lần", "measure")
    return Result("ratio", value, number, f"{_written(first)} / {_written(second)}", (first, second))


def percent_change(later: Figure, earlier: Figure) -> Result | None:
    """100 (`later` − `earlier`) / `earlier`, None for shares, other dimensions or an earlier 0."""
    a, b = amount_of(later), amount_of(earlier)
    if not _comparable(a, b) or not b.value or a.dimension == "%":
        return None
    value = (100 * (a.value - b.value) / b.value).quantize(Decimal("0.1"))
    number = Number(0, 0, "", value, "%", "percentage")
    formula = f"({_written(later)} − {_written(earlier)}) / {_written(earlier)}"
    return Result("percent_change", value, number, formula, (later, earlier))


def total(figures: Sequence[Figure]) -> Result | None:
    """The sum; None for shares, which have none, and for other dimensions mixed."""
    return _over(figures, "sum", lambda values: sum(values, Decimal(0)))


def mean(figures: Sequence[Figure]) -> Result | None:
    """The plain mean, no place weighing more than another."""
    return _over(figures, "mean", lambda values: _short(sum(values, Decimal(0)) / len(values)))


def _over(figures: Sequence[Figure], operation: Operation, reduce: Callable[[list[Decimal]], Decimal]) -> Result | None:
    amounts = [amount_of(f) for f in figures]
    if len(figures) < 2 or not all(_comparable(amounts[0], a) for a in amounts[1:]):
        return None
    if operation == "sum" and amounts[0].dimension == "%":
        return None
    number = _in_unit(figures[0], reduce([a.value for a in amounts]))
    written = " + ".join(_written(f) for f in figures)
    formula = written if operation == "sum" else f"({written}) / {len(figures)}"
    return Result(operation, number.value, number, formula, tuple(figures))


def ranked(table: Table, period: Period | None, *, highest: bool) -> list[Cell]:
    """The cells of one period that no report contradicts, first the highest or the lowest."""
    cells = [c for c in table.cells if c.place and (period is None or c.period == period) and c.figure]
    return sorted(cells, key=lambda c: amount_of(c.figures[0]).value, reverse=highest)


def _comparable(a: Quantity, b: Quantity) -> bool:
    return (a.dimension, a.per) == (b.dimension, b.per) and a.dimension != "ratio"


def _in_unit(figure: Figure, base: Decimal) -> Number:
    """An amount in the base of a figure's dimension, in the unit that the figure is written in."""
    one = amount_of(replace(figure, value=Decimal(1))).value
    value = base / one
    if value == value.to_integral_value():
        value = value.quantize(Decimal(1))
    return Number(0, 0, "", value, figure.unit, figure.sort)  # type: ignore[arg-type]


def _short(value: Decimal, digits: Decimal = _DIGITS) -> Decimal:
    return value.quantize(digits).normalize() + 0


def _written(figure: Figure) -> str:
    """The figure for a formula, in the marks and unit that the report has: "5,1%", "2.845 triệu đồng"."""
    return show(figure, "vi")


def show(figure: Figure, language: Language) -> str:
    """The figure as a reader of `language` writes it."""
    number = _number(figure)
    if number.kind == "ratio" and number.of is not None:
        return (
            f"{format_number(number.value, language)}/{format_number(number.of, language)} {unit_in(number.unit, language)}".strip()
        )
    return show_number(number, language)
