from __future__ import annotations

import math
from pathlib import Path

import pytest

from index import LibraryDamaged
from index.words import WordIndex

FIELDS = ("text", "folded")
ROWS = [
    (1, "a", {"text": "nước sạch nông thôn", "folded": "nuoc sach nong thon"}),
    (2, "a", {"text": "hộ nghèo giảm", "folded": "ho ngheo giam"}),
    (3, "b", {"text": "nước mắm nước mắm", "folded": "nuoc mam nuoc mam"}),
    (4, "b", {"text": "thu ngân sách 85,1 %", "folded": "thu ngan sach 85,1 %"}),
]


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    words = WordIndex.open(tmp_path / "words", FIELDS, create=True)
    words.add(ROWS)
    return words


def bm25(frequency: int, length: int, documents: int, count: int, average: float) -> float:
    """k1 = 1.2, b = 0.75."""
    idf = math.log(1 + (count - documents + 0.5) / (documents + 0.5))
    return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))


def test_a_score_is_bm25(index: WordIndex) -> None:
    average = (4 + 3 + 4 + 5) / 4
    found = dict(index.search([("text", "nước", 1.0)], 10))
    assert found == pytest.approx({1: bm25(1, 4, 2, 4, average), 3: bm25(2, 4, 2, 4, average)}, rel=1e-5)


def test_boosts_multiply_and_clauses_add(index: WordIndex) -> None:
    single = dict(index.search([("text", "nước", 1.0)], 10))
    other = dict(index.search([("folded", "sach", 1.0)], 10))
    both = dict(index.search([("text", "nước", 2.5), ("folded", "sach", 0.5)], 10))
    assert both[1] == pytest.approx(2.5 * single[1] + 0.5 * other[1], rel=1e-5)
    assert both[3] == pytest.approx(2.5 * single[3], rel=1e-5)
    assert both[4] == pytest.approx(0.5 * other[4], rel=1e-5)


def test_best_first_and_no_more_than_asked(index: WordIndex) -> None:
    assert [key for key, _ in index.search([("text", "nước", 1.0), ("text", "mắm", 1.0)], 10)] == [3, 1]
    assert len(index.search([("text", "nước", 1.0)], 1)) == 1


def test_reports_restrict_without_touching_scores(index: WordIndex) -> None:
    free = dict(index.search([("text", "nước", 1.0)], 10))
    assert index.search([("text", "nước", 1.0)], 10, ["a", "no such"]) == [(1, pytest.approx(free[1]))]
    assert index.search([("text", "nước", 1.0)], 10, []) == []


def test_tokens_are_kept_whole(index: WordIndex) -> None:
    assert [key for key, _ in index.search([("text", "85,1", 1.0)], 10)] == [4]
    assert index.search([("text", "85", 1.0)], 10) == []
    assert index.search([("text", "Nước", 1.0)], 10) == []


def test_nothing_asked_finds_nothing(index: WordIndex) -> None:
    assert index.search([], 10) == index.search([("text", "nước", 0.0)], 10) == index.search([("text", "nước", 1.0)], 0) == []


def test_document_frequency(index: WordIndex) -> None:
    assert [index.document_frequency("text", term) for term in ("nước", "mắm", "không")] == [2, 1, 0]


def test_deleted_passages_are_gone_and_others_stay(index: WordIndex) -> None:
    index.delete([3, 99])
    assert (index.count, [key for key, _ in index.search([("text", "nước", 1.0)], 10)]) == (3, [1])


def test_what_was_written_is_there_again(index: WordIndex, tmp_path: Path) -> None:
    again = WordIndex.open(tmp_path / "words", FIELDS)
    assert again.count == 4
    index.add([(5, "c", {"text": "mới"})])
    assert again.count == 4
    again.reload()
    assert again.search([("text", "mới", 1.0)], 1)[0][0] == 5


def test_a_failed_add_leaves_nothing(index: WordIndex) -> None:
    def rows():  # type: ignore[no-untyped-def]
        yield ROWS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.add(rows())
    assert index.count == 4
    index.add([(6, "c", {"text": "sau"})])
    assert index.count == 5


def test_a_missing_or_different_index_is_damaged(index: WordIndex, tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match="missing"):
        WordIndex.open(tmp_path / "nothing", FIELDS)
    with pytest.raises(LibraryDamaged):
        WordIndex.open(tmp_path / "words", ("text", "other"))
    (tmp_path / "words" / "meta.json").write_text("{")
    with pytest.raises(LibraryDamaged):
        WordIndex.open(tmp_path / "words", FIELDS)
