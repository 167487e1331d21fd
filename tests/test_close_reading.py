"""Close reading: what a reader, here a fake, has read of every passage is kept beside it, and used once everything is read."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql
from library_fakes import HashingEmbedder, HashingReader, child, finish, marker, write_reports

from index import Library, LibraryLocked, Settings
from index import close_reading as module
from index.close_reading import CloseReading, _above
from index.embed import load_embedder
from index.library import READ_AT_ONCE
from index.onnx_embed import TransformerEmbedder
from index.records import Passage, ScoredPassage
from index.search import embedding_text
from index.sentence_features import CLOSE_NAMES, NAMES
from index.sentence_ranker import weights

REPORTS, PARAGRAPHS = 16, 3
PASSAGES = REPORTS * PARAGRAPHS  # more than are kept in one step, fewer than in two
assert READ_AT_ONCE < PASSAGES < 2 * READ_AT_ONCE


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> HashingReader:
    """Every library of this process reads with this one."""
    made = HashingReader()
    monkeypatch.setattr(TransformerEmbedder, "load", lambda: made)
    return made


@pytest.fixture
def library(reader: HashingReader, tmp_path: Path) -> Iterator[Library]:
    """16 reports of 3 passages each, added with the bundled model; nothing has been read closely."""
    with Library.open(tmp_path / "library", Settings()) as opened:
        opened.add(write_reports(tmp_path / "files", REPORTS, paragraphs=PARAGRAPHS))
        yield opened


def rows(library: Library, chosen: str = "count(*)") -> list[object]:
    """Of the table itself."""
    with library._catalog.reading() as connection:
        return [row[0] for row in connection.execute(sql.text(f"SELECT {chosen} FROM close"))]


def close_of(library: Library) -> CloseReading:
    found = library._close_reading()
    assert found is not None
    return found


def cosines(library: Library, reader: HashingReader, found: list[ScoredPassage], question: str) -> list[float]:
    """By hand: of the question and each passage with what stands above it."""
    vector = HashingEmbedder().embed_query(question)
    return [float(HashingEmbedder().embed_query(read_text(library, one.passage)) @ vector) for one in found]


def above(library: Library, passage: Passage) -> str:
    """The report's title, then the headings."""
    return f"{library.report(passage.report_id).title} › {passage.heading}"


def read_text(library: Library, passage: Passage) -> str:
    return f"{above(library, passage)}\n{passage.text}"


# --- reading


def test_everything_is_read_some_passages_at_a_time(library: Library) -> None:
    assert library.closeness() == (0, PASSAGES)
    told: list[tuple[int, int]] = []
    assert library.read_closely(progress=lambda read, there: told.append((read, there)))
    assert told == [(READ_AT_ONCE, PASSAGES), (PASSAGES, PASSAGES)]
    assert library.closeness() == (PASSAGES, PASSAGES)
    assert rows(library) == [PASSAGES]
    assert library.check() == []


def test_what_is_read_is_the_title_the_headings_and_the_text(library: Library, reader: HashingReader) -> None:
    library.read_closely()
    passages = [passage for info in library.reports() for passage in library.passages(info.id)]
    assert sorted(reader.given) == sorted((above(library, p), unicodedata.normalize("NFC", p.text)) for p in passages)
    library.read_closely()
    assert len(reader.given) == PASSAGES  # nothing is read twice


def test_it_stops_when_told_and_goes_on_where_it_was(library: Library, reader: HashingReader) -> None:
    assert not library.read_closely(stop=lambda: True)
    assert library.closeness() == (0, PASSAGES)
    assert not library.read_closely(stop=lambda: bool(reader.given))
    assert library.closeness() == (READ_AT_ONCE, PASSAGES)
    assert not close_of(library).ready()
    assert library.read_closely()
    assert close_of(library).ready()
    assert len(reader.given) == PASSAGES


def test_an_empty_library_has_nothing_to_read(reader: HashingReader, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", Settings()) as library:
        assert library.read_closely(stop=lambda: True)
        assert library.closeness() == (0, 0)
        assert not close_of(library).ready()
        assert library.search("nước sạch") == []


def test_an_interrupt_leaves_whole_readings(library: Library, reader: HashingReader, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reader.read

    def interrupted(*given: object, **more: object) -> object:
        if reader.given:
            raise KeyboardInterrupt
        return real(*given, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(reader, "read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.read_closely()
    assert library.closeness() == (READ_AT_ONCE, PASSAGES)
    assert library.check() == []

    def told(read: int, there: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.read_closely(progress=told)  # what it tells of is kept already
    assert library.closeness() == (PASSAGES, PASSAGES)
    with library._lock.held(0):  # and the next writer gets its turn
        pass


def test_another_writer_is_waited_for_and_named(library: Library, tmp_path: Path) -> None:
    holding = child("hold-bundled", library.directory, 2)
    assert holding.stdout is not None
    holding.stdout.readline()
    with pytest.raises(LibraryLocked):
        library.read_closely(wait=0.1)
    assert library.closeness() == (0, PASSAGES)
    assert library.read_closely()
    assert library.closeness() == (PASSAGES, PASSAGES)
    finish(holding)


# --- reports come and go


def test_a_report_takes_its_readings_away(library: Library) -> None:
    library.read_closely()
    library.remove(library.reports()[0].id)
    assert rows(library) == [PASSAGES - PARAGRAPHS]
    assert library.closeness() == (PASSAGES - PARAGRAPHS,) * 2
    for info in library.reports():
        library.remove(info.id)
    assert rows(library) == [0]
    assert library.closeness() == (0, 0)


def test_a_report_that_comes_later_is_read_later(library: Library, reader: HashingReader, tmp_path: Path) -> None:
    library.read_closely()
    library.add(write_reports(tmp_path / "more", 1, prefix="later"))
    assert library.closeness() == (PASSAGES, PASSAGES + 3)
    assert not close_of(library).ready()
    assert marker("later", 0, 2) in library.search(marker("later", 0, 2), 1)[0].passage.text
    library.read_closely()
    assert library.closeness() == (PASSAGES + 3,) * 2
    assert len(reader.given) == PASSAGES + 3


def test_a_changed_file_is_read_anew(library: Library, tmp_path: Path) -> None:
    library.read_closely()
    path = tmp_path / "files" / "xa000.md"
    path.write_text(path.read_text("utf-8").replace("nước sạch", "nước máy"), "utf-8")
    assert library.add([path])[0].status == "updated"
    assert library.closeness() == (PASSAGES - PARAGRAPHS, PASSAGES)
    assert library.read_closely()
    assert library.closeness() == (PASSAGES, PASSAGES)


def test_another_title_makes_passages_anew_and_other_details_do_not(library: Library) -> None:
    library.read_closely()
    identity = library.reports()[0].id
    library.set_details(identity, {"number": "7/BC-UBND"})
    assert library.closeness() == (PASSAGES, PASSAGES)
    library.set_details(identity, {"title": "Báo cáo xã Hòa Bình, bản mới"})
    assert library.closeness() == (PASSAGES - PARAGRAPHS, PASSAGES)
    library.read_closely()
    assert library.closeness() == (PASSAGES, PASSAGES)


def test_a_rebuilt_library_is_read_anew(library: Library) -> None:
    library.read_closely()
    library.rebuild()
    assert library.closeness() == (0, PASSAGES)
    assert rows(library) == [0]
    library.read_closely()
    assert library.closeness() == (PASSAGES, PASSAGES)


def test_a_report_removed_while_it_is_read_leaves_nothing(
    library: Library, reader: HashingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reader.read
    first = library._close_reading().unread(1)[0].passage.report_id

    def read(*given: object, **more: object) -> object:
        if not reader.given:
            library.remove(first)
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read", read)
    assert library.read_closely()
    assert library.closeness() == (PASSAGES - PARAGRAPHS,) * 2
    assert library.check() == []


def test_a_catalog_of_an_older_version_is_read_too(library: Library) -> None:
    library.read_closely()
    with library._catalog.writing() as connection:
        connection.execute(sql.text("DROP TABLE close"))
        connection.execute(sql.text("DELETE FROM meta WHERE name = 'close'"))
    with Library.open(library.directory, Settings()) as opened:
        assert opened.closeness() == (0, PASSAGES)
        assert opened.search("nước sạch", 3)
        assert opened.read_closely()
        assert opened.closeness() == (PASSAGES, PASSAGES)


def test_what_another_model_read_is_unread(library: Library, reader: HashingReader, monkeypatch: pytest.MonkeyPatch) -> None:
    library.read_closely()
    other = HashingReader(name="reader@2", dimension=32)
    monkeypatch.setattr(TransformerEmbedder, "load", lambda: other)
    with Library.open(library.directory, Settings()) as opened:
        assert opened.closeness() == (0, PASSAGES)
        assert opened.search("nước sạch", 3)
        opened.read_closely(stop=lambda: bool(other.given))
        assert opened.closeness() == (READ_AT_ONCE, PASSAGES)
        assert library.closeness() == (PASSAGES - READ_AT_ONCE, PASSAGES)
        opened.read_closely()
        assert opened.closeness() == (PASSAGES, PASSAGES)
        assert {len(vector) for vector in rows(opened, "vector")} == {2 * other.dimension}  # type: ignore[arg-type]
    assert rows(library, "DISTINCT model") == ["reader@2"]
    assert library.closeness() == (0, PASSAGES)


@pytest.mark.parametrize("how", ["embedder", "setting", "model"])
def test_a_library_without_close_reading_loads_no_reader(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(TransformerEmbedder, "load", load)
    settings = {"setting": Settings(close_reading="none"), "model": Settings(embedding_model="none")}.get(how, Settings())
    with Library.open(tmp_path / "library", settings, HashingEmbedder() if how == "embedder" else None) as library:
        library.add(write_reports(tmp_path / "files", 1))
        assert library.closeness() is None
        assert library.read_closely(stop=lambda: True)
        assert len(library.search("nước sạch", 5, sentences=True)) == 3
        assert rows(library) == [0]


def test_close_reading_can_be_switched_on_and_off_at_any_time(library: Library, reader: HashingReader) -> None:
    library.read_closely()
    with Library.open(library.directory, Settings(close_reading="none")) as plain:
        assert plain.closeness() is None
        plain.search("nước sạch", 3)
        assert reader.asked == []
    assert library.closeness() == (PASSAGES, PASSAGES)


# --- threads and processes


def test_threads_and_processes_read_side_by_side(library: Library, reader: HashingReader) -> None:
    others = [child("read", library.directory) for _ in range(2)]
    threads = [threading.Thread(target=library.read_closely) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [finish(process)[-1] for process in others] == [{"done": True}] * 2
    assert library.closeness() == (PASSAGES, PASSAGES)
    assert rows(library, "DISTINCT model") == [reader.name]
    assert library.check() == []


def test_what_another_process_reads_is_used_here(library: Library, reader: HashingReader) -> None:
    question = f"mã số {marker('xa', 3, 1)}"
    library.search(question, 3)
    assert reader.asked == []
    told = finish(child("read", library.directory))
    assert told[-2:] == [{"read": PASSAGES, "all": PASSAGES}, {"done": True}]
    assert library.closeness() == (PASSAGES, PASSAGES)
    found = library.search(question, 3)
    assert [one.arms["vectors"] for one in found] == pytest.approx(cosines(library, reader, found, reader.asked[-1]), abs=1e-3)


def test_a_killed_process_leaves_whole_readings(library: Library) -> None:
    process = child("read", library.directory, "--seconds=0.02")
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    counts = library.closeness()
    assert counts is not None
    assert READ_AT_ONCE <= counts[0] <= PASSAGES
    assert library.check() == []
    assert library.read_closely()
    assert library.closeness() == (PASSAGES, PASSAGES)


# --- searching


def verbatim(library: Library, found: list[ScoredPassage]) -> None:
    for scored in found:
        text = library.report(scored.passage.report_id).text
        assert scored.passage.text == text[scored.passage.start : scored.passage.end]
        for sentence in scored.sentences:
            assert scored.passage.start <= sentence.start < sentence.end <= scored.passage.end


def test_cosines_are_the_readers_once_everything_is_read(library: Library, reader: HashingReader) -> None:
    question = f"đoạn có mã số {marker('xa', 7, 1)}"
    static = load_embedder("bundled")
    assert static is not None
    before = library.search(question, 5, sentences=True)
    library.read_closely(stop=lambda: bool(reader.given))  # some of it
    partly = library.search(question, 5, sentences=True)
    assert reader.asked == []
    assert partly == before
    vectors = static.embed_passages([embedding_text(one.passage) for one in before])
    assert [one.arms["vectors"] for one in before] == pytest.approx(list(vectors @ static.embed_query(question)), abs=1e-3)
    library.read_closely()
    after = library.search(question, 5, sentences=True)
    assert [one.arms["vectors"] for one in after] == pytest.approx(cosines(library, reader, after, question), abs=1e-3)
    assert marker("xa", 7, 1) in before[0].passage.text
    assert after[0].passage == before[0].passage
    for found, names in ((before, NAMES), (after, NAMES + CLOSE_NAMES)):
        verbatim(library, found)
        assert found == sorted(found, key=lambda one: -one.score)
        assert {len(sentence.signals) for one in found for sentence in one.sentences} == {len(names)}
        for sentence in found[0].sentences:
            assert sentence.score == pytest.approx(float(weights(names is not NAMES) @ sentence.signals))


def test_a_passage_that_only_the_reader_finds_is_a_candidate(library: Library, reader: HashingReader) -> None:
    target = next(
        passage for info in library.reports() for passage in library.passages(info.id) if marker("xa", 9, 2) in passage.text
    )
    vector = HashingEmbedder().embed_query(read_text(library, target))
    library.read_closely()
    reader.embed_query = lambda text: vector  # type: ignore[method-assign]
    best = library.search("zzz", 1)[0]
    assert best.passage == target
    assert best.arms["vectors"] == pytest.approx(1, abs=1e-3)


def test_a_search_of_some_reports_stays_among_them(library: Library, reader: HashingReader) -> None:
    library.read_closely()
    close = close_of(library)
    vector = reader.embed_query("tỷ lệ hộ dùng nước sạch")
    every = close.nearest(vector, 1000)
    assert len(every) == PASSAGES
    own, other = library.reports()[5].id, library.reports()[6].id
    keys = set(library._catalog.report_passages(own))
    assert close.nearest(vector, 1000, [own]) == [key for key in every if key in keys]
    assert len(close.nearest(vector, 4, [own, other])) == 4
    assert close.nearest(vector, 10, []) == close.nearest(vector, 10, ["nothing"]) == []
    found = library.search("tỷ lệ hộ dùng nước sạch", 10, reports=[own])
    assert [one.passage.report_id for one in found] == [own] * PARAGRAPHS


def test_the_nearest_come_first_and_follow_what_is_added_and_removed(
    library: Library, reader: HashingReader, tmp_path: Path
) -> None:
    library.read_closely()
    close = close_of(library)
    vector = reader.embed_query(f"mã số {marker('xa', 4, 0)}")
    near = close.nearest(vector, 10)
    found = close.compared(vector, near)
    assert list(found[key].passage for key in near) == sorted((one.passage for one in found.values()), reverse=True)
    gone = library._catalog.passages(near[:1])[near[0]].report_id
    keys = set(library._catalog.report_passages(gone))
    library.remove(gone)
    assert not keys & set(close.nearest(vector, 1000))
    assert close.compared(vector, list(keys)) == {}
    library.add(write_reports(tmp_path / "more", 1, prefix="later"))
    assert len(close.nearest(vector, 1000)) == PASSAGES - PARAGRAPHS
    library.read_closely()
    assert len(close.nearest(vector, 1000)) == PASSAGES


def test_a_library_too_large_to_hold_compares_what_words_find(
    library: Library, reader: HashingReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.read_closely()
    monkeypatch.setattr(module, "FULL_SCAN", PASSAGES - 1)
    question = f"mã số {marker('xa', 2, 1)}"
    assert close_of(library).nearest(reader.embed_query(question), 5) == []
    found = library.search(question, 3)
    assert marker("xa", 2, 1) in found[0].passage.text
    assert [one.arms["vectors"] for one in found] == pytest.approx(cosines(library, reader, found, question), abs=1e-3)


def test_sentences_keep_their_cosines_in_eight_bits(library: Library, reader: HashingReader) -> None:
    library.read_closely()
    close = close_of(library)
    chance = np.random.default_rng(3)
    keys = [key for info in library.reports() for key in library._catalog.report_passages(info.id)]
    passages = library._catalog.passages(keys)
    signals = library._catalog.signals(keys)
    for _ in range(5):
        vector = chance.normal(size=reader.dimension).astype(np.float32)
        vector /= np.linalg.norm(vector)
        found = close.compared(vector, keys)
        assert list(found) == keys
        for key, one in found.items():
            bounds = np.frombuffer(signals[key].forward.sentences, "<u4").reshape(-1, 2)
            texts = [unicodedata.normalize("NFC", passages[key].text)[start:end] for start, end in bounds]
            assert len(texts) >= 2
            assert one.sentences == pytest.approx(HashingEmbedder().embed_passages(texts) @ vector, abs=1e-2)
            whole = HashingEmbedder().embed_query(read_text(library, passages[key]))
            assert one.passage == pytest.approx(float(whole @ vector), abs=1e-3)


@pytest.mark.parametrize(
    ("title", "heading", "read"),
    [
        ("Báo cáo năm 2022", "I. Kinh tế", "Báo cáo năm 2022 › I. Kinh tế"),
        ("12-a", "I. Kinh tế", "I. Kinh tế"),  # a file's number names no place and no year
        ("scan-0001", "", ""),
        ("", "", ""),
    ],
)
def test_a_title_of_words_is_read_before_a_passage(title: str, heading: str, read: str) -> None:
    assert _above(title, heading) == read


def test_a_question_without_diacritics_gets_them_back(library: Library, reader: HashingReader) -> None:
    library.read_closely()
    library.search("nuoc sach", 3)
    library.search("Clean water?", 3)
    assert reader.asked == ["nước sạch", "Clean water?"]


@pytest.mark.parametrize("question", ["", "   ", "???", "🙂", "a" * 2000])
def test_odd_questions_are_no_failure(library: Library, reader: HashingReader, question: str) -> None:
    library.read_closely()
    for scored in library.search(question, 5, sentences=True):
        assert np.isfinite(scored.score)


@pytest.mark.parametrize("change", ["remove", "add"])
def test_a_library_that_changes_while_it_is_asked_gives_whole_results(
    library: Library, reader: HashingReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """The reader is slow enough for another writer to come in between."""
    library.read_closely()
    real: Callable[[str], np.ndarray] = reader.embed_query
    changed: list[str] = []

    def embed_query(text: str) -> np.ndarray:
        if not changed:
            changed.append(library.reports()[0].id)
            with Library.open(library.directory, Settings()) as other:
                if change == "remove":
                    other.remove(changed[0])
                else:
                    other.add(write_reports(tmp_path / "more", 1, prefix="later"))
        return real(text)

    monkeypatch.setattr(reader, "embed_query", embed_query)
    found = library.search("tỷ lệ hộ dùng nước sạch", 60, sentences=True)
    if change == "remove":
        assert changed[0] not in {one.passage.report_id for one in found}
        assert len(found) == PASSAGES - PARAGRAPHS
    else:
        assert len(found) >= PASSAGES
    verbatim(library, found)


def test_the_fingerprint_tells_whether_results_come_from_close_reading(library: Library, reader: HashingReader) -> None:
    before = library.fingerprint
    library.read_closely()
    assert library.fingerprint == f"{before}+{reader.name}"
