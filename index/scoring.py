"""BM25 of what was asked for, of many passages at once. All that stands for one asked word counts as that word (probabilistic
structured queries: Darwish & Oard, SIGIR 2003)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .finder import Finder
from .forward import Forward
from .query import Asked
from .words import WordIndex

K1, B = 1.2, 0.95
USUAL_LENGTH = 180.0  # words of a passage whose length is neither rewarded nor punished
USUAL_SENTENCE_LENGTH = 40.0
HEADING_SHARE = 0.6  # an occurrence in the headings above a passage, against one in it
AROUND_SHARE = 0.3  # and in the passages before and after it


class WordScorer:
    """The sum over asked words of weight × idf × saturated frequency, where frequencies (in the text, and of passages in the index)
    are sums over what stands for the word, each times its share."""

    def __init__(self, asked: Sequence[Asked], words: WordIndex) -> None:
        self._asked = asked
        self._words = words
        self._known: dict[tuple[str, str], int] = {}
        self._weights = np.array([a.weight * self._telling(a) for a in asked], np.float64)
        self._finder = Finder(asked)

    def clauses(self) -> list[tuple[str, str, float]]:
        """(field, term, boost) for the word index: a plain query that comes near these scores. The index multiplies each term by
        the term's own idf, so the boost takes that out and puts the asked word's in."""
        boosts: dict[tuple[str, str], float] = {}
        for a, weight in zip(self._asked, self._weights.tolist(), strict=True):
            for s in a.sought:
                parts = s.term.split(" ")
                for part in parts:
                    frequency = self._frequency(s.field, part)
                    if frequency:
                        boost = weight * s.share / len(parts) / _idf(frequency, self._words.count)
                        boosts[s.field, part] = boosts.get((s.field, part), 0.0) + boost
        return [(field, term, boost) for (field, term), boost in boosts.items()]

    def passages(self, found: Sequence[Forward], around: Sequence[Sequence[Forward]] = ()) -> np.ndarray:
        """float64 [len(found)]. What stands in the headings counts for less, and so do the passages `around` each of them."""
        frequencies, lengths = self._finder.count([forward.words for forward in found])
        more, longer = self._finder.count([forward.heading for forward in found])
        frequencies += HEADING_SHARE * more
        lengths += HEADING_SHARE * longer
        of = [i for i, beside in enumerate(around) for _ in beside]
        if of:
            more, longer = self._finder.count([forward.words for beside in around for forward in beside])
            np.add.at(frequencies, of, AROUND_SHARE * more)
            np.add.at(lengths, of, AROUND_SHARE * longer)
        return self._score(frequencies, lengths / USUAL_LENGTH)

    def best_sentences(self, found: Sequence[Forward]) -> np.ndarray:
        """float64 [len(found)]: the score of each passage's best sentence, 0 where there is none."""
        frequencies, lengths, passage = self._finder.count_sentences([forward.words for forward in found])
        best = np.zeros(len(found))
        np.maximum.at(best, passage, self._score(frequencies, lengths / USUAL_SENTENCE_LENGTH))
        return best

    def in_sentences(self, found: Sequence[Forward]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """float64 [sentences, asked words] and [sentences]: how often each asked word stands in each sentence, and the sentence's
        words; int64 [sentences]: the number of its passage. Sentences without a word are left out."""
        return self._finder.count_sentences([forward.words for forward in found])

    @property
    def asked(self) -> Sequence[Asked]:
        return self._asked

    @property
    def weights(self) -> np.ndarray:
        """float64 [asked words]: how much each tells."""
        return self._weights

    def _telling(self, asked: Asked) -> float:
        """The idf of a word, over all the passages that hold any of its forms."""
        frequency = 0.0
        for s in (*asked.sought, *asked.common):
            frequency += s.share * min(self._frequency(s.field, part) for part in s.term.split(" "))
        return _idf(frequency, self._words.count)

    def _frequency(self, field: str, term: str) -> int:
        if (field, term) not in self._known:
            self._known[field, term] = self._words.document_frequency(field, term)
        return self._known[field, term]

    def _score(self, frequencies: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """`lengths`: in usual ones."""
        norm = K1 * (1 - B + B * lengths)
        scores: np.ndarray = (frequencies / (frequencies + norm[:, None])) @ (self._weights * (K1 + 1))
        return scores


def _idf(frequency: float, count: int) -> float:
    """Lucene's, above 0: ln(1 + (N - n + 0.5) / (n + 0.5)). Passages just deleted may still count in n, so it is held to N."""
    n = min(frequency, count)
    return math.log1p((count - n + 0.5) / (n + 0.5))
