"""The forward index: the words of a passage in order, as numbers, so that no question has to cut texts into words again.

Each word is two 32-bit numbers: the hash of its spelling (lower-case, one tone placement), whose last bit says that a sentence
begins here; and the hash of its English stem or, where it bears diacritics, of its spelling without them. Hashes need no
vocabulary, so nothing stays of a passage that is removed. Two words may share a number: one in some hundred questions meets that.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np

from .language.normalise import fold, nfc, tone
from .language.sentences import sentences
from .language.tokens import stem
from .language.tokens import words as tokens_of

VERSION = 1  # raise it when words, their spellings, their numbers or the bounds of sentences change
BEGINS = 1
SPELLINGS = (("text", "pairs"), ("folded", "folded_pairs"), ("stems", "stem_pairs"))  # in the order of `forms`


@dataclass(frozen=True, slots=True)
class Forward:
    """`heading` and `words`: two uint32 a word; `sentences`: two uint32 a sentence, its first character in the text and the one
    after its last. Little-endian."""

    heading: bytes
    words: bytes
    sentences: bytes


def forward_of(heading: str, text: str) -> Forward:
    """Of a passage; `heading` is its report's title with its own headings."""
    words, starts = _spelled(text)
    numbers = _numbers(words)
    bounds = sentences(nfc(text))
    first = {bisect_left(starts, start) for start, _ in bounds}  # one without a word shares its neighbour's
    numbers[[i for i in first if i < len(words)], 0] |= BEGINS
    return Forward(_heading(heading), numbers.tobytes(), np.array(bounds, "<u4").tobytes())


def forms(text: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The words of a text as written (one tone placement, lower-case), without diacritics, and as English stems.

    Stems are made of plain letters only: a word with diacritics is not English, "" stands in its place.
    """
    words, _ = _spelled(text)
    return words, tuple(map(_fold, words)), tuple(stem(word) if word.isascii() else "" for word in words)


def written(word: str) -> int:
    """The first number of a word (as `tone` spells it)."""
    return crc32(word.encode()) & ~BEGINS


def stemmed(word: str) -> int:
    """The second number of a word whose stem this is."""
    return crc32(b"s " + word.encode())


def folded(word: str) -> int:
    """The second number of a word with diacritics that is this without them."""
    return crc32(b"f " + word.encode())


def _numbers(words: tuple[str, ...]) -> np.ndarray:
    """<u4 [len(words), 2]."""
    return np.array([_pair(word) for word in words], "<u4").reshape(-1, 2)


@lru_cache(maxsize=65536)
def _pair(word: str) -> tuple[int, int]:
    return written(word), stemmed(stem(word)) if word.isascii() else folded(_fold(word))


@lru_cache(maxsize=2048)
def _heading(text: str) -> bytes:
    return _numbers(_spelled(text)[0]).tobytes()


@lru_cache(maxsize=2048)  # a text is indexed twice: here, and field by field in the word index
def _spelled(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words of a text and where each begins."""
    tokens = tokens_of(nfc(text))
    return tuple(tone(token.text) for token in tokens), tuple(token.start for token in tokens)


@lru_cache(maxsize=65536)
def _fold(token: str) -> str:
    return fold(token)
