"""What the makers of claims share: the claim, and how a figure in a sentence is taken out and put back. Shares no code with the
checker."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Literal

from assistant.evidence import Unit

from .claim_numbers import Written, every_value, spell
from .claim_sources import Snippet

Label = Literal["right", "wrong"]


@dataclass(frozen=True)
class Claim:
    """A sentence, what it cites, and whether it is borne out. `was` is the source sentence, for people who read the set."""

    text: str
    language: str
    label: Label
    how: str
    cited: tuple[Unit, ...] = field(repr=False)
    was: str = ""


Maker = Callable[[Snippet, Written, Random], tuple[str, str] | None]

_ROUNDED_BEFORE = re.compile(
    r"(khoảng|gần|hơn|trên|dưới|tới|đến|từ|ít nhất|tối thiểu|xấp xỉ|quá|nhất|about|over|nearly|than|some|least|around|under|"
    r"up to|to|from)"
    r"\s*$",
    re.IGNORECASE,
)
RANGE_AFTER = re.compile(r"^\s*(?:[-–]|đến|to)\s*\d|^\s*/")


def replaced(text: str, figure: Written, new: str) -> str:
    return text[: figure.start] + new + text[figure.end :]


def stands_alone(text: str, figure: Written) -> bool:
    """Whether the figure stands alone: no range, no rounding word before it."""
    return not _ROUNDED_BEFORE.search(text[: figure.start]) and not RANGE_AFTER.search(text[figure.end :])


def says_plan(snippet: Snippet) -> bool:
    """Whether the sentence itself tells that it speaks of a plan, or nothing round it does."""
    return (
        not snippet.planned
        or re.search(r"phấn đấu|mục tiêu|kế hoạch năm|dự kiến|\baims?\b|\btarget", snippet.text.lower()) is not None
    )


def coarse_step(figure: Written) -> Decimal | None:
    """The step to which a person would round the figure."""
    if figure.places and figure.value >= 5:
        return Decimal(1)
    if not figure.places and figure.value >= 1000:
        return Decimal(10) ** (len(str(int(figure.value))) - 2)
    return None


def approximate(snippet: Snippet, figure: Written, word: str, way: str) -> tuple[str, str] | None:
    step = coarse_step(figure)
    if step is None or not says_plan(snippet) or not stands_alone(snippet.text, figure):
        return None
    floor = figure.value // step * step
    value = {"floor": floor, "ceiling": floor + step, "near": (figure.value / step).quantize(Decimal(1)) * step}[way]
    if value == figure.value or floor == figure.value:
        return None
    if way != "near" and abs(value - figure.value) > figure.value * Decimal("0.1"):
        return None
    return replaced(snippet.text, figure, f"{word} {spell(value, snippet.language, 0)}{figure.gap}{figure.unit}"), snippet.language


def is_absent(snippet: Snippet, figure: Written, made: str) -> bool:
    """Whether the figure that took this one's place stands nowhere in the sentence as it was."""
    new = [v for v in every_value(made) if v not in every_value(snippet.unit.text)]
    return bool(new)


def names_no_place(text: str) -> bool:
    return not re.search(
        r"\b(?:xã|phường|huyện|tỉnh|thành phố|thôn|TP|commune|ward|district|province|thị trấn|quận)\b", text, re.IGNORECASE
    )
