"""Learns which words beside a value go with which words of a question (assistant/word_pairs.py); a part of eval/train_answers.py.

What is learned is added to the scores that signals give, by weights that were not learned from the same sets: so it tells what they
do not. By Adagrad (Duchi, Hazan & Singer, 2011) on the likelihood of the right values, from a fixed seed: the same data give the
same weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import assistant
from assistant.softmax import softmax
from assistant.word_pairs import PAIRED, PLACES, WEIGHTS, Weights, asked_with, places_of, words_of
from eval.answer_examples import Example

FILE = Path(assistant.__file__).parent / WEIGHTS
FEWEST_ASKED, FEWEST_BESIDE = 15, 200  # questions that a word is asked in; values that it stands beside
SEED, ROUNDS, AT_ONCE, RATE, PENALTY = 0, 6, 64, 0.07, 1e-5


class _Laid(NamedTuple):
    """A question's PAIRED likeliest values. `places`: of the pairs of all of them, value after value from `starts` on; `roots`:
    float [values], over the root of their number; `scores` and `right` [values + 1], the last for no answer."""

    places: np.ndarray
    starts: np.ndarray
    roots: np.ndarray
    scores: np.ndarray
    right: np.ndarray


def fit(examples: Sequence[Example], scored: Sequence[np.ndarray]) -> Weights:
    """`scored`: of each example the scores of its values by signals, and the bias of no answer behind them."""
    both = [(e, scores) for e, scores in zip(examples, scored, strict=True) if e.signals]
    tops = [np.argsort(-scores[:-1], kind="stable")[:PAIRED].tolist() for _, scores in both]
    asked = [asked_with(e.question, e.language) for e, _ in both]
    words = [[words_of(e.around[at]) for at in top] for (e, _), top in zip(both, tops, strict=True)]
    known = frozenset(_often((word for own in asked for word in own), FEWEST_ASKED))
    near = frozenset(_often((word for own in words for value in own for word in value), FEWEST_BESIDE))
    laid = [
        _laid(e, scores, top, [word for word in own if word in known], [[w for w in value if w in near] for value in values])
        for (e, scores), top, own, values in zip(both, tops, asked, words, strict=True)
    ]
    weights, rest = _descend(laid)
    return Weights(known, near, weights, float(rest[0]), float(rest[1]))


def _often(words: Iterable[str], least: int) -> list[str]:
    return [word for word, count in Counter(words).items() if count >= least]


def _laid(e: Example, scores: np.ndarray, top: Sequence[int], asked: Sequence[str], words: Sequence[Sequence[str]]) -> _Laid:
    places = [places_of(asked, value) for value in words]
    sizes = np.array([len(value) for value in places])
    right = [e.right[at] for at in top]
    return _Laid(
        np.array([place for value in places for place in value], np.int64),
        np.append(0, np.cumsum(sizes))[:-1],
        1 / np.sqrt(np.maximum(sizes, 1)),
        np.append(scores[top], scores[-1]),
        np.array([*right, not any(right)]),
    )


def _descend(laid: Sequence[_Laid]) -> tuple[np.ndarray, np.ndarray]:
    """The weights of pairs, and scale and none."""
    chance = np.random.default_rng(SEED)
    learned = [np.zeros(PLACES), np.array([1.0, 0.0])]
    squares = [np.zeros_like(part) for part in learned]
    for _ in range(ROUNDS):
        order = chance.permutation(len(laid))
        for first in range(0, max(len(order) - AT_ONCE, 0) + 1, AT_ONCE):
            slopes = _slopes(learned[0], learned[1], [laid[at] for at in order[first : first + AT_ONCE]])
            for part, slope, square in zip(learned, slopes, squares, strict=True):
                square += slope**2
                part -= RATE * slope / (np.sqrt(square) + 1e-10)
    return learned[0], learned[1]


def _slopes(weights: np.ndarray, rest: np.ndarray, some: Sequence[_Laid]) -> tuple[np.ndarray, np.ndarray]:
    """Of the mean loss and the penalty."""
    found, of_rest = 2 * PENALTY * weights, np.zeros(2)
    places, pulls = [], []
    for one in some:
        sums = np.zeros(len(one.starts))
        if len(one.places):
            filled = np.diff(np.append(one.starts, len(one.places))) > 0
            sums[filled] = np.add.reduceat(weights[one.places], one.starts[filled])
        score = rest[0] * one.scores + np.append(sums * one.roots, rest[1])
        pull = (softmax(score) - softmax(np.where(one.right, score, -np.inf))) / len(some)
        of_rest += (pull @ one.scores, pull[-1])
        places.append(one.places)
        pulls.append(np.repeat(pull[:-1] * one.roots, np.diff(np.append(one.starts, len(one.places)))))
    found += np.bincount(np.concatenate(places), np.concatenate(pulls), minlength=PLACES)
    return found, of_rest


def save(learned: Weights, path: Path, card: Mapping[str, object]) -> None:
    np.savez_compressed(
        path,
        card=np.array(json.dumps(card, ensure_ascii=False)),
        asked=np.array(sorted(learned.asked)),
        beside=np.array(sorted(learned.beside)),
        weights=learned.weights.astype(np.float16),
        scale=np.array(learned.scale),
        none=np.array(learned.none),
    )
