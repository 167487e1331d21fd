"""How well the words beside a value go with those of the question, as learned of pairs of them: "how fast" with "tăng", "mấy lần"
with "gấp". Pure.

Each pair of a word asked with and a word that stands beside a value, or in it, has a weight; a value's score (answer_ranker.py)
rises by their sum over the root of their number. Pairs are hashed into PLACES weights (Weinberger et al., 2009). The weights lie in
word_pairs.npz with the data they were learned from (`python -m eval.train_answers`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np

from index import Language
from index.language import fold
from index.once import once

from .judge import Judged

WEIGHTS = "word_pairs.npz"
PLACES = 1 << 18
PAIRED = 15  # values whose words are looked at, those likeliest without; the others answer nothing
BEFORE, BEHIND = 60, 40  # characters looked at
ROW = "row"
_FIGURE = re.compile(r"\d[\d.,/]*")
_WORD = re.compile(r"[a-z%$€]+|\d[\d.,]*")


class Beside(NamedTuple):
    """The text just before a value, its own, and the text right behind it; what kind of value it is, with "row" before it in a
    table."""

    before: str
    own: str
    behind: str
    kind: str


@dataclass(frozen=True, slots=True)
class Weights:
    """`asked`, `beside`: the words that count. `weights`: float32 [PLACES]. A value's score is `scale` times what it is without its
    words, and the sum over its pairs; that of no answer `scale` times its bias, and `none`."""

    asked: frozenset[str]
    beside: frozenset[str]
    weights: np.ndarray
    scale: float
    none: float


def totals(
    question: str, language: Language, around: Sequence[Beside], scores: np.ndarray, bias: float, learned: Weights
) -> np.ndarray:
    """float64 [values + 1]: the score of each value with its words, -inf but for the likeliest; the last for no answer."""
    top = likeliest(scores)
    found = np.full(len(scores) + 1, -np.inf)
    found[top] = learned.scale * scores[top] + sums(question, language, [around[at] for at in top], learned)
    found[-1] = learned.scale * bias + learned.none
    return found


def likeliest(scores: np.ndarray) -> list[int]:
    """The PAIRED values whose scores are highest, the highest first."""
    top: list[int] = np.argsort(-scores, kind="stable")[:PAIRED].tolist()
    return top


def sums(question: str, language: Language, around: Sequence[Beside], learned: Weights) -> np.ndarray:
    """float64 [values]: what their words add to the scores of values."""
    asked = [word for word in asked_with(question, language) if word in learned.asked]
    found = []
    for one in around:
        places = places_of(asked, [word for word in words_of(one) if word in learned.beside])
        found.append(float(learned.weights[places].sum()) / max(1, len(places)) ** 0.5)
    return np.array(found)


def places_of(asked: Sequence[str], words: Sequence[str]) -> list[int]:
    """Where the weights of all pairs are, 0 <= place < PLACES."""
    return [crc32(f"{one}|{word}".encode()) % PLACES for one in asked for word in words]


def asked_with(question: str, language: Language) -> list[str]:
    """The question's words and pairs of neighbours, each once; figures are all the same."""
    words = _words(_FIGURE.sub("0", fold(question)))
    neighbours = [*map(" ".join, pairwise(["<", *words])), f"{words[-1]} >"] if words else []
    return [f"{language} {word}" for word in dict.fromkeys([*words, *neighbours])]


def beside(judged: Judged) -> Beside:
    candidate, unit = judged.candidate, judged.unit
    assert candidate is not None
    if unit.is_row:  # what stands beside a cell are other cells; value_reader.py reads its row and column
        return Beside("", candidate.text, "", f"{ROW} {candidate.kind}")
    start, end = candidate.start - unit.start, candidate.end - unit.start
    text = unit.text
    return Beside(text[max(0, start - BEFORE) : start], text[start:end], text[end : end + BEHIND], candidate.kind)


def words_of(around: Beside) -> list[str]:
    """Each once, by where it stands: right before the value, two before it, among four, among the two before those; behind it; in
    it. "*" stands for any value."""
    before = ["", "", "", "", "", "", *_words(fold(around.before))][-6:]
    behind, own = _words(fold(around.behind))[:4], _words(fold(around.own))
    found = [f"l1 {before[-1]}", f"l2 {' '.join(before[-2:])}", *(f"l {word}" for word in before[-4:])]
    found += [*(f"m {word}" for word in before[:2]), f"r1 {behind[0] if behind else ''}", *(f"r {word}" for word in behind[1:])]
    found += [*(f"o {word}" for word in own if word != "0"), "*", f"k {around.kind}"]
    return list(dict.fromkeys(found))


def _words(folded: str) -> list[str]:
    return ["0" if word[0].isdigit() else word for word in _WORD.findall(folded)]


@once
def load() -> Weights:
    with (files("assistant") / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as held:
        return Weights(
            frozenset(held["asked"].tolist()),
            frozenset(held["beside"].tolist()),
            held["weights"].astype(np.float32),
            float(held["scale"]),
            float(held["none"]),
        )
