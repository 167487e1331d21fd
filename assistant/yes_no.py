"""A question for yes or no + the unit that answers it -> yes, no, or None where the words alone do not say. Pure.

Knows nothing of how the unit was chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.figures.values import number_candidates
from index.language import fold

from .aspects import Aspect, Matcher
from .evidence import Unit
from .question import Question

_NEGATION = re.compile(r"\b(khong|chua|chang|no longer|not|never|no|none|khong con|khong co)\b")
_UP = re.compile(r"\b(tang|cao hon|nhieu hon|increas\w*|ris(e|es|ing|en)|rose|grow\w*|grew|higher|more than|exceed\w*|vuot)\b")
_DOWN = re.compile(r"\b(giam|thap hon|it hon|decreas\w*|fall\w*|fell|declin\w*|drop\w*|lower|less than|short of)\b")
_MEETS = re.compile(r"\b(chi tieu|ke hoach|muc tieu|du toan|target|plan|goal|limit|ceiling|met|meet|reach\w*|hoan thanh|dat)\b")
_PLAN = re.compile(r"\b(du toan|ke hoach|chi tieu|muc tieu|target|plan|estimate|goal)\b")


def _share_of_plan(unit: Unit) -> float | None:
    """108.0 for "đạt 108% dự toán", None where the unit gives no single share of a plan."""
    shares = [
        float(c.number.value)
        for c in number_candidates(unit)
        if c.number is not None and c.kind == "percentage" and _PLAN.search(fold(c.after[:40])) and c.figure != "change"
    ]
    return shares[0] if len(shares) == 1 else None


SURE = 0.8  # share of the question that the sentence itself must speak of before it is a plain yes


def polarity(question: Question, unit: Unit, aspects: Sequence[Aspect], matcher: Matcher) -> bool | None:
    """Yes or no, as far as the words say it; None where it takes weighing figures (a target met, a limit kept)."""
    asked, said = fold(question.text), unit.folded
    for hit in _NEGATION.finditer(said):
        after = unit.text[hit.end() : hit.end() + 60]
        if matcher.coverage(aspects, [(after, 1.0)]) >= 0.4:
            return False
    if _MEETS.search(asked) or _UP.search(asked):
        share = _share_of_plan(unit)
        if share is not None and _PLAN.search(asked):
            return share > 100 if re.search(r"\b(vuot|exceed\w*|more than|beat)\b", asked) else share >= 100
    up, down = bool(_UP.search(said)), bool(_DOWN.search(said))
    if _UP.search(asked):
        return True if up and not down else False if down and not up else None
    if _DOWN.search(asked):
        return True if down and not up else False if up and not down else None
    if question.numbers or (_MEETS.search(asked) and any(c.number for c in number_candidates(unit))):
        return None
    return True if matcher.coverage(aspects, [(unit.text, 1.0)]) >= SURE else None
