"""Question -> candidates of the words and of the vectors -> one score -> scored passages (larger is better).

Candidates are the best of a plain weighted query over the word index and the nearest passages of the vector index. Every candidate
is then scored by both: BM25 over probabilistic structured queries (Darwish & Oard, SIGIR 2003), where all that stands for one asked
word counts as that word, divided by the best candidate's; and the cosine of the vectors. The best of them are scored again by
their best sentence, in the same two ways: a passage that holds the asked words together goes before one that holds them scattered.
Once the library has been read closely (close_reading.py), what was read takes the place of the vectors' cosine, and adds its own
nearest passages and the likeness of their best sentence. The weights were chosen on MLQA's development part (eval/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .catalog import Catalog, Signals, titled
from .close_reading import Close, CloseReading
from .embed import Embedder, StaticEmbedder
from .forward import SPELLINGS, Forward, forms
from .language.normalise import nfc
from .late import likeness
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon
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
CLOSE_WEIGHT = 6.0  # of the cosines of passages read closely, which differ by some hundredths; in place of COSINE_WEIGHT's
READ_AGAIN = 30  # candidates whose sentences are scored
SENTENCE_WEIGHT, SENTENCE_COSINE_WEIGHT = 0.4, 0.4
CLOSE_SENTENCE_WEIGHT = 3.0  # of the best sentence of a passage read closely
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
    close: CloseReading | None = None,
) -> list[ScoredPassage]:
    """The `k` best passages, best first; `arms` holds "words" (0..1, 1 is the best candidate) and "vectors" (a cosine).
    With a reranker the best are in its order; `arms` holds its score as "reranker".

    `close`: every passage has been read closely, and this says how near each comes; their cosines are the "vectors" then.
    `report_ids` restricts the search. `lexicon` and `glossary` stand in for the package's own. `sentences`: the best passages come
    with their sentences scored.
    """
    lexicon, glossary = lexicon or Lexicon.load(), glossary or Glossary.load()
    scorer = WordScorer(plan(query, lexicon, glossary), words)
    limit = max(CANDIDATES, k)
    found = [key for key, _ in words.search(scorer.clauses(), limit, report_ids)]
    vector = asked = None
    if vectors is not None and embedder is not None and query.strip():
        vector = embedder.embed_query(query)
        found += [key for key, _ in vectors.search(vector, limit, report_ids)]
    if close is not None and query.strip():
        asked = close.ask(query, lexicon, glossary)
        found += close.nearest(asked, limit, report_ids)
    held = catalog.signals(list(dict.fromkeys(found)))
    keys = [key for key in dict.fromkeys(found) if key in held]  # a passage removed meanwhile is left out
    if not keys:
        return []
    read = close.compared(asked, keys) if close is not None and asked is not None else None
    likeness_of = _close_cosines(keys, read) if read is not None else _cosines([held[key] for key in keys], vector)
    lexical = _of_best(scorer.passages([held[key].forward for key in keys]))
    scores = lexical + (COSINE_WEIGHT * likeness_of if read is None else CLOSE_WEIGHT * (likeness_of - likeness_of.min()))
    best = sorted(range(len(keys)), key=lambda i: (-scores[i], keys[i]))[: max(READ_AGAIN, k)]
    passages = catalog.passages([keys[i] for i in best])
    best = [i for i in best if keys[i] in passages]
    near = [(passages[keys[i]], held[keys[i]]) for i in best]
    again = scores[best] - lexical[best] + _by_sentences([keys[i] for i in best], held, scorer, catalog, read)
    if vector is not None and isinstance(embedder, StaticEmbedder):
        again += _by_tokens(query, vector, again, near, embedder)
    order = sorted(range(len(best)), key=lambda n: (-again[n], keys[best[n]]))
    shown = [
        ScoredPassage(near[n][0], float(again[n]), {"words": float(lexical[best[n]]), "vectors": float(likeness_of[best[n]])})
        for n in order
    ]
    if sentences:
        cosines = [None if read is None or keys[best[n]] not in read else read[keys[best[n]]].sentences for n in order]
        shown = with_sentences(query, shown, [near[n][1].forward for n in order], scorer, embedder, cosines)
    return (shown if reranker is None else _reranked(query, shown, reranker))[:k]


def _by_sentences(
    keys: Sequence[int], held: Mapping[int, Signals], scorer: WordScorer, catalog: Catalog, read: Mapping[int, Close] | None
) -> np.ndarray:
    """float64 [len(keys)]: each passage's words once more, with those around it; its best sentence by words, and by reading."""
    forwards = [held[key].forward for key in keys]
    scores = _of_best(scorer.passages(forwards, _around(keys, catalog, held)))
    scores += SENTENCE_WEIGHT * _of_best(scorer.best_sentences(forwards))
    if read is not None:
        scores += CLOSE_SENTENCE_WEIGHT * _best_sentences(keys, read)
    return scores


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


def _close_cosines(keys: Sequence[int], read: Mapping[int, Close]) -> np.ndarray:
    """float64 [len(keys)]; a passage stored since the library was found to be read throughout counts as the least like."""
    least = min((close.passage for close in read.values()), default=0.0)
    return np.array([read[key].passage if key in read else least for key in keys], np.float64)


def _best_sentences(keys: Sequence[int], read: Mapping[int, Close]) -> np.ndarray:
    """float64 [len(keys)]: how much more like each passage's likest sentence is than the least of these."""
    found = [float(read[key].sentences.max()) if key in read and len(read[key].sentences) else np.inf for key in keys]
    values = np.array(found, np.float64)
    least = float(values.min())
    return np.where(np.isfinite(values), values - least, 0.0) if np.isfinite(least) else np.zeros(len(values))


def _by_tokens(
    query: str, vector: np.ndarray, scores: np.ndarray, near: Sequence[tuple[Passage, Signals]], embedder: StaticEmbedder
) -> np.ndarray:
    """float64 [len(near)]: what the static vectors add to `scores`. Those of the sentences and tokens are made anew, so the first
    EMBEDDED get them; the others their whole passage's, and the least that the first ones gained."""
    whole = SENTENCE_COSINE_WEIGHT * _cosines([signals for _, signals in near], vector)
    first = sorted(range(len(near)), key=lambda n: -scores[n] - whole[n])[:EMBEDDED]
    texts = []
    for passage, signals in (near[n] for n in first):
        text, bounds = nfc(passage.text), np.frombuffer(signals.forward.sentences, "<u4").reshape(-1, 2)
        texts.append([text[start:end] for start, end in bounds.tolist()])
    found = likeness(embedder, query, texts, [titled(near[n][1].title, near[n][0].heading) for n in first])
    made = SENTENCE_COSINE_WEIGHT * found.sentence + TOKENS_WEIGHT * (found.passage_tokens + found.sentence_tokens)
    gained: np.ndarray = whole + (made - whole[first]).min(initial=0)
    gained[first] = made
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
