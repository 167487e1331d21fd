"""Passages -> units of evidence, each once, and what the units are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from index import Report, ScoredPassage
from index.figures.units import (
    RESULT,
    TARGET,
    Unit,
    block_units,
    heading_sets_target,
    looks_back,
    named_places,
    row_label,
    stretch_units,
)

__all__ = [
    "RESULT",
    "TARGET",
    "Unit",
    "head_units",
    "heading_sets_target",
    "looks_back",
    "named_places",
    "row_label",
    "units",
]


def units(passages: Sequence[ScoredPassage], reports: dict[str, Report]) -> list[Unit]:
    """The sentences and rows of the passages, best passage first, each once."""
    best = max((p.score for p in passages), default=0.0) or 1.0
    seen: set[tuple[str, int]] = set()
    found = []
    for scored in passages:
        passage = scored.passage
        report = reports[passage.report_id]
        for unit in stretch_units(report, passage.start, passage.end, passage.heading, max(scored.score, 0.0) / best):
            key = (report.id, unit.start)
            if key not in seen:
                seen.add(key)
                found.append(unit)
    return found


def head_units(report: Report, *, blocks: int = 8) -> list[Unit]:
    """The sentences of the report's first blocks: title, number, date, where they may be too short to be found by search."""
    found = []
    for block in report.blocks[:blocks]:
        if block.kind != "table_row":
            found += block_units(report, block, 0.5)
    return found
