"""What tells a right value from a wrong one: where things stand in a sentence, and what was learned of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from report_fakes import all_units, make_report

from assistant import answer_ranker
from assistant.answer_ranker import Weights, chances, load, score
from assistant.aspects import Matcher
from assistant.evidence import UNSCORED, SentenceScore, Unit
from assistant.extract import extract, weigh
from assistant.nearness import nearness, standing, unspoken
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
    assert nearness(0, 2, "41 hộ", []) == (0.0, 0.0, 0.0, 0.0)
    assert unspoken([]) == 0.0


# --- signals ----------------------------------------------------------------------------------------------------------------


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
    weights = Weights({"apart": (20.0, 0.0, 1.0)}, 7.0)
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


def test_chances_are_shares_and_leave_one_for_no_answer() -> None:
    found = chances([{"score": 1.2, "chance": 0.9}, {"score": 0.1}])
    assert found[0] > found[1] > 0
    assert sum(found) < 1
    assert chances([]) == []


def test_a_signal_far_outside_what_was_seen_counts_no_more_than_the_clamp() -> None:
    weights = Weights({"score": (1.0, 0.0, 1.0)}, 0.0)
    assert score({"score": 1e9}, weights) == score({"score": answer_ranker.CLAMP}, weights) == answer_ranker.CLAMP
    assert score({}, weights) == 0.0


def test_the_weights_are_of_signals_there_are() -> None:
    """A signal renamed in signals.py and not in answers.json would silently count for nothing."""
    rows = [
        *by_text(
            "Chỉ tiêu tỷ lệ hộ nghèo là bao nhiêu?", make_report("Tỷ lệ hộ nghèo là 2,4%, năm trước 3,1%; chỉ tiêu 1,5%.")
        ).values(),
        *by_text("Trong 41 hộ nghèo, bao nhiêu hộ không có khả năng lao động?", make_report(LABOUR)).values(),
    ]
    made = {name for row in rows for name in row}
    assert len(made & set(load().of)) > 40
    assert {name for name in made if name not in PAIRS} <= set(load().of)
