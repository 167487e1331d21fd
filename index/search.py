"""Question -> candidates of the words and of the vectors -> one score -> scored passages (larger is better).

Candidates are the best of a plain weighted query over the word index and the nearest passages of the vector index. Every candidate
is then scored by both: BM25 over probabilistic structured queries (Darwish & Oard, SIGIR 2003), where all that stands for one asked
word counts as that word, divided by the best candidate's; and the cosine of the vectors. The best of them are scored again by
their best sentence, in the same two ways: a passage that holds the asked words together goes before one that holds them scattered.
The weights were chosen on the development part of MLQA (eval/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .catalog import Catalog, Signals, titled
from .embed import BUNDLED_PATH, Embedder, StaticEmbedder
from .forward import SPELLINGS, Forward, forms
from .language.normalise import nfc
from .late import likeness
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon
from .lexicon.marks import restored
from .onnx_embed import TransformerEmbedder
from .query import FIELDS, SearchedFor, plan, searched_for
from .records import Language, Passage, ScoredPassage
from .rerank import RERANKED, Reranker
from .scoring import WordScorer
from .sentence_ranker import with_sentences
from .vectors import VectorIndex
from .words import WordIndex

__all__ = ["FIELDS", "embedding_text", "explain", "passage_fields", "search"]

CANDIDATES = 100  # of each arm
COSINE_WEIGHT = 0.8  # against lexical scores divided by the best one
TRANSFORMER_COSINE_WEIGHT = 1.4  # of vectors that know the order of words
READ_CLOSELY = 30  # candidates whose sentences are scored
SENTENCE_WEIGHT, SENTENCE_COSINE_WEIGHT = 0.4, 0.4
EMBEDDED = 12  # of these, those whose sentences and words are compared by their vectors too: they are made anew
TOKENS_WEIGHT = 0.5  # of a passage's tokens and of its best sentence's, each


def passage_fields(passage: Passage, language: Language) -> dict[str, str]:
    """field -> tokens joined by single spaces, for each of FIELDS; the headings come first in every field."""
    heading, text = _fields(passage.heading), _fields(passage.text)
    return {field: " ".join([*heading[field], *text[field]]) for field in FIELDS}


def embedding_text(passage: Passage) -> str:
    """What the embedding model is given for a passage: its nearest heading, then itself."""
    nearest = passage.heading.rsplit(" › ", 1)[-1]
    return f"{nearest}\n{passage.text}" if nearest else passage.text


def search(
    query: str,
    k: int,
    *,
    words: WordIndex,
    vectors: VectorIndex | None,
    catalog: Catalog,
    embedder: Embedder | None,
    report_ids: Sequence[str] | None = None,
    lexicon: Lexicon | None = None,
    glossary: Glossary | None = None,
    reranker: Reranker | None = None,
    sentences: bool = False,
) -> list[ScoredPassage]:
    """The `k` best passages, best first; `arms` holds "words" (0..1, 1 is the best candidate) and "vectors" (a cosine).
    With a reranker the best are in its order; `arms` holds its score as "reranker".

    `report_ids` restricts the search. `lexicon` and `glossary` stand in for the package's own. `sentences`: the best passages come
    with their sentences scored.
    """
    lexicon = lexicon or Lexicon.load()
    scorer = WordScorer(plan(query, lexicon, glossary or Glossary.load()), words)
    limit = max(CANDIDATES, k)
    found = [key for key, _ in words.search(scorer.clauses(), limit, report_ids)]
    vector = None
    if vectors is not None and embedder is not None and query.strip():
        # the transformer reads Vietnamese far better with its marks; the static model knows both spellings
        vector = embedder.embed_query(restored(query, lexicon) if isinstance(embedder, TransformerEmbedder) else query)
        found += [key for key, _ in vectors.search(vector, limit, report_ids)]
    held = catalog.signals(list(dict.fromkeys(found)))
    keys = [key for key in dict.fromkeys(found) if key in held]  # a passage removed meanwhile is left out
    if not keys:
        return []
    lexical = _of_best(scorer.passages([held[key].forward for key in keys]))
    cosines = _cosines([held[key] for key in keys], vector)
    scores = lexical + (TRANSFORMER_COSINE_WEIGHT if isinstance(embedder, TransformerEmbedder) else COSINE_WEIGHT) * cosines
    close = sorted(range(len(keys)), key=lambda i: (-scores[i], keys[i]))[: max(READ_CLOSELY, k)]
    read = [held[keys[i]].forward for i in close]
    scores[close] += _of_best(scorer.passages(read, _around([keys[i] for i in close], catalog, held))) - lexical[close]
    scores[close] += SENTENCE_WEIGHT * _of_best(scorer.best_sentences(read))
    passages = catalog.passages([keys[i] for i in close])
    order = [i for i in close if keys[i] in passages]
    static = _static(embedder)
    if vector is not None and static is not None:
        scores[order] += SENTENCE_COSINE_WEIGHT * cosines[order]  # in place of their best sentence's
        order.sort(key=lambda i: (-scores[i], keys[i]))
        gained = _by_tokens(query, [(passages[keys[i]], held[keys[i]]) for i in order[:EMBEDDED]], static)
        gained -= SENTENCE_COSINE_WEIGHT * cosines[order[:EMBEDDED]]
        scores[order] += np.append(gained, np.full(max(0, len(order) - EMBEDDED), gained.min(initial=0)))
    order = sorted(order, key=lambda i: (-scores[i], keys[i]))
    best = [
        ScoredPassage(passages[keys[i]], float(scores[i]), {"words": float(lexical[i]), "vectors": float(cosines[i])})
        for i in order
    ]
    if sentences:
        best = with_sentences(query, best, [held[keys[i]].forward for i in order], scorer, embedder)
    return (best if reranker is None else _reranked(query, best, reranker))[:k]


def _reranked(query: str, found: Sequence[ScoredPassage], reranker: Reranker) -> list[ScoredPassage]:
    """The best by the reranker's own order, before the rest as they were. Scores stay larger for the better."""
    best = found[:RERANKED]
    given = reranker.scores(query, [embedding_text(scored.passage) for scored in best])
    top = best[0].score if best else 0.0
    read = [
        replace(scored, score=top + float(score), arms={**scored.arms, "reranker": float(score)})
        for scored, score in zip(best, given, strict=True)
    ]
    return sorted(read, key=lambda scored: -scored.score) + list(found[RERANKED:])


def _cosines(held: Sequence[Signals], vector: np.ndarray | None) -> np.ndarray:
    """float64 [len(held)], 0 for a passage without a vector."""
    if vector is None:
        return np.zeros(len(held))
    rows = np.stack([np.zeros_like(vector) if one.vector is None else one.vector for one in held])
    cosines: np.ndarray = rows.astype(np.float64) @ vector
    return cosines


def _around(keys: Sequence[int], catalog: Catalog, held: Mapping[int, Signals]) -> list[list[Forward]]:
    """The words of the passages before and after each in its report. Keys of one report follow each other."""
    near = dict(held) | catalog.signals([k for k in {k for key in keys for k in (key - 1, key + 1)} if k not in held])
    return [[near[k].forward for k in (key - 1, key + 1) if k in near and near[k].report_id == near[key].report_id] for key in keys]


def _static(embedder: Embedder | None) -> StaticEmbedder | None:
    """What embeds sentences and single words: others take too long, so the transformer leaves that to the bundled model."""
    if isinstance(embedder, TransformerEmbedder):
        return StaticEmbedder.load(BUNDLED_PATH)
    return embedder if isinstance(embedder, StaticEmbedder) else None


def _by_tokens(query: str, read: Sequence[tuple[Passage, Signals]], embedder: StaticEmbedder) -> np.ndarray:
    """float64 [len(read)]: what the vectors of each passage's sentences and tokens add."""
    texts = []
    for passage, signals in read:
        text, bounds = nfc(passage.text), np.frombuffer(signals.forward.sentences, "<u4").reshape(-1, 2)
        texts.append([text[start:end] for start, end in bounds.tolist()])
    found = likeness(embedder, query, texts, [titled(signals.title, passage.heading) for passage, signals in read])
    gained: np.ndarray = SENTENCE_COSINE_WEIGHT * found.sentence + TOKENS_WEIGHT * (found.passage_tokens + found.sentence_tokens)
    return gained


def _of_best(scores: np.ndarray) -> np.ndarray:
    return scores / max(float(scores.max()), 1e-9)


def explain(query: str, lexicon: Lexicon | None = None, glossary: Glossary | None = None) -> list[SearchedFor]:
    """What is searched for besides the question's own words, word by word; [] where nothing is."""
    return searched_for(plan(query, lexicon or Lexicon.load(), glossary or Glossary.load()))


def _fields(text: str) -> dict[str, list[str]]:
    """The tokens of each field."""
    made: dict[str, list[str]] = {}
    for units, (field, pairs) in zip(forms(text), SPELLINGS, strict=True):
        made[field] = [u for u in units if u]
        made[pairs] = [f"{a}_{b}" for a, b in pairwise(units) if a and b]
    return made
