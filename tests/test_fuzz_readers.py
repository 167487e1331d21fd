"""A slice of eval/fuzz_readers.py: broken and hostile files come back as text or as a clear error, and leave nothing outside."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from library_fakes import HashingEmbedder

from eval.fuzz_mutations import MUTATIONS, TOKEN
from eval.fuzz_readers import REPORT, SUFFIXES, Outcome, broken_files, good_files, run, sandbox, snapshot, table
from eval.report_files import make
from index import Library
from index.errors import ReadError
from index.read import read_bytes
from index.records import AddResult

FORMATS = ("txt", "tcvn3", "md", "html", "csv", "docx", "pdf", "xlsx", "pptx", "zip")


@pytest.fixture(scope="module")
def good() -> dict[str, bytes]:
    return good_files(FORMATS)


def test_a_slice_of_the_broken_files(good: dict[str, bytes]) -> None:
    outcomes, outside = run(good, 160, seed=3, seconds=30)
    assert [outcome for outcome in outcomes if outcome.what.startswith("not a ReadError") or outcome.what == "ReaderStopped"] == []
    assert outside == []
    kinds = Counter(outcome.what for outcome in outcomes)
    assert kinds["read"] > 20  # the mutations leave something to read
    assert len(kinds) >= 5


def test_the_same_seed_makes_the_same_files(good: dict[str, bytes]) -> None:
    first, again, other = (list(broken_files(good, 40, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("mutation", ["path traversal", "zip bomb", "archives nested", "entities exploding"])
@pytest.mark.parametrize("format", ["docx", "xlsx", "pptx", "zip"])
def test_hostile_archives_are_read_or_refused_in_time(good: dict[str, bytes], format: str, mutation: str, tmp_path: Path) -> None:
    with sandbox(tmp_path) as work:
        before = snapshot(tmp_path)
        for seed in range(3):
            data = MUTATIONS[mutation](good[format], Random(seed))
            try:
                document = read_bytes(data, name=f"bc.{format}")
            except ReadError as error:
                shown = error.message("vi")
                named = f"bc.{format}" in shown
            else:
                shown, named = document.text, True
            assert named
            assert len(shown) < 100_000
            assert "root:" not in shown  # /etc/passwd as an entity
        assert snapshot(tmp_path) == before
        assert list(work.iterdir()) == []


def test_one_broken_file_never_stops_a_batch(good: dict[str, bytes], tmp_path: Path, embedder: HashingEmbedder) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    whole = []
    for number, broken in enumerate(broken_files(good, 40, seed=5)):
        (folder / broken.name).write_bytes(broken.data)
        if number % 10 == 0:
            whole.append(folder / f"{number:05}-z.{SUFFIXES.get('docx', 'docx')}")
            whole[-1].write_bytes(make("docx", [*REPORT, (0, f"Bản số {number}.")]))
    told: list[AddResult] = []
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        told = library.add([folder])
        assert library.check() == []
    by_path = {result.path: result for result in told}
    assert [by_path[str(path)].status for path in whole] == ["added"] * len(whole)
    failed = [result for result in told if result.status == "failed"]
    assert failed
    assert all(isinstance(result.error, ReadError) and Path(result.path).name in str(result.error) for result in failed)


def test_what_is_written_outside_is_noticed(tmp_path: Path) -> None:
    with sandbox(tmp_path) as work:
        before = snapshot(tmp_path)
        (work / "../../escaped.txt").write_text("x", encoding="utf-8")
        assert set(snapshot(tmp_path)) - set(before) == {"a/b/escaped.txt"}


def test_hostile_names_are_in_the_archives_made(good: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(MUTATIONS["path traversal"](good["zip"], Random(1)))) as archive:
        assert any(TOKEN in name for name in archive.namelist())


def test_the_table_counts_by_format() -> None:
    shown = table([Outcome("pdf", "truncated", "a", "read", 0.5), Outcome("pdf", "truncated", "b", "FileDamaged", 1.5)])
    assert shown.splitlines()[-1].split() == ["all", "2", "1", "1", "1.5"]
