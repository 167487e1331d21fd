"""Searches of unusual form over the sample reports, by kind: `python -m eval.queries`. The set: eval/sets/queries/README.md.

Mean reciprocal rank (Voorhees, 1999) of the first passage that holds what was sought: of the whole search, of each arm alone.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.formats import SETS, find_quote
from index import Library
from index.records import ScoredPassage

ARMS = ("words", "vectors")
SOUGHT = 100  # passages asked for: more than the sample reports hold, so that each arm's order is whole


@dataclass(frozen=True, slots=True)
class ShortQuery:
    """A search; `places` are (file name of a report, stretch of its text): a passage that holds one of them was sought."""

    id: str
    kind: str
    query: str
    places: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class KindScores:
    """Mean reciprocal ranks, 0..1: of the whole search, and of each arm alone."""

    kind: str
    n: int
    whole: float
    arms: dict[str, float]
    missed: tuple[str, ...]  # queries whose first passage is another


def load_queries() -> list[ShortQuery]:
    lines = (SETS / "queries" / "queries.jsonl").read_text("utf-8").splitlines()
    return [ShortQuery(**json.loads(line)) for line in lines]


@contextmanager
def samples_library() -> Iterator[Library]:
    """The sample reports in a library of their own."""
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        library.add([SETS / "samples" / "reports"])
        yield library


def measure(library: Library, queries: Sequence[ShortQuery]) -> list[KindScores]:
    ids = {info.name: info.id for info in library.reports()}
    texts = {name: library.report(report_id).text for name, report_id in ids.items()}
    ranks: dict[str, list[tuple[ShortQuery, float, dict[str, float]]]] = {}
    for q in queries:
        spans = [(ids[name], start, end) for name, quote in q.places for start, end in find_quote(texts[name], quote)]
        found = library.search(q.query, SOUGHT)
        alone = {arm: sorted(found, key=lambda scored: -scored.arms.get(arm, 0.0)) for arm in ARMS}
        own = {arm: reciprocal_rank(order, spans) for arm, order in alone.items()}
        ranks.setdefault(q.kind, []).append((q, reciprocal_rank(found, spans), own))
    return [
        KindScores(
            kind,
            len(rows),
            statistics.fmean(whole for _, whole, _ in rows),
            {arm: statistics.fmean(own[arm] for _, _, own in rows) for arm in ARMS},
            tuple(q.query for q, whole, _ in rows if whole < 1),
        )
        for kind, rows in ranks.items()
    ]


def reciprocal_rank(found: Sequence[ScoredPassage], spans: Sequence[tuple[str, int, int]]) -> float:
    """1 / the rank of the first passage that holds one of the spans (report id, start, end) whole; 0 where none does."""
    for rank, scored in enumerate(found, 1):
        p = scored.passage
        if any(p.report_id == report_id and p.start <= start and end <= p.end for report_id, start, end in spans):
            return 1 / rank
    return 0.0


def main() -> None:
    with samples_library() as library:
        print("| kind | n | whole search | words alone | vectors alone | first passage is another |\n|---|---|---|---|---|---|")
        for s in measure(library, load_queries()):
            print(f"| {s.kind} | {s.n} | {s.whole:.3f} | {s.arms['words']:.3f} | {s.arms['vectors']:.3f} | {'; '.join(s.missed)} |")


if __name__ == "__main__":
    main()
