"""Questions made of sentences by taking a figure out: where in the translation, or in the sentence itself, does it stand?

    "By 2015, 77% of households had clean water, 12% more than in 2010"  ->  "what share of households had clean water"
    asked of                                                    "Đến năm 2015, 77% hộ có nước sạch, tăng 12% so với năm 2010"

What is near the figure is asked for, some words left out, all other figures but years gone. The figure's place is known without
anybody's having told it, so there are as many such questions as sentences with figures (a cloze task: Taylor, 1953; made from
translations, the words of question and sentence differ as an asker's do). Read from translated sentences and economic news, of
which nothing is kept but numbers (train_value_reader.py).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from index import Language
from index.figures.candidate import ValueKind
from index.language import Number, find_numbers, fold, nfc
from index.language.sentences import sentences

KINDS: dict[str, ValueKind] = {kind: kind for kind in ("percentage", "ratio", "count", "money", "measure")}
ASKS: dict[Language, dict[str, tuple[str, ...]]] = {
    "vi": {
        "count": ("bao nhiêu", "mấy", "số lượng"),
        "money": ("bao nhiêu tiền", "bao nhiêu", "mấy"),
        "percentage": ("bao nhiêu phần trăm", "tỷ lệ", "mấy phần trăm", "bao nhiêu %"),
        "measure": ("bao nhiêu", "mấy"),
        "ratio": ("bao nhiêu", "mấy"),
    },
    "en": {
        "count": ("how many", "number of", "what number"),
        "money": ("how much", "how much money", "what amount"),
        "percentage": ("what percentage", "what share", "by how much", "rate"),
        "measure": ("how much", "what", "how large"),
        "ratio": ("how many", "what"),
    },
}
LONGEST, LONGEST_PAIRED, SHORTEST = 450, 500, 30  # characters of a sentence
MOST_VALUES = 15  # of all sentences asked
MOST_FIGURES = 9  # of a sentence of news
_FIGURE = re.compile(r"\d[\d.,/]*")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Masked(NamedTuple):
    """`values`: of each sentence its figures, the text, first and last character and kind; `right`: the place in `values` of the
    one taken out, None where its sentence is not among them."""

    question: str
    texts: tuple[str, ...]
    values: tuple[tuple[int, int, int, ValueKind], ...]
    right: int | None


def of_translations(shared: Path, chance: random.Random) -> Iterator[Masked]:
    """English questions about Vietnamese sentences, and one in four the other way round, beside neighbours in the file."""
    pairs = [pair for name in ("human", "mt") for pair in _pairs(shared / "parallel" / f"MERGED_{name}.tsv.gz")]
    for n, (vi, en) in enumerate(pairs):
        theirs, ours = _figures(vi), _figures(en)
        keys, own_keys = [_key(n) for n in theirs], [_key(n) for n in ours]
        for number, key in zip(ours, own_keys, strict=True):
            if keys.count(key) != 1 or own_keys.count(key) != 1:
                continue
            other = theirs[keys.index(key)]
            near = [pairs[(n + step) % len(pairs)] for step in chance.sample((-3, -2, -1, 1, 2, 3), 2)]
            if chance.random() < 0.75:
                asked, told = question(en, number, "en", chance), (vi, *(pair[0] for pair in near))
            elif len(ours) > 1:
                asked, told, other = question(vi, other, "vi", chance), (en, *(pair[1] for pair in near)), number
            else:
                continue
            made = _masked(asked, told, other, missing=chance.random() < 0.15)
            if made is not None:
                yield made


def of_news(shared: Path, chance: random.Random, *, a_text: int = 2) -> Iterator[Masked]:
    """Vietnamese questions of the words of a sentence itself, beside others of the text."""
    with gzip.open(shared / "mono" / "hddtvn_econ_news.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [nfc(json.loads(line)["text"]) for line in file]
    chance.shuffle(texts)
    for text in texts:
        found = [text[start:end].strip() for start, end in sentences(text)]
        full = [s for s in found if SHORTEST < len(s) < LONGEST and 2 <= len(_figures(s)) <= MOST_FIGURES]
        for sentence in chance.sample(full, min(a_text, len(full))):
            number = chance.choice(_figures(sentence))
            if sum(n.text == number.text for n in _figures(sentence)) > 1:
                continue
            rest = [s for s in full if s != sentence]
            told = (sentence, *chance.sample(rest, min(2, len(rest))))
            made = _masked(question(sentence, number, "vi", chance), told, number, missing=chance.random() < 0.12)
            if made is not None:
                yield made


def question(text: str, number: Number, language: Language, chance: random.Random) -> str:
    """The words around the figure, in an order that people ask in."""
    years = chance.random() < 0.7
    before, behind = (_without_figures(part, years=years).split() for part in (text[: number.start], text[number.end :]))
    before, behind = before[-chance.randint(3, 14) :], behind[: chance.randint(2, 9)]
    dropped = chance.choice((0.0, 0.1, 0.2, 0.35))
    before, behind = ([word for word in words if chance.random() >= dropped] for words in (before, behind))
    asks = chance.choice(ASKS[language][number.kind])
    unit = [number.unit] if chance.random() < 0.6 else []
    style = chance.random()
    if style < 0.35:
        said = [*before, asks, *unit, *behind]
    elif style < 0.7:
        said = [asks, *unit, *before, *behind]
    elif style < 0.85:
        said = [*before, *behind, asks, *unit] if language == "vi" else [asks, *unit, *behind, *before]
    else:
        said = [*before, *unit, *behind]
    asked = " ".join(re.sub(r"[();:]", " ", " ".join(said)).split()).strip(" ,.")
    if chance.random() < 0.3:
        asked = asked.lower()
    if language == "vi" and chance.random() < 0.25:
        asked = fold(asked)
    return asked + ("?" if chance.random() < 0.4 else "")


def _masked(asked: str, texts: Sequence[str], number: Number, *, missing: bool) -> Masked | None:
    """None where nothing is left to ask with, or there are too many figures."""
    told = tuple(texts[1:] if missing else texts)
    values = [(at, n) for at, text in enumerate(told) for n in _figures(text)]
    if len(asked.split()) < 3 or not 0 < len(values) <= MOST_VALUES:
        return None
    right = None if missing else next(i for i, (at, n) in enumerate(values) if at == 0 and n.text == number.text)
    return Masked(asked, told, tuple((at, n.start, n.end, KINDS[n.kind]) for at, n in values), right)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Translated sentences, Vietnamese first, of which the one has two figures and the other at least one."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            vi, _, en = map(nfc, line.rstrip("\n").partition("\t"))
            if max(len(vi), len(en)) <= LONGEST_PAIRED and len(_FIGURE.findall(vi)) > 1 and _FIGURE.search(en):
                yield vi, en


def _figures(text: str) -> list[Number]:
    return [number for number in find_numbers(text) if number.kind in KINDS]


def _key(number: Number) -> str:
    """1,234 and 1.234 are the same in two languages."""
    hit = _FIGURE.search(number.text)
    return re.sub(r"[.,]", "", hit.group()) if hit else ""


def _without_figures(text: str, *, years: bool) -> str:
    return _FIGURE.sub(lambda hit: hit.group() if years and _YEAR.fullmatch(hit.group().strip(".,")) else " ", text)
