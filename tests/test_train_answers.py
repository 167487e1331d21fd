"""Learning right values from wrong ones: the same data give the same weights, and they tell what was to be told."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from assistant.answer_ranker import scores
from assistant.word_pairs import Beside
from eval import train_answers
from eval.answer_examples import Example
from eval.train_answers import _Data, _slopes, _validated, fit, read_closely


def examples(count: int, name: str = "made") -> list[Example]:
    """Of three values the one that is near is right; of every third question none is."""
    chance = random.Random(7)
    found = []
    for n in range(count):
        near = [chance.random() * 0.3, 0.7 + chance.random() * 0.3, chance.random() * 0.3]
        answerable = bool(n % 3)
        rows = tuple({"near": value if answerable else value * 0.3, "noise": chance.random()} for value in near)
        right = (False, answerable, False)
        around = tuple(Beside("có ", said, " nghèo", "count") for said in ("1 hộ", "2 hộ", "3 hộ"))
        found.append(
            Example(name, f"{name}-{n}", answerable, rows, right, ("1 hộ", "2 hộ", "3 hộ"), right, "Mấy hộ nghèo?", "vi", around)
        )
    return found


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few questions take more rounds than thousands."""
    monkeypatch.setattr(train_answers, "ROUNDS", 400)


@pytest.mark.usefixtures("patient")
def test_what_tells_is_learned_and_noise_is_not() -> None:
    learned = fit(examples(120))
    near, far, noisy = scores([{"near": 0.9, "noise": 0.5}, {"near": 0.1, "noise": 0.5}, {"near": 0.9, "noise": 0.9}], learned)
    assert near > learned.bias > far
    assert abs(near - noisy) < 0.2 * (near - far)
    again = fit(examples(120))
    assert all(
        np.array_equal(getattr(learned, part), getattr(again, part)) for part in ("direct", "hidden", "shift", "out", "bias")
    )


def test_means_and_spreads_are_those_of_the_signals_as_they_are() -> None:
    rows = ({"behind": -12.0, "near": 1.0}, {"behind": 0.0})
    learned = fit([Example("made", str(n), True, rows, (False, True), ("1", "2"), (False, True)) for n in range(64)])
    assert learned.names == ("behind", "near")
    assert learned.mean.tolist() == [-6.0, 0.5]
    assert learned.spread.tolist() == [6.0, 0.5]


@pytest.mark.usefixtures("patient")
def test_what_tells_only_together_is_learned() -> None:
    """Two nearnesses, of which the one counts for shares and the other for sums: no weighted sum tells them apart."""
    chance = random.Random(3)
    made = []
    for n in range(400):
        share = bool(n % 2)
        rows = tuple({"share": float(share), "near": chance.random(), "label": chance.random()} for _ in range(4))
        told = [row["near"] if share else row["label"] for row in rows]
        right = tuple(value == max(told) for value in told)
        made.append(Example("made", str(n), True, rows, right, ("1", "2", "3", "4"), right))
    learned = fit(made[:300])
    hits = sum(e.right[int(scores(e.signals, learned).argmax())] for e in made[300:])
    assert hits > 75


@pytest.mark.usefixtures("patient")
def test_a_set_is_judged_by_weights_learned_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    found, scored = _validated([*examples(90), *examples(30, "other")])
    assert len(scored) == 120
    assert set(found) == {"made", "other"}
    assert found["other"]["0.5"] == "20/0/0"
    assert "20 to be answered, 10 not" in capsys.readouterr().out


def test_the_slopes_are_those_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against differences of the loss itself, nothing left out by chance."""
    chance = np.random.default_rng(1)
    given = chance.normal(size=(3, 4, 5))
    there = np.ones((3, 5), bool)
    right = np.array([[1, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 1]], bool)
    data = _Data(given, there, right)
    learned = [chance.normal(size=shape) for shape in ((5,), (6, 5), (6,), (6,), (1,))]

    def loss() -> float:
        direct, hidden, shift, out, bias = learned
        found = given @ direct + np.tanh(given @ hidden.T + shift) @ out
        found = np.concatenate([found, np.full((3, 1), bias[0])], axis=1)
        each = np.log(np.exp(found).sum(1)) - np.log(np.where(right, np.exp(found), 0).sum(1))
        return float(each.mean())

    monkeypatch.setattr(train_answers, "DROPPED", 0.0)
    slopes = _slopes(learned, data, np.random.default_rng(0))
    for part, slope in zip(learned, slopes, strict=True):
        at = tuple(0 for _ in part.shape)
        before = part[at]
        part[at] = before + 1e-5
        high = loss()
        part[at] = before - 1e-5
        low = loss()
        part[at] = before
        assert slope[at] == pytest.approx((high - low) / 2e-5, abs=1e-5)


def test_the_asking_of_a_library_read_closely_comes_first() -> None:
    first, later = examples(2), [replace(e, signals=()) for e in examples(2)]
    alone = [replace(e, id=f"{e.id}/alone") for e in examples(2)]
    assert read_closely([*first, *later, *alone]) == first
