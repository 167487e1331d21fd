"""What is learned from: questions as they are asked of a library, kept for the next time."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from report_fakes import all_units, make_report

from assistant.answer_type import Weights
from assistant.judge import Judged
from assistant.word_pairs import Beside
from eval.answer_examples import Example, kept, says
from eval.formats import Question
from index.figures.values import number_candidates


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
    around = (Beside("có ", "2 hộ", " nghèo", "count"), Beside("và ", "3 hộ", "", "count"))
    made = [
        Example(
            "made", "made-1", True, ({"near": 1.0}, {}), (True, False), ("2 hộ", "3 hộ"), (True, False), "Mấy hộ?", "vi", around
        )
    ]
    (tmp_path / "made.json").write_text(json.dumps([asdict(e) for e in made]), encoding="utf-8")
    types = Weights({}, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
    assert kept(Path("made"), tmp_path, "read closely", types) == made
