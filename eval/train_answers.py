"""Learns what tells a right value from a wrong one: `python -m eval.train_answers FOLDER…`, a minute a folder on one core.

Each folder is an evaluation set (eval/formats.py) of which rules may be chosen: its reports are put into a library and its
questions asked as a reader asks them, before the library is read closely and after. Of the values weighed (assistant/signals.py),
those at the gold quote that say the gold value are right. Where a question has no answer, or none of its values is right, "no
answer" is. A conditional logit with a quadratic penalty, by Adam from zero: the same data give the same weights.

Prints, for each set, what weights learned without it would do at several floors: right values / wrong ones / answers to what the
reports do not say; then writes assistant/answers.json. `samples` and its rewording count as one set there.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import assistant
from assistant import load_assistant
from assistant.answer_ranker import CLAMP, WEIGHTS, Weights, score
from assistant.extract import LEAST_CHANCE
from assistant.judge import Judged
from eval.formats import Question, Span, load_set
from eval.measures import contains_value
from eval.run import Judge, _conversation
from index import Library
from index.settings import Settings

FILE = Path(assistant.__file__).parent / WEIGHTS
STEPS, RATE, PENALTY = 400, 0.03, 3e-4
LEAST_SPREAD = 0.02  # of a signal; one that hardly ever differs is left as it is
FLOORS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
TOGETHER = {"reworded": "samples"}  # the same reports and answers
# Reports of offices, for which this is made first: their questions count more often.
OFFICES, TIMES = ("seed", "samples", "hoanh-linh", "trach-giang"), 3
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CARD = {
    "what": "signal -> [weight, mean, spread] of a conditional logit over values and no answer: assistant/answer_ranker.py",
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
    examples = [example for folder in a.folders for close in (True, False) for example in _kept(folder, a.keep, close)]
    validated = {name: _without(name, examples) for name in dict.fromkeys(e.set for e in examples)}
    weights, bias = fit(examples)
    card = {**CARD, "learned from": a.source, "times asked": len(examples), "each set by weights learned without it": validated}
    text = json.dumps({**card, "bias": round(bias, 4), "weights": weights}, ensure_ascii=False, indent=0)
    a.out.write_text(text + "\n", "utf-8")


def _kept(folder: Path, keep: Path | None, close: bool) -> list[Example]:
    file = keep / f"{folder.name}{'' if close else '-before-close-reading'}.json" if keep else None
    if file is not None and file.is_file():
        return [
            Example(str(name), str(number), bool(answerable), *map(tuple, rest))
            for name, number, answerable, *rest in json.loads(file.read_text("utf-8"))
        ]
    found = list(examples_of(folder, close))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([[e.set, e.id, e.answerable, e.signals, e.right, e.said, e.same] for e in found]), "utf-8")
    return found


def examples_of(folder: Path, close: bool) -> Iterator[Example]:
    """Asks all the questions of a set, of a library that has been read closely or has not. Raises SetMissing, SetDamaged, and the
    error of a report that cannot be read."""
    loaded = load_set(folder)
    with tempfile.TemporaryDirectory() as room, Library.open(Path(room), settings=_settings(Path(room), close)) as library:
        for added in library.add(loaded.reports):
            if added.error is not None:
                raise added.error
        library.read_closely()
        asked, judge = load_assistant(library), Judge(library)
        for question in loaded.questions:
            if question.answerable and not question.values:
                continue
            weighed = asked.weighed(question.question, _conversation(asked, question.history))
            values = weighed.values if weighed else ()
            gold = judge.gold(question) if question.answerable else []
            same = tuple(says(question, value) for value in values)
            right = tuple(ok and _inside(value, gold) for ok, value in zip(same, values, strict=True))
            said = tuple(value.candidate.text.strip() if value.candidate else "" for value in values)
            yield Example(folder.name, question.id, question.answerable, weighed.signals if weighed else (), right, said, same)


def _settings(room: Path, close: bool) -> Settings:
    return Settings(directory=room, close_reading="transformer" if close else "none")


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


def fit(examples: Sequence[Example]) -> tuple[dict[str, list[float]], float]:
    """signal -> [weight, mean, spread]; the bias of no answer."""
    examples = [e for e in examples for _ in range(TIMES if e.set in OFFICES else 1)]
    names = sorted({name for e in examples for row in e.signals for name in row})
    at = {name: n for n, name in enumerate(names)}
    longest = max(len(e.signals) for e in examples)
    given = np.zeros((len(examples), longest, len(names)), np.float32)
    there, right = np.zeros((2, len(examples), longest + 1), np.bool_)
    for i, e in enumerate(examples):
        for n, row in enumerate(e.signals):
            given[i, n, [at[name] for name in row]] = list(row.values())
        there[i, : len(e.signals)] = True
        right[i, : len(e.right)] = e.right
    there[:, -1] = True
    right[:, -1] = ~right.any(axis=1)
    mean, spread = given[there[:, :-1]].mean(axis=0), given[there[:, :-1]].std(axis=0)
    spread[spread < LEAST_SPREAD] = 1.0
    given = np.clip((given - mean) / spread, -CLAMP, CLAMP)
    learned = _descend(given, there, right)
    weights = {name: [round(float(w), 4), round(float(m), 4), round(float(s), 4)]
               for name, w, m, s in zip(names, learned[:-1], mean, spread, strict=True)}  # fmt: skip
    return weights, float(learned[-1])


def _descend(given: np.ndarray, there: np.ndarray, right: np.ndarray) -> np.ndarray:
    """float64 [signals + 1]: the weights, and the bias of no answer."""
    learned, mean, square = np.zeros((3, given.shape[2] + 1))
    learned[-1] = 2.0
    for step in range(1, STEPS + 1):
        scores = np.concatenate([given @ learned[:-1].astype(np.float32), np.full((len(given), 1), learned[-1])], axis=1)
        scores = np.where(there, scores, -np.inf)
        pull = _softmax(np.where(right, scores, -np.inf)) - _softmax(scores)
        slope = np.append(np.einsum("qs,qsf->f", pull[:, :-1], given), pull[:, -1].sum()) / len(given)
        slope[:-1] -= 2 * PENALTY * learned[:-1]
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        rate = RATE * (1 - (step - 1) / STEPS)
        learned += rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    found: np.ndarray = learned
    return found


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return found


def _without(name: str, examples: Sequence[Example]) -> dict[str, str]:
    """floor -> "right/wrong/false" of one set, judged by weights learned from the others."""
    group = TOGETHER.get(name, name)
    weights, bias = fit([e for e in examples if TOGETHER.get(e.set, e.set) != group])
    learned = Weights({name: (w, m, s) for name, (w, m, s) in weights.items()}, bias)
    counted = {floor: [0, 0, 0] for floor in FLOORS}
    own = list({e.id: e for e in reversed(examples) if e.set == name}.values())  # as asked of a library read closely
    for e in own:
        scores = [score(row, learned) for row in e.signals]
        if not scores:
            continue
        chances = _softmax(np.array([[*scores, bias]]))[0]
        keys = [NUMBER.search(said) for said in e.said]
        alike = [hit.group() if hit else said for hit, said in zip(keys, e.said, strict=True)]
        best = int(chances[:-1].argmax())
        total = sum(chance for chance, key in zip(chances, alike, strict=False) if key == alike[best])
        for floor in FLOORS:
            if total >= floor:
                counted[floor][2 if not e.answerable else 0 if e.same[best] else 1] += 1
    found = {str(floor): "/".join(map(str, three)) for floor, three in counted.items()}
    answerable = sum(e.answerable for e in own)
    print(f"{name}: {answerable} to be answered, {len(own) - answerable} not;", found, "floor now", LEAST_CHANCE, flush=True)
    return found


if __name__ == "__main__":
    main()
