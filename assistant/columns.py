"""Which column of a row a question is about: the amount or its value in money, and what a comparing column compares with. Pure.

"Kim ngạch xuất khẩu gạo?"              the column "Trị giá", not "Lượng"
"CPI tháng 2 so với tháng trước?"       the column "Tháng 2 năm 2025 so với: / Tháng 1 năm 2025"
"CPI tháng 2 năm 2025?"                 where every column compares, the one with the same time a year before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from index import Period
from index.figures.candidate import Candidate
from index.language import find_periods, fold, fold_key
from index.lexicon.glossary import Glossary

from .question import Question
from .rows import column_measure

Base = Literal["year", "month", "december", "plan", "origin", ""]
FITS, USUAL = 0.08, 0.04  # added to the score: the base asked for; the usual one where none is asked for
_COMPARES = re.compile(r"\b(?:so voi|so sanh voi|compared (?:with|to)|versus|vs|against|than)\b")
_VALUE_COLUMN = re.compile(r"\b(?:tri gia|gia tri|kim ngach|values?)\b")
_AMOUNT_COLUMN = re.compile(r"\b(?:luong|so luong|khoi luong|quantity|quantities|volumes?)\b")
_VALUE_ASKED = re.compile(r"\b(?:tri gia|gia tri|kim ngach|values?|worth|usd|dong|earn\w*|bao nhieu tien)\b")
_MONEY_ASKED = re.compile(
    r"\b(?:von|tien|kinh phi|ngan sach|doanh thu|thu nhap|chi phi|capital|money|funds?|funding|budget|revenue|income|cost|"
    r"investment)\b"
)
_AMOUNT_ASKED = re.compile(r"\b(?:luong|khoi luong|so luong|tan|chiec|quantity|quantities|volumes?|tonnes?|tons?)\b")
_SHARE_OF_PLAN = re.compile(
    r"(?:\b(?:phan tram|ty le|percent(?:age)?|share|proportion)\b|%)[^,;]{0,30}"
    r"\b(?:ke hoach|du toan|chi tieu|kh|plan|target|budget)\b"
)
_AGAINST_PLAN = re.compile(
    r"\b(?:vuot|hut|thieu|tren|duoi|hon)(?: \w+)? (?:ke hoach|du toan|chi tieu|kh)\b"
    r"|\b(?:exceed\w*|above|below|beyond|over|short of|miss\w*)(?: the| its)? (?:plan|target|budget)\b"
)
_PLAN_COLUMN = re.compile(  # shares of it, not the plan
    r"^(?!.*(?:\b(?:tang|giam|vuot|change|growth)\b|[+±])).*(?:\b(?:so|so voi|so sanh voi|dat|hoan thanh|bang|vs)\b|%|/)"
    r".*(?:\b(?:ke hoach|du toan|chi tieu|kh|plan|target|budget)\b)"
)
_INDEX = re.compile(r"\b(?:chi so|index|indices|cpi|iip|ppi|lam phat|inflation|gia (?:vang|do la|usd)|(?:gold|dollar) price)\b")
_COUNT_COLUMN = re.compile(r"(?:^|/ )(?:so|number of|no\. of) (\w+)")
_BASES: tuple[tuple[Base, re.Pattern[str]], ...] = (
    ("month", re.compile(r"\b(?:thang truoc|previous month|last month|month[- ](?:on|over)[- ]month)\b")),
    ("plan", re.compile(r"\b(?:ke hoach|du toan|chi tieu|plan|target)\b")),
    ("origin", re.compile(r"\b(?:ky goc|base (?:period|year))\b")),
    ("december", re.compile(r"\b(?:thang 12|thang muoi hai|december|dau nam|cuoi nam (?:truoc|ngoai))\b")),
    (
        "year",
        re.compile(r"\b(?:cung (?:ky|thoi diem)|(?:nam|ky) (?:truoc|ngoai)|same (?:period|month|time)|last year"
                   r"|year (?:earlier|ago)|year[- ](?:on|over)[- ]year)\b"),
    ),
)  # fmt: skip


def measure_fits(question: Question, candidate: Candidate) -> bool:
    """False for a column of amounts where a value in money is asked for, and the other way round."""
    if not candidate.unit.is_row:
        return True
    header, asked = fold(candidate.after), fold(question.text)
    in_value, in_amount = bool(_VALUE_COLUMN.search(header)), bool(_AMOUNT_COLUMN.search(header))
    value, amount = bool(_VALUE_ASKED.search(asked)), bool(_AMOUNT_ASKED.search(asked))
    return in_value in (in_amount, value) or value == amount


def asks_money(question: Question) -> bool:
    """Whether the question has a word for money or value: new enterprises are counted, their capital is not."""
    asked = fold(question.text)
    return bool(_VALUE_ASKED.search(asked) or _MONEY_ASKED.search(asked))


def counts_unasked(question: Question, candidate: Candidate, glossary: Glossary) -> bool:
    """Whether a column counts what the question does not name, beside columns that measure: "Số dự án" beside "Vốn đăng ký"."""
    counted = _COUNT_COLUMN.search(fold(candidate.after)) if candidate.unit.is_row else None
    if counted is None or len(candidate.unit.cells) < 3:
        return False
    named = {m.concept for m in glossary.find(candidate.after)}
    if named & set(question.concepts):
        return False
    return f" {counted[1]}" not in f" {fold(question.text)}"


def column_counts(candidate: Candidate, terms: Sequence[str]) -> bool:
    """Whether the column says that it counts the thing: "Số dự án" counts what "dự án đầu tư" is a term for."""
    counted = re.search(r"(?:^|/ )so (\w+ \w+)", fold(candidate.after))
    return counted is not None and any(fold(term).startswith(counted[1]) for term in terms)


def column_unsaid(question: Question, candidate: Candidate) -> float:
    """0..1: how much more of another column's own words, beside time and unit, the question has: "điều chỉnh", not "cấp mới"."""
    if not candidate.unit.is_row:
        return 0.0
    asked = f" {fold_key(question.text)} "
    return max((_said(cell.header, asked) for cell in candidate.unit.cells[1:]), default=0.0) - _said(candidate.after, asked)


def _said(header: str, asked: str) -> float:
    own = fold_key(column_measure(header)).split()
    return sum(f" {word} " in asked for word in own) / len(own) if own else 0.0


def asks_comparison(question: Question) -> bool:
    """Whether a question asks how a figure compares: "tăng bao nhiêu", "so với tháng trước", "mấy phần trăm kế hoạch"."""
    asked = fold(question.text)
    return question.asks_change or bool(_COMPARES.search(asked)) or bool(_SHARE_OF_PLAN.search(asked))


def base_fit(question: Question, candidate: Candidate) -> float | None:
    """How well what a column compares with is what the question compares with: None where it is something else."""
    asked = fold(question.text)
    of_plan = _PLAN_COLUMN.search(fold(candidate.after))
    if of_plan and question.asks_change:  # "156,6%" of the plan is not how far it was exceeded
        return None
    if _SHARE_OF_PLAN.search(asked) or _AGAINST_PLAN.search(asked):
        return FITS if of_plan else None
    if not candidate.base:
        return 0.0
    said = _COMPARES.search(asked)
    tail = question.text[said.end() :] if said and len(asked) == len(question.text) else ""
    stated = find_periods(tail)
    if stated:
        return FITS if _base_period(candidate) == stated[0].period else None
    wanted = _named_base(fold(tail) or asked) if said else _named_base(asked, only=("year", "month"))
    own = _base_of(candidate)
    if wanted:
        return FITS if own == wanted else None
    return USUAL if own == "year" else 0.0


def is_index(question: Question, candidate: Candidate) -> bool:
    """Whether an index is asked for and every column of the row compares with something: a table of indices."""
    if not candidate.base or not _INDEX.search(fold(question.text)):
        return False
    headers = [fold(cell.header) for cell in candidate.unit.cells[1:]]
    return bool(headers) and all(_COMPARES.search(header) for header in headers)


def _named_base(folded: str, only: tuple[Base, ...] = ()) -> Base:
    return next((base for base, words in _BASES if (not only or base in only) and words.search(folded)), "")


def _base_of(candidate: Candidate) -> Base:
    """By its period where it gives one ("Tháng 1 năm 2025" is the month before February 2025), else by its words."""
    told, period = find_periods(candidate.base), candidate.period
    if len(told) != 1 or period is None:
        return _named_base(fold(candidate.base))
    base = told[0].period
    if base == period.shifted(-12):
        return "year"
    if base == period.shifted(-1):
        return "month"
    if (base.first_month, base.year) == (12, period.year - 1):
        return "december"
    return _named_base(fold(candidate.base))


def _base_period(candidate: Candidate) -> Period | None:
    told = find_periods(candidate.base)
    if told:
        return told[0].period
    months = {"year": -12, "month": -1}.get(_base_of(candidate))
    return candidate.period.shifted(months) if months and candidate.period else None
