"""Learns which sentence answers a question that wants no figure: `python -m eval.train_sentence_answers FOLDER…`.

Each folder, half a minute on one core, is an evaluation set (eval/formats.py) of which rules may be chosen. Its questions of these
kinds are asked of a library read closely, then of the report alone that answers and of another alone: of few sentences one is soon
far ahead. Those that hold the gold quote are right. Few such questions have no answer, so each that has one is looked at a second
time without its right sentences: then "no answer" is right, and the nearest sentences of the same report are there to be refused.
Conditional logit with a quadratic penalty, by L-BFGS (Liu & Nocedal, 1989) from zero.

Prints what weights learned without a fifth of the sets do at several floors: right / wrong / answers where there is none; then
writes assistant/sentence_answers.json.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

import assistant
from assistant import answer_type, load_assistant
from assistant.evidence import SentenceScore, Unit
from assistant.extract import WORDED
from assistant.judge import Judged
from assistant.kinds import QuestionKind
from assistant.question import Question
from assistant.sentence_answers import NAMES, WEIGHTS, Weights, considered, scored, signals
from assistant.softmax import softmax
from eval.formats import Span, load_set
from eval.run import Judge, _conversation
from eval.train_answer_types import FOLDS, TOGETHER, by_set, options, typed_of
from index import Library
from index.settings import Settings

FILE = Path(assistant.__file__).parent / WEIGHTS
PENALTY, ROUNDS = 2e-3, 200
LEAST_SPREAD = 1e-3  # of a signal; one that hardly ever differs is left as it is
FLOORS = (0.3, 0.4, 0.5, 0.6, 0.7)
CARD = {
    "what": "mean, spread and weight of the signals of a conditional logit over sentences: assistant/sentence_answers.py",
    "command": "python -m eval.train_sentence_answers",
}


class Asked(NamedTuple):
    """`given`: float32 [sentences, signals]; `right`: bool [sentences]."""

    set: str
    kind: QuestionKind
    given: np.ndarray
    right: np.ndarray


def main() -> None:
    a = options(__doc__, FILE).parse_args()
    types = by_set([one for folder in a.folders for one in typed_of(folder)])
    found = [one for folder in a.folders for one in asked_of(folder, types[folder.name])]
    validated = _validated(found)
    card = {**CARD, "learned from": a.source, "times asked": len(found), "at several floors, by weights of other sets": validated}
    a.out.write_text(json.dumps({**card, **_told(fit(found))}, ensure_ascii=False) + "\n", "utf-8")


def asked_of(folder: Path, types: answer_type.Weights) -> Iterator[Asked]:
    """Raises SetMissing, SetDamaged, and the error of a report that cannot be read."""
    loaded = load_set(folder)
    with (
        patch.object(answer_type, "load", return_value=types),
        tempfile.TemporaryDirectory() as room,
        Library.open(Path(room), settings=Settings(directory=Path(room))) as library,
    ):
        for added in library.add(loaded.reports):
            if added.error is not None:
                raise added.error
        library.read_closely()
        asked, judge = load_assistant(library), Judge(library)
        ids = [info.id for info in library.reports()]
        for number, question in enumerate(loaded.questions):
            gold = judge.gold(question) if question.answerable else []
            own = ids.index(gold[0].report_id) if gold else number % len(ids)
            history = _conversation(asked, question.history)
            for reports in (None, [ids[own]], [ids[(own + 1) % len(ids)]])[: 3 if len(ids) > 1 else 1]:
                told = asked.sentences(question.question, history, kinds=WORDED, reports=reports)
                if told is not None:
                    yield from _asked(folder.name, *told, gold)


def _asked(
    name: str, question: Question, judged: Sequence[Judged], sentence: Callable[[Unit], SentenceScore], gold: Sequence[Span]
) -> Iterator[Asked]:
    """As it is, and without the right sentences where there are any."""
    units = considered(judged, sentence)
    right = [any(g.report_id == j.unit.report.id and j.unit.start < g.end and g.start < j.unit.end for g in gold) for j in units]
    if units:
        yield Asked(name, question.kind, signals(question, units, sentence), np.array(right))
    others = [j for j, answers in zip(units, right, strict=True) if not answers]
    if any(right) and others:
        yield Asked(name, question.kind, signals(question, others, sentence), np.zeros(len(others), bool))


def fit(found: Sequence[Asked]) -> Weights:
    from scipy.optimize import minimize

    every = np.concatenate([one.given for one in found])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    spread[spread < LEAST_SPREAD] = 1.0
    bare = Weights(mean, spread, np.eye(len(NAMES), dtype=np.float32), 0.0)
    laid = [(scored(one.given, bare), np.append(one.right, not one.right.any())) for one in found]

    def loss(learned: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(learned)
        for given, right in laid:
            scores = np.append(given @ learned[:-1], learned[-1])
            shares = softmax(scores)
            own = np.where(right, shares, 0.0)
            total -= np.log(own.sum())
            pull = shares - own / own.sum()
            slope[:-1] += pull[:-1] @ given
            slope[-1] += pull[-1]
        penalty = PENALTY * (learned[:-1] ** 2).sum()
        slope /= len(laid)
        slope[:-1] += 2 * PENALTY * learned[:-1]
        return total / len(laid) + penalty, slope

    learned = minimize(loss, np.zeros(len(NAMES) + 1), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return Weights(mean, spread, learned[:-1].astype(np.float32), float(learned[-1]))


def _told(learned: Weights) -> dict[str, object]:
    rows = np.stack((learned.mean, learned.spread, learned.weights), axis=1).astype(np.float64).round(4).tolist()
    return {"bias": round(learned.bias, 4), "weights": dict(zip(NAMES, rows, strict=True))}


def _validated(found: Sequence[Asked]) -> dict[QuestionKind, dict[str, str]]:
    """kind -> floor -> "right/wrong/answers where there is none", by weights learned without a fifth of the sets."""
    groups = list(dict.fromkeys(TOGETHER.get(one.set, one.set) for one in found))
    counted = {kind: {floor: [0, 0, 0] for floor in FLOORS} for kind in WORDED}
    for fold in range(min(FOLDS, len(groups))):
        held = groups[fold::FOLDS]
        learned = fit([one for one in found if TOGETHER.get(one.set, one.set) not in held])
        for one in found:
            if TOGETHER.get(one.set, one.set) not in held:
                continue
            scores = np.append(scored(one.given, learned), learned.bias)
            shares = softmax(scores)
            best = int(shares[:-1].argmax())
            for floor in FLOORS:
                if shares[best] >= floor:
                    counted[one.kind][floor][2 if not one.right.any() else 0 if one.right[best] else 1] += 1
    asked = {kind: sum(one.kind == kind and bool(one.right.any()) for one in found) for kind in WORDED}
    told = {kind: {str(floor): "/".join(map(str, three)) for floor, three in by.items()} for kind, by in counted.items()}
    for kind, by in told.items():
        print(f"{kind}: {asked[kind]} to be answered, {sum(one.kind == kind for one in found) - asked[kind]} not;", by, flush=True)
    return told


if __name__ == "__main__":
    main()
