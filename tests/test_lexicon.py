from pathlib import Path

import numpy as np
import pytest

from index.lexicon.lexicon import Lexicon, english_unit, pack, vietnamese_unit
from index.lexicon.train import compounds, learn, make_cells, rows, save


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("water", "nước"),
        ("clean", "sạch"),
        ("insurance", "bảo hiểm"),
        ("students", "học sinh"),
        ("poverty", "nghèo"),
        ("farmers", "nông dân"),
    ],
)
def test_everyday_words_of_reports_are_translated(lexicon: Lexicon, english: str, vietnamese: str) -> None:
    assert vietnamese in [word for word, _ in lexicon.translate(english, "en")[:4]]


@pytest.mark.parametrize(
    ("vietnamese", "english"), [("nước", "water"), ("y tế", "health"), ("học sinh", "student"), ("Hộ", "household")]
)
def test_the_other_direction_gives_english_stems(lexicon: Lexicon, vietnamese: str, english: str) -> None:
    assert english_unit(english) in [word for word, _ in lexicon.translate(vietnamese, "vi")[:4]]


def test_vietnamese_without_diacritics_is_read_as_its_accented_forms(lexicon: Lexicon) -> None:
    assert lexicon.translate("hoc sinh", "vi")[0][0] == english_unit("student")
    forms = lexicon.accented("nuoc")
    assert forms[0][0] == "nước"
    assert sum(share for _, share in forms) == pytest.approx(1)
    assert lexicon.accented("xyzzy") == []


def test_probabilities_are_probabilities_best_first(lexicon: Lexicon) -> None:
    for unit, language in (("water", "en"), ("nước", "vi"), ("tỷ lệ", "vi"), ("rate", "en")):
        shares = [p for _, p in lexicon.translate(unit, language)]
        assert shares == sorted(shares, reverse=True)
        assert min(shares) > 0
        assert sum(shares) <= 1.05  # each is rounded by itself


def test_unknown_words_have_no_translation(lexicon: Lexicon) -> None:
    assert lexicon.translate("xyzzyplugh", "en") == []
    assert lexicon.translate("", "vi") == []
    assert not lexicon.knows("xyzzyplugh", "en")


def test_units_have_one_spelling() -> None:
    assert vietnamese_unit("  Thuỷ  lợi") == vietnamese_unit("thủy lợi") == "thủy lợi"
    assert english_unit("Households") == english_unit("household")


def test_training_finds_the_translations_of_a_toy_corpus(tmp_path: Path) -> None:
    words = {"nhà": "house", "xanh": "blue", "sách": "book", "cũ": "old", "mới": "new"}
    stems = {vi: english_unit(en) for vi, en in words.items()}
    phrases = [[a, b] for a in ("nhà", "sách") for b in ("xanh", "cũ", "mới")]
    pairs = [(phrase, [stems[w] for w in phrase]) for phrase in phrases * 3] + [([vi], [en]) for vi, en in stems.items()]
    cells, vi_at, en_at = make_cells(pairs, compounds([["hà", "nội"]]))
    save(learn(cells, len(vi_at), len(en_at)), vi_at, en_at, tmp_path / "toy.npz")
    toy = Lexicon.load(tmp_path / "toy.npz")
    for vi, en in words.items():
        assert toy.translate(vi, "vi")[0][0] == stems[vi]
        assert toy.translate(en, "en")[0][0] == vi


def test_packed_probabilities_come_back_within_their_steps() -> None:
    table = rows(np.array([0, 0, 1]), np.array([5, 6, 7]), np.array([0.2, 0.7, 0.015]), 2)
    assert [[i for i, _ in row] for row in table] == [[6, 5], [7]]
    starts, to, p = pack(table)
    assert starts.tolist() == [0, 2, 3]
    assert to.tolist() == [6, 5, 7]
    assert (p / 255.0) ** 2 == pytest.approx([0.7, 0.2, 0.015], rel=0.05)
