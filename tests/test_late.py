"""Likeness of a question's tokens and a passage's, by the bundled model's own vectors."""

from __future__ import annotations

import numpy as np
import pytest

from index.embed import BUNDLED_PATH, StaticEmbedder
from index.late import likeness


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder.load(BUNDLED_PATH)


def test_the_best_sentence_is_the_nearest_by_the_vectors_of_whole_sentences(embedder: StaticEmbedder) -> None:
    passages = [["Nước sạch về thôn.", "Trường có 620 học sinh."], ["Lúa mùa 420 ha."]]
    query = "How many pupils are there?"
    found = likeness(embedder, query, passages, ["", ""])
    expected = [max(embedder.embed_passages(sentences) @ embedder.embed_query(query)) for sentences in passages]
    assert found.sentence == pytest.approx(expected, abs=1e-5)


def test_tokens_meet_their_like_one_by_one(embedder: StaticEmbedder) -> None:
    query, texts = "clean water", ["Hộ dùng nước sạch.", "Lúa mùa 420 ha."]
    found = likeness(embedder, query, [[text] for text in texts], ["", ""])
    asked = embedder.rows(embedder.tokens([query])[0])
    weights = np.linalg.norm(asked, axis=1)
    for i, text in enumerate(texts):
        rows = embedder.rows(embedder.tokens([text])[0])
        cosines = (asked / weights[:, None]) @ (rows / np.linalg.norm(rows, axis=1, keepdims=True)).T
        assert found.passage_tokens[i] == pytest.approx(float(cosines.max(axis=1) @ weights / weights.sum()), abs=1e-5)
    assert found.passage_tokens == pytest.approx(found.sentence_tokens)  # of one sentence each
    assert found.passage_tokens[0] > found.passage_tokens[1]


def test_headings_count_for_the_passage_and_not_for_its_sentences(embedder: StaticEmbedder) -> None:
    bare = likeness(embedder, "nước sạch Hải Đông", [["Nước sạch đạt 85%."]], [""])
    under = likeness(embedder, "nước sạch Hải Đông", [["Nước sạch đạt 85%."]], ["Báo cáo xã Hải Đông"])
    assert under.passage_tokens[0] > bare.passage_tokens[0] + 0.1
    assert under.sentence_tokens == pytest.approx(bare.sentence_tokens)
    assert under.sentence == pytest.approx(bare.sentence)


@pytest.mark.parametrize(
    ("query", "passages"), [("nước", []), ("nước", [[], ["…"]]), ("?", [["Nước."], []]), ("", [["Nước."], []])]
)
def test_what_holds_no_word_is_like_nothing(embedder: StaticEmbedder, query: str, passages: list[list[str]]) -> None:
    found = likeness(embedder, query, passages, [""] * len(passages))
    for values in (found.sentence, found.passage_tokens, found.sentence_tokens):
        assert values.tolist() == [0.0] * len(passages)


def test_passages_without_words_keep_their_place(embedder: StaticEmbedder) -> None:
    found = likeness(embedder, "nước sạch", [["…"], ["Nước sạch."], [], ["Lúa."]], [""] * 4)
    assert found.sentence[0] == found.sentence[2] == 0
    assert found.sentence[1] == pytest.approx(1, abs=0.05)
