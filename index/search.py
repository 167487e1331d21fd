"""Question -> candidates of the words and of the vectors -> one score -> scored passages (larger is better).

Candidates are the best of a plain weighted query over the word index and the nearest passages of the vector index. Every candidate
is then scored by both: BM25 over probabilistic structured queries (Darwish & Oard, SIGIR 2003), where all that stands for one asked
word counts as that word, divided by the best candidate's; and the cosine of the vectors. The best of them are scored again by
their best sentence, in the same two ways: a passage that holds the asked words together goes before one that holds them scattered.
The weights were chosen on the development part of MLQA (eval/LOG.md).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from .catalog import Catalog
from .embed import Embedder, StaticEmbedder
from .language.normalise import fold, nfc, tone
from .language.sentences import sentences
from .language.tokens import stem
from .language.tokens import words as tokens_of
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon
from .query import FIELDS, Asked, SearchedFor, plan, searched_for
from .records import Language, Passage, ScoredPassage
from .rerank import RERANKED, Reranker
from .vectors import VectorIndex
from .words import WordIndex

__all__ = ["FIELDS", "embedding_text", "explain", "passage_fields", "search"]

CANDIDATES = 100  # of each arm
COSINE_WEIGHT = 0.8  # against lexical scores divided by the best one
READ_CLOSELY = 30  # candidates whose sentences are scored
SENTENCE_WEIGHT, SENTENCE_COSINE_WEIGHT = 0.4, 0.4
USUAL_SENTENCE_LENGTH = 40.0  # words
HEADING_SHARE = 0.6  # an occurrence in the headings above a passage, against one in it
AROUND_SHARE = 0.3  # and in the passages before and after it
K1, B = 1.2, 0.75
SPELLINGS = (("text", "pairs"), ("folded", "folded_pairs"), ("stems", "stem_pairs"))  # in the order of `_forms`
USUAL_LENGTH = 180.0  # words of a passage whose length is neither rewarded nor punished


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
) -> list[ScoredPassage]:
    """The `k` best passages, best first; `arms` holds "words" (0..1, 1 is the best candidate) and "vectors" (a cosine).
    With a reranker the best are in its order; `arms` holds its score as "reranker".

    `report_ids` restricts the search. `lexicon` and `glossary` stand in for the package's own.
    """
    asked = plan(query, lexicon or Lexicon.load(), glossary or Glossary.load())
    scorer = WordScorer(asked, words)
    limit = max(CANDIDATES, k)
    found = [key for key, _ in words.search(scorer.clauses(), limit, report_ids)]
    vector = None
    if vectors is not None and embedder is not None and query.strip():
        vector = embedder.embed_query(query)
        found += [key for key, _ in vectors.search(vector, limit, report_ids)]
    passages = catalog.passages(list(dict.fromkeys(found)))
    keys = [key for key in dict.fromkeys(found) if key in passages]  # a passage removed meanwhile is left out
    if not keys:
        return []
    texts = [passages[key] for key in keys]
    titles = catalog.titles([passage.report_id for passage in texts])
    lexical = _of_best(scorer.passages([_titled(passage, titles) for passage in texts]))
    cosines = np.zeros(len(keys))
    if vectors is not None and vector is not None:
        cosines = vectors.vectors(keys).astype(np.float64) @ vector
    scores = lexical + COSINE_WEIGHT * cosines
    close = sorted(range(len(keys)), key=lambda i: (-scores[i], keys[i]))[: max(READ_CLOSELY, k)]
    around = _around([keys[i] for i in close], catalog)
    in_context = _of_best(np.array([scorer.passage(_titled(texts[i], titles), around[keys[i]]) for i in close]))
    scores[close] += in_context - lexical[close]
    scores[close] += _by_sentence([texts[i].text for i in close], scorer, embedder, vector)
    order = sorted(close, key=lambda i: (-scores[i], keys[i]))
    found_passages = [
        ScoredPassage(texts[i], float(scores[i]), {"words": float(lexical[i]), "vectors": float(cosines[i])}) for i in order
    ]
    return (found_passages if reranker is None else _reranked(query, found_passages, reranker))[:k]


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


def _titled(passage: Passage, titles: Mapping[str, str]) -> Passage:
    """With its report's title as the first heading, as the word index holds it: there stand the place and the year."""
    return replace(passage, heading=f"{titles.get(passage.report_id, '')} › {passage.heading}")


def _around(keys: Sequence[int], catalog: Catalog) -> dict[int, list[str]]:
    """key -> the texts of the passages before and after it in its report. Keys of one report follow each other."""
    near = catalog.passages([k for key in keys for k in (key - 1, key, key + 1)])
    return {
        key: [near[k].text for k in (key - 1, key + 1) if k in near and near[k].report_id == near[key].report_id]
        if key in near
        else []
        for key in keys
    }


def _by_sentence(texts: Sequence[str], scorer: WordScorer, embedder: Embedder | None, vector: np.ndarray | None) -> np.ndarray:
    """float64 [len(texts)]: what each text's best sentence adds. Cosines only of an embedder that makes them in no time."""
    split = [_sentences(text) for text in texts]
    words = _of_best(np.array([max(map(scorer.sentence, sentences), default=0.0) for sentences in split]))
    if vector is None or not isinstance(embedder, StaticEmbedder):
        return SENTENCE_WEIGHT * words
    cosines = [max(_sentence_vectors(embedder, text) @ vector, default=0.0) for text in texts]
    return SENTENCE_WEIGHT * words + SENTENCE_COSINE_WEIGHT * np.array(cosines, np.float64)


def _of_best(scores: np.ndarray) -> np.ndarray:
    return scores / max(float(scores.max()), 1e-9)


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in sentences(text))


@lru_cache(maxsize=2048)
def _sentence_vectors(embedder: StaticEmbedder, text: str) -> np.ndarray:
    return embedder.embed_passages(_sentences(text))


def explain(query: str, lexicon: Lexicon | None = None, glossary: Glossary | None = None) -> list[SearchedFor]:
    """What is searched for besides the question's own words, word by word; [] where nothing is."""
    return searched_for(plan(query, lexicon or Lexicon.load(), glossary or Glossary.load()))


class WordScorer:
    """BM25 of what was asked for: the sum over asked words of weight × idf × saturated frequency, where frequencies (in the text,
    and of passages in the index) are sums over what stands for the word, each times its share."""

    def __init__(self, asked: Sequence[Asked], words: WordIndex) -> None:
        self._asked = asked
        self._words = words
        self._weights = [a.weight * self._telling(a) for a in asked]
        self._matcher = Matcher(asked)

    def clauses(self) -> list[tuple[str, str, float]]:
        """(field, term, boost) for the word index: a plain query that comes near these scores. The index multiplies each term by
        the term's own idf, so the boost takes that out and puts the asked word's in."""
        boosts: dict[tuple[str, str], float] = {}
        for a, weight in zip(self._asked, self._weights, strict=True):
            for s in a.sought:
                parts = s.term.split(" ")
                for part in parts:
                    frequency = self._words.document_frequency(s.field, part)
                    if frequency:
                        boost = weight * s.share / len(parts) / _idf(frequency, self._words.count)
                        boosts[s.field, part] = boosts.get((s.field, part), 0.0) + boost
        return [(field, term, boost) for (field, term), boost in boosts.items()]

    def passages(self, passages: Sequence[Passage]) -> np.ndarray:
        """float64 [len(passages)]; what stands in the headings counts for less."""
        return np.array([self.passage(passage) for passage in passages])

    def sentence(self, text: str) -> float:
        frequencies: dict[int, float] = {}
        length = self._matcher.count(text, 1.0, frequencies)
        return self._score(frequencies, length / USUAL_SENTENCE_LENGTH)

    def passage(self, passage: Passage, around: Sequence[str] = ()) -> float:
        """`around`: texts beside it, which say what it is about."""
        frequencies: dict[int, float] = {}
        length = self._matcher.count(passage.text, 1.0, frequencies)
        length += sum(self._matcher.count(text, AROUND_SHARE, frequencies) for text in around)
        if passage.heading:
            length += self._matcher.count(passage.heading, HEADING_SHARE, frequencies)
        return self._score(frequencies, length / USUAL_LENGTH)

    def _telling(self, asked: Asked) -> float:
        """The idf of a word, over all the passages that hold any of its forms."""
        frequency = 0.0
        for s in (*asked.sought, *asked.common):
            frequency += s.share * min(self._words.document_frequency(s.field, part) for part in s.term.split(" "))
        return _idf(frequency, self._words.count)

    def _score(self, frequencies: dict[int, float], length: float) -> float:
        norm = K1 * (1 - B + B * length)
        return sum(self._weights[i] * f * (K1 + 1) / (f + norm) for i, f in frequencies.items())


class Matcher:
    """How often each asked word, in whatever form, occurs in a text."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._single: dict[str, dict[str, list[tuple[int, float]]]] = {field: {} for field in FIELDS}
        self._phrases: list[tuple[int, str, list[str], float]] = []
        self._wanted: dict[str, set[str]] = {field: set() for field in FIELDS}
        for i, a in enumerate(asked):
            for s in a.sought:
                parts = s.term.split(" ")
                self._wanted[s.field].update(parts)
                if len(parts) > 1:
                    self._phrases.append((i, s.field, parts, s.share))
                else:
                    self._single[s.field].setdefault(s.term, []).append((i, s.share))
        self._firsts = {pairs: {term.partition("_")[0] for term in self._wanted[pairs]} for _, pairs in SPELLINGS}

    def count(self, text: str, share: float, frequencies: dict[int, float]) -> float:
        """Add to `frequencies` (asked word -> how often, times `share`); the text's length in words, times `share`."""
        forms = _forms(text)
        seen: dict[str, Counter[str]] = {}
        for units, (field, pairs) in zip(forms, SPELLINGS, strict=True):
            wanted = self._wanted[field]
            if wanted:
                seen[field] = Counter([u for u in units if u in wanted])
            if self._wanted[pairs]:
                firsts, wanted = self._firsts[pairs], self._wanted[pairs]
                near = [f"{a}_{b}" for a, b in pairwise(units) if a in firsts]
                seen[pairs] = Counter([pair for pair in near if pair in wanted])
        for field, counts in seen.items():
            single = self._single[field]
            for term, n in counts.items():
                for i, part in single.get(term, ()):
                    frequencies[i] = frequencies.get(i, 0.0) + share * part * n
        for i, field, parts, part in self._phrases:
            n = min(seen[field][p] for p in parts)
            if n:
                frequencies[i] = frequencies.get(i, 0.0) + share * part * n
        return share * len(forms[0])


def _idf(frequency: float, count: int) -> float:
    """Lucene's, above 0: ln(1 + (N - n + 0.5) / (n + 0.5)). Passages just deleted may still count in n, so it is held to N."""
    n = min(frequency, count)
    return math.log1p((count - n + 0.5) / (n + 0.5))


@lru_cache(maxsize=16384)
def _forms(text: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The words of a text as written (one tone placement, lower-case), without diacritics, and as English stems.

    Stems are made of plain letters only: a word with diacritics is not English, "" stands in its place.
    """
    tokens = tuple(tone(t.text) for t in tokens_of(nfc(text)))
    return tokens, tuple(map(_fold, tokens)), tuple(stem(t) if t.isascii() else "" for t in tokens)


def _fields(text: str) -> dict[str, list[str]]:
    """The tokens of each field."""
    made: dict[str, list[str]] = {}
    for units, (field, pairs) in zip(_forms(text), SPELLINGS, strict=True):
        made[field] = [u for u in units if u]
        made[pairs] = [f"{a}_{b}" for a, b in pairwise(units) if a and b]
    return made


@lru_cache(maxsize=65536)
def _fold(token: str) -> str:
    return fold(token)
