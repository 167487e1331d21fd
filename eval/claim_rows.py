"""Rows of a report's tables -> claims: a cell told, two cells computed with, a neighbour's value told instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from assistant.evidence import Unit

from .claim_making import Claim
from .claim_numbers import every_value, spell
from .claim_sources import Snippet

_CELL = {
    "vi": re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d{1,2})?(?P<percent> ?%)?"),
    "en": re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?(?P<percent> ?%)?"),
}
_UNITS = {"%": "%", "người": "người", "hộ": "hộ", "ha": "ha", "tấn": "tấn", "triệu đồng": "triệu đồng", "tỷ đồng": "tỷ đồng"}


@dataclass(frozen=True)
class _Value:
    """A figure in a cell: what its row and column are called, and its unit where a column of units tells it."""

    unit: Unit
    column: int
    label: str
    header: str
    value: Decimal
    measure: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.label} ({self.header})"

    @property
    def shown(self) -> str:
        return self.written(self.value)

    def written(self, value: Decimal) -> str:
        gap = "" if self.measure == "%" or not self.measure else " "
        return f"{spell(value, self.language)}{gap}{self.measure}"


def row_claims(rows: Sequence[Snippet], rng: Random, limit: int) -> Iterator[Claim]:
    """At most `limit` claims of every way of making, right and wrong, of one report's tables."""
    tables: dict[tuple[int, str], list[list[_Value]]] = {}
    for snippet in rows:
        values = list(_values(snippet))
        if values:
            tables.setdefault((_table(snippet.unit), snippet.unit.heading), []).append(values)
    made: dict[str, int] = {}
    whole = [(a, b) for table in tables.values() for a, b in zip(table, [*table[1:], table[0]], strict=True) if a is not b]
    rng.shuffle(whole)
    for row, following in whole:
        for claim in (*_told(row, following, rng), *_computed(row, following, rng)):
            made[claim.how] = made.get(claim.how, 0) + 1
            if made[claim.how] <= limit:
                yield claim


def _table(unit: Unit) -> int:
    return next((block.table for block in unit.report.blocks if block.start == unit.start), 0)


def _values(snippet: Snippet) -> Iterator[_Value]:
    unit = snippet.unit
    texts = [unit.report.text[c.start : c.end].strip() for c in unit.cells]
    label = next((t for t in texts[:2] if sum(c.isalpha() for c in t) >= 4), "")
    if (
        label.lower().startswith(("nghìn", "triệu", "tỷ", "đơn vị"))
        or not label
        or any(c.isdigit() for c in label)
        or len(label) > 90
    ):
        return
    measure = next((t for t in texts if t in _UNITS), "")
    for column, (cell, text) in enumerate(zip(unit.cells, texts, strict=True)):
        m = _CELL[snippet.language].fullmatch(text)
        header = cell.header.replace(" / ", ", ")
        if not m or len(header) < 3 or not re.search(r"[^\W\d]", header) or header.lower() in ("stt", "tt", "no", "mã số"):
            continue
        if any(h.header == cell.header for i, h in enumerate(unit.cells) if i != column):
            continue
        point = "," if snippet.language == "vi" else "."
        whole, _, part = text.replace("%", "").strip().partition(point)
        value = Decimal(re.sub(r"\D", "", whole) + ("." + part if part else ""))
        yield _Value(unit, column, label, header, value, "%" if m["percent"] else measure, snippet.language)


def _told(row: list[_Value], following: list[_Value], rng: Random) -> Iterator[Claim]:
    cell = rng.choice(row)
    vi = cell.language == "vi"
    said = f"{cell.name}: {{}}." if rng.random() < 0.5 else (f"{cell.name} là {{}}." if vi else f"{cell.name} was {{}}.")
    yield Claim(said.format(cell.shown), cell.language, "right", "row told", (cell.unit,), cell.unit.text)
    if cell.label == following[0].label:
        return
    below = next((v for v in following if v.column == cell.column and v.measure == cell.measure), None)
    if below and below.value != cell.value and below.value not in [v.value for v in row]:
        cited = (cell.unit, below.unit)
        yield Claim(said.format(below.shown), cell.language, "wrong", "neighbour row", cited, cell.unit.text)
        yield Claim(said.format(cell.shown), cell.language, "right", "row beside another", cited, cell.unit.text)
        if not _words(cell.label) & _words(below.label):
            yield Claim(said.format(below.shown), cell.language, "wrong", "another row cited", (below.unit,), cell.unit.text)
    beside = next((v for v in row if v.column != cell.column and v.value != cell.value and _apart(v.header, cell.header)), None)
    if beside:
        yield Claim(
            said.format(cell.written(beside.value)), cell.language, "wrong", "neighbour column", (cell.unit,), cell.unit.text
        )


def _apart(one: str, other: str) -> bool:
    """Headers that nobody takes for each other."""
    return bool(_words(one) - _words(other)) and bool(_words(other) - _words(one))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _computed(row: list[_Value], following: list[_Value], rng: Random) -> Iterator[Claim]:
    cell = row[0]
    below = next((v for v in following if v.column == cell.column and v.measure == cell.measure and v.label != cell.label), None)
    vi = cell.language == "vi"
    if below and below.value != cell.value and cell.value:
        high, low = (cell, below) if cell.value > below.value else (below, cell)
        gap, total = high.value - low.value, high.value + low.value
        points = {"%": " điểm %" if vi else " percentage points"}.get(cell.measure, f" {cell.measure}" if cell.measure else "")
        told = (
            f"{cell.header}: {high.label} cao hơn {low.label} {spell(gap, cell.language)}{points}."
            if vi
            else f"{cell.header}: {high.label} was {spell(gap, cell.language)}{points} higher than {low.label}."
        )
        yield from _both(told, gap, "difference of rows", cell, below, rng)
        around = f"{cell.header} {cell.unit.heading}".lower()
        if cell.measure != "%" and not re.search(r"so với|chỉ số|tốc độ|index|rate|%", around):
            unit = f" {cell.measure}" if cell.measure else ""
            told = (
                f"{cell.header}: tổng của {cell.label} và {below.label} là {spell(total, cell.language)}{unit}."
                if vi
                else f"{cell.header}: {cell.label} and {below.label} together had {spell(total, cell.language)}."
            )
            yield from _both(told, total, "sum of rows", cell, below, rng)
    years = [
        (v, m[0])
        for v in row
        if (m := re.search(r"(?:19|20)\d\d", v.header)) and re.search(r"thực hiện|năm|year|actual", v.header.lower())
    ]
    if len(years) > 1 and years[0][1] != years[1][1] and years[0][0].value and years[1][0].value != years[0][0].value:
        (old, _), (new, _) = sorted(years[:2], key=lambda pair: pair[1])
        if not re.search(r"so với|%", f"{old.header} {new.header}".lower()):
            yield from _changed(old, new, rng)


def _changed(old: _Value, new: _Value, rng: Random) -> Iterator[Claim]:
    gap = abs(new.value - old.value)
    up = new.value > old.value
    unit = " điểm %" if old.measure == "%" else f" {old.measure}" if old.measure else ""
    if old.language != "vi":
        return
    words = ("tăng", "giảm") if up else ("giảm", "tăng")
    told = f"{old.label}: {new.header} {{}} {spell(gap, 'vi')}{unit} so với {old.header}."
    yield from _from_to(old, new, words)
    yield from _both(told.format(words[0]), gap, "change over years", old, new, rng)
    yield Claim(told.format(words[1]), "vi", "wrong", "change told backwards", (old.unit,), old.unit.text)


def _from_to(old: _Value, new: _Value, words: tuple[str, str]) -> Iterator[Claim]:
    """ "tăng từ 1.240 năm 2021 lên 1.310 năm 2022", as models like to say it; and with the two amounts exchanged."""
    years = [re.search(r"(?:19|20)\d\d", value.header) for value in (old, new)]
    parts = re.search(r"tháng|quý|kỳ|tuần|month|quarter|plan|kế hoạch", f"{old.header} {new.header} {old.unit.heading}".lower())
    if not all(years) or parts or len(re.findall(r"\d{4}", old.header + new.header)) > 2:
        return  # "9 tháng năm 2021" is not 2021
    first, last = (m[0] for m in years if m)
    link = "lên" if words[0] == "tăng" else "xuống"
    for label, how, a, b in (
        ("right", "from one year to another", old, new),
        ("wrong", "from one year to another, exchanged", new, old),
    ):
        text = f"{old.label} {words[0]} từ {a.shown} năm {first} {link} {b.shown} năm {last}."
        yield Claim(text, "vi", label, how, (old.unit,), old.unit.text)  # type: ignore[arg-type]


def _both(told: str, value: Decimal, how: str, one: _Value, other: _Value, rng: Random) -> Iterator[Claim]:
    cited = (one.unit,) if one.unit is other.unit else (one.unit, other.unit)
    yield Claim(told, one.language, "right", how, cited, one.unit.text)
    digits = spell(value, one.language)
    at = told.rfind(digits)
    place = rng.choice([i for i, c in enumerate(digits) if c.isdigit()])
    new = rng.choice([d for d in "123456789" if d != digits[place]])
    altered = digits[:place] + new + digits[place + 1 :]
    text = told[:at] + altered + told[at + len(digits) :]
    known = every_value(" ".join(u.text for u in cited))
    if not every_value(altered) & known:
        yield Claim(text, one.language, "wrong", f"{how}, digit", cited, one.unit.text)
