"""A unit of evidence -> the figures in it, each with the words that label it. Pure; knows nothing of the question.

"… nước hợp vệ sinh của dân cư đạt 100%, trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch …"
  100%   before "… nước hợp vệ sinh của dân cư đạt"   after ""
  85,1%  before "trong đó có"                          after "số hộ dân đã đấu nối với hệ thống nước sạch …"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from index.figures.candidate import VALUE_KINDS, Candidate, FigureKind, numbers_in, periods_in
from index.figures.cell_values import cell_candidates
from index.figures.units import TARGET, Unit, looks_back
from index.figures.value_periods import own_period
from index.language import Number, PeriodMention, clauses, find_year_parts, fold
from index.language.normalise import listed

DURATION = re.compile(
    r"^(nam|ngay|tuan|thang|gio|tieng|phut|years?|days?|weeks?|months?|hours?|minutes?|tuoi|nam tuoi|years? old|years? of age)$"
)
_LINKED_BEFORE = re.compile(
    r"(?:\b(?:dat|la|duoc|chiem|con|uoc|uoc dat|tren|khoang|gan|hon|duoi|den|len|xuong|bang|muc|tong so|"
    r"hien co|at|of|was|were|is|are|to|reached|reaching|stood"
    r"|about|around|over|under|only|nearly|almost|totall?ed|estimated|approximately|some|roughly|least|most|"
    r"it nhat|toi thieu|toi da|tu)|[:=–(-])\s*$"
)
_CHANGE = re.compile(
    r"\b(tang|giam|vuot|hut|cao hon|thap hon|nhieu hon|it hon|tang them|giam them|giam duoc|increas(?:e|ed|ing)|"
    r"decreas(?:e|ed|ing)|up|down|rose|fell|grew|dropped|declin(?:e|ed)|higher|lower|gained|lost)"
    r"(?: by| of| binh quan| them| duoc)?(?: khoang| hon| gan| it nhat| about| nearly| at least)?\s*$"
)
_PREVIOUS = re.compile(
    r"\b(so voi|cung ky|nam truoc|nam ngoai|truoc do|compared (?:with|to)|previous(?:ly)?|year before|"
    r"last year|against|up from|down from|from)\b[^;]{0,40}$"
)
_PREVIOUS_BRACKET = re.compile(r"\((?:cung ky|nam (?:truoc|ngoai)|same period|last year)\b[^()]*$")  # "(cùng kỳ 3 vụ, 4,1 ha)"
_ESTIMATE = re.compile(
    r"\b(uoc|uoc dat|uoc tinh|uoc thuc hien|du kien|du bao|estimated?|expected|projected|"
    r"forecast)\b[^;,]{0,45}$"
)
_PLAN_NEAR = re.compile(
    r"\b(ke hoach|chi tieu|muc tieu|phan dau|kh|target|plan|goal)\b[^;,]{0,30}$|(?:^|[,;(] ?)(?:duoc )?giao\s*$"
)
_PLAN_BEHIND = re.compile(r"^\s*(?:target|goal|plan|muc tieu)\b")
_CLAUSE_END = re.compile(r"[,;:)]")
_TIME = re.compile(r"^(thang|thang tuoi|months?|quy|quarters?|gio|phut|hours?|minutes?)\b|-year|-month")
_AGE = re.compile(r"^(tuoi|nam tuoi|years? old|years? of age)\b")
_AGE_GROUP = re.compile(r"\b(duoi|tren|tu|den|under|over|aged?|between|above|below|and)\s*$|[-–]\s*$")
_RANGE = re.compile(r"\s*(?:[-–—]|đến|to)\s*")
COMPARISON_WORDS = frozenset(
    listed(
        "du kien uoc tinh dat ca nam tren khoang tang giam den la con va so voi cung ky nay hien len xuong hon duoc tuong "
        "duong trong do dau cuoi thang quy increase increased up down by to of from and or about over under an a the "
        "estimated expected is was with year compared same period rose fell "
    )
)
"""Words between a figure and its comparison, folded: ", tăng", "(giảm", ", dự kiến cả năm đạt trên"."""
_NONE_LEFT = re.compile(
    r"\b(?:không còn|không có|chưa có|khong con|khong co|chua co|no longer (?:has|have) any|there (?:are|were|"
    r"was|is) no(?: longer any)?|had no|has no|have no|no)\s+"
    r"(?P<what>[^,.;:()]{2,60})",
    re.IGNORECASE,
)


def number_candidates(unit: Unit) -> list[Candidate]:
    """The figures of a sentence or a table row."""
    return list(cell_candidates(unit)) if unit.is_row else list(_sentence_candidates(unit))


def duration_candidates(unit: Unit) -> list[Candidate]:
    """Months, hours and minutes told of in a sentence: parts of labels ("6 tháng đầu năm"), unless it is asked how long."""
    if unit.is_row:
        return []
    parts = [(p.start + unit.start, p.end + unit.start) for p in find_year_parts(unit.text)]
    found = (c for c in _sentence_candidates(unit, times=True) if c.number is not None and _TIME.search(fold(c.number.unit)))
    return [c for c in found if not any(start < c.end and c.start < end for start, end in parts)]


def none_candidates(unit: Unit) -> list[Candidate]:
    """ "xã không còn hộ nghèo": the report says there are none."""
    if unit.is_row:
        return []
    found = []
    for hit in _NONE_LEFT.finditer(unit.text):
        what = hit.group("what").strip()
        head = unit.text[hit.start() : hit.start("what")] + " ".join(what.split()[:4])
        start = unit.start + hit.start()
        figure: FigureKind = "target" if unit.target else "result"
        after = " ".join(what.split()[:5])
        found.append(Candidate(unit, start, start + len(head), "count", "", after, 0.0, 1.0, None, Decimal(0), figure))
    return found


def _sentence_candidates(unit: Unit, *, times: bool = False) -> Iterator[Candidate]:
    """`times`: what is mostly part of a label as well."""
    text = unit.text
    mentions = periods_in(text)
    numbers = [n for n in numbers_in(text, unit.report.language) if n.kind in VALUE_KINDS]
    numbers = [n for n in numbers if not (_is_period(n, mentions) if times else _is_time(text, n, mentions))]
    spans = clauses(text) or [(0, len(text))]
    numbers, lowers = _ranges(text, numbers)
    for position, number in enumerate(numbers):
        low, high = next(((s, e) for s, e in spans if s <= number.start < e), (0, len(text)))
        if position and numbers[position - 1].end > low:
            low = numbers[position - 1].end
        if position + 1 < len(numbers) and numbers[position + 1].start < high:
            high = numbers[position + 1].start
        value_end = _without_counted_noun(number)
        before, after = text[low : number.start], _CLAUSE_END.split(text[value_end:high], maxsplit=1)[0]
        before_trust, after_trust = _trust(before, number)
        figure = _figure(unit, text[: number.start], before, number, text[number.end : number.end + 20])
        bracketed = before.rstrip().endswith("(")  # "còn 1,5% (28 hộ), hộ cận nghèo còn …"
        if position and not _names_anything(before) and (bracketed or number.kind not in ("count", "ratio")):
            # ", tăng 2,1 điểm %", ", dự kiến cả năm đạt 96%" take their label from the figure before.
            earlier = numbers[position - 1]
            before = text[next((s for s, e in spans if s <= earlier.start < e), 0) : number.start]
            before_trust = 0.95
        yield Candidate(
            unit,
            unit.start + number.start,
            unit.start + number.end,
            VALUE_KINDS[number.kind],
            before,
            after,
            before_trust,
            after_trust,
            number,
            number.value,
            figure,
            own_period(text, number, low, high, mentions),
            lower=lowers.get(number.start),
        )


def _is_period(number: Number, mentions: Sequence[PeriodMention]) -> bool:
    return any(m.start <= number.start < m.end for m in mentions)


def _is_time(text: str, number: Number, mentions: Sequence[PeriodMention]) -> bool:
    """ "6 tháng", "dưới 5 tuổi": part of a label, not a value."""
    if _is_period(number, mentions):
        return True
    unit = fold(number.unit)
    if _AGE.search(unit):
        return bool(_AGE_GROUP.search(fold(text[: number.start])))
    return bool(_TIME.search(unit))


def _ranges(text: str, numbers: list[Number]) -> tuple[list[Number], dict[int, Number]]:
    """Joins the two ends of "14 – 16 tỷ USD": the second end, spanning both, and by its start the first end."""
    joined: list[Number] = []
    lowers: dict[int, Number] = {}
    for number in numbers:
        last = joined[-1] if joined else None
        open_end = last is not None and last.start not in lowers and bool(_RANGE.fullmatch(text[last.end : number.start]))
        if last and open_end and last.value < number.value and last.kind == number.kind:
            joined[-1] = number._replace(start=last.start, text=text[last.start : number.end])
            lowers[last.start] = last
        else:
            joined.append(number)
    return joined, lowers


def _without_counted_noun(number: Number) -> int:
    """Where the digits end: "350 lao động" may span its noun, which labels the figure as well as any word after it."""
    if number.kind not in ("count", "ratio") or not number.unit:
        return number.end
    found = re.match(r"[\d.,/\s]*\d", number.text)
    return number.start + found.end() if found else number.start


def _names_anything(before: str) -> bool:
    """False for the words between a figure and its comparison: ", tăng", "(giảm", ", dự kiến cả năm đạt trên"."""
    return any(w not in COMPARISON_WORDS and not w.isdigit() for w in re.findall(r"\w+", fold(before)))


def _trust(before: str, number: Number) -> tuple[float, float]:
    folded = fold(before)
    tokens = folded.split()
    linked = _LINKED_BEFORE.search(folded.rstrip() + (" " if folded.endswith(" ") else "")) and len(tokens) >= 3
    if number.kind in ("count", "ratio"):  # what is counted follows
        return (0.9, 0.95) if linked or len(tokens) > 2 else (0.5, 1.0)
    if linked:
        return 1.0, 0.45
    if len(tokens) <= 2:
        return 0.5, 1.0
    return 0.85, 0.95


def _figure(unit: Unit, so_far: str, before: str, number: Number, behind: str) -> FigureKind:
    tail = fold(so_far)[-90:]
    near = fold(before)
    if "điểm" in number.unit or "point" in number.unit or _tells_change(so_far, tail):
        return "change"
    if _PREVIOUS.search(near) or _PREVIOUS_BRACKET.search(tail):
        return "previous"
    if _PLAN_BEHIND.search(fold(behind)):
        return "target"
    plan = _PLAN_NEAR.search(near)
    if plan and not looks_back(near[: plan.start()]):
        return "target"
    if _ESTIMATE.search(near):
        return "estimate"
    earlier = fold(so_far)
    opening = TARGET.search(earlier)
    if opening and not looks_back(earlier[: opening.start()]):
        return "target"
    return "target" if unit.target else "result"


def _tells_change(so_far: str, tail: str) -> bool:
    """ "tăng 2%"; not "hỏa táng 3 triệu đồng", which is spelled alike without diacritics."""
    hit = _CHANGE.search(tail)
    if hit is None:
        return False
    written = so_far[len(so_far) - len(tail) + hit.start() : len(so_far)].lower()
    return not hit.group(1).startswith("tang") or written.startswith(("tăng", "tang"))
