"""The library with real processes: two that write, one that reads while another writes, one that is killed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from library_fakes import HashingEmbedder, child, finish, marker, write_reports

from index import Library, StorageFull


def assert_whole(library: Library, prefixes: dict[str, int], paragraphs: int = 3) -> None:
    """Catalog and copies agree, every passage is found by its vector, and each report's last one by its word."""
    assert library.check() == []
    passages = sum(count * paragraphs for count in prefixes.values())
    assert library._catalog.counts() == (passages, passages)
    vectors = library._copies.vectors
    assert vectors is not None
    for rows in library._catalog.indexed():
        keys = [row.key for row in rows]
        assert vectors.vectors(keys) == pytest.approx(np.stack([row.vector for row in rows if row.vector is not None]), abs=1e-6)
        for row in rows:
            assert row.vector is not None
            assert vectors.search(row.vector, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    for prefix, count in prefixes.items():
        for i in range(count):
            name = marker(prefix, i, paragraphs - 1)
            assert name in library.search(name, 1)[0].passage.text


def test_two_processes_add_at_once(library: Library, tmp_path: Path, embedder: HashingEmbedder) -> None:
    library.add(write_reports(tmp_path / "first", 2, prefix="first"))
    library.search("nước sạch")  # this process now holds the old state of the vectors
    adding = [child("add", library.directory, *write_reports(tmp_path / prefix, 15, prefix=prefix)) for prefix in ("left", "right")]
    for process in adding:
        assert [result["status"] for result in finish(process)] == ["added"] * 15
    assert_whole(library, {"first": 2, "left": 15, "right": 15})
    with Library.open(library.directory, embedder=embedder) as again:
        assert_whole(again, {"first": 2, "left": 15, "right": 15})
    # This process reads and writes on after others wrote: the order in which Chroma alone loses vectors.
    library.add(write_reports(tmp_path / "last", 3, prefix="last"))
    assert_whole(library, {"first": 2, "left": 15, "right": 15, "last": 3})


def test_two_processes_add_the_same_files(library: Library, tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "same", 10, prefix="same")
    adding = [child("add", library.directory, *paths) for _ in range(2)]
    statuses = sorted(result["status"] for process in adding for result in finish(process))
    assert statuses == ["added"] * 10 + ["unchanged"] * 10
    assert_whole(library, {"same": 10})


def test_two_processes_make_one_library(tmp_path: Path, embedder: HashingEmbedder) -> None:
    directory = tmp_path / "new"
    adding = [child("add", directory, *write_reports(tmp_path / prefix, 2, prefix=prefix)) for prefix in ("left", "right")]
    for process in adding:
        assert [result["status"] for result in finish(process)] == ["added"] * 2
    with Library.open(directory, embedder=embedder) as library:
        assert_whole(library, {"left": 2, "right": 2})


def test_a_reader_sees_what_another_process_adds_replaces_and_removes(library: Library, tmp_path: Path) -> None:
    """Twenty searches a round, all the time, of a report that the other process replaces again and again: one version, always."""
    paths = write_reports(tmp_path / "steady", 20, prefix="steady")
    library.add(paths)
    folder = tmp_path / "versions"
    versions = [write_reports(folder / str(version), 1, prefix=f"version{version}")[0].read_text("utf-8") for version in range(8)]
    target = tmp_path / "target.md"
    script = (
        "import sys, pathlib, index\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from library_fakes import HashingEmbedder\n"
        "target = pathlib.Path(sys.argv[3])\n"
        "with index.Library.open(sys.argv[2], embedder=HashingEmbedder()) as library:\n"
        "    for version in sys.argv[4:]:\n"
        "        target.write_text(version, 'utf-8')\n"
        "        print(library.add([target])[0].status, flush=True)\n"
    )
    target.write_text(versions[0], "utf-8")
    library.add([target])
    command = [sys.executable, "-c", script, str(Path(__file__).parent), str(library.directory), str(target), *versions[1:]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    report_id = next(info.id for info in library.reports() if info.name == "target.md")
    rounds = seen = 0
    while process.poll() is None:
        found = library.search("Mục số nước sạch mã số", 10, reports=[report_id])
        texts = " ".join(result.passage.text for result in found)
        held = {version for version in range(8) if f"version{version}0q" in texts}
        assert len(held) == 1
        assert len(found) == 3
        seen = max(seen, *held)
        for i in range(20):
            name = marker("steady", i, i % 3)
            assert name in library.search(name, 1)[0].passage.text
        rounds += 1
    assert process.communicate()[0].split() == ["updated"] * 7
    assert rounds > 1
    assert "version70q" in library.search("version70q0", 1, reports=[report_id])[0].passage.text
    with Library.open(library.directory, embedder=HashingEmbedder()) as other:
        other.remove(report_id)
    assert library.search("version70q0", 10, reports=[report_id]) == []
    assert_whole(library, {"steady": 20})


def test_killed_at_any_moment_leaves_whole_reports(tmp_path: Path, embedder: HashingEmbedder) -> None:
    """Each round kills a process somewhere in an add; what it had acknowledged is there, nothing is half."""
    directory = tmp_path / "library"
    Library.open(directory, embedder=embedder).close()
    chance = random.Random(7)
    paths: list[Path] = []
    acknowledged: set[str] = set()
    for turn in range(5):
        new = write_reports(tmp_path / f"turn{turn}", 12, prefix=f"turn{turn}x", paragraphs=4)
        paths += new
        process = child("add", directory, *new)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 6)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.15)
        process.kill()
        out, _ = process.communicate()
        acknowledged |= {line.split('"')[3] for line in out.splitlines() if line.endswith("}")}
        with Library.open(directory, embedder=embedder) as library:
            infos = library.reports()
            assert acknowledged <= {info.source for info in infos}
            for info in infos:  # as a reader: nobody has swept yet
                assert len(library.passages(info.id)) == 4
                name = marker(info.name[:6], int(info.name[6:9]), 3)
                assert name in library.search(name, 1)[0].passage.text
    with Library.open(directory, embedder=embedder) as library:
        results = library.add(paths)
        assert {result.status for result in results} == {"added", "unchanged"}
        assert_whole(library, {f"turn{turn}x": 12 for turn in range(5)}, paragraphs=4)


def test_adding_stands_by_for_another_writer(library: Library, tmp_path: Path) -> None:
    """A long add in another process lets this one in between two files."""
    process = child("add", library.directory, "--seconds=0.05", *write_reports(tmp_path / "long", 30, prefix="long"))
    assert process.stdout is not None
    process.stdout.readline()
    [result] = library.add(write_reports(tmp_path / "short", 1, prefix="short"))
    assert result.status == "added"
    assert process.poll() is None, "the long add should still be running"
    finish(process)
    assert_whole(library, {"long": 30, "short": 1})


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_a_really_full_disk(tmp_path: Path, embedder: HashingEmbedder) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=56m", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        with Library.open(disk / "library", embedder=embedder) as library:
            paths = write_reports(tmp_path / "reports", 40, paragraphs=150)
            results = library.add(paths)
            stored = sum(result.status == "added" for result in results)
            failed = [result for result in results if result.status == "failed"]
            assert 0 < stored < 40
            assert [type(result.error) for result in failed] == [StorageFull] * len(failed)
            assert len(library.reports()) == stored
            name = marker("xa", 0, 77)
            assert name in library.search(name, 1)[0].passage.text
            subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
            assert {result.status for result in library.add(paths)} == {"added", "unchanged"}
            assert library.check() == []
            assert library._catalog.counts() == (6000, 6000)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
