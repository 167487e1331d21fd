"""A question and sentences read side by side, word by word: what the transformer reads at each word, in its company, and which
words of a question each word of a sentence may stand for, by the search plan (query.py).

    both = SideBySide(TransformerEmbedder.load()).read("share of poor households", ["Tỷ lệ hộ nghèo là 2,4%, giảm 0,6 điểm"])
    both.question.states            float32 [5, 384]: share, of, poor, households; signs are words too
    both.texts[0].spans             int [11, 2]: Tỷ, lệ, hộ, nghèo, là, 2,4, …
    both.met[0]                     float32 [6, 11, 2]: "poor" meets "nghèo" with the share that the lexicon gives it
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .forward import SPELLINGS, forms
from .language.normalise import fold, nfc
from .language.tokens import words
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon
from .lexicon.marks import restored
from .onnx_embed import PASSAGE, QUERY, TransformerEmbedder
from .query import Asked, plan

SIGNS = ",;:.()|"  # numbered from 1; other signs are all the one after the last of them
OTHER_SIGN = len(SIGNS) + 1
LONGEST_QUESTION = 48  # words and signs
_SIGN = re.compile(r"[,;:.()|/–\-“”\"?!]")


class Words(NamedTuple):
    """Words and signs of a text: `spans` int64 [n, 2], characters; `signs` int64 [n], 0 for a word; `spelled` [n], lower-case
    without diacritics; `states` float32 [n, d], zeros where nothing was read."""

    spans: np.ndarray
    signs: np.ndarray
    spelled: tuple[str, ...]
    states: np.ndarray


@dataclass(frozen=True, slots=True)
class Both:
    """`met` float32 [question words + 1, text words, 2] of each text: how surely (0..1) a word of the text stands for one of the
    question by the search plan, the last row for what the question says in no one word; and 1 where both are spelled alike."""

    question: Words
    texts: tuple[Words, ...]
    met: tuple[np.ndarray, ...]


class SideBySide:
    """May be used from several threads."""

    def __init__(self, model: TransformerEmbedder) -> None:
        self._model, self._lexicon, self._glossary = model, Lexicon.load(), Glossary.load()

    def read(self, question: str, texts: Sequence[str]) -> Both:
        """Offsets are those of the texts in NFC. A question's words beyond LONGEST_QUESTION are left out, what a text has beyond
        320 tokens is not read. A question without diacritics gets back those it likeliest had."""
        asked = nfc(question)
        (own,) = self._words([restored(asked, self._lexicon, self._glossary)], QUERY, LONGEST_QUESTION)
        composed = list(map(nfc, texts))
        found = self._words(composed, PASSAGE)
        wanted = plan(asked, self._lexicon, self._glossary)
        return Both(own, tuple(found), tuple(met(wanted, own, text, one) for text, one in zip(composed, found, strict=True)))

    def _words(self, texts: Sequence[str], before: str, most: int | None = None) -> list[Words]:
        parts = [split(text) for text in texts]
        spans = [part[0][:most] for part in parts]
        read = self._model.words(texts, spans, before=before)
        return [
            Words(span, signs[:most], tuple(fold(text[a:b]) for a, b in span.tolist()), states)
            for text, span, (_, signs), states in zip(texts, spans, parts, read, strict=True)
        ]


def split(text: str) -> tuple[np.ndarray, np.ndarray]:
    """(spans, signs) of Words, for a text in NFC."""
    found = [(token.start, token.end, 0) for token in words(text)]
    taken = np.zeros(len(text), np.bool_)
    for start, end, _ in found:
        taken[start:end] = True
    for hit in _SIGN.finditer(text):
        if not taken[hit.start()]:
            found.append((hit.start(), hit.end(), SIGNS.find(hit.group()) + 1 or OTHER_SIGN))
    found.sort()
    table = np.array(found, np.int64).reshape(-1, 3)
    return table[:, :2], table[:, 2]


def met(asked: Sequence[Asked], question: Words, text: str, own: Words) -> np.ndarray:
    """As Both.met, for one text in NFC."""
    found = np.zeros((len(question.spelled) + 1, len(own.spelled), 2), np.float32)
    at = {start: n for n, start in enumerate(own.spans[:, 0].tolist())}
    places = [at[token.start] for token in words(text)]
    standing = _standing(text)
    for one in asked:
        said = set(fold(one.text).replace("_", " ").split())
        rows = [n for n, word in enumerate(question.spelled) if word in said] or [len(question.spelled)]
        for word, share in _shares(one, standing).items():
            column = found[rows, places[word], 0]
            found[rows, places[word], 0] = np.maximum(column, share)
    for row, spelled in zip(found, question.spelled, strict=False):
        row[[m for m, other in enumerate(own.spelled) if other == spelled and not own.signs[m]], 1] = 1.0
    return found


def _standing(text: str) -> dict[tuple[str, str], list[int]]:
    """(field, term) of the word index -> the words of the text that are it, or begin and end it."""
    found: dict[tuple[str, str], list[int]] = {}
    for (single, pair), spelled in zip(SPELLINGS, forms(text), strict=True):
        for n, word in enumerate(spelled):
            found.setdefault((single, word), []).append(n)
        for n, (one, two) in enumerate(pairwise(spelled)):
            found.setdefault((pair, f"{one}_{two}"), []).extend((n, n + 1))
    return found


def _shares(asked: Asked, standing: Mapping[tuple[str, str], Sequence[int]]) -> dict[int, float]:
    """Words of the text that stand for what is asked for -> how surely. All of a phrase's pairs have to stand in it."""
    found: dict[int, float] = {}
    for sought in asked.sought:
        parts = [(sought.field, part) for part in sought.term.split(" ")]
        if all(part in standing for part in parts):
            for word in (word for part in parts for word in standing[part]):
                found[word] = max(found.get(word, 0.0), sought.share)
    return found
