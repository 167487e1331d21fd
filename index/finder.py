"""How often what was asked for stands in each of many texts of the forward index: numpy over their words' numbers, no strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .forward import BEGINS, folded, stemmed, written
from .query import Asked

_SINGLE_OF = {"text": "text", "folded": "folded", "stems": "stems"}
_PAIRS_OF = {"pairs": "text", "folded_pairs": "folded", "stem_pairs": "stems"}


class Finder:
    """The terms of a plan, ready to be counted."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._asked = len(asked)
        self._codes: dict[str, dict[str, int]] = {spelling: {} for spelling in _SINGLE_OF}  # word -> 1, 2, …
        columns: dict[tuple[str, str], int] = {}  # (field, term) of one word or one pair
        meanings: list[tuple[int, int, float]] = []  # column, asked word, share
        self._phrases: list[tuple[int, list[int], float]] = []  # asked word, columns of its pairs, share
        for i, a in enumerate(asked):
            for s in a.sought:
                own = [columns.setdefault((s.field, part), len(columns)) for part in s.term.split(" ")]
                if len(own) > 1:
                    self._phrases.append((i, own, s.share))
                else:
                    meanings.append((own[0], i, s.share))
        self._columns = len(columns)
        self._singles = self._lookups(columns, _SINGLE_OF)
        self._pairs = self._lookups(columns, _PAIRS_OF)
        self._by_first = {s: Lookup({written(w): code for w, code in self._codes[s].items()}) for s in ("text", "folded")}
        self._by_second = {
            "folded": Lookup({folded(w): code for w, code in self._codes["folded"].items()}),
            "stems": Lookup({stemmed(w): code for w, code in self._codes["stems"].items()}),
        }
        meanings.sort()
        self._starts = np.searchsorted([column for column, _, _ in meanings], np.arange(self._columns + 1))
        self._means = np.array([i for _, i, _ in meanings], np.int64)
        self._shares = np.array([share for _, _, share in meanings], np.float64)

    def count(self, texts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
        """float64 [len(texts), asked words]: how often each stands in each text, in whatever form; float64 [len(texts)]: the words
        in each."""
        words, of = joined(texts)
        return self._count(words, of, len(texts)), np.bincount(of, minlength=len(texts)).astype(np.float64)

    def count_sentences(self, texts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As `count`, sentence by sentence, and int64 [sentences]: the text each is of."""
        words, of = joined(texts)
        begins = (words[:, 0] & BEGINS).astype(bool)
        begins[np.flatnonzero(np.diff(of, prepend=-1))] = True
        sentence = np.cumsum(begins) - 1
        texts_of = of[begins]
        lengths = np.bincount(sentence, minlength=len(texts_of)).astype(np.float64)
        return self._count(words, sentence, len(texts_of)), lengths, texts_of

    def _lookups(self, columns: Mapping[tuple[str, str], int], fields: Mapping[str, str]) -> dict[str, Lookup]:
        """spelling -> code of a word, or codes of a pair, -> column."""
        known: dict[str, dict[int, int]] = {spelling: {} for spelling in fields.values()}
        for (field, term), column in columns.items():
            if field in fields:
                spelling = fields[field]
                codes = [self._code(spelling, word) for word in (term.split("_", 1) if fields is _PAIRS_OF else (term,))]
                known[spelling][codes[0] << 16 | codes[-1] if fields is _PAIRS_OF else codes[0]] = column
        return {spelling: Lookup(found) for spelling, found in known.items()}

    def _code(self, spelling: str, word: str) -> int:
        return self._codes[spelling].setdefault(word, len(self._codes[spelling]) + 1)

    def _coded(self, words: np.ndarray) -> dict[str, np.ndarray]:
        """spelling -> uint32 [len(words)]: the code of each word that is wanted in this spelling, 0 for others."""
        first, second = words[:, 0] & ~np.uint32(BEGINS), words[:, 1]
        codes = {spelling: np.zeros(len(words), np.uint32) for spelling in self._codes}
        for spelling in codes:
            for lookups, numbers in ((self._by_first, first), (self._by_second, second)):
                if spelling in lookups:
                    at, code = lookups[spelling].find(numbers)
                    codes[spelling][at] = code
        return codes

    def _count(self, words: np.ndarray, of: np.ndarray, texts: int) -> np.ndarray:
        rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for spelling, codes in self._coded(words).items():
            at = np.flatnonzero(codes)
            here, column = self._singles[spelling].find(codes[at])
            rows.append(of[at[here]])
            columns.append(column)
            first = at[:-1][np.diff(at) == 1]
            first = first[of[first] == of[first + 1]]
            here, column = self._pairs[spelling].find(codes[first] << np.uint32(16) | codes[first + 1])
            rows.append(of[first[here]])
            columns.append(column)
        return self._frequencies(np.concatenate(rows), np.concatenate(columns), texts)

    def _frequencies(self, rows: np.ndarray, columns: np.ndarray, texts: int) -> np.ndarray:
        """float64 [texts, asked words] of what was met: a term (column) in a text (row), once each."""
        meanings = (self._starts[1:] - self._starts[:-1])[columns]
        met = np.repeat(np.arange(len(columns)), meanings)
        meaning = self._starts[columns][met] + np.arange(len(met)) - (np.cumsum(meanings) - meanings)[met]
        cells = rows[met] * self._asked + self._means[meaning]
        found = np.bincount(cells, self._shares[meaning], minlength=texts * self._asked).astype(np.float64)  # integers where empty
        found = found.reshape(texts, self._asked)
        for i, own, share in self._phrases:
            each = [np.bincount(rows[columns == column], minlength=texts) for column in own]
            found[:, i] += share * np.minimum.reduce(each)
        return found


class Lookup:
    """uint32 -> a number, for arrays."""

    def __init__(self, known: Mapping[int, int]) -> None:
        self._keys = np.array(sorted(known), np.uint32)
        self._values = np.array([known[key] for key in sorted(known)], np.int64)
        self._maybe = np.zeros(1 << 16, np.bool_)  # most numbers are not known: this tells at a glance
        self._maybe[_glance(self._keys)] = True

    def find(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where in `numbers` the known ones stand, and what each is."""
        at = np.flatnonzero(self._maybe[_glance(numbers)])
        near = np.searchsorted(self._keys, numbers[at])
        same = self._keys[np.minimum(near, len(self._keys) - 1)] == numbers[at] if len(self._keys) else np.zeros(0, np.bool_)
        return at[same], self._values[near[same]]


def joined(texts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """uint32 [words, 2] of all texts one after the other, and int64 [words]: the text each word is of."""
    words = np.frombuffer(b"".join(texts), "<u4").reshape(-1, 2)
    return words, np.repeat(np.arange(len(texts)), [len(text) // 8 for text in texts])


def _glance(numbers: np.ndarray) -> np.ndarray:
    return numbers >> np.uint32(1) & np.uint32(0xFFFF)
