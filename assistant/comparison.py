"""Questions that set figures against each other -> an answer computed from the ledger, only where it is sure. Pure.

    "Tỷ lệ hộ nghèo xã Tân Lâm Thượng năm 2023 so với năm 2022?"   change   two periods of one place
    "Xã nào có tỷ lệ hộ nghèo cao nhất?"                           rank     the places of one period
    "Tân Lâm Thượng và Phú Hải Tây, nơi nào nhiều hộ nghèo hơn?"   gap      two places in one period
    "Số hộ nghèo năm 2023 giảm bao nhiêu phần trăm so với năm 2022?"   percent   two periods, of what is no share
    "Số hộ nghèo năm 2022 gấp mấy lần năm 2023?"                   times    two periods, or two places
    "Số hộ nghèo xã Tân Lâm năm 2022 và 2023 cộng lại?"            sum      several places or periods
    "Thu ngân sách trung bình ba năm 2021, 2022 và 2023?"          mean     the same
    "Tỷ lệ hộ nghèo năm 2022 và năm 2023 là bao nhiêu?"            each     several periods, nothing computed

Sure means: one known indicator, one sort of figure (a share where a share is asked), every cell that is needed told and none
contradicted. Anything less is left to the extractive answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from index import Language, Period, Place
from index.figures.record import Figure, Kind
from index.language import find_periods, fold, same_place
from index.lexicon.glossary import Glossary
from index.records import PlaceLevel

from . import compare
from .aspects import MEASURES
from .compare import Cell, Result, Table
from .question import Question

_CHANGES = frozenset(("increase", "decrease", "growth_rate", "percentage_point"))
_LOWEST = re.compile(r"\b(thap nhat|it nhat|nho nhat|kem nhat|lowest|least|smallest|fewest|worst)\b")
_RANK = re.compile(
    r"\b(?:(?P<vi>xa|phuong|huyen|tinh|thanh pho|dia phuong|don vi|noi) nao\b.*\b(?:cao|thap|nhieu|it|lon|nho) nhat\b"
    r"|(?:which|what) (?P<en>commune|ward|district|province|city|place|locality)\b.*"
    r"\b(?:highest|lowest|most|least|largest|smallest|fewest)\b)"
)
_GAP = re.compile(r"\b(so voi|chenh|cach biet|hay|va|hon|compared|versus|vs|difference|than|gap|or|and|between)\b")
_CHANGE = re.compile(
    r"\b(so voi (?:cung ky )?(?:nam )?\d{4}|tang|giam|thay doi|chenh|hon nam \d{4}|compared (?:with|to)|than in|since|"
    r"change|differ\w*|increas\w*|decreas\w*|rise|rose|fall|fell|grow|grew|more|less|fewer)\b"
)
_SUM = re.compile(r"\b(tong cong|cong lai|cong gop|ca thay|tong cua|together|in total|altogether|combined|sum of|total of)\b")
_TIMES = re.compile(r"\b(gap|bang) (may|bao nhieu) lan\b|\bhow many times\b")
_PERCENT = re.compile(r"\bbao nhieu (phan tram|%)|\b(what|how many|how much|by) (percent\w*|%)")
_RATE = re.compile(r"\b(ty le|ti le|share|rate|proportion|coverage)\b")
_WHY = re.compile(r"\b(vi sao|tai sao|nguyen nhan|ly do|nho dau|why|cause|causes|reason|reasons|how come)\b")
_MEAN = re.compile(
    r"^trung binh\b|\b(trung binh|binh quan)( cua)? (hai|ba|bon|nam|cac|\d+) (nam|quy|thang|xa)\b"
    r"|\b(average|mean) (of|over|for|across|between)\b"
)
_LIST = re.compile(r"(?:va|lan|den|toi|and|to|nam|quy|thang|in|[\s,&–-])+")
_LEVELS: dict[str, PlaceLevel] = {
    "xa": "commune", "phuong": "ward", "huyen": "district", "tinh": "province", "thanh pho": "city", "commune": "commune",
    "ward": "ward", "district": "district", "province": "province", "city": "city",
}  # fmt: skip
_COMPUTED = {"sum": ("tổng cộng", "in total"), "mean": ("trung bình", "on average")}
_FILLERS = frozenset(
    (
        "cong", "lai", "gop", "ca", "thay", "doi", "chenh", "lech", "nhieu", "hon", "kem", "giua", "diem", "muc", "cach", "biet",
        "chieu", "difference", "gap", "differ", "change", "score", "together", "altogether", "combin", "sum",
        "lan", "may", "times", "trung", "binh", "hai", "ba", "cac", "average", "mean", "year", "two", "three", "over", "across",
    )
)  # fmt: skip
_SHARE = re.compile(r"\b(ty le|ti le|phan tram|share|rate|percent\w*|proportion|coverage)\b|%")
_HEADS = re.compile(r"\b(so ho|so nguoi|so luong|bao nhieu ho|bao nhieu nguoi|how many|number of)\b")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question sets against each other. `level` is that of the places asked for in a rank, "other" for any."""

    form: Literal["change", "percent", "rank", "gap", "times", "sum", "mean", "each"]
    indicator: str
    kind: Kind
    places: tuple[Place, ...] = ()
    periods: tuple[Period, ...] = ()
    level: PlaceLevel = "other"
    highest: bool = True
    sort: str = ""  # "%" or "count" where the question says which, "" where it does not


@dataclass(frozen=True, slots=True)
class Compared:
    """A computed answer. `cells` are those the sentence tells, in the order of their markers; `result` what was computed from them.
    `missing` are the places that the table has in another period alone."""

    comparison: Comparison
    cells: tuple[Cell, ...]
    result: Result | None
    table: Table
    missing: tuple[Place, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(cell.figures[0] for cell in self.cells)


def comparison_of(question: Question, glossary: Glossary) -> Comparison | None:
    """What the question compares; None where it compares nothing, or nothing that the glossary knows."""
    main = [c for c in question.concepts if glossary.kind(c) in ("indicator", "crop", "facility") and c not in MEASURES | _CHANGES]
    loose = [word for word in question.words if word.key not in _FILLERS]
    folded = fold(question.text)
    if len(main) != 1 or loose or any(c in MEASURES for c in question.concepts) or _WHY.search(folded):
        return None
    kind: Kind = "plan" if question.asks_target else "actual"
    sort = "%" if _SHARE.search(folded) else "count" if _HEADS.search(folded) else ""
    rank = _RANK.search(folded)
    if rank:
        level = _LEVELS.get(rank["vi"] or rank["en"], "other")
        return Comparison("rank", main[0], kind, question.places, question.periods, level, not _LOWEST.search(folded), sort)
    if max(len(question.places), len(question.periods)) < 2 or min(len(question.places), len(question.periods)) > 1:
        return None
    several = Comparison("each", main[0], kind, question.places, tuple(sorted(question.periods)), sort=sort)
    if _SUM.search(folded):
        return replace(several, form="sum")
    if _MEAN.search(folded):
        return replace(several, form="mean")
    if _TIMES.search(folded) and 2 in (len(question.places), len(question.periods)):
        return replace(several, form="times", periods=question.periods)  # the first named by the second
    if len(question.places) == 2 and len(question.periods) <= 1 and _GAP.search(folded):
        return replace(several, form="gap")
    if len(question.periods) == 2 and _PERCENT.search(folded) and not _RATE.search(folded):
        return replace(several, form="percent", sort="")
    if len(question.periods) == 2 and len(question.places) <= 1 and _CHANGE.search(folded):
        return replace(several, form="change")
    return several if len(question.periods) > 1 and _lists_periods(question.text) else None


def _lists_periods(text: str) -> bool:
    """Whether nothing stands between the periods but what makes them a list: not "theo báo cáo năm 2022 … năm 2021"."""
    found = find_periods(text)
    between = [fold(text[one.end : other.start]) for one, other in pairwise(found)]
    return bool(between) and all(_LIST.fullmatch(words) for words in between)


def compared(wanted: Comparison, figures: Sequence[Figure]) -> Compared | None:
    """The computed answer from the figures of the indicator, None where it is not sure."""
    answers = []
    for table in compare.tables(figures):
        if table.kind != wanted.kind or table.indicator != wanted.indicator or not _is_sort(table, wanted.sort):
            continue
        answer = _FORMS[wanted.form](wanted, table)
        if answer:
            answers.append(answer)
    return answers[0] if len(answers) == 1 else None


def _is_sort(table: Table, sort: str) -> bool:
    return not sort or table.dimension.partition("/")[0] == sort


def _changed(wanted: Comparison, table: Table) -> Compared | None:
    earlier, later = wanted.periods
    if earlier == later:
        return None
    place = wanted.places[0] if wanted.places else None
    if place is None and len({p.name for c in table.cells if c.period in wanted.periods for p in [c.place] if p}) != 1:
        return None
    before, after = table.at(place, earlier), table.at(place, later)
    if not before or not after or not before.figure or not after.figure:
        return None
    computed = compare.percent_change if wanted.form == "percent" else compare.difference
    result = computed(after.figure, before.figure)
    return Compared(wanted, (after, before), result, table) if result else None


def _gap(wanted: Comparison, table: Table) -> Compared | None:
    one, other = wanted.places
    periods = wanted.periods or _shared(table, one, other)
    if len(periods) != 1:
        return None
    first, second = table.at(one, periods[0]), table.at(other, periods[0])
    if not first or not second or not first.figure or not second.figure:
        return None
    result = compare.difference(first.figure, second.figure)
    return Compared(wanted, (first, second), result, table) if result else None


def _over(wanted: Comparison, table: Table) -> Compared | None:
    """The places or the periods named, each of them told; their sum or mean, or how many times the second the first is."""
    pairs = [(place, period) for place in wanted.places or (None,) for period in wanted.periods or (None,)]
    if not wanted.places and len({c.place.name for c in table.cells if c.place and c.period in wanted.periods}) > 1:
        return None
    cells = [cell for place, period in pairs if (cell := table.at(place, period))]
    figures = [cell.figure for cell in cells if cell.figure]
    if len(figures) != len(pairs):
        return None
    if wanted.form == "each":
        return Compared(wanted, tuple(cells), None, table)
    result = compare.total(figures) if wanted.form == "sum" else compare.mean(figures) if wanted.form == "mean" else None
    if wanted.form == "times":
        result = compare.ratio(figures[0], figures[1])
    return Compared(wanted, tuple(cells), result, table) if result else None


def _shared(table: Table, one: Place, other: Place) -> tuple[Period, ...]:
    """The latest period that both places have a figure of."""
    told = [{c.period for c in table.cells if c.place and c.period and same_place(c.place, p)} for p in (one, other)]
    return tuple(sorted(told[0] & told[1], key=lambda p: p.last)[-1:])


def _ranked(wanted: Comparison, table: Table) -> Compared | None:
    """The highest or lowest of three places or more: of those that the asked place's report lists, or of all."""
    cells = [c for c in table.cells if c.place and c.period and (wanted.level == "other" or c.place.level == wanted.level)]
    cells = [c for c in cells if not any(c.place and same_place(c.place, p) for p in wanted.places)]
    if wanted.places:
        about = wanted.places[0]
        reports = {f.report_id for c in table.cells if c.place and same_place(c.place, about) for f in c.figures}
        cells = [c for c in cells if any(f.report_id in reports for f in c.figures)]
    period = wanted.periods[0] if wanted.periods else _fullest(cells)
    asked = [c for c in cells if c.period == period]
    if len(asked) < 3 and period and period.is_whole_year:
        asked = [c for c in cells if c.period and period.contains(c.period)]
    if len(asked) < 3 or len({c.period for c in asked}) != 1 or any(c.contradicts for c in asked):
        return None
    order = sorted(asked, key=lambda c: compare.amount_of(c.figures[0]).value, reverse=wanted.highest)
    if compare.amount_of(order[0].figures[0]).value == compare.amount_of(order[1].figures[0]).value:
        return None
    have = [c.place for c in asked if c.place]
    missing = tuple(dict.fromkeys(c.place for c in cells if c.place and not any(same_place(c.place, p) for p in have)))
    return Compared(wanted, (order[0], order[1], order[-1]), None, table, missing)


_FORMS: dict[str, Callable[[Comparison, Table], Compared | None]] = {
    "change": _changed, "percent": _changed, "rank": _ranked, "gap": _gap,
    "times": _over, "sum": _over, "mean": _over, "each": _over,
}  # fmt: skip


def _fullest(cells: Sequence[Cell]) -> Period | None:
    """The period most places have a figure of, the latest of equals."""
    counts = {c.period: sum(o.period == c.period for o in cells) for c in cells if c.period}
    return max(counts, key=lambda p: (counts[p], p.last)) if counts else None


def sentence(answer: Compared, indicator: str, language: Language) -> str:
    """The answer in words, figures in bold, markers [1], [2] … of `answer.figures`, the formula at the end."""
    vi = language == "vi"
    name = _name(answer, indicator, vi)
    name = name[:1].upper() + name[1:]
    values = [compare.show(f, language) for f in answer.figures]
    when = [_when(c.period, language) for c in answer.cells]
    where = [c.place.label(language) if c.place else "" for c in answer.cells]
    if answer.comparison.form == "rank":
        return _rank_sentence(answer, name, values, when, where, vi)
    place = f" ({where[0]})" if where[0] and len(set(where)) == 1 else ""
    spots = when if place else [f"{there} {then}".strip() for there, then in zip(where, when, strict=True)]
    if answer.result is None:
        parts = (f"**{value}** {spot} [{n}]" for n, (value, spot) in enumerate(zip(values, spots, strict=True), 1))
        return f"{name}{place}: {', '.join(parts)}."
    gap, formula = answer.result.shown(language), answer.result.formula
    if answer.comparison.form in _COMPUTED:
        told = _COMPUTED[answer.comparison.form][0 if vi else 1]
        parts = (f"{spot} {value} [{n}]" for n, (value, spot) in enumerate(zip(values, spots, strict=True), 1))
        return f"{name}{place}, {told}: **{gap}** ({', '.join(parts)}; {formula})."
    if answer.comparison.form == "times":
        link = "gấp" if vi else "was" if place else "has"
        return f"{name}{place}: {spots[0]} {link} **{gap}** {spots[1]}: {values[0]} [1], {values[1]} [2] ({formula})."
    value = answer.result.value
    if answer.comparison.form in ("change", "percent"):
        verb = ("tăng" if value > 0 else "giảm") if vi else ("rose by" if value > 0 else "fell by")
        if not value:
            told = "không đổi" if vi else "did not change"
            return f"{name}{place}: **{told}**, {values[0]} {when[0]} [1], {values[1]} {when[1]} [2]."
        return f"{name}{place} {verb} **{gap}**: {values[0]} {when[0]} [1], {values[1]} {when[1]} [2] ({formula})."
    more = ("cao hơn" if value > 0 else "thấp hơn") if vi else ("higher" if value > 0 else "lower")
    if not value:
        more, gap = ("bằng nhau", values[0]) if vi else ("the same", values[0])
    if vi:
        return f"{name} {when[0]}: {where[0]} {values[0]} [1], {where[1]} {values[1]} [2]; {where[0]} {more} **{gap}** ({formula})."
    return f"{name} {when[0]}: {where[0]} {values[0]} [1], {where[1]} {values[1]} [2]; {where[0]} is **{gap}** {more} ({formula})."


def _name(answer: Compared, indicator: str, vi: bool) -> str:
    """The indicator with what is told of it: "tỷ lệ hộ nghèo", "number of poor households"."""
    sort = answer.table.dimension.partition("/")[0]
    if sort == "%" and not re.match(r"(?i)tỷ |ti |tốc|mức|chỉ số|.*\b(rate|share|coverage|growth|index)\b", indicator):
        return f"tỷ lệ {indicator}" if vi else f"{indicator} rate"
    if sort == "count" and not re.match(r"(?i)số |tổng |number", indicator):
        return f"số {indicator}" if vi else f"number of {_plural(indicator)}"
    return indicator


def _plural(noun: str) -> str:
    return noun if noun.endswith("s") else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _rank_sentence(answer: Compared, name: str, values: list[str], when: list[str], where: list[str], vi: bool) -> str:
    highest = answer.comparison.highest
    told = name[:1].lower() + name[1:] if not name[:2].isupper() else name
    if vi:
        most, least = ("cao nhất", "thấp nhất") if highest else ("thấp nhất", "cao nhất")
        text = f"**{where[0]}** có {told} {most} ({when[0]}): {values[0]} [1]; tiếp theo {where[1]} {values[1]} [2]; "
        text += f"{least} là {where[2]} {values[2]} [3]."
        if answer.missing:
            text += f" Không có số liệu cùng kỳ của {', '.join(p.label('vi') for p in answer.missing[:6])}."
        return text
    most, least = ("highest", "lowest") if highest else ("lowest", "highest")
    text = f"**{where[0]}** has the {most} {told} ({when[0]}): {values[0]} [1]; next {where[1]} {values[1]} [2]; "
    text += f"the {least} is {where[2]} {values[2]} [3]."
    if answer.missing:
        text += f" No figure of the same period for {', '.join(p.label('en') for p in answer.missing[:6])}."
    return text


def _when(period: Period | None, language: Language) -> str:
    if period is None:
        return ""
    label = period.label(language)
    if language == "vi":
        return f"năm {label}" if period.is_whole_year else label
    return f"in {label}"
