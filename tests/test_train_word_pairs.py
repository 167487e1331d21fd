"""Learning which words beside a value go with which of a question."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from assistant import word_pairs
from assistant.word_pairs import Beside, sums
from eval import train_word_pairs
from eval.answer_examples import Example
from eval.train_word_pairs import _laid, _slopes, fit, save

GREW, SHARE = Beside("tấn, tăng ", "12%", "", "percentage"), Beside("chiếm ", "12%", "", "percentage")


def examples(count: int) -> list[Example]:
    """ "How fast" is answered by what grew, "what share" by what has one; the signals tell nothing."""
    chance, found = random.Random(3), []
    for n in range(count):
        fast = chance.random() < 0.5
        around = (GREW, SHARE) if chance.random() < 0.5 else (SHARE, GREW)
        right = tuple((one is GREW) == fast for one in around)
        question = "How fast was it?" if fast else "What share was it?"
        found.append(Example("made", str(n), True, ({"a": 1.0}, {"a": 1.0}), right, ("12%", "12%"), right, question, "en", around))
    return found


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_word_pairs, "FEWEST_BESIDE", 5)


@pytest.mark.usefixtures("few")
def test_pairs_that_tell_are_learned() -> None:
    made = examples(200)
    learned = fit(made, [np.zeros(3)] * len(made))
    grew, share = sums("How fast was it?", "en", [GREW, SHARE], learned)
    assert grew > share + 1
    grew, share = sums("What share was it?", "en", [GREW, SHARE], learned)
    assert share > grew + 1
    again = fit(made, [np.zeros(3)] * len(made))
    assert np.array_equal(learned.weights, again.weights)
    assert (learned.scale, learned.none) == (again.scale, again.none)


@pytest.mark.usefixtures("few")
def test_a_question_without_values_teaches_nothing() -> None:
    made = examples(50)
    nothing = Example("made", "none", False, (), (), (), (), "How fast?", "en")
    with_it = fit([*made, nothing], [np.zeros(3)] * 50 + [np.zeros(1)])
    assert np.array_equal(with_it.weights, fit(made, [np.zeros(3)] * 50).weights)


def test_the_slopes_are_those_of_the_loss() -> None:
    """Against differences of the loss itself; one value has no pair that counts."""
    (made,) = examples(1)
    scores = np.array([0.3, -0.2, 0.1])
    one = _laid(made, scores, [0, 1], ["en how"], [["l1 tang", "k percentage"], []])
    assert len(one.places) == 2
    weights, rest = np.zeros(word_pairs.PLACES), np.array([1.2, 0.4])
    weights[one.places] = (0.7, -0.3)

    def loss() -> float:
        sums = np.array([weights[one.places].sum() / 2**0.5, 0.0])
        found = rest[0] * one.scores + np.append(sums, rest[1])
        told = np.log(np.exp(found).sum()) - np.log(np.exp(found[one.right]).sum())
        return float(told + train_word_pairs.PENALTY * (weights**2).sum())

    of_weights, of_rest = _slopes(weights, rest, [one])
    for part, slope, at in ((weights, of_weights, int(one.places[0])), (rest, of_rest, 0), (rest, of_rest, 1)):
        before = part[at]
        part[at] = before + 1e-5
        high = loss()
        part[at] = before - 1e-5
        low = loss()
        part[at] = before
        assert slope[at] == pytest.approx((high - low) / 2e-5, abs=1e-6)


@pytest.mark.usefixtures("few")
def test_what_is_saved_is_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = examples(100)
    learned = fit(made, [np.zeros(3)] * len(made))
    save(learned, tmp_path / word_pairs.WEIGHTS, {"what": "made"})
    monkeypatch.setattr(word_pairs, "files", lambda package: tmp_path)
    read = word_pairs.load.__wrapped__()  # type: ignore[attr-defined]
    assert (read.asked, read.beside, read.scale, read.none) == (learned.asked, learned.beside, learned.scale, learned.none)
    assert np.allclose(read.weights, learned.weights, atol=1e-2)
