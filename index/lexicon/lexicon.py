"""The bilingual lexicon: p(vi|en) and p(en|vi), learned from translated sentences (train.py, data/README.md).

Vietnamese units are syllables and two-syllable compounds ("bảo hiểm"), lower-case, one tone placement; English units are stems.
The probabilities of one unit's translations add up to at most 1: rare ones were cut.

    >>> Lexicon.load().translate("insurance", "en")[0][0]
    'bảo hiểm'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from index.language.normalise import fold, nfc, tone
from index.language.tokens import stem, words
from index.once import once
from index.records import Language

DATA = "data/lexicon.npz"
PROBABILITY_STEPS = 255  # probabilities are stored as round(255 × sqrt(p)): fine steps where they are small
Translation = tuple[str, float]


class Lexicon:
    """Words of one language -> words of the other, with probabilities. Immutable; `load` is cached."""

    def __init__(self, tables: dict[Language, _Table], counts: np.ndarray) -> None:
        self._tables = tables
        self._counts = counts  # how often each Vietnamese unit was seen, in the order of its table

    @staticmethod
    @once
    def load(path: Path | None = None) -> Lexicon:
        """The lexicon of this package, or the one in a file that train.py wrote."""
        with as_file(files("index.lexicon") / DATA) as bundled, np.load(path or bundled) as data:
            vocabularies: dict[Language, list[str]] = {
                "vi": data["vi"].tobytes().decode().split("\n"),
                "en": data["en"].tobytes().decode().split("\n"),
            }
            tables: dict[Language, _Table] = {
                "vi": _Table(vocabularies["vi"], vocabularies["en"], data["vi_starts"], data["vi_to"], data["vi_p"]),
                "en": _Table(vocabularies["en"], vocabularies["vi"], data["en_starts"], data["en_to"], data["en_p"]),
            }
            return Lexicon(tables, data["vi_counts"])

    def translate(self, term: str, source: Language) -> list[Translation]:
        """Translations of one unit, the most probable first; [] for an unknown one.

        English is stemmed here. Vietnamese without diacritics is read as all its accented forms, weighted by how frequent they are.
        """
        if source == "en":
            return self._tables["en"].get(english_unit(term))
        unit = vietnamese_unit(term)
        known = self._tables["vi"].get(unit)
        if known or fold(unit) != unit:
            return known
        mixed: dict[str, float] = defaultdict(float)
        for form, prior in self.accented(unit):
            for word, p in self._tables["vi"].get(form):
                mixed[word] += prior * p
        return sorted(mixed.items(), key=lambda item: -item[1])

    def knows(self, unit: str, language: Language) -> bool:
        """Whether the unit, as `vietnamese_unit` or `english_unit` make it, has translations."""
        return unit in self._tables[language]

    def accented(self, folded: str) -> list[Translation]:
        """The forms that "nuoc" or "nuoc sach" may stand for, each with its share of their uses, the most frequent first."""
        found = self._accents.get(folded, ())
        total = sum(float(self._counts[i]) for i in found)
        forms = self._tables["vi"].units
        return sorted(((forms[i], float(self._counts[i]) / total) for i in found), key=lambda item: -item[1]) if total else []

    @cached_property
    def _accents(self) -> dict[str, list[int]]:
        forms: dict[str, list[int]] = defaultdict(list)
        for i, unit in enumerate(self._tables["vi"].units):
            forms[fold(unit)].append(i)
        return forms


class _Table:
    """Rows of (target, probability): row i is to[starts[i]:starts[i + 1]]."""

    def __init__(self, units: list[str], targets: list[str], starts: np.ndarray, to: np.ndarray, p: np.ndarray) -> None:
        self.units = units
        self._at = {unit: i for i, unit in enumerate(units)}
        self._targets, self._starts, self._to, self._p = targets, starts, to, p

    def __contains__(self, unit: str) -> bool:
        i = self._at.get(unit)
        return i is not None and bool(self._starts[i] < self._starts[i + 1])

    def get(self, unit: str) -> list[Translation]:
        i = self._at.get(unit)
        if i is None:
            return []
        row = slice(self._starts[i], self._starts[i + 1])
        probabilities = (self._p[row].astype(np.float64) / PROBABILITY_STEPS) ** 2
        return [(self._targets[j], p) for j, p in zip(self._to[row].tolist(), probabilities.tolist(), strict=True)]


def vietnamese_unit(term: str) -> str:
    """A syllable or compound as the lexicon spells it: "Thuỷ  Lợi" -> "thủy lợi"."""
    return " ".join(tone(token.text) for token in words(nfc(term)))


def english_unit(term: str) -> str:
    """A word, or two, as the lexicon spells them: "Households" -> "household"."""
    return " ".join(stem(token.text) for token in words(nfc(term)))


def pack(rows: Sequence[Sequence[tuple[int, float]]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(starts, to, p) of the rows, as a lexicon file holds them."""
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    to = np.array([i for row in rows for i, _ in row], np.int32)
    p = np.array([p for row in rows for _, p in row], np.float64)
    return starts, to, np.maximum(1, np.round(np.sqrt(p) * PROBABILITY_STEPS)).astype(np.uint8)
