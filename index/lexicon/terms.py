"""Terms against text: words of a text in the forms terms are compared by, an index of terms, and whether a term fits a place.

A term is compared word by word: Vietnamese by its marks (tones in one place, i and y alike) or, where the text is typed without
any, by its bare letters; English by stems.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index.language.detect import detect_language
from index.language.normalise import fold, tone
from index.language.tokens import stem
from index.records import Language

# Combining marks belong to the word, so that text that is not NFC keeps its own offsets; a possessive 's is left out of the key.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*|[%‰]")
_GAP = re.compile(r"[ \t\u00a0]*(?:[-‐–/&'’\"“”][ \t\u00a0]*|\n[ \t\u00a0]*)?\Z")  # what may stand inside a term; not "|", "."
_SYLLABLE = re.compile(r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?\Z")
_I_OR_Y = re.compile(r"(?P<onset>h|k|l|m|s|t|qu)(?P<y>[yỳýỷỹỵ])\Z")  # kỹ/kĩ, tỷ/tỉ, quý/quí: one word, two spellings
_Y_TO_I = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
_RANK = {"indicator": 3, "event": 2, "unit": 0, "status": 0}
_MARKED_SHARE = 0.4  # running Vietnamese marks about three syllables in four; below this, missing marks mean nothing


class Entry(NamedTuple):
    """A term as the index holds it: `key` is what each word must equal where it shows its marks, `commas` says before which words
    the term itself has a comma, as in "phòng, chống dịch": there the text may have one or not, elsewhere it may not."""

    concept: str
    term: str
    language: Language
    key: tuple[str, ...]
    commas: tuple[bool, ...]
    bare: bool  # may be recognised without diacritics
    exact: bool  # not by its stem
    capitals: bool  # the text must write it in capitals
    weight: int  # what it counts for where terms overlap: words squared, times 4, so that `_RANK` decides between equals
    syllable: bool  # one English word that could be a Vietnamese syllable


class Word(NamedTuple):
    raw: str
    accented: str
    folded: str
    stem: str
    marked: bool


class Index:
    """Terms of one language by the folded words or the stems they are made of."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        self._sizes: dict[str, list[int]] = defaultdict(list)  # first word -> how many words its terms have, most first

    def add(self, key: tuple[str, ...], entry: Entry) -> None:
        self._entries[key].insert(0 if entry.exact else len(self._entries[key]), entry)
        if len(key) not in self._sizes[key[0]]:
            self._sizes[key[0]] = sorted([*self._sizes[key[0]], len(key)], reverse=True)

    def entries(self) -> Iterator[Entry]:
        return (entry for entries in self._entries.values() for entry in entries)

    def at(self, keys: list[str], i: int, run: int) -> Iterator[tuple[int, list[Entry]]]:
        """Sizes and entries of the terms that begin at word `i` and take up to `run` words, longest first."""
        for size in self._sizes.get(keys[i], ()):
            if size <= run and (entries := self._entries.get(tuple(keys[i : i + size]))):
                yield size, entries


class Page(NamedTuple):
    """A text taken apart: its words, how many follow each without a break, and before which a comma stands."""

    spans: list[re.Match[str]]
    words: list[Word]
    folded: list[str]
    stems: list[str]
    runs: list[int]
    commas: list[bool]
    language: Language | None  # the one asked for
    lax: bool  # too few marks to tell anything by their absence
    vietnamese: bool


def read_page(text: str, language: Language | None) -> Page:
    spans = [match for match in _WORD.finditer(text) if not _is_possessive(text, match)]
    words = [_word(match.group()) for match in spans]
    runs, commas = _gaps(text, spans)
    lax = _is_lax(words)
    vietnamese = not lax or (language is None and detect_language(text[:2000]) == "vi")
    return Page(
        spans, words, [word.folded for word in words], [word.stem for word in words], runs, commas, language, lax, vietnamese
    )


def words_of(term: str) -> list[Word]:
    return [_word(match.group()) for match in _WORD.finditer(term) if not _is_possessive(term, match)]


def cuts_a_name(page: Page, i: int, size: int) -> bool:
    """Whether the term would begin with the last word of a name and go on after it: "Hai [Dong dat] 9/12" is no earthquake."""
    if size == 1 or i == 0 or page.runs[i - 1] == 1 or not (page.words[i - 1].raw.istitle() and page.words[i].raw.istitle()):
        return False
    return not all(word.raw.istitle() for word in page.words[i : i + size])


def same_commas(entry: Entry, commas: list[bool], i: int) -> bool:
    size = len(entry.key)
    if size == 1 or True not in commas[i + 1 : i + size]:
        return True
    return all(own or not commas[i + j] for j, own in enumerate(entry.commas) if j)


def fits_marks(entry: Entry, key: tuple[str, ...], window: list[Word], lax: bool) -> bool:
    if entry.capitals and window[0].raw != entry.term:
        return False
    if not lax:
        return entry.key == key
    if len(key) == 1 and not window[0].marked:  # "Ho" is a name, "con" may stand for "còn": the safe ones only
        return entry.bare and (window[0].raw.islower() or entry.term[-1:].isupper())
    return entry.key == key or (
        entry.bare and all(word.accented == own or not word.marked for word, own in zip(window, entry.key, strict=True))
    )


def make_entry(concept: str, kind: str, term: str, language: Language, mark: str) -> Entry:
    spans = [match for match in _WORD.finditer(term) if not _is_possessive(term, match)]
    raws = [match.group() for match in spans]
    words = [_word(raw) for raw in raws]
    one = len(raws) == 1
    acronym = one and len(raws[0]) > 1 and raws[0].isupper()
    capitals = acronym and (len(raws[0]) == 2 or _SYLLABLE.match(words[0].folded) is not None)
    if language == "vi":
        key = tuple(word.accented for word in words)
    else:
        key = tuple(raw.lower() for raw in raws) if mark == "=" else tuple(word.stem for word in words)
    return Entry(
        concept,
        term,
        language,
        key,
        tuple(_gaps(term, spans)[1]),
        bare=mark == "*" or (mark != "^" and (not one or acronym)),
        exact=mark == "=",
        capitals=capitals,
        weight=4 * len(key) ** 2 + _RANK.get(kind, 1),
        syllable=one and not acronym and _SYLLABLE.match(raws[0].lower()) is not None,
    )


@lru_cache(maxsize=65536)
def _word(raw: str) -> Word:
    low = unicodedata.normalize("NFC", raw).lower()
    accented = _I_OR_Y.sub(lambda m: m["onset"] + _Y_TO_I[m["y"]], tone(low))
    folded = fold(accented)
    return Word(raw, accented, folded, stem(low), folded != accented)


def _is_possessive(text: str, match: re.Match[str]) -> bool:
    return match.group() in ("s", "S") and match.start() > 0 and text[match.start() - 1] in "'’"


def _gaps(text: str, spans: list[re.Match[str]]) -> tuple[list[int], list[bool]]:
    """For each word, how many words from it on stand close enough to form one term; and whether a comma stands before it."""
    runs = [1] * len(spans)
    commas = [False] * len(spans)
    for i in range(len(spans) - 1, 0, -1):
        gap = text[spans[i - 1].end() : spans[i].start()]
        if gap == " ":
            runs[i - 1] = runs[i] + 1
            continue
        if len(gap) > 12:
            continue
        commas[i] = "," in gap
        if _GAP.match(gap.replace(",", "", 1).replace("'s", "'").replace("’s", "’")):
            runs[i - 1] = runs[i] + 1
    return runs, commas


def _is_lax(words: list[Word]) -> bool:
    letters = [word for word in words if not word.raw[0].isdigit()]
    return sum(word.marked for word in letters) < _MARKED_SHARE * max(len(letters), 1)
