"""Values found for a question -> how well each answers it by its signals, on a scale on which none has a place too. Pure.

A conditional logit (McFadden, 1974) over the values and "no answer": exp(score of the signals), against exp(bias) for none; to both
word_pairs.py adds what the words beside a value tell. The score is a weighted sum of the signals and, beside it, a small hidden
layer: what a nearness tells differs by the kind of question. The weights lie in answers.json with the data they were learned from
(`python -m eval.train_answers`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from index.once import once

from .evidence import SentenceScore, Unit
from .judge import Judged

WEIGHTS = "answers.json"
WEIGHED = 40  # values weighed, those first that the rules and the search like best
BEHIND_WEIGHT = 0.0375  # of the search's score of a sentence, beside the rules' score of a value
CLAMP = 5.0  # standard deviations from the mean beyond which a signal tells nothing more


@dataclass(frozen=True, slots=True)
class Weights:
    """score = direct · x + out · tanh(hidden x + shift), x the signals less `mean` over `spread` as seen in training.

    float32: `mean`, `spread`, `direct` [signals]; `hidden` [units, signals]; `shift`, `out` [units]. `bias`: of no answer.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    direct: np.ndarray
    hidden: np.ndarray
    shift: np.ndarray
    out: np.ndarray
    bias: float


def considered(values: Sequence[Judged], sentence: Callable[[Unit], SentenceScore]) -> list[Judged]:
    """The WEIGHED values most worth weighing."""
    liked = sorted(values, key=lambda j: -j.score - BEHIND_WEIGHT * sentence(j.unit).behind)
    return liked[:WEIGHED]


def scores(rows: Sequence[Mapping[str, float]], weights: Weights) -> np.ndarray:
    """float64 [rows]. A signal that is left out is 0, one that was not learned of counts for nothing."""
    given = standardised(rows, weights.names, weights.mean, weights.spread)
    found: np.ndarray = given @ weights.direct + np.tanh(given @ weights.hidden.T + weights.shift) @ weights.out
    return found.astype(np.float64)


def standardised(rows: Sequence[Mapping[str, float]], names: Sequence[str], mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """float32 [rows, names]: how many spreads each signal is from its mean, at most CLAMP."""
    clamped: np.ndarray = np.clip((laid_out(rows, names) - mean) / spread, -CLAMP, CLAMP)
    return clamped


def laid_out(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> np.ndarray:
    """float32 [rows, names]: the signals as they are."""
    at = {name: n for n, name in enumerate(names)}
    given = np.zeros((len(rows), len(names)), np.float32)
    for line, row in zip(given, rows, strict=True):
        for name, value in row.items():
            if name in at:
                line[at[name]] = value
    return given


@once
def load() -> Weights:
    held = json.loads((files("assistant") / WEIGHTS).read_text("utf-8"))
    parts = {name: np.array(held[name], np.float32) for name in ("mean", "spread", "direct", "hidden", "shift", "out")}
    return Weights(tuple(held["signals"]), **parts, bias=float(held["bias"]))
