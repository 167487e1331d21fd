"""Numbers written in words, where nothing else can be meant."""

from __future__ import annotations

import re
from decimal import Decimal

from index.language.normalise import fold, listed, lower
from index.language.units import KIND

Numeral = tuple[int, int, Decimal, Decimal | None]

_DIGITS_VI = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
              "tám": 8, "chín": 9}  # fmt: skip
_SCALES_VI = {"trăm": 100, "nghìn": 1000, "ngàn": 1000, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_WORD_VI = "|".join([*_DIGITS_VI, "mười", "mươi", "linh", "lẻ", "không", *_SCALES_VI])
_RUN_VI = re.compile(rf"(?<!\w)(?:{_WORD_VI})(?:\s+(?:{_WORD_VI})(?!\s+(?:lệ|trọng|suất|số|giá)(?!\w)))*(?!\w)")  # not "một tỷ lệ"
_PART_VI = re.compile(r"(?<!\w)(một|hai|ba|bốn|năm|mot|bon)\s+(?:phần|phan)\s+(hai|ba|tư|bốn|năm|sáu|mười|tu|bon)(?!\w)")
_HALF_VI = re.compile(r"(?<!\w)(?:một nửa|mot nua|phân nửa)(?!\w)(?!\s+(?:đầu|cuối|dau|cuoi|năm|nam))")
_PERCENT_VI = re.compile(r"\s+phần trăm\b")

_ONES_EN = {
    word: value
    for value, word in enumerate(
        listed(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
            " nineteen"
        ),
        1,
    )
}
_TENS_EN = {word: 10 * value for value, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_SCALES_EN = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_WORD_EN = "|".join(sorted([*_ONES_EN, *_TENS_EN, *_SCALES_EN], key=len, reverse=True))
_RUN_EN = re.compile(
    rf"(?<![\w-])(?:an?\s+(?=hundred|thousand|million|billion))?(?:{_WORD_EN})(?:(?:\s+and\s+|\s+|-)(?:{_WORD_EN}))*(?![\w-])"
)
_PART_EN = re.compile(
    r"(?<!\w)(one|two|three|four|a)[ -](thirds?|quarters?|fifths?|tenths?)(?= of\b| the\b|\W*$"
    r"|[.,;])(?!\s+of\s+(?:the\s+)?(?:year|20\d\d|19\d\d))"
)
_IN_EN = re.compile(r"(?<!\w)(one|two|three|four) in (?:every )?(two|three|four|five|six|seven|eight|nine|ten)(?![\w-])")
_HALF_EN = re.compile(
    r"(?<!first )(?<!second )(?<!last )(?<!latter )(?<!other )(?<!1st )(?<!2nd )(?<!\w)(?<!-)half(?= of\b"
    r"| the\b)(?!\s+of\s+(?:the\s+year|20\d\d|19\d\d))"
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_NOUNS_VI = {
    form for form, kind in KIND["vi"].items() if kind == "count" and form not in ("con", "em", "nước", "bộ", "ca", "cái", "điểm")
}
_NOUN_VI = re.compile(r"\s+(?:" + "|".join(re.escape(n) for n in sorted(_NOUNS_VI, key=len, reverse=True)) + r")(?!\w)")
_FOLDED_NOUN = re.compile(r"\s+(?:" + "|".join(re.escape(fold(n)) for n in sorted(_NOUNS_VI, key=len, reverse=True)) + r")(?!\w)")
_FOLDED_VI = re.compile(r"(?<!\w)(hai|ba|bon|bay|chin|muoi)(?!\w)")
_FOLDED_VALUE = {"hai": 2, "ba": 3, "bon": 4, "bay": 7, "chin": 9, "muoi": 10}
_OF_EN = re.compile(r"\s+(?:out )?of (?:the )?\d")
_NOUN_EN = re.compile(r"\s+(?:[a-z-]+\s+)?(?:[a-z]+[^\Wsu]s|people|children|women|men)\b|\s*%|\s+per ?cent\b")


def find_numerals(text: str, language: str, marked: bool) -> list[Numeral]:
    """(start, end, value, whole) of the spelled numbers; `whole` is set for fractions: two thirds = 2 of 3."""
    low = lower(text)
    if language == "en" and not marked:
        return _english(low)
    return _vietnamese(low, text) if marked else [*_vietnamese(low, text), *_folded(low)]


def _vietnamese(low: str, text: str) -> list[Numeral]:
    found: list[Numeral] = []
    values = {**_DIGITS_VI, "mot": 1, "bon": 4, "tu": 4, "mười": 10}
    for m in _PART_VI.finditer(low):
        found.append((m.start(), m.end(), Decimal(values[m[1]]), Decimal(values[m[2]])))
    for m in _HALF_VI.finditer(low):
        found.append((m.start(), m.end(), Decimal(1), Decimal(2)))
    for m in _RUN_VI.finditer(low):
        if any(m.start() < end and start < m.end() for start, end, _, _ in found):
            continue
        run = m[0].split()
        value = _read_vietnamese(run)
        if value is None or (text[m.start() : m.end()] != m[0] and not _opens(text, m.start())):
            continue
        if re.search(r"\b(?:thứ|tháng|phần)\s+$", low[max(0, m.start() - 8) : m.start()]):
            continue
        if low.startswith(" phần", m.end()) and not _PERCENT_VI.match(low, m.end()):
            continue
        plain = len(run) == 1
        if plain and (run[0] in ("một", "năm", "tư", "mốt", "lăm", "không") or not _NOUN_VI.match(low, m.end())):
            continue
        found.append((m.start(), m.end(), Decimal(value), None))
    return found


def _opens(text: str, at: int) -> bool:
    """Whether a sentence opens here, so that a capital letter says nothing."""
    before = text[max(0, at - 20) : at]
    return not before.strip() or before.rstrip()[-1] in ".!?:;" or "\n" in before[len(before.rstrip()) :]


def _folded(low: str) -> list[Numeral]:
    return [
        (m.start(), m.end(), Decimal(_FOLDED_VALUE[m[1]]), None)
        for m in _FOLDED_VI.finditer(low)
        if _FOLDED_NOUN.match(low, m.end())
    ]


def _read_vietnamese(run: list[str]) -> int | None:
    """The value of numeral words in a row, None where they do not make one number ("hai ba", "trăm năm")."""
    total = group = 0
    last: int | None = None  # a digit that still waits for its scale
    previous = ""
    for word in run:
        if word in ("linh", "lẻ"):
            if previous != "trăm":
                return None
        elif word == "mười":
            if last is not None:
                return None
            group += 10
        elif word == "mươi":
            if last is None or last < 2:
                return None
            group, last = group + last * 10, None
        elif word in _SCALES_VI:
            scale = _SCALES_VI[word]
            if scale == 100:
                if last is None:
                    return None
                group, last = group + last * 100, None
            else:
                amount = group + (last or 0)
                if not amount:
                    return None
                total, group, last = total + amount * scale, 0, None
        else:
            if last is not None:
                return None
            last = 0 if word == "không" else _DIGITS_VI[word]
        previous = word
    if run == ["không"] or run[-1] in ("linh", "lẻ"):
        return None
    return total + group + (last or 0)


def _english(low: str) -> list[Numeral]:
    found: list[Numeral] = []
    for m in _PART_EN.finditer(low):
        found.append((m.start(), m.end(), Decimal(1 if m[1] == "a" else _ONES_EN[m[1]]), Decimal(_PARTS[m[2].rstrip("s")])))
    for m in _IN_EN.finditer(low):
        if _ONES_EN[m[1]] < _ONES_EN[m[2]]:
            found.append((m.start(), m.end(), Decimal(_ONES_EN[m[1]]), Decimal(_ONES_EN[m[2]])))
    for m in _HALF_EN.finditer(low):
        found.append((m.start(), m.end(), Decimal(1), Decimal(2)))
    for m in _RUN_EN.finditer(low):
        if any(m.start() < end and start < m.end() for start, end, _, _ in found):
            continue
        run = [w for w in re.split(r"[\s-]+", m[0]) if w not in ("and", "a", "an")]
        value = _read_english(run)
        if value is None or (len(run) == 1 and (run[0] == "one" or m[0] in _SCALES_EN)):
            continue
        if len(run) == 1 and not _NOUN_EN.match(low, m.end()) and not _OF_EN.match(low, m.end()):
            continue
        found.append((m.start(), m.end(), Decimal(value), None))
    return found


def _read_english(run: list[str]) -> int | None:
    total = group = 0
    previous = ""
    for word in run:
        if word in _ONES_EN:
            if previous in _ONES_EN or (previous in _TENS_EN and _ONES_EN[word] > 9):
                return None
            group += _ONES_EN[word]
        elif word in _TENS_EN:
            if previous in _ONES_EN or previous in _TENS_EN:
                return None
            group += _TENS_EN[word]
        elif word == "hundred":
            group = (group or 1) * 100
        else:
            total, group = total + (group or 1) * _SCALES_EN[word], 0
        previous = word
    return total + group
