"""The words that name a claimed figure against those that name the cited one: the same thing of the same people? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.language import fold, stem, words
from index.language.tokens import STOPWORDS

from . import cues
from .aspects import EQUIVALENT, MEASURES, Matcher
from .claims import Figure, context_of

_KINDS = frozenset(("indicator", "crop", "facility", "sector", "event", "other", "subject", "document"))
_NAMING = frozenset(("indicator", "crop", "facility"))
_LOOSE = cues.words("generic_concepts") | cues.words("change_concepts") | MEASURES | {"share", "percent", "remaining"}
_ANYBODY = frozenset(("resident", "person", "citizen"))
_GENERIC = cues.words("generic_vi") | cues.words("generic_en") | cues.words("verbs_en") | cues.words("comparison_words")
_EMPTY = STOPWORDS["vi"] | STOPWORDS["en"] | {stem(w) for w in _GENERIC} | _GENERIC


def subject_differs(claim: Figure, held: Figure, matcher: Matcher) -> bool:
    """Whether the claim counts households where the evidence counts residents, or pupils where it counts teachers."""
    told, says = _subjects(claim, matcher), _subjects(held, matcher)
    if not told:
        return False
    if says:
        return not any(_meet(a, b, matcher) for a in told for b in says)
    around = _of_kind(matcher, context_of(held.unit), "subject")
    return bool(around) and not any(_meet(a, b, matcher) for a in told for b in around)


def _subjects(figure: Figure, matcher: Matcher) -> set[str]:
    """Whom the figure counts: the noun that follows it, else the last one before it."""
    after = figure.label.removeprefix(figure.before)
    found = _of_kind(matcher, " ".join(after.split()[:9]), "subject")
    if found or figure.unit.is_row:
        return found or _of_kind(matcher, figure.label, "subject")
    named = [m.concept for m in matcher.find(figure.before) if matcher.glossary.kind(m.concept) == "subject"]
    return set(named[-1:])


def _of_kind(matcher: Matcher, text: str, kind: str) -> set[str]:
    return {c for c in matcher.read(text).concepts if matcher.glossary.kind(c) == kind}


def _meet(a: str, b: str, matcher: Matcher) -> bool:
    if a == b or {a, b} <= _ANYBODY or b in EQUIVALENT.get(a, ()) or a in EQUIVALENT.get(b, ()):
        return True
    return a in matcher.glossary.related(b) or b in matcher.glossary.related(a)


def misnamed(claim: Figure, held: Figure, others: Sequence[Figure], matcher: Matcher) -> bool:
    """Whether the claim's words name something else than the cited figure, as far as glossary and shared words can tell.

    True where an indicator of the claim stands nowhere round the evidence, where nothing is shared at all, or where another figure
    of the evidence bears the claim's name and this one bears another.
    """
    told = _concepts(claim.label, matcher) or _concepts(claim.unit.text, matcher)
    around = matcher.read(context_of(held.unit))
    naming = [c for c in told if matcher.glossary.kind(c) in _NAMING]
    strengths = [_strength(c, around.concepts, matcher) for c in naming]
    shared = _content(claim.unit.text) & _content(f"{context_of(held.unit)} {held.unit.report.title}")
    content = _content(claim.unit.text)
    if naming and not any(strengths) and len(shared) < 0.6 * len(content):
        return True
    if not naming:
        concepts = _concepts(claim.unit.text, matcher)
        if content and not shared and not any(_strength(c, around.concepts, matcher) for c in concepts):
            return True
    return _belongs_to_another(claim, held, others, matcher)


def related(claim: Figure, held: Figure, matcher: Matcher) -> bool:
    """Whether a cited figure may go into a formula for the claim: they share a term, or the claim's words name nothing."""
    told = _concepts(claim.unit.text, matcher)
    around = context_of(held.unit)
    if told:
        says = _concepts(held.label, matcher) or _concepts(around, matcher)
        return any(_strength(c, says, matcher) for c in told)
    content = _content(claim.unit.text)
    return not content or bool(content & _content(around))


def _belongs_to_another(claim: Figure, held: Figure, others: Sequence[Figure], matcher: Matcher) -> bool:
    """Whether another cited figure of the same dimension is the one named: it shares words or concepts with the claim's label that
    the held one lacks, and the held one has a name of its own."""
    own = _overlap(claim, held, matcher)
    if own >= 0.99:
        return False
    rivals = [o for o in others if o.quantity.dimension == held.quantity.dimension and o.quantity.value != held.quantity.value]
    best = max((_overlap(claim, o, matcher) for o in rivals), default=0.0)
    return best >= own + 0.34 and best >= 0.5


def _overlap(claim: Figure, held: Figure, matcher: Matcher) -> float:
    """Share 0..1 of what the claim's label says that the other's label says too, concepts and words alike."""
    told_c, says_c = _concepts(claim.label, matcher), matcher.read(held.label).concepts
    told_w, says_w = _content(claim.label), _content(held.label)
    if held.unit.report.language != claim.unit.report.language:
        told_w = set()
    total = 2 * len(told_c) + len(told_w)
    if not total:
        return 1.0
    return (2 * sum(bool(_strength(c, says_c, matcher)) for c in told_c) + len(told_w & says_w)) / total


def _strength(concept: str, held: Iterable[str], matcher: Matcher) -> float:
    held = set(held)
    if concept in held:
        return 1.0
    if any(e in held for e in EQUIVALENT.get(concept, ())) or any(concept in EQUIVALENT.get(h, ()) for h in held):
        return 0.8
    related = matcher.glossary.related(concept)
    return 0.5 if any(h in related or concept in matcher.glossary.related(h) for h in held) else 0.0


def _concepts(text: str, matcher: Matcher) -> set[str]:
    return {c for c in matcher.read(text).concepts if c not in _LOOSE and matcher.glossary.kind(c) in _KINDS}


def _content(text: str) -> set[str]:
    found = set()
    for token in words(text):
        key = stem(fold(token.text))
        if len(key) > 1 and not key.isdigit() and not re.search(r"\d", key) and key not in _EMPTY and fold(token.text) not in _EMPTY:
            found.add(key)
    return found
