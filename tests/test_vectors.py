from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import LibraryDamaged
from index.vectors import VectorIndex

CHILD = """
import sys, numpy as np
from pathlib import Path
from index.vectors import VectorIndex
first, count = int(sys.argv[2]), int(sys.argv[3])
index = VectorIndex.open(Path(sys.argv[1]), 8)
keys = list(range(first, first + count))
rows = np.random.default_rng(first).normal(size=(count, 8)).astype(np.float32)
index.add(keys, rows, ["other"] * count)
"""


def unit(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    vectors = VectorIndex.open(tmp_path / "vectors", 8, create=True)
    yield vectors
    vectors.close()


def test_nearest_first_by_cosine(index: VectorIndex) -> None:
    rows = unit(250)
    index.add(list(range(1, 251)), rows, ["a"] * 250)
    query = unit(1, seed=9)[0]
    cosines = rows @ query
    expected = [int(i) + 1 for i in np.argsort(-cosines)[:5]]
    found = index.search(query, 5)
    assert [key for key, _ in found] == expected
    assert [score for _, score in found] == pytest.approx([float(cosines[key - 1]) for key in expected], abs=1e-5)
    assert index.count == 250
    assert index.keys() == set(range(1, 251))


def test_reports_restrict(index: VectorIndex) -> None:
    index.add([1, 2, 3], unit(3), ["a", "b", "b"])
    assert {key for key, _ in index.search(unit(3)[0], 9, ["b"])} == {2, 3}
    assert index.search(unit(3)[0], 9, []) == index.search(unit(3)[0], 9, ["none"]) == []


def test_vectors_come_back_in_the_order_asked(index: VectorIndex) -> None:
    rows = unit(3)
    index.add([1, 2, 3], rows, ["a"] * 3)
    assert index.vectors([3, 1, 99, 3]) == pytest.approx(np.stack([rows[2], rows[0], np.zeros(8), rows[2]]), abs=1e-6)
    assert index.vectors([]).shape == (0, 8)


def test_none_of_many_near_equal_vectors_is_missed(index: VectorIndex) -> None:
    """Reports on one template; a graph of neighbours loses the way to some of them once others are deleted and added."""
    rows = unit(40)[:, None, :] + 0.03 * unit(2400, 1).reshape(40, 60, 8)
    rows = (rows / np.linalg.norm(rows, axis=2, keepdims=True)).reshape(-1, 8).astype(np.float32)
    index.add(range(2400), rows, ["a"] * 2400)
    index.delete(range(0, 2400, 3))
    index.add(range(3000, 3800), rows[::3], ["b"] * 800)
    for key, row in zip(range(3000, 3800), rows[::3], strict=True):
        assert index.search(row, 1)[0][0] == key


@pytest.mark.parametrize("full_scan", [0, 20_000])
def test_the_graph_and_the_full_scan_agree(index: VectorIndex, monkeypatch: pytest.MonkeyPatch, full_scan: int) -> None:
    monkeypatch.setattr("index.vectors.FULL_SCAN", full_scan)
    rows = unit(300)
    index.add(range(300), rows, [f"r{i % 3}" for i in range(300)])
    cosines = rows @ rows[7]
    allowed = [i for i in range(300) if i % 3]
    assert [key for key, _ in index.search(rows[7], 6, ["r1", "r2"])] == sorted(allowed, key=lambda i: -cosines[i])[:6]


def test_deleted_vectors_are_gone(index: VectorIndex) -> None:
    index.add([1, 2, 3], unit(3), ["a"] * 3)
    index.delete([2, 77])
    assert {key for key, _ in index.search(unit(3)[1], 9)} == {1, 3}
    index.delete([1, 3])
    assert index.search(unit(3)[1], 9) == []


def test_adding_a_key_again_replaces_it(index: VectorIndex) -> None:
    rows = unit(2)
    index.add([1], rows[:1], ["a"])
    assert index.search(rows[1], 1)[0][1] < 0.999
    index.add([1], rows[1:], ["a"])
    assert index.count == 1
    assert index.search(rows[1], 1)[0][1] == pytest.approx(1.0, abs=1e-5)


def test_two_in_one_process_both_see_another_process_after_reopening(index: VectorIndex, tmp_path: Path) -> None:
    """A client that lives on with another one of the same folder would keep the old state."""
    second = VectorIndex.open(tmp_path / "vectors", 8)
    index.add([1], unit(1), ["a"])
    for vectors in (index, second):
        vectors.search(unit(1)[0], 1)
    subprocess.run([sys.executable, "-c", CHILD, str(tmp_path / "vectors"), "100", "300"], check=True)
    rows = np.random.default_rng(100).normal(size=(300, 8)).astype(np.float32)
    for vectors in (index, second):
        vectors.reopen()
        found = [vectors.search(row, 1)[0][0] for row in rows[::10]]
        assert found == list(range(100, 400, 10))
    second.close()


def test_what_is_missing_or_broken_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match="missing"):
        VectorIndex.open(tmp_path / "nothing", 8)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryDamaged):
        VectorIndex.open(broken, 8)
