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

_BREAK = re.compile(r"[,;)](?!\d)")
_NEXT_TO = re.compile(r"[\w%]*\s*(?:\w+ )?(?:o|tai|in|at|of|cua|for)\s+(?:xa |huyen |phuong |tinh |ap |thon |ban )?")
_DIGITS = re.compile(r"\d")
_IN_TURN = re.compile(r"\blan luot\b")
_ITEMS = re.compile(r",|;| va | and ")
TOKEN = r"\d+(?:[-/]\d+)*|\w+"
_YEARS = re.compile(r"(?:19|20)\d\d\b(?!\s*(?:ho|nguoi|ha|%))")

Place = tuple[int, int, float]  # start, end, how surely the aspect is meant there (0..1)


class Nearness(NamedTuple):
    """Weighted means over the aspects asked for, 0..1: 1.0 where each stands at the value. `apart`: halved by each other number
    between them; `clauses`: halved by each semicolon, and by every two commas; `before`: of the words before the value alone;
    `own`: of the words between the figure before it and the first comma or figure behind it."""

    distance: float
    apart: float
    clauses: float
    before: float
    own: float


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
    low_own, high_own = stretch(start, end, text, numbers)
    sums = [0.0] * 5
    for weight, places in asked:
        best = [0.0] * 5
        for first, last, sure in places:
            low, high = (last, start) if last <= start else (end, first) if first >= end else (start, start)
            near = sure * math.exp((low - high) / DECAY)
            between = sum(low <= a and b <= high for a, b in numbers)
            breaks = text.count(";", low, high) + 0.5 * text.count(",", low, high)
            own = sure if low_own <= first and last <= high_own else 0.0
            found = (near, sure * 0.5**between, sure * 0.5**breaks, near if last <= start else 0.0, own)
            best = [max(pair) for pair in zip(best, found, strict=True)]
        sums = [total_ + weight * value for total_, value in zip(sums, best, strict=True)]
    return Nearness(*(value / total for value in sums))


def stretch(start: int, end: int, text: str, numbers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """What is said of the value at `text[start:end]` alone: from the figure or semicolon before it to the next comma, semicolon or
    figure. `numbers`: where the text's figures stand."""
    low = max([b for a, b in numbers if b <= start], default=0)
    low = max(low, text.rfind(";", 0, start) + 1)
    comma = _BREAK.search(text, end)
    high = min([a for a, b in numbers if a >= end], default=len(text))
    return low, min(high, comma.start() if comma else len(text))


def named_at(start: int, end: int, text: str, key: str) -> tuple[bool, bool, bool]:
    """Whether a name (folded, one space between words) stands right before the value, with no other figure between; right behind
    it ("10 in Nam Chao"); and anywhere in the text."""
    folded = fold(text)
    spots = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(key)}(?!\w)", folded)]
    before = [b for _, b in spots if b <= start]
    behind = [a for a, _ in spots if a >= end]
    led = bool(before) and NUMBER.search(text, before[-1], start) is None
    followed = bool(behind) and _NEXT_TO.fullmatch(folded[end : behind[0]]) is not None
    return led, followed, bool(spots)


def respective(start: int, text: str, asked: Sequence[str]) -> float:
    """Of "a, b và c lần lượt là 1, 2 và 3": 1.0 for the value whose item has most of the words `asked` (folded), -1.0 for its
    neighbours; 0.0 where the text sets no such row, or no item stands out."""
    folded = fold(text)
    mark = _IN_TURN.search(folded)
    if mark is None:
        return 0.0
    numbers = [m.span() for m in NUMBER.finditer(text, mark.end()) if not _YEARS.match(folded, m.start())]
    items = [part for part in _ITEMS.split(folded[: mark.start()]) if part.strip()]
    if len(items) > max(1, len(numbers)) and not _DIGITS.search(items[-1]) and _DIGITS.search(items[-2]):
        items.pop()  # "trong các năm 2017, 2018, vốn lần lượt đạt": what is told, not of when
    items = items[-len(numbers) :]
    at = next((n for n, (low, high) in enumerate(numbers) if low <= start < high), None)
    if at is None or len(items) < 2 or len(items) != len(numbers):
        return 0.0
    shared = [sum(word in re.findall(TOKEN, item) for word in asked) for item in items]
    most = max(shared)
    if shared.count(most) > 1:
        return 0.0
    return 1.0 if shared[at] == most else -1.0


def unspoken(asked: Sequence[tuple[float, Sequence[Place]]]) -> float:
    """Share 0..1 of what is asked for that stands nowhere in the text."""
    total = sum(weight for weight, _ in asked)
    return sum(weight for weight, places in asked if not places) / total if total else 0.0
