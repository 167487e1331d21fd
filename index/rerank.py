"""An optional reranker: any sentence-transformers CrossEncoder reads the question and each of the best passages together.

    load_reranker("none")                                       None
    load_reranker("cross-encoder/ms-marco-MiniLM-L6-v2")        a hub name or a folder

It is far slower than the search (some 10 ms a passage on two cores), so it sees only the best passages, and only where its owner
named one. One that cannot be loaded is an error, never a search without it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from .embed import load_model
from .errors import ModelFailed

NONE = "none"
RERANKED = 30  # passages it is shown
INSTEAD = 'The setting reranker = "none" does without.'


class Reranker(Protocol):
    @property
    def name(self) -> str: ...

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """float64 [len(texts)], 0..1, larger is better. Raises ModelFailed."""
        ...


def load_reranker(name: str, device: str = "cpu", batch_size: int = 32) -> Reranker | None:
    """`name`: "none", a local path or a hub name. Raises ModelMissing where it cannot be loaded."""
    return None if name == NONE else CrossEncoderReranker(name, device, batch_size)


class CrossEncoderReranker:
    """A CrossEncoder with one output. Safe between threads; calls take turns."""

    def __init__(self, name: str, device: str, batch_size: int) -> None:
        self._name = name
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._model = load_model(name, device, "CrossEncoder", INSTEAD)

    @property
    def name(self) -> str:
        return self._name

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros(0)
        try:
            with self._lock:
                found = self._model.predict(
                    [(query, text) for text in texts], batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
                )
        except (RuntimeError, ValueError, IndexError) as error:  # out of memory, a model of another kind
            raise ModelFailed(model=self._name, detail=str(error)) from error
        raw = np.asarray(found, np.float64)
        if raw.shape != (len(texts),):
            raise ModelFailed(model=self._name, detail=f"it gives {raw.shape[1:]} scores a passage; a reranker gives one")
        return raw if raw.min() >= 0 and raw.max() <= 1 else 1 / (1 + np.exp(-np.clip(raw, -50, 50)))
