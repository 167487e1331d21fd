"""The words that name a claimed figure against those that name the cited one: the same thing of the same people? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.figures.candidate import numbers_in
from index.figures.values import COMPARISON_WORDS
from index.language import fold, has_marks, lower, stem, words
from index.language.tokens import STOPWORDS

from . import cues
from .aspects import EQUIVALENT, MEASURES, Aspect, Matcher
from .claims import Figure, context_of

_KINDS = frozenset(("indicator", "crop", "facility", "sector", "event", "other", "subject", "document"))
_NAMING = frozenset(("indicator", "crop", "facility"))
_LOOSE = cues.words("generic_concepts") | cues.words("change_concepts") | MEASURES | {"share", "percent", "remaining"}
_ALIASES = {"population": "resident"}  # an indicator by itself, whom a share is of in "tỷ lệ dân số"
_ANYBODY = frozenset(("resident", "person", "citizen"))
_GENERIC = cues.words("generic_vi") | cues.words("generic_en") | cues.words("verbs_en") | COMPARISON_WORDS
_POINTS = frozenset({"point", "diem"})  # of "percentage points": a unit, it names nothing
_EMPTY = STOPWORDS["vi"] | STOPWORDS["en"] | {stem(w) for w in _GENERIC} | _GENERIC


def subject_differs(claim: Figure, held: Figure, matcher: Matcher) -> bool:
    """Whether the claim counts households where the evidence counts residents, or pupils where it counts teachers."""
    told, says = _subjects(claim, matcher), _subjects(held, matcher)
    if not told and not says:
        told, says = _last_subject(claim, matcher), _last_subject(held, matcher)
        return bool(told and says) and not any(_meet(a, b, matcher) for a in told for b in says)
    named = matcher.read(f"{held.unit.text} {held.label}").concepts
    told = {t for t in told if t in says or not any(t in concept and t != concept for concept in named)}  # "poor_household" says it
    if not told:
        return False
    if says:
        return not any(_meet(a, b, matcher) for a in told for b in says)
    around = set(_named_subjects(context_of(held.unit), matcher))
    if around:
        return not any(_meet(a, b, matcher) for a in told for b in around)
    read = matcher.read(context_of(held.unit))
    aspects = [Aspect(c, matcher.glossary.kind(c), 1.0) for c in told - _ANYBODY]
    return bool(aspects) and not any(matcher.strength(a, read) for a in aspects)


def _subjects(figure: Figure, matcher: Matcher) -> set[str]:
    """Whom the figure counts: the noun that follows it, else the last one before it."""
    after = figure.label.removeprefix(figure.before)
    found = set(_named_subjects(" ".join(after.split()[:9]), matcher))
    if found or figure.unit.is_row:
        return found or set(_named_subjects(figure.label, matcher))
    return set(_named_subjects(figure.before, matcher)[-1:])


def _last_subject(figure: Figure, matcher: Matcher) -> set[str]:
    """The last one named before the figure in its stretch of the sentence, beyond the figure's own label."""
    if figure.unit.is_row or figure.quantity.dimension not in ("%", "pp"):
        return set()
    before = figure.unit.text[: figure.start - figure.unit.start].rpartition(";")[2]
    return set(_named_subjects(before, matcher)[-1:])


def _named_subjects(text: str, matcher: Matcher) -> list[str]:
    return [_ALIASES.get(m.concept, m.concept) for m in matcher.find(text) if _is_subject(m.concept, matcher)]


def _is_subject(concept: str, matcher: Matcher) -> bool:
    return concept in _ALIASES or matcher.glossary.kind(concept) == "subject"


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
    sectors = [c for c in told if matcher.glossary.kind(c) in ("sector", "subject")]
    if sectors and not naming and not shared and not any(_strength(c, around.concepts, matcher) for c in told):
        return True  # "billion" and "percent", shared by all, name nothing
    if not naming:
        concepts = matcher.read(claim.unit.text).concepts
        if content and not shared and not any(_strength(c, around.concepts, matcher) for c in concepts):
            return True
    return _under_other_name(claim, held, naming, matcher) or _belongs_to_another(claim, held, others, matcher)


def _under_other_name(claim: Figure, held: Figure, naming: Sequence[str], matcher: Matcher) -> bool:
    """Whether the held figure, nameless itself, follows another indicator than the claim's in its stretch of the sentence: in
    "hộ cận nghèo còn 97 hộ, tỷ lệ 7,7%" the share is that of the near-poor."""
    if not naming or held.unit.is_row or held.quantity.dimension not in ("%", "pp"):
        return False
    label = held.label.removeprefix(held.before)
    if any(matcher.glossary.kind(m.concept) in _NAMING for m in matcher.find(f"{held.before} {label}")):
        return False
    stretch = held.unit.text[: held.start - held.unit.start].rpartition(";")[2]
    named = [m.concept for m in matcher.find(stretch) if matcher.glossary.kind(m.concept) in _NAMING]
    if not named or any(c in matcher.read(stretch).concepts for c in naming):
        return False
    return max(_strength(c, named[-1:], matcher) for c in naming) < 0.8


def quotes_header(claim: Figure, held: Figure) -> bool:
    """Whether the claim gives a cell under the words of its own column header, which then say themselves what it is."""
    header = _header(held)
    return len(header) > 1 and header <= _tokens(claim.unit.text)


def other_column(claim: Figure, held: Figure) -> bool:
    """Whether the claim quotes the header of another column of the held cell's row, and more fully than the cell's own."""
    if not held.unit.is_row or claim.unit.report.language != held.unit.report.language:
        return False
    one = (
        len([n for n in numbers_in(claim.unit.text, claim.unit.report.language) if n.kind not in ("date", "year", "ordinal")]) == 1
    )
    told = _tokens(claim.unit.text if one else claim.label)
    own = _header(held)
    for cell in held.unit.cells:
        header = _tokens(cell.header)
        if header != own and len(header) > 1 and header <= told and not (own <= told and len(own) >= len(header)):
            return True
    return False


def names_row(claim: Figure, held: Figure) -> bool:
    """Whether the claim has words of the label of the held cell's row."""
    marked = has_marks(claim.unit.text)
    return bool(_row_words(held, marked) & _tokens(claim.unit.text, marked))


def other_row(claim: Figure, held: Figure, others: Sequence[Figure], matcher: Matcher) -> bool:
    """Whether the held cell stands in a row that the claim does not name, or less fully than it names another cited row."""
    if not held.unit.is_row:
        return False
    marked = has_marks(claim.unit.text)
    own, told = _row_words(held, marked), _tokens(claim.unit.text, marked)
    if own and not own & told and claim.unit.report.language == held.unit.report.language:
        concepts = _concepts(_row_name(held), matcher)
        if not any(_strength(c, concepts, matcher) >= 0.8 for c in _concepts(claim.unit.text, matcher)):
            return True
    if own <= told:
        rows = [w for o in others if o.unit.is_row and (w := _row_words(o, marked)) != own]
        return any(own < w <= told for w in rows)
    return any(o.unit.is_row and (w := _row_words(o, marked)) and w != own and w <= told for o in others)


def _row_words(figure: Figure, marked: bool) -> set[str]:
    return {t for t in _tokens(_row_name(figure), marked) if t.isalpha() and len(t) > 1}


def _row_name(figure: Figure) -> str:
    """A row's own label: its first cell with two letters or more."""
    texts = (figure.unit.report.text[c.start : c.end] for c in figure.unit.cells)
    return next((text for text in texts if sum(c.isalpha() for c in text) > 1), "")


def _header(held: Figure) -> set[str]:
    """The words and digits of the header of the cell that a figure stands in."""
    return next((_tokens(c.header) for c in held.unit.cells if c.start <= held.start < c.end), set())


def _tokens(text: str, marked: bool = False) -> set[str]:
    """Words and figures, with their diacritics where `marked`."""
    return set(re.findall(r"[\d.,]*\d|[^\W\d]+", lower(text) if marked else fold(text)))


def related(claim: Figure, held: Figure, matcher: Matcher) -> bool:
    """Whether a cited figure may go into a formula for the claim: they share a term, or the claim's words name nothing."""
    around = context_of(held.unit)
    if held.unit.is_row and names_row(claim, held):
        return True
    told = _concepts(claim.unit.text, matcher)
    if told:
        says = _concepts(held.label, matcher) or _concepts(around, matcher)
        return any(_strength(c, says, matcher) for c in told)
    content = _content(claim.unit.text) - _POINTS
    return not content or bool(content & _content(around))


def _belongs_to_another(claim: Figure, held: Figure, others: Sequence[Figure], matcher: Matcher) -> bool:
    """Whether another cited figure of the same dimension is the one named: it shares words or concepts with the claim's label that
    the held one lacks, and the held one has a name of its own."""
    rivals = [
        o
        for o in others
        if o.quantity.value != held.quantity.value
        and (o.quantity.dimension == held.quantity.dimension or (o.unit.is_row and not claim.quantity.stated))
    ]
    if not rivals:
        return False
    if held.unit.report.language == claim.unit.report.language and not held.unit.is_row:
        beside = _beside(claim, held)
        if max(_beside(claim, o) for o in rivals) >= max(0.8, beside + 0.25):
            return True
    own = _overlap(claim, held, matcher)
    best = max(_overlap(claim, o, matcher) for o in rivals)
    return best >= own + (0.2 if held.unit.is_row else 0.34) and best >= 0.5


def repeats(claim: Figure, held: Figure) -> bool:
    """Whether the claim repeats the words round a cited figure, so that another amount there is a misquotation."""
    same = claim.unit.report.language == held.unit.report.language and not held.unit.is_row
    return same and held.quantity.value != claim.quantity.value and _beside(claim, held) >= 0.75


def _beside(claim: Figure, held: Figure) -> float:
    """How alike 0..1 the six words before and the five after the two figures are, other figures among them."""
    total = shared = 0
    for told, says in zip(_sides(claim), _sides(held), strict=True):
        total += len(told)
        shared += sum(word in says for word in told)
    return shared / total if total else 0.0


def _sides(figure: Figure) -> tuple[list[str], list[str]]:
    text = figure.unit.text
    start, end = figure.start - figure.unit.start, figure.end - figure.unit.start
    before = re.findall(r"[\d.,]*\d|[^\W\d]+", fold(text[:start]))[-6:]
    after = re.findall(r"[\d.,]*\d|[^\W\d]+", fold(text[end:].partition(";")[0]))[:5]
    return before, after


def _overlap(claim: Figure, held: Figure, matcher: Matcher) -> float:
    """Share 0..1 of what the claim's label says that the other's label says too, concepts and words alike."""
    told_c, says_c = _concepts(claim.label, matcher), matcher.read(held.label).concepts
    told_w, says_w = _content(claim.label), _content(held.label)
    if held.unit.report.language != claim.unit.report.language:
        told_w = frozenset()
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


@lru_cache(maxsize=20_000)
def _content(text: str) -> frozenset[str]:
    found = set()
    for token in words(text):
        key = stem(fold(token.text))
        if (
            len(key) > 1
            and not key.isdigit()
            and not re.search(r"\d", key)
            and key not in _EMPTY
            and fold(token.text) not in _EMPTY
        ):
            found.add(key)
    return frozenset(found)
