"""Learn the bilingual lexicon: `python -m index.lexicon.train [--shared DIR] [--out FILE]`. Two minutes, one core, 7 GB of memory.

IBM Model 1 (Brown et al., 1993) in both directions over translated sentences, with the diagonal prior of fast_align (Dyer et
al., 2013), trained to agree: an alignment counts as the product of what both directions believe (Liang, Taskar & Klein, 2006).
Vietnamese sentences are their syllables and, over the same places, the adjacent pairs that occur together more than by chance.
No randomness.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.language.normalise import nfc, tone
from index.language.tokens import stem, words
from index.lexicon.lexicon import pack

PAIR_FILES = ("MERGED_human", "MERGED_mt", "MERGED_lexicon")
PLACES = "vn_admin_units"  # left out: names match by their letters, and "Sơn" in 544 of them is no translation of "son"
LONGEST = 80  # tokens of a sentence; longer ones are mostly misaligned paragraphs
DIAGONAL = 4.0  # places i/m and j/n count exp(-DIAGONAL × |i/m - j/n|), less steeply in sentences of fewer than SHORT words
SHORT = 10
ATTRACTION = 12.0  # times as often as chance: what makes an adjacent pair of syllables a unit
NULL = 1.0  # weight of "translates nothing", times the word's own probability
ROUNDS = 6
LEAST_PROBABILITY, MOST_TRANSLATIONS, LEAST_COUNT = 0.01, 16, 0.3

Sentence = list[str]


class Cells(NamedTuple):
    """Every (Vietnamese unit, English unit) of every pair of sentences, one row each."""

    vi: np.ndarray  # unit numbers
    en: np.ndarray
    prior: np.ndarray
    vi_place: np.ndarray  # which token of the whole corpus
    en_place: np.ndarray


def read_pairs(shared: Path) -> list[tuple[Sentence, Sentence]]:
    """Tokenised pairs, without repetitions; every sense of a dictionary entry is a pair of its own."""
    pairs: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for name in PAIR_FILES:
        sources = gzip.decompress((shared / "parallel" / f"{name}.src.gz").read_bytes()).decode("utf-8").split("\n")
        with gzip.open(shared / "parallel" / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line, source in zip(lines, sources, strict=False):
                if source == PLACES:
                    continue
                left, _, right = line.rstrip("\n").partition("\t")
                vi = tuple(tone(t.text) for t in words(nfc(left)))
                for en in _senses(right) if source == "dict_vietanh_words" else [_english(right)]:
                    if vi and en and len(vi) <= LONGEST and len(en) <= LONGEST:
                        pairs[vi, tuple(en)] = None
    return [(list(vi), list(en)) for vi, en in pairs]


def _english(text: str) -> Sentence:
    return [stem(t.text) for t in words(nfc(text))]


def _senses(text: str) -> list[Sentence]:
    """ "To grumble; to grunt" -> [["grumble"], ["grunt"]]; explanations of more than four words are left out."""
    found = []
    for part in re.split("[;,]", text):
        en = _english(part)
        en = [w for w in en if w not in ("to", "a", "the")] or en
        if len(en) <= 4:
            found.append(en)
    return found


def compounds(sentences: Sequence[Sentence]) -> set[tuple[str, str]]:
    """Adjacent pairs seen five times or more and much more often than chance; two-syllable entries of the dictionary."""
    single, pair = Counter[str](), Counter[tuple[str, str]]()
    for s in sentences:
        single.update(s)
        pair.update(pairwise(s))
    total = sum(single.values())
    entries = {(s[0], s[1]) for s in sentences if len(s) == 2}
    return {p for p, n in pair.items() if p in entries or (n >= 5 and n * total > ATTRACTION * single[p[0]] * single[p[1]])}


def make_cells(
    pairs: Sequence[tuple[Sentence, Sentence]], kept: set[tuple[str, str]]
) -> tuple[Cells, dict[str, int], dict[str, int]]:
    vi_at: dict[str, int] = {}
    en_at: dict[str, int] = {}
    parts: list[list[np.ndarray]] = [[], [], [], [], []]
    vi_first = en_first = 0
    for vi, en in pairs:
        units = [(w, float(i)) for i, w in enumerate(vi)]
        units += [(f"{a} {b}", i + 0.5) for i, (a, b) in enumerate(pairwise(vi)) if (a, b) in kept]
        v = np.array([vi_at.setdefault(w, len(vi_at)) for w, _ in units], np.int32)
        e = np.array([en_at.setdefault(w, len(en_at)) for w in en], np.int32)
        where = np.array([i for _, i in units], np.float32) / max(len(vi) - 1, 1)
        there = np.arange(len(en), dtype=np.float32) / max(len(en) - 1, 1)
        parts[0].append(np.repeat(v, len(e)))
        parts[1].append(np.tile(e, len(v)))
        steepness = DIAGONAL * min(1.0, len(en) / SHORT)
        parts[2].append(np.exp(-steepness * np.abs(where[:, None] - there[None, :])).astype(np.float32).ravel())
        parts[3].append(np.repeat(np.arange(vi_first, vi_first + len(v), dtype=np.int32), len(e)))
        parts[4].append(np.tile(np.arange(en_first, en_first + len(e), dtype=np.int32), len(v)))
        vi_first += len(v)
        en_first += len(e)
    return Cells(*(np.concatenate(p) for p in parts)), vi_at, en_at


class Learned(NamedTuple):
    """Pairs of units seen together: p(vi|en), p(en|vi), how often they were aligned; how often each Vietnamese unit was seen."""

    vi: np.ndarray
    en: np.ndarray
    vi_given_en: np.ndarray
    en_given_vi: np.ndarray
    aligned: np.ndarray
    vi_counts: np.ndarray


def _share(weights: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    """Each weight over the sum of its group."""
    total = np.maximum(np.bincount(group, weights, size), 1e-9)
    shares: np.ndarray = (weights / total[group]).astype(np.float32)
    return shares


def learn(cells: Cells, vi_size: int, en_size: int) -> Learned:
    pair, inverse = np.unique(cells.vi.astype(np.int64) * en_size + cells.en, return_inverse=True)
    inverse = inverse.astype(np.int32)
    vi, en, size = (pair // en_size).astype(np.int32), (pair % en_size).astype(np.int32), len(pair)
    tokens = []
    for unit, place, n in ((cells.vi, cells.vi_place, vi_size), (cells.en, cells.en_place, en_size)):
        at_place = np.empty(place[-1] + 1 if place is cells.en_place else place.max() + 1, np.int32)
        at_place[place] = unit
        seen = np.bincount(at_place, minlength=n)
        nothing = NULL * seen / seen.sum()
        tokens.append((at_place, seen, nothing[at_place] * np.bincount(place, cells.prior, len(at_place))))
    count = np.bincount(inverse, cells.prior, size)
    vi_given_en, en_given_vi = _share(count, en, en_size), _share(count, vi, vi_size)
    for step in range(ROUNDS):
        left = _posterior(vi_given_en[inverse] * cells.prior, cells.vi_place, tokens[0][2])
        right = _posterior(en_given_vi[inverse] * cells.prior, cells.en_place, tokens[1][2])
        if step:  # the first round lets each direction find its own feet
            count = np.bincount(inverse, left * right, size)
            vi_given_en, en_given_vi = _share(count, en, en_size), _share(count, vi, vi_size)
        else:
            vi_given_en = _share(np.bincount(inverse, left, size), en, en_size)
            en_given_vi = _share(np.bincount(inverse, right, size), vi, vi_size)
        print(f"round {step + 1} of {ROUNDS}", flush=True)
    return Learned(vi, en, vi_given_en, en_given_vi, count, tokens[0][1])


def _posterior(weights: np.ndarray, place: np.ndarray, nothing: np.ndarray) -> np.ndarray:
    total = np.bincount(place, weights, len(nothing)) + nothing
    belief: np.ndarray = (weights / total[place]).astype(np.float32)
    return belief


def rows(source: np.ndarray, target: np.ndarray, p: np.ndarray, size: int) -> list[list[tuple[int, float]]]:
    """source unit -> its most probable targets."""
    found: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    for i in np.lexsort((target, -p)):
        row = found[source[i]]
        if len(row) < MOST_TRANSLATIONS:
            row.append((int(target[i]), float(p[i])))
    return found


def save(learned: Learned, vi_at: dict[str, int], en_at: dict[str, int], out: Path) -> None:
    """Keep what is probable enough, and the units that have a translation or are one."""
    sure = learned.aligned >= LEAST_COUNT
    forward = sure & (learned.vi_given_en >= LEAST_PROBABILITY)
    backward = sure & (learned.en_given_vi >= LEAST_PROBABILITY)
    keep_vi = np.zeros(len(vi_at), bool)
    keep_en = np.zeros(len(en_at), bool)
    keep_vi[learned.vi[forward | backward]] = True
    keep_en[learned.en[forward | backward]] = True
    new_vi, new_en = np.cumsum(keep_vi) - 1, np.cumsum(keep_en) - 1
    en_rows = rows(new_en[learned.en[forward]], new_vi[learned.vi[forward]], learned.vi_given_en[forward], int(keep_en.sum()))
    vi_rows = rows(new_vi[learned.vi[backward]], new_en[learned.en[backward]], learned.en_given_vi[backward], int(keep_vi.sum()))
    vi_words, en_words = ([w for w, i in at.items() if keep[i]] for at, keep in ((vi_at, keep_vi), (en_at, keep_en)))
    arrays: dict[str, Any] = {"vi_counts": learned.vi_counts[keep_vi].astype(np.int32)}
    for name, units, table in (("en", en_words, en_rows), ("vi", vi_words, vi_rows)):
        arrays[name] = np.frombuffer("\n".join(units).encode(), np.uint8)
        arrays[f"{name}_starts"], arrays[f"{name}_to"], arrays[f"{name}_p"] = pack(table)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **arrays)
    print(f"{len(en_words)} English and {len(vi_words)} Vietnamese units, {out.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("REPORTS_SHARED", "../shared")))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data" / "lexicon.npz")
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.shared)
    cells, vi_at, en_at = make_cells(pairs, compounds([vi for vi, _ in pairs]))
    print(f"{len(pairs)} pairs, {len(vi_at)} Vietnamese and {len(en_at)} English units, {len(cells.vi)} cells", flush=True)
    save(learn(cells, len(vi_at), len(en_at)), vi_at, en_at, arguments.out)


if __name__ == "__main__":
    main()
