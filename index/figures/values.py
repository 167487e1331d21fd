"""A unit of evidence -> the figures in it, each with the words that label it. Pure; knows nothing of the question.

"… nước hợp vệ sinh của dân cư đạt 100%, trong đó có 85,1% số hộ dân đã đấu nối với hệ thống nước sạch …"
  100%   before "… nước hợp vệ sinh của dân cư đạt"   after ""
  85,1%  before "trong đó có"                          after "số hộ dân đã đấu nối với hệ thống nước sạch …"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from index.figures.units import TARGET, Unit, looks_back, row_label
from index.language import (
    Number,
    PeriodMention,
    clauses,
    find_numbers,
    find_periods,
    find_year_parts,
    fold,
    format_number,
    is_aside,
    is_base,
    show_number,
)
from index.language.amounts import SPACES
from index.language.normalise import listed
from index.records import Cell, Language, Period

ValueKind = Literal["percentage", "ratio", "count", "money", "measure", "date", "name", "place", "yes_no", "text"]
FigureKind = Literal["result", "target", "estimate", "previous", "change", ""]

VALUE_KINDS: dict[str, ValueKind] = {
    "percentage": "percentage",
    "ratio": "ratio",
    "money": "money",
    "measure": "measure",
    "count": "count",
}
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
_PLAN_HEADER = re.compile(r"\b(ke hoach|kh|chi tieu|muc tieu|du toan|plan|target|planned)\b")
_RESULT_HEADER = re.compile(r"\b(thuc hien|th|ket qua|dat duoc|actual|result|achieved)\b")
_PERCENT_ABOVE = re.compile(r"\(%\)|\bpercent(age)?\b|don vi( tinh)?: ?%|\bunit: ?%")
_COUNT_HEADER = re.compile(r"^(so|tong so|number|no\.|total|households?|interviewed|sample|population|dan so)\b")
_CHANGE_HEADER = re.compile(
    r"\b(tang|giam|so sanh|so voi|so (?:cung ky|nam truoc|ky truoc|du toan|ke hoach|kh|chi tieu)|change|growth|increase|vs|th/kh"
    r"|ty le hoan thanh|% ke hoach|% kh)\b|[+±]"
)
_PREVIOUS_HEADER = re.compile(r"\b(cung ky( nam truoc)?|(nam|ky) truoc|same period|(last|previous) year|year earlier)\b")
_ESTIMATE_HEADER = re.compile(r"\b(uoc|du kien|estimate)\b")
_COMPARES = re.compile(
    r"\b(?:so với|so sánh với|so(?= (?:cùng kỳ|năm trước|kỳ trước|dự toán|kế hoạch|kh|chỉ tiêu)\b)|compared (?:with|to)|versus"
    r"|vs\.?|against)",
    re.IGNORECASE,
)
_RELATIVE_BASE = re.compile(r"\b(cung ky|truoc|ke hoach|year earlier|same period|previous|plan|target)\b")
_SPACES = re.compile(SPACES)
_OFFICES_TOO = frozenset(("don vi", "unit", "units"))  # "Đơn vị: Xã Hải Đông": what is no known unit may be a body there
_UNIT_HEADERS = _OFFICES_TOO | {"don vi tinh", "dvt", "dv tinh", "unit of measure", "measure unit"}
# Columns whose figures are shares, changes and indices, whatever the row counts.
_OF_ITS_OWN = re.compile(
    r"%|\b(?:so (?:voi|sanh|cung)|ty le|ty trong|tang|giam|dat|chi so|toc do|index|growth|change|rate|share|ratio|compared|vs)\b"
    r"|\bth ?/ ?kh\b|/ ?kh\b|[+±]"
)
_CAPTION_UNIT = re.compile(  # several units say of no figure which is its own
    r"(?:\b(?:đơn vị(?: tính)?|đvt|units?)\s*:\s*(?P<named>[^();,:|\d]{1,24})|\((?P<last>[^();,:|\d]{1,24}))\s*\)?\s*$",
    re.IGNORECASE,
)
LONGEST_UNIT = 20  # characters of a unit in a column of its own
_SAME_TIME = re.compile(r"\s*(?:cua|of|trong|in)\s+(?:cung ky|the same period)(?:\s+(?:cua|of|in|nam))*\s*")
_OPENS = re.compile(
    r"(?:^\W*|[;,(]\s*|\b(?:trong khi|con|nhung)\s+)cung ky(?: cua)?(?: nam)?\s*$"
)  # "Cùng kỳ năm 2021 bàn giao 12,9 ha"
_IS_OF = re.compile(r"\b(?:bang|dat|chi|equal to|was|were|is)\s*$")
_THOUSAND, _DIGIT = re.compile(r"^1[. ]?000\s+(?=\D)"), re.compile(r"[0-9]")
_GROUPED = re.compile(rf"[-−+]?\d{{1,3}}(?:{SPACES}\d{{3}})+(?:[.,]\d+)?")
_PARENTHESIS = re.compile(r"\s*\([^()\d]{0,20}\)")
_CLAUSE_END = re.compile(r"[,;:)]")
_TIME = re.compile(r"^(thang|thang tuoi|months?|quy|quarters?|gio|phut|hours?|minutes?)\b|-year|-month")
_AGE = re.compile(r"^(tuoi|nam tuoi|years? old|years? of age)\b")
_AGE_GROUP = re.compile(r"\b(duoi|tren|tu|den|under|over|aged?|between|above|below|and)\s*$|[-–]\s*$")
_LABELS_NEXT = re.compile(r"\s*(?::|la|dat|tang|giam|con|chi|co|was|were|at|had)?\s*")
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value at `unit.report.text[start:end]`. `before`/`after` are the words that label it, with the trust 0..1 to put in each.

    `number` is None for names, dates and phrases; `amount` is its value, 0 for "không còn hộ nghèo". `lower` is the first end of
    a range ("14 – 16 tỷ USD"), whose second is `number`. `period` is the one that the sentence itself or the column header ties
    to the value, None where neither does. `base` is what a column compares with ("Tháng 12 năm 2024" under "so với").
    """

    unit: Unit
    start: int
    end: int
    kind: ValueKind
    before: str = ""
    after: str = ""
    before_trust: float = 1.0
    after_trust: float = 1.0
    number: Number | None = None
    amount: Decimal | None = None
    figure: FigureKind = ""
    period: Period | None = None
    lower: Number | None = None
    base: str = ""

    @property
    def text(self) -> str:
        return self.unit.report.text[self.start : self.end]

    def shown(self, language: str) -> str:
        """The value as a reader of `language` writes it."""
        if self.number and self.lower:
            return f"{format_number(self.lower.value, language)}–{show_number(self.number, language)}"
        return show_number(self.number, language) if self.number else self.text.strip(" .,;:")


@lru_cache(maxsize=20_000)
def numbers_in(text: str, language: Language) -> tuple[Number, ...]:
    return tuple(find_numbers(text, language))


@lru_cache(maxsize=20_000)
def periods_in(text: str) -> tuple[PeriodMention, ...]:
    return tuple(find_periods(text))


def number_candidates(unit: Unit) -> list[Candidate]:
    """The figures of a sentence or a table row."""
    return list(_cell_candidates(unit)) if unit.is_row else list(_sentence_candidates(unit))


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
            _own_period(text, number, low, high, mentions),
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


def _own_period(text: str, number: Number, low: int, high: int, mentions: Sequence[PeriodMention]) -> Period | None:
    """The single year or part of one that the sentence ties to the number: before it in its clause, right after, at the start."""
    single = [m for m in mentions if m.period.year == m.period.last_year and not is_aside(text, m.start, m.end, number.start)]
    usable = [m for m in single if not is_base(text, m.start) or _OPENS.search(fold(text[: m.start]))]
    if (year_before := _of_year_before(text, number, single)) is not None:
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


def _cell_candidates(unit: Unit) -> Iterator[Candidate]:
    label = row_label(unit)
    for cell in unit.cells:
        number = _cell_number(unit, cell)
        if number is None:
            continue
        header = fold(cell.header)
        if _CHANGE_HEADER.search(header):
            figure: FigureKind = "change"
        elif _PREVIOUS_HEADER.search(header):
            figure = "previous"
        elif _ESTIMATE_HEADER.search(header):
            figure = "estimate"
        elif _PLAN_HEADER.search(header) and not _RESULT_HEADER.search(header):
            figure = "target"
        else:
            figure = "target" if unit.target and not _RESULT_HEADER.search(header) else "result"
        own, base = _compared_with(cell.header)
        spans = [m.period for m in periods_in(own) if m.period.year == m.period.last_year]
        yield Candidate(
            unit,
            cell.start,
            cell.end,
            VALUE_KINDS.get(number.kind, "count"),
            label,
            cell.header,
            1.0,
            1.0,
            number,
            number.value,
            figure,
            spans[-1] if spans else None,
            base=base,
        )


def _compared_with(header: str) -> tuple[str, str]:
    """ "Tháng 2 năm 2025 so với: / Tháng 12 năm 2024 (%)" -> what is told of, whose period the figure has, and its base."""
    compares = _COMPARES.search(header)
    if compares is None:
        return header, ""
    own = header[: compares.start()]
    base = _PARENTHESIS.sub("", " ".join(header[compares.end() :].replace(" / ", " ").strip(" :/").split())).strip()
    relative = not periods_in(own) and _RELATIVE_BASE.search(fold(base))  # "So với cùng kỳ / Tháng 2 năm 2025"
    return header if relative else own, base


def _cell_number(unit: Unit, cell: Cell) -> Number | None:
    """The cell's figure with the unit its header, row or caption gives; None for a label, a row number, an empty cell."""
    raw = unit.report.text[cell.start : cell.end]
    stripped = raw.strip()
    if not stripped or not any(c.isdigit() for c in stripped) or fold(cell.header).strip(" .") in ("stt", "tt", "no", "#", "so tt"):
        return None
    if _is_unit_column(cell):  # "1.000 tấn" is no amount there
        return None
    if _GROUPED.fullmatch(stripped):
        stripped = _SPACES.sub("", stripped)  # in a cell by itself "8 035.8" is one number
    found = [n for n in numbers_in(stripped, unit.report.language) if n.kind not in ("date", "code")]
    if len(found) != 1 or found[0].end - found[0].start < 0.5 * len(stripped):
        return None
    number = found[0]
    if number.kind in ("ordinal", "year"):
        number = number._replace(kind="count", unit="")
    if number.unit:
        return number
    described = f"{cell.header} | {row_label(unit)}"
    if "%" in described and "/" not in described.split("%")[0][-1:]:
        return number._replace(unit="%", kind="percentage")
    told_by_column = any("%" in c.header for c in unit.cells)  # then the caption's "(%)" is of those columns
    above = _PERCENT_ABOVE.search(fold(unit.heading)) and not told_by_column
    if above and not _COUNT_HEADER.search(fold(cell.header)) and 0 <= number.value <= 100:
        return number._replace(unit="%", kind="percentage")
    unit_found = re.search(r"\(\s*(?:ĐVT|đơn vị(?: tính)?|unit|in)?\s*:?\s*([^()]{1,18})\)", described)
    if unit_found:
        return _replace_unit(number, unit_found.group(1).strip())
    if _OF_ITS_OWN.search(fold(cell.header)):
        return number
    counted = _counted_by_row(number, unit)
    return counted if counted.unit else _counted_by_caption(number, cell, unit)


def _counted_by_caption(number: Number, cell: Cell, unit: Unit) -> Number:
    """The number with the unit of the table's caption: "Bảng 1. Quyết toán thu năm 2020 (đơn vị: triệu đồng)"; not in a column that
    says what it counts ("Số hộ")."""
    told = _CAPTION_UNIT.search(unit.heading.rpartition(" › ")[0].rpartition(" › ")[2])
    if told is None or _COUNT_HEADER.search(_column(cell)):
        return number
    said = _THOUSAND.sub("nghìn ", (told["named"] or told["last"]).strip(" .:"))
    whole = f"{number.text} {said[:1].lower()}{said[1:]}"
    probe = find_numbers(whole)
    if probe and probe[0].kind in VALUE_KINDS and probe[0].end == len(whole):
        return number._replace(unit=probe[0].unit, kind=probe[0].kind)
    return number


def _counted_by_row(number: Number, unit: Unit) -> Number:
    """The number with the unit that the row has in a column of units: "tấn", "nghìn tấn" for "1.000 tấn"."""
    for cell in unit.cells:
        said = _THOUSAND.sub("nghìn ", unit.report.text[cell.start : cell.end].strip())
        if not _is_unit_column(cell) or not 0 < len(said) <= LONGEST_UNIT or _DIGIT.search(said):
            continue
        whole = f"{number.text} {said[:1].lower()}{said[1:]}"
        probe = find_numbers(whole)
        if probe and probe[0].kind in VALUE_KINDS and probe[0].end == len(whole):
            return number._replace(unit=probe[0].unit, kind=probe[0].kind)
        if _column(cell) not in _OFFICES_TOO:
            return number._replace(unit=whole[len(number.text) + 1 :])
    return number


def _is_unit_column(cell: Cell) -> bool:
    return _column(cell) in _UNIT_HEADERS


def _column(cell: Cell) -> str:
    return fold(cell.header).rsplit(" / ", 1)[-1].strip(" .:")


def _replace_unit(number: Number, unit: str) -> Number:
    """The number with the unit that a header or caption states for it."""
    probe = find_numbers(f"{number.text} {unit}")
    kind = probe[0].kind if probe and probe[0].kind in VALUE_KINDS else number.kind
    return number._replace(unit=probe[0].unit if probe and probe[0].unit else unit, kind=kind)
