"""Learning what type of answer a question wants, from gold values."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from assistant import answer_type
from assistant.answer_type import TYPES
from eval import train_answer_types
from eval.train_answer_types import Typed, _told, _validated, by_set, fit, typed_of


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("13.500 tỷ đồng", "money"),
        ("từ 10 đến 20 triệu đồng", "money"),
        ("1,2 tỷ USD", "foreign money"),
        ("12,5%", "percentage"),
        ("5 lần", "times"),
        ("16 ngày", "duration"),
        ("120 hộ", "count"),
        ("1.200 ha", "measure"),
        ("ngày 20/11/2023", "date"),
        ("năm 2019", "date"),
        ("bà Trần Thị Bích", "other"),
        ("", "other"),
    ],
)
def test_a_value_has_a_type(value: str, type_: str) -> None:
    assert train_answer_types._type_of(value) == type_


def test_questions_are_typed_by_their_gold_values(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text("Xã thu 2 tỷ đồng.", "utf-8")
    rows = [
        {"id": "1", "lang": "vi", "question": "Xã thu bao nhiêu?", "answerable": True, "values": ["2 tỷ đồng"],
         "quote": "Xã thu 2 tỷ đồng", "report": "a.txt", "category": "plain"},
        {"id": "2", "lang": "vi", "question": "Xã chi bao nhiêu?", "answerable": False},
    ]  # fmt: skip
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert list(typed_of(tmp_path)) == [Typed(tmp_path.name, "Xã thu bao nhiêu?", "vi", "money")]


def made(name: str) -> list[Typed]:
    return [Typed(name, f"what did {thing} cost", "en", "money") for thing in "abcdefgh"] + [
        Typed(name, f"what share of {thing} is wet", "en", "percentage") for thing in "abcdefgh"
    ]


def test_what_tells_is_learned_and_a_type_never_met_is_unlikely() -> None:
    with patch.object(answer_type, "load", return_value=fit(made("one"))):
        found = dict(zip(TYPES, answer_type.chances("what did the bridge cost", "en"), strict=True))
    assert found["money"] > 0.9
    assert found["date"] < 0.01


def test_a_set_is_judged_by_weights_learned_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert _validated([*made("one"), *made("other")]) == {"one": 1.0, "other": 1.0}
    assert "other: 16 of 16" in capsys.readouterr().out


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    learned = fit(made("one"))
    told = json.loads(json.dumps(_told(learned)))
    assert list(told["weights"]) == list(learned.at)
    assert np.allclose(np.array(list(told["weights"].values())), learned.weights, atol=0.006)


def test_sets_on_the_same_reports_are_left_out_together() -> None:
    found = by_set([*made("samples"), *made("reworded"), *made("other")])
    assert found["samples"] is found["reworded"]
    assert found["samples"] is not found["other"]
