"""Passages -> units of evidence, each once, and what the units are. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

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
    "UNSCORED",
    "SentenceScore",
    "Unit",
    "head_units",
    "heading_sets_target",
    "looks_back",
    "named_places",
    "row_label",
    "sentence_scores",
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


class SentenceScore(NamedTuple):
    """How the search scored a sentence. `chance` 0..1 that it answers: the softmax over all the passages' sentences, for which
    their weights were learned; `behind`: its score less the best one's, 0 or below; `signals` as ScoredSentence."""

    chance: float
    behind: float
    signals: tuple[float, ...]


UNSCORED = SentenceScore(0.0, -12.0, ())  # as far behind as the search's sentences ever are


def sentence_scores(passages: Sequence[ScoredPassage]) -> Callable[[Unit], SentenceScore]:
    """unit -> the score of the best sentence that it shares most of; UNSCORED where none was scored."""
    found = sorted(((p.passage.report_id, s.start, s) for p in passages for s in p.sentences), key=lambda one: one[:2])
    top = max((s.score for *_, s in found), default=0.0)
    total = sum(math.exp(s.score - top) for *_, s in found)
    starts = [one[:2] for one in found]

    def score(unit: Unit) -> SentenceScore:
        first = max(bisect_right(starts, (unit.report.id, unit.start)) - 1, 0)
        best = UNSCORED
        for report, start, s in found[first:]:
            if report > unit.report.id or (report == unit.report.id and start >= unit.end):
                break
            shared = min(s.end, unit.end) - max(start, unit.start)
            behind = s.score - top
            if report == unit.report.id and 2 * shared > min(s.end - start, unit.end - unit.start) and behind > best.behind:
                best = SentenceScore(math.exp(behind) / total, behind, s.signals)
        return best

    return score
