"""Words, stems, stop words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import QUESTION_WORDS, STOPWORDS, has_marks, stem, words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Tỷ lệ hộ nghèo", "Tỷ lệ hộ nghèo"),
        ("đạt 96,6%;", "đạt 96,6 %"),
        ("đạt 9/12 chỉ tiêu", "đạt 9/12 chỉ tiêu"),
        ("1.234,5 tỷ đồng", "1.234,5 tỷ đồng"),
        ("Nghị quyết 12/2022/NQ-HĐND ngày 28/12/2022.", "Nghị quyết 12/2022/NQ-HĐND ngày 28/12/2022"),
        ("Covid-19", "Covid 19"),
        ("2021-2025", "2021 2025"),
        ("kinh tế - xã hội", "kinh tế xã hội"),
        ("The province's budget doesn't grow", "The province budget doesn't grow"),
        ("households’ water", "households water"),
        ("45 km2, 12ha", "45 km2 12 ha"),
        ("năm 2022.", "năm 2022"),
        ("H'Mông", "H'Mông"),
        ("| Hộ nghèo | 2,1 |", "Hộ nghèo 2,1"),
        ("", ""),
    ],
)
def test_words(text: str, tokens: str) -> None:
    assert [token.text for token in words(text)] == tokens.split()


@given(st.text())
def test_words_stand_where_they_say_in_order(text: str) -> None:
    end = 0
    for token in words(text):
        assert token.text == text[token.start : token.end]
        assert token.start >= end
        assert not any(char.isspace() for char in token.text)
        end = token.end


@given(st.text(alphabet="aăbđeê ễ19,./%-'"))
def test_no_letter_or_digit_is_lost_but_the_possessive(text: str) -> None:
    kept = "".join(token.text for token in words(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("households", "household"), ("communes", "commune"), ("cities", "city"), ("studies", "study"), ("classes", "class"),
        ("sharing", "share"),
        ("shared", "share"), ("located", "locate"), ("planned", "plan"), ("measures", "measure"), ("reduced", "reduce"),
        ("used", "use"),
        ("using", "use"), ("schools", "School"), ("children", "child"), ("women", "woman"), ("increased", "increasing"),
        ("raised", "raise"),
        ("villages", "village"), ("applied", "apply"), ("stopped", "stop"), ("boxes", "box"), ("connected", "connect"),
    ],
)  # fmt: skip
def test_forms_of_a_word_share_a_stem(first: str, second: str) -> None:
    assert stem(first) == stem(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("poverty", "poor"),
        ("rate", "ratio"),
        ("thue", "thu"),
        ("khoe", "kho"),
        ("nghe", "ngh"),
        ("new", "news"),
        ("nghèo", "ngheo"),
    ],
)
def test_other_words_keep_theirs(first: str, second: str) -> None:
    assert stem(first) != stem(second)


@given(st.text(alphabet="abcdefghiklmnopqrstuvwxyz", min_size=1))
def test_a_stem_is_a_short_form(word: str) -> None:
    assert stem(word.upper()) == stem(word)
    assert stem(word)


@pytest.mark.parametrize(("text", "marked"), [("Hải Đông", True), ("đ", True), ("Hai Dong", False), ("85,1%", False), ("", False)])
def test_has_marks(text: str, marked: bool) -> None:
    assert has_marks(text) is marked


def test_stop_words_hold_both_spellings_and_no_subject() -> None:
    assert {"là", "la", "của", "cua", "bao", "nhiêu", "nhieu", "được", "trong", "năm"} <= STOPWORDS["vi"]
    assert {"tỷ", "lệ", "hộ", "nước", "thu", "chi"}.isdisjoint(STOPWORDS["vi"])
    assert {"the", "of", "what", "how", "is"} <= STOPWORDS["en"]
    assert {"water", "rate", "households", "share"}.isdisjoint(STOPWORDS["en"])
    assert {"dang", "hoi", "tai", "chi", "thi"}.isdisjoint(STOPWORDS["vi"])


def test_question_words() -> None:
    assert {"bao nhiêu", "bao nhieu", "ở đâu", "o dau", "mấy", "khi nào"} <= QUESTION_WORDS["vi"]
    assert {"how many", "how much", "which", "does"} <= QUESTION_WORDS["en"]
