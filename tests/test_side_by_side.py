"""A question and sentences read word by word: where the words stand, what is read at each, and which stand for which."""

from __future__ import annotations

import numpy as np
import pytest

from index.onnx_embed import PASSAGE, TransformerEmbedder
from index.side_by_side import LONGEST_QUESTION, OTHER_SIGN, SIGNS, SideBySide, split

RATE = "Tỷ lệ hộ nghèo là 2,4% (giảm 0,6 điểm)."


@pytest.fixture(scope="module")
def both() -> SideBySide:
    return SideBySide(TransformerEmbedder.load())


def test_words_and_signs_stand_where_they_are() -> None:
    spans, signs = split(RATE)
    assert [RATE[a:b] for a, b in spans.tolist()] == [
        "Tỷ", "lệ", "hộ", "nghèo", "là", "2,4", "%", "(", "giảm", "0,6", "điểm", ")", ".",
    ]  # fmt: skip
    assert signs.tolist() == [0] * 7 + [SIGNS.index("(") + 1] + [0] * 3 + [SIGNS.index(")") + 1, SIGNS.index(".") + 1]
    assert split("A – B")[1].tolist() == [0, OTHER_SIGN, 0]
    assert split("")[0].shape == (0, 2)


def test_an_english_word_meets_the_vietnamese_one_it_stands_for(both: SideBySide) -> None:
    read = both.read("share of poor households", [RATE])
    by_plan, alike = read.met[0][..., 0], read.met[0][..., 1]
    asked = {word: n for n, word in enumerate(read.question.spelled)}
    told = {word: n for n, word in enumerate(read.texts[0].spelled)}
    assert by_plan[asked["households"], told["ho"]] > 0.2
    assert by_plan[asked["poor"], told["ngheo"]] > by_plan[asked["poor"], told["giam"]] == 0
    assert not alike.any()


def test_words_spelled_alike_meet_with_and_without_marks(both: SideBySide) -> None:
    read = both.read("ty le ho ngheo giam bao nhieu", [RATE])
    asked, told = read.question.spelled.index("giam"), read.texts[0].spelled.index("giam")
    assert read.met[0][asked, told, 1] == 1
    assert read.met[0].shape == (len(read.question.spelled) + 1, len(read.texts[0].spelled), 2)


def test_states_are_the_means_of_the_tokens_of_each_word(both: SideBySide) -> None:
    read = both.read("tỷ lệ hộ nghèo", [RATE, "Không"])
    states = read.texts[0].states
    assert states.shape == (13, TransformerEmbedder.load().dimension)
    assert np.abs(states[split(RATE)[1] == 0]).sum(axis=1).min() > 0
    alone = both.read("thu ngân sách", [RATE]).texts[0].states
    assert np.array_equal(states, alone)  # a sentence is read by itself
    spans, _ = split(RATE)
    (again,) = TransformerEmbedder.load().words([RATE], [spans], before=PASSAGE)
    assert np.array_equal(states, again)


def test_what_is_too_long_is_cut_and_nothing_is_no_fault(both: SideBySide) -> None:
    read = both.read("hộ nghèo " * 60, ["hộ " * 700, ""])
    assert len(read.question.spelled) == LONGEST_QUESTION
    long, empty = read.texts
    assert len(long.spelled) == 700
    assert not long.states[-1].any()
    assert empty.states.shape[0] == 0
    assert both.read("hộ nghèo", []).texts == ()
