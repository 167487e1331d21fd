"""Passage vectors in Chroma: keys, vectors, report ids, no text. A copy of the catalog, written by one process at a time.

Two processes that write one Chroma folder lose vectors without an error, and a process that only reads goes stale: its queries
do not find what another process added (measured: 0 of 100), until its client is closed and made anew (100 of 100 after 34 ms).
So the library writes under a lock and calls `reopen` whenever the catalog's generation moved.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import LibraryDamaged
from .settings import REBUILD_COMMAND

COLLECTION = "passages"
FULL_SCAN = 20_000  # vectors up to which every one is compared: 3 ms, and none is missed (see NEIGHBORS)
BATCH = 100  # a write holds Python's interpreter lock for its whole call: 180 ms for 100 rows, 6.8 s for 5,000
EF_SEARCH = 400  # recall@10 0.998 against 0.975 at the default 100 (98k real vectors), about 1 ms a query more
# Reports written on one template hold near-equal passages. With Chroma's 16 and 100, up to 4 of 3,000 such vectors were not found
# even by themselves: no neighbour kept a link to them. With 32 and 200 none was lost (six runs), for about the same time to build.
NEIGHBORS, EF_CONSTRUCTION = 32, 200

_HNSW = {"space": "cosine", "ef_search": EF_SEARCH, "max_neighbors": NEIGHBORS, "ef_construction": EF_CONSTRUCTION}
_spellings: dict[str, set[int]] = {}
_spellings_lock = threading.Lock()


class VectorsStale(Exception):
    """The collection changed under a reader: `reopen`, then ask again."""


class VectorIndex:
    """Passage vectors by key. Safe between threads; calls take turns."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._dimension = dimension
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._spelling = 0
        self._held = Held.empty(dimension)
        self._moved = True  # `_held` is to be brought in step
        self._count: int | None = None  # Chroma counts row by row: 4 ms for 50,000

    @classmethod
    def open(cls, path: Path, dimension: int, *, create: bool = False) -> VectorIndex:
        """`dimension`: floats a vector. Raises LibraryDamaged where there is none (unless `create`) or it cannot be read."""
        if not create and not (path / "chroma.sqlite3").is_file():
            raise LibraryDamaged(file=path, detail="the vector index is missing", command=REBUILD_COMMAND)
        path.mkdir(parents=True, exist_ok=True)
        index = cls(path, dimension)
        index._connect(create=create)
        return index

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def count(self) -> int:
        """Vectors in the collection."""
        with self._using() as collection:
            return self._counted(collection)

    def search(self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None) -> list[tuple[int, float]]:
        """(key, cosine) of the `limit` nearest passages, nearest first. `vector`: float32 [d]. Raises VectorsStale."""
        if limit < 1 or (report_ids is not None and not report_ids):
            return []
        with self._using() as collection:
            count = self._counted(collection)
            if count <= FULL_SCAN:
                return self._in_step(collection).nearest(vector, limit, report_ids)
            where = None if report_ids is None else {"report": {"$in": sorted(report_ids)}}
            found = collection.query(
                query_embeddings=[np.asarray(vector, np.float32)], n_results=min(limit, count), where=where, include=["distances"]
            )
        return [(int(key), 1.0 - float(distance)) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def vectors(self, keys: Sequence[int]) -> np.ndarray:
        """float32 [len(keys), d], a row of zeros for a key that is not there. Raises VectorsStale."""
        rows = np.zeros((len(keys), self._dimension), np.float32)
        with self._using() as collection:
            found = (
                collection.get(ids=[str(key) for key in dict.fromkeys(keys)], include=["embeddings"]) if len(keys) else {"ids": []}
            )
        at = {int(key): vector for key, vector in zip(found["ids"], found.get("embeddings", ()), strict=True)}
        for i, key in enumerate(keys):
            if key in at:
                rows[i] = at[key]
        return rows

    def keys(self) -> set[int]:
        """Every key in the collection."""
        with self._using() as collection:
            return {int(key) for key in collection.get(include=[])["ids"]}

    def add(self, keys: Sequence[int], vectors: np.ndarray, report_ids: Sequence[str]) -> None:
        """Add vectors (float32 [len(keys), d]), each with its report's id, in batches: other threads run in between."""
        for first in range(0, len(keys), BATCH):
            part = slice(first, first + BATCH)
            with self._using() as collection:
                self._forget(keys[part])
                collection.upsert(
                    ids=[str(key) for key in keys[part]],
                    embeddings=np.asarray(vectors[part], np.float32),
                    metadatas=[{"report": report_id} for report_id in report_ids[part]],
                )

    def delete(self, keys: Collection[int]) -> None:
        """Delete these vectors; unknown keys are no error."""
        gone = list(keys)
        for first in range(0, len(gone), BATCH):
            with self._using() as collection:
                self._forget(gone[first : first + BATCH])
                collection.delete(ids=[str(key) for key in gone[first : first + BATCH]])

    def reopen(self) -> None:
        """See what another process wrote."""
        with self._lock:
            self.close()
            self._connect(create=False)
            self._moved, self._count = True, None

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = self._collection = None
                with _spellings_lock:
                    _spellings[str(self._path)].discard(self._spelling)

    def _connect(self, *, create: bool) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False, allow_reset=False)
        self._spelling = _free_spelling(self._path)
        spelled = str(self._path) + "/." * self._spelling
        with _translated(self._path):
            self._client = chromadb.PersistentClient(path=spelled, settings=settings)
            if create:
                self._collection = self._client.get_or_create_collection(
                    COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": _HNSW},
                    metadata={"dimension": self._dimension},
                )
            else:
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)

    def _forget(self, keys: Collection[int]) -> None:
        """What is held of these keys is no longer so."""
        self._held = self._held.only(set(self._held.keys.tolist()).difference(keys))
        self._moved, self._count = True, None

    def _counted(self, collection: Any) -> int:
        if self._count is None:
            self._count = int(collection.count())
        return self._count

    def _in_step(self, collection: Any) -> Held:
        """All the vectors, in memory. A key is not used twice, so only new ones are fetched."""
        if self._moved:
            held = {int(key) for key in collection.get(include=[])["ids"]}
            kept = self._held.only(held)
            missing = [str(key) for key in held.difference(kept.keys.tolist())]
            self._held = kept.with_rows(collection.get(ids=missing, include=["embeddings", "metadatas"])) if missing else kept
            self._moved = False
        return self._held

    @contextmanager
    def _using(self) -> Iterator[Any]:
        with self._lock, _translated(self._path):
            if self._collection is None:
                raise LibraryDamaged(file=self._path, detail="it was closed", command=REBUILD_COMMAND)
            yield self._collection


@dataclass(frozen=True, slots=True)
class Held:
    """Vectors in memory: keys int64 [n], rows float32 [n, d] of length 1, the report id of each [n]."""

    keys: np.ndarray
    rows: np.ndarray
    reports: np.ndarray

    @classmethod
    def empty(cls, dimension: int) -> Held:
        return cls(np.zeros(0, np.int64), np.zeros((0, dimension), np.float32), np.zeros(0, np.object_))

    def nearest(self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None) -> list[tuple[int, float]]:
        """(key, cosine) of the nearest, nearest first; of equal ones the older key first."""
        cosines = self.rows @ np.asarray(vector, np.float32)
        if report_ids is not None:
            wanted = frozenset(report_ids)
            cosines[[report not in wanted for report in self.reports]] = -np.inf
        limit = min(limit, int(np.isfinite(cosines).sum()))
        if not limit:
            return []
        least = -np.partition(-cosines, limit - 1)[limit - 1]
        near = np.flatnonzero(cosines >= least)
        order = near[np.lexsort((self.keys[near], -cosines[near]))][:limit]
        return [(int(self.keys[i]), float(cosines[i])) for i in order]

    def only(self, keys: Collection[int]) -> Held:
        stay = np.isin(self.keys, np.fromiter(keys, np.int64, len(keys)))
        return self if stay.all() else Held(self.keys[stay], self.rows[stay], self.reports[stay])

    def with_rows(self, found: Mapping[str, Any]) -> Held:
        """And those that Chroma gave."""
        keys = np.array([int(key) for key in found["ids"]], np.int64)
        rows = np.asarray(found["embeddings"], np.float32).reshape(len(keys), self.rows.shape[1])
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return self.joined(keys, rows, [metadata["report"] for metadata in found["metadatas"]])

    def joined(self, keys: np.ndarray, rows: np.ndarray, reports: Sequence[str]) -> Held:
        """And these."""
        named = np.array(list(reports), np.object_)
        return Held(np.concatenate([self.keys, keys]), np.concatenate([self.rows, rows]), np.concatenate([self.reports, named]))


def _free_spelling(path: Path) -> int:
    """Chroma keeps one system for each spelling of a path and closes it with its last client, so that two libraries in one
    process on one folder could never reopen it. Each gets the path with its own number of "/." behind it."""
    with _spellings_lock:
        used = _spellings.setdefault(str(path), set())
        spelling = next(i for i in range(len(used) + 1) if i not in used)
        used.add(spelling)
    return spelling


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    import chromadb.errors

    try:
        yield
    except (chromadb.errors.ChromaError, ValueError) as error:
        detail = str(error)
        if "disk is full" in detail or "No space left" in detail:
            raise OSError(errno.ENOSPC, detail, str(path)) from error
        if "Error finding id" in detail or "Nothing found on disk" in detail:
            raise VectorsStale(detail) from error
        raise LibraryDamaged(file=path, detail=detail, command=REBUILD_COMMAND) from error
