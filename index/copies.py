"""The word index and the vectors as one thing: in step with the catalog, reopened when it moves, rebuilt from it when lost.

    <library>/words/<epoch>/     tantivy
    <library>/vectors/<epoch>/   Chroma

A rebuild writes the next epoch's folders beside the ones in use and switches in the catalog's transaction.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from .catalog import Catalog, Indexed, titled
from .errors import LibraryDamaged
from .records import Language, Passage
from .search import FIELDS, passage_fields
from .vectors import VectorIndex, VectorsStale
from .words import WordIndex


class Copies:
    """The open copies of one epoch. `vectors` is None for a library without an embedding model."""

    def __init__(self, directory: Path, catalog: Catalog) -> None:
        self._directory = directory
        self._catalog = catalog
        self._lock = threading.RLock()
        self._epoch = 0  # nothing open
        self._seen = 0  # the catalog's generation they were opened at, or brought to
        self.words: WordIndex
        self.vectors: VectorIndex | None = None

    def refresh(self, generation: int) -> None:
        """Open them, or open them again where the catalog has moved since. Raises LibraryDamaged where they are lost."""
        with self._lock:
            if self._epoch and self._seen == generation:
                return
            epoch = self._catalog.epoch()
            if epoch != self._epoch:
                self._open(epoch, self._catalog.dimension(), create=False)
            else:
                self.words.reload()
                if self.vectors is not None:
                    self.vectors.reopen()
            self._seen = generation

    def forget(self) -> None:
        """The next `refresh` opens them again, whatever the generation."""
        with self._lock:
            self._seen = 0

    def settle(self) -> None:
        """Bring them in step with the catalog, under the writer's lock: sweep what a crash left, rebuild what is lost."""
        with self._lock:
            try:
                self.refresh(self._catalog.generation())
                self.sweep()
                if self._in_step():
                    return
            except (LibraryDamaged, VectorsStale):
                pass  # they are copies: the catalog has everything
            self.rebuild()

    def add(self, rows: Sequence[Indexed]) -> None:
        """Add passages that the catalog is about to hold."""
        _write(rows, self.words, self.vectors)

    def sweep(self) -> None:
        """Delete what the catalog says must go, and tell it that it is done."""
        keys = self._catalog.to_sweep()
        if keys:
            self.words.delete(keys)
            if self.vectors is not None:
                self.vectors.delete(keys)
            self._catalog.swept()
        self._seen = self._catalog.generation()

    def rebuild(self) -> None:
        """Write both anew from the catalog's passages and vectors, then switch to them."""
        epoch = self._catalog.epoch() + 1
        new = Copies.create(self._directory, self._catalog, epoch, self._catalog.dimension())
        for rows in self._catalog.indexed():
            new.add(rows)
        new.close()
        self._catalog.switch_copies(epoch)
        self.refresh(self._catalog.generation())
        self.clear_others()

    @classmethod
    def create(cls, directory: Path, catalog: Catalog, epoch: int, dimension: int) -> Copies:
        """New, empty copies in the folders of `epoch`; whatever a crash left there is removed."""
        copies = cls(directory, catalog)
        for folder in copies._folders(epoch):
            shutil.rmtree(folder, ignore_errors=True)
        copies._open(epoch, dimension, create=True)
        return copies

    def clear_others(self) -> None:
        """Remove the folders of other epochs; one that another system will not let go of stays until the next time."""
        for kind in self._folders(self._epoch):
            for folder in kind.parent.iterdir() if kind.parent.is_dir() else ():
                if folder.name != str(self._epoch):
                    shutil.rmtree(folder, ignore_errors=True)

    def problems(self) -> list[str]:
        """Where they differ from the catalog, in sentences; empty when in step."""
        passages, vectors = self._catalog.counts()
        found = []
        if self.words.count != passages:
            found.append(f"The word index holds {self.words.count} passages, the catalog {passages}.")
        if self.vectors is not None and self.vectors.count != vectors:
            found.append(f"The vector index holds {self.vectors.count} vectors, the catalog {vectors}.")
        if self._catalog.to_sweep():
            found.append("An interrupted change has left passages to be swept; the next change does it.")
        return found

    def close(self) -> None:
        with self._lock:
            self._close_vectors()
            self._epoch = 0

    def _in_step(self) -> bool:
        return not self.problems()

    def _folders(self, epoch: int) -> tuple[Path, Path]:
        return self._directory / "words" / str(epoch), self._directory / "vectors" / str(epoch)

    def _open(self, epoch: int, dimension: int, *, create: bool) -> None:
        self._close_vectors()
        self._epoch = 0
        words, vectors = self._folders(epoch)
        self.words = WordIndex.open(words, FIELDS, create=create)
        if dimension:
            self.vectors = VectorIndex.open(vectors, dimension, create=create)
        self._epoch = epoch

    def _close_vectors(self) -> None:
        if self.vectors is not None:
            self.vectors.close()
            self.vectors = None


def _write(rows: Sequence[Indexed], words: WordIndex, vectors: VectorIndex | None) -> None:
    words.add((row.key, row.passage.report_id, indexed_fields(row.passage, row.title, row.language)) for row in rows)
    embedded = [row for row in rows if row.vector is not None]
    if vectors is not None and embedded:
        matrix = np.stack([row.vector for row in embedded if row.vector is not None])
        vectors.add([row.key for row in embedded], matrix, [row.passage.report_id for row in embedded])


def indexed_fields(passage: Passage, title: str, language: Language) -> dict[str, str]:
    """field -> tokens."""
    return passage_fields(replace(passage, heading=titled(title, passage.heading)), language)
