"""The sentences of the best passages -> a score for each as the answer to the question (larger is better, within one search).

A weighted sum of what sentence_features.py sees. The weights lie in sentences.json with the data they were learned from
(train_sentences.py): a conditional logit over the sentences of a question's passages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import numpy as np

from .embed import BUNDLED_PATH, Embedder, StaticEmbedder
from .forward import Forward
from .language.normalise import nfc
from .once import once
from .records import ScoredPassage, ScoredSentence
from .scoring import WordScorer
from .sentence_features import Found, features, names

WEIGHTS, CLOSE_WEIGHTS = "sentences.json", "sentences_close.json"
_WORDED = re.compile(r"[^\W_]|[%‰]")  # what language.tokens.words finds something in
RANKED = 12  # passages whose sentences are scored


def with_sentences(
    query: str,
    best: Sequence[ScoredPassage],
    read: Sequence[Forward],
    scorer: WordScorer,
    embedder: Embedder | None,
    close: Sequence[np.ndarray | None] = (),
) -> list[ScoredPassage]:
    """The passages with the sentences of the first RANKED scored. `read`: the forward index of each; `scorer` of the question.

    Tokens are compared by the bundled model, whichever the library uses. `close`: the cosines of each passage's sentences, where
    they were read closely.
    """
    near = list(zip(best[:RANKED], read, strict=False))
    whole = [nfc(scored.passage.text) for scored, _ in near]
    worded = [
        [(i, a, b) for i, (a, b) in enumerate(_bounds(forward)) if _WORDED.search(text, a, b)]
        for text, (_, forward) in zip(whole, near, strict=True)
    ]
    spans = [[(a, b) for _, a, b in own] for own in worded]
    texts = [text[a:b] for text, own in zip(whole, spans, strict=True) for a, b in own]
    if not texts or not scorer.asked:
        return list(best)
    frequencies, lengths, passage = scorer.in_sentences([forward for _, forward in near])
    found = Found(
        texts=texts,
        passage=passage,
        opening=np.array(
            [not scored.passage.start and not i for (scored, _), own in zip(near, spans, strict=True) for i in range(len(own))]
        ),
        asked=scorer.asked,
        weights=scorer.weights,
        frequencies=frequencies,
        lengths=lengths,
        scores=np.array([scored.score for scored, _ in near]),
        words=np.array([scored.arms["words"] for scored, _ in near]),
        vectors=np.array([scored.arms["vectors"] for scored, _ in near]),
        close=_close([[i for i, _, _ in own] for own in worded], close),
    )
    model = embedder if isinstance(embedder, StaticEmbedder) else StaticEmbedder.load(BUNDLED_PATH)
    signals = features(query, found, model)
    scores = iter(zip((signals @ weights(found.close is not None)).tolist(), signals.tolist(), strict=True))
    ranked = [
        replace(
            scored,
            sentences=tuple(
                ScoredSentence(scored.passage.start + a, scored.passage.start + b, score, tuple(row))
                for (a, b), (score, row) in zip(own, scores, strict=False)
            ),
        )
        for (scored, _), own in zip(near, spans, strict=True)
    ]
    return [*ranked, *best[len(near) :]]


def _bounds(forward: Forward) -> list[list[int]]:
    bounds: list[list[int]] = np.frombuffer(forward.sentences, "<u4").reshape(-1, 2).tolist()
    return bounds


def _close(numbers: Sequence[Sequence[int]], close: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """float64 [sentences]: the cosine of each sentence by its number in its passage; None unless all the passages were read."""
    if len(close) < len(numbers) or any(row is None for row in close[: len(numbers)]):
        return None
    rows = [row for row in close if row is not None]
    return np.array([rows[n][i] if i < len(rows[n]) else 0.0 for n, own in enumerate(numbers) for i in own], np.float64)


@once
def weights(close: bool) -> np.ndarray:
    """float64 [len(names(close))]: of each feature as it comes."""
    file = CLOSE_WEIGHTS if close else WEIGHTS
    return in_order(json.loads((files("index") / file).read_text("utf-8"))["weights"], names(close))


def in_order(named: dict[str, float], names: Sequence[str]) -> np.ndarray:
    """Raises ValueError where the file was learned with other features."""
    if set(named) != set(names):
        other = sorted(set(named) ^ set(names))
        raise ValueError(f"{WEIGHTS} or {CLOSE_WEIGHTS} holds weights of {other}: run python -m eval.train_sentences")
    return np.array([named[name] for name in names], np.float64)
