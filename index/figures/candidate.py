"""A value that a unit of evidence states, with the words that label it; and the figures and periods of a text, found once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from index.figures.units import Unit
from index.language import Number, PeriodMention, find_numbers, find_periods, format_number, show_number
from index.records import Language, Period

ValueKind = Literal["percentage", "ratio", "count", "money", "measure", "date", "name", "place", "yes_no", "text"]
FigureKind = Literal["result", "target", "estimate", "previous", "change", ""]

VALUE_KINDS: dict[str, ValueKind] = {
    "percentage": "percentage",
    "ratio": "ratio",
    "money": "money",
    "measure": "measure",
    "count": "count",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value at `unit.report.text[start:end]`. `before`/`after` are the words that label it, with the trust 0..1 to put in each.

    `number` is None for names, dates and phrases; `amount` is its value, 0 for "không còn hộ nghèo". `lower` is the first end of
    a range ("14 – 16 tỷ USD"), whose second is `number`. `period` is the one that the sentence itself or the column header ties
    to the value, None where neither does. `base` is what a column compares with ("Tháng 12 năm 2024" under "so với").
    """

    unit: Unit
    start: int
    end: int
    kind: ValueKind
    before: str = ""
    after: str = ""
    before_trust: float = 1.0
    after_trust: float = 1.0
    number: Number | None = None
    amount: Decimal | None = None
    figure: FigureKind = ""
    period: Period | None = None
    lower: Number | None = None
    base: str = ""

    @property
    def text(self) -> str:
        return self.unit.report.text[self.start : self.end]

    def shown(self, language: str) -> str:
        """The value as a reader of `language` writes it."""
        if self.number and self.lower:
            return f"{format_number(self.lower.value, language)}–{show_number(self.number, language)}"
        return show_number(self.number, language) if self.number else self.text.strip(" .,;:")


@lru_cache(maxsize=20_000)
def numbers_in(text: str, language: Language) -> tuple[Number, ...]:
    return tuple(find_numbers(text, language))


@lru_cache(maxsize=20_000)
def periods_in(text: str) -> tuple[PeriodMention, ...]:
    return tuple(find_periods(text))
