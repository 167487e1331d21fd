"""Questions -> the chance (0..1) of each type of answer that they may want: expected answer types (Li & Roth, 2002). Pure.

What rules read from a question's wording (kinds.py) is often no more than "a figure"; whether it is money, a share or a count, the
words tell together: "Exports of …, first ten months". A multinomial logistic regression over words, pairs and threes of them, and
the kind by rule. The weights lie in answer_types.json with the data they were learned from (`python -m eval.train_answer_types`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from index import Language
from index.figures.candidate import Candidate, ValueKind
from index.figures.values import DURATION
from index.language import fold
from index.once import once

from .kinds import question_kind, wording
from .softmax import softmax

AnswerType = Literal["money", "foreign money", "percentage", "times", "count", "duration", "measure", "date", "other"]
TYPES: tuple[AnswerType, ...] = get_args(AnswerType)
NO_FIGURES: frozenset[AnswerType] = frozenset(("date", "other"))
_OF_KINDS: Mapping[ValueKind, AnswerType] = {
    "money": "money",
    "percentage": "percentage",
    "count": "count",
    "ratio": "count",
    "measure": "measure",
    "date": "date",
}  # the other kinds are "other"
_FOREIGN = re.compile(r"\b(?:usd|dollars?|do la|eur|euros?|yen|jpy|gbp|cny|nhan dan te|bang anh|baht)\b|[$€£¥]")
_TIMES = re.compile(r"^(?:lan|times)\b")
WEIGHTS = "answer_types.json"
_FIGURE = re.compile(r"\d[\d.,/]*")
_WORD = re.compile(r"[a-z%$€]+|0")


@dataclass(frozen=True, slots=True)
class Weights:
    """`at`: n-gram -> row of `weights`, float32 [n-grams, types]; `bias` float32 [types]."""

    at: Mapping[str, int]
    weights: np.ndarray
    bias: np.ndarray


def chances(question: str, language: Language) -> tuple[float, ...]:
    """In the order of TYPES; together 1."""
    weights = load()
    known = [weights.at[ngram] for ngram in ngrams(question, language) if ngram in weights.at]
    found = weights.bias + (weights.weights[known].sum(axis=0) / np.sqrt(len(known)) if known else 0.0)
    return tuple(softmax(found).tolist())


def of_figure(chances: Sequence[float]) -> float:
    """That a figure is wanted, of whatever type."""
    return sum(chance for type_, chance in zip(TYPES, chances, strict=True) if type_ not in NO_FIGURES)


def of_value(candidate: Candidate, chances: Sequence[float]) -> float:
    """That a value of its type is wanted. The unit of a bare figure in a table may stand anywhere: it is of any type."""
    if candidate.unit.is_row and candidate.kind == "count" and candidate.number is not None and not candidate.number.unit:
        return of_figure(chances)
    return chances[TYPES.index(type_of(candidate.kind, candidate.number.unit if candidate.number else ""))]


def type_of(kind: ValueKind, unit: str) -> AnswerType:
    """Of a value, by its kind and its unit ("" where it has none)."""
    folded = fold(unit)
    if kind == "money" and _FOREIGN.search(folded):
        return "foreign money"
    if kind in ("count", "measure") and _TIMES.search(folded):
        return "times"
    if kind in ("count", "measure") and DURATION.search(folded):
        return "duration"
    return _OF_KINDS.get(kind, "other")


def ngrams(question: str, language: Language) -> Sequence[str]:
    """Each once: words, pairs and threes of them from beginning to end, figures all being the same; and the kind by rule."""
    folded = fold(question)
    words = ["<", *_WORD.findall(_FIGURE.sub("0", folded)), ">"]
    threes = zip(words, words[1:], words[2:], strict=False)
    found = [
        *words[1:-1],
        *map(" ".join, pairwise(words)),
        *map(" ".join, threes),
        f"={question_kind(wording(question), language)}",
    ]
    return [f"{language} {ngram}" for ngram in dict.fromkeys(found)]


@once
def load() -> Weights:
    held = json.loads((files("assistant") / WEIGHTS).read_text("utf-8"))
    ngrams = held["weights"]
    return Weights(
        {ngram: row for row, ngram in enumerate(ngrams)},
        np.array(list(ngrams.values()), np.float32),
        np.array(held["bias"], np.float32),
    )
