"""Learning which sentence answers."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from assistant.sentence_answers import NAMES, scored
from eval.train_sentence_answers import Asked, _told, _validated, fit


def asked(count: int, name: str = "made") -> list[Asked]:
    """Of three sentences that which covers the question answers; of every third question none does."""
    chance, found = random.Random(5), []
    for n in range(count):
        given = np.zeros((3, len(NAMES)), np.float32)
        given[:, NAMES.index("length")] = [chance.random() for _ in range(3)]
        answerable = bool(n % 3)
        given[1, NAMES.index("coverage")] = 0.9 if answerable else 0.2
        found.append(Asked(name, "text", given, np.array([False, answerable, False])))
    return found


def test_what_tells_is_learned_and_noise_is_not() -> None:
    learned = fit(asked(90))
    given = np.zeros((3, len(NAMES)), np.float32)
    given[0, NAMES.index("coverage")] = given[2, NAMES.index("coverage")] = 0.9
    given[:, NAMES.index("length")] = (0.5, 0.5, 0.9)
    covers, other, longer = scored(given, learned)
    assert covers > learned.bias > other
    assert abs(covers - longer) < 0.2 * (covers - other)
    assert np.array_equal(fit(asked(90)).weights, learned.weights)


def test_sets_are_judged_by_weights_of_others(capsys: pytest.CaptureFixture[str]) -> None:
    found = _validated([*asked(60), *asked(30, "other")])
    assert found["text"]["0.5"] == "60/0/0"
    assert "text: 60 to be answered, 30 not" in capsys.readouterr().out


def test_each_signal_has_its_line(tmp_path: Path) -> None:
    told = json.loads(json.dumps(_told(fit(asked(30)))))
    assert list(told["weights"]) == list(NAMES)
    assert all(len(row) == 3 for row in told["weights"].values())
