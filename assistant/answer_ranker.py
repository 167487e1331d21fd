"""Values found for a question -> the chance (0..1) that each answers it, and that none does. Pure.

A conditional logit (McFadden, 1974) over the values and "no answer": exp(weights · signals), against exp(bias) for none. The
weights lie in answers.json with the data they were learned from (`python -m eval.train_answers`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from index.once import once

from .evidence import SentenceScore, Unit
from .judge import Judged

WEIGHTS = "answers.json"
WEIGHED = 40  # values weighed, those first that the rules and the search like best
BEHIND_WEIGHT = 0.0375  # of the search's score of a sentence, beside the rules' score of a value
CLAMP = 5.0  # standard deviations from the mean beyond which a signal tells nothing more


@dataclass(frozen=True, slots=True)
class Weights:
    """`of`: signal -> (weight, mean, spread) as seen in training. `bias`: of no answer."""

    of: Mapping[str, tuple[float, float, float]]
    bias: float


def considered(values: Sequence[Judged], sentence: Callable[[Unit], SentenceScore]) -> list[Judged]:
    """The WEIGHED values most worth weighing."""
    liked = sorted(values, key=lambda j: -j.score - BEHIND_WEIGHT * sentence(j.unit).behind)
    return liked[:WEIGHED]


def chances(rows: Sequence[Mapping[str, float]]) -> list[float]:
    """Of each value, by its signals (signals.py); what is missing to 1 is the chance that none answers."""
    weights = load()
    scores = [score(row, weights) for row in rows]
    top = max([weights.bias, *scores])
    raised = [math.exp(s - top) for s in scores]
    total = sum(raised) + math.exp(weights.bias - top)
    return [one / total for one in raised]


def score(row: Mapping[str, float], weights: Weights) -> float:
    """The weighted sum; a signal that is left out is 0."""
    found = 0.0
    for name, (weight, mean, spread) in weights.of.items():
        found += weight * max(-CLAMP, min(CLAMP, (row.get(name, 0.0) - mean) / spread))
    return found


@once
def load() -> Weights:
    held = json.loads((files("assistant") / WEIGHTS).read_text("utf-8"))
    return Weights({name: (w, m, s) for name, (w, m, s) in held["weights"].items()}, float(held["bias"]))
