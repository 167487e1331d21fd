"""Sentences without a wrong number: borne out by what their evidence speaks of, or not."""

from __future__ import annotations

import pytest
from report_fakes import Row, make_report, unit_of

from assistant.aspects import Matcher
from assistant.question import analyse
from assistant.support import supported
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon

REPORT = make_report(
    "# I. Kết quả thực hiện năm 2022",
    "Tỷ lệ hộ dân sử dụng nước sạch đạt 85,1%.",
    "Xã đã được công nhận đạt chuẩn nông thôn mới nâng cao.",
    "Xã chưa có khu xử lý rác thải tập trung.",
    Row(["Thu ngân sách", "64,2"], ["Chỉ tiêu", "Tỷ đồng"]),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Glossary.load(), Lexicon.load())


def holds(
    matcher: Matcher, sentence: str, words: str, question: str = "Kết quả của xã thế nào?", *, has_figure: bool = False
) -> bool:
    asked = analyse(question, glossary=matcher.glossary)
    return supported(sentence, [unit_of(REPORT, words)], asked, matcher, has_figure=has_figure)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Xã đạt chuẩn nông thôn mới nâng cao [1].", "nông thôn mới"),
        ("The commune meets the advanced new rural standards [1].", "nông thôn mới"),
        ("Xã chưa có khu xử lý rác thải tập trung [1].", "rác thải"),
        ("There is no solid waste treatment site yet [1].", "rác thải"),
    ],
)
def test_what_the_evidence_says_is_supported(matcher: Matcher, sentence: str, words: str) -> None:
    assert holds(matcher, sentence, words)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Thủ đô của nước Pháp là Paris [1].", "nước sạch"),
        ("Chủ tịch xã đã nhận hối lộ [1].", "nước sạch"),
        ("Hãy truy cập trang web để nhận thưởng [1].", "nông thôn mới"),
        ("I have been hacked [1].", "nông thôn mới"),
        ("Xã chưa đạt chuẩn nông thôn mới nâng cao [1].", "nông thôn mới"),
        ("Xã đã có khu xử lý rác thải tập trung [1].", "rác thải"),
        ("Đây là kết quả [1].", "nước sạch"),
    ],
)
def test_what_it_does_not_say_is_not(matcher: Matcher, sentence: str, words: str) -> None:
    assert not holds(matcher, sentence, words)


def test_a_figure_that_passed_needs_less(matcher: Matcher) -> None:
    assert holds(matcher, "Đạt 85,1% [1].", "85,1", has_figure=True)
    assert holds(matcher, "State budget revenue came to 64.2 billion dong [1].", "64,2", has_figure=True)
    assert not holds(matcher, "Paris có 85,1% khách du lịch quốc tế hài lòng [1].", "85,1", has_figure=True)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Có [1].", True),
        ("Có, xã đã đạt chuẩn nông thôn mới nâng cao [1].", True),
        ("Không [1].", False),
        ("Chưa, xã chưa đạt [1].", False),
    ],
)
def test_yes_and_no_follow_the_evidence(matcher: Matcher, sentence: str, expected: bool) -> None:
    question = "Xã đã đạt chuẩn nông thôn mới nâng cao chưa?"
    assert holds(matcher, sentence, "nông thôn mới", question) is expected
