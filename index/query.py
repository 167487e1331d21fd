"""Question -> the words to search for, each with its translations and spellings, weighted.

    plan("share of households with clean water", …)
        Asked("household", 1.0, (Sought("text", "hộ", 0.44), Sought("pairs", "gia_đình", 0.2), …))
        …

One asked word and all that may stand for it are scored as one word (probabilistic structured queries: Darwish & Oard,
SIGIR 2003), so a word with ten translations does not outweigh a word with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .language.detect import detect_language
from .language.normalise import fold, is_syllable, nfc, tone
from .language.tokens import QUESTION_WORDS, STOPWORDS, has_marks, stem, words
from .lexicon.glossary import Glossary
from .lexicon.lexicon import Lexicon, Translation
from .records import Language

FIELDS = ("text", "pairs", "folded", "folded_pairs", "stems", "stem_pairs")

LONGEST_QUERY = 96  # words; what comes after them is not searched for
PAIR_WEIGHT = 0.3  # an adjacent pair, against a word
COVERED_WEIGHT = 0.3  # a syllable's own translations where its compound has some
FOLDED_SHARE = 0.15  # a spelling without the diacritics that were asked for, against the one with them
GLOSSARY_WEIGHT = 0.5
SYNONYM_SHARE = 0.5  # a glossary's second and later terms, against its first
LEAST_PROBABILITY, MOST_TRANSLATIONS = 0.02, 10
LEAST_SHOWN = 0.05  # share of a term worth telling a reader
_QUESTION_WORDS = QUESTION_WORDS["vi"] | QUESTION_WORDS["en"]


@dataclass(frozen=True, slots=True)
class Sought:
    """A term of one field of the word index; `share` in 0..1. A phrase is its adjacent pairs, separated by spaces, all wanted."""

    field: str
    term: str
    share: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of the question with everything that counts as it. `common` are terms that only say how common the word is: its own
    spelling, where `sought` are its translations; a word that stands everywhere does not become telling by being translated."""

    text: str
    weight: float
    sought: tuple[Sought, ...]
    common: tuple[Sought, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchedFor:
    """A word or phrase of the question and what was looked for besides it, the likeliest first, each with its share (0..1).
    English ones are stems: "percentag" stands for "percentage" and "percentages"."""

    text: str
    terms: tuple[tuple[str, float], ...]


def searched_for(asked: Sequence[Asked], most: int = 6) -> list[SearchedFor]:
    """A plan in words a person can read: one line for each asked word that something else stands for, at most `most` terms each."""
    found: dict[str, dict[str, float]] = {}
    for a in asked:
        terms = found.setdefault(a.text.lower(), {})
        for s in a.sought:
            term = _readable(s)
            own = (fold(a.text), " ".join(map(stem, a.text.split())))
            if fold(term) not in own and s.share * a.weight >= LEAST_SHOWN:
                terms[term] = max(terms.get(term, 0.0), s.share * a.weight)
    lines = []
    for text, terms in found.items():
        best = sorted(terms.items(), key=lambda item: (-item[1], item[0]))
        kept = [(term, share) for i, (term, share) in enumerate(best) if not any(fold(term) == fold(b) for b, _ in best[:i])]
        if kept:
            lines.append(SearchedFor(text, tuple(kept[:most])))
    return lines


def _readable(sought: Sought) -> str:
    """ "nước_sạch sạch_nông nông_thôn" -> "nước sạch nông thôn"."""
    pairs = [pair.split("_") for pair in sought.term.split(" ")]
    return " ".join([pairs[0][0], *(pair[-1] for pair in pairs)]) if "_" in sought.term else sought.term


def plan(query: str, lexicon: Lexicon, glossary: Glossary | None) -> list[Asked]:
    """What is searched for; [] for a query without a word."""
    query = nfc(query)
    tokens = [t.text for t in words(query)][:LONGEST_QUERY]
    if not tokens:
        return []
    language = detect_language(query)
    if language == "en":
        asked = _english(tokens, lexicon)
    elif has_marks(query):
        asked = _accented(tokens, lexicon)
    else:
        asked = _unaccented(tokens, lexicon)
    return asked + (_concepts(query, language, glossary) if glossary is not None else [])


def _english(tokens: Sequence[str], lexicon: Lexicon) -> list[Asked]:
    asked = []
    for i, token in enumerate(tokens):
        word = token.lower()
        if word in STOPWORDS["en"]:
            continue
        if not token[0].isalpha() or has_marks(token):
            foreign = [Sought("stems", w, p) for w, p in _probable(lexicon.translate(word, "vi"))]
            asked.append(
                Asked(token, 1.0, _merged([*_as_written(token), Sought("folded", fold(tone(word)), FOLDED_SHARE), *foreign]))
            )
            continue
        translations = _probable(lexicon.translate(word, "en"))
        sought = [Sought("stems", stem(word), 1.0), *_vietnamese(translations)]
        if not translations or token[0].isupper() or fold(word) != stem(word):
            sought.append(Sought("folded", fold(word), 1.0))
        asked.append(Asked(token, 1.0, _merged(sought)))
        if i + 1 < len(tokens) and tokens[i + 1].lower() not in STOPWORDS["en"]:
            asked.append(_pair(token, tokens[i + 1], [("stem_pairs", stem, 1.0), ("folded_pairs", fold, 1.0)]))
    return asked


def _accented(tokens: Sequence[str], lexicon: Lexicon) -> list[Asked]:
    spelled = [tone(t) for t in tokens]
    asked = [
        Asked(token, 1.0, _merged([*_as_written(token), Sought("folded", fold(token), FOLDED_SHARE), *_borrowed(token, lexicon)]))
        for token in tokens
    ]
    spellings = [("pairs", tone, 1.0), ("folded_pairs", fold, FOLDED_SHARE)]
    asked += [_pair(a, b, spellings) for a, b in pairwise(tokens)]
    return asked + _into_english(tokens, spelled, lexicon, accented=True)


def _unaccented(tokens: Sequence[str], lexicon: Lexicon) -> list[Asked]:
    spelled = [t.lower() for t in tokens]
    asked = [Asked(token, 1.0, _merged([Sought("folded", fold(token), 1.0), *_borrowed(token, lexicon)])) for token in tokens]
    asked += [_pair(a, b, [("folded_pairs", fold, 1.0)]) for a, b in pairwise(tokens)]
    return asked + _into_english(tokens, spelled, lexicon, accented=False)


def _borrowed(token: str, lexicon: Lexicon) -> list[Sought]:
    """Vietnamese for an English word in a Vietnamese question; nothing for what can be a Vietnamese syllable ("an", "to")."""
    if not token.isascii() or not token.isalpha() or is_syllable(token.lower()):
        return []
    return _vietnamese(_probable(lexicon.translate(token, "en")))


def _into_english(tokens: Sequence[str], spelled: Sequence[str], lexicon: Lexicon, *, accented: bool) -> list[Asked]:
    """Translations of compounds, more weakly of the syllables in them, and of other syllables; names as English writes them."""
    asked: list[Asked] = []
    covered: set[int] = set()
    for i, (a, b) in enumerate(pairwise(spelled)):
        found = _probable(lexicon.translate(f"{a} {b}", "vi"))
        if found:
            covered |= {i, i + 1}
            common = (Sought("pairs", f"{a}_{b}", 1.0),) if accented else (Sought("folded_pairs", f"{a}_{b}", 1.0),)
            asked.append(Asked(f"{tokens[i]} {tokens[i + 1]}", 1.0, tuple(Sought("stems", word, p) for word, p in found), common))
    for i, word in enumerate(spelled):
        if not word[0].isalpha():
            continue
        foreign = tokens[i].islower() and word.isascii() and not is_syllable(word)  # English already, and no name
        found = [] if foreign else _probable(lexicon.translate(word, "vi"))
        sought = [Sought("stems", w, p) for w, p in found]
        if word.isascii():
            sought.append(Sought("stems", stem(word), 1.0))
        elif tokens[i][0].isupper():
            sought.append(Sought("stems", fold(word), 0.3))
        if sought:
            common = (Sought("text", word, 1.0),) if accented else (Sought("folded", word, 1.0),)
            asked.append(Asked(tokens[i], COVERED_WEIGHT if i in covered else 1.0, _merged(sought), common))
    return asked


def _concepts(query: str, language: Language, glossary: Glossary) -> list[Asked]:
    """Terms of the glossary: their terms in the other language are strong evidence, their synonyms in this one some.

    A term of the other language in a question of two ("bao nhiêu households dùng clean water") is sought in both.
    """
    other: Language = "vi" if language == "en" else "en"
    asked = []
    for mention in glossary.find(query, language):
        named = fold(nfc(query[mention.start : mention.end]))
        if named in _QUESTION_WORDS or named in STOPWORDS[language]:
            continue  # "how many", "khi nào" ask, they are not asked for
        asked.append(Asked(mention.term, GLOSSARY_WEIGHT, _terms(glossary.translations(mention, other), other)))
    for mention in glossary.find(query, other):
        named = query[mention.start : mention.end]
        if _is_of(named, other):
            both = (*_terms(glossary.translations(mention, language), language), _phrase(named, other, 1.0))
            asked.append(Asked(mention.term, 1.0, _merged(both)))
    return [a for a in asked if a.sought]


def _terms(terms: Iterable[str], language: Language) -> tuple[Sought, ...]:
    return _merged([_phrase(term, language, 1.0 if i == 0 else SYNONYM_SHARE) for i, term in enumerate(terms)])


def _is_of(text: str, language: Language) -> bool:
    """Whether a stretch of a question can be of this language alone."""
    if language == "vi":
        return has_marks(text)
    tokens = [token.text.lower() for token in words(nfc(text))]
    return not has_marks(text) and not all(is_syllable(t) or t in STOPWORDS["en"] or not t.isalpha() for t in tokens)


def _phrase(term: str, language: Language, share: float) -> Sought:
    spell = tone if language == "vi" else stem
    spelled = [spell(t.text) for t in words(nfc(term))]
    if len(spelled) == 1:
        return Sought("text" if language == "vi" else "stems", spelled[0], share)
    pairs = [f"{a}_{b}" for a, b in pairwise(spelled)]
    return Sought("pairs" if language == "vi" else "stem_pairs", " ".join(pairs), share)


def _as_written(token: str) -> tuple[Sought, ...]:
    """A number, or a word with its marks; "1.234,5" is "1,234.5" to an English reader."""
    word = tone(token)
    swapped = word.translate(str.maketrans(".,", ",."))
    if word[0].isdigit() and swapped != word:
        return (Sought("text", word, 1.0), Sought("text", swapped, 1.0))
    return (Sought("text", word, 1.0),)


def _vietnamese(translations: Sequence[Translation]) -> list[Sought]:
    return [Sought("pairs", unit.replace(" ", "_"), p) if " " in unit else Sought("text", unit, p) for unit, p in translations]


def _pair(first: str, second: str, spellings: Sequence[tuple[str, object, float]]) -> Asked:
    sought = tuple(Sought(field, f"{spell(first)}_{spell(second)}", share) for field, spell, share in spellings)  # type: ignore[operator]
    return Asked(f"{first} {second}", PAIR_WEIGHT, sought)


def _probable(translations: Sequence[Translation]) -> list[Translation]:
    return [(word, p) for word, p in translations[:MOST_TRANSLATIONS] if p >= LEAST_PROBABILITY]


def _merged(sought: Sequence[Sought]) -> tuple[Sought, ...]:
    """One of each term, with its largest share."""
    best: dict[tuple[str, str], Sought] = {}
    for s in sought:
        known = best.get((s.field, s.term))
        if s.term and (known is None or s.share > known.share):
            best[s.field, s.term] = s
    return tuple(best.values())
