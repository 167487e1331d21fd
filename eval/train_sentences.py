"""Learns the weights of the sentence ranker: `python -m eval.train_sentences`, minutes on one core, from the shared data.

The development part of MLQA (Lewis et al., 2020), four ways: its contexts are put into a library and asked as a reader asks; of the
sentences of the best passages, those of the right context that hold the answer are right. A conditional logit (softmax over the
sentences of a question, the right ones' chances added up) with a quadratic penalty, by Adam from zero: the same data give the same
weights. Prints Success@1 of four-fold cross-validation by context, then writes index/sentences_close.json, or with
--no-close index/sentences.json.
"""

from __future__ import annotations

import argparse
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import sentence_ranker
from index.sentence_features import names

from .retrieval import library_of, read_jsonl
from .sentences import PASSAGES

SETS = (("vi", "vi"), ("vi", "en"), ("en", "vi"), ("en", "en"))  # context language, question language
FOLDS = 4
STEPS, RATE, PENALTY = 400, 0.05, 1e-3
FOLDER = Path(sentence_ranker.__file__).parent
CARD = {
    "what": "weights of sentence_features.names, for features as they come: index/sentence_ranker.py",
    "learned from": "MLQA's development part (CC-BY-SA 3.0), 2,681 questions, vi and en over vi and en contexts; nothing of XQuAD",
    "how": "conditional logit over the sentences of the 12 best passages",
    "command": "python -m eval.train_sentences",
}


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences found for one question: float32 [n, features], and bool [n]: which of them hold the answer."""

    task: str
    context: str
    signals: np.ndarray
    right: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--no-close", action="store_true", help="the weights for passages that have not been read closely")
    parser.add_argument("--out", type=Path)
    a = parser.parse_args()
    close = not a.no_close
    file = FOLDER / (sentence_ranker.CLOSE_WEIGHTS if close else sentence_ranker.WEIGHTS)
    examples = [e for language in ("vi", "en") for e in load(a.shared / "eval" / "mlqa_dev", language, close)]
    validated = cross_validated(examples)
    print(json.dumps(validated, ensure_ascii=False), flush=True)
    weights = fit(examples)
    card = {**CARD, "Success@1 in four-fold cross-validation by context": validated}
    named = {name: round(float(w), 4) for name, w in zip(names(close), weights, strict=True)}
    (a.out or file).write_text(json.dumps({**card, "weights": named}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load(folder: Path, language: str, close: bool) -> Iterator[Example]:
    """Asks all questions over the contexts of one language. Raises FileNotFoundError."""
    asked = {q: read_jsonl(folder / f"dev-context-{c}-question-{q}.jsonl") for c, q in SETS if c == language}
    contexts = {r["context_id"]: r["context"] for records in asked.values() for r in records}
    with library_of(contexts, close=close) as library:
        named = {info.id: Path(info.name).stem for info in library.reports()}
        texts = {info.id: library.report(info.id).text.lower() for info in library.reports()}
        for q, records in asked.items():
            for record in records:
                signals, right = [], []
                answers = [answer.strip().rstrip(".").lower() for answer in record["answers"]]
                for scored in library.search(record["question"], PASSAGES, sentences=True):
                    own = scored.passage.report_id
                    for sentence in scored.sentences:
                        held = texts[own][sentence.start : sentence.end]
                        signals.append(sentence.signals)
                        right.append(named[own] == record["context_id"] and any(answer in held for answer in answers))
                yield Example(f"{q}→{language}", record["context_id"], np.array(signals, np.float32), np.array(right, np.bool_))


def fit(examples: Sequence[Example]) -> np.ndarray:
    """float64 [features], for features as they come."""
    useful = [e for e in examples if e.right.any()]
    longest = max(len(e.right) for e in useful)
    signals = np.zeros((len(useful), longest, useful[0].signals.shape[1]), np.float32)
    there, right = np.zeros((2, len(useful), longest), np.bool_)
    for i, e in enumerate(useful):
        signals[i, : len(e.right)], there[i, : len(e.right)], right[i, : len(e.right)] = e.signals, True, e.right
    spread = signals[there].std(axis=0) + 1e-6
    signals /= spread
    weights, mean, square = np.zeros((3, signals.shape[2]))
    for step in range(1, STEPS + 1):
        scores = np.where(there, signals @ weights.astype(np.float32), -np.inf)
        pull = _chances(np.where(right, scores, -np.inf)) - _chances(scores)
        slope = np.einsum("qs,qsf->f", pull, signals) / len(useful) - 2 * PENALTY * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights += RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    found: np.ndarray = weights / spread
    return found


def _chances(scores: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return chances


def cross_validated(examples: Sequence[Example]) -> dict[str, float]:
    """task -> Success@1, each question judged by weights learned without its context; what the search did not find counts too."""
    hits: dict[str, list[bool]] = {}
    for fold in range(FOLDS):
        weights = fit([e for e in examples if _fold(e) != fold])
        for e in (e for e in examples if _fold(e) == fold):
            hits.setdefault(e.task, []).append(bool(len(e.right)) and bool(e.right[np.argmax(e.signals @ weights)]))
    return {task: round(float(np.mean(found)), 4) for task, found in sorted(hits.items())}


def _fold(example: Example) -> int:
    return zlib.crc32(example.context.encode()) % FOLDS


if __name__ == "__main__":
    main()
