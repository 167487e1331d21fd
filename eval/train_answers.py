"""Learns what tells a right value from a wrong one: `python -m eval.train_answers FOLDER…`, a minute a folder on one core.

Each folder is an evaluation set (eval/formats.py) of which rules may be chosen: its reports are put into a library and its
questions asked as a reader asks them, before the library is read closely and after; then of the report alone that answers, and of
another alone, whatever its place and year, unless the rules find there what is asked for: in a small library the best sentence is
soon far ahead of all others. Of the values weighed (assistant/signals.py),
those at the gold quote that say the gold value are right. Where a question has no answer, or none of its values is right, "no
answer" is. What is learned is a conditional logit (assistant/answer_ranker.py) with dropout (Srivastava et al., 2014), by AdamW
(Loshchilov & Hutter, 2019) from a fixed seed: the same data give the same weights.

Prints, for each set, what weights learned without a fifth of the sets, it among them, would do at several floors: right values /
wrong ones / answers to what the reports do not say; then writes assistant/answers.json. `samples` and its rewording count as one
set there.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

import assistant
from assistant import Assistant, load_assistant
from assistant.answer_ranker import WEIGHTS, Weights, laid_out, scores, standardised
from assistant.answers import Message
from assistant.extract import LEAST_CHANCE, Weighed
from assistant.judge import Judged
from eval.formats import Question, Span, load_set
from eval.measures import contains_value
from eval.run import Judge, _conversation
from index import Library
from index.settings import Settings

FILE = Path(assistant.__file__).parent / WEIGHTS
SEED, UNITS, DROPPED = 0, 48, 0.3
ROUNDS, AT_ONCE, RATE, DECAY = 40, 64, 2e-3, 0.01
BIAS = 2.0  # of no answer, to begin with
FOLDS = 5
LEAST_SPREAD = 0.02  # of a signal; one that hardly ever differs is left as it is
FLOORS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
How = Literal["read closely", "before close reading", "alone"]
# Names of kept files end so.
HOW: dict[How, str] = {"read closely": "", "before close reading": "-before-close-reading", "alone": "-alone"}
ALONE = "/alone"  # behind a question's id
TOGETHER = {"reworded": "samples"}  # the same reports and answers
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CARD: dict[str, object] = {
    "what": "the weights of a conditional logit over values and no answer: assistant/answer_ranker.py",
    "command": "python -m eval.train_answers",
}


@dataclass(frozen=True, slots=True)
class Example:
    """The values weighed for one question: their signals; which are right; what each says, and whether that would do for one."""

    set: str
    id: str
    answerable: bool
    signals: tuple[Mapping[str, float], ...]
    right: tuple[bool, ...]
    said: tuple[str, ...]
    same: tuple[bool, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--source", default="", help="what the data card says the questions are")
    parser.add_argument("--keep", type=Path, help="a folder in which what was asked is kept for the next time")
    a = parser.parse_args()
    examples = [example for folder in a.folders for how in HOW for example in _kept(folder, a.keep, how)]
    validated = _validated(examples)
    card = {**CARD, "learned from": a.source, "times asked": len(examples)}
    card["each fifth of the sets by weights learned without it"] = validated
    a.out.write_text(json.dumps({**card, **_told(fit(examples))}, ensure_ascii=False) + "\n", "utf-8")


def _told(weights: Weights) -> dict[str, object]:
    parts = {name: np.round(getattr(weights, name).astype(np.float64), 4).tolist() for name in
             ("mean", "spread", "direct", "hidden", "shift", "out")}  # fmt: skip
    return {"signals": list(weights.names), "bias": round(weights.bias, 4), **parts}


def _kept(folder: Path, keep: Path | None, how: How) -> list[Example]:
    file = keep / f"{folder.name}{HOW[how]}.json" if keep else None
    if file is not None and file.is_file():
        return [
            Example(str(name), str(number), bool(answerable), *map(tuple, rest))
            for name, number, answerable, *rest in json.loads(file.read_text("utf-8"))
        ]
    found = list(examples_of(folder, how))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([[e.set, e.id, e.answerable, e.signals, e.right, e.said, e.same] for e in found]), "utf-8")
    return found


def examples_of(folder: Path, how: How) -> Iterator[Example]:
    """Asks all the questions of a set. Raises SetMissing, SetDamaged, and the error of a report that cannot be read."""
    loaded = load_set(folder)
    with tempfile.TemporaryDirectory() as room, Library.open(Path(room), settings=_settings(Path(room), how)) as library:
        for added in library.add(loaded.reports):
            if added.error is not None:
                raise added.error
        library.read_closely()
        asked, judge = load_assistant(library), Judge(library)
        for number, question in enumerate(loaded.questions):
            if question.answerable and not question.values:
                continue
            gold = judge.gold(question) if question.answerable else []
            told = (folder.name, question, gold)
            history = _conversation(asked, question.history)
            if how != "alone":
                yield _example(*told, asked.weighed(question.question, history))
                continue
            yield from _alone(asked, told, history, number)


def _alone(
    asked: Assistant, told: tuple[str, Question, Sequence[Span]], history: Sequence[Message], number: int
) -> Iterator[Example]:
    """Of the report that answers alone, and of one beside it that by the rules does not speak of what is asked for."""
    name, question, gold = told
    ids = [info.id for info in asked.library.reports()]
    own = ids.index(gold[0].report_id) if gold else number % len(ids)
    ident = f"{question.id}{ALONE}"
    if gold:
        alone = _example(name, question, gold, asked.weighed(question.question, history, reports=[ids[own]]))
        yield replace(alone, id=ident)
    beside = ids[(own + 1) % len(ids)]
    if beside != ids[own]:
        example = _example(name, question, [], asked.weighed(question.question, history, reports=[beside], anywhere=True))
        if not any(row.get("accepted") for row in example.signals):
            yield replace(example, id=f"{ident} beside", answerable=False, same=(False,) * len(example.same))


def _example(name: str, question: Question, gold: Sequence[Span], weighed: Weighed | None) -> Example:
    values = weighed.values if weighed else ()
    same = tuple(says(question, value) for value in values)
    right = tuple(ok and _inside(value, gold) for ok, value in zip(same, values, strict=True))
    said = tuple(value.candidate.text.strip() if value.candidate else "" for value in values)
    return Example(name, question.id, question.answerable, weighed.signals if weighed else (), right, said, same)


def _settings(room: Path, how: How) -> Settings:
    return Settings(directory=room, close_reading="none" if how == "before close reading" else "transformer")


def says(question: Question, judged: Judged) -> bool:
    """Whether a value says one of the question's: a figure by its first number, "hơn 20.000 bộ" and "20.000 bộ" being the same."""
    candidate = judged.candidate
    if candidate is None or not question.answerable:
        return False
    text = candidate.text.strip()
    if contains_value(text, question.values):
        return True
    if candidate.number is not None:
        first = NUMBER.search(text)
        return first is not None and any(
            (n := NUMBER.search(v)) is not None and n.group() == first.group() for v in question.values
        )
    return len(text) > 3 and any(text in value or value in text for value in question.values)


def _inside(judged: Judged, gold: Sequence[Span]) -> bool:
    candidate = judged.candidate
    return candidate is not None and any(
        g.report_id == judged.unit.report.id and g.start - 3 <= candidate.start and candidate.end <= g.end + 3 for g in gold
    )


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
    pull = _softmax(found) - _softmax(np.where(data.right, found, -np.inf))
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


def _softmax(given: np.ndarray) -> np.ndarray:
    raised = np.exp(given - given.max(axis=1, keepdims=True))
    found: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return found


# --- what it does on sets it was not learned from -----------------------------------------------------------------------------


def _validated(examples: Sequence[Example]) -> dict[str, dict[str, str]]:
    """set -> floor -> "right/wrong/false", by weights learned without a fifth of the sets."""
    groups = list(dict.fromkeys(TOGETHER.get(e.set, e.set) for e in examples))
    found = {}
    for fold in range(min(FOLDS, len(groups))):
        out = set(groups[fold::FOLDS])
        learned = fit([e for e in examples if TOGETHER.get(e.set, e.set) not in out])
        for name in dict.fromkeys(e.set for e in examples if TOGETHER.get(e.set, e.set) in out):
            found[name] = counted(name, examples, learned)
    return found


def counted(name: str, examples: Sequence[Example], learned: Weights) -> dict[str, str]:
    """floor -> "right/wrong/false" of one set."""
    by_floor = {floor: [0, 0, 0] for floor in FLOORS}
    asked = [e for e in examples if e.set == name and ALONE not in e.id]
    own = list({e.id: e for e in reversed(asked)}.values())  # as asked of a library read closely
    for e in own:
        if not e.signals:
            continue
        chances = _softmax(np.append(scores(e.signals, learned), learned.bias)[None])[0]
        keys = [NUMBER.search(said) for said in e.said]
        alike = [hit.group() if hit else said for hit, said in zip(keys, e.said, strict=True)]
        best = int(chances[:-1].argmax())
        total = sum(chance for chance, key in zip(chances, alike, strict=False) if key == alike[best])
        for floor in FLOORS:
            if total >= floor:
                by_floor[floor][2 if not e.answerable else 0 if e.same[best] else 1] += 1
    found = {str(floor): "/".join(map(str, three)) for floor, three in by_floor.items()}
    answerable = sum(e.answerable for e in own)
    print(f"{name}: {answerable} to be answered, {len(own) - answerable} not;", found, "floor now", LEAST_CHANCE, flush=True)
    return found


if __name__ == "__main__":
    main()
