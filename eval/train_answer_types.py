"""Learns what type of answer a question wants: `python -m eval.train_answer_types FOLDER…`, seconds.

Each folder is an evaluation set (eval/formats.py) of which rules may be chosen. A question's type is that of its gold value; those
without an answer tell nothing. Multinomial logistic regression (scikit-learn) over n-grams met in a few questions
(assistant/answer_type.py). Prints how many types are right in each fifth of the sets by weights learned without it, then writes
assistant/answer_types.json.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

import assistant
from assistant import answer_type
from assistant.answer_type import TYPES, WEIGHTS, AnswerType, Weights, ngrams, type_of
from eval.formats import load_set
from index import Language
from index.figures.candidate import VALUE_KINDS
from index.language import detect_language
from index.language.numbers import find_numbers

FILE = Path(assistant.__file__).parent / WEIGHTS
FEWEST = 5  # questions that an n-gram is met in
PENALTY = 3e-5  # half the squared weights count so much beside the mean loss
ROUNDS = 300
NEVER = -9.0  # log odds of a type that was not met
FOLDS = 5
TOGETHER = {"reworded": "samples"}  # the same reports and answers: never apart when sets are left out
CARD = {
    "what": "multinomial logistic regression of answer types over n-grams of questions: assistant/answer_type.py",
    "command": "python -m eval.train_answer_types",
}


class Typed(NamedTuple):
    """`set`: the folder's name."""

    set: str
    question: str
    language: Language
    type: AnswerType


def options(doc: str | None, out: Path) -> argparse.ArgumentParser:
    """What every program that learns is told: sets, where the weights go, and what their data card says of the questions."""
    parser = argparse.ArgumentParser(description=(doc or "").split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=out)
    parser.add_argument("--source", default="", help="what the data card says the questions are")
    return parser


def main() -> None:
    a = options(__doc__, FILE).parse_args()
    typed = [one for folder in a.folders for one in typed_of(folder)]
    validated = _validated(typed)
    card = {**CARD, "learned from": a.source, "questions": len(typed), "right in sets it was not learned from": validated}
    a.out.write_text(json.dumps({**card, **_told(fit(typed))}, ensure_ascii=False) + "\n", "utf-8")


def typed_of(folder: Path) -> Iterator[Typed]:
    """Raises SetMissing, SetDamaged."""
    for question in load_set(folder).questions:
        if question.answerable and question.values:
            text = question.question
            yield Typed(folder.name, text, detect_language(text), _type_of(question.values[0]))


def _type_of(value: str) -> AnswerType:
    numbers = find_numbers(value)
    kind = numbers[0].kind if numbers else ""
    if kind in ("date", "year"):
        return "date"
    return type_of(VALUE_KINDS.get(kind, "text"), numbers[0].unit if numbers else "")


def fit(typed: Sequence[Typed]) -> Weights:
    from scipy.sparse import csr_array
    from sklearn.linear_model import LogisticRegression

    found = [ngrams(one.question, one.language) for one in typed]
    met = Counter(ngram for own in found for ngram in own)
    at = {ngram: number for number, ngram in enumerate(sorted(ngram for ngram, count in met.items() if count >= FEWEST))}
    rows = [[at[ngram] for ngram in own if ngram in at] for own in found]
    data = np.concatenate([np.full(len(row), 1 / math.sqrt(len(row) or 1)) for row in rows])
    places = np.concatenate([np.array(row, np.int64) for row in rows])
    ends = np.cumsum([0, *map(len, rows)])
    given = csr_array((data, places, ends), shape=(len(rows), len(at)))
    learned = LogisticRegression(C=1 / (PENALTY * len(rows)), max_iter=ROUNDS).fit(given, [TYPES.index(one.type) for one in typed])
    coef, intercept = learned.coef_, learned.intercept_
    if len(learned.classes_) == 2:  # it tells of the second alone
        coef, intercept = np.concatenate((0 * coef, coef)), np.append(0.0, intercept)
    weights, bias = np.zeros((len(at), len(TYPES)), np.float32), np.full(len(TYPES), NEVER, np.float32)
    weights[:, learned.classes_], bias[learned.classes_] = coef.T, intercept
    return Weights(at, weights, bias)


def _told(weights: Weights) -> dict[str, object]:
    rows = np.round(weights.weights.astype(np.float64), 2).tolist()
    return {
        "types": TYPES,
        "bias": np.round(weights.bias.astype(np.float64), 2).tolist(),
        "weights": dict(zip(weights.at, rows, strict=True)),
    }


def by_set(typed: Sequence[Typed]) -> dict[str, Weights]:
    """set -> weights learned without a fifth of the sets, it among them. Of questions they were learned on they are too sure."""
    groups = list(dict.fromkeys(TOGETHER.get(one.set, one.set) for one in typed))
    found = {}
    for fold in range(min(FOLDS, len(groups))):
        held = {one.set for one in typed if TOGETHER.get(one.set, one.set) in groups[fold::FOLDS]}
        found.update(dict.fromkeys(held, fit([one for one in typed if one.set not in held])))
    return found


def _validated(typed: Sequence[Typed]) -> dict[str, float]:
    """set -> the share of its questions whose likeliest type is right, by weights that did not see it."""
    found = {}
    for name, learned in by_set(typed).items():
        own = [one for one in typed if one.set == name]
        with patch.object(answer_type, "load", return_value=learned):
            right = sum(TYPES[int(np.argmax(answer_type.chances(one.question, one.language)))] == one.type for one in own)
        found[name] = round(right / len(own), 3)
        print(f"{name}: {right} of {len(own)}", flush=True)
    return found


if __name__ == "__main__":
    main()
