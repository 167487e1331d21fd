"""Library: reports in, passages out. The one writer; keeps catalog, words and vectors in step.

    with Library.open("reports.library") as library:
        library.add(["reports/"])                      -> [AddResult("reports/a.docx", "added", ReportInfo(…)), …]
        library.search("tỷ lệ hộ dùng nước sạch", 5)   -> [ScoredPassage(Passage(…), 0.93), …]

One process writes at a time, under the lock in `writer.lock`; others read on, and see a change as soon as it is whole.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np

from . import search as retrieval
from .adding import AddProgress, Prepared, Reporter, clash, is_full
from .catalog import Catalog, Entry, Indexed
from .close_reading import CloseReading
from .copies import Copies
from .details import field_named, with_edits, written
from .disk import need_room, storing
from .embed import BUNDLED, Embedder
from .errors import LibraryDamaged, LibraryLocked, OriginalMissing, ReportNotFound, ReportsError, StorageFull
from .figures import ledger
from .figures.record import Figure, Kept, Kind
from .intake import as_report, info_of, is_same_report
from .lock import WriterLock
from .manifest import (
    check_embedder,
    check_manifest,
    make_manifest,
    manifest_json,
    parse_manifest,
    write_manifest,
)
from .onnx_embed import TRANSFORMER, TransformerEmbedder
from .opening import embedder_of, open_or_create
from .originals import Originals, same_content
from .page_views import PICTURED, PageViews
from .read import SUFFIXES, Document
from .read.scan import forget, trim
from .read.sniff import READABLE
from .reading_ahead import Handed, Readers
from .records import AddResult, AddStatus, FieldName, PageView, Passage, Period, Place, Report, ReportInfo, ScoredPassage
from .rerank import NONE, Reranker, load_reranker
from .settings import REBUILD_COMMAND, Settings, load_settings
from .side_by_side import Both, SideBySide
from .sources import SourceFile, Unusable, find_files, load
from .split import split
from .vectors import VectorsStale

WAIT_SECONDS = 30.0  # how long a second writer waits for its turn
SEARCH_TRIES = 5  # a search is repeated when the library changed under it
EMBED_AT_ONCE = 256  # passages between two calls of `progress`
READ_AT_ONCE = 32  # passages read closely between two looks at `stop`, and kept in one step: about half a second
ID_DIGITS = 12


class Library:
    """A folder of reports that can be searched. Reading is safe between threads; `add`, `remove` and `rebuild` take turns."""

    def __init__(self, directory: Path, settings: Settings, catalog: Catalog, embedder: Embedder | None) -> None:
        """For `open`; use that."""
        self._directory = directory
        self._scans = directory / "ocr"
        self._settings = settings
        self._catalog = catalog
        self._manifest = parse_manifest(catalog.manifest(), directory / "catalog.sqlite")
        self._epoch = catalog.epoch()
        self._embedder = embedder
        self._reranker: Reranker | None = None
        self._close: CloseReading | None = None
        self._may_read = embedder is None and settings.embedding_model == BUNDLED and settings.close_reading == TRANSFORMER
        self._shelf = ledger.Shelf()
        self._lock = WriterLock(directory)
        self._copies = Copies(directory, catalog)
        self._originals = Originals(directory)
        self._views = PageViews()

    @classmethod
    def open(
        cls,
        directory: Path | str | None = None,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        *,
        rebuild: bool = False,
        wait: float = WAIT_SECONDS,
    ) -> Library:
        """Open the library in `directory` (default: that of the settings); a folder without one becomes one.

        `embedder` stands in for the one that `settings.embedding_model` names. `rebuild` accepts a library built otherwise and
        builds it again. Raises LibraryMismatch, LibraryVersion, LibraryDamaged, LibraryLocked, ModelMissing, SettingsError.
        """
        if settings is None:
            settings = load_settings(directory=directory)
        folder = Path(directory or settings.library_directory).expanduser().absolute()
        with storing(folder):
            catalog = open_or_create(folder, settings, embedder, rebuild=rebuild, wait=wait)
        library = cls(folder, settings, catalog, embedder)
        if rebuild:
            library.rebuild(wait=wait)
        else:
            library._compare()
        return library

    def close(self) -> None:
        """Give files and memory back; the library cannot be used afterwards."""
        self._copies.close()
        self._catalog.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def directory(self) -> Path:
        return self._directory

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def fingerprint(self) -> str:
        """12 hex digits: how the index was built; what has read it closely, once it has; the reranker where there is one. Equal
        fingerprints, equal reports: equal results."""
        close, reranker = self._close_reading(), self._settings.reranker
        read = f"+{close.model.name}" if close is not None and close.ready() else ""
        return self._manifest.fingerprint + read + (f"+{reranker}" if reranker != NONE else "")

    @property
    def generation(self) -> int:
        """Grows whenever reports were added, replaced or removed, by this process or another."""
        return self._catalog.generation()

    # Reading

    def reports(self) -> list[ReportInfo]:
        """All reports, by file name."""
        return self._catalog.reports()

    def report(self, report_id: str) -> Report:
        """A report with its text and blocks. Raises ReportNotFound."""
        return self._catalog.report(report_id)

    def passages(self, report_id: str) -> list[Passage]:
        """A report's passages in reading order. Raises ReportNotFound."""
        self._catalog.source_key(report_id)
        return list(self._catalog.report_passages(report_id).values())

    def search(
        self, query: str, k: int = 10, *, reports: Sequence[str] | None = None, sentences: bool = False
    ) -> list[ScoredPassage]:
        """The `k` best passages for the query, best first; only of the `reports` with these ids where given. How: search.py.

        `sentences`: those of the best passages are scored as answers, for some milliseconds more (sentence_ranker.py).

        All of them are from one state of the library. Raises LibraryDamaged, ModelError, QuestionError.
        """
        embedder, reranker, close = self._model(), self._rereader(), self._close_reading()
        results: list[ScoredPassage] | None = None
        for _ in range(SEARCH_TRIES):
            generation = self._catalog.generation()
            try:
                self._refresh(generation)
                results = retrieval.search(
                    query,
                    k,
                    words=self._copies.words,
                    vectors=self._copies.vectors,
                    catalog=self._catalog,
                    embedder=embedder,
                    report_ids=reports,
                    reranker=reranker,
                    sentences=sentences,
                    close=close if close is not None and close.ready() else None,
                )
            except VectorsStale:  # rows went between the look at the generation and the query
                self._copies.forget()
                continue
            except LibraryDamaged:
                if self._catalog.generation() == generation:
                    raise
                continue
            if self._catalog.generation() == generation:
                return results
        if results is None:
            folder = self._directory / "vectors"
            raise LibraryDamaged(file=folder, detail="it lost vectors", command=REBUILD_COMMAND)
        return results

    def side_by_side(self, question: str, texts: Sequence[str]) -> Both | None:
        """The question and sentences read word by word; None in a library that is not to be read closely."""
        close = self._close_reading()
        return None if close is None else SideBySide(close.model).read(question, texts)

    def closeness(self) -> tuple[int, int] | None:
        """Passages read closely, and all of them: searching uses what was read once these are equal. None where the settings name
        no model to read with, or another embedding model than the bundled one."""
        close = self._close_reading()
        return None if close is None else close.counts()

    def figures(
        self,
        indicator: str = "",
        *,
        place: Place | None = None,
        period: Period | None = None,
        kind: Kind | None = None,
        reports: Sequence[str] | None = None,
    ) -> list[Figure]:
        """The figures that the reports state, by report and reading order; only those of what is named where it is.

        `indicator` is a glossary concept or words in either language ("nước sạch", "poverty rate"). Each report's figures are
        worked out when first asked for, and kept until the report or its details change.
        """
        found: list[Figure] = []
        for info in self.reports():
            if reports is None or info.id in reports:
                found += ledger.chosen(self._figures(info), indicator=indicator, place=place, period=period, kind=kind)
        return found

    def _figures(self, info: ReportInfo) -> Kept:
        version = ledger.version_of(info)
        known = self._shelf.get(info.id, version)
        if known is not None:
            return known
        text = self._catalog.figures(info.id, version)
        if not text:
            try:
                text = ledger.work_out(self._catalog, info)
            except ReportNotFound:  # removed since it was listed
                return Kept(info.id, "[]")
            with suppress(LibraryLocked, StorageFull), self._writing(0.0, file=info.id):  # kept by a later question then
                self._catalog.keep_figures(info.id, version, text)
        return self._shelf.put(info.id, version, text)

    def has_pages(self, report: ReportInfo) -> bool:
        """Whether `page` can show this report: its format has pages that can be drawn."""
        return report.format in PICTURED

    def page(self, report_id: str, number: int = 0, *, start: int = 0, end: int = 0, value: tuple[int, int] = (0, 0)) -> PageView:
        """A page of the file a report was read from, with the place of characters [start, end) of its text, if any, in `boxes`.

        `value`: the characters of the figure among them that answers. `number` counts from 1; 0 is the page those characters stand
        on. Raises ReportNotFound, OriginalMissing, PageNotDrawn.
        """
        report = self._catalog.report(report_id)
        if not 0 <= start <= end <= len(report.text):
            raise ValueError(f"offsets {start}–{end} lie outside report {report.id} of {len(report.text)} characters")
        path = self._original(report)
        if path is None:
            raise OriginalMissing(title=report.title or report.name, name=report.source)
        return self._views.view(path, report, number, start, end, value=value, scans=self._scans / report.content_hash)

    def _original(self, report: ReportInfo) -> Path | None:
        """The kept file; for libraries older than the keeping, the file where it was added from, if it still is the same."""
        kept = self._originals.path(report.content_hash)
        source = Path(report.source)
        if kept is None and source.is_absolute() and same_content(source, report.content_hash):
            return source
        return kept

    def check(self) -> list[str]:
        """What is wrong with the stored files, in sentences; empty when catalog, words and vectors are whole and in step."""
        found = [f"catalog.sqlite: {problem}" for problem in self._catalog.problems()]
        try:
            self._refresh(self._catalog.generation())
            found += self._copies.problems()
        except (ReportsError, VectorsStale) as error:
            found.append(str(error))
        return found

    # Writing

    def add(
        self,
        paths: Sequence[Path | str],
        *,
        progress: Callable[[AddProgress], None] | None = None,
        names: Mapping[Path | str, str] | Mapping[Path, str] | Mapping[str, str] | None = None,
        wait: float = WAIT_SECONDS,
    ) -> list[AddResult]:
        """Add files and folders; one result a file, in order. A file that fails leaves the others, and all that was stored, alone.

        `names` maps a path, as given, to the name it was uploaded under. `wait` is how many seconds to wait for another writer.
        An interrupt leaves every file either added whole or not at all.
        """
        files = list(find_files(paths, {str(path): name for path, name in (names or {}).items()}, SUFFIXES))
        reporter = Reporter(files, progress)
        group: list[Prepared] = []
        with Readers() as readers:
            for handed, read in readers.read_each(self._handed(files, reporter, wait), reporter.tell_pages):
                prepared = self._prepare(handed, read, reporter)
                if prepared is None:
                    continue
                if any(clash(prepared, other) for other in group):
                    self._store(group, reporter, wait)
                    group = []
                group.append(prepared)
                if is_full(group):
                    self._store(group, reporter, wait)
                    group = []
            self._store(group, reporter, wait)
        trim(self._scans)
        return reporter.results()

    def set_details(self, report_id: str, changes: Mapping[FieldName, str], *, wait: float = WAIT_SECONDS) -> ReportInfo:
        """Set a report's title, issuer, number, date, place or period by hand; "" goes back to what was read from the file.

        Searches, constraints and lists use the new values from then on; they outlive another reading of the file, and a rebuild.
        Raises ReportNotFound, DetailUnknown, DetailInvalid, LibraryLocked.
        """
        checked = {field_named(field): written(field_named(field), value) for field, value in changes.items()}
        with self._writing(wait, file=report_id):
            before = self._catalog.report(report_id)
            after = with_edits(before, {**dict(before.edits), **checked})
            if after.title == before.title:
                self._catalog.describe_report(info_of(after))
                return info_of(after)
            passages = self._catalog.report_passages(report_id)  # their title is searched: they are indexed anew
            vectors = [vector for vector in self._catalog.report_vectors(report_id) if vector is not None]
            keys = self._catalog.reserve(len(passages))
            matrix = np.stack(vectors) if vectors else None
            entry = Entry(self._catalog.source_key(report_id), after, keys, list(passages.values()), matrix)
            self._copies.add(_indexed(entry))
            self._catalog.store([entry])
            self._copies.sweep()
        return info_of(after)

    def remove(self, report_id: str, *, wait: float = WAIT_SECONDS) -> None:
        """Remove a report and everything made from it. Raises ReportNotFound, LibraryLocked."""
        with self._writing(wait, file=report_id):
            content = self._catalog.report(report_id).content_hash
            self._catalog.remove(report_id)
            self._copies.sweep()
            self._catalog.shrink()
            self._originals.sweep(self._catalog.contents())
            if content not in self._catalog.contents():
                forget(self._scans, content)

    def read_closely(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] = bool,
        threads: int = 0,
        wait: float = WAIT_SECONDS,
    ) -> bool:
        """Read with the small transformer what it has not read yet: searches by meaning get better once everything is read
        (close_reading.py). Some fifty passages a second and processor; all can be searched meanwhile.

        `progress` is told passages read, and all of them. Ends early where `stop` says so, or is interrupted; what was read stays.
        `threads`: 0 is one a processor. False where passages are left. Raises LibraryLocked, StorageFull, ModelError.
        """
        close = self._close_reading()
        if close is None:
            return True
        last = 0
        while close.left() and (passages := close.unread(READ_AT_ONCE, after=last)):
            if stop():
                return False
            rows = close.rows(passages, threads)
            with self._writing(wait, file=passages[-1].passage.report_id):
                close.keep(rows)
            last = passages[-1].key
            if progress is not None:
                progress(*close.counts())
        return not close.left()

    def rebuild(self, *, wait: float = WAIT_SECONDS) -> None:
        """Cut and embed every report again from its stored text, and write both indexes anew, with the present settings and model.

        Until it has ended well, the library stays as it was.
        """
        with storing(self._directory), self._lock.held(wait):
            embedder = self._model(check=False)
            dimension = 0 if embedder is None else embedder.dimension
            manifest = make_manifest(self._settings, "" if embedder is None else embedder.name, dimension)
            epoch = self._catalog.epoch() + 1
            copies = Copies.create(self._directory, self._catalog, epoch, dimension)
            try:
                with self._catalog.replacing_passages() as replacer:
                    for info in self._catalog.reports():
                        report = self._catalog.report(info.id)
                        passages = self._split(report)
                        vectors = self._embed(passages, embedder)
                        keys = replacer.replace(report.id, passages, vectors)
                        copies.add(_indexed(Entry("", report, keys, passages, vectors)))
                    replacer.switch_copies(epoch, manifest_json(manifest), dimension)
            finally:
                copies.close()
            write_manifest(self._directory, manifest)
            self._refresh(self._catalog.generation())
            self._copies.clear_others()
            self._originals.sweep(self._catalog.contents())

    # Inside

    def _handed(self, files: Sequence[SourceFile | Unusable], reporter: Reporter, wait: float) -> Iterator[Handed]:
        """The files to be read, loaded; what is known already, or cannot be loaded, is finished."""
        limit = self._settings.max_file_bytes
        for number, file in enumerate(files):
            if isinstance(file, Unusable):
                reporter.finish(number, AddResult(file.path, "failed", error=file.error))
                continue
            path = reporter.path(number)
            try:
                data = load(file, limit=limit, allowed=READABLE)
                content = hashlib.sha256(data).hexdigest()
                if known := self._known(file, content):
                    if self._originals.path(content) is None:  # added before files were kept
                        with self._writing(wait, file=path, room=len(data)):
                            self._originals.keep(content, data)
                    reporter.finish(number, AddResult(path, "unchanged", known))
                    continue
            except ReportsError as error:
                reporter.finish(number, AddResult(path, "failed", error=error))
                continue
            yield Handed(number, data, file.shown, limit, content, self._scans)

    def _prepare(self, handed: Handed, read: Document | ReportsError, reporter: Reporter) -> Prepared | None:
        """Everything that needs no lock. None where the file cannot be read: it is finished."""
        number, since = handed.number, time.monotonic()
        file = reporter.source(number)
        try:
            if isinstance(read, ReportsError):
                raise read
            report = as_report(file, read, handed.content)
            reporter.tell(number, "splitting")
            passages = self._split(report)
            reporter.tell(number, "embedding")
            return Prepared(number, file, handed.data, report, passages, self._embed(passages, self._model()), since)
        except ReportsError as error:
            reporter.finish(number, AddResult(reporter.path(number), "failed", error=error))
            return None

    def _known(self, file: SourceFile, content_hash: str) -> ReportInfo | None:
        """The report that these bytes already are: under this path, or under any other unless this path holds an older version."""
        mine = None if file.is_upload else self._catalog.find_source(file.key)
        if mine is not None:
            return mine if mine.content_hash == content_hash else None
        return self._catalog.find_content(content_hash)

    def _store(self, group: Sequence[Prepared], reporter: Reporter, wait: float) -> None:
        """Several files in one step: copies first, then the catalog, and they are there once it says so. Steps: see catalog.py."""
        if not group:
            return
        for one in group:
            reporter.tell(one.number, "writing")
        results: dict[int, AddResult] = {}
        try:
            with self._writing(wait, file=reporter.path(group[0].number), room=sum(len(one.data) for one in group)):
                entries = []
                keys = iter(self._catalog.reserve(sum(len(one.passages) for one in group)))
                for one in group:
                    path = reporter.path(one.number)
                    if known := self._known(one.file, one.report.content_hash):  # another process was faster
                        results[one.number] = AddResult(path, "unchanged", known)
                        continue
                    status, entry = self._entry(one, list(islice(keys, len(one.passages))))
                    results[one.number] = AddResult(path, status, info_of(entry.report))
                    entries.append(entry)
                    self._originals.keep(one.report.content_hash, one.data)
                if entries:
                    self._copies.add([row for entry in entries for row in _indexed(entry)])
                    self._catalog.store(entries)
                self._copies.sweep()
                if "updated" in (result.status for result in results.values()):
                    self._originals.sweep(self._catalog.contents())
        except ReportsError as error:
            results = {one.number: AddResult(reporter.path(one.number), "failed", error=error) for one in group}
        for number, result in results.items():
            reporter.finish(number, result)

    def _entry(self, one: Prepared, keys: Sequence[int]) -> tuple[AddStatus, Entry]:
        key, known = self._place_of(one.file, one.report)
        source = key.removeprefix("upload:") if one.file.is_upload else one.report.source
        report = replace(one.report, id=known.id if known else self._new_id(key), source=source)
        if known:  # what the user set outlives another reading
            report = with_edits(report, dict(known.edits))
        passages = [replace(passage, report_id=report.id) for passage in one.passages]
        return "updated" if known else "added", Entry(key, report, keys, passages, one.vectors)

    def _place_of(self, file: SourceFile, read: Report) -> tuple[str, ReportInfo | None]:
        """The source key to store under, and the report to replace. An upload's name alone does not make it the same report."""
        number = 1
        while known := self._catalog.find_source(file.numbered(number)):
            if not file.is_upload or is_same_report(self._catalog.report(known.id), read):
                return file.numbered(number), known
            number += 1
        return file.numbered(number), None

    def _new_id(self, key: str) -> str:
        digest = hashlib.sha256(key.encode()).hexdigest()
        digits = ID_DIGITS
        while self._catalog.find_id(digest[:digits]) is not None:
            digits += 1
        return digest[:digits]

    def _split(self, report: Report) -> list[Passage]:
        target, maximum = self._settings.passage_characters, self._settings.passage_maximum
        return split(report.id, report.text, report.blocks, target=target, maximum=maximum)

    def _embed(self, passages: Sequence[Passage], embedder: Embedder | None) -> np.ndarray | None:
        if embedder is None:
            return None
        texts = [retrieval.embedding_text(passage) for passage in passages]
        parts = [embedder.embed_passages(texts[first : first + EMBED_AT_ONCE]) for first in range(0, len(texts), EMBED_AT_ONCE)]
        return np.concatenate(parts).astype(np.float32) if parts else np.zeros((0, embedder.dimension), np.float32)

    def _model(self, *, check: bool = True) -> Embedder | None:
        """The embedding model, loaded when first needed; None for "none". Raises ModelMissing, LibraryMismatch."""
        if self._embedder is None:
            embedder = embedder_of(self._settings)
            if check and embedder is not None:
                check_embedder(self._directory, self._manifest, embedder.name)
            self._embedder = embedder
        return self._embedder

    def _close_reading(self) -> CloseReading | None:
        """Loaded when first needed. Raises ModelMissing."""
        if self._close is None and self._may_read:
            self._close = CloseReading(self._catalog, TransformerEmbedder.load())
        return self._close

    def _rereader(self) -> Reranker | None:
        """The reranker, loaded when first needed; None for "none". Raises ModelMissing."""
        if self._reranker is None and self._settings.reranker != NONE:
            self._reranker = load_reranker(self._settings.reranker, self._settings.device, self._settings.batch_size)
        return self._reranker

    def _refresh(self, generation: int) -> None:
        """Have the copies of this generation open. Raises LibraryMismatch where another process rebuilt the library otherwise."""
        if self._epoch != (epoch := self._catalog.epoch()):
            self._manifest = parse_manifest(self._catalog.manifest(), self._directory / "catalog.sqlite")
            self._compare()
            self._epoch = epoch
        self._copies.refresh(generation)

    def _compare(self) -> None:
        check_manifest(self._directory, self._manifest, self._settings)
        if self._embedder is not None:
            check_embedder(self._directory, self._manifest, self._embedder.name)

    @contextmanager
    def _writing(self, wait: float, *, file: str, room: int = 0) -> Iterator[None]:
        """The writer's lock, with the copies in step with the catalog. `room`: bytes of files to keep."""
        with storing(self._directory, file), self._lock.held(wait):
            need_room(self._directory, file, room)
            if self._epoch != self._catalog.epoch():
                self._refresh(self._catalog.generation())
            self._copies.settle()
            yield


def _indexed(entry: Entry) -> list[Indexed]:
    vectors = [None] * len(entry.passages) if entry.vectors is None else list(entry.vectors)
    about = (entry.report.title, entry.report.language)
    return [Indexed(key, passage, vector, *about) for key, passage, vector in zip(entry.keys, entry.passages, vectors, strict=True)]
