"""A figure that a report states, and how it is written down. Offsets are characters of `Report.text`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from index.records import Period, Place, PlaceLevel

Kind = Literal["actual", "plan", "estimate", "previous", "change"]
KINDS: tuple[Kind, ...] = ("actual", "plan", "estimate", "previous", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`report.text[start:end]` is the figure as written. `value` is in the written `unit` ("1,2" "tỷ đồng"); `of` is set for a
    ratio "9/12"; `lower` is the first end of a range. "change" is also a share of a plan ("bằng 104,6% dự toán").

    `indicator` is the glossary concept it measures, "" where none is known; `concepts` are all that its words name, and
    `raw_indicator` those words. `qualifier` is "about", "over", "under" or "". `period` and `place` are None where unknown.
    """

    report_id: str
    start: int
    end: int
    page: int
    value: Decimal
    unit: str
    sort: str  # "percentage", "ratio", "count", "money" or "measure"
    kind: Kind
    indicator: str
    raw_indicator: str
    concepts: tuple[str, ...] = ()
    qualifier: str = ""
    period: Period | None = None
    place: Place | None = None
    of: Decimal | None = None
    lower: Decimal | None = None
    unit_start: int = 0  # the sentence or row that holds it
    unit_end: int = 0


_INDICATOR = 7  # where `_row` has it


def dump(figures: Iterable[Figure]) -> str:
    """The figures of one report as JSON, to be read by `load`."""
    return json.dumps([_row(figure) for figure in figures], ensure_ascii=False, separators=(",", ":"))


class Kept:
    """The figures that `dump` wrote for a report, in reading order. A book of tables has a hundred thousand: each is made when
    it is asked for."""

    def __init__(self, report_id: str, text: str) -> None:
        self._report_id = report_id
        self._rows: list[list[object]] = json.loads(text)
        self._at: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            self._at.setdefault(str(row[_INDICATOR]), []).append(number)

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, indicators: Collection[str] = ()) -> Iterator[Figure]:
        """Those that measure one of these concepts; all where none is given."""
        chosen = sorted(n for name in indicators for n in self._at.get(name, ())) if indicators else range(len(self._rows))
        return (_figure(self._report_id, self._rows[number]) for number in chosen)


def _row(figure: Figure) -> list[object]:
    period, place = figure.period, figure.place
    return [
        figure.start, figure.end, figure.page, str(figure.value), figure.unit, figure.sort, figure.kind, figure.indicator,
        figure.raw_indicator, list(figure.concepts), figure.qualifier,
        [period.year, period.first_month, period.last_year, period.last_month] if period else None,
        [place.name, place.level] if place else None,
        None if figure.of is None else str(figure.of), None if figure.lower is None else str(figure.lower),
        figure.unit_start, figure.unit_end,
    ]  # fmt: skip


def _figure(report_id: str, row: list[object]) -> Figure:
    start, end, page, value, unit, sort, kind, indicator, raw, concepts, qualifier, period, place, of, lower, first, last = row
    return Figure(
        report_id=report_id,
        start=cast(int, start),
        end=cast(int, end),
        page=cast(int, page),
        value=Decimal(str(value)),
        unit=str(unit),
        sort=str(sort),
        kind=cast(Kind, kind),
        indicator=str(indicator),
        raw_indicator=str(raw),
        concepts=tuple(cast("list[str]", concepts)),
        qualifier=str(qualifier),
        period=Period(*cast("list[int]", period)) if period else None,
        place=_place(cast("list[str]", place)) if place else None,
        of=None if of is None else Decimal(str(of)),
        lower=None if lower is None else Decimal(str(lower)),
        unit_start=cast(int, first),
        unit_end=cast(int, last),
    )


def _place(row: list[str]) -> Place:
    return Place(row[0], cast(PlaceLevel, row[1]))
