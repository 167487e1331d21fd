"""Learns what tells a right value from a wrong one: `python -m eval.train_answers FOLDER…`, a minute a folder on one core.

Each folder is an evaluation set (eval/formats.py) of which rules may be chosen, asked as eval/answer_examples.py says. Where a
question has no answer, or none of its values is right, "no answer" is. What is learned of the signals is a conditional logit
(assistant/answer_ranker.py) with dropout (Srivastava et al., 2014), by AdamW (Loshchilov & Hutter, 2019) from a fixed seed: the
same data give the same weights. What the words tell beside (eval/train_word_pairs.py) is learned on top, of libraries read closely.

Prints, for each set, what weights learned without a fifth of the sets, it among them, would do at several floors: right values /
wrong ones / answers to what the reports do not say; then writes assistant/answers.json and assistant/word_pairs.npz. `samples` and
its rewording count as one set there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import assistant
from assistant import word_pairs
from assistant.answer_ranker import WEIGHTS, Weights, laid_out, scores, standardised
from assistant.extract import LEAST_CHANCE
from assistant.softmax import softmax
from eval import train_word_pairs
from eval.answer_examples import ALONE, HOW, NUMBER, Example, kept
from eval.train_answer_types import FOLDS, TOGETHER, by_set, options, typed_of

FILE = Path(assistant.__file__).parent / WEIGHTS
SEED, UNITS, DROPPED = 0, 48, 0.3
ROUNDS, AT_ONCE, RATE, DECAY = 40, 64, 2e-3, 0.01
BIAS = 2.0  # of no answer, to begin with
LEAST_SPREAD = 0.02  # of a signal; one that hardly ever differs is left as it is
FLOORS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
CARD: dict[str, object] = {
    "what": "the weights of a conditional logit over values and no answer: assistant/answer_ranker.py, assistant/word_pairs.py",
    "command": "python -m eval.train_answers",
}


def main() -> None:
    parser = options(__doc__, FILE)
    parser.add_argument("--keep", type=Path, help="a folder in which what was asked is kept for the next time")
    a = parser.parse_args()
    examples = asked_in_all_ways(a.folders, a.keep)
    validated, scored = _validated(examples)
    card = {**CARD, "learned from": a.source, "times asked": len(examples)}
    of_signals = {**card, "each fifth of the sets by weights learned without it": validated}
    a.out.write_text(json.dumps({**of_signals, **_told(fit(examples))}, ensure_ascii=False) + "\n", "utf-8")
    closely = read_closely(examples)
    pairs = train_word_pairs.fit(closely, [scored[e.set, e.id] for e in closely])
    train_word_pairs.save(pairs, a.out.with_name(word_pairs.WEIGHTS), {**card, "times asked": len(closely)})


def asked_in_all_ways(folders: Sequence[Path], keep: Path | None) -> list[Example]:
    """The questions of sets, with types of answers by what other sets teach."""
    types = by_set([one for folder in folders for one in typed_of(folder)])
    return [example for folder in folders for how in HOW for example in kept(folder, keep, how, types[folder.name])]


def _told(weights: Weights) -> dict[str, object]:
    parts = {name: np.round(getattr(weights, name).astype(np.float64), 4).tolist() for name in
             ("mean", "spread", "direct", "hidden", "shift", "out")}  # fmt: skip
    return {"signals": list(weights.names), "bias": round(weights.bias, 4), **parts}


# --- learning ---------------------------------------------------------------------------------------------------------------


class _Data(NamedTuple):
    """`given`: the signals, standardised, [questions, values, signals]; `there`, `right`: bool [questions, values + 1], the last
    one for no answer."""

    given: np.ndarray
    there: np.ndarray
    right: np.ndarray


def fit(examples: Sequence[Example]) -> Weights:
    examples = [e for e in examples if e.signals]
    names = sorted({name for e in examples for row in e.signals for name in row})
    every = laid_out([row for e in examples for row in e.signals], names)
    mean, spread = every.mean(axis=0), every.std(axis=0)
    spread[spread < LEAST_SPREAD] = 1.0
    longest = max(len(e.signals) for e in examples)
    given = np.zeros((len(examples), longest, len(names)), np.float32)
    there, right = np.zeros((2, len(examples), longest + 1), np.bool_)
    for i, e in enumerate(examples):
        given[i, : len(e.signals)] = standardised(e.signals, names, mean, spread)
        there[i, : len(e.signals)] = True
        right[i, : len(e.right)] = e.right
    there[:, -1] = True
    right[:, -1] = ~right.any(axis=1)
    direct, hidden, shift, out, bias = _descend(_Data(given, there, right))
    return Weights(tuple(names), mean, spread, direct, hidden, shift, out, float(bias[0]))


def _descend(data: _Data) -> list[np.ndarray]:
    """direct, hidden, shift, out and [bias], as Weights has them."""
    chance = np.random.default_rng(SEED)
    width = data.given.shape[2]
    bound = 1 / np.sqrt(width)
    learned = [
        np.zeros(width, np.float32),
        chance.uniform(-bound, bound, (UNITS, width)).astype(np.float32),
        chance.uniform(-bound, bound, UNITS).astype(np.float32),
        np.zeros(UNITS, np.float32),
        np.array([BIAS], np.float32),
    ]
    mean, square = ([np.zeros_like(part) for part in learned] for _ in range(2))
    steps = ROUNDS * (len(data.given) // AT_ONCE or 1)
    step = 0
    for _ in range(ROUNDS):
        order = chance.permutation(len(data.given))
        for first in range(0, max(len(order) - AT_ONCE, 0) + 1, AT_ONCE):
            slopes = _slopes(learned, _Data(*(part[order[first : first + AT_ONCE]] for part in data)), chance)
            step += 1
            rate = RATE * max(0.0, 1 - (step - 1) / steps)
            for part, slope, m, v in zip(learned, slopes, mean, square, strict=True):
                m += 0.1 * (slope - m)
                v += 0.001 * (slope**2 - v)
                part *= 1 - rate * DECAY
                part -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return learned


def _slopes(learned: Sequence[np.ndarray], data: _Data, chance: np.random.Generator) -> list[np.ndarray]:
    """Of the mean loss, by each part of `learned`; of signals and units some are left out by chance."""
    direct, hidden, shift, out, bias = learned
    given = data.given
    seen = given * _kept_by_chance(given.shape, chance)
    raised = np.tanh(seen @ hidden.T + shift)
    units = _kept_by_chance(raised.shape, chance)
    found = given @ direct + (raised * units) @ out
    found = np.concatenate([found, np.full((len(found), 1), bias[0], np.float32)], axis=1)
    found = np.where(data.there, found, -np.inf)
    pull = softmax(found) - softmax(np.where(data.right, found, -np.inf))
    pull /= len(pull)
    own = pull[:, :-1]
    behind = own[..., None] * out * units * (1 - raised**2)
    flat = behind.reshape(-1, len(shift))
    return [
        np.einsum("qv,qvs->s", own, given),
        flat.T @ seen.reshape(-1, given.shape[2]),
        flat.sum(axis=0),
        np.einsum("qv,qvu->u", own, raised * units),
        pull[:, -1].sum(keepdims=True),
    ]


def _kept_by_chance(shape: tuple[int, ...], chance: np.random.Generator) -> np.ndarray:
    kept: np.ndarray = (chance.random(shape, np.float32) >= DROPPED).astype(np.float32) / np.float32(1 - DROPPED)
    return kept


# --- what it does on sets it was not learned from -----------------------------------------------------------------------------


def read_closely(examples: Sequence[Example]) -> list[Example]:
    """Each question as it was asked first, of a library read closely."""
    return list({(e.set, e.id): e for e in reversed(examples) if ALONE not in e.id}.values())[::-1]


def asked_alone(examples: Sequence[Example]) -> list[Example]:
    """Each question as it was asked of single reports."""
    return [e for e in examples if ALONE in e.id]


Scored = Mapping[tuple[str, str], np.ndarray]  # set and question -> the scores of its values and the bias, by other sets' weights


def _validated(examples: Sequence[Example]) -> tuple[dict[str, dict[str, str]], Scored]:
    """set -> floor -> "right/wrong/false", by weights learned without a fifth of the sets; and those weights' scores."""
    closely = read_closely(examples)
    scored, totals = by_others(examples)
    names = dict.fromkeys(e.set for e in closely)
    return {name: counted(name, [e for e in closely if e.set == name], totals) for name in names}, scored


def by_others(examples: Sequence[Example]) -> tuple[Scored, Scored]:
    """The scores of signals, and word_pairs.totals, by weights learned without a fifth of the sets, the own one among them."""
    groups = list(dict.fromkeys(TOGETHER.get(e.set, e.set) for e in examples))
    folds = [set(groups[fold::FOLDS]) for fold in range(min(FOLDS, len(groups)))]
    closely = read_closely(examples)
    asked = [*closely, *asked_alone(examples)]
    scored: dict[tuple[str, str], np.ndarray] = {}
    for held in folds:
        learned = fit([e for e in examples if not _is_of(e, held)])
        scored |= {(e.set, e.id): np.append(scores(e.signals, learned), learned.bias) for e in asked if _is_of(e, held)}
    totals = {}
    for held in folds:
        others = [e for e in closely if not _is_of(e, held)]
        pairs = train_word_pairs.fit(others, [scored[e.set, e.id] for e in others])
        for e in asked:
            if _is_of(e, held):
                *by_signals, bias = scored[e.set, e.id].tolist()
                totals[e.set, e.id] = word_pairs.totals(e.question, e.language, e.around, np.array(by_signals), bias, pairs)
    return scored, totals


def _is_of(example: Example, groups: set[str]) -> bool:
    return TOGETHER.get(example.set, example.set) in groups


def counted(name: str, own: Sequence[Example], totals: Scored) -> dict[str, str]:
    """floor -> "right/wrong/false" of one set."""
    by_floor = {floor: [0, 0, 0] for floor in FLOORS}
    for e in own:
        if not e.signals:
            continue
        chances = softmax(totals[e.set, e.id])[:-1].tolist()
        keys = [NUMBER.search(said) for said in e.said]
        alike = [hit.group() if hit else said for hit, said in zip(keys, e.said, strict=True)]
        best = max(range(len(chances)), key=chances.__getitem__)
        total = sum(chance for chance, key in zip(chances, alike, strict=True) if key == alike[best])
        for floor in FLOORS:
            if total >= floor:
                by_floor[floor][2 if not e.answerable else 0 if e.same[best] else 1] += 1
    found = {str(floor): "/".join(map(str, three)) for floor, three in by_floor.items()}
    answerable = sum(e.answerable for e in own)
    print(f"{name}: {answerable} to be answered, {len(own) - answerable} not;", found, "floor now", LEAST_CHANCE, flush=True)
    return found


if __name__ == "__main__":
    main()
