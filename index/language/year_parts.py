"""Parts of a year that are named without it, as the sentences of a report mostly do: "9 tháng đầu năm", "hết tháng 11", "quý III".

find_year_parts("Lũy kế hết tháng 11, xuất khẩu đạt …") -> [YearPart(0, 20, first_month=1, last_month=11)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.language.normalise import fold
from index.language.periods import COUNT, MONTH, MONTH_NUMBER, QUARTER, find_periods
from index.records import Period


@dataclass(frozen=True, slots=True)
class YearPart:
    """`text[start:end]` names months `first_month` to `last_month` of a year it does not name: `shift` 0 for the year spoken of,
    -1 for the one before it, +1 for the next. `until`: told as an end ("đến 15/11"), so that the year up to it is meant."""

    start: int
    end: int
    first_month: int
    last_month: int
    shift: int = 0
    until: bool = False

    def of(self, year: int) -> Period:
        """Spoken in a text about `year`."""
        return Period(year + self.shift, self.first_month, year + self.shift, self.last_month)


def _number(group: str) -> str:
    return rf"(?P<{group}>1[0-2]|0?[1-9]|{'|'.join(COUNT)})"


_UNTIL = r"(?:(?P<until>(?:luy ke |tinh |cong don )*(?:den|het|toi)(?: het)?(?: ngay)?(?: cuoi)?)\s+)?"
_NO_YEAR = r"(?!\s*(?:[/-]|,?\s*nam|cua nam)?\s*(?:19|20)\d\d)(?![\w/]|[.,]\d)"
_MONTH_OF_YEAR = r"1[0-2]|0?[1-9]"
_TOLD = (  # else "6 tháng" is how long
    r"(?=\s*[,:]|\s+(?:dat|tang|giam|co|uoc|thu|kim|xuat|nhap|nuoc|ca|toan|ghi nhan|phat hien|tiep nhan|don|da))"
)
_PATTERN = re.compile(
    rf"(?<![\w/.,])(?:trong |sau |qua |het )?{_number('n')}\s+thang\s+"
    rf"(?:(?P<half>dau|cuoi)(?:\s+cua)?\s+nam|qua\b|nam nay){_NO_YEAR}"
    rf"|(?<![\w/.,])(?:trong |sau |het )?{_number('n2')}\s+thang{_TOLD}"
    rf"|(?<![\w/]){_UNTIL}(?:(?:nua (?:dau|cuoi)|ky [12]|ky i{{1,2}}|dau|giua|cuoi)\s+)?thang\s+(?P<m>{_MONTH_OF_YEAR})"
    rf"(?!\s*(?:tuoi|ngay)\b){_NO_YEAR}"
    rf"|(?<![\w/])(?P<until2>(?:tinh )?(?:den|het|toi)(?: het)?(?: ngay)?)\s+\d{{1,2}}\s*/\s*(?P<d>{_MONTH_OF_YEAR}){_NO_YEAR}"
    rf"|(?<![\w/])ngay\s+\d{{1,2}}\s*/\s*(?P<d2>{_MONTH_OF_YEAR}){_NO_YEAR}"
    rf"|(?<![\w/])quy\s+(?P<q>iii|ii|iv|i|[1-4]){_NO_YEAR}"
    rf"|(?<!\w)nua (?P<h>dau|cuoi)\s+nam(?: nay)?{_NO_YEAR}"
    rf"|(?<!\w)(?:the )?(?P<e_half>first|last)\s+{_number('e_n')}\s+months{_NO_YEAR}"
    rf"|(?<!\w)(?P<e_until>(?:up to|until|through|by) (?:the end of )?)?(?:in |of |during |mid-|early |late )?"
    rf"(?P<e_m>{MONTH}){_NO_YEAR}"
    rf"|(?<!\w)(?:the )?(?P<e_q>first|second|third|fourth|last) quarter{_NO_YEAR}|(?<!\w)q(?P<e_q2>[1-4]){_NO_YEAR}"
    rf"|(?<!\w)(?:the )?(?P<e_h>first|second) half(?: of the year)?{_NO_YEAR}"
    rf"|(?<!\w)(?P<whole>nam nay|ca nam|this year|nam (?:truoc|ngoai)|last year|nam (?:toi|sau)|next year)(?!\w)"
)
_SHIFT = {"nam truoc": -1, "nam ngoai": -1, "last year": -1, "nam toi": 1, "nam sau": 1, "next year": 1}


def find_year_parts(text: str) -> list[YearPart]:
    """The parts of a year named without it, in reading order; those with their year are find_periods' business. `text`: NFC."""
    folded = fold(text)
    named = [(m.start, m.end) for m in find_periods(text)]
    found = []
    for match in _PATTERN.finditer(folded):
        if any(start < match.end() and match.start() < end for start, end in named):
            continue
        part = _part(match, text)
        if part is not None:
            found.append(part)
    return found


def _part(match: re.Match[str], text: str) -> YearPart | None:
    v = {name: value for name, value in match.groupdict().items() if value}
    start, end = match.span()
    if whole := v.get("whole"):
        return YearPart(start, end, 1, 12, _SHIFT.get(whole, 0))
    for count, half in (("n", "half"), ("n2", ""), ("e_n", "e_half")):
        if count in v:
            months = int(v[count]) if v[count].isdigit() else COUNT[v[count]]
            last = bool(half) and v.get(half) in ("cuoi", "last")
            return YearPart(start, end, 13 - months if last else 1, 12 if last else months)
    if half_of := v.get("h") or v.get("e_h"):
        first = half_of in ("dau", "first")
        return YearPart(start, end, 1 if first else 7, 6 if first else 12)
    if quarter := v.get("q") or v.get("e_q") or v.get("e_q2"):
        n = QUARTER[quarter]
        return YearPart(start, end, 3 * n - 2, 3 * n)
    if name := v.get("e_m", ""):
        if not text[match.start("e_m")].isupper():  # "may", "march": words of their own
            return None
        month = MONTH_NUMBER[name]
        return YearPart(start, end, month, month, until="e_until" in v)
    month = int(v.get("m") or v.get("d") or v.get("d2") or 0)
    return YearPart(start, end, month, month, until="until" in v or "until2" in v)
