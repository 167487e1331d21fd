"""How near to a value the things asked for stand in its sentence or row. Pure.

"Trong 41 hộ nghèo có 27 hộ không có khả năng lao động", asked for those without ability to work
  41   near to "hộ nghèo", but 27 stands between it and what is asked for
  27   right before it
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from index.language import fold, stem, words

from .aspects import EQUALS, EQUIVALENT, NARROWER, Aspect, Matcher

DECAY = 40  # characters within which nearness falls to 1/e
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

Place = tuple[int, int, float]  # start, end, how surely the aspect is meant there (0..1)


class Nearness(NamedTuple):
    """Weighted means over the aspects asked for, 0..1: 1.0 where each stands at the value. `apart`: halved by each other number
    between them; `clauses`: halved by each semicolon, and by every two commas; `before`: of the words before the value alone."""

    distance: float
    apart: float
    clauses: float
    before: float


def standing(aspects: Sequence[Aspect], text: str, matcher: Matcher) -> list[tuple[float, list[Place]]]:
    """(weight, places in `text`) of each aspect that weighs anything."""
    mentions = matcher.find(text)
    tokens = [(t.start, t.end, fold(t.text)) for t in words(text)]
    found = []
    for aspect in aspects:
        if aspect.weight <= 0:
            continue
        if aspect.kind == "word":
            found.append((aspect.weight, _word_places(aspect, tokens)))
            continue
        sure = [(m, _sureness(aspect.key, m.concept, matcher)) for m in mentions]
        found.append((aspect.weight, [(m.start, m.end, how) for m, how in sure if how]))
    return found


def _sureness(asked: str, named: str, matcher: Matcher) -> float:
    """How surely the concept `named` means the one asked for."""
    if named == asked:
        return 1.0
    if named in EQUIVALENT.get(asked, ()):
        return EQUALS
    return NARROWER if named in matcher.glossary.related(asked) or asked in matcher.glossary.related(named) else 0.0


def _word_places(aspect: Aspect, tokens: Sequence[tuple[int, int, str]]) -> list[Place]:
    spellings: dict[str, float] = {}
    for spelling, weight in aspect.spellings:
        key = fold(spelling)
        spellings[key] = max(spellings.get(key, 0.0), weight)
    places = []
    for n, (start, end, token) in enumerate(tokens):
        forms = [token, stem(token)] + ([f"{token} {tokens[n + 1][2]}"] if n + 1 < len(tokens) else [])
        weight = max(spellings.get(form, 0.0) for form in forms)
        if weight:
            places.append((start, end, weight))
    return places


def nearness(start: int, end: int, text: str, asked: Sequence[tuple[float, Sequence[Place]]]) -> Nearness:
    """Of the value at `text[start:end]`; zeros where nothing is asked for."""
    total = sum(weight for weight, _ in asked) or 1.0
    numbers = [hit.span() for hit in NUMBER.finditer(text)]
    sums = [0.0, 0.0, 0.0, 0.0]
    for weight, places in asked:
        best = [0.0, 0.0, 0.0, 0.0]
        for first, last, sure in places:
            low, high = (last, start) if last <= start else (end, first) if first >= end else (start, start)
            near = sure * math.exp((low - high) / DECAY)
            between = sum(low <= a and b <= high for a, b in numbers)
            breaks = text.count(";", low, high) + 0.5 * text.count(",", low, high)
            found = (near, sure * 0.5**between, sure * 0.5**breaks, near if last <= start else 0.0)
            best = [max(pair) for pair in zip(best, found, strict=True)]
        sums = [total_ + weight * value for total_, value in zip(sums, best, strict=True)]
    return Nearness(*(value / total for value in sums))


def unspoken(asked: Sequence[tuple[float, Sequence[Place]]]) -> float:
    """Share 0..1 of what is asked for that stands nowhere in the text."""
    total = sum(weight for weight, _ in asked)
    return sum(weight for weight, places in asked if not places) / total if total else 0.0
