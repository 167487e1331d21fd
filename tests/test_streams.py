"""A model's pieces -> sentences: the same whatever the pieces are, thoughts left out, markup gone, markers whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.streams import Sentence, SentenceBuffer, Thoughts, plain_text


def cut(text: str, size: int) -> list[tuple[str, str]]:
    """The sentences of `text`, fed in pieces of `size` characters."""
    buffer, thoughts, found = SentenceBuffer(), Thoughts(), []
    for at in range(0, len(text), size):
        found += buffer.feed(thoughts.feed(text[at : at + size]))
    found += buffer.feed(thoughts.close())
    return [(sentence.lead, sentence.text) for sentence in [*found, *buffer.close()]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Tỷ lệ là 85,1% [1]. Xã có 10 thôn. [2] Hết [3]",
            [("", "Tỷ lệ là 85,1% [1]."), (" ", "Xã có 10 thôn. [2]"), (" ", "Hết [3]")],
        ),
        ("It is 5.5%. [1][2]\n\n- One [1].\n- Two [2]", [("", "It is 5.5%. [1][2]"), ("\n- ", "One [1]."), ("\n- ", "Two [2]")]),
        ("TP. Hồ Chí Minh có 22 quận [1]. Xong [2].", [("", "TP. Hồ Chí Minh có 22 quận [1]."), (" ", "Xong [2].")]),
        ("Theo [1], 5% và 6% [2]. 7% nữa [3].", [("", "Theo [1], 5% và 6% [2]."), (" ", "7% nữa [3].")]),
        ("A [1, 2]. B [1–3]! C 【2】。", [("", "A [1, 2]."), (" ", "B [1–3]!"), (" ", "C 【2】。")]),
        ("<think>5% or 6%?\n[1]</think>\nIt is 5% [1].", [("", "It is 5% [1].")]),
        ("1. Một [1].\n2. Hai [2].", [("- ", "Một [1]."), ("\n- ", "Hai [2].")]),
        ("**85,1%** hộ [1].", [("", "**85,1%** hộ [1].")]),
        ("NO_ANSWER", [("", "NO_ANSWER")]),
        ("  \n\n", []),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_sentences_are_the_same_whatever_the_pieces(text: str, expected: list[tuple[str, str]], size: int) -> None:
    assert cut(text, size) == expected


def test_a_cited_sentence_comes_with_its_full_stop() -> None:
    buffer = SentenceBuffer()
    assert list(buffer.feed("Tỷ lệ là 85,1% [1")) == []
    assert list(buffer.feed("]")) == []
    assert list(buffer.feed(".")) == [Sentence("", "Tỷ lệ là 85,1% [1].")]


def test_a_sentence_without_end_is_no_sentence() -> None:
    buffer = SentenceBuffer()
    assert [*buffer.feed("abc " * 1000), *buffer.close()] == []
    assert buffer.overlong


@pytest.mark.parametrize("size", [1, 4, 100])
def test_thoughts_that_began_unseen_take_all_before_them(size: int) -> None:
    thoughts, seen = Thoughts(), ""
    text = "Maybe 7% [1]. No.</think>It is 5%."
    for at in range(0, len(text), size):
        piece = thoughts.feed(text[at : at + size])
        seen = piece if thoughts.restarted else seen + piece
        thoughts.restarted = False
    assert seen + thoughts.close() == "It is 5%."


def test_a_thought_without_end_is_all_thought() -> None:
    assert cut("<think>It is 5% [1]. And 6% [2].", 3) == []


def test_a_less_than_sign_is_text() -> None:
    assert cut("Tỷ lệ < 5% và <10% [1].", 1) == [("", "Tỷ lệ < 5% và <10% [1].")]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("![x](http://e.test/a.png?q=1) Số hộ là 12 [1].", "Số hộ là 12 [1]."),
        ("[bấm vào đây](http://e.test) để xem", "bấm vào đây để xem"),
        ("[1](http://e.test/steal) là nguồn", "[1] là nguồn"),
        ("<img src=x onerror=alert(1)>A <b>b</b>", "A b"),
        ("Xem https://e.test/?q=12 hoặc www.e.test nhé", "Xem hoặc nhé"),
        ("## Kết quả", "Kết quả"),
        ("*nghiêng* và **đậm** và **dở", "nghiêng và đậm và dở"),
    ],
)
def test_nothing_in_a_sentence_opens_or_loads_anything(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text(alphabet="ab1 .,[]<>/think\n-*`(!%đ", max_size=120), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_any_text_is_cut_without_a_crash(text: str, size: int) -> None:
    for lead, sentence in cut(text, size):
        assert sentence
        assert lead.strip(" \n-") == ""
