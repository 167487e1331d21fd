"""How well passages are found: `python -m eval.retrieval [--distractors 50000] [--json FILE]`, from the shared reference data.

XQuAD (Artetxe et al., 2020), XQuAD-R (Roy et al., 2020) and the development part of MLQA (Lewis et al., 2020): every context is a
file, added to a library in a temporary folder and searched the way a reader's reports are. nDCG@10 (Järvelin & Kekäläinen, 2002)
with one relevant context a question; the passages of one context count as one item, each passage of a distractor as one.

    --distractors N    N more passages (Wikipedia and codified law, Vietnamese) in the same library, asked a part of the questions;
                       prints the time of a query too
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index import Library
from index.language.normalise import fold
from index.records import ScoredPassage
from index.settings import Settings

DEPTH = 10
SOUGHT = 30  # passages asked for: a context may be cut in two, and each arm's own order is taken from them
DISTRACTORS_A_FILE = 100
LEAST_DISTRACTOR = 200  # characters
MOST_OF_AN_ARTICLE = 4  # passages of one Wikipedia article among the distractors


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the context that answers it."""

    id: str
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Task:
    """Questions over the contexts of one language: context id -> text."""

    name: str
    contexts: Mapping[str, str]
    queries: Sequence[Query]
    spell: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Scores:
    """nDCG@10 and Success@1 (0..1) as fused, nDCG@10 of each arm's own order, seconds of each query."""

    ndcg: float
    success: float
    arms: Mapping[str, float]
    seconds: Sequence[float]
    n: int


def ndcg(ranking: Sequence[str], relevant: str, depth: int = DEPTH) -> float:
    """nDCG@`depth` where one item is relevant: 1 / log2(1 + its rank), 0 below `depth`."""
    return next((1 / math.log2(rank + 1) for rank, found in enumerate(ranking[:depth], 1) if found == relevant), 0.0)


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """Raises FileNotFoundError where the shared data is absent."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load_tasks(shared: Path, names: Sequence[str] = ("xquad", "mlqa")) -> list[Task]:
    """Each set in four ways: question language-passage language, "plain" being Vietnamese without diacritics."""
    tasks = []
    if "xquad" in names:
        records = {language: read_jsonl(shared / "eval" / "xquad" / f"xquad.{language}.jsonl") for language in ("vi", "en")}
        tasks += _four("XQuAD", records["vi"], records["en"], records["en"], records["vi"])
    if "mlqa" in names:
        dev = shared / "eval" / "mlqa_dev"
        of = {
            (c, q): read_jsonl(dev / f"dev-context-{c}-question-{q}.jsonl") for c, q in (("vi", "vi"), ("vi", "en"), ("en", "vi"))
        }
        tasks += _four("MLQA dev", of["vi", "vi"], of["vi", "en"], of["en", "vi"], of["en", "vi"])
    return tasks


def _four(
    name: str,
    vi: Sequence[dict[str, str]],
    en_asking: Sequence[dict[str, str]],
    en: Sequence[dict[str, str]],
    vi_asking: Sequence[dict[str, str]],
) -> list[Task]:
    vietnamese = {r["context_id"]: r["context"] for r in (*vi, *(en_asking if name != "XQuAD" else ()))}
    english = {r["context_id"]: r["context"] for r in en}
    return [
        Task(f"{name} vi→vi", vietnamese, _queries(vi)),
        Task(f"{name} en→vi", vietnamese, _queries(en_asking)),
        Task(f"{name} plain→vi", vietnamese, _queries(vi), fold),
        Task(f"{name} vi→en", english, _queries(vi_asking)),
    ]


def _queries(records: Iterable[dict[str, str]]) -> list[Query]:
    return [Query(r["id"], r["question"], r["context_id"]) for r in records]


@contextmanager
def library_of(
    contexts: Mapping[str, str], distractors: Iterable[str] = (), model: str = "bundled", *, close: bool = True
) -> Iterator[Library]:
    """A library that holds each context as a report of its own, named by its id, and the distractors in files of a hundred; read
    closely, unless `close` is false."""
    settings = Settings(embedding_model=model, close_reading="transformer" if close else "none")
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for name, text in contexts.items():
            (files / f"{name}.txt").write_text(text, "utf-8")
        rest = iter(distractors)
        for number, group in enumerate(iter(lambda: list(islice(rest, DISTRACTORS_A_FILE)), [])):
            (files / f"distractors-{number:04d}.txt").write_text("\n\n".join(group), "utf-8")
        with Library.open(Path(folder) / "library", settings=settings) as library:
            failed = [result for result in library.add([files]) if result.status == "failed"]
            if failed:
                raise RuntimeError(f"{len(failed)} files were not read: {failed[0].error}")
            library.read_closely()
            yield library


def measure(library: Library, task: Task, every: int = 1) -> Scores:
    """Ask every `every`-th question of a task."""
    names = {info.id: Path(info.name).stem for info in library.reports()}
    fused: list[float] = []
    first: list[bool] = []
    seconds: list[float] = []
    arms: dict[str, list[float]] = {}
    for query in task.queries[::every]:
        begun = time.perf_counter()
        found = library.search(task.spell(query.text), SOUGHT)
        seconds.append(time.perf_counter() - begun)
        ranking = _items(found, names)
        fused.append(ndcg(ranking, query.context))
        first.append(ranking[:1] == [query.context])
        for arm in ("words", "vectors"):
            alone = sorted(found, key=lambda scored: -scored.arms.get(arm, 0.0))
            arms.setdefault(arm, []).append(ndcg(_items(alone, names), query.context))
    means = {arm: statistics.fmean(values) for arm, values in arms.items()}
    return Scores(statistics.fmean(fused), statistics.fmean(first), means, seconds, len(fused))


def _items(found: Sequence[ScoredPassage], names: Mapping[str, str]) -> list[str]:
    """The ranking: a context's name once, each passage of a distractor by its own id."""
    ids = [names[scored.passage.report_id] for scored in found]
    items = [scored.passage.id if name.startswith("distractors-") else name for name, scored in zip(ids, found, strict=True)]
    return list(dict.fromkeys(items))


def distractors(shared: Path, count: int) -> Iterator[str]:
    """`count` passages: first Wikipedia, a few an article, then articles of codified law. One line each."""
    yield from islice(_distractors(shared / "mono"), count)


def _distractors(mono: Path) -> Iterator[str]:
    for record in _records(mono / "viwiki_underthesea.jsonl.gz"):
        yield from islice(
            (p for line in record["text"].splitlines() if len(p := line.strip()) >= LEAST_DISTRACTOR), MOST_OF_AN_ARTICLE
        )
    for record in _records(mono / "phapdien_passages.jsonl.gz"):
        text = " ".join(record["text"].split())
        if len(text) >= LEAST_DISTRACTOR:
            yield text[:900]


def _records(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _row(name: str, scores: Scores) -> dict[str, float | str]:
    times = sorted(scores.seconds)
    return {
        "task": name,
        "n": scores.n,
        "nDCG@10": round(scores.ndcg, 4),
        "Success@1": round(scores.success, 4),
        "words alone": round(scores.arms["words"], 4),
        "vectors alone": round(scores.arms["vectors"], 4),
        "p50_ms": round(1000 * statistics.median(times), 1),
        "p95_ms": round(1000 * times[int(0.95 * (len(times) - 1))], 1),
    }


def _run(
    tasks: Sequence[Task], extra: Callable[[], Iterable[str]], every: int, label: str, model: str, close: bool
) -> list[dict[str, float | str]]:
    rows = []
    for contexts in {id(task.contexts): task.contexts for task in tasks}.values():
        with library_of(contexts, extra(), model, close=close) as library:
            for task in tasks:
                if task.contexts is contexts:
                    rows.append(_row(f"{task.name}{label}", measure(library, task, every)))
                    print("| " + " | ".join(map(str, rows[-1].values())) + " |", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--sets", nargs="+", choices=("xquad", "mlqa"), default=["xquad", "mlqa"])
    parser.add_argument("--distractors", type=int, default=0)
    parser.add_argument("--every", type=int, default=0, help="ask every n-th question; 0: all, with distractors every seventh")
    parser.add_argument("--model", default="bundled", help='the embedding model: "bundled", a hub name, a folder')
    parser.add_argument("--no-close", action="store_true", help="before passages have been read closely")
    parser.add_argument("--json", type=Path)
    a = parser.parse_args()
    tasks = load_tasks(a.shared, a.sets)
    columns = ["task", "n", "nDCG@10", "Success@1", "words alone", "vectors alone", "p50_ms", "p95_ms"]
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns), flush=True)
    rows = _run(tasks, lambda: (), a.every or 1, "", a.model, not a.no_close) if not a.distractors else []
    if a.distractors:
        vietnamese = [task for task in tasks if not task.name.endswith("→en")]
        every = a.every or 7
        rows += _run(vietnamese, lambda: (), every, " (the same questions)", a.model, not a.no_close)
        label = f" + {a.distractors}"
        rows += _run(vietnamese, lambda: distractors(a.shared, a.distractors), every, label, a.model, not a.no_close)
    if a.json:
        a.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
