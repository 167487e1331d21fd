"""Counting what was asked for in the forward index: every count is compared with one made of the words themselves."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from index.finder import Finder, Lookup
from index.forward import BEGINS, VERSION, Forward, forms, forward_of
from index.query import Asked, Sought
from index.scoring import K1, USUAL_LENGTH, USUAL_SENTENCE_LENGTH, B, WordScorer

TEXTS = [
    "Tỷ lệ hộ dân dùng nước sạch đạt 85,1%. Nước sạch về thôn. Hộ nghèo còn 2%.",
    "Households use clean water; Household shares rose. WATER is clean",
    "nuoc sach, nước sach; nước. Sạch",
    "",
    "…",
    "Thuỷ lợi và thủy lợi: 9/12 vụ, nước nước sạch sạch.",
]
SPELLINGS = {"text": 0, "folded": 1, "stems": 2}
PAIRS = {"pairs": 0, "folded_pairs": 1, "stem_pairs": 2}


def counted(text: str, field: str, term: str) -> int:
    """How often a term of one field stands in a text, counted in its strings."""
    if field in SPELLINGS:
        return forms(text)[SPELLINGS[field]].count(term)
    return [f"{a}_{b}" for a, b in pairwise(forms(text)[PAIRS[field]])].count(term)


TERMS = [
    *(("text", word) for word in ("nước", "sạch", "nuoc", "9/12", "thủy", "khác")),
    *(("folded", word) for word in ("nuoc", "sach", "household")),
    *(("stems", word) for word in ("household", "water", "nuoc")),
    *(("pairs", pair) for pair in ("nước_sạch", "thủy_lợi", "nước_nước")),
    ("folded_pairs", "nuoc_sach"),
    *(("stem_pairs", pair) for pair in ("clean_water", "water_clean")),
]


@pytest.mark.parametrize(("field", "term"), TERMS)
def test_each_term_is_counted_as_in_the_words_themselves(field: str, term: str) -> None:
    found, lengths = Finder([Asked("x", 1.0, (Sought(field, term, 0.5),))]).count([forward_of("", text).words for text in TEXTS])
    assert found[:, 0].tolist() == [0.5 * counted(text, field, term) for text in TEXTS]
    assert lengths.tolist() == [len(forms(text)[0]) for text in TEXTS]


def test_many_terms_at_once_are_summed_by_asked_word() -> None:
    words = ["nước", "sạch", "hộ", "nghèo", "nuoc", "sach", "water", "clean", "households", "9/12", "thủy", "lợi"]
    chance = random.Random(7)
    texts = [" ".join(chance.choices(words, k=chance.randint(0, 60))) for _ in range(40)]
    for _ in range(20):
        asked = [
            Asked(str(i), 1.0, tuple(Sought(*term, chance.random()) for term in chance.sample(TERMS, chance.randint(1, 6))))
            for i in range(chance.randint(1, 8))
        ]
        found, _ = Finder(asked).count([forward_of("", text).words for text in texts])
        expected = [[sum(s.share * counted(text, s.field, s.term) for s in a.sought) for a in asked] for text in texts]
        assert found == pytest.approx(np.array(expected))


def test_a_phrase_counts_when_all_its_pairs_stand_in_one_text() -> None:
    phrase = Sought("pairs", "hộ_dân dân_dùng dùng_nước", 1.0)
    texts = ["hộ dân dùng nước", "hộ dân. Họ dùng nước", "hộ dân dùng nước, hộ dân dùng nước và hộ dân", ""]
    found, _ = Finder([Asked("hộ dân dùng nước", 1.0, (phrase,))]).count([forward_of("", text).words for text in texts])
    assert found[:, 0].tolist() == [1, 0, 2, 0]


def test_sentences_are_counted_apart_and_pairs_do_not_cross_them() -> None:
    text = "Hộ dùng nước. Sạch là tốt. Dùng nước sạch!"
    finder = Finder(
        [Asked("nước sạch", 1.0, (Sought("pairs", "nước_sạch", 1.0),)), Asked("nước", 1.0, (Sought("text", "nước", 1.0),))]
    )
    found, lengths, of = finder.count_sentences(
        [forward_of("", "Nước.").words, forward_of("", "").words, forward_of("", text).words]
    )
    assert found.tolist() == [[0, 1], [0, 1], [0, 0], [1, 1]]
    assert (lengths.tolist(), of.tolist()) == ([1, 3, 3, 3], [0, 2, 2, 2])
    assert finder.count([forward_of("", text).words])[0].tolist() == [[2, 2]]  # in the whole text they are neighbours


def test_nothing_asked_and_nothing_to_read() -> None:
    assert Finder([]).count([forward_of("", "nước").words])[0].shape == (1, 0)
    found, lengths = Finder([Asked("x", 1.0, (Sought("text", "x", 1.0),))]).count([])
    assert (found.shape, lengths.shape) == ((0, 1), (0,))


def test_a_lookup_finds_the_known_numbers_only() -> None:
    numbers = np.array([5, 9, 5, 5 + (1 << 17), 0, 2**32 - 1], np.uint32)
    at, values = Lookup({5: 50, 2**32 - 1: 7}).find(numbers)
    assert (at.tolist(), values.tolist()) == ([0, 2, 5], [50, 50, 7])
    assert Lookup({}).find(numbers)[0].tolist() == []


class Words:
    """A word index of ten passages of which two hold any term."""

    count = 10

    def document_frequency(self, field: str, term: str) -> int:
        return 2


def test_scores_are_bm25_with_headings_and_neighbours_counting_for_less() -> None:
    scorer = WordScorer([Asked("nước", 2.0, (Sought("text", "nước", 1.0),))], Words())  # type: ignore[arg-type]
    idf = np.log1p(8.5 / 2.5)

    def bm25(frequency: float, length: float) -> float:
        return float(2 * idf * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length)))

    one = forward_of("Nước sạch", "Có nước và nước. Rồi nước về nhiều nơi khác nữa.")
    beside = forward_of("Nước", "Nước đây")
    [alone] = scorer.passages([one])
    [together] = scorer.passages([one], [[beside, beside]])
    assert alone == pytest.approx(bm25(3 + 0.6, (11 + 0.6 * 2) / USUAL_LENGTH))
    assert together == pytest.approx(bm25(3 + 0.6 + 2 * 0.3, (11 + 0.6 * 2 + 2 * 0.3 * 2) / USUAL_LENGTH))
    assert scorer.best_sentences([one, forward_of("Nước", "")]) == pytest.approx([bm25(2, 4 / USUAL_SENTENCE_LENGTH), 0])


def test_the_forward_index_says_where_sentences_begin() -> None:
    text = "Một hai. Ba bốn năm!\n---\nSáu"
    made = forward_of("Tiêu đề", text)
    numbers = np.frombuffer(made.words, "<u4").reshape(-1, 2)
    assert (numbers[:, 0] & BEGINS).tolist() == [1, 0, 1, 0, 0, 1]
    bounds = np.frombuffer(made.sentences, "<u4").reshape(-1, 2)
    assert [text[start:end] for start, end in bounds] == ["Một hai.", "Ba bốn năm!", "---", "Sáu"]
    assert len(made.heading) == 2 * 8
    assert forward_of("", "") == Forward(b"", b"", b"")


def test_words_have_the_same_numbers_in_every_process() -> None:
    """They are kept on disk: a change of them needs a new VERSION."""
    expected = "1db579a0f06676ee68ec81aed42e16000cbed51a397aa5f4ca3b0699feff7677"
    assert (VERSION, forward_of("", "Hoà sharing 2%").words.hex()) == (1, expected)
