"""Numbers as the claim generator finds and writes them. Shares no code with the checker, so that it can catch the checker's faults.

Only unmistakable figures are taken up: a percentage, a sum of money, a measure or a count of a known noun, in the marks of the
text's language. Everything else in a sentence stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Sort = Literal["percent", "points", "money", "measure", "count"]

VI_NOUNS = {
    "hộ": "households", "người": "people", "học sinh": "pupils", "doanh nghiệp": "enterprises", "lao động": "workers",
    "nhân khẩu": "people", "dự án": "projects", "trường hợp": "cases", "tờ khai": "declarations", "đảng viên": "Party members",
    "giáo viên": "teachers", "hồ sơ": "files", "lượt người": "person-visits", "cán bộ": "officials", "thôn": "villages",
}  # fmt: skip
EN_NOUNS = (
    "households",
    "people",
    "pupils",
    "villages",
    "schools",
    "farmers",
    "women",
    "health stations",
    "districts",
    "enterprises",
)
MONEY_VI = ("nghìn tỷ đồng", "tỷ đồng", "triệu đồng", "nghìn đồng", "tỷ USD", "triệu USD")
MONEY_EN = {
    "nghìn tỷ đồng": "trillion VND", "tỷ đồng": "billion VND", "triệu đồng": "million VND", "nghìn đồng": "thousand VND",
    "tỷ USD": "billion USD", "triệu USD": "million USD",
}  # fmt: skip
MEASURES_EN = {"ha": "hectares", "tấn": "tonnes", "km": "km", "kg": "kg", "tạ/ha": "quintals/ha"}
_VI_DIGITS = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,3})?"
_EN_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,3})?"
_UNITS_VI = (
    r"(?P<points>điểm %|điểm phần trăm)|(?P<percent>%)|(?P<money>(?:nghìn tỷ|tỷ|triệu|nghìn) đồng|(?:tỷ|triệu) USD)"
    r"|(?P<measure>tạ/ha|ha|tấn|km|kg)(?![\w/²2])|(?P<count>" + "|".join(sorted(VI_NOUNS, key=len, reverse=True)) + r")(?!\w)"
)
_UNITS_EN = (
    r"(?P<points>percentage points)|(?P<percent>%|percent\b|per cent\b)|(?P<money>(?:billion|million) (?:VND|USD|dong|dollars))"
    r"|(?P<measure>hectares|tonnes|km|kg)(?!\w)|(?P<count>" + "|".join(EN_NOUNS) + r")(?!\w)"
)
_FOUND = {
    "vi": re.compile(rf"(?<![\w.,/–-])(?P<digits>{_VI_DIGITS})(?P<gap>\s?)(?:{_UNITS_VI})(?!\s*/)"),
    "en": re.compile(rf"(?<![\w.,/–$-])(?P<digits>{_EN_DIGITS})(?P<gap>\s?)(?:{_UNITS_EN})(?!\s*/)"),
}
_ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_ONES_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS_EN = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@dataclass(frozen=True, slots=True)
class Written:
    """A figure in a sentence at start:end, its unit included. `places` counts its decimals."""

    start: int
    end: int
    digits: str
    value: Decimal
    places: int
    unit: str
    gap: str
    sort: Sort


def written(text: str, language: str) -> list[Written]:
    """The figures of `text` that can be read in one way only. None at all where the text mixes both languages' marks."""
    odd = re.compile(r"\d\.\d{1,2}(?!\d)|\d,\d{3}(?!\d)") if language == "vi" else re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3}(?!\d)")
    if odd.search(text) or re.search(r"\d \d{3}(?!\d)", text):
        return []
    return list(_written(text, language))


def _written(text: str, language: str) -> Iterator[Written]:
    for m in _FOUND[language].finditer(text):
        digits = m["digits"]
        mark = "," if language == "vi" else "."
        if re.search(r"\d\s*%?\s*(?:[-–]|đến|tới|to)\s*$|\d[.,] $", text[: m.start()]):  # the second end of a range; "211, 6"
            continue
        whole, _, part = digits.partition(mark)
        value = Decimal(re.sub(r"\D", "", whole) + ("." + part if part else ""))
        sort = next(name for name in ("points", "percent", "money", "measure", "count") if m[name])
        yield Written(m.start(), m.end(), digits, value, len(part), m[sort], m["gap"], sort)  # type: ignore[arg-type]


def spell(value: Decimal, language: str, places: int | None = None) -> str:
    """`value` with the marks of `language`, with `places` decimals (as many as it has where None)."""
    count = max(0, -int(value.as_tuple().exponent)) if places is None else places
    fixed = f"{value.quantize(Decimal(1).scaleb(-count), rounding=ROUND_HALF_UP):f}"
    whole, _, part = fixed.partition(".")
    sign = "-" if whole.startswith("-") else ""
    whole = whole.lstrip("-")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    point, comma = (",", ".") if language == "vi" else (".", ",")
    return sign + comma.join([whole, *groups]) + (point + part if part else "")


def in_words(value: int, language: str) -> str:
    """2..99 in words: "ba mươi hai", "thirty-two"."""
    tens, ones = divmod(value, 10)
    if language == "en":
        if value < 20:
            return _ONES_EN[value]
        return _TENS_EN[tens] + ("-" + _ONES_EN[ones] if ones else "")
    if value < 10:
        return _ONES[value]
    head = "mười" if tens == 1 else f"{_ONES[tens]} mươi"
    if not ones:
        return head
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _ONES[ones])
    return f"{head} {last}"


def every_value(text: str) -> set[Decimal]:
    """Whatever value any digits of `text` might be read as, in either language's marks: to be sure a wrong figure is nowhere."""
    found: set[Decimal] = set()
    for m in re.finditer(r"\d+(?:[.,]\d+)*", text):
        raw = m[0]
        found.add(Decimal(re.sub(r"[.,]", "", raw)))
        for mark in ".,":
            if raw.count(mark) == 1:
                whole, _, part = raw.partition(mark)
                digits = re.sub(r"\D", "", part)
                found.add(Decimal(f"{re.sub(r'[.,]', '', whole)}.{digits or 0}"))
    return {v.normalize() for v in found}
