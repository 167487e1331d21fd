"""The lexical index: several fields of tokens a passage, each scored by BM25. A copy of the catalog; one process writes.

Text comes tokenised: a field's value is its tokens joined by single spaces. Fields and tokens are search.py's business.
BM25 is tantivy's (k1 = 1.2, b = 0.75), https://github.com/quickwit-oss/tantivy/blob/main/src/query/bm25.rs
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from .errors import LibraryDamaged
from .settings import REBUILD_COMMAND

KEY, REPORT = "_key", "_report"
HEAP_BYTES = 32_000_000
TOKENIZER = "spaces"


class WordIndex:
    """Passages by key. Searching sees what was there at `open`, the last own write, or the last `reload`."""

    def __init__(self, path: Path, index: tantivy.Index, schema: tantivy.Schema, fields: Sequence[str]) -> None:
        self._path = path
        self._index = index
        self._schema = schema
        self._fields = tuple(fields)
        self._lock = threading.Lock()
        self._searcher = index.searcher()

    @classmethod
    def open(cls, path: Path, fields: Sequence[str], *, create: bool = False) -> WordIndex:
        """Raises LibraryDamaged where there is none (unless `create`) or where it has other fields."""
        if not create and not (path / "meta.json").is_file():
            raise LibraryDamaged(file=path, detail="the word index is missing", command=REBUILD_COMMAND)
        with _translated(path):
            path.mkdir(parents=True, exist_ok=True)
            schema = _schema(fields)
            index = tantivy.Index(schema, str(path))  # opens an existing one; refuses one of another schema
            index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
            index.config_reader("manual")
            index.reload()
            return cls(path, index, schema, fields)

    @property
    def fields(self) -> tuple[str, ...]:
        return self._fields

    @property
    def count(self) -> int:
        """Passages in the index."""
        return int(self._searcher.num_docs)

    def search(
        self, clauses: Sequence[tuple[str, str, float]], limit: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """(key, score) of the `limit` best passages, best first: the sum over clauses (field, term, boost) of boost × BM25.

        Terms are whole tokens. `report_ids` restricts the passages without touching their scores.
        """
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), float(boost)))
            for field, term, boost in clauses
            if boost > 0
        ]
        if not parts or limit < 1 or (report_ids is not None and not report_ids):
            return []
        query = tantivy.Query.boolean_query(parts)
        if report_ids is not None:
            chosen = tantivy.Query.term_set_query(self._schema, REPORT, sorted(report_ids))
            filtered = tantivy.Query.const_score_query(chosen, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, filtered)])
        searcher = self._searcher
        with _translated(self._path):
            hits = searcher.search(query, limit, count=False).hits
            keys = searcher.fast_field_values(KEY, [address for _, address in hits])
        return [(int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True) if key is not None]

    def document_frequency(self, field: str, term: str) -> int:
        """How many passages hold the term in this field (passages just deleted may still count)."""
        return int(self._searcher.doc_freq(field, term))

    def add(self, rows: Iterable[tuple[int, str, Mapping[str, str]]]) -> None:
        """Add (key, report id, field -> tokens) in one commit: all or nothing."""
        with self._writing() as writer:
            for key, report_id, tokens in rows:
                document = tantivy.Document()
                document.add_integer(KEY, key)
                document.add_text(REPORT, report_id)
                for field, text in tokens.items():
                    document.add_text(field, text)
                writer.add_document(document)

    def delete(self, keys: Collection[int]) -> None:
        """Delete these passages in one commit; unknown keys are no error."""
        if not keys:
            return
        with self._writing() as writer:
            for key in keys:
                writer.delete_documents_by_term(KEY, int(key))

    def reload(self) -> None:
        """See what another process wrote."""
        with _translated(self._path):
            self._index.reload()
            self._searcher = self._index.searcher()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        with self._lock, _translated(self._path):
            writer = self._index.writer(HEAP_BYTES, 1)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()  # also gives tantivy's own lock back
        self.reload()


def _schema(fields: Sequence[str]) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field(KEY, indexed=True, fast=True)
    builder.add_text_field(REPORT, tokenizer_name="raw", index_option="basic")
    for field in fields:
        builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="freq")
    return builder.build()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """tantivy raises ValueError for whatever its files do to it."""
    try:
        yield
    except ValueError as error:
        detail = str(error)
        if "No space left" in detail or "StorageFull" in detail:
            raise OSError(errno.ENOSPC, detail, str(path)) from error
        raise LibraryDamaged(file=path, detail=detail, command=REBUILD_COMMAND) from error
