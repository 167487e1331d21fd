"""Late interaction (ColBERT: Khattab & Zaharia, SIGIR 2020) over the static model's token vectors: each token of the question
against the one most like it in a passage, and in its best sentence. A word the lexicon cannot translate may still meet its like.

A text's vector is the sum of its tokens' rows; the longer a row, the more the token tells, so rows weigh the question's tokens too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .embed import StaticEmbedder


@dataclass(frozen=True, slots=True)
class Likeness:
    """float64 [passages] each: the cosine of the best sentence; the weighted mean of the greatest cosines of the question's tokens,
    in the whole passage and in the best sentence. 0 for a passage without a word."""

    sentence: np.ndarray
    passage_tokens: np.ndarray
    sentence_tokens: np.ndarray


def likeness(embedder: StaticEmbedder, query: str, passages: Sequence[Sequence[str]], above: Sequence[str]) -> Likeness:
    """`passages`: the sentences of each; `above`: the title and headings over each, which count as words of the passage."""
    asked = embedder.rows(list(dict.fromkeys(embedder.tokens([query])[0])))
    whole = embedder.embed_query(query).astype(np.float64)
    found = Likeness(np.zeros(len(passages)), np.zeros(len(passages)), np.zeros(len(passages)))
    ids = embedder.tokens([sentence for passage in passages for sentence in passage] + list(above))
    of = [i for i, passage in enumerate(passages) for _ in passage]
    kept = [n for n, tokens in enumerate(ids[: len(of)]) if tokens]
    if not len(asked) or not kept:
        return found
    weights = np.linalg.norm(asked, axis=1)
    rows = embedder.rows([token for n in kept for token in ids[n]])
    cosines = _unit(rows) @ _unit(asked).T
    starts = np.cumsum([0, *(len(ids[n]) for n in kept)])[:-1]
    passage = np.array([of[n] for n in kept])
    nearest = np.maximum.reduceat(cosines, starts, axis=0)
    first = np.flatnonzero(np.diff(passage, prepend=-1))
    own = passage[first]
    shares = weights / weights.sum()
    found.sentence[own] = np.maximum.reduceat(_unit(np.add.reduceat(rows, starts, axis=0)) @ whole, first)
    over = [(_unit(embedder.rows(ids[len(of) + i])) @ _unit(asked).T).max(axis=0, initial=-1.0) for i in own.tolist()]
    found.passage_tokens[own] = np.maximum(np.maximum.reduceat(nearest, first, axis=0), over) @ shares
    found.sentence_tokens[own] = np.maximum.reduceat(nearest @ shares, first)
    return found


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit
