"""Whether a sentence without a wrong number is borne out by what it cites: does the evidence speak of the same, and as it does?

A number gate does not see "The capital is Paris [1]", "Yes [1]" or "not yet [1]". Words are compared across both languages by the
glossary and the lexicon, as a question's are with its evidence. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language import fold

from .aspects import Matcher
from .evidence import Unit
from .question import Question, analyse
from .ranks import unsupported_rank
from .yes_no import polarity

# Share of a sentence's content that its evidence must speak of. On eval/sets/samples a question and its own evidence share 0.57 or
# more in 95 of 100 cases, a sentence and somebody else's 0.23 or less; a figure that has passed the gate needs less.
FLOOR = 0.5
FLOOR_TRANSLATED = 0.35  # across languages the lexicon misses a synonym more often
FLOOR_WITH_FIGURE = 0.2
SUBSTANCE = 1.0  # weight of content below which a sentence says nothing that could be compared
_YES = re.compile(r"^\W*(?:co|dung|phai|roi|da co|yes|correct|indeed)\b(?!\s+\d)")
_NO = re.compile(r"^\W*(?:khong|chua|no|not)\b(?!\s+(?:chi|only|less|fewer|more))")
_DENIES = re.compile(
    r"\b(?:khong|chua|chang|not|no|never|nor|without|cannot|\w+n['’]t)\b"
    r"(?!\s+(?:chi|nhung|ngung|only|less|fewer|more|nho hon|phai la))"
)


def supported(sentence: str, cited: Sequence[Unit], question: Question, matcher: Matcher, *, has_figure: bool) -> bool:
    """Whether what `sentence` says, apart from its figures, stands in `cited`."""
    text = re.sub(r"\[\d+\]|\*\*", " ", sentence).strip()
    if unsupported_rank(text, cited) or _contradicts(text, cited, question, matcher, has_figure):
        return False
    claim = analyse(text, glossary=matcher.glossary)
    aspects = matcher.aspects(claim)
    if sum(aspect.weight for aspect in aspects) < SUBSTANCE:
        return has_figure or bool(question.kind == "yes_no" and (_YES.search(fold(text)) or _NO.search(fold(text))))
    translated = all(unit.report.language != claim.language for unit in cited)
    floor = FLOOR_WITH_FIGURE if has_figure else FLOOR_TRANSLATED if translated else FLOOR
    texts = [part for unit in cited for part in _texts(unit)]
    return matcher.coverage(aspects, texts, cited[0].report.title) >= floor


def _texts(unit: Unit) -> list[tuple[str, float]]:
    around = [(unit.heading, 0.9), (unit.lead, 0.9), (unit.previous, 0.6)]
    return [(unit.text, 1.0), *around, *((cell.header, 1.0) for cell in unit.cells)]


def _contradicts(text: str, cited: Sequence[Unit], question: Question, matcher: Matcher, has_figure: bool) -> bool:
    """A yes where the evidence says no, or the other way round; without figures, a denial of what nothing cited denies."""
    folded = fold(text)
    yes, no = bool(_YES.search(folded)), bool(_NO.search(folded))
    if question.kind == "yes_no" and yes != no:
        said = {polarity(question, unit, matcher.aspects(question), matcher) for unit in cited} - {None}
        if said and yes not in said:
            return True
    if has_figure:
        return False
    denied = [bool(_DENIES.search(unit.folded)) for unit in cited]
    return bool(_DENIES.search(folded)) != any(denied) if len(cited) == 1 else bool(_DENIES.search(folded)) and not any(denied)
