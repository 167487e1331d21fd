"""The figures in the cells of a table's row, each with the unit, kind and period that its column, row and caption give it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.figures.candidate import VALUE_KINDS, Candidate, FigureKind, numbers_in, periods_in
from index.figures.units import Unit, row_label
from index.language import Number, find_numbers, fold
from index.language.amounts import SPACES
from index.records import Cell

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
_THOUSAND, _DIGIT = re.compile(r"^1[. ]?000\s+(?=\D)"), re.compile(r"[0-9]")
_GROUPED = re.compile(rf"[-−+]?\d{{1,3}}(?:{SPACES}\d{{3}})+(?:[.,]\d+)?")
_PARENTHESIS = re.compile(r"\s*\([^()\d]{0,20}\)")


def cell_candidates(unit: Unit) -> Iterator[Candidate]:
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
