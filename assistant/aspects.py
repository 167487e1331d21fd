"""How much of what a question asks for a text speaks of. Pure, given the glossary and the lexicon.

A question is taken apart into aspects: the glossary's concepts (an indicator weighs most) and the content words left over. A
text matches a concept by any of its terms in either language, a word by itself, by its folded form, or by its translations.
Near neighbours do not match: a clause on hygienic water says nothing of clean water.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from index import Language
from index.language import fold, has_marks, stem, tone, words
from index.lexicon.glossary import Glossary
from index.lexicon.lexicon import Lexicon
from index.once import once

from . import cues
from .question import Question, Word

# How much an aspect counts. Statuses and units say how an answer looks, not what it is about.
WEIGHTS = {
    "indicator": 3.0,
    "subject": 0.8,
    "sector": 1.6,
    "administration": 1.6,
    "event": 1.6,
    "document": 1.4,
    "facility": 2.0,
    "crop": 2.6,
    "other": 1.5,
    "status": 0.0,
    "unit": 0.0,
}
MAIN_KINDS = frozenset(("indicator", "crop", "facility"))  # what a figure can be a figure of
WORD_WEIGHT = 1.3
SYLLABLE_WEIGHT = 0.75  # a Vietnamese word has mostly two
VERB_WEIGHT = 0.5  # how a thing is done or had tells less than the thing
WORDS_CAP = 0.5
COUNTED_WEIGHT = 1.8  # what "how many" asks for
# Statuses that narrow down what is asked: a school "meeting the standard" is not any school.
QUALIFIERS = cues.words("qualifying_concepts")
QUALIFIER_WEIGHT = 0.7
# "the commune", "the report": what every report speaks of says nothing of what is asked.
GENERIC_CONCEPTS = cues.words("generic_concepts")
# How much of something: they need the thing. "Cinnamon output" is not answered by the output of rice.
MEASURES = frozenset(("output", "area", "yield", "funding", "number_of_units"))
MEASURE_WEIGHT = 0.6
SOFT_KINDS = frozenset(("administration", "event", "document", "sector"))  # may stand in the title alone
# What reports say for the thing asked, without a term of its own for it.
EQUIVALENT = {
    "poverty_reduction": ("poor_household",),
    "public_investment": ("public_investment_realised",),
    "worker": ("labour",),
    "resident": ("person",),
    "person": ("resident",),
    "economic_growth": ("grdp", "gdp"),
    "multidimensional_poverty": ("poor_household",),
}
EQUALS = 0.8
NARROWER, BROADER, OVERLAPPED = 0.6, 0.3, 0.6


class Translator(Protocol):
    """The lexicon: weighted translations of a word, best first."""

    def translate(self, term: str, source: Language) -> list[tuple[str, float]]: ...


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing asked for. A concept has `terms` () and `key` its id; a word has its accepted spellings with a weight each."""

    key: str
    kind: str  # a glossary kind, or "word"
    weight: float
    spellings: tuple[tuple[str, float], ...] = ()
    accented: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TextIndex:
    """A text ready for matching: padded strings of tokens, so that " nước sạch " is found by plain search.

    `strengths` remembers how surely it speaks of each concept asked about so far.
    """

    accented: str
    folded: str
    stems: str
    concepts: frozenset[str]
    indicators: tuple[str, ...]
    strengths: dict[str, float] = field(default_factory=dict)


_VERBS = cues.words("verbs_en") | {stem(verb) for verb in cues.words("verbs_en")}


def _word_weight(word: Word) -> float:
    if word.language == "vi":
        return SYLLABLE_WEIGHT
    return VERB_WEIGHT if word.key in _VERBS else WORD_WEIGHT


def _capped(aspects: list[Aspect]) -> list[Aspect]:
    """Where an indicator is asked for, the other words together weigh half of it at most: they refine, it decides."""
    main = max((a.weight for a in aspects if a.kind in MAIN_KINDS), default=0.0)
    loose = sum(a.weight for a in aspects if a.kind == "word")
    if main < 2.0 or loose <= WORDS_CAP * main:
        return aspects
    scale = WORDS_CAP * main / loose
    return [replace(a, weight=a.weight * scale) if a.kind == "word" else a for a in aspects]


class Matcher:
    """Matches aspects with texts. One per assistant; remembers the texts it has read."""

    def __init__(self, glossary: Glossary, lexicon: Translator) -> None:
        self.glossary = glossary
        self.lexicon = lexicon
        self.read = lru_cache(maxsize=20_000)(self._read)
        self.find = lru_cache(maxsize=20_000)(glossary.find)
        self._spaced = lru_cache(maxsize=None)(self._spaced_terms)

    def _read(self, text: str) -> TextIndex:
        tokens = [t.text for t in words(text)]
        mentions = self.find(text)
        concepts = frozenset(m.concept for m in mentions)
        measured = (m.concept for m in mentions if self.glossary.kind(m.concept) in MAIN_KINDS and m.concept not in MEASURES)
        return TextIndex(
            accented=" " + " ".join(tone(t) for t in tokens) + " ",
            folded=" " + " ".join(fold(t) for t in tokens) + " ",
            stems=" " + " ".join(stem(fold(t)) for t in tokens) + " ",
            concepts=concepts,
            indicators=tuple(dict.fromkeys(measured)),
        )

    def aspects(self, question: Question) -> list[Aspect]:
        """The question's aspects, without the concepts that another one narrows down ("water" beside "clean water")."""
        broader = {b for c in question.concepts for b in self.glossary.related(c) if b != c}
        found = [Aspect(c, self.glossary.kind(c), self._weight(question, c)) for c in question.concepts if c not in broader]
        things = [a for a in found if a.key not in MEASURES and a.weight >= WORD_WEIGHT]
        if things or question.words:
            found = [replace(a, weight=MEASURE_WEIGHT) if a.key in MEASURES else a for a in found]
        if not question.words and not any(a.weight for a in found):  # "When does the commune become a ward?": nothing else to go by
            found = [replace(a, weight=1.0) for a in found if a.kind not in ("status", "unit")]
        accented = has_marks(question.text)
        for word in question.words:
            spellings = self._spellings(word.text, word.key, word.language)
            found.append(Aspect(word.key, "word", _word_weight(word), spellings, accented and word.language == "vi"))
        return _capped(found)

    def _weight(self, question: Question, concept: str) -> float:
        kind = self.glossary.kind(concept)
        generic = concept in GENERIC_CONCEPTS or concept.startswith("question_")
        weight = QUALIFIER_WEIGHT if concept in QUALIFIERS else 0.0 if generic else WEIGHTS.get(kind, 1.0)
        return max(weight, COUNTED_WEIGHT) if concept == question.counted and kind != "unit" else weight

    def _spellings(self, text: str, key: str, language: Language) -> tuple[tuple[str, float], ...]:
        own = (tone(text) if language == "vi" and has_marks(text) else key, 1.0)
        source = text.lower()
        translations = self.lexicon.translate(source, language) or (self.lexicon.translate(key, language) if key != source else [])
        best = max((p for _, p in translations), default=1.0)
        kept = [(term, p) for term, p in translations[:8] if p >= 0.04]
        return (own, *((tone(term.replace("_", " ")), min(1.0, p / best if p >= 0.08 else 0.0)) for term, p in kept))

    def strength(self, aspect: Aspect, text: TextIndex) -> float:
        """0..1: how surely the text speaks of the aspect."""
        if aspect.kind != "word":
            if aspect.key not in text.strengths:
                text.strengths[aspect.key] = self._concept_strength(aspect.key, text)
            return text.strengths[aspect.key]
        best = 0.0
        for number, (spelling, weight) in enumerate(aspect.spellings):
            if weight <= best:
                continue
            needle = f" {spelling} "
            if number == 0 and not aspect.accented:
                hit = needle in text.folded or needle in text.stems
            elif number == 0:
                hit = needle in text.accented or f" {fold(spelling)} " in text.accented
            else:
                hit = needle in text.accented or f" {stem(spelling)} " in text.stems
            if hit:
                best = max(best, weight if number == 0 else 0.9 * weight)
        return best

    def _concept_strength(self, concept: str, text: TextIndex) -> float:
        if concept in text.concepts:
            return 1.0
        best = EQUALS if any(e in text.concepts for e in EQUIVALENT.get(concept, ())) else 0.0
        for found in text.concepts:
            if concept in self.glossary.related(found):
                best = max(best, NARROWER)
            elif found in self.glossary.related(concept):
                best = max(best, BROADER)
        if best < OVERLAPPED and any(term in text.accented for term in self._spaced(concept)):
            return OVERLAPPED  # a longer term of another concept may hide this one's words
        return best

    def _spaced_terms(self, concept: str) -> tuple[str, ...]:
        """The concept's first terms, padded as in TextIndex; of single words only acronyms and syllables with marks ("chợ")."""
        known = self.glossary.concepts[concept]
        terms = [(term, " ".join(tone(t.text) for t in words(term))) for term in (*known.vi[:4], *known.en[:4])]
        telling = [spaced for term, spaced in terms if " " in spaced or term.isupper() or (has_marks(term) and len(term) > 2)]
        return tuple(f" {spaced} " for spaced in telling)

    def coverage(self, aspects: Sequence[Aspect], texts: Sequence[tuple[str, float]], title: str = "") -> float:
        """Weighted share 0..1 of the aspects found in `texts`, each text with its own trust 0..1; 0.0 for no aspects.

        A report's `title` vouches for the event or body asked about more than for an indicator.
        """
        total = sum(a.weight for a in aspects)
        if not total:
            return 0.0
        indexes = [(self.read(text), trust) for text, trust in texts if text and trust]
        heading = self.read(title) if title else None
        found = 0.0
        for aspect in aspects:
            best = max((self.strength(aspect, i) * trust for i, trust in indexes), default=0.0)
            if heading and best < 0.7:
                best = max(best, self.strength(aspect, heading) * (0.8 if aspect.kind in SOFT_KINDS else 0.4))
            found += aspect.weight * best
        return found / total

    def extra_indicators(self, question: Question, text: str) -> int:
        """How many indicators a text names that the question did not ask for and that are not merely wider or narrower ones."""
        related = self._related(question)
        return sum(1 for c in self.read(text).indicators if c not in related)

    def _related(self, question: Question) -> set[str]:
        return set(question.concepts) | {r for c in question.concepts for r in self.glossary.related(c)}

    def contrast(self, question: Question, text: str) -> bool:
        """True where the text names only the other side of what is asked: "nông thôn" where the question says "thành thị"."""
        asked, said = self.read(question.text).folded, self.read(text).folded
        for sides in cues.contrasts():
            in_question = [any(f" {p} " in asked for p in side) for side in sides]
            in_text = [any(f" {p} " in said for p in side) for side in sides]
            if sum(in_question) == 1 and any(in_text) and not in_text[in_question.index(True)]:
                return True
        return False

    def nearest_indicator(self, question: Question, text: str) -> int:
        """1 where the last indicator the text names is one asked for, -1 where it is another, 0 where it names none."""
        named = [m.concept for m in self.find(text) if self.glossary.kind(m.concept) in MAIN_KINDS and m.concept not in MEASURES]
        if not named:
            return 0
        asked = {*question.concepts, *(e for c in question.concepts for e in EQUIVALENT.get(c, ()))}
        return 1 if named[-1] in asked or any(c in self.glossary.related(named[-1]) for c in asked) else -1

    def stands_between(self, question: Question, text: str, *, value_last: bool) -> bool:
        """True where another indicator stands between the one asked for and the value, and so is what the value measures.

        "Tỷ lệ dân số tham gia bảo hiểm y tế đạt 95,6%" gives health insurance, not the population.
        """
        related = self._related(question)
        named = [m.concept for m in self.find(text) if self.glossary.kind(m.concept) == "indicator" and m.concept not in MEASURES]
        if not any(c in question.concepts for c in named):
            return False
        nearest = named[-1] if value_last else named[0]
        wider = self.glossary.related(nearest)
        return nearest not in related and not any(c in wider for c in question.concepts)


@once
def default_matcher() -> Matcher:
    """The one of the program's own glossary and lexicon, which take two seconds to load: made once and shared."""
    return Matcher(Glossary.load(), Lexicon.load())
