"""Learning right values from wrong ones: the same data give the same weights, and they tell what was to be told."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from report_fakes import all_units, make_report

from assistant.answer_ranker import Weights, score
from assistant.judge import Judged
from eval.formats import Question
from eval.train_answers import Example, _kept, _without, fit, says
from index.figures.values import number_candidates


def examples(count: int, name: str = "made") -> list[Example]:
    """Of three values the one that is near is right; of every third question none is."""
    chance = random.Random(7)
    found = []
    for n in range(count):
        near = [chance.random() * 0.3, 0.7 + chance.random() * 0.3, chance.random() * 0.3]
        answerable = bool(n % 3)
        rows = tuple({"near": value if answerable else value * 0.3, "noise": chance.random()} for value in near)
        right = (False, answerable, False)
        found.append(Example(name, f"{name}-{n}", answerable, rows, right, ("1 hộ", "2 hộ", "3 hộ"), right))
    return found


def test_what_tells_is_learned_and_noise_is_not() -> None:
    weights, bias = fit(examples(120))
    assert weights["near"][0] > 5 * abs(weights["noise"][0])
    learned = Weights({name: (w, m, s) for name, (w, m, s) in weights.items()}, bias)
    assert score({"near": 0.9}, learned) > bias > score({"near": 0.1}, learned)
    assert (weights, bias) == fit(examples(120))


def test_a_set_is_judged_by_weights_learned_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = _without("other", [*examples(90), *examples(30, "other")])
    assert found["0.5"] == "20/0/0"
    assert "20 to be answered, 10 not" in capsys.readouterr().out


def judged(text: str, value: str) -> Judged:
    (unit,) = all_units(make_report(text))
    candidate = next(c for c in number_candidates(unit) if c.text.startswith(value))
    return Judged(unit, candidate, 1.0, 1.0, 1.0, 1.0, 1.0)


QUESTION = Question("q", "vi", "Bao nhiêu bộ?", True, ("hơn 20.000 bộ",), ("hơn 20.000 bộ",), "a.txt", "plain")


def test_a_value_says_what_is_wanted_whatever_stands_before_its_figure() -> None:
    assert says(QUESTION, judged("Đã cấp hơn 20.000 bộ hồ sơ.", "20.000"))
    assert not says(QUESTION, judged("Đã cấp hơn 2.000 bộ hồ sơ.", "2.000"))
    assert not says(replace(QUESTION, answerable=False), judged("Đã cấp hơn 20.000 bộ hồ sơ.", "20.000"))


def test_what_was_asked_is_kept_for_the_next_time(tmp_path: Path) -> None:
    made = examples(4)
    rows = [[e.set, e.id, e.answerable, e.signals, e.right, e.said, e.same] for e in made]
    (tmp_path / "made.json").write_text(json.dumps(rows), encoding="utf-8")
    assert _kept(Path("made"), tmp_path, close=True) == made
