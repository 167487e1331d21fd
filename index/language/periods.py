"""Years, quarters, months and spans of them as texts name them, with and without Vietnamese marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.language.normalise import fold
from index.records import Period


class PeriodMention(NamedTuple):
    """`text[start:end]` names `period`."""

    start: int
    end: int
    period: Period


_Y = r"(?:19|20)\d{2}|2100"
_MONTHS = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep october|oct"
    " november|nov december|dec"
)
MONTH_NUMBER = {name: i for i, names in enumerate(_MONTHS.split(), 1) for name in names.split("|")}
MONTH = "|".join(sorted(MONTH_NUMBER, key=len, reverse=True))
COUNT = {"ba": 3, "bon": 4, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10, "two": 2, "three": 3, "four": 4,
          "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}  # fmt: skip
_COUNT_WORD = "|".join(COUNT)
QUARTER = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "nhat": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "first": 1, "second": 2,
            "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1": 1, "2": 2, "3": 3, "4": 4}  # fmt: skip
_NAM = r"(?:\s*[,/]\s*|\s+(?:cua\s+)?(?:nam\s+)?|\s*[,/]?\s*nam\s+)"
_OF = r",?\s+(?:of\s+|in\s+)?(?:the\s+year\s+)?"
_A, _Z = r"(?<![\w/])", r"(?![\w]|[.,]\d|/\w)"

# Folded text, longest readings first: what an earlier pattern took, a later one does not see.
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}|2100)(?!\d)")
_REACH = 48
_PATTERNS = re.compile(
    rf"{_A}0?1[/.]0?1(?:[/.](?:19|20)\d\d)?\s*(?:-|–|den(?:\s+het)?(?:\s+ngay)?|to)\s*\d{{1,2}}[/.](?P<c_m>\d{{1,2}})[/.](?P<c_y>{_Y}){_Z}"
    rf"|{_A}(?P<m_n>\d{{1,2}}|{_COUNT_WORD})\s+thang\s+(?P<m_half>dau|cuoi){_NAM}(?P<m_y>{_Y}){_Z}"
    rf"|{_A}(?P<p_n>\d{{1,2}})\s+thang(?:\s+nam\s+|\s*/\s*|\s+)(?P<p_y>{_Y}){_Z}"
    rf"|{_A}(?P<e_half>first|last)\s+(?P<e_n>\d{{1,2}}|{_COUNT_WORD})\s+months{_OF}(?P<e_y>{_Y}){_Z}"
    rf"|{_A}(?P<h_half>first|second|last|latter|1st|2nd|h1|h2)(?:\s+half)?{_OF}(?P<h_y>{_Y}){_Z}"
    rf"|{_A}nua\s+(?P<n_half>dau|cuoi|sau){_NAM}(?P<n_y>{_Y}){_Z}"
    rf"|{_A}quy\s+(?P<q_n>iii|ii|iv|i|[1-4]|nhat|mot|hai|ba|tu|bon){_NAM}(?P<q_y>{_Y}){_Z}"
    rf"|{_A}(?P<f_n>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter{_OF}(?P<f_y>{_Y}){_Z}"
    rf"|{_A}q(?P<g_n>[1-4])(?:\s*[/,-]?\s*)(?P<g_y>{_Y}){_Z}"
    rf"|{_A}(?P<k_y>{_Y})\s?[/-]?\s?q(?P<k_n>[1-4]){_Z}"
    rf"|(?<![\w/.-])(?:ngay\s+)?(?P<d_d>\d{{1,2}})(?P<d_s>[/.-])(?P<d_m>\d{{1,2}})(?P=d_s)(?P<d_y>{_Y}){_Z}"
    rf"|(?<![\w/-])(?P<i_y>{_Y})-(?P<i_m>\d{{2}})-\d{{2}}(?!\w)"
    rf"|{_A}(?:tu\s+)?thang\s+(?P<s_a>\d{{1,2}})\s*(?:-|–|den)\s*(?:het\s+)?(?:thang\s+)?(?P<s_b>\d{{1,2}})(?:\s*/\s*"
    rf"|\s+nam\s+)(?P<s_y>{_Y}){_Z}"
    rf"|{_A}(?:ngay\s+\d{{1,2}}\s+)?thang\s+(?P<t_m>\d{{1,2}}|gieng|chap)(?:\s*[/-]\s*|,?\s+nam\s+|\s+)(?P<t_y>{_Y}){_Z}"
    rf"|(?<![\w/.,-])(?P<u_m>\d{{1,2}})\s?/\s?(?P<u_y>{_Y})(?![\w/]|[.,]\d|-\w)"
    rf"|{_A}(?P<b_a>{MONTH})\s*(?:-|–|to|through|until)\s*(?P<b_b>{MONTH}),?\s+(?P<b_y>{_Y}){_Z}"
    rf"|{_A}(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?P<v_m>{MONTH})\.?,?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?(?P<v_y>{_Y}){_Z}"
    rf"|{_A}(?:giai doan|nien vu|nhiem ky|nam hoc|tu nam|tu|from|between|period|school year)?\s*(?:nam\s+)?(?P<r_a>{_Y})"
    rf"\s*(?:-|–|—|/|\bden het nam\b|\bden nam\b|\bden\b|\bto\b)\s*(?P<r_b>{_Y})(?![\w]|[.,]\d|[/-]\w)"
    rf"|{_A}(?:between)\s+(?P<w_a>{_Y})\s+and\s+(?P<w_b>{_Y}){_Z}"
    rf"|(?P<o_lead>(?<!\w)(?:nam|year|in|fy|during|since)\s*)?(?<![\w.,/:$€₫])(?:(?<!\w-)|(?<=mid-)|(?<=end-)|(?<=early-)|(?<=late-))(?P<o_y>{_Y})(?![\w%‰]|[.,:]\d|/\w|-\d"
    rf"|-[a-z]{{2,}}\b(?<!-based))"
)
_COUNTED = re.compile(
    r"\s?(?:%|dong|vnd|usd|euro|trieu|ty|ti|nghin|ho|nguoi|nhan khau|khau|lao dong|hoc sinh|sinh vien|doanh nghiep|cay|con"
    r"|dang vien|hoi vien"
    r"|ha|km2?|m2|m3|m|tan|ta|kg|lit|luot|households?|people|persons?|residents|inhabitants|workers?|pupils?|students?"
    r"|children|women|trees"
    r"|enterprises?|visitors|hectares?|tonnes?|tons?|dollars?|million|billion|percent|per cent)(?!\w)"
)
_CODE_BEFORE = re.compile(
    r"(?:quyet dinh|nghi quyet|thong tu|nghi dinh|cong van|ma so|tai khoan|hotline|iso|no\.|decision|decree|resolution)\s*$"
    r"|(?<!\w)so\s*:?\s*$"
)

_BASE = re.compile(
    r"(?:so voi(?: \w+){0,5}|so sanh|co dinh|goc|ke tu|constant|prices of|since|cung ky|hon(?: vu| cung ky| ca)?(?: \w+)?"
    r"|than|with|to|from|against|bang|(?:bang|voi) (?:voi )?muc(?: \w+){0,2} cua|on)"
    r"\s*(?:cung ky\s*)?(?:cuoi\s*)?(?:nam|in|year|the)?\s*$"
)
# What marks or a figure tell: "so năm 2018" ("số năm 2018" is none), "gấp 4,7 lần năm 2021", "2.6 per cent over June 2022".
_BASE_WRITTEN = re.compile(
    r"(?<!\w)so\s+(?:cùng kỳ\s*)?(?:cuối\s*)?(?:năm|tháng|quý)?\s*$"
    r"|(?<!\w)(?:gấp|bằng|gap|bang)\s+[\d.,]+\s*(?:%|lần|lan)\s*(?:(?:so với|so voi|của|cua)\s*)?(?:năm|nam)?\s*$"
    r"|(?:%|per ?cent|points?|times)\s+over\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_BASE_REACH = 40  # characters


def is_base(text: str, start: int) -> bool:
    """Whether what stands before the period named at `text[start:]` makes it one compared with: "so với cùng kỳ năm 2019"."""
    before = text[max(0, start - _BASE_REACH) : start]
    return _BASE.search(fold(before)) is not None or _BASE_WRITTEN.search(before) is not None


def is_aside(text: str, start: int, end: int, place: int) -> bool:
    """Whether the period named at `text[start:end]` stands in a bracket with a figure of its own, closed before `place`, so that
    it tells of that figure alone: "11 vụ (năm 2021: 4 vụ), thiệt hại …"."""
    opened, closed = text.rfind("(", 0, start), text.find(")", end)
    if opened < 0 or not 0 <= closed < place or ")" in text[opened:start]:
        return False
    return any(sign.isdigit() for sign in text[opened:start] + text[end:closed])


def find_periods(text: str) -> list[PeriodMention]:
    """The periods `text` (NFC) names with a year, in reading order, apart: "quý II/2023", "first half of 2023", "2021–2025".

    A day counts as its month. Years 1900..2100 alone count unless they number a document ("12/2022/NQ-HĐND") or count something
    ("2000 hộ"). A span without a year ("9 tháng đầu năm") is no period here.
    """
    folded = fold(text)
    found: list[PeriodMention] = []
    position = 0
    for year in _YEAR.finditer(folded):
        if year.end() <= position:
            continue
        # Everything a pattern wants stands within a line, at most so far before its first year and after it.
        start = max(position, folded.rfind("\n", 0, year.start()) + 1, year.start() - _REACH)
        while start > position and folded[start].isalnum() and folded[start - 1].isalnum():
            start -= 1
        stop = folded.find("\n", year.end())
        end = min(stop if stop >= 0 else len(folded), year.end() + _REACH)
        for mention in _mentions(folded, start, end):
            if mention.start < year.end():
                found.append(mention)
                position = mention.end
                break
        position = max(position, year.end())
    return found


def _mentions(folded: str, at: int, stop: int) -> Iterator[PeriodMention]:
    for match in _PATTERNS.finditer(folded, at, stop):
        values = {name: value for name, value in match.groupdict().items() if value}
        period = _period(values)
        if period is None:
            continue
        if "o_y" in values and not _is_year(folded, match, "o_lead" in values):
            continue
        start = match.start()
        while folded[start].isspace():
            start += 1
        if "o_y" in values and values.get("o_lead", "").strip() not in ("nam", "year"):
            start = match.start("o_y")
        yield PeriodMention(start, match.end(), period)


def _is_year(folded: str, match: re.Match[str], led: bool) -> bool:
    at = match.start("o_y")
    if not led and _COUNTED.match(folded, match.end()):
        return False
    return not _CODE_BEFORE.search(folded[max(0, at - 30) : at])


def _number(word: str) -> int:
    return int(word) if word.isdigit() else COUNT[word]


def _months(year: str, first: int, last: int) -> Period | None:
    if not 1 <= first <= last <= 12:
        return None
    return Period(int(year), first, int(year), last)


def _period(v: dict[str, str]) -> Period | None:
    """The period of one match, by the group names of its alternative; None where the numbers make none (month 13)."""
    if "m_y" in v or "e_y" in v:
        key = "m" if "m_y" in v else "e"
        count = _number(v[f"{key}_n"])
        if v[f"{key}_half"] in ("dau", "first"):
            return _months(v[f"{key}_y"], 1, count)
        return _months(v[f"{key}_y"], 13 - count, 12)
    if "c_y" in v:  # "từ 01/01 - 30/11/2024": as many months as have begun
        return _months(v["c_y"], 1, int(v["c_m"]))
    if "p_y" in v:
        return _months(v["p_y"], 1, int(v["p_n"]))
    for key in ("h", "n"):
        if f"{key}_y" in v:
            first = v[f"{key}_half"] in ("first", "1st", "h1", "dau")
            return _months(v[f"{key}_y"], 1 if first else 7, 6 if first else 12)
    for key in "qfgk":
        if f"{key}_y" in v:
            quarter = QUARTER[v[f"{key}_n"]]
            return _months(v[f"{key}_y"], quarter * 3 - 2, quarter * 3)
    if "d_y" in v:
        return _months(v["d_y"], int(v["d_m"]), int(v["d_m"])) if 1 <= int(v["d_d"]) <= 31 else None
    if "s_y" in v:
        return _months(v["s_y"], int(v["s_a"]), int(v["s_b"]))
    if "b_y" in v:
        return _months(v["b_y"], MONTH_NUMBER[v["b_a"]], MONTH_NUMBER[v["b_b"]])
    for key in "ituv":
        if f"{key}_y" in v:
            word = v[f"{key}_m"]
            month = MONTH_NUMBER.get(word) or {"gieng": 1, "chap": 12}.get(word) or int(word)
            return _months(v[f"{key}_y"], month, month)
    for key in "rw":
        if f"{key}_a" in v:
            first_year, last_year = int(v[f"{key}_a"]), int(v[f"{key}_b"])
            return Period(first_year, 1, last_year, 12) if first_year <= last_year else None
    return Period(int(v["o_y"]))
