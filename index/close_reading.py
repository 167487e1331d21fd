"""Close reading: passages read once more, by the small transformer, after they can be searched already.

    close = CloseReading(catalog, TransformerEmbedder.load())
    close.keep(close.rows(close.unread(32)))    reads some passages (Library.read_closely: all of them, a few at a time)
    close.ready()                               whether every passage has been read: only then are readings used, for the cosines
                                                of some passages tell nothing beside those of another model
    close.compared(close.ask("hộ nghèo", …), keys)      what the question has in common with these passages

What was read lies in the catalog, beside the passage and gone with it: a vector in 16 bits a number, and one in 8 bits for each
sentence. The passages' vectors are held in memory up to FULL_SCAN of them, to find the nearest; in larger libraries only the
candidates that words and the static model find are compared.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from .catalog import Catalog, titled
from .catalog_close import CloseTable, Unread
from .language.normalise import nfc
from .language.tokens import words
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon
from .lexicon.marks import restored
from .onnx_embed import Reading, TransformerEmbedder
from .vectors import Held

LEAST_TITLE = 2  # words of letters
FULL_SCAN = 200_000  # vectors held in memory: 300 MB, 30 ms


class Close(NamedTuple):
    """What the question has in common with a passage: cosines, of the whole passage and of each of its sentences [n]."""

    passage: float
    sentences: np.ndarray


class CloseReading:
    """The readings of one library by one model. Safe between threads."""

    def __init__(self, catalog: Catalog, model: TransformerEmbedder) -> None:
        self._catalog = catalog
        self._table = CloseTable(catalog)
        self._model = model
        self._lock = threading.Lock()
        self._seen: tuple[int, int] = (-1, -1)
        self._held = Held.empty(model.dimension)
        self._counted: tuple[tuple[int, int], tuple[int, int]] = ((-1, -1), (0, 0))

    @property
    def model(self) -> TransformerEmbedder:
        return self._model

    def counts(self) -> tuple[int, int]:
        """Passages read, and all of them."""
        state = self._state()
        if self._counted[0] != state:
            self._counted = (state, (self._table.count(self._model.name), self._catalog.counts()[0]))
        return self._counted[1]

    def ready(self) -> bool:
        read, there = self.counts()
        return read == there > 0

    def left(self) -> int:
        """Passages that are not read yet."""
        read, there = self.counts()
        return there - read

    def ask(self, query: str, lexicon: Lexicon, glossary: Glossary) -> np.ndarray:
        """float32 [d]: the question's vector. One without diacritics gets back those it likeliest had."""
        return self._model.embed_query(restored(query, lexicon, glossary))

    def nearest(self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None) -> list[int]:
        """The keys of the nearest passages, nearest first; [] in a library of more than FULL_SCAN passages."""
        if self.counts()[0] > FULL_SCAN or (report_ids is not None and not report_ids):
            return []
        return [key for key, _ in self._in_step().nearest(vector, limit, report_ids)]

    def compared(self, vector: np.ndarray, keys: Sequence[int]) -> dict[int, Close]:
        """What the question's vector has in common with each of these passages; one that is gone, or unread, is left out."""
        found = {}
        for key, whole, sentences in self._table.rows(self._model.name, keys):
            rows = _widened(sentences, len(vector))
            found[key] = Close(float(np.frombuffer(whole, "<f2").astype(np.float32) @ vector), rows @ vector)
        return found

    def unread(self, limit: int, *, after: int = 0) -> list[Unread]:
        """Up to `limit` passages with keys above `after`, the oldest first."""
        return self._table.unread(self._model.name, limit, after)

    def rows(self, passages: Sequence[Unread], threads: int = 0) -> list[tuple[int, bytes, bytes]]:
        """Passages read: (key, vector, sentences) as the catalog keeps them. `threads`: as TransformerEmbedder.read."""
        given = []
        for _, passage, title, forward in passages:
            bounds = np.frombuffer(forward.sentences, "<u4").astype(np.int64).reshape(-1, 2)
            given.append((_above(title, passage.heading), nfc(passage.text), bounds))
        read = self._model.read(given, threads)
        return [(one.key, *_narrowed(reading)) for one, reading in zip(passages, read, strict=True)]

    def keep(self, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
        """Under the writer's lock."""
        self._table.keep(self._model.name, rows)

    def _state(self) -> tuple[int, int]:
        return self._catalog.generation(), self._table.state()

    def _in_step(self) -> Held:
        """All the vectors, in memory. A key is not used twice, so only new ones are fetched."""
        with self._lock:
            state = self._state()
            if self._seen != state:
                reports = self._table.keys(self._model.name)
                kept = self._held.only(reports)
                missing = sorted(set(reports).difference(kept.keys.tolist()))
                new = [(key, whole) for key, whole, _ in self._table.rows(self._model.name, missing)]
                if new:
                    keys = np.array([key for key, _ in new], np.int64)
                    rows = np.frombuffer(b"".join(whole for _, whole in new), "<f2").astype(np.float32)
                    kept = kept.joined(keys, rows.reshape(len(new), -1), [reports[key] for key, _ in new])
                self._held, self._seen = kept, state
            return self._held


def _above(title: str, heading: str) -> str:
    """What is read before a passage: where it stands, for there are place and year. A title of less than two words is a number."""
    told = sum(token.text.isalpha() for token in words(title)) >= LEAST_TITLE
    return titled(title if told else "", heading)


def _narrowed(reading: Reading) -> tuple[bytes, bytes]:
    largest = np.abs(reading.sentences).max(axis=1, keepdims=True, initial=0)
    whole = np.round(reading.sentences / np.maximum(largest, 1e-12) * 127).astype(np.int8)
    return reading.vector.astype("<f2").tobytes(), whole.tobytes()


def _widened(sentences: bytes, dimension: int) -> np.ndarray:
    """float32 [n, d], of length 1 (0 for a sentence that was cut off)."""
    rows = np.frombuffer(sentences, np.int8).reshape(-1, dimension).astype(np.float32)
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit
