"""Which amount a run of digits writes: 1.234,5 or 1,234.5, and how an amount is written for a reader of either language."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

SPACES = "[ \u00a0\u202f\u2009]"

_DOT_DECIMAL = re.compile(r"(?<![\d.,/])\d+(?:,\d{3})*\.\d{1,2}(?![\d/]|[.,]\d)")
_COMMA_DECIMAL = re.compile(r"(?<![\d.,/])\d+(?:\.\d{3})*,\d{1,2}(?![\d/]|[.,]\d)")
_DOT_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?![\d.])|\.\d{3},\d{1,2}(?!\d))")
_COMMA_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?![\d,])|,\d{3}\.\d{1,2}(?!\d))")


class Marks(NamedTuple):
    """What a text's unmistakable numbers show of its decimal and thousands marks."""

    language: str
    dot_decimal: bool  # 85.1
    comma_decimal: bool  # 85,1
    dot_thousands: bool  # 1.234.567 or 1.234,5
    comma_thousands: bool  # 1,234,567 or 1,234.5


def marks_of(text: str, language: str) -> Marks:
    """The marks seen in `text`, whose language is `language`."""
    patterns = (_DOT_DECIMAL, _COMMA_DECIMAL, _DOT_THOUSANDS, _COMMA_THOUSANDS)
    return Marks(language, *(pattern.search(text) is not None for pattern in patterns))


def amount(digits: str, marks: Marks, *, counted: bool) -> Decimal:
    """The value of `digits`. A single mark before exactly three digits is read after `marks`; `counted`: a counted noun follows."""
    digits = re.sub(SPACES, "", digits)
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return Decimal(digits)
    if dots and commas:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
        if digits.count(decimal) > 1:
            return only_digits(digits)
        whole, _, part = digits.rpartition(decimal)
        return Decimal(f"{only_digits(whole)}.{part}")
    mark = "." if dots else ","
    groups = digits.split(mark)
    if len(groups) > 2:
        return only_digits(digits)
    whole, part = groups
    if len(part) != 3 or len(whole) > 3 or whole.startswith("0"):
        return Decimal(f"{whole}.{part}")
    if part == "000":  # nobody writes thousandths of nothing
        return only_digits(digits)
    return only_digits(digits) if counted or _is_thousands(mark, marks) else Decimal(f"{whole}.{part}")


def only_digits(text: str) -> Decimal:
    """The digits of `text` as one whole number."""
    return Decimal(re.sub(r"\D", "", text))


def _is_thousands(mark: str, marks: Marks) -> bool:
    if mark == ".":
        if marks.language == "vi":
            return True
        return marks.dot_thousands or (marks.comma_decimal and not marks.dot_decimal)
    if marks.language == "en":
        return marks.comma_thousands or not marks.comma_decimal
    return marks.comma_thousands or (marks.dot_decimal and not marks.comma_decimal)


_SWAP = str.maketrans(",.", ".,")


def format_number(value: Decimal, language: str) -> str:
    """`value` with the marks of `language`, as precise as it is: 1234.50 -> "1,234.50" (en), "1.234,50" (vi)."""
    text = f"{value:,f}"
    return text if language == "en" else text.translate(_SWAP)
