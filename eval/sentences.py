"""How well the sentence that answers is found: `python -m eval.sentences [--every N] [--json FILE]`, from the shared data.

XQuAD-R (Roy et al., 2020): 1,190 questions over 240 contexts cut into 1,205 (Vietnamese) sentences, one of them gold. Success@1 of
that sentence among all, through `Library.search(…, sentences=True)` with its own settings; the library cuts sentences by its own
rules, so one counts as the gold sentence where most of it lies in it or most of that in it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Library
from index.language.normalise import fold
from index.records import ScoredPassage, ScoredSentence

from .retrieval import library_of

PASSAGES = 12


@dataclass(frozen=True, slots=True)
class GoldQuery:
    """A question, the context that answers it, and the gold sentence there: its first character and the one after its last."""

    text: str
    context: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentenceTask:
    """Questions over contexts: context id -> text."""

    name: str
    contexts: Mapping[str, str]
    queries: Sequence[GoldQuery]
    spell: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """Success@1 (0..1) of the gold sentence and of its context, and seconds of each query."""

    success: float
    context: float
    seconds: Sequence[float]
    n: int


def load_tasks(shared: Path) -> list[SentenceTask]:
    """XQuAD-R four ways: question language-sentence language, "plain" being Vietnamese without diacritics.

    Raises FileNotFoundError."""
    records = {language: _records(shared / "eval" / "xquad_r" / f"xquad-r.{language}.jsonl") for language in ("vi", "en")}
    contexts = {language: {r["context_id"]: r["context"] for r in found} for language, found in records.items()}

    def task(name: str, asking: str, asked: str, spell: Callable[[str], str] = str) -> SentenceTask:
        gold = {r["id"]: r["sentence_breaks"][r["gold_sentence"]] for r in records[asked]}
        queries = [GoldQuery(r["question"], r["context_id"], *gold[r["id"]]) for r in records[asking]]
        return SentenceTask(f"XQuAD-R {name}", contexts[asked], queries, spell)

    return [task("vi→vi", "vi", "vi"), task("en→vi", "en", "vi"), task("plain→vi", "vi", "vi", fold), task("vi→en", "vi", "en")]


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def measure(library: Library, task: SentenceTask, every: int = 1) -> SentenceScores:
    """Ask every `every`-th question of a task of a library that holds its contexts (retrieval.library_of)."""
    names = {info.id: Path(info.name).stem for info in library.reports()}
    hits, contexts, seconds = [], [], []
    for query in task.queries[::every]:
        text = task.spell(query.text)
        begun = time.perf_counter()
        best = best_sentence(library.search(text, PASSAGES, sentences=True))
        seconds.append(time.perf_counter() - begun)
        right = best is not None and names[best[0].passage.report_id] == query.context
        contexts.append(right)
        hits.append(right and best is not None and same(best[1].start, best[1].end, query.start, query.end))
    return SentenceScores(statistics.fmean(hits), statistics.fmean(contexts), seconds, len(hits))


def best_sentence(found: Sequence[ScoredPassage]) -> tuple[ScoredPassage, ScoredSentence] | None:
    """The sentence with the greatest score, and its passage."""
    return max(((p, s) for p in found for s in p.sentences), key=lambda pair: pair[1].score, default=None)


def same(start: int, end: int, gold_start: int, gold_end: int) -> bool:
    """Whether most of one stretch lies in the other."""
    return min(end, gold_end) - max(start, gold_start) > 0.5 * min(end - start, gold_end - gold_start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question")
    parser.add_argument("--tasks", nargs="+", choices=("vi→vi", "en→vi", "plain→vi", "vi→en"), help="all where left out")
    parser.add_argument("--json", type=Path)
    a = parser.parse_args()
    rows = []
    tasks = [task for task in load_tasks(a.shared) if not a.tasks or task.name.split()[-1] in a.tasks]
    print("| task | n | sentence Success@1 | context Success@1 | p50_ms |\n|---|---|---|---|---|", flush=True)
    for contexts in {id(task.contexts): task.contexts for task in tasks}.values():
        with library_of(contexts) as library:
            for task in (task for task in tasks if task.contexts is contexts):
                scores = measure(library, task, a.every)
                rows.append({
                    "task": task.name, "n": scores.n, "sentence": round(scores.success, 4), "context": round(scores.context, 4),
                    "p50_ms": round(1000 * statistics.median(scores.seconds), 1),
                })  # fmt: skip
                print("| " + " | ".join(map(str, rows[-1].values())) + " |", flush=True)
    if a.json:
        a.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
