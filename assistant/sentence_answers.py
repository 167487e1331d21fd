"""Sentences -> the chance (0..1) that each answers a question which wants no figure (a reason, one of several things, a person, a
place), and that none does. Pure.

A conditional logit (McFadden, 1974) over the sentences and "no answer", of how much of the question a sentence covers, how the
search scored it, and whether it gives reasons or names. The weights lie in sentence_answers.json with the data they were learned
from (`python -m eval.train_sentence_answers`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from index.language import fold, fold_key
from index.language.places import UPPER
from index.once import once

from .evidence import SentenceScore, Unit
from .judge import Judged
from .kinds import asks_why
from .question import Question, asks_no_figure
from .signals import SENTENCE
from .softmax import softmax

WEIGHTS = "sentence_answers.json"
LOOKED_AT = 30  # sentences, those first that the rules and the search like best
CHANCE_WEIGHT, BEHIND_WEIGHT = 2.0, 0.03  # of what the search says, beside the rules' score
MOST_NAMES = 6  # words with a capital inside a sentence; more tell nothing more
CLAMP = 5.0  # standard deviations from the mean beyond which a signal tells nothing more
_REASON = re.compile(
    r"\b(?:vi|do|nho|boi|tai|nham|de|nguyen nhan|ly do|because|due to|owing|thanks to|as a result|so that|reasons?)\b"
)
_NAME = re.compile(rf"(?<=\S )[{UPPER}]\w+")
NAMES = (
    "score", "coverage", "core", "period fit", "place fit", "row", "retrieval", "why", "reason for why", "reason unasked", "person",
    "place", "names", "names for person or place", "names for which", "length", "short", "named", "unnamed", "names asked",
    *SENTENCE, "behind", "first", "coverage behind", "core behind",
)  # fmt: skip
Score = Callable[[Unit], SentenceScore]


@dataclass(frozen=True, slots=True)
class Weights:
    """float32 [signals]: the signals' means and spreads as seen in learning, and what each weighs; `bias`: of no answer."""

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    bias: float


def considered(judged: Sequence[Judged], sentence: Score) -> list[Judged]:
    """The sentences worth looking at, told of the period and place asked for. None where passages were not read closely: of those
    nothing was learned."""
    both = [(j, sentence(j.unit)) for j in judged]
    if not any(len(scored.signals) == len(SENTENCE) for _, scored in both):
        return []
    both.sort(key=lambda one: -max(one[0].score, 0.0) - CHANCE_WEIGHT * one[1].chance - BEHIND_WEIGHT * one[1].behind)
    return [j for j, _ in both[:LOOKED_AT] if j.in_place]


def chances(question: Question, found: Sequence[Judged], sentence: Score) -> list[float]:
    """Of each sentence; what is missing to 1 is the chance that none answers."""
    if not found:
        return []
    learned = load()
    scores = np.append(scored(signals(question, found, sentence), learned), learned.bias)
    shares: list[float] = softmax(scores)[:-1].tolist()
    return shares


def scored(given: np.ndarray, learned: Weights) -> np.ndarray:
    """float64 [sentences]"""
    found: np.ndarray = np.clip((given - learned.mean) / learned.spread, -CLAMP, CLAMP) @ learned.weights
    return found.astype(np.float64)


def signals(question: Question, found: Sequence[Judged], sentence: Score) -> np.ndarray:
    """float32 [sentences, NAMES]"""
    rows = [_of(question, judged, sentence(judged.unit)) for judged in found]
    behind = np.array([sentence(judged.unit).behind for judged in found])
    behind = behind - behind.max()
    covered = np.array([(judged.coverage, judged.core) for judged in found])
    beside = (behind, behind == 0, *(covered - covered.max(axis=0)).T)
    return np.concatenate((np.array(rows), np.stack(beside, axis=1)), axis=1).astype(np.float32)


def _of(question: Question, judged: Judged, by_search: SentenceScore) -> list[float]:
    unit, folded = judged.unit, fold(judged.unit.text)
    why = asks_why(fold(question.text), question.language)
    reason = _REASON.search(folded) is not None
    names = float(min(len(_NAME.findall(unit.text)), MOST_NAMES))
    words = len(folded.split())
    here, around = f" {fold_key(unit.text)} ", f" {fold_key(unit.surroundings)} "
    asked = [f" {fold_key(name)} " for name in question.names]
    known = by_search.signals if len(by_search.signals) == len(SENTENCE) else (0.0,) * len(SENTENCE)
    return [
        judged.score, judged.coverage, judged.core, judged.period_fit, judged.place_fit, unit.is_row, unit.retrieval,
        why, why and reason, reason and not why,
        question.kind == "person", question.kind == "place",
        names, names * (question.kind != "text"), names * (asks_no_figure(question) and not why),
        math.log(1 + words), words < 5,
        sum(name in here for name in asked) / max(1, len(asked)),
        sum(name not in around for name in asked) / max(1, len(asked)),
        bool(asked),
        *known,
    ]  # fmt: skip


@once
def load() -> Weights:
    held = json.loads((files("assistant") / WEIGHTS).read_text("utf-8"))
    given = [held["weights"][name] for name in NAMES]
    mean, spread, weights = (np.array([row[at] for row in given], np.float32) for at in range(3))
    return Weights(mean, spread, weights, float(held["bias"]))
