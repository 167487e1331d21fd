"""What speaks for each sentence of the best passages as the answer to a question: numbers, one row a sentence. Pure.

Each unit of the question (a word, or a Vietnamese compound) is looked for in a sentence in two ways, and the surest counts: by
what the search plan says may stand for it, and by the likeness of the static model's token vectors (late interaction: Khattab &
Zaharia, SIGIR 2020). Beside them stand what the passage got in the search, what the sentences next to it speak of, and whether the
sentence has what the question asks for: a new figure for "how many", a year for "when", a name for "who". sentence_ranker.py weighs
them; train_sentences.py learns the weights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np

from .language.detect import detect_language
from .language.normalise import fold, nfc
from .language.tokens import STOPWORDS, words
from .query import Asked
from .records import Language

NAMES = (
    "score", "words_arm", "vectors_arm", "opening", "length",
    "bm25", "bm25_before", "bm25_rare_here", "said", "said_root", "said_before", "said_around", "before", "after", "leaning",
    "like", "like_before", "like_strongly", "like_around", "like_rare", "like_pairs", "like_of_best",
    "met", "met_by_telling", "met_before", "met_around", "met_rare", "missing", "met_best", "met_short", "met_after", "met_squared",
    "figure", "figure_in_words", "year", "date", "names_who", "names_where", "names_named", "names_else", "figure_else", "reason",
)  # fmt: skip
# Where the passages were read closely (close_reading.py): the cosine of each sentence, and what it is beside the other ones.
CLOSE_NAMES = ("close", "close_lead", "close_above", "close_here", "close_before", "close_after")
K1, B, USUAL_LENGTH = 1.2, 0.75, 40.0
NEIGHBOUR, FURTHER = 0.5, 0.7  # what the sentence before counts, by words alone and in all
BESIDE = 0.6  # of the vectors of the tokens beside one
MOST_NAMES = 4

# What a question asks for, by its language, over its letters without diacritics.
_ASKS: dict[Language, dict[str, re.Pattern[str]]] = {
    "vi": {
        "figure": re.compile(r"bao nhieu|\bmay\b|so luong|\bt[yi] le\b|bao lau|bao xa"),
        "date": re.compile(r"khi nao|bao gio|(nam|ngay|thang|thoi gian|luc|thoi diem|the ky) nao"),
        "who": re.compile(r"\bai\b|nguoi nao|\bvi .{2,15} nao|\bong nao"),
        "where": re.compile(
            r"\b(o|tu|den) dau\b|noi nao|(thanh pho|nuoc|quoc gia|tinh|bang|vung|khu vuc|dia diem|chau luc) (nao|gi)\b"
        ),
        "reason": re.compile(r"tai sao|vi sao|\bly do\b|nguyen nhan"),
        "named": re.compile(r"\bten\b|goi la|biet danh|duoc goi"),
    },
    "en": {
        "figure": re.compile(
            r"how (many|much|long|old|far|high|large|big|often|tall|deep|fast)\b"
            r"|what (percent|percentage|share|proportion|number|population|amount)\b"
        ),
        "date": re.compile(r"\bwhen\b|(what|which) (year|date|day|month|century|decade|time)\b"),
        "who": re.compile(r"\bwho(m|se)?\b"),
        "where": re.compile(r"\bwhere\b|(what|which) (city|country|state|region|province|place|location|continent|area|town)\b"),
        "reason": re.compile(r"\bwhy\b|reason|what cause"),
        "named": re.compile(r"\bnamed?\b|called|known as|\bterm\b|nickname"),
    },
}
_LEANING = re.compile(
    r"(Ông|Bà|Cô|Anh|Nó|Họ|Đây|Chúng|Ngài|Sau đó|Tuy nhiên|Trong khi|Điều này|Người này"
    r"|He|She|It|They|This|These|His|Her|Its|Their|Those)\b"
)
_REASON = re.compile(
    r"\b(vì|do|bởi|bởi vì|nên|nhằm|để|because|due to|since|so that|in order|caused|as a result|nhờ|khiến|dẫn đến|result)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d[\d.,]*")
_FIGURE_WORDS = re.compile(
    r"\b(một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ|one|two|three|four|five|six|seven|eight|nine|ten|hundred"
    r"|thousand|million|billion|half|nửa|dozen|third|quarter)\b", re.IGNORECASE)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]{3}|20[0-9]{2})(?!\d)|thế kỷ [IVX\d]+|\d+(?:th|st|nd|rd) century", re.IGNORECASE)
_DAY = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|Monday|Sunday|tháng \d|ngày \d)"
)
_WORD = re.compile(r"[^\W\d_]\w*")
_STOP = STOPWORDS["vi"] | STOPWORDS["en"]


class Tokens(Protocol):
    """The static model: the tokens of texts, and the vector of each token."""

    def tokens(self, texts: Sequence[str]) -> list[list[int]]: ...
    def rows(self, tokens: Sequence[int]) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences of the best passages, passage by passage in reading order.

    `texts` [n]; `passage` int64 [n] numbers the passage of each from 0; `opening` bool [n]: it opens its report. `asked` and
    `weights` [a] are the search plan and how much each of its words tells; `frequencies` [n, a] how often each stands in each
    sentence, `lengths` [n] in words. `scores`, `words`, `vectors` [passages]: what the search gave. `close` [n]: cosines of
    sentences read closely, None where they were not.
    """

    texts: Sequence[str]
    passage: np.ndarray
    opening: np.ndarray
    asked: Sequence[Asked]
    weights: np.ndarray
    frequencies: np.ndarray
    lengths: np.ndarray
    scores: np.ndarray
    words: np.ndarray
    vectors: np.ndarray
    close: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word of the question, or the two of a compound: which of its words, and the model's tokens."""

    at: tuple[int, ...]
    tokens: tuple[int, ...]
    stop: bool


def features(query: str, found: Found, model: Tokens) -> np.ndarray:
    """float64 [n, len(names(found))]; every row in the scale its name has at all questions, so that one weight serves them."""
    spelled = [token.text for token in words(nfc(query))]
    units = _units(spelled, model)
    columns = {
        "score": found.scores[found.passage], "words_arm": found.words[found.passage], "vectors_arm": found.vectors[found.passage],
        "opening": found.opening, "length": np.log(found.lengths + 2.0) - 3.0,
        **_by_words(found), **_by_likeness(spelled, units, found, model), **_by_kind(query, found),
    }  # fmt: skip
    if found.close is not None:
        columns |= _by_reading(found.close, found.passage)
    return np.stack([np.asarray(columns[name], np.float64) for name in names(found.close is not None)], axis=1)


def names(close: bool) -> tuple[str, ...]:
    """The features, in their order: with those of close reading, or without."""
    return NAMES + CLOSE_NAMES if close else NAMES


def _by_reading(close: np.ndarray, passage: np.ndarray) -> dict[str, np.ndarray]:
    """From the cosines of sentences read closely. Those of unlike texts differ by little, so their differences tell."""
    close = np.where(close > 0, close, close[close > 0].min(initial=1.0))  # one that was cut off counts as the least like
    best = np.full(int(passage.max()) + 1, -np.inf)
    np.maximum.at(best, passage, close)
    return {
        "close": close,
        "close_lead": close - close.max(),
        "close_above": close - close.mean(),
        "close_here": close - best[passage],
        "close_before": _shifted(close - close.mean(), passage, 1),
        "close_after": _shifted(close - close.mean(), passage, -1),
    }


def _by_words(found: Found) -> dict[str, np.ndarray]:
    """From what the plan says may stand for each asked word."""
    counted, weights = found.frequencies, found.weights
    shares = weights / max(float(weights.sum()), 1e-9)
    norm = K1 * (1 - B + B * found.lengths / USUAL_LENGTH)[:, None]

    def bm25(frequencies: np.ndarray) -> np.ndarray:
        scores: np.ndarray = (frequencies / (frequencies + norm)) @ weights
        return scores

    said = np.minimum(counted, 1.0)
    root = np.sqrt(said)
    own = bm25(counted)
    best = max(float(own.max()), 1e-9)
    before = _shifted(own, found.passage, 1) / best
    return {
        "bm25": own / best,
        "bm25_before": bm25(np.maximum(counted, NEIGHBOUR * _shifted(counted, found.passage, 1))) / best,
        "bm25_rare_here": (said * _rarity(said, found.passage)) @ shares,
        "said": said @ shares,
        "said_root": root @ shares,
        "said_before": np.maximum(root, NEIGHBOUR * _shifted(root, found.passage, 1)) @ shares,
        "said_around": _of_passage(root, found.passage) @ shares,
        "before": before,
        "after": _shifted(own, found.passage, -1) / best,
        "leaning": before * [bool(_LEANING.match(text)) for text in found.texts],
    }


def _by_likeness(spelled: Sequence[str], units: Sequence[_Unit], found: Found, model: Tokens) -> dict[str, np.ndarray]:
    """From the token vectors, and from these and the plan together."""
    near, pairs, weights = _nearest(units, found.texts, model)
    passage = found.passage
    like = near @ weights
    rare = _telling_here(near > 0.55, weights)
    columns = {
        "like": like,
        "like_before": np.maximum(near, 0.8 * _shifted(near, passage, 1)) @ weights,
        "like_strongly": (near > 0.6) @ weights,
        "like_around": _of_passage(near, passage) @ weights,
        "like_rare": near @ rare,
        "like_pairs": pairs @ weights,
        "like_of_best": like / max(float(like.max()), 1e-9),
    }
    by_plan, telling = _by_plan(spelled, units, found)
    met = np.maximum(np.clip((near - 0.3) / 0.5, 0.0, 1.0), by_plan)
    telling = telling * (weights > 0)
    telling /= max(float(telling.sum()), 1e-9)
    both = 0.5 * weights + 0.5 * telling
    whole = met @ both
    lacking = ((met.max(axis=0) - met) * both).max(axis=1, initial=0.0) / max(float(both.max(initial=0.0)), 1e-9)
    return columns | {
        "met": met @ weights,
        "met_by_telling": met @ telling,
        "met_before": np.maximum(met, FURTHER * _shifted(met, passage, 1)) @ both,
        "met_around": _of_passage(met, passage) @ both,
        "met_rare": met @ _telling_here(met > 0.6, both),
        "missing": lacking,
        "met_best": _of_passage(whole[:, None], passage)[:, 0],
        "met_short": whole / np.sqrt(np.maximum(found.lengths, 5.0) / 30.0),
        "met_after": np.maximum(met, FURTHER * _shifted(met, passage, -1)) @ both,
        "met_squared": whole**2,
    }


def _by_kind(query: str, found: Found) -> dict[str, np.ndarray]:
    """Whether the sentence has something new of the kind that is asked for."""
    folded = fold(nfc(query))
    asks = {kind: bool(pattern.search(folded)) for kind, pattern in _ASKS[detect_language(query)].items()}
    asks["else"] = not (asks["figure"] or asks["date"] or asks["who"] or asks["where"])
    known = {word.lower() for word in _WORD.findall(query)} | {m.rstrip(".,") for m in _FIGURE.findall(query)}
    rows = []
    for kinds in map(_kinds, found.texts):
        figure = any(f not in known for f in kinds.figures)
        names = min(sum(name not in known for name in kinds.names), MOST_NAMES)
        rows.append((
            asks["figure"] and figure, asks["figure"] and any(w not in known for w in kinds.figure_words),
            asks["date"] and any(year not in query for year in kinds.years), asks["date"] and (figure or kinds.day),
            asks["who"] * names, asks["where"] * names, asks["named"] * names, asks["else"] * names,
            asks["else"] and figure, asks["reason"] and kinds.reason,
        ))  # fmt: skip
    kept = NAMES[NAMES.index("figure") :]
    return dict(zip(kept, np.array(rows, np.float64).reshape(-1, len(kept)).T, strict=True))


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What of each kind a sentence has; names and words of figures in lower case, names without its first word."""

    figures: tuple[str, ...]
    figure_words: tuple[str, ...]
    years: tuple[str, ...]
    names: tuple[str, ...]
    day: bool
    reason: bool


@lru_cache(maxsize=8192)
def _kinds(text: str) -> _Kinds:
    return _Kinds(
        tuple(m.rstrip(".,") for m in _FIGURE.findall(text)),
        tuple(m.lower() for m in _FIGURE_WORDS.findall(text)),
        tuple(_YEAR.findall(text)),
        tuple(word.lower() for word in _WORD.findall(text)[1:] if word[0].isupper()),
        _DAY.search(text) is not None,
        _REASON.search(text) is not None,
    )


def _units(spelled: Sequence[str], model: Tokens) -> list[_Unit]:
    """A compound that the model has a token for is one unit."""
    pairs = [f"{a} {b}" for a, b in pairwise(spelled)]
    tokens = model.tokens([*spelled, *pairs])
    units = []
    i = 0
    while i < len(spelled):
        pair = tokens[len(spelled) + i] if i < len(pairs) else []
        at = (i, i + 1) if len(pair) == 1 else (i,)
        own = pair if len(pair) == 1 else tokens[i]
        if own:
            units.append(_Unit(at, tuple(own), all(spelled[k].lower() in _STOP for k in at)))
        i += len(at)
    return units


def _nearest(units: Sequence[_Unit], texts: Sequence[str], model: Tokens) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """float64 [n, units] twice: the cosine of the token most like each unit, by itself and with the tokens beside it; and
    float64 [units]: how much each unit tells, by the length of its vectors, 0 for stop words unless there is nothing else."""
    n = len(texts)
    ids = model.tokens(texts)
    kept = [i for i, tokens in enumerate(ids) if tokens]
    if not units or not kept:
        return np.zeros((n, len(units))), np.zeros((n, len(units))), np.zeros(len(units))
    of = np.array([u for u, unit in enumerate(units) for _ in unit.tokens])
    starts = np.cumsum([0, *(len(ids[i]) for i in kept)])[:-1]
    asked = model.rows([token for unit in units for token in unit.tokens])
    known, each = np.unique(np.concatenate([np.array(ids[i]) for i in kept]), return_inverse=True)
    vectors = model.rows(known.tolist())
    alone = (_unit(vectors) @ _unit(asked).T)[each]
    beside = _unit(_with_neighbours(vectors[each], starts)) @ _unit(_with_neighbours(asked, np.zeros(1, np.int64))).T
    sizes = np.bincount(of, minlength=len(units))

    def by_unit(cosines: np.ndarray) -> np.ndarray:
        best = np.zeros((n, len(of)))
        best[kept] = np.maximum.reduceat(cosines, starts, axis=0)
        merged: np.ndarray = np.add.reduceat(best, np.flatnonzero(np.diff(of, prepend=-1)), axis=1) / sizes
        return merged

    weights = np.bincount(of, np.linalg.norm(asked, axis=1)) / sizes
    content = np.array([not unit.stop for unit in units])
    weights = weights * content if content.any() else weights
    return by_unit(alone), by_unit(beside), weights / max(float(weights.sum()), 1e-9)


def _by_plan(spelled: Sequence[str], units: Sequence[_Unit], found: Found) -> tuple[np.ndarray, np.ndarray]:
    """float64 [n, units] in 0..1: how surely what may stand for each unit is found; float64 [units]: how much it tells there."""
    root = np.sqrt(np.minimum(found.frequencies, 1.0))
    columns: dict[str, list[int]] = {}
    for column, asked in enumerate(found.asked):
        columns.setdefault(asked.text.lower(), []).append(column)
    met, telling = np.zeros((len(found.texts), len(units))), np.zeros(len(units))
    for u, unit in enumerate(units):
        single = [[c for c in columns.get(spelled[k].lower(), ())] for k in unit.at]
        told = [root[:, own].max(axis=1) for own in single if own]
        if told:
            met[:, u] = np.mean(told, axis=0)
            telling[u] = max(float(found.weights[own].max()) for own in single if own)
        first, last = unit.at[0], unit.at[-1]
        for a in range(max(first - (len(unit.at) == 1), 0), min(last + (len(unit.at) == 1), len(spelled) - 1)):
            for c in columns.get(f"{spelled[a]} {spelled[a + 1]}".lower(), ()):
                if len(unit.at) > 1 or found.asked[c].common:  # a compound with translations of its own
                    met[:, u] = np.maximum(met[:, u], root[:, c])
    return met, telling


def _telling_here(met: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`weights` times the idf of each unit among these sentences, together 1."""
    n, frequency = len(met), met.sum(axis=0)
    here = np.log1p((n - frequency + 0.5) / (frequency + 0.5)) * weights
    scaled: np.ndarray = here / max(float(here.sum()), 1e-9)
    return scaled


def _rarity(said: np.ndarray, passage: np.ndarray) -> np.ndarray:
    """float64 as `said`: the idf of each asked word among the sentences of its passage, 1 for one that none has."""
    first = np.flatnonzero(np.diff(passage, prepend=-1))
    sizes = np.diff(np.append(first, len(passage)))
    frequency = np.add.reduceat(said, first, axis=0)
    n = sizes[:, None].astype(np.float64)
    idf = np.log1p((n - frequency + 0.5) / (frequency + 0.5)) / np.log1p((n + 0.5) / 0.5)
    of_each: np.ndarray = np.repeat(idf, sizes, axis=0)
    return of_each


def _of_passage(values: np.ndarray, passage: np.ndarray) -> np.ndarray:
    """The greatest of each column in the passage of each row."""
    first = np.flatnonzero(np.diff(passage, prepend=-1))
    greatest: np.ndarray = np.repeat(np.maximum.reduceat(values, first, axis=0), np.diff(np.append(first, len(passage))), axis=0)
    return greatest


def _shifted(values: np.ndarray, passage: np.ndarray, by: int) -> np.ndarray:
    """Each row holds the row before it (`by` 1) or after it (-1), 0 where that is of another passage."""
    moved = np.zeros_like(values)
    same = passage[1:] == passage[:-1]
    if by > 0:
        moved[1:][same] = values[:-1][same]
    else:
        moved[:-1][same] = values[1:][same]
    return moved


def _with_neighbours(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Each token's vector with a part of those beside it in its text; texts begin at `starts`."""
    joins = np.ones(max(len(rows) - 1, 0), np.bool_)
    joins[starts[1:] - 1] = False
    mixed = rows.copy()
    mixed[1:][joins] += BESIDE * rows[:-1][joins]
    mixed[:-1][joins] += BESIDE * rows[1:][joins]
    return mixed


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit
