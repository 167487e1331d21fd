"""Questions that set figures against each other -> an answer computed from the ledger, only where it is sure. Pure.

    "Tỷ lệ hộ nghèo xã Tân Lâm Thượng năm 2023 so với năm 2022?"   change   two periods of one place
    "Xã nào có tỷ lệ hộ nghèo cao nhất?"                           rank     the places of one period
    "Tân Lâm Thượng và Phú Hải Tây, nơi nào nhiều hộ nghèo hơn?"   gap      two places in one period
    "Số hộ nghèo xã Tân Lâm năm 2022 và 2023 cộng lại?"            sum      several places or periods

Sure means: one known indicator, one sort of figure (a share where a share is asked), every cell that is needed told and none
contradicted. Anything less is left to the extractive answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index import Language, Period, Place
from index.figures.record import Figure, Kind
from index.language import fold, same_place
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
_LEVELS: dict[str, PlaceLevel] = {
    "xa": "commune", "phuong": "ward", "huyen": "district", "tinh": "province", "thanh pho": "city", "commune": "commune",
    "ward": "ward", "district": "district", "province": "province", "city": "city",
}  # fmt: skip
_FILLERS = frozenset(
    (
        "cong", "lai", "gop", "ca", "thay", "doi", "chenh", "lech", "nhieu", "hon", "kem", "giua", "diem", "muc", "cach", "biet",
        "chieu", "difference", "gap", "differ", "change", "score", "together", "altogether", "combin", "sum",
    )
)  # fmt: skip
_SHARE = re.compile(r"\b(ty le|ti le|phan tram|share|rate|percent\w*|proportion|coverage)\b|%")
_HEADS = re.compile(r"\b(so ho|so nguoi|so luong|bao nhieu ho|bao nhieu nguoi|how many|number of)\b")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question sets against each other. `level` is that of the places asked for in a rank, "other" for any."""

    form: Literal["change", "rank", "gap", "sum"]
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
    if len(main) != 1 or loose or any(c in MEASURES for c in question.concepts):
        return None
    folded = fold(question.text)
    kind: Kind = "plan" if question.asks_target else "actual"
    sort = "%" if _SHARE.search(folded) else "count" if _HEADS.search(folded) else ""
    rank = _RANK.search(folded)
    if rank:
        level = _LEVELS.get(rank["vi"] or rank["en"], "other")
        return Comparison("rank", main[0], kind, question.places, question.periods, level, not _LOWEST.search(folded), sort)
    several = max(len(question.places), len(question.periods)) > 1 >= min(len(question.places), len(question.periods))
    if several and _SUM.search(folded):
        return Comparison("sum", main[0], kind, question.places, tuple(sorted(question.periods)), sort=sort)
    if len(question.places) == 2 and len(question.periods) <= 1 and _GAP.search(folded):
        return Comparison("gap", main[0], kind, question.places, question.periods, sort=sort)
    if len(question.periods) == 2 and len(question.places) <= 1 and _CHANGE.search(folded):
        return Comparison("change", main[0], kind, question.places, tuple(sorted(question.periods)), sort=sort)
    return None


def compared(wanted: Comparison, figures: Sequence[Figure]) -> Compared | None:
    """The computed answer from the figures of the indicator, None where it is not sure."""
    answers = []
    for table in compare.tables(figures):
        if table.kind != wanted.kind or table.indicator != wanted.indicator or not _is_sort(table, wanted.sort):
            continue
        answer = {"change": _changed, "rank": _ranked, "gap": _gap, "sum": _summed}[wanted.form](wanted, table)
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
    result = compare.difference(after.figure, before.figure)
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


def _summed(wanted: Comparison, table: Table) -> Compared | None:
    """The sum over the places or the periods named, each of them told."""
    pairs = [(place, period) for place in wanted.places or (None,) for period in wanted.periods or (None,)]
    cells = [table.at(place, period) for place, period in pairs]
    figures = [cell.figure for cell in cells if cell and cell.figure]
    result = compare.total(figures) if len(figures) == len(pairs) else None
    return Compared(wanted, tuple(cell for cell in cells if cell), result, table) if result else None


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
    assert answer.result is not None
    gap, formula = answer.result.shown(language), answer.result.formula
    if answer.comparison.form == "sum":
        parts = ", ".join(f"{w} {t} {v} [{n}]".strip() for n, (w, t, v) in enumerate(zip(where, when, values, strict=True), 1))
        return f"{name}, {'tổng cộng' if vi else 'in total'}: **{gap}** ({parts}; {formula})."
    value = answer.result.value
    if answer.comparison.form == "change":
        place = f" ({where[0]})" if where[0] else ""
        verb = ("tăng" if value > 0 else "giảm") if vi else ("rose by" if value > 0 else "fell by")
        if not value:
            told = "không đổi" if vi else "did not change"
            return f"{name}{place}: **{told}**, {values[0]} {when[0]} [1], {values[1]} {when[1]} [2]."
        if vi:
            return f"{name}{place} {verb} **{gap}**: {values[0]} {when[0]} [1], {values[1]} {when[1]} [2] ({formula})."
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
        return f"số {indicator}" if vi else f"number of {indicator}"
    return indicator


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
