"""Which sentence answers a question that wants no figure, and whether any does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from report_fakes import all_units, make_report

from assistant import Assistant, load_assistant
from assistant.aspects import Matcher
from assistant.evidence import UNSCORED, SentenceScore, Unit
from assistant.judge import Judged, judge_unit
from assistant.question import Question, analyse
from assistant.sentence_answers import CLAMP, LOOKED_AT, NAMES, Weights, chances, considered, load, scored, signals
from assistant.signals import SENTENCE
from index import Library, Period, load_settings
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon

GLOSSARY = Glossary.load()
MATCHER = Matcher(GLOSSARY, Lexicon.load())
READ_CLOSELY = (0.5,) * len(SENTENCE)
LATE = "Trường tiểu học chậm ba tháng do nhà thầu thiếu cát san lấp."
OTHER = "Trường mầm non có năm lớp."


def question_of(text: str) -> Question:
    return analyse(text, glossary=GLOSSARY)


def judged(question: Question, *texts: str) -> list[Judged]:
    aspects = MATCHER.aspects(question)
    return [judge_unit(question, unit, aspects, MATCHER) for unit in all_units(make_report(*texts))]


def first(unit: Unit) -> SentenceScore:
    return SentenceScore(0.9, 0.0, READ_CLOSELY) if unit.text == LATE else SentenceScore(0.05, -3.0, READ_CLOSELY)


def by_name(question: str, *texts: str) -> list[dict[str, float]]:
    asked = question_of(question)
    return [dict(zip(NAMES, row, strict=True)) for row in signals(asked, judged(asked, *texts), first).tolist()]


def test_a_reason_counts_where_one_is_asked_for() -> None:
    why, other = by_name("Vì sao trường tiểu học chậm?", LATE, OTHER)
    assert (why["why"], why["reason for why"], why["reason unasked"], other["reason for why"]) == (1, 1, 0, 0)
    which, _ = by_name("Doanh nghiệp nào làm chậm trường tiểu học?", LATE, OTHER)
    assert (which["why"], which["reason for why"], which["reason unasked"]) == (0, 0, 1)


def test_names_count_for_who_and_which() -> None:
    text = "Trưởng ban là ông Trần Văn Khánh của Công ty Hưng Cúc."
    who, which = by_name("Ai là trưởng ban?", text)[0], by_name("Công ty nào có trưởng ban?", text)[0]
    assert who["names"] == who["names for person or place"] == 6
    assert (who["person"], who["names for which"]) == (1, 0)
    assert (which["names for person or place"], which["names for which"]) == (0, 6)


def test_what_is_behind_the_best_is_told() -> None:
    best, other = by_name("Vì sao trường tiểu học chậm?", LATE, OTHER)
    assert (best["behind"], best["first"], other["behind"], other["first"]) == (0, 1, -3, 0)
    assert best["coverage behind"] == 0 > other["coverage behind"]


def test_only_sentences_of_passages_read_closely_are_looked_at() -> None:
    found = judged(question_of("Vì sao trường tiểu học chậm?"), LATE, OTHER)
    assert considered(found, lambda unit: UNSCORED) == []
    assert [j.unit.text for j in considered(found, first)] == [LATE, OTHER]
    many = judged(question_of("Vì sao trường tiểu học chậm?"), *(f"Đoạn số {n} nói về trường." for n in range(LOOKED_AT + 9)))
    assert len(considered(many, first)) == LOOKED_AT


def test_what_is_told_of_another_year_is_not() -> None:
    question = question_of("Vì sao trường tiểu học chậm năm 2019?")
    units = all_units(make_report(LATE, period=Period(2022)))
    found = [judge_unit(question, unit, MATCHER.aspects(question), MATCHER) for unit in units]
    assert considered(found, first) == []


def test_chances_are_shares_and_leave_one_for_no_answer() -> None:
    question = question_of("Vì sao trường tiểu học chậm?")
    found = chances(question, judged(question, LATE, OTHER), first)
    assert found[0] > found[1] > 0
    assert sum(found) < 1
    assert chances(question, [], first) == []


def test_a_signal_far_outside_what_was_seen_counts_no_more_than_the_clamp() -> None:
    one = np.ones(2, np.float32)
    learned = Weights(0 * one, one, one, 0.0)
    assert scored(np.array([[1e9, 0.0], [-1e9, 1.0]], np.float32), learned).tolist() == [CLAMP, 1 - CLAMP]


def test_the_weights_are_of_the_signals_there_are() -> None:
    learned = load()
    assert learned.mean.shape == learned.spread.shape == learned.weights.shape == (len(NAMES),)
    assert (learned.spread > 0).all()


REPORT = """# BÁO CÁO

Kết quả năm 2022 của xã Hải Đông

Xã có ba trường học, mười hai lớp.

Trường tiểu học chậm ba tháng do nhà thầu thiếu cát san lấp.

Đường liên thôn dài 2,4 km đã xong trong tháng 6.

Công ty Hưng Cúc bao tiêu toàn bộ lúa của xã, giá 8.200 đồng một kg.

Đội văn nghệ biểu diễn tám buổi trong năm.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("worded")
    (folder / "hai-dong.md").write_text(REPORT, "utf-8")
    with Library.open(folder / "library", settings=load_settings(directory=folder / "library")) as library:
        library.add([folder / "hai-dong.md"])
        library.read_closely()
        yield load_assistant(library)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Vì sao trường tiểu học chậm ba tháng?", "Trường tiểu học chậm ba tháng do nhà thầu thiếu cát san lấp."),
        ("Why is the primary school three months late?", "Trường tiểu học chậm ba tháng do nhà thầu thiếu cát san lấp."),
        ("Doanh nghiệp nào bao tiêu lúa của xã?", "Công ty Hưng Cúc bao tiêu toàn bộ lúa của xã, giá 8.200 đồng một kg."),
        ("Vì sao chợ trung tâm đóng cửa?", None),
        ("Doanh nghiệp nào thu mua cá?", None),
    ],
)
def test_the_sentence_that_says_it_answers_or_none_does(assistant: Assistant, question: str, quote: str | None) -> None:
    answer = assistant.answer(question)
    assert answer.answered == (quote is not None)
    if quote is not None:
        assert answer.citations[0].quote == quote
