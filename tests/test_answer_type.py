"""What type of answer a question wants, as chances: money, a share, a count, a measure, a date, or none of them."""

from __future__ import annotations

import json
from importlib.resources import files
from unittest.mock import patch

import numpy as np
import pytest
from report_fakes import Row, all_units, make_report

from assistant import answer_type
from assistant.answer_type import TYPES, WEIGHTS, Weights, chances, ngrams, of_figure, of_value, type_of
from index import Language
from index.figures.candidate import ValueKind
from index.figures.values import number_candidates


@pytest.mark.parametrize(
    ("question", "language", "wanted"),
    [
        ("Sáu tháng đầu năm công ty lãi bao nhiêu?", "vi", "money"),
        ("Exports from the Saigon Hi-Tech Park, first ten months of 2020", "en", "foreign money"),
        ("What gross profit did the cooking oil maker book?", "en", "money"),
        ("Vốn đăng ký gấp mấy lần năm trước?", "vi", "times"),
        ("Hộ nghèo chiếm mấy phần trăm?", "vi", "percentage"),
        ("How quickly was the index growing?", "en", "percentage"),
        ("Xã có bao nhiêu hộ nghèo?", "vi", "count"),
        ("How many hectares of rice were sown?", "en", "measure"),
        ("Khi nào cầu khánh thành?", "vi", "date"),
        ("Ai là chủ tịch xã?", "vi", "other"),
        ("Which bank led the market?", "en", "other"),
    ],
)
def test_words_tell_together(question: str, language: Language, wanted: str) -> None:
    found = chances(question, language)
    assert sum(found) == pytest.approx(1.0)
    assert TYPES[int(np.argmax(found))] == wanted
    assert (of_figure(found) > 0.6) == (wanted not in ("date", "other"))


def test_marks_capitals_and_figures_make_no_difference() -> None:
    one, other = chances("Thu ngân sách năm 2020 là bao nhiêu?", "vi"), chances("thu ngan sach nam 2021 la bao nhieu", "vi")
    assert one == other


def test_a_question_without_known_words_has_the_chances_of_all() -> None:
    assert list(ngrams("xyzzy 12,5", "vi"))[:2] == ["vi xyzzy", "vi 0"]
    assert "vi =number" in ngrams("xyzzy", "vi")
    nothing = Weights({}, np.zeros((0, len(TYPES)), np.float32), np.log(np.arange(1, 10, dtype=np.float32)))
    with patch.object(answer_type, "load", return_value=nothing):
        assert chances("xyzzy", "vi") == pytest.approx(tuple(np.arange(1, 10) / 45))


@pytest.mark.parametrize(
    ("kind", "unit", "wanted"),
    [
        ("money", "tỷ đồng", "money"),
        ("money", "triệu USD", "foreign money"),
        ("money", "USD/ounce", "foreign money"),
        ("measure", "lần", "times"),
        ("count", "lần", "times"),
        ("count", "lần khám", "times"),
        ("measure", "ngày", "duration"),
        ("measure", "tấn", "measure"),
        ("count", "", "count"),
        ("ratio", "xã", "count"),
        ("name", "", "other"),
    ],
)
def test_values_have_types(kind: ValueKind, unit: str, wanted: str) -> None:
    assert type_of(kind, unit) == wanted


def test_the_weights_tell_where_they_come_from() -> None:
    held = json.loads((files("assistant") / WEIGHTS).read_text("utf-8"))
    assert held["types"] == list(TYPES)
    assert held["command"] == "python -m eval.train_answer_types"
    assert held["learned from"]
    assert all(len(row) == len(TYPES) for row in held["weights"].values())


def test_a_bare_figure_in_a_table_is_of_any_type() -> None:
    """Its unit stands in the caption, the header, or nowhere."""
    (row,) = all_units(make_report(Row(("Lúa", "12", "34%"), ("Cây", "Diện tích", "Đạt"))))
    (sentence,) = all_units(make_report("Có 12 nơi."))
    area = tuple(1.0 if type_ == "measure" else 0.0 for type_ in TYPES)
    assert [of_value(candidate, area) for candidate in number_candidates(row)] == [1.0, 0.0]
    assert [of_value(candidate, area) for candidate in number_candidates(sentence)] == [0.0]
