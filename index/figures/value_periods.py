"""Which period a sentence ties to each of its figures. Pure.

"từ 58,3% năm 2022 lên 64,1% năm 2023"      58,3% 2022, 64,1% 2023
"cao hơn mức 1,46 tỷ USD của cùng kỳ năm 2019"    the same part of 2019 as the one told of
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language import Number, PeriodMention, find_year_parts, fold, is_aside, is_base
from index.records import Period

_SAME_TIME = re.compile(r"\s*(?:cua|of|trong|in)\s+(?:cung ky|the same period)(?:\s+(?:cua|of|in|nam))*\s*")
_OPENS = re.compile(
    r"(?:^\W*|[;,(]\s*|\b(?:trong khi|con|nhung)\s+)cung ky(?: cua)?(?: nam)?\s*$"
)  # "Cùng kỳ năm 2021 bàn giao 12,9 ha"
_IS_OF = re.compile(r"\b(?:bang|dat|chi|equal to|was|were|is)\s*$")
_BRACKET = re.compile(r"\s*\(\s*[^\d();]{0,30}")
_PLAN = re.compile(r"\b(?:ke hoach|kh|chi tieu|muc tieu|du toan|plan|target|goal)\b")
_SAME_PART = re.compile(r"\b(?:cung ky|same period|corresponding period)\b[^,;]*$")
_LABELS_NEXT = re.compile(r"\s*(?::|la|dat|tang|giam|con|chi|co|was|were|at|had)?\s*")


def own_period(text: str, number: Number, low: int, high: int, mentions: Sequence[PeriodMention]) -> Period | None:
    """The single year or part of one that the sentence ties to the number: before it in its clause, right after, at the start."""
    single = [m for m in mentions if m.period.year == m.period.last_year and not is_aside(text, m.start, m.end, number.start)]
    usable = [m for m in single if not is_base(text, m.start) or _OPENS.search(fold(text[: m.start]))]
    if (year_before := _of_year_before(text, number, single) or _of_base(text, number, single)) is not None:
        return year_before
    inside = [m for m in usable if low <= m.start < number.start]
    following = [
        m for m in usable if number.end <= m.start < high and m.start - number.end <= 30 and not _of_next(text, number, m, high)
    ]
    if inside and not (following and _each_its_own(text, low, inside[-1], number, following[0])):
        return inside[-1].period
    if following:
        return following[0].period
    leading = [m for m in usable if m.start < number.start]
    return leading[-1].period if leading else None


def _of_year_before(text: str, number: Number, mentions: Sequence[PeriodMention]) -> Period | None:
    """ "tới hết quý 1/2020 …, cao hơn mức thặng dư 1,46 tỷ USD của cùng kỳ năm 2019": the same part of the year named behind it."""
    behind = next((m for m in mentions if m.start >= number.end), None)
    if behind is None or not _SAME_TIME.fullmatch(fold(text[number.end : behind.start])):
        return None
    if _IS_OF.search(fold(text[: number.start])):  # "bằng 98% của cùng kỳ năm 2019"
        return None
    spoken = [(m.start, m.period) for m in mentions if m.end <= number.start and not is_base(text, m.start)]
    spoken += [(p.start, p.of(behind.period.year)) for p in find_year_parts(text[: number.start]) if not p.shift]
    part = max(spoken, key=lambda one: one[0], default=(0, behind.period))[1]
    return Period(behind.period.year, part.first_month, behind.period.year, part.last_month)


def _of_base(text: str, number: Number, mentions: Sequence[PeriodMention]) -> Period | None:
    """ "8.4% higher than in 2022 (VND 47.3 million)": what stands in a bracket right behind a base is of that; a target is not."""
    bases = [m for m in mentions if m.end <= number.start and is_base(text, m.start)]
    if not bases or not (opened := _BRACKET.fullmatch(text[bases[-1].end : number.start])):
        return None
    told = _last_of(bases[-1].period, text[: bases[-1].start])
    return None if _PLAN.search(fold(opened[0])) else told


def _last_of(year: Period, before: str) -> Period | None:
    """The year, or the part of it that "cùng kỳ" means, where that is told; else None."""
    if not _SAME_PART.search(fold(before)):
        return year
    parts = [p for p in find_year_parts(before) if not p.shift]
    return parts[-1].of(year.year) if parts else None


def _of_next(text: str, number: Number, mention: PeriodMention, high: int) -> bool:
    """ "69,3% (năm 2020: 65,1%", "9,4%, năm 2017 tăng 9,53%": the year is the next number's."""
    parted = re.search(r"[,;(]", text[number.end : mention.start])
    return parted is not None and high < len(text) and _LABELS_NEXT.fullmatch(fold(text[mention.end : high])) is not None


def _each_its_own(text: str, low: int, before: PeriodMention, number: Number, after: PeriodMention) -> bool:
    """ "từ 58,3% năm 2022 lên 64,1% năm 2023", "from 58.3% in 2022 to 64.1% in 2023": each number has its year right behind it."""
    behind = re.compile(r"\s*\(?(?:(?:in|for|by|vào|trong|của|đến|tới)\s+)?", re.IGNORECASE)
    return bool(re.search(r"[\w%)]$", text[:low])) and all(
        behind.fullmatch(between) for between in (text[low : before.start], text[number.end : after.start])
    )
