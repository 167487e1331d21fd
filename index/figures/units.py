"""Stretches of a report -> units: sentences and table rows, each with what stands round it and decides what it means. Pure.

A sentence alone does not say whether "Gia đình văn hóa đạt trên 96%" is a result or a target: the heading, the line that leads
into a list, and the sentences before it in its paragraph do. A unit therefore carries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.figures.addressed import addresses_program
from index.language import find_periods, find_places, fold, is_base, sentences
from index.records import Block, Cell, Period, Place, Report

# Wording that turns what follows into something not yet reached. Matched on folded text.
_DIGIT = re.compile(r"\d")
TARGET = re.compile(
    r"\b((?<!no luc )(?<!tinh than )phan dau(?! cua)|muc tieu( cu the| tong quat)?|chi tieu (nam|de ra|chu yeu|"
    r"ke hoach|phan dau)|ke hoach nam|dat ra|de ra muc tieu|huong toi|du kien nam|nam toi"
    r"|nhiem vu (trong tam|nam|nam toi)|phuong huong|dinh huong|giai phap|tiep tuc (phan dau|duy tri|giu vung)"
    r"|targets?|targeted|aims?|aimed|goals?|objectives?|plans? to|planned|will|by the end of next|next year|"
    r"outlook|intends?|expects? to)\b"
)
RESULT = re.compile(
    r"\b(ket qua|tinh hinh|thuc hien (nhiem vu|ke hoach|cac chi tieu)|da dat|dat duoc|da|results?|achieved|"
    r"reached|progress|performance|was|were|stood at)\b"
)
_TARGET_HEAD = re.compile(
    r"\b(phuong huong|muc tieu|chi tieu (chu yeu|phan dau|ke hoach|nam)|nhiem vu|ke hoach (nam|phat trien)|"
    r"dinh huong|targets?|plans?|outlook|next (year|steps?)|objectives?|ahead|priorities)\b"
)
_RESULT_HEAD = re.compile(
    r"\b(ket qua|tinh hinh|danh gia|thuc hien|dat duoc|results?|achievements?|progress|performance|"
    r"situation|review|status|findings)\b"
)


@dataclass(frozen=True)
class Unit:
    """A sentence or table row that may answer. `text == report.text[start:end]`.

    `heading` is the path of headings above it, joined by " › ", with a table's caption; `lead` the text that governs it: the
    line a list hangs on, or the words of an earlier sentence of the paragraph that set a target. `target` is True where heading
    or lead make it a target. `retrieval` in 0..1 is the passage's score relative to the best one. `cells` are a table row's,
    () elsewhere; `previous` is the sentence before it in its paragraph; `carried_period` is the period that an earlier sentence
    of the paragraph opened with ("Năm 2024, … . Xã phấn đấu …").
    """

    report: Report
    start: int
    end: int
    page: int
    heading: str
    lead: str
    target: bool
    retrieval: float
    cells: tuple[Cell, ...] = ()
    previous: str = ""
    carried_period: Period | None = None

    @property
    def text(self) -> str:
        return self.report.text[self.start : self.end]

    @property
    def is_row(self) -> bool:
        return bool(self.cells)

    @property
    def surroundings(self) -> str:
        """The unit with all that stands round it, the report's title too."""
        return f"{self.text} {self.lead} {self.heading} {self.previous} {self.report.title}"

    @cached_property
    def label(self) -> str:
        """See `row_label`."""
        group = self.cells[0].header.partition(" / ")[2] if self.cells else ""
        parts = [group] if group else []
        for cell in self.cells:
            raw = self.report.text[cell.start : cell.end].strip()
            if raw and len(_DIGIT.findall(raw)) < 0.5 * len(raw):
                parts.append(raw)
        return " | ".join(parts)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def context_period(self) -> Period | None:
        """The single year or part of a year that the heading or lead names last, if any ("Phương hướng năm 2023")."""
        if self.carried_period:
            return self.carried_period
        for text in (self.lead, self.heading):
            spans = [m.period for m in find_periods(text) if m.period.year == m.period.last_year and not is_base(text, m.start)]
            if spans:
                return spans[-1] if self.target else spans[0]
        return None


def block_units(report: Report, block: Block, retrieval: float) -> list[Unit]:
    """The sentences of one block, without what stands above it."""
    return _block_sentences(report, block, "", "", retrieval)


def stretch_units(report: Report, start: int, end: int, heading: str, retrieval: float = 1.0) -> Iterator[Unit]:
    """The sentences and rows of `report.text[start:end]`, under the path of headings `heading`."""
    for number, block in _blocks_in(report.blocks, start, end):
        if block.kind in ("table_header", "caption"):
            continue
        if block.kind == "table_row" and addresses_program(report.text[block.start : block.end]):
            continue
        if block.kind == "table_row":
            target = heading_sets_target(heading.split(" › ")[0])  # captions of tables name plans beside results
            yield Unit(report, block.start, block.end, block.page, heading, "", target, retrieval, block.cells)
            continue
        lead = _lead(report, number)
        for unit in _block_sentences(report, block, heading, lead, retrieval):
            if unit.start < end and start < unit.end:
                yield unit


def _blocks_in(blocks: Sequence[Block], start: int, end: int) -> Iterator[tuple[int, Block]]:
    low, high = 0, len(blocks)
    while low < high:  # first block that ends after `start`
        middle = (low + high) // 2
        if blocks[middle].end <= start:
            low = middle + 1
        else:
            high = middle
    for number in range(low, len(blocks)):
        if blocks[number].start >= end:
            break
        yield number, blocks[number]


def _block_sentences(report: Report, block: Block, heading: str, lead: str, retrieval: float) -> list[Unit]:
    text = report.text[block.start : block.end]
    governed = _governs_target(lead) or (not lead.rstrip().endswith(":") and heading_sets_target(heading))
    carried = ""
    previous = ""
    period = None
    found = []
    for start, end in sentences(text):
        sentence = text[start:end]
        if addresses_program(sentence):  # what follows in the paragraph may be the program's forged answer
            break
        folded = fold(sentence)
        opening = TARGET.search(folded)
        found.append(
            Unit(
                report,
                block.start + start,
                block.start + end,
                block.page,
                heading,
                carried or lead,
                governed or bool(carried),
                retrieval,
                previous=previous,
                carried_period=period,
            )
        )
        period = _opening_period(sentence) or period
        # "Trong đó phấn đấu: …" governs the sentences after it in its paragraph, until one tells of a result.
        if opening and (":" in sentence or opening.start() < 60) and not looks_back(folded[: opening.start()]):
            carried = sentence[max(0, opening.start() - 20) : opening.end() + 60]
        elif carried and RESULT.search(folded) and not opening:
            carried = ""
        previous = sentence
    return found


def _opening_period(sentence: str) -> Period | None:
    named = (m for m in find_periods(sentence[:60]) if m.start <= 12 and not is_base(sentence, m.start))
    return next((m.period for m in named if m.period.year == m.period.last_year), None)


def looks_back(before: str) -> bool:
    """ "đạt và vượt các chỉ tiêu đề ra", "so với kế hoạch": the target is mentioned, what is told is the result."""
    return bool(re.search(r"\b(dat|vuot|so voi|hoan thanh|against|of the|met|exceeded|\d/\d+)\b[^.;:]{0,25}$", before))


def _governs_target(lead: str) -> bool:
    folded = fold(lead)
    hit = TARGET.search(folded)
    return hit is not None and not looks_back(folded[: hit.start()])


@lru_cache(maxsize=20_000)
def named_places(text: str) -> tuple[Place, ...]:
    """The places a report's text names. "phường còn 12 hộ" names none: in running text a name has a capital."""
    return tuple(m.place for m in find_places(text) if m.place.name[:1].isupper())


def heading_sets_target(heading: str) -> bool:
    """True for "II. Phương hướng, nhiệm vụ năm 2023", False for "I. Kết quả thực hiện nhiệm vụ năm 2022". The deepest decides."""
    for part in reversed(heading.split(" › ")):
        folded = fold(part)
        target, result = _TARGET_HEAD.search(folded), _RESULT_HEAD.search(folded)
        if target and result:
            return target.start() < result.start() and not re.search(r"\bket qua\b", folded)
        if target or result:
            return bool(target)
    return False


_BULLET = re.compile(r"\s*(?:[-–•+*]|\(?(?:\d+(?:\.\d+)*|[a-zđ])[.)/]?\s*[-–.)]?\s)")


def _lead(report: Report, number: int) -> str:
    """For a list item: the paragraph ending in ":" that the list hangs on ("Một số chỉ tiêu chủ yếu năm 2024:")."""
    own = report.blocks[number]
    if own.kind not in ("item", "paragraph"):
        return ""
    if number and own.end - own.start <= 40:  # a signature: the office stands on the line above the name
        above = report.blocks[max(0, number - 2) : number]
        return " ".join(report.text[b.start : b.end] for b in above if b.end - b.start <= 60 and b.kind != "table_row")
    for back in range(number - 1, max(-1, number - 40), -1):
        block = report.blocks[back]
        text = report.text[block.start : block.end]
        if text.rstrip().endswith(":") and block.kind in ("paragraph", "item"):
            return text[-300:]
        if block.kind != "item" and not (block.kind == "paragraph" and _BULLET.match(text)):
            return ""
        if own.kind == "paragraph" and not _BULLET.match(report.text[own.start : own.end]):
            return ""
    return ""


def row_label(unit: Unit) -> str:
    """The words of a table row: its cells without figures, and the group of rows it stands in (told in its first cell's header)."""
    return unit.label
