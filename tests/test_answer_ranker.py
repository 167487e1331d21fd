"""What tells a right value from a wrong one: where things stand in a sentence, and what was learned of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from report_fakes import all_units, make_report

from assistant import answer_ranker
from assistant.answer_ranker import CLAMP, Weights, load, scores
from assistant.aspects import Matcher
from assistant.evidence import UNSCORED, SentenceScore, Unit
from assistant.extract import extract, weigh
from assistant.nearness import named_at, nearness, respective, standing, unspoken
from assistant.question import Question, analyse
from assistant.signals import PAIRS
from index import Place, Report
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon

GLOSSARY = Glossary.load()
MATCHER = Matcher(GLOSSARY, Lexicon.load())
LABOUR = "Trong 41 hộ nghèo có 27 hộ không có khả năng lao động."


def question_of(text: str) -> Question:
    return analyse(text, glossary=GLOSSARY)


def first(unit: Unit, *, of: Unit) -> SentenceScore:
    return SentenceScore(1.0, 0.0, ()) if unit is of else UNSCORED


def by_text(text: str, report: Report) -> dict[str, dict[str, float]]:
    """value -> its signals, the only sentence being the one that the search likes."""
    (unit,) = all_units(report)
    weighed = weigh(question_of(text), [unit], MATCHER, partial(first, of=unit))
    return {j.candidate.text: dict(row) for j, row in zip(weighed.values, weighed.signals, strict=True) if j.candidate}


def straight(of: dict[str, float], bias: float) -> Weights:
    """A weighted sum, without a hidden layer."""
    one, none = np.ones(len(of), np.float32), np.zeros(0, np.float32)
    direct = np.array(list(of.values()), np.float32)
    return Weights(tuple(of), 0 * one, one, direct, np.zeros((0, len(of)), np.float32), none, none, bias)


# --- where things stand -----------------------------------------------------------------------------------------------------


def test_what_stands_beside_a_value_is_nearer_than_what_another_figure_parts_from_it() -> None:
    question = question_of("Bao nhiêu hộ không có khả năng lao động?")
    asked = standing(MATCHER.aspects(question), LABOUR, MATCHER)
    far, near = (nearness(start, start + 2, LABOUR, asked) for start in (LABOUR.index("41"), LABOUR.index("27")))
    assert near.apart > far.apart
    assert near.distance > far.distance
    assert all(0 <= part <= 1 for part in (*near, *far))


@pytest.mark.parametrize(("text", "least", "most"), [("Tỷ lệ hộ nghèo?", 0.0, 0.0), ("Diện tích cà phê?", 1.0, 1.0)])
def test_what_a_sentence_does_not_speak_of(text: str, least: float, most: float) -> None:
    aspects = MATCHER.aspects(question_of(text))
    assert least <= unspoken(standing(aspects, "Tỷ lệ hộ nghèo là 2,4%.", MATCHER)) <= most


def test_nothing_asked_for_is_nowhere() -> None:
    assert nearness(0, 2, "41 hộ", []) == (0.0,) * 5
    assert unspoken([]) == 0.0


@pytest.mark.parametrize(("value", "expected"), [("43,5", -1.0), ("44,85", 1.0), ("44,37", -1.0), ("50", -1.0)])
def test_a_row_of_values_answers_in_turn(value: str, expected: float) -> None:
    text = "Trong các năm 2016-2017, 2017-2018, 2018-2019 và 2019-2020, vốn lần lượt đạt 43,5 tỷ USD, 44,85 tỷ USD, "
    text += "44,37 tỷ USD và 50 tỷ USD."
    assert respective(text.index(value), text, ("von", "2017-2018")) == expected
    assert respective(text.index(value), text, ("nothing",)) == 0.0


def test_a_row_of_names_answers_in_turn() -> None:
    text = "Nhu cầu của châu Âu và Hoa Kỳ giảm lần lượt 45% và 40%."
    assert [respective(text.index(value), text, ("hoa", "ky")) for value in ("45%", "40%")] == [-1.0, 1.0]
    assert respective(0, "Nhu cầu giảm 45%.", ("nhu", "cau")) == 0.0


@pytest.mark.parametrize(
    "text", ["Ông An lần lượt giữ hai chức", "lần lượt", "lần lượt 5", "Năm 2019, lần lượt", "a, b, lần lượt 1"]
)
def test_a_row_without_values_or_items_tells_nothing(text: str) -> None:
    assert respective(0, text, ("an",)) == 0.0


def test_a_name_right_before_a_value_or_right_behind_it_is_its_own() -> None:
    before = "Cao nhất là Tả Sín Van (58,93%), tiếp đến Nậm Chao (47,80%) và Khau Pục (43,25%)."
    found = [named_at(before.index(v), before.index(v) + 6, before, "nam chao") for v in ("58,93%", "47,80%", "43,25%")]
    assert [led or followed for led, followed, _ in found] == [False, True, False]
    behind = "Stunting was 43.2% in Ta Sin Van and 38.5% in Nam Chao."
    found = [named_at(behind.index(v), behind.index(v) + 5, behind, "nam chao") for v in ("43.2%", "38.5%")]
    assert [followed for _, followed, _ in found] == [False, True]
    assert named_at(0, 2, "41 hộ", "nam chao") == (False, False, False)


# --- signals ----------------------------------------------------------------------------------------------------------------


def test_the_words_of_a_value_alone_are_told_from_those_of_its_neighbours() -> None:
    rows = by_text(
        "Tỷ lệ người Khơ Mú là bao nhiêu?", make_report("Người Thái chiếm 61,5% dân số, người Kinh 22,8%, Khơ Mú 15,7%.")
    )
    assert max(rows, key=lambda value: rows[value].get("own", 0.0)) == "15,7%"


def test_what_is_counted_by_the_word_asked_for_is_told() -> None:
    report = make_report("Các tổ chức đã cấp trên 54.000 bộ C/O mẫu EUR.1 với kim ngạch gần 2,1 tỷ USD.")
    rows = by_text("Đã cấp bao nhiêu bộ C/O mẫu EUR.1?", report)
    (counted,) = [row for value, row in rows.items() if "54.000" in value]
    (money,) = [row for value, row in rows.items() if "2,1" in value]
    assert counted["noun"] == 1.0
    assert money["noun, money"] == 1.0


def test_the_figure_of_the_year_before_is_told_where_it_is_asked_for() -> None:
    report = make_report("Sản lượng cà phê đạt 12 tấn, cùng kỳ năm trước 9 tấn.")
    asked = by_text("Sản lượng cà phê cùng kỳ năm trước là bao nhiêu?", report)
    assert {value: "previous asked" in row for value, row in asked.items()} == {"12 tấn": False, "9 tấn": True}
    assert asked["12 tấn"]["previous unmet"] == 1.0
    assert all("previous asked" not in row for row in by_text("Sản lượng cà phê là bao nhiêu?", report).values())


def test_a_name_that_stands_nowhere_is_told() -> None:
    report = make_report("Tại Vietcombank, tiền gửi khách hàng đạt 982.429 tỷ đồng.", place=None)
    (other,) = by_text("Tiền gửi khách hàng tại HDBank là bao nhiêu?", report).values()
    (own,) = by_text("Tiền gửi khách hàng tại Vietcombank là bao nhiêu?", report).values()
    assert other["unnamed all"] == 1.0
    assert own["named"] == 1.0
    assert "unnamed" not in own


def test_a_figure_of_the_question_itself_is_told() -> None:
    rows = by_text("Trong 41 hộ nghèo, bao nhiêu hộ không có khả năng lao động?", make_report(LABOUR))
    assert rows["41 hộ"]["in question"] == 1.0
    assert "in question" not in rows["27 hộ"]


def test_the_kind_asked_for_is_paired_with_the_kind_found() -> None:
    rows = by_text("Tỷ lệ hộ nghèo là bao nhiêu?", make_report("Tỷ lệ hộ nghèo là 2,4%, còn 37 hộ."))
    assert rows["2,4%"]["percentage, percentage"] == 1.0
    assert set(PAIRS) >= {name for row in rows.values() for name in row if ", " in name}


def test_only_values_of_the_place_asked_for_are_weighed() -> None:
    report = make_report("Tỷ lệ hộ nghèo là 2,4%.", place=Place("Hải Đông", "commune"))
    asked = analyse("Tỷ lệ hộ nghèo ở xã Tân Lập là bao nhiêu?", glossary=GLOSSARY, known_places=[Place("Hải Đông", "commune")])
    assert weigh(asked, all_units(report), MATCHER, lambda unit: UNSCORED).values == ()


# --- what was learned -------------------------------------------------------------------------------------------------------


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only nearness counts, and no answer is as likely as a value that stands a little way off."""
    weights = straight({"apart": 20.0}, 7.0)
    monkeypatch.setattr(answer_ranker, "load", lambda: weights)
    return iter(())


@pytest.mark.usefixtures("learned")
def test_the_likeliest_value_answers_and_an_unlikely_one_does_not() -> None:
    report = make_report(LABOUR)
    (unit,) = all_units(report)
    sentence = partial(first, of=unit)
    best = extract(question_of("Bao nhiêu hộ không có khả năng lao động?"), [unit], MATCHER, sentence=sentence).best
    assert best is not None
    assert best.candidate is not None
    assert best.candidate.text == "27 hộ"
    refused = extract(question_of("Bao nhiêu hộ có nhà tiêu hợp vệ sinh?"), [unit], MATCHER, sentence=sentence)
    assert (refused.best, refused.reason) == (None, "not_found")
    assert refused.ranked[0].unit is unit


def test_a_signal_far_outside_what_was_seen_counts_no_more_than_the_clamp() -> None:
    weights = straight({"score": 1.0}, 0.0)
    assert scores([{"score": 1e9}, {"score": CLAMP}, {}, {"unheard of": 3.0}], weights).tolist() == [CLAMP, CLAMP, 0.0, 0.0]


def test_the_weights_are_of_signals_there_are() -> None:
    """A signal renamed in signals.py and not in answers.json would silently count for nothing."""
    rows = [
        *by_text(
            "Chỉ tiêu tỷ lệ hộ nghèo là bao nhiêu?", make_report("Tỷ lệ hộ nghèo là 2,4%, năm trước 3,1%; chỉ tiêu 1,5%.")
        ).values(),
        *by_text("Trong 41 hộ nghèo, bao nhiêu hộ không có khả năng lao động?", make_report(LABOUR)).values(),
    ]
    made = {name for row in rows for name in row}
    assert len(made & set(load().names)) > 40
    assert {name for name in made if name not in PAIRS} <= set(load().names)
