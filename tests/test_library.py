"""The library as one process sees it; other processes are in test_library_processes.py."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from library_fakes import HashingEmbedder, marker, write_reports

import index
from index import (
    AddProgress,
    FileDamaged,
    FileEmpty,
    FileForbidden,
    FileMissing,
    FileTooLarge,
    FormatUnsupported,
    Library,
    LibraryDamaged,
    LibraryMismatch,
    LibraryVersion,
    ReportNotFound,
    Settings,
    StorageFull,
)
from index.search import embedding_text

HAI_DONG = "# Báo cáo xã Hải Đông năm 2022\n\n## I. Kết quả\n\nTỷ lệ hộ dân dùng nước sạch là {value}%. Hộ nghèo còn 2,1%.\n"
HAI_TIEN = "# Báo cáo xã Hải Tiến năm 2022\n\n## I. Kết quả\n\nTỷ lệ hộ dân dùng nước sạch là {value}%. Hộ nghèo còn 3,3%.\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def stored(library: Library) -> tuple[int, int, int]:
    """Passages in the catalog, the word index and the vector index."""
    assert library.check() == []
    assert library._copies.vectors is not None
    return library._catalog.counts()[0], library._copies.words.count, library._copies.vectors.count


def test_the_surface_is_what_it_says() -> None:
    assert sorted(index.__all__) == index.__all__
    for name in index.__all__:
        assert getattr(index, name).__name__ == name or name in ("Language",)
    with pytest.raises(AttributeError, match="Nothing"):
        _ = index.Nothing


def test_a_report_is_added_found_read_and_removed(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "hai-dong.md", HAI_DONG.format(value="85,1"))
    [result] = library.add([path])
    assert result.status == "added"
    assert result.report is not None
    assert library.reports() == [result.report]
    info = result.report
    assert (info.name, info.source, info.format, info.language) == ("hai-dong.md", str(path), "md", "vi")
    assert len(info.id) == 12
    report = library.report(info.id)
    [found] = library.search("tỷ lệ hộ dùng nước sạch", k=1)
    passage = found.passage
    assert passage in library.passages(info.id)
    assert passage.text == report.text[passage.start : passage.end]
    assert "85,1%" in passage.text
    assert passage.heading == "I. Kết quả"
    assert stored(library) == (1, 1, 1)
    library.remove(info.id)
    assert library.reports() == library.search("nước sạch") == []
    assert stored(library) == (0, 0, 0)
    for ask in (library.report, library.remove, library.passages):
        with pytest.raises(ReportNotFound):
            ask(info.id)


def test_remove_leaves_no_text_on_the_disk(library: Library, tmp_path: Path) -> None:
    [result] = library.add([write(tmp_path / "a.md", "# Báo cáo\n\nMật khẩu là zyxwv.")])
    assert result.report is not None
    library.remove(result.report.id)
    library.close()
    holding = [file.name for file in library.directory.rglob("*") if file.is_file() and b"zyxwv" in file.read_bytes()]
    assert holding == []


def test_adding_twice_changes_nothing(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", HAI_DONG.format(value="85,1"))
    first = library.add([path])[0]
    generation = library.generation
    again = library.add([path])[0]
    copy = library.add([write(tmp_path / "copy.md", path.read_text("utf-8"))])[0]
    upload = library.add([path], names={path: "khác.md"})[0]
    for result in (again, copy, upload):
        assert (result.status, result.report) == ("unchanged", first.report)
    assert library.generation == generation
    assert len(library.reports()) == 1


def test_a_changed_file_replaces_its_old_self(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", HAI_DONG.format(value="85,1"))
    first = library.add([path])[0]
    write(path, HAI_DONG.format(value="91,7"))
    second = library.add([path])[0]
    assert second.status == "updated"
    assert first.report is not None
    assert second.report is not None
    assert second.report.id == first.report.id
    assert [found.passage.text.count("91,7%") for found in library.search("nước sạch")] == [1]
    assert stored(library) == (1, 1, 1)


def test_a_file_that_becomes_like_another_does_not_keep_its_old_text(library: Library, tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.md", HAI_DONG.format(value="85,1")), write(tmp_path / "b.md", HAI_DONG.format(value="60,0"))
    library.add([a, b])
    write(b, a.read_text("utf-8"))
    assert [result.status for result in library.add([a, b])] == ["unchanged", "updated"]
    assert not any("60,0" in found.passage.text for found in library.search("nước sạch"))
    assert [result.status for result in library.add([a, b])] == ["unchanged", "unchanged"]


def test_uploads_of_one_name_from_two_communes_are_both_kept(library: Library, tmp_path: Path) -> None:
    dong, tien = (
        write(tmp_path / "1" / "x", HAI_DONG.format(value="85,1")),
        write(tmp_path / "2" / "x", HAI_TIEN.format(value="60,0")),
    )
    names = {dong: "baocao.md", tien: "baocao.md"}
    assert [result.status for result in library.add([dong, tien], names=names)] == ["added", "added"]
    assert [info.source for info in library.reports()] in (["baocao.md", "baocao.md (2)"], ["baocao.md (2)", "baocao.md"])
    write(tien, HAI_TIEN.format(value="66,6"))
    [result] = library.add([tien], names={str(tien): "baocao.md"})
    assert result.status == "updated"
    assert result.report is not None
    assert result.report.source == "baocao.md (2)"
    texts = " ".join(found.passage.text for found in library.search("nước sạch"))
    assert ("85,1" in texts, "66,6" in texts, "60,0" in texts) == (True, True, False)


def test_an_upload_name_is_only_a_name(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path / "x", HAI_DONG.format(value="85,1"))
    [result] = library.add([path], names={path: "../../etc\\pass\x00wd\n.md"})
    assert result.report is not None
    assert result.report.name == result.report.source == "passwd.md"


def test_folders_are_searched_to_the_bottom(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    for i, name in enumerate(["b.md", "a.txt", "deep/er/c.md", ".hidden.md", ".git/d.md", "~$b.docx", "photo.gif", "notes"]):
        write(folder / name, HAI_DONG.format(value=i))
    (folder / "deep" / "loop").symlink_to(folder)
    results = library.add([folder])
    assert [Path(result.path).relative_to(folder).as_posix() for result in results] == ["a.txt", "b.md", "deep/er/c.md"]
    assert {result.status for result in results} == {"added"}


def test_what_cannot_be_read_is_named_and_the_rest_is_added(library: Library, tmp_path: Path) -> None:
    good = write(tmp_path / "good.md", HAI_DONG.format(value="85,1"))
    (tmp_path / "zero.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \n\t ")
    (tmp_path / "photo.gif").write_bytes(b"GIF89a" + bytes(range(256)) * 4)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnot really")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 not really a zip")
    (tmp_path / "dangling.md").symlink_to(tmp_path / "nowhere")
    expected = {
        "zero.txt": FileEmpty,
        "blank.txt": FileEmpty,
        "photo.gif": FormatUnsupported,
        "broken.pdf": FileDamaged,
        "broken.docx": FileDamaged,
        "dangling.md": FileMissing,
        "absent.md": FileMissing,
        "absent/": FileMissing,
    }
    results = library.add([*(tmp_path / name for name in expected), good])
    assert [type(result.error) for result in results[:-1]] == list(expected.values())
    for result, name in zip(results, expected, strict=False):
        assert result.status == "failed"
        assert name.rstrip("/") in str(result.error)
    assert results[-1].status == "added"
    assert stored(library) == (1, 1, 1)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path, embedder: HashingEmbedder) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(500_000_000)  # sparse
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        [result] = library.add([huge])
    assert isinstance(result.error, FileTooLarge)
    assert "500 MB" in str(result.error)
    assert "209 MB" in str(result.error)


def test_a_folder_without_permission(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = write(tmp_path / "reports" / "good.md", HAI_DONG.format(value="85,1"))
    closed = tmp_path / "reports" / "closed"
    closed.mkdir()
    scandir = os.scandir

    def guarded(path: object = ".") -> object:  # the superuser who may run the tests is let in everywhere
        if str(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", guarded)
    results = {Path(result.path).name: result for result in library.add([good.parent])}
    assert isinstance(results["closed"].error, FileForbidden)
    assert results["good.md"].status == "added"


def test_a_file_name_that_is_no_unicode(library: Library, tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/b\xe1o.md"
    Path(os.fsdecode(raw)).write_text(HAI_DONG.format(value="85,1"), "utf-8")
    [result] = library.add([Path(os.fsdecode(raw))])
    assert result.status == "added"
    assert result.report is not None
    assert result.report.name == "b\\xe1o.md"


def test_progress_tells_every_step(library: Library, tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "reports", 2)
    seen: list[AddProgress] = []
    library.add([*paths, tmp_path / "none.md"], progress=seen.append)
    for path in paths:
        steps = [event.step for event in seen if event.path == str(path)]
        assert steps == ["reading", "splitting", "embedding", "writing", "done"]
    assert [(event.done, event.total) for event in seen if event.step == "done"] == [(1, 3), (2, 3), (3, 3)]


def test_one_content_twice_in_a_batch_is_one_report(library: Library, tmp_path: Path) -> None:
    text = HAI_DONG.format(value="85,1")
    paths = [write(tmp_path / "a.md", text), write(tmp_path / "b.md", text), tmp_path / "a.md"]
    results = library.add(paths)
    assert [result.status for result in results] == ["added", "unchanged", "unchanged"]
    assert len({result.report.id for result in results if result.report}) == 1


@pytest.mark.parametrize("step", ["reading", "splitting", "embedding", "writing", "done"])
def test_an_interrupt_leaves_whole_reports(step: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.adding.GROUP_PASSAGES", 1)
    paths = write_reports(tmp_path / "reports", 3)

    def stop(event: AddProgress) -> None:
        if event.done >= 1 and event.step == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(paths, progress=stop)
    for info in library.reports():
        assert len(library.passages(info.id)) == 3
    library.add(paths)
    assert stored(library) == (9, 9, 9)


def test_search_in_chosen_reports_only(library: Library, tmp_path: Path) -> None:
    library.add(write_reports(tmp_path / "reports", 4))
    chosen = [info.id for info in library.reports()][1:3]
    assert {found.passage.report_id for found in library.search("nước sạch", 20, reports=chosen)} == set(chosen)
    assert library.search("nước sạch", 20, reports=[]) == []


def test_every_passage_is_found_by_both_arms(library: Library, tmp_path: Path, embedder: HashingEmbedder) -> None:
    library.add(write_reports(tmp_path / "reports", 20, paragraphs=5))
    assert stored(library) == (100, 100, 100)
    library._refresh(library.generation)
    assert library._copies.vectors is not None
    for rows in library._catalog.indexed():
        for row in rows:
            assert row.vector is not None
            best = library._copies.vectors.search(row.vector, 1)[0]
            assert best[1] == pytest.approx(1.0, abs=1e-5)
    for i in range(20):
        assert marker("xa", i, 4) in library.search(marker("xa", i, 4), 1)[0].passage.text


def test_it_is_there_when_opened_again(library: Library, tmp_path: Path, embedder: HashingEmbedder) -> None:
    library.add(write_reports(tmp_path / "reports", 2))
    before, fingerprint = library.reports(), library.fingerprint
    library.close()
    with Library.open(library.directory, embedder=embedder) as again:
        assert (again.reports(), again.fingerprint) == (before, fingerprint)
        assert marker("xa", 1, 2) in again.search(marker("xa", 1, 2), 1)[0].passage.text
    manifest = json.loads((library.directory / "manifest.json").read_text("utf-8"))
    assert (manifest["fingerprint"], manifest["embedder"], manifest["dimension"]) == (fingerprint, "hashing@1", 64)


def test_other_settings_or_another_model_are_refused_and_both_are_named(library: Library, embedder: HashingEmbedder) -> None:
    directory = library.directory
    with pytest.raises(LibraryMismatch, match=r"passage_characters=700.*passage_characters=500.*doctor --rebuild"):
        Library.open(directory, Settings(passage_characters=500), embedder)
    with pytest.raises(LibraryMismatch, match=r"embedding_model=bundled.*embedding_model=other/model"):
        Library.open(directory, Settings(embedding_model="other/model"))
    with pytest.raises(LibraryMismatch, match=r"hashing@1.*hashing@2"):
        Library.open(directory, embedder=HashingEmbedder(name="hashing@2"))
    for language, word in (("en", "built with"), ("vi", "được tạo với")):
        with pytest.raises(LibraryMismatch) as caught:
            Library.open(directory, embedder=HashingEmbedder(name="hashing@2"))
        assert word in caught.value.message(language)


def test_a_rebuild_takes_on_other_settings_and_another_model(library: Library, tmp_path: Path) -> None:
    library.add(write_reports(tmp_path / "reports", 3))
    reports = [library.report(info.id) for info in library.reports()]
    library.close()
    other = HashingEmbedder(dimension=32, name="hashing@32")
    settings = Settings(passage_characters=100)
    with Library.open(library.directory, settings, other, rebuild=True) as rebuilt:
        assert [rebuilt.report(info.id) for info in rebuilt.reports()] == reports
        assert stored(rebuilt) == (9, 9, 9)
        assert rebuilt._copies.vectors is not None
        assert rebuilt._copies.vectors.dimension == 32
        assert rebuilt.fingerprint != library.fingerprint
    with Library.open(library.directory, settings, other) as again:
        assert marker("xa", 2, 1) in again.search(marker("xa", 2, 1), 1)[0].passage.text
    assert [folder.name for folder in (library.directory / "vectors").iterdir()] == ["2"]


def test_an_open_library_notices_that_it_was_rebuilt_otherwise(library: Library, tmp_path: Path) -> None:
    library.add(write_reports(tmp_path / "reports", 1))
    Library.open(library.directory, Settings(passage_characters=300), HashingEmbedder(), rebuild=True).close()
    with pytest.raises(LibraryMismatch):
        library.search("nước sạch")
    with pytest.raises(LibraryMismatch):
        library.search("nước sạch")


def test_without_an_embedding_model(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", Settings(embedding_model="none")) as library:
        library.add(write_reports(tmp_path / "reports", 2))
        assert marker("xa", 1, 0) in library.search(marker("xa", 1, 0), 1)[0].passage.text
        assert library.check() == []
    assert not any((tmp_path / "library").glob("vectors/*/*"))


def test_another_format_is_refused(library: Library, embedder: HashingEmbedder) -> None:
    path = library.directory / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"format": "99.1.abcd"}))
    with pytest.raises(LibraryVersion, match=r"99\.1\.abcd"):
        Library.open(library.directory, embedder=embedder)
    assert library.reports() == []


def test_a_damaged_catalog_is_named_and_left_as_it_is(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    library.add(write_reports(tmp_path / "reports", 1))
    library.close()
    path = library.directory / "catalog.sqlite"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite"):
        Library.open(library.directory, embedder=embedder)
    assert path.read_bytes() == b"garbage" * 1000


@pytest.mark.parametrize("lost", ["words", "vectors", "both", "words broken", "vectors broken"])
def test_lost_copies_are_written_anew_by_the_next_writer(
    lost: str, library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    paths = write_reports(tmp_path / "reports", 3)
    library.add(paths[:2])
    library.close()
    directory = library.directory
    if lost == "words broken":
        next((directory / "words").glob("*/meta.json")).write_text("{")
    elif lost == "vectors broken":
        next((directory / "vectors").glob("*/chroma.sqlite3")).write_bytes(b"garbage" * 999)
    else:
        for kind in ("words", "vectors") if lost == "both" else (lost,):
            shutil.rmtree(directory / kind)
    with Library.open(directory, embedder=embedder) as reader, pytest.raises(LibraryDamaged, match="doctor --rebuild"):
        reader.search("nước sạch")
    with Library.open(directory, embedder=embedder) as again:
        assert again.check() != []
        assert [result.status for result in again.add(paths)] == ["unchanged", "unchanged", "added"]
        assert stored(again) == (9, 9, 9)
        assert marker("xa", 0, 0) in again.search(marker("xa", 0, 0), 1)[0].passage.text


def test_rows_missing_from_a_copy_are_noticed(library: Library, tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "reports", 2)
    library.add(paths[:1])
    library._copies.words.delete([1])
    assert "word index" in library.check()[0]
    library.add(paths)
    assert stored(library) == (6, 6, 6)


def test_a_full_disk_is_said_and_loses_nothing(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_reports(tmp_path / "reports", 2)
    library.add(paths[:1])
    assert library._copies.vectors is not None

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for target, method in ((library._copies.vectors, "add"), (library._copies.words, "add"), (library._catalog, "store")):
        with monkeypatch.context() as patch:
            patch.setattr(target, method, full)
            [_, result] = library.add(paths)
            assert isinstance(result.error, StorageFull)
            assert paths[1].name in str(result.error)
        assert len(library.reports()) == 1
        assert marker("xa", 0, 0) in library.search(marker("xa", 0, 0), 1)[0].passage.text
    assert [result.status for result in library.add(paths)] == ["unchanged", "added"]
    assert stored(library) == (6, 6, 6)


def test_a_folder_that_cannot_be_one(tmp_path: Path, embedder: HashingEmbedder) -> None:
    path = write(tmp_path / "a-file", "x")
    for directory in (path, path / "below"):
        with pytest.raises(LibraryDamaged, match="a-file"):
            Library.open(directory, embedder=embedder)


def test_an_interrupted_creation_is_done_again(tmp_path: Path, embedder: HashingEmbedder) -> None:
    Library.open(tmp_path / "library", embedder=embedder).close()
    (tmp_path / "library" / "manifest.json").unlink()
    with Library.open(tmp_path / "library", embedder=embedder) as library:
        library.add(write_reports(tmp_path / "reports", 1))
    (tmp_path / "library" / "manifest.json").unlink()
    with pytest.raises(LibraryDamaged, match=r"manifest\.json"):
        Library.open(tmp_path / "library", embedder=embedder)
    with Library.open(tmp_path / "library", embedder=embedder, rebuild=True) as library:
        assert stored(library) == (3, 3, 3)


def test_threads_search_while_one_adds(library: Library, tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "reports", 12)
    library.add(paths[:2])
    problems: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                found = library.search(marker("xa", 0, 1), 3)
                assert marker("xa", 0, 1) in found[0].passage.text
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    library.add(paths[2:])
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert stored(library) == (36, 36, 36)


def test_vectors_are_kept_as_the_model_made_them(library: Library, tmp_path: Path, embedder: HashingEmbedder) -> None:
    library.add(write_reports(tmp_path / "reports", 1))
    for rows in library._catalog.indexed():
        expected = embedder.embed_passages([embedding_text(row.passage) for row in rows])
        kept = np.stack([row.vector for row in rows if row.vector is not None])
        assert kept.dtype == np.float32
        assert kept == pytest.approx(expected, abs=1e-6)
