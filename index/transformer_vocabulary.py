"""The vocabulary of the small transformer: the English word pieces of its body, kept where English text uses them, and Vietnamese
syllables and compounds, with and without diacritics, beside them. Used only in training (train_transformer.py).

A new row starts as the mean of the English rows of its translations, weighted by the lexicon's probabilities (WECHSEL: Minixhofer,
Paischer & Rekabsaz, NAACL 2022); a row without diacritics as the mean of the accented rows it may stand for.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from index.language.normalise import fold, nfc
from index.language.tokens import stem, words
from index.lexicon.lexicon import Lexicon
from index.train_embedding import SPACE

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")  # their numbers are 0 to 3
PIECE_SCORE = -22.0  # of a piece inside a word: below every whole word, so that whole words win
FOLDED_SHARE = 1 / 6  # a form without diacritics against the accented one
LEAST_COMPOUND = 20  # times seen
SURPRISE = 10.0  # a compound is seen so many times as often as chance would have it
WORDS_OF_A_STEM = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """How often words and neighbouring words were seen."""

    words: Counter[str]
    pairs: Counter[tuple[str, str]]

    @classmethod
    def of(cls, texts: Iterable[str], spell: Any = str.lower) -> Counts:
        counts = cls(Counter(), Counter())
        for text in texts:
            tokens = [spell(t.text) for t in words(nfc(text)) if t.text.isalpha()]
            counts.words.update(tokens)
            counts.pairs.update(pairwise(tokens))
        return counts


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens in the order of their rows, their Unigram scores, and the row of the body they come from (-1 for the new ones)."""

    tokens: tuple[str, ...]
    scores: tuple[float, ...]
    body_rows: tuple[int, ...]


def choose(body: Sequence[str], vi: Counts, en: Counts, sizes: Sequence[int]) -> Vocabulary:
    """`body`: the body's word pieces, by row. `sizes`: English pieces, syllables, compounds, folded syllables, folded compounds."""
    english = _english(body, en, vi, sizes[0])
    total = sum(vi.words.values()) + sum(en.words.values())
    scores: dict[str, float] = {}
    rows: dict[str, int] = {}
    for row in english:
        piece = body[row]
        whole = not piece.startswith("##")
        token = SPACE + piece if whole else piece[2:]
        scores[token] = math.log((en.words[piece] + vi.words[piece] + 1) / total) if whole else PIECE_SCORE
        rows[token] = row
    marked = Counter({w: n for w, n in vi.words.items() if fold(w) != w})
    syllables = dict(marked.most_common(sizes[1]))
    expected = SURPRISE / vi.words.total()
    pairs = Counter(
        {f"{a} {b}": n for (a, b), n in vi.pairs.items() if n >= LEAST_COMPOUND and n > expected * vi.words[a] * vi.words[b]}
    )
    compounds = dict(Counter({p: n for p, n in pairs.items() if fold(p) != p}).most_common(sizes[2]))
    folded = _folded(syllables, {}).most_common(sizes[3])
    folded_pairs = _folded(compounds, en.pairs).most_common(sizes[4])
    letters = {letter: 1.0 for word in syllables for letter in word}
    for word, n in [*syllables.items(), *compounds.items(), *folded, *folded_pairs]:
        scores.setdefault(SPACE + word.replace(" ", SPACE), math.log(n / total))
    for letter in letters:
        scores.setdefault(letter, PIECE_SCORE)
        scores.setdefault(SPACE + letter, PIECE_SCORE)
    ordered = [*SPECIAL, *scores]
    specials = [body.index(name) for name in SPECIAL]
    return Vocabulary(
        tuple(ordered),
        (0.0,) * len(SPECIAL) + tuple(scores.values()),
        tuple(specials) + tuple(rows.get(token, -1) for token in scores),
    )


def _english(body: Sequence[str], en: Counts, vi: Counts, size: int) -> list[int]:
    """Rows of ASCII pieces and of punctuation: all inner pieces, and the words that were seen most often."""
    inner = [i for i, p in enumerate(body) if p.startswith("##") and p.isascii()]
    single = [i for i, p in enumerate(body) if len(p) == 1 and not p.isalpha() and ord(p) < 0x2300]
    number = [i for i, p in enumerate(body) if p.isdigit() and len(p) > 1]
    word = [i for i, p in enumerate(body) if p.isascii() and p.isalpha()]
    word.sort(key=lambda i: (-(en.words[body[i]] + vi.words[body[i]]), i))
    kept = list(dict.fromkeys([*inner, *single, *number]))
    return [*kept, *word[: max(0, size - len(kept))]]


def _folded(counts: dict[str, int], english: Any) -> Counter[str]:
    """Forms without diacritics; none that English text holds as two words."""
    found: Counter[str] = Counter()
    for word, n in counts.items():
        if tuple(fold(word).split()) not in english:
            found[fold(word)] += max(1, round(n * FOLDED_SHARE))
    return found


def build(vocabulary: Vocabulary, longest: int) -> Any:
    """A `tokenizers` tokenizer: lower-case, NFC, one tone placement, punctuation by itself; [CLS] … [SEP], cut at `longest`."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    moved = []
    for first, second in ("oa", "oe", "uy"):
        for mark in "\u0300\u0301\u0303\u0309\u0323":
            old, new = nfc(first + second + mark), nfc(first + mark + second)
            moved.append(normalizers.Replace(Regex(("(?<!q)" if first == "u" else "") + old + r"(?!\p{L})"), new))
    unigram = models.Unigram(list(zip(vocabulary.tokens, vocabulary.scores, strict=True)), unk_id=SPECIAL.index("[UNK]"))
    made = Tokenizer(unigram)
    made.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Lowercase(),
            *moved,
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Replace(Regex(r" (?=[^\p{L}\p{M}\p{N}\s])"), ""),
            normalizers.Replace(Regex(r"(?<=[^\p{L}\p{M}\p{N}\s]) "), ""),
            normalizers.Strip(),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{M}\p{N}\s]"), "isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
        ]
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, SPECIAL.index(name)) for name in ("[CLS]", "[SEP]")]
    )
    made.add_special_tokens(list(SPECIAL))
    made.enable_truncation(longest)
    return made


def starting_rows(vocabulary: Vocabulary, body: np.ndarray, pieces: Sequence[str], en: Counts) -> np.ndarray:
    """float32 [tokens, width]: the body's own rows for English tokens, weighted means of them for the others."""
    row_of = {piece: i for i, piece in enumerate(pieces)}
    lexicon = Lexicon.load()
    english = _rows_of_stems(en, row_of, body)
    usual = body[list(row_of.values())].mean(0)
    made = np.zeros((len(vocabulary.tokens), body.shape[1]), np.float32)
    rng = np.random.default_rng(20)
    for i, (token, row) in enumerate(zip(vocabulary.tokens, vocabulary.body_rows, strict=True)):
        if row >= 0:
            made[i] = body[row]
            continue
        known = [(english[w], p) for w, p in lexicon.translate(token.replace(SPACE, " ").strip(), "vi") if w in english]
        if known:
            made[i] = sum(p * vector for vector, p in known) / sum(p for _, p in known)
        else:
            made[i] = usual + rng.normal(0, 0.3 * float(body.std()), body.shape[1])
    return made


def _rows_of_stems(en: Counts, row_of: dict[str, int], body: np.ndarray) -> dict[str, np.ndarray]:
    """stem -> the mean row of its commonest words, weighted by how often they were seen."""
    forms: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for word, n in en.words.most_common():
        if word in row_of and len(found := forms[stem(word)]) < WORDS_OF_A_STEM:
            found.append((word, n))
    return {
        s: np.average(np.stack([body[row_of[w]] for w, _ in found]), axis=0, weights=[n for _, n in found])
        for s, found in forms.items()
        if found
    }


def body_pieces(folder: Path) -> list[str]:
    """The word pieces of a BERT model's tokenizer.json, by row."""
    vocabulary: dict[str, int] = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return sorted(vocabulary, key=vocabulary.__getitem__)
