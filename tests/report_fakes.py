"""Reports made by hand from a few lines, and their units of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import Unit, units
from index import Block, Cell, Language, Passage, Period, Place, Report, ScoredPassage

HAI_DONG = Place("Hải Đông", "commune")


@dataclass(frozen=True)
class Row:
    """A table row: its cells, and the headers of their columns."""

    cells: Sequence[str]
    headers: Sequence[str]


def make_report(
    *blocks: str | Row,
    title: str = "Báo cáo kết quả năm 2022",
    period: Period | None = None,
    place: Place | None = HAI_DONG,
    language: Language = "vi",
    id: str = "r1",
) -> Report:
    """Blocks in reading order: "# …" is a heading, "- …" an item, a Row a table row, anything else a paragraph."""
    text = ""
    made = []
    for block in blocks:
        text += "\n\n" if text else ""
        start = len(text)
        if isinstance(block, Row):
            cells = []
            for cell, header in zip(block.cells, block.headers, strict=True):
                text += " | " if cells else ""
                cells.append(Cell(len(text), len(text) + len(cell), header))
                text += cell
            made.append(Block("table_row", start, len(text), table=1, cells=tuple(cells)))
        else:
            text += block.removeprefix("# ")
            kind = "heading" if block.startswith("# ") else "item" if block.startswith("- ") else "paragraph"
            made.append(Block(kind, start, len(text), level=int(kind == "heading")))  # type: ignore[arg-type]
    return Report(
        id=id,
        title=title,
        source=f"{id}.txt",
        name=f"{id}.txt",
        format="txt",
        language=language,
        period=period or Period(2022),
        place=place,
        text=text,
        blocks=tuple(made),
    )


def all_units(*reports: Report) -> list[Unit]:
    """The units of every block below its heading, as if search had found each equally well."""
    passages = []
    for report in reports:
        heading = ""
        for block in report.blocks:
            text = report.text[block.start : block.end]
            if block.kind == "heading":
                heading = text
            else:
                passages.append(ScoredPassage(Passage(report.id, block.start, block.end, text, block.page, heading), 1.0))
    return units(passages, {report.id: report for report in reports})


def unit_of(report: Report, words: str) -> Unit:
    """The one unit that holds `words`."""
    (found,) = [unit for unit in all_units(report) if words in unit.text]
    return found
