"""Passages -> units of evidence, each once, and what the units are. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

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
    "chances",
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


def chances(passages: Sequence[ScoredPassage]) -> Callable[[Unit], float]:
    """unit -> the chance (0..1) that it answers, as the search scored sentences: their softmax over all the passages, for which
    their weights were learned. 0 for a unit whose sentences were not scored."""
    found = sorted((p.passage.report_id, s.start, s.end, s.score) for p in passages for s in p.sentences)
    top = max((score for *_, score in found), default=0.0)
    total = sum(math.exp(score - top) for *_, score in found)
    starts = [(report, start) for report, start, *_ in found]

    def chance(unit: Unit) -> float:
        first = max(bisect_right(starts, (unit.report.id, unit.start)) - 1, 0)
        best = 0.0
        for report, start, end, score in found[first:]:
            if report > unit.report.id or (report == unit.report.id and start >= unit.end):
                break
            shared = min(end, unit.end) - max(start, unit.start)
            if report == unit.report.id and 2 * shared > min(end - start, unit.end - unit.start):
                best = max(best, math.exp(score - top) / total)
        return best

    return chance
